package people

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// MergeInput makes one entry of two.
type MergeInput struct {
	Key    string `json:"key,omitempty"`
	Keep   string `json:"keep"`
	Gone   string `json:"gone"`
	Reason string `json:"reason"`
}

// Merger is a merger that was done.
type Merger struct {
	ID       string         `db:"id" json:"id"`
	Kept     string         `db:"kept" json:"kept"`
	Gone     string         `db:"gone" json:"gone"`
	UnitPath string         `db:"unit_path" json:"unit_path"`
	Before   string         `db:"before" json:"-"`
	Reason   string         `db:"reason" json:"reason"`
	At       instant.Micros `db:"at" json:"at"`
	ByName   string         `db:"by_name" json:"by_name"`
	UndoneAt instant.Micros `db:"undone_at" json:"undone_at,omitempty"`
}

// undo is what it takes to undo a merger: nothing of the persons themselves.
type undo struct {
	Took  []string // fields that the kept entry took over
	Moved []moved
	Twin  *Twin
}

// moved are the rows of a link that a merger moved.
type moved struct {
	Link Link
	Keys []string
}

// Merge makes one entry of two: everything that named the one names the other,
// in one transaction. What the kept entry does not know it takes over.
func (s *Service) Merge(ctx context.Context, by auth.Actor, in MergeInput) (Merger, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Merger, error) {
		f := invalid()
		reason := required(f, "reason", in.Reason, 500)
		if in.Keep == in.Gone {
			f.At("gone", "people.choose")
		}
		if err := f.OrNil(); err != nil {
			return Merger{}, err
		}
		for _, id := range []string{min(in.Keep, in.Gone), max(in.Keep, in.Gone)} { // in one order, so that two never wait for each other
			if err := tx.Lock("resident", id); err != nil {
				return Merger{}, err
			}
		}
		kept, err := s.residentToChange(tx, by, in.Keep, 0)
		if err != nil {
			return Merger{}, err
		}
		gone, err := s.residentToChange(tx, by, in.Gone, 0)
		if err != nil {
			return Merger{}, err
		}
		return s.merge(tx, by, kept, gone, reason)
	})
}

func (s *Service) merge(tx *db.Tx, by auth.Actor, kept, gone Resident, reason string) (Merger, error) {
	m := Merger{ID: s.ids.New(), Kept: kept.ID, Gone: gone.ID, UnitPath: kept.UnitPath, Reason: reason, At: by.Now, ByName: by.Name}
	var u undo
	var err error
	if u.Took, err = s.join(&kept, gone); err != nil {
		return m, err
	}
	if err := s.endStay(tx, gone.ID, by.Now); err != nil {
		return m, err
	}
	if u.Moved, err = s.relink(tx, gone.ID, kept.ID); err != nil {
		return m, err
	}
	gone.To, gone.Ended, gone.Into = by.Now, Merged, kept.ID
	for _, r := range []*Resident{&kept, &gone} {
		if err := s.stamped(tx, by, r); err != nil {
			return m, err
		}
	}
	if u.Twin, err = s.settled(tx, by, m); err != nil {
		return m, err
	}
	m.Before = jsonOf(u)
	if err := tx.Insert("resident_merge", m); err != nil {
		return m, err
	}
	return m, s.noteBoth(tx, by, m, "merged")
}

// settled closes the pair that the merger decides, and returns it as it was.
func (s *Service) settled(tx *db.Tx, by auth.Actor, m Merger) (*Twin, error) {
	t, err := s.twinToDecide(tx, by, m.Kept, m.Gone)
	if fault.KeyOf(err) == "people.twin_unknown" || fault.KeyOf(err) == "people.twin_decided" {
		return nil, nil // merged on sight
	}
	if err != nil {
		return nil, err
	}
	after := t
	after.Reason = m.Reason
	return &t, s.decided(tx, by, &after, OnePerson)
}

// stamped stores a resident as changed by the actor.
func (s *Service) stamped(tx *db.Tx, by auth.Actor, r *Resident) error {
	r.Version, r.ChangedBy, r.ChangedAt = r.Version+1, by.Name, by.Now
	return s.storeResident(tx, *r)
}

func (s *Service) noteBoth(tx *db.Tx, by auth.Actor, m Merger, what string) error {
	for _, id := range []string{m.Kept, m.Gone} {
		if err := (change{tx, by, "resident", id, m.UnitPath}).note(what, m.Reason); err != nil {
			return err
		}
	}
	return nil
}

// joint is a field that a merger may take over.
type joint struct {
	name     string
	at, from *string
}

func joints(kept, gone *Resident) []joint {
	return []joint{
		{"birth", &kept.Birth, &gone.Birth}, {"occupation", &kept.Occupation, &gone.Occupation}, {"likeness", &kept.Likeness, &gone.Likeness},
		{"sex", (*string)(&kept.Sex), (*string)(&gone.Sex)}, {"number", &kept.NumberIndex, &gone.NumberIndex}, {"phone", &kept.PhoneIndex, &gone.PhoneIndex},
	}
}

// join gives the kept entry what only the other knows, and tells what. Sealed
// values are bound to their row: they are sealed anew.
func (s *Service) join(kept *Resident, gone Resident) (took []string, err error) {
	for _, j := range joints(kept, &gone) {
		if *j.at != "" || *j.from == "" {
			continue
		}
		*j.at = *j.from
		took = append(took, j.name)
	}
	if slices.Contains(took, "number") {
		kept.NumberKind = gone.NumberKind
		if kept.Number, err = s.resealed("number", kept.ID, gone.ID, gone.Number); err != nil {
			return nil, err
		}
	}
	if slices.Contains(took, "phone") {
		kept.Phone, err = s.resealed("phone", kept.ID, gone.ID, gone.Phone)
	}
	return took, err
}

func (s *Service) resealed(column, to, from, value string) (string, error) {
	text, err := s.opened("resident", column, from, value)
	if err != nil {
		return "", err
	}
	return s.sealed("resident", column, to, text)
}

// giveBack takes out of the kept entry what it had taken over.
func giveBack(kept *Resident, took []string) {
	for _, j := range joints(kept, kept) {
		if slices.Contains(took, j.name) {
			*j.at = ""
		}
	}
	if slices.Contains(took, "number") {
		kept.Number, kept.NumberKind = "", ""
	}
	if slices.Contains(took, "phone") {
		kept.Phone = ""
	}
}

// relink moves every link from one resident to another and tells which rows.
func (s *Service) relink(tx *db.Tx, from, to string) (out []moved, err error) {
	for _, l := range s.links {
		var keys []string
		if err := tx.Select(&keys, fmt.Sprintf("SELECT %s FROM %s WHERE %s = $1 ORDER BY 1", l.Key, l.Table, l.Column), from); err != nil {
			return nil, err
		}
		if len(keys) == 0 {
			continue
		}
		if _, err := tx.Exec(fmt.Sprintf("UPDATE %s SET %s = $1 WHERE %s = $2", l.Table, l.Column, l.Column), to, from); err != nil {
			return nil, err
		}
		out = append(out, moved{l, keys})
	}
	return out, nil
}

// UndoInput undoes a merger.
type UndoInput struct {
	Key    string `json:"key,omitempty"`
	ID     string `json:"id,omitempty"`
	Reason string `json:"reason"`
}

// Undo makes two entries of one again: links that the merger moved go back, and
// those that came since stay with the entry that was kept.
func (s *Service) Undo(ctx context.Context, by auth.Actor, in UndoInput) (Merger, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Merger, error) {
		m, err := mergerIn(tx, in.ID)
		if err != nil {
			return m, err
		}
		f := invalid()
		m.Reason = required(f, "reason", in.Reason, 500)
		if err := f.OrNil(); err != nil {
			return m, err
		}
		if err := s.overBoth(tx, by, m.Kept, m.Gone); err != nil {
			return m, err
		}
		return m, s.undo(tx, by, &m)
	})
}

func mergerIn(tx *db.Tx, id string) (m Merger, err error) {
	if err := tx.Lock("resident_merge", id); err != nil {
		return m, err
	}
	err = tx.Get(&m, "SELECT id, kept, gone, unit_path, before, reason, at, by_name, undone_at FROM resident_merge WHERE id = $1", id)
	switch {
	case err == db.ErrNoRow:
		return m, fault.New(fault.NotFound, "people.merger_unknown")
	case err != nil:
		return m, err
	case m.UndoneAt != 0:
		return m, fault.New(fault.Conflict, "people.merger_undone", "At", m.UndoneAt)
	}
	var later int
	if err := tx.Get(&later, "SELECT COUNT(*) FROM resident_merge WHERE (kept = $1 OR gone = $2) AND undone_at = 0 AND id > $3", m.Kept, m.Kept, id); err != nil {
		return m, err
	}
	if later > 0 {
		return m, fault.New(fault.Conflict, "people.merger_later")
	}
	return m, nil
}

func (s *Service) undo(tx *db.Tx, by auth.Actor, m *Merger) error {
	var u undo
	if err := json.Unmarshal([]byte(m.Before), &u); err != nil {
		return err
	}
	if err := s.apart(tx, by, *m, u.Took); err != nil {
		return err
	}
	for _, x := range u.Moved {
		for _, key := range x.Keys {
			if _, err := tx.Exec(fmt.Sprintf("UPDATE %s SET %s = $1 WHERE %s = $2", x.Link.Table, x.Link.Column, x.Link.Key), m.Gone, key); err != nil {
				return err
			}
		}
	}
	if _, err := tx.Exec("UPDATE stay SET valid_to = $1 WHERE resident = $2 AND valid_to = $3", int64(instant.Forever), m.Gone, int64(m.At)); err != nil {
		return err
	}
	if u.Twin != nil {
		_, err := tx.Exec("UPDATE twin SET state = 'open', decided_by = '', decided_at = 0, reason = '' WHERE first = $1 AND second = $2", u.Twin.First, u.Twin.Second)
		if err != nil {
			return err
		}
	}
	m.UndoneAt = by.Now
	if _, err := tx.Exec("UPDATE resident_merge SET undone_at = $1 WHERE id = $2", int64(m.UndoneAt), m.ID); err != nil {
		return err
	}
	return s.noteBoth(tx, by, *m, "unmerged")
}

// apart gives both entries back what the merger changed and nothing else: what
// was changed since stays.
func (s *Service) apart(tx *db.Tx, by auth.Actor, m Merger, took []string) error {
	kept, err := ResidentIn(tx, m.Kept)
	if err != nil {
		return err
	}
	gone, err := ResidentIn(tx, m.Gone)
	if err != nil {
		return err
	}
	giveBack(&kept, took)
	gone.To, gone.Ended, gone.Into = instant.Forever, "", ""
	if err := s.stamped(tx, by, &kept); err != nil {
		return err
	}
	return s.stamped(tx, by, &gone)
}
