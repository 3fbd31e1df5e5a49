package sampling

import (
	"cmp"
	"context"
	"slices"
	"time"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// Transport is a box of tubes on its way to a laboratory.
type Transport struct {
	ID         string         `db:"id" json:"id"`
	Code       string         `db:"code" json:"code"`
	UnitPath   string         `db:"unit_path" json:"unit_path"`
	Laboratory string         `db:"laboratory" json:"laboratory"`
	State      string         `db:"state" json:"state"` // packing, sent, received
	Carrier    string         `db:"carrier" json:"carrier,omitempty"`
	Tubes      int            `db:"tubes" json:"tubes"`
	ExpectedAt instant.Micros `db:"expected_at" json:"expected_at,omitempty"`
	SentAt     instant.Micros `db:"sent_at" json:"sent_at,omitempty"`
	SentBy     string         `db:"sent_by" json:"sent_by,omitempty"`
	ReceivedAt instant.Micros `db:"received_at" json:"received_at,omitempty"`
	ReceivedBy string         `db:"received_by" json:"received_by,omitempty"`
	Note       string         `db:"note" json:"note,omitempty"`
	Version    int64          `db:"version" json:"version"`
}

const transportColumns = `id, code, unit_path, laboratory, state, carrier, tubes, expected_at, sent_at, sent_by, received_at, received_by, note, version`

// SendInput packs and sends a box.
type SendInput struct {
	Key        string         `json:"key,omitempty"`
	Code       string         `json:"code"`       // of the box
	Unit       string         `json:"unit"`       // that sends
	Laboratory string         `json:"laboratory"` // office
	Tubes      []string       `json:"tubes"`      // scanned out
	Carrier    string         `json:"carrier,omitempty"`
	ExpectedAt instant.Micros `json:"expected_at,omitempty"`
}

// mostInBox bounds a box.
const mostInBox = 500

// Send closes the tubes that were scanned into a box and sends it. A tube that
// does not belong into it is told and nothing is sent.
func (s *Service) Send(ctx context.Context, by auth.Actor, in SendInput) (Transport, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Transport, error) { return s.SendIn(tx, by, in) })
}

// SendIn is Send within the caller's transaction.
func (s *Service) SendIn(tx *db.Tx, by auth.Actor, in SendInput) (x Transport, err error) {
	u, err := org.UnitIn(tx, in.Unit)
	if err != nil {
		return x, err
	}
	if err := by.Require(auth.SampleTake, u.Path, auth.Personal); err != nil {
		return x, err
	}
	codes := tubeCodes(in.Tubes)
	f := fault.New(fault.Invalid, "input.check")
	code := TubeCode(in.Code)
	if !tubeForm.MatchString(code) {
		f.At("code", "sampling.tube_code", "Tube", in.Code)
	}
	if _, err := org.OfficeIn(tx, in.Laboratory); err != nil {
		f.At("laboratory", "input.missing")
	}
	if len(codes) == 0 {
		f.At("tubes", "sampling.box_empty")
	} else if len(codes) > mostInBox {
		f.At("tubes", "sampling.number", "Least", 1, "Most", mostInBox)
	}
	if err := f.OrNil(); err != nil {
		return x, err
	}
	x = Transport{ID: s.ids.New(), Code: code, UnitPath: u.Path, Laboratory: in.Laboratory, State: "sent", Carrier: short(in.Carrier), Tubes: len(codes), ExpectedAt: in.ExpectedAt, SentAt: by.Now, SentBy: by.Name, Version: 1}
	return x, s.pack(tx, by, x, codes)
}

// Laboratories are the offices to which boxes may go.
func (s *Service) Laboratories(ctx context.Context, by auth.Actor) (out []org.Office, err error) {
	if !by.Anywhere(auth.SampleTake) {
		return nil, by.Require(auth.SampleTake, by.UnitPath, auth.Internal)
	}
	return out, s.store.Read(ctx, func(tx *db.Tx) error {
		out, err = org.OfficesWith(tx, "laboratory", by.Now)
		return err
	})
}

func tubeCodes(texts []string) (out []string) {
	for _, t := range texts {
		if c := TubeCode(t); c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// pack puts tubes into a box.
func (s *Service) pack(tx *db.Tx, by auth.Actor, x Transport, codes []string) error {
	tubes, err := s.tubesToChange(tx, codes)
	if err != nil {
		return err
	}
	f := fault.New(fault.Invalid, "input.check")
	for _, code := range codes {
		t, ok := tubes[code]
		switch {
		case !ok:
			f.At("tubes", "sampling.tube_unknown", "Tube", code)
		case t.State != Filling && t.State != Closed:
			f.At("tubes", "sampling.tube_gone", "Tube", code)
		case by.Require(auth.SampleTake, t.UnitPath, auth.Personal) != nil:
			f.At("tubes", "sampling.tube_not_yours", "Tube", code)
		}
	}
	if err := f.OrNil(); err != nil {
		return err
	}
	var there int
	if err := tx.Get(&there, "SELECT COUNT(*) FROM tube_transport WHERE code = $1", x.Code); err != nil {
		return err
	}
	if there > 0 {
		return f.At("code", "sampling.box_used", "Box", x.Code)
	}
	if err := tx.Insert("tube_transport", x); err != nil {
		return err
	}
	for _, code := range codes {
		_, err := tx.Exec("UPDATE tube SET state = 'sent', transport = $1, laboratory = $2, version = version + 1 WHERE code = $3", x.ID, x.Laboratory, code)
		if err != nil {
			return err
		}
		if err := tx.Insert("tube_event", TubeEvent{s.ids.New(), code, "sent", by.Now, by.Name, x.Code}); err != nil {
			return err
		}
	}
	return s.noteBox(tx, by, x, "sent")
}

func (s *Service) tubesToChange(tx *db.Tx, codes []string) (map[string]Tube, error) {
	var locks []string
	for _, c := range codes {
		locks = append(locks, "tube/"+c)
	}
	if err := tx.LockAll(locks...); err != nil {
		return nil, err
	}
	rows, err := db.SelectIn[Tube](tx, "SELECT "+tubeColumns+" FROM tube WHERE code IN ($in)", codes)
	out := map[string]Tube{}
	for _, t := range rows {
		out[t.Code] = t
	}
	return out, err
}

func (s *Service) noteBox(tx *db.Tx, by auth.Actor, x Transport, what string) error {
	if err := tx.Changed(by.Now, db.Change{Kind: "tube_transport", Subject: x.ID, Unit: x.UnitPath, What: what}); err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{Action: "tube_transport." + what, Kind: "tube_transport", Subject: x.ID, Unit: x.UnitPath})
}

// ReceiveInput is what a laboratory scans out of a box.
type ReceiveInput struct {
	Key   string   `json:"key,omitempty"`
	Code  string   `json:"code"`            // of the box
	Tubes []string `json:"tubes,omitempty"` // scanned in; none: all that the list says
	Note  string   `json:"note,omitempty"`
}

// Unpacked is what came of a box.
type Unpacked struct {
	Transport Transport `json:"transport"`
	Tubes     []Tube    `json:"tubes"`   // that are here
	Missing   []string  `json:"missing"` // on the list and not in the box: still on the way until found or declared lost
	Extra     []string  `json:"extra"`   // in the box and on no list, or on another box's
}

// TransportByCode returns a box by its code.
func TransportByCode(tx *db.Tx, code string) (Transport, error) {
	var x Transport
	err := tx.Get(&x, "SELECT "+transportColumns+" FROM tube_transport WHERE code = $1", TubeCode(code))
	if err == db.ErrNoRow {
		return x, fault.New(fault.NotFound, "sampling.box_unknown", "Box", code)
	}
	return x, err
}

// Receive scans a box in. It may be done again: what was missing and is found
// later comes in then. A tube of another box is received as well; one that
// nobody knows is told.
func (s *Service) Receive(ctx context.Context, by auth.Actor, in ReceiveInput) (Unpacked, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Unpacked, error) { return s.ReceiveIn(tx, by, in) })
}

// ReceiveIn is Receive within the caller's transaction.
func (s *Service) ReceiveIn(tx *db.Tx, by auth.Actor, in ReceiveInput) (out Unpacked, err error) {
	if !by.Anywhere(auth.LabEnter) {
		return out, by.Require(auth.LabEnter, by.UnitPath, auth.Internal)
	}
	if err := tx.Lock("tube_transport", TubeCode(in.Code)); err != nil {
		return out, err
	}
	x, err := TransportByCode(tx, in.Code)
	if err != nil {
		return out, err
	}
	if x.Laboratory != by.Office {
		return out, fault.New(fault.Denied, "sampling.box_other_laboratory", "Box", x.Code)
	}
	var listed []string
	if err := tx.Select(&listed, "SELECT code FROM tube WHERE transport = $1 ORDER BY code", x.ID); err != nil {
		return out, err
	}
	scanned := tubeCodes(in.Tubes)
	if len(scanned) == 0 {
		scanned = listed
	}
	tubes, err := s.tubesToChange(tx, scanned)
	if err != nil {
		return out, err
	}
	out.Missing, out.Extra, out.Tubes = []string{}, []string{}, []Tube{}
	for _, code := range scanned {
		t, known := tubes[code]
		if !known || !slices.Contains(listed, code) {
			out.Extra = append(out.Extra, code)
		}
		if !known {
			continue
		}
		if err := s.receive(tx, by, &t, x); err != nil {
			return out, err
		}
		out.Tubes = append(out.Tubes, t)
	}
	if err := tx.Select(&out.Missing, "SELECT code FROM tube WHERE transport = $1 AND state = 'sent' ORDER BY code", x.ID); err != nil {
		return out, err
	}
	x.State, x.ReceivedBy, x.Note, x.Version = "received", by.Name, cmp.Or(short(in.Note), x.Note), x.Version+1
	if x.ReceivedAt == 0 {
		x.ReceivedAt = by.Now
	}
	_, err = tx.Exec("UPDATE tube_transport SET state = $1, received_at = $2, received_by = $3, note = $4, version = $5 WHERE id = $6",
		x.State, int64(x.ReceivedAt), x.ReceivedBy, x.Note, x.Version, x.ID)
	if err != nil {
		return out, err
	}
	out.Transport = x
	return out, s.noteBox(tx, by, x, "received")
}

// receive notes that a tube is at the laboratory; its clock may begin there.
func (s *Service) receive(tx *db.Tx, by auth.Actor, t *Tube, x Transport) error {
	if t.State != Sent && t.State != Filling && t.State != Closed {
		return nil // it was here already
	}
	session, err := SessionIn(tx, t.Session)
	if err != nil {
		return err
	}
	t.State, t.Laboratory, t.Transport, t.ReceivedAt = Received, x.Laboratory, x.ID, by.Now
	if session.ClockFrom == FromReceipt && session.ClockHours > 0 {
		t.DueAt = by.Now.Add(time.Duration(session.ClockHours) * time.Hour)
		if err := scheduleClocks(tx, by.Now, t.DueAt); err != nil {
			return err
		}
	}
	_, err = tx.Exec("UPDATE tube SET state = $1, laboratory = $2, transport = $3, received_at = $4, due_at = $5, version = version + 1 WHERE code = $6",
		t.State, t.Laboratory, t.Transport, int64(t.ReceivedAt), int64(t.DueAt), t.Code)
	if err != nil {
		return err
	}
	return s.note(tx, by, *t, "received", x.Code, "")
}

// TransportsIn are the boxes of a laboratory in a state ("" all), the next
// expected first.
func TransportsIn(tx *db.Tx, laboratory, state string) (out []Transport, err error) {
	return out, tx.Select(&out, "SELECT "+transportColumns+" FROM tube_transport WHERE laboratory = $1 AND ($2 = '' OR state = $2) ORDER BY expected_at, sent_at, id LIMIT 500", laboratory, state)
}
