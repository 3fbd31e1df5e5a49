package directive

import (
	"context"
	"slices"
	"strings"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// States of a meeting. Labels: "meeting.state." + state.
const (
	Planned   = "planned"
	Held      = "held"
	Concluded = "concluded"
	Published = "published"
	Cancelled = "cancelled"
)

const meetingColumns = `m.id, m.office, m.unit_path, m.body, m.kind, m.title, m.place, m.planned_at, m.held_at,
	m.chair_post, m.chair_name, m.state, m.conclusion, m.changed_at, m.changed_name, m.version`

// meetingIn gives a meeting with its lists, if the actor may know of it: his
// office keeps it, belongs to the circle of the one that does, or is invited.
func meetingIn(tx *db.Tx, by auth.Actor, id string) (Meeting, error) {
	var m Meeting
	err := tx.Get(&m, "SELECT "+meetingColumns+" FROM meeting m WHERE m.id = $1", id)
	if err == db.ErrNoRow {
		return m, fault.New(fault.NotFound, "meeting.not_found")
	}
	if err != nil {
		return m, err
	}
	m.Attendance, m.Agenda = []Attendance{}, []AgendaItem{}
	err = tx.Select(&m.Attendance, "SELECT meeting, n, office, post, name, title, present, voter = 1 AS voter FROM attendance WHERE meeting = $1 ORDER BY n", id)
	if err != nil {
		return m, err
	}
	err = tx.Select(&m.Agenda, `SELECT meeting, n, title, document, result, note, votes_for, votes_against, votes_abstain
		FROM agenda WHERE meeting = $1 ORDER BY n`, id)
	if err != nil {
		return m, err
	}
	invited := slices.ContainsFunc(m.Attendance, func(a Attendance) bool {
		return a.Office != "" && a.Office == by.Office || a.Post != "" && a.Post == by.Post
	})
	if by.Account == system || by.Office == m.Office || invited || inCircle(tx, by, m.Office, auth.DocumentRead) == nil {
		return m, nil
	}
	return Meeting{}, fault.New(fault.NotFound, "meeting.not_found")
}

// takeMeeting locks a meeting to change it.
func takeMeeting(tx *db.Tx, by auth.Actor, id string, version int64, states ...string) (Meeting, error) {
	if err := tx.Lock("meeting", id); err != nil {
		return Meeting{}, err
	}
	m, err := meetingIn(tx, by, id)
	if err != nil {
		return m, err
	}
	if err := mayHandle(tx, by, Document{Office: m.Office, UnitPath: m.UnitPath}, auth.MeetingManage); err != nil {
		return m, err
	}
	if err := fresh(version, m.Version, m.ChangedName, m.ChangedAt); err != nil {
		return m, err
	}
	if !slices.Contains(states, m.State) {
		return m, fault.New(fault.Conflict, "meeting.wrong_state", "State", m.State)
	}
	return m, nil
}

func saveMeeting(tx *db.Tx, by auth.Actor, m *Meeting, what string) error {
	m.Version++
	m.ChangedAt, m.ChangedName = by.Now, by.Name
	_, err := tx.Exec(`UPDATE meeting SET kind = $1, title = $2, place = $3, planned_at = $4, held_at = $5, chair_post = $6,
		chair_name = $7, state = $8, conclusion = $9, changed_at = $10, changed_name = $11, version = $12 WHERE id = $13`,
		m.Kind, m.Title, m.Place, int64(m.PlannedAt), int64(m.HeldAt), m.ChairPost,
		m.ChairName, m.State, m.Conclusion, int64(m.ChangedAt), m.ChangedName, m.Version, m.ID)
	if err != nil {
		return err
	}
	return noteMeeting(tx, by, *m, what, "")
}

func noteMeeting(tx *db.Tx, by auth.Actor, m Meeting, what, reason string) error {
	if err := tx.Changed(by.Now, db.Change{Kind: "meeting", Subject: m.ID, Unit: m.Office, What: what}); err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{
		Action: "meeting." + what, Kind: "meeting", Subject: m.ID, Unit: m.UnitPath, Fields: []string{"meeting"}, Reason: reason,
	})
}

func saveAttendance(tx *db.Tx, m *Meeting, rows []Attendance) error {
	if _, err := tx.Exec("DELETE FROM attendance WHERE meeting = $1", m.ID); err != nil {
		return err
	}
	m.Attendance = list(slices.Clone(rows))
	for i := range m.Attendance {
		a := &m.Attendance[i]
		a.Meeting, a.N = m.ID, int64(i+1)
		if a.Present == "" {
			a.Present = "invited"
		}
	}
	return db.InsertAll(tx, "attendance", m.Attendance)
}

func saveAgenda(tx *db.Tx, m *Meeting, items []AgendaItem) error {
	if _, err := tx.Exec("DELETE FROM agenda WHERE meeting = $1", m.ID); err != nil {
		return err
	}
	m.Agenda = list(slices.Clone(items))
	for i := range m.Agenda {
		m.Agenda[i].Meeting, m.Agenda[i].N = m.ID, int64(i+1)
	}
	return db.InsertAll(tx, "agenda", m.Agenda)
}

func (in PlanInput) check() error {
	bad := fault.New(fault.Invalid, "document.form_invalid")
	if strings.TrimSpace(in.Title) == "" {
		bad.At("title", "document.form_required")
	}
	if in.PlannedAt == 0 {
		bad.At("planned_at", "document.form_required")
	}
	if in.Kind != "" && in.Kind != "regular" && in.Kind != "extraordinary" {
		bad.At("kind", "document.form_choice")
	}
	for _, a := range in.Attendance {
		if strings.TrimSpace(a.Name) == "" && a.Post == "" && a.Office == "" {
			bad.At("attendance", "document.form_required")
		}
	}
	return bad.OrNil()
}

// PlanMeeting plans a meeting or changes the plan.
func (s *Service) PlanMeeting(ctx context.Context, by auth.Actor, in PlanInput) (Meeting, error) {
	if err := in.check(); err != nil {
		return Meeting{}, err
	}
	return once(ctx, s, by, "plan-meeting", in.Key, func(tx *db.Tx) (Meeting, error) {
		m, err := s.meeting(tx, by, in)
		if err != nil {
			return m, err
		}
		m.Kind, m.Title, m.Place, m.PlannedAt = first(in.Kind, "regular"), fold.NFC(strings.TrimSpace(in.Title)), fold.NFC(in.Place), in.PlannedAt
		m.ChairPost, m.ChairName = in.ChairPost, fold.NFC(in.ChairName)
		for _, item := range in.Agenda {
			if item.Document != "" {
				if err := mustRead(by, tx, item.Document); err != nil {
					return m, err
				}
			}
		}
		if m.ChairPost != "" && m.ChairName == "" {
			if holders, err := org.HoldersOf(tx, m.ChairPost, by.Now); err != nil {
				return m, err
			} else if len(holders) > 0 {
				m.ChairName = holders[0].Person.Name
			}
		}
		if err := saveAttendance(tx, &m, in.Attendance); err != nil {
			return m, err
		}
		if err := saveAgenda(tx, &m, in.Agenda); err != nil {
			return m, err
		}
		return m, saveMeeting(tx, by, &m, "planned")
	})
}

// meeting finds the meeting whose plan is changed, or begins a new one.
func (s *Service) meeting(tx *db.Tx, by auth.Actor, in PlanInput) (Meeting, error) {
	if in.ID != "" {
		return takeMeeting(tx, by, in.ID, in.Version, Planned)
	}
	o, err := org.OfficeIn(tx, by.Office)
	if err != nil {
		return Meeting{}, err
	}
	if err := mayKeep(by, o.ID, o.UnitPath, auth.MeetingManage); err != nil {
		return Meeting{}, err
	}
	m := Meeting{ID: s.ids.New(), Office: o.ID, UnitPath: o.UnitPath, Body: first(in.Body, o.ID), State: Planned}
	if m.Body != o.ID {
		if err := inCircle(tx, by, m.Body, auth.MeetingManage); err != nil {
			return m, err
		}
	}
	return m, tx.Insert("meeting", m)
}

// HoldMeeting records that a meeting was held and who came.
func (s *Service) HoldMeeting(ctx context.Context, by auth.Actor, in HoldInput) (Meeting, error) {
	return once(ctx, s, by, "hold-meeting", in.Key, func(tx *db.Tx) (Meeting, error) {
		m, err := takeMeeting(tx, by, in.ID, in.Version, Planned, Held)
		if err != nil {
			return m, err
		}
		if in.HeldAt == 0 {
			in.HeldAt = by.Now
		}
		if in.HeldAt > by.Now {
			return m, fault.New(fault.Invalid, "document.form_invalid").At("held_at", "meeting.in_future")
		}
		m.State, m.HeldAt = Held, in.HeldAt
		if in.Attendance != nil {
			if err := saveAttendance(tx, &m, in.Attendance); err != nil {
				return m, err
			}
		}
		return m, saveMeeting(tx, by, &m, "held")
	})
}

var results = []string{"adopted", "adopted_with_changes", "adopted_in_part", "rejected", "postponed"}

// DecideItem records the result of an agenda item and its votes. A draft that
// was adopted moves to Adopted, whole or with changes.
func (s *Service) DecideItem(ctx context.Context, by auth.Actor, in DecideInput) (Meeting, error) {
	bad := fault.New(fault.Invalid, "document.form_invalid")
	if !slices.Contains(results, in.Result) {
		bad.At("result", "document.form_choice")
	}
	if in.For < 0 || in.Against < 0 || in.Abstain < 0 {
		bad.At("for", "document.form_number")
	}
	if err := bad.OrNil(); err != nil {
		return Meeting{}, err
	}
	return once(ctx, s, by, "decide-item", in.Key, func(tx *db.Tx) (Meeting, error) {
		m, err := takeMeeting(tx, by, in.Meeting, in.Version, Held)
		if err != nil {
			return m, err
		}
		i := slices.IndexFunc(m.Agenda, func(a AgendaItem) bool { return a.N == in.N })
		if i < 0 {
			return m, fault.New(fault.NotFound, "meeting.no_item")
		}
		item := &m.Agenda[i]
		item.Result, item.Note = in.Result, strings.TrimSpace(fold.NFC(in.Note))
		item.For, item.Against, item.Abstain = in.For, in.Against, in.Abstain
		_, err = tx.Exec(`UPDATE agenda SET result = $1, note = $2, votes_for = $3, votes_against = $4, votes_abstain = $5
			WHERE meeting = $6 AND n = $7`, item.Result, item.Note, item.For, item.Against, item.Abstain, m.ID, item.N)
		if err != nil {
			return m, err
		}
		if item.Document != "" && strings.HasPrefix(in.Result, "adopted") {
			if err := s.adoptAt(tx, by, m, item.Document); err != nil {
				return m, err
			}
		}
		return m, saveMeeting(tx, by, &m, "item_decided")
	})
}

// adoptAt moves a draft to Adopted by a meeting's decision.
func (s *Service) adoptAt(tx *db.Tx, by auth.Actor, m Meeting, document string) error {
	d, err := take(tx, by, document, 0)
	if err != nil {
		return err
	}
	if d.State == Adopted && d.Meeting == m.ID {
		return nil
	}
	if err := d.in(Draft); err != nil {
		return err
	}
	d.State, d.Meeting = Adopted, m.ID
	if err := s.save(tx, by, &d); err != nil {
		return err
	}
	return note(tx, by, d.Document, "adopted", "", "state", "meeting")
}

// Conclude writes the conclusion of a meeting: a document with numbered
// clauses in the name of the body that met, adopted, to be signed and issued.
func (s *Service) Conclude(ctx context.Context, by auth.Actor, in ConcludeInput) (Document, error) {
	draft := DraftInput{
		Kind: first(in.Kind, "TB"), Subject: in.Subject, Text: in.Text, SignerPost: in.SignerPost, SignedFor: in.SignedFor, Recipients: in.Recipients,
	}
	draft.clean()
	if err := draft.check(); err != nil {
		return Document{}, err
	}
	found, err := s.find(draft.Text)
	if err != nil {
		return Document{}, err
	}
	return once(ctx, s, by, "conclude", in.Key, func(tx *db.Tx) (Document, error) {
		m, err := takeMeeting(tx, by, in.Meeting, in.Version, Held)
		if err != nil {
			return Document{}, err
		}
		o, err := org.OfficeIn(tx, m.Office)
		if err != nil {
			return Document{}, err
		}
		body, err := org.OfficeIn(tx, m.Body)
		if err != nil {
			return Document{}, err
		}
		d, err := s.write(tx, by, documentRow{Document: Document{
			Origin: Made, State: Adopted, Office: o.ID, UnitPath: o.UnitPath, Line: string(o.Line),
			IssuerOffice: body.ID, Issuer: body.Name, System: string(body.Line), Meeting: m.ID,
		}}, draft, found)
		if err != nil {
			return Document{}, err
		}
		m.State, m.Conclusion = Concluded, d.ID
		return d, saveMeeting(tx, by, &m, "concluded")
	})
}

// publishMeeting marks a meeting whose conclusion went out.
func publishMeeting(tx *db.Tx, by auth.Actor, d Document) error {
	if d.Meeting == "" {
		return nil
	}
	m, err := meetingIn(tx, auth.System(by.Now, by.Wall), d.Meeting)
	if err != nil || m.Conclusion != d.ID || m.State != Concluded {
		return err
	}
	m.State = Published
	return saveMeeting(tx, by, &m, "published")
}

// CancelMeeting cancels a planned meeting.
func (s *Service) CancelMeeting(ctx context.Context, by auth.Actor, key, meeting string, version int64, reason string) (Meeting, error) {
	if strings.TrimSpace(reason) == "" {
		return Meeting{}, fault.New(fault.NeedsReason, "meeting.cancel_reason").At("reason", "document.form_required")
	}
	return once(ctx, s, by, "cancel-meeting", key, func(tx *db.Tx) (Meeting, error) {
		m, err := takeMeeting(tx, by, meeting, version, Planned)
		if err != nil {
			return m, err
		}
		m.State = Cancelled
		return m, saveMeeting(tx, by, &m, "cancelled")
	})
}

// Meeting gives one meeting.
func (s *Service) Meeting(ctx context.Context, by auth.Actor, meeting string) (Meeting, error) {
	return read(ctx, s, func(tx *db.Tx) (Meeting, error) { return meetingIn(tx, by, meeting) })
}

// Meetings lists the meetings of the actor's office and circle and those it is
// invited to, newest first.
func (s *Service) Meetings(ctx context.Context, by auth.Actor, f Filter) (Page[Meeting], error) {
	if err := by.Require(auth.DocumentRead, by.UnitPath, auth.Internal); err != nil {
		return Page[Meeting]{}, err
	}
	return read(ctx, s, func(tx *db.Tx) (Page[Meeting], error) {
		c := &conditions{next: 1}
		c.add("m.office = $ OR m.office IN ("+circle+`) OR EXISTS (SELECT 1 FROM attendance a WHERE a.meeting = m.id
			AND (a.office = $ AND a.office <> '' OR a.post = $ AND a.post <> ''))`, by.Office, by.Office, by.Office, by.Post)
		if f.State != "" {
			c.add("m.state = $", string(f.State))
		}
		if t, err := parseDay(f.From); err == nil && f.From != "" {
			c.add("m.planned_at >= $", int64(instant.Of(t)))
		}
		if t, err := parseDay(f.To); err == nil && f.To != "" {
			c.add("m.planned_at <= $", int64(instant.Of(instant.EndOfDay(t))))
		}
		total, more, err := c.count(tx, countCap, "meeting m")
		if err != nil {
			return Page[Meeting]{}, err
		}
		if at, id, ok := strings.Cut(f.After, "."); ok {
			c.add("(m.planned_at, m.id) < ($, $)", atoi(at), id)
		}
		var items []Meeting
		err = tx.Select(&items, "SELECT "+meetingColumns+" FROM meeting m WHERE "+c.where()+c.order("m.planned_at DESC, m.id DESC", f.Limit), c.args...)
		return cut(items, f.Limit, total, more, func(m Meeting) string { return itoa(int64(m.PlannedAt)) + "." + m.ID }), err
	})
}
