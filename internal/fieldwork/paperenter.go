package fieldwork

import (
	"context"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/sampling"
)

// longPaper is how old a list may be when it is entered.
const longPaper = 30 * 24 * time.Hour

// PaperDone is what became of an entry.
type PaperDone struct {
	Entered int `json:"entered"`
	Before  int `json:"before"` // rows that somebody had entered already: they stay
}

// EnterPaper enters what another wrote on a printed list: the visits bear both
// names. A household that was entered already stays as it is.
func (s *Service) EnterPaper(ctx context.Context, by auth.Actor, in PaperInput) (PaperDone, error) {
	return auth.Once(ctx, s.Store, by, "fieldwork", in.Key, func(tx *db.Tx) (out PaperDone, err error) {
		if err := tx.Lock("field_paper", in.Pass); err != nil {
			return out, err
		}
		p, err := paperIn(tx, by, in.Pass)
		if err != nil {
			return out, err
		}
		if in, err = checkPaper(by, in); err != nil {
			return out, err
		}
		there, err := enteredIn(tx, p)
		if err != nil {
			return out, err
		}
		var fresh []PaperRow
		for _, r := range in.Rows {
			if _, before := there[p.ID][r.Household]; before {
				out.Before++
				continue
			}
			fresh = append(fresh, r)
		}
		out.Entered = len(fresh)
		return out, s.enterRows(tx, by, p, in, fresh)
	})
}

func checkPaper(by auth.Actor, in PaperInput) (PaperInput, error) {
	f := fault.New(fault.Invalid, "input.check")
	if in.Walker = fold.Clip(in.Walker, 80); in.Walker == "" {
		f.At("walker", "input.missing")
	}
	if in.At == 0 || in.At > by.Now || in.At < by.Now.Add(-longPaper) {
		f.At("at", "fieldwork.paper_when")
	}
	if len(in.Rows) == 0 {
		f.At("rows", "fieldwork.paper_empty")
	}
	for _, r := range in.Rows {
		if r.Found == Ill && (len(r.Persons) == 0 || len(r.Symptoms) == 0) {
			f.At("found-"+r.Household, "fieldwork.paper_ill")
		}
		if r.Found == Arrived && fold.Clip(r.Name, 100) == "" {
			f.At("found-"+r.Household, "fieldwork.paper_arrived")
		}
	}
	return in, f.OrNil()
}

// enterRows takes the rows as if a phone had sent them.
func (s *Service) enterRows(tx *db.Tx, by auth.Actor, p Pass, in PaperInput, rows []PaperRow) error {
	sent := Sending{ID: p.ID, SentAt: by.Now}
	var others []sampling.Record
	for _, r := range rows {
		base := sampling.Record{ID: s.IDs.New(), Kind: VisitKind, At: in.At}
		sent.Records = append(sent.Records, Record{Record: base, Household: r.Household, Found: r.Found, Persons: r.Persons, Note: r.Note})
		others = append(others, s.beside(in, r)...)
	}
	d := &doors{s: s, tx: tx, h: Held{Phone: Phone{UnitPath: p.UnitPath}, Pass: p, Actor: by}, sent: sent, walker: in.Walker}
	if err := d.read(); err != nil {
		return err
	}
	for _, r := range sent.Records {
		if got, err := d.take(r); err != nil || got.Status == sampling.Rejected {
			return wrong(r, got, err)
		}
	}
	if err := d.write(); err != nil {
		return err
	}
	by.UnitPath = p.UnitPath // who arrived is of this ward, wherever it is entered
	receipts, err := s.Sampling.TakeIn(tx, by, sampling.Batch{ID: p.ID, SentAt: by.Now, Desk: p.Desk, Records: others})
	for _, got := range receipts {
		if err == nil && got.Status == sampling.Rejected {
			err = fault.New(fault.Invalid, "input.check").At("rows", got.Key, got.Args...)
		}
	}
	return err
}

// beside are the records that go with a row: who is ill, who arrived.
func (s *Service) beside(in PaperInput, r PaperRow) (out []sampling.Record) {
	switch r.Found {
	case Ill:
		for _, p := range r.Persons {
			out = append(out, sampling.Record{ID: s.IDs.New(), Kind: sampling.ReportIll, At: in.At, Resident: p, Symptoms: r.Symptoms, Source: "door"})
		}
	case Arrived:
		out = append(out, sampling.Record{ID: s.IDs.New(), Kind: sampling.AddNewcomer, At: in.At, Name: r.Name, Birth: r.Birth, Place: r.Note})
	}
	return out
}

// wrong tells at which row an entry has no sense.
func wrong(r Record, got sampling.Receipt, err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Invalid, "input.check").At("found-"+r.Household, got.Key, got.Args...)
}

// DropInput takes back a row that was entered by mistake.
type DropInput struct {
	Key   string `json:"key,omitempty"`
	Pass  string `json:"pass,omitempty"`
	Visit string `json:"visit"`
}

// DropPaper takes back a row with the reports of symptoms that came with it, so
// that it can be entered anew.
func (s *Service) DropPaper(ctx context.Context, by auth.Actor, in DropInput) (Visit, error) {
	return auth.Once(ctx, s.Store, by, "fieldwork", in.Key, func(tx *db.Tx) (v Visit, err error) {
		if _, err := paperIn(tx, by, in.Pass); err != nil {
			return v, err
		}
		err = tx.Get(&v, "SELECT "+visitColumns+" FROM visit WHERE id = $1 AND batch = $2 AND withdrawn = 0", in.Visit, in.Pass)
		switch {
		case err == db.ErrNoRow:
			return v, fault.New(fault.NotFound, "fieldwork.visit_unknown")
		case err != nil:
			return v, err
		case v.SettledAt != 0:
			return v, fault.New(fault.Conflict, "fieldwork.visit_settled", "Who", v.SettledBy)
		}
		if _, err := tx.Exec("UPDATE visit SET withdrawn = 1 WHERE id = $1", v.ID); err != nil {
			return v, err
		}
		if err := s.dropReports(tx, by, v); err != nil {
			return v, err
		}
		return v, s.note(tx, by, "visit", v.ID, v.UnitPath, "dropped")
	})
}

// reported is a report of symptoms with its time.
type reported struct {
	ID string         `db:"id"`
	At instant.Micros `db:"at"`
}

func (s *Service) dropReports(tx *db.Tx, by auth.Actor, v Visit) error {
	ids, err := db.SelectIn[reported](tx, "SELECT id, at FROM symptom_report WHERE source = 'door' AND sample = '' AND closed = '' AND resident IN ($in)", list(v.Persons))
	var records []sampling.Record
	for _, r := range ids {
		if r.At == v.At {
			records = append(records, sampling.Record{ID: s.IDs.New(), Kind: sampling.TakeBack, At: by.Now, Of: r.ID})
		}
	}
	if err != nil || len(records) == 0 {
		return err
	}
	_, err = s.Sampling.TakeIn(tx, by, sampling.Batch{ID: v.Batch, Records: records})
	return err
}
