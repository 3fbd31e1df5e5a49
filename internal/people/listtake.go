package people

import (
	"context"
	"encoding/json"
	"errors"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/listfile"
	"phaodai/internal/term"
)

func faultOf(err error) (f *fault.Fault, ok bool) {
	ok = errors.As(err, &f)
	return f, ok
}

// RowView is a row of a list with what becomes of it.
type RowView struct {
	Line   int        `json:"line"`
	Cells  []string   `json:"cells"`
	Name   string     `json:"name"`
	Fate   Fate       `json:"fate"`
	Fields []string   `json:"fields,omitempty"` // that change
	Faults []RowFault `json:"faults,omitempty"`
}

// Preview is a list as it would be taken in.
type Preview struct {
	List    List             `json:"list"`
	Columns []string         `json:"columns"`
	Mapping listfile.Mapping `json:"mapping"`
	Counted Counted          `json:"counted"`
	Rows    []RowView        `json:"rows"`
}

// PreviewList says what a list would do, and changes nothing. Rows that are
// wrong come first, of the others so many as asked for.
func (s *Service) PreviewList(ctx context.Context, by auth.Actor, id string, m listfile.Mapping, most int) (Preview, error) {
	l, t, err := s.listOf(ctx, by, id)
	if err != nil {
		return Preview{}, err
	}
	return audited(ctx, s, by, reading{action: "people_list.opened", subject: l.ID, unit: l.UnitPath}, func(tx *db.Tx) (Preview, error) {
		p := Preview{List: l, Columns: t.Columns}
		if p.Mapping, err = mapped(tx, l, t, m); err != nil {
			return p, err
		}
		w, err := s.wardOf(tx, by, l, t.Read(listFields, p.Mapping))
		if err != nil {
			return p, err
		}
		var right []RowView
		for _, row := range t.Rows {
			x := w.plan(row)
			p.Counted.count(x)
			v := RowView{x.line, x.cells, x.in.Name, x.fate, x.fields, x.faults}
			if x.fate == WrongRow {
				p.Rows = append(p.Rows, v)
			} else if len(right) < most {
				right = append(right, v)
			}
		}
		p.Rows = append(p.Rows, right...)
		return p, nil
	})
}

func (c *Counted) count(p planned) {
	c.Rows++
	switch p.fate {
	case NewRow:
		c.New++
	case ChangedRow:
		c.Changed++
	case SameRow:
		c.Same++
	default:
		c.Wrong++
		return
	}
	if p.fresh {
		c.Households++
	}
}

// TakeJob is the kind of the job that takes in a list.
const TakeJob = "people.take"

// TakePayload names the list that a job takes in.
type TakePayload struct {
	List string `json:"list"`
}

// StartInput says which list to take in, and which column is what.
type StartInput struct {
	Key     string           `json:"key,omitempty"`
	ID      string           `json:"id,omitempty"`
	Mapping listfile.Mapping `json:"mapping,omitempty"` // null: as the preview shows it
}

// StartList lets a job take in what is right in a list.
func (s *Service) StartList(ctx context.Context, by auth.Actor, in StartInput) (List, error) {
	l, t, err := s.listOf(ctx, by, in.ID)
	if err != nil {
		return l, err
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (List, error) {
		if err := tx.Lock("people_list", l.ID); err != nil {
			return l, err
		}
		now, err := listIn(tx, l.ID)
		if err == nil && now.State != "kept" {
			err = fault.New(fault.Conflict, "people.list_taken", "Name", l.Name)
		}
		if err != nil {
			return l, err
		}
		m, err := mapped(tx, l, t, in.Mapping)
		if err != nil {
			return l, err
		}
		if err := remember(tx, l, t, m); err != nil {
			return l, err
		}
		now.State, now.Mapping, now.ByName, now.Account = "running", jsonOf(m), by.Name, by.Account
		_, err = tx.Exec("UPDATE people_list SET state = $1, mapping = $2, by_name = $3, account = $4 WHERE id = $5", now.State, now.Mapping, now.ByName, now.Account, l.ID)
		if err != nil {
			return l, err
		}
		if err := (change{tx, by, "people_list", l.ID, l.UnitPath}).note("started", ""); err != nil {
			return l, err
		}
		return now, s.tools.Enqueue(tx, by.Wall, TakePayload{l.ID})
	})
}

// RunList is what the job does: the list is taken in for who started it.
func (s *Service) RunList(ctx context.Context, system auth.Actor, p TakePayload, progress func(done, all int64)) error {
	var l List
	err := s.store.Read(ctx, func(tx *db.Tx) (err error) {
		l, err = listIn(tx, p.List)
		return err
	})
	if err != nil {
		return err
	}
	m := listfile.Mapping{}
	if err := json.Unmarshal([]byte(l.Mapping), &m); err != nil {
		return err
	}
	system.Name = l.ByName
	_, err = s.TakeList(ctx, system, l.ID, m, progress)
	return err
}

// listChunk is how many rows are saved in one transaction: others wait no longer.
const listChunk = 500

// TakeList takes in what is right in a list, some rows at a time. It may be
// called again after a stop: it goes on where it was, and a list that was taken
// in changes nothing. Progress hears rows done and in all, and may be nil.
func (s *Service) TakeList(ctx context.Context, by auth.Actor, id string, m listfile.Mapping, progress func(done, all int64)) (Counted, error) {
	l, t, err := s.listOf(ctx, by, id)
	if err != nil {
		return Counted{}, err
	}
	var w *ward
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		if m, err = mapped(tx, l, t, m); err != nil {
			return err
		}
		w, err = s.wardOf(tx, by, l, t.Read(listFields, m))
		return err
	})
	if err != nil {
		return Counted{}, err
	}
	done := Counted{}
	if l.State == "running" {
		done = l.Counted()
	}
	for from := 0; from < len(t.Rows); from += listChunk {
		rows := t.Rows[from:min(from+listChunk, len(t.Rows))]
		chunk := make([]planned, len(rows))
		for i, r := range rows {
			chunk[i] = w.plan(r)
		}
		if from < done.Rows {
			continue // saved before the stop
		}
		if err := s.saveChunk(ctx, by, l, chunk, &done, from+len(rows) == len(t.Rows)); err != nil {
			return done, err
		}
		if progress != nil {
			progress(int64(done.Rows), int64(len(t.Rows)))
		}
	}
	return done, nil
}

// saveChunk saves some rows with the count so far, whole or not at all.
func (s *Service) saveChunk(ctx context.Context, by auth.Actor, l List, chunk []planned, done *Counted, last bool) error {
	next := *done
	err := s.store.Write(ctx, func(tx *db.Tx) error {
		next = *done // a transaction may be tried again
		var fresh []planned
		for _, p := range chunk {
			next.count(p)
			switch p.fate {
			case NewRow:
				fresh = append(fresh, p)
			case ChangedRow:
				if err := s.saveChanged(tx, by, p); err != nil {
					return err
				}
			}
		}
		if err := s.saveNew(tx, by, chunk, fresh); err != nil {
			return err
		}
		found, err := s.compareAll(tx, by, chunk)
		if err != nil {
			return err
		}
		next.Twins += found
		return s.noteChunk(tx, by, l, next, last)
	})
	if err == nil {
		*done = next
	}
	return err
}

// saveChanged stores what is news, unless somebody changed the resident since
// the list was held against it: then the row waits for the next time.
func (s *Service) saveChanged(tx *db.Tx, by auth.Actor, p planned) error {
	if err := tx.Lock("resident", p.at.ID); err != nil {
		return err
	}
	now, err := ResidentIn(tx, p.at.ID)
	if err != nil || now.Version != p.at.Version-1 {
		return err
	}
	if err := s.storeResident(tx, p.at); err != nil {
		return err
	}
	if err := s.indexed(tx, p.at); err != nil {
		return err
	}
	return tx.Changed(by.Now, db.Change{Kind: "resident", Subject: p.at.ID, Unit: p.at.UnitPath, What: "changed"})
}

func (s *Service) saveNew(tx *db.Tx, by auth.Actor, chunk, fresh []planned) error {
	var homes []Household
	var people []Resident
	var stays []stay
	homeWords, words := map[string]string{}, map[string]string{}
	for _, p := range chunk {
		if p.fresh && p.fate != WrongRow {
			homes = append(homes, *p.home)
			homeWords[p.home.ID] = p.home.Lane + " " + p.home.Code
		}
	}
	for _, p := range fresh {
		people = append(people, p.at)
		stays = append(stays, stay{s.ids.New(), p.at.ID, p.at.Household, p.at.UnitPath, p.at.Stay, p.in.FromPlace, p.at.From, p.at.To, by.Name})
		words[p.at.ID] = p.at.Name
	}
	if err := db.InsertAll(tx, "household", homes); err != nil {
		return err
	}
	if err := db.InsertAll(tx, "resident", people); err != nil {
		return err
	}
	if err := db.InsertAll(tx, "stay", stays); err != nil {
		return err
	}
	if err := term.IndexNew(tx, "household", homeWords); err != nil {
		return err
	}
	if err := term.IndexNew(tx, "resident", words); err != nil {
		return err
	}
	for _, h := range homes {
		if err := tx.Changed(by.Now, db.Change{Kind: "household", Subject: h.ID, Unit: h.UnitPath, What: "added"}); err != nil {
			return err
		}
	}
	for _, r := range people {
		if err := tx.Changed(by.Now, db.Change{Kind: "resident", Subject: r.ID, Unit: r.UnitPath, What: "added"}); err != nil {
			return err
		}
	}
	return nil
}

// compareAll notes who of a chunk may be somebody else in the registry.
func (s *Service) compareAll(tx *db.Tx, by auth.Actor, chunk []planned) (found int, err error) {
	for column, of := range map[string]func(Resident) string{"number_index": func(r Resident) string { return r.NumberIndex }, "likeness": func(r Resident) string { return r.Likeness }} {
		mine, indexes := map[string]Resident{}, []any{}
		for _, p := range chunk {
			if index := of(p.at); index != "" && (p.fate == NewRow || p.fate == ChangedRow) {
				mine[index], indexes = p.at, append(indexes, index)
			}
		}
		if len(indexes) == 0 {
			continue
		}
		var others []Resident
		err := tx.Select(&others, "SELECT "+residentColumns+" FROM resident WHERE "+column+" IN ("+marks(1, len(indexes))+")", indexes...)
		if err != nil {
			return found, err
		}
		why := map[string]Why{"number_index": SameNumber, "likeness": Alike}[column]
		for _, o := range others {
			if r := mine[of(o)]; r.ID != o.ID && o.Holds(by.Now) {
				if err := pair(tx, by, r, o, why); err != nil {
					return found, err
				}
				found++
			}
		}
	}
	return found, nil
}

// noteChunk keeps how far the list is.
func (s *Service) noteChunk(tx *db.Tx, by auth.Actor, l List, c Counted, last bool) error {
	state := "running"
	if last {
		state = "done"
	}
	if _, err := tx.Exec("UPDATE people_list SET state = $1, result = $2 WHERE id = $3", state, jsonOf(c), l.ID); err != nil {
		return err
	}
	if err := tx.Changed(by.Now, db.Change{Kind: "people_list", Subject: l.ID, Unit: l.UnitPath, What: state}); err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{Action: "people_list.taken", Kind: "people_list", Subject: l.ID, Unit: l.UnitPath})
}
