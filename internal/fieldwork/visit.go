package fieldwork

import (
	"slices"

	"phaodai/internal/audit"
	"phaodai/internal/db"
	"phaodai/internal/fold"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/sampling"
	"phaodai/internal/vault"
)

// Outcome is what a team found at a door.
type Outcome string

// The outcomes of a visit.
const (
	Well    Outcome = "well"
	Ill     Outcome = "ill"
	Arrived Outcome = "arrived"
	Help    Outcome = "help"
	Nobody  Outcome = "nobody"
)

// Outcomes lists them.
func Outcomes() []Outcome { return []Outcome{Well, Ill, Arrived, Help, Nobody} }

// Visit is one visit at a door.
type Visit struct {
	ID         string         `db:"id" json:"id"`
	Household  string         `db:"household" json:"household"`
	UnitPath   string         `db:"unit_path" json:"unit_path"`
	Area       string         `db:"area" json:"area"`
	Outcome    Outcome        `db:"outcome" json:"outcome"`
	Persons    string         `db:"persons" json:"-"`
	Note       string         `db:"note" json:"-"` // sealed
	At         instant.Micros `db:"at" json:"at"`
	RecordedAt instant.Micros `db:"recorded_at" json:"recorded_at"`
	ByName     string         `db:"by_name" json:"by_name"`
	Phone      string         `db:"phone" json:"phone,omitempty"`
	Batch      string         `db:"batch" json:"-"`
	Withdrawn  bool           `db:"withdrawn" json:"withdrawn,omitempty"`
	SettledBy  string         `db:"settled_by" json:"settled_by,omitempty"`
	SettledAt  instant.Micros `db:"settled_at" json:"settled_at,omitempty"`
	Answer     string         `db:"answer" json:"answer,omitempty"`
	EnteredBy  string         `db:"entered_by" json:"entered_by,omitempty"` // who entered what ByName wrote on paper
}

const visitColumns = `id, household, unit_path, area, outcome, persons, note, at, recorded_at, by_name, phone, batch, withdrawn, settled_by, settled_at, answer, entered_by`

// The kinds of record beside those of sampling.
const (
	VisitKind     sampling.RecordKind = "visit"
	TakeBackVisit sampling.RecordKind = "take_back_visit"
	ReadingKind   sampling.RecordKind = "reading" // of a rapid test: Tube, Result
)

// Record is one thing that a phone recorded: one of sampling, or of a door.
type Record struct {
	sampling.Record
	Household string   `json:"household,omitempty"`
	Found     Outcome  `json:"found,omitempty"`
	Persons   []string `json:"persons,omitempty"` // who is ill
	Note      string   `json:"note,omitempty"`

	Result sampling.Result `json:"result,omitempty"` // that a rapid test shows
}

// Sending is what a phone sends at once, in its order.
type Sending struct {
	ID      string         `json:"id"`
	SentAt  instant.Micros `json:"sent_at"`
	Waiting int            `json:"waiting,omitempty"` // records that the phone holds besides
	Records []Record       `json:"records"`
}

// doors takes in the visits of a sending.
type doors struct {
	s      *Service
	tx     *db.Tx
	h      Held
	sent   Sending
	known  map[string]bool
	places map[string]door
	lives  map[stay]bool
	rows   []Visit
	walker string // who walked, where another enters it
}

// stay is somebody with a household in which he lives, or lived.
type stay struct {
	Resident  string `db:"resident"`
	Household string `db:"household"`
}

type door struct {
	ID       string `db:"id"`
	UnitPath string `db:"unit_path"`
	Area     string `db:"area"`
}

func (d *doors) read() error {
	d.known, d.places, d.lives = map[string]bool{}, map[string]door{}, map[stay]bool{}
	var ids, homes, persons []string
	for _, r := range d.sent.Records {
		if r.Kind == VisitKind {
			ids, homes, persons = append(ids, r.ID), append(homes, r.Household), append(persons, r.Persons...)
		}
	}
	taken, err := db.SelectIn[string](d.tx, "SELECT id FROM visit WHERE id IN ($in)", ids)
	if err != nil {
		return err
	}
	for _, v := range taken {
		d.known[v] = true
	}
	places, err := db.SelectIn[door](d.tx, "SELECT id, unit_path, area FROM household WHERE id IN ($in)", homes)
	for _, p := range places {
		d.places[p.ID] = p
	}
	if err != nil {
		return err
	}
	// Who was merged since the phone took its list lives where the other does.
	stays, err := db.SelectIn[stay](d.tx, `SELECT r.id AS resident, s.household FROM resident r
		JOIN stay s ON s.resident = CASE WHEN r.into_id <> '' THEN r.into_id ELSE r.id END WHERE r.id IN ($in)`, persons)
	for _, x := range stays {
		d.lives[x] = true
	}
	return err
}

// persons are those of a visit who live behind its door; strange tells whether
// others were named.
func (d *doors) persons(r Record) (out []string, strange bool) {
	for _, p := range r.Persons {
		if d.lives[stay{p, r.Household}] {
			out = append(out, p)
		}
	}
	return out, len(out) < len(r.Persons)
}

// take takes one visit.
func (d *doors) take(r Record) (sampling.Receipt, error) {
	out := sampling.Receipt{ID: r.ID, Status: sampling.Taken}
	p, there := d.places[r.Household]
	switch {
	case d.known[r.ID]:
		out.Status = sampling.Repeated
		return out, nil
	case !id.Valid(r.ID) || !slices.Contains(Outcomes(), r.Found):
		return reject(r, "input.broken"), nil
	case !there || p.UnitPath != d.h.Phone.UnitPath || !slices.Contains(list(d.h.Pass.Homes), p.ID):
		return reject(r, "fieldwork.household_unknown"), nil
	}
	note, err := d.s.Vault.Seal(visitPlace(r.ID), fold.Clip(r.Note, 1000))
	if err != nil {
		return out, err
	}
	persons, strange := d.persons(r)
	if strange {
		out.Status, out.Key = sampling.HasProblem, "fieldwork.person_elsewhere"
	}
	d.known[r.ID] = true
	at := d.h.Actor.Now - max(0, d.sent.SentAt-r.At)
	who, enterer := d.h.Actor.Name, ""
	if d.walker != "" {
		who, enterer = d.walker, who
	}
	d.rows = append(d.rows, Visit{ID: r.ID, Household: p.ID, UnitPath: p.UnitPath, Area: p.Area, Outcome: r.Found, Persons: listed(persons), Note: note,
		At: at, RecordedAt: d.h.Actor.Now, ByName: who, EnteredBy: enterer, Phone: d.h.Phone.ID, Batch: d.sent.ID})
	return out, nil
}

func visitPlace(id string) vault.Place { return vault.Place{Table: "visit", Column: "note", ID: id} }

func reject(r Record, key string) sampling.Receipt {
	return sampling.Receipt{ID: r.ID, Status: sampling.Rejected, Key: key}
}

// takeBack withdraws a visit that was a mistake.
func (d *doors) takeBack(r Record) (sampling.Receipt, error) {
	for i := range d.rows {
		if d.rows[i].ID == r.Of {
			d.rows[i].Withdrawn = true
			return sampling.Receipt{ID: r.ID, Status: sampling.Taken}, nil
		}
	}
	n, err := d.tx.Exec("UPDATE visit SET withdrawn = 1 WHERE id = $1 AND phone = $2 AND settled_at = 0", r.Of, d.h.Phone.ID)
	if n == 0 {
		return reject(r, "sampling.take_back_unknown"), err
	}
	return sampling.Receipt{ID: r.ID, Status: sampling.Taken}, err
}

func (d *doors) write() error {
	if len(d.rows) == 0 {
		return nil
	}
	if err := db.InsertAll(d.tx, "visit", d.rows); err != nil {
		return err
	}
	if err := d.tellStation(); err != nil {
		return err
	}
	if err := d.tx.Changed(d.h.Actor.Now, db.Change{Kind: "visit", Subject: d.sent.ID, Unit: d.h.Phone.UnitPath, What: "taken"}); err != nil {
		return err
	}
	return audit.Record(d.tx, d.h.Actor, audit.Entry{Action: "visit.taken", Kind: "visit", Subject: d.sent.ID, Unit: d.h.Phone.UnitPath})
}
