package fieldwork

import (
	"context"
	"time"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/people"
)

// PhoneView is a phone with its duty, as the ward sees it.
type PhoneView struct {
	Phone  Phone `json:"phone"`
	Pass   Pass  `json:"pass"`
	Visits int   `json:"visits"`
}

// Phones are those of a ward, the newest first.
func (s *Service) Phones(ctx context.Context, by auth.Actor, path string) (out []PhoneView, err error) {
	if err := by.Require(auth.FieldManage, path, auth.Personal); err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, func(tx *db.Tx) error {
		var phones []Phone
		if err := tx.Select(&phones, "SELECT "+phoneColumns+" FROM field_phone WHERE unit_path = $1 ORDER BY entered_at DESC, id LIMIT 200", path); err != nil {
			return err
		}
		out = make([]PhoneView, len(phones))
		for i, p := range phones {
			out[i].Phone = p
			if err := tx.Get(&out[i].Pass, "SELECT "+passColumns+" FROM field_pass WHERE id = $1", p.Pass); err != nil {
				return err
			}
			if err := tx.Get(&out[i].Visits, "SELECT COUNT(*) FROM visit WHERE unit_path = $1 AND at >= $2 AND phone = $3 AND withdrawn = 0", p.UnitPath, int64(p.EnteredAt.Add(-time.Hour)), p.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// Need is somebody ill or in need behind a door whom nobody has looked after.
type Need struct {
	Visit
	Text  string         `json:"text"` // opened
	Lane  string         `json:"lane" db:"lane"`
	Code  string         `json:"code" db:"code"`
	Names []string       `json:"names,omitempty"` // of who is ill
	Until instant.Micros `json:"until,omitempty"` // when somebody must have come
	Notes []Note         `json:"notes,omitempty"`
}

// Round is how far the visits of a day are.
type Round struct {
	Households int            `json:"households"`
	Contacted  int            `json:"contacted"`
	Found      map[string]int `json:"found"`    // households by the last outcome
	Needs      []Need         `json:"needs"`    // that nobody has answered, who is ill first
	Rejected   []Rejected     `json:"rejected"` // that could not be taken
}

// Round counts the visits of a ward since a moment, and lists who is ill or
// needs help.
func (s *Service) Round(ctx context.Context, by auth.Actor, path string, since instant.Micros) (r Round, err error) {
	if err := by.Require(auth.FieldManage, path, auth.Personal); err != nil {
		return r, err
	}
	defer func() {
		if err == nil && len(r.Needs)+len(r.Rejected) > 0 { // names and notes were opened
			err = s.read(ctx, by, path)
		}
	}()
	err = s.Store.Read(ctx, func(tx *db.Tx) error {
		r = Round{Found: map[string]int{}}
		if err := tx.Get(&r.Households, "SELECT COUNT(*) FROM household WHERE unit_path = $1 AND valid_to > $2", path, int64(by.Now)); err != nil {
			return err
		}
		var rows []struct {
			Outcome string `db:"outcome"`
			N       int    `db:"n"`
		}
		err := tx.Select(&rows, `SELECT v.outcome, COUNT(*) AS n FROM visit v WHERE v.unit_path = $1 AND v.at >= $2 AND v.withdrawn = 0 AND NOT EXISTS
			(SELECT 1 FROM visit x WHERE x.household = v.household AND x.withdrawn = 0 AND (x.at > v.at OR x.at = v.at AND x.id > v.id)) GROUP BY v.outcome`, path, int64(since))
		if err != nil {
			return err
		}
		for _, x := range rows {
			r.Found[x.Outcome] = x.N
			r.Contacted += x.N
		}
		if r.Rejected, err = s.rejectedOf(tx, path); err != nil {
			return err
		}
		return s.needs(tx, path, &r)
	})
	return r, err
}

// read notes that somebody read what was found behind doors.
func (s *Service) read(ctx context.Context, by auth.Actor, path string) error {
	return s.Store.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(tx, by, audit.Entry{Action: "visit.needs_read", Kind: "visit", Unit: path, Fields: []string{"note", "persons"}})
	})
}

func (s *Service) needs(tx *db.Tx, path string, r *Round) error {
	err := tx.Select(&r.Needs, `SELECT v.id, v.household, v.unit_path, v.area, v.outcome, v.persons, v.note, v.at, v.recorded_at, v.by_name, v.phone, v.batch, v.withdrawn,
		v.settled_by, v.settled_at, v.answer, v.entered_by, h.lane, h.code, '' AS text FROM visit v JOIN household h ON h.id = v.household
		WHERE v.unit_path = $1 AND v.outcome IN ('ill', 'help') AND v.settled_at = 0 AND v.withdrawn = 0
		ORDER BY CASE WHEN v.outcome = 'ill' THEN 0 ELSE 1 END, v.at LIMIT 200`, path)
	var persons []string
	for i := range r.Needs {
		n := &r.Needs[i]
		if n.Text, err = s.Vault.Open(visitPlace(n.ID), n.Note); err != nil {
			return err
		}
		n.Until, persons = n.Due(), append(persons, list(n.Persons)...)
	}
	if err != nil {
		return err
	}
	if err := named(tx, r.Needs, persons); err != nil {
		return err
	}
	return noted(tx, r.Needs)
}

// named puts names to the persons of needs.
func named(tx *db.Tx, needs []Need, persons []string) error {
	rows, err := db.SelectIn[people.DoorPerson](tx, "SELECT id, name, birth, household FROM resident WHERE id IN ($in)", persons)
	names := map[string]string{}
	for _, p := range rows {
		names[p.ID] = p.Name
	}
	for i := range needs {
		for _, id := range list(needs[i].Persons) {
			needs[i].Names = append(needs[i].Names, names[id])
		}
	}
	return err
}

// SettleInput says what was done for a household.
type SettleInput struct {
	Visit  string `json:"visit,omitempty"`
	Answer string `json:"answer"`
}

// Settle closes a need with what was done for it.
func (s *Service) Settle(ctx context.Context, by auth.Actor, in SettleInput) (v Visit, err error) {
	err = s.Store.Write(ctx, func(tx *db.Tx) error {
		err := tx.Get(&v, "SELECT "+visitColumns+" FROM visit WHERE id = $1", in.Visit)
		switch {
		case err == db.ErrNoRow:
			return fault.New(fault.NotFound, "fieldwork.visit_unknown")
		case err != nil:
			return err
		case v.SettledAt != 0:
			return fault.New(fault.Conflict, "fieldwork.visit_settled", "Who", v.SettledBy)
		case fold.Clip(in.Answer, 500) == "":
			return fault.New(fault.Invalid, "input.check").At("answer", "input.missing")
		}
		if err := by.Require(auth.FieldManage, v.UnitPath, auth.Personal); err != nil {
			return err
		}
		v.SettledBy, v.SettledAt, v.Answer = by.Name, by.Now, fold.Clip(in.Answer, 500)
		if _, err := tx.Exec("UPDATE visit SET settled_by = $1, settled_at = $2, answer = $3 WHERE id = $4", v.SettledBy, int64(v.SettledAt), v.Answer, v.ID); err != nil {
			return err
		}
		return s.note(tx, by, "visit", v.ID, v.UnitPath, "settled")
	})
	return v, err
}
