package sampling

import (
	"context"
	"errors"
	"slices"
	"time"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/id"
	"phaodai/internal/instant"
)

// oldest is how old a record may be when it arrives.
const oldest = 60 * 24 * time.Hour

// Take takes in what a phone or a page recorded. See TakeIn.
func (s *Service) Take(ctx context.Context, by auth.Actor, b Batch) (out []Receipt, err error) {
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		out, err = s.TakeIn(tx, by, b)
		return err
	})
	return out, err
}

// TakeIn takes in the records of a batch in their order, within the caller's
// transaction, and says of each what became of it. A record that was taken
// before is left as it is; one that does not fit what is known is kept as a
// problem; one without sense is rejected and the others are taken.
func (s *Service) TakeIn(tx *db.Tx, by auth.Actor, b Batch) ([]Receipt, error) {
	switch {
	case len(b.Records) > MaxBatch:
		return nil, fault.New(fault.TooLarge, "sampling.batch_large", "Most", MaxBatch)
	case !id.Valid(b.ID):
		return nil, fault.New(fault.Invalid, "input.broken")
	}
	in := &intake{s: s, tx: tx, by: by, batch: b}
	if err := in.read(); err != nil {
		return nil, err
	}
	receipts := make([]Receipt, len(b.Records))
	for i, r := range b.Records {
		receipts[i] = in.record(r)
	}
	return receipts, in.write()
}

// record takes one record.
func (in *intake) record(r Record) Receipt {
	out := Receipt{ID: r.ID}
	do, known := map[RecordKind]func(Record, *Receipt) error{
		TakeSample: in.sample, CloseTube: in.closeTube, MarkCall: in.call,
		AddNewcomer: in.newcomer, ReportIll: in.ill, TakeBack: in.takeBack,
	}[r.Kind]
	err := error(nil)
	switch {
	case !id.Valid(r.ID) || !known:
		err = fault.New(fault.Invalid, "input.broken")
	case in.known[r.ID]:
		out.Status = Repeated
		return out
	case in.at(r) < in.by.Now.Add(-oldest):
		err = fault.New(fault.Invalid, "sampling.too_old")
	default:
		err = do(r, &out)
	}
	if err != nil {
		return Refuse(r.ID, err)
	}
	in.known[r.ID] = true
	if out.Status == "" {
		out.Status = Taken
	}
	return out
}

// Refuse is the receipt of a record that has no sense, with the reason; a fault
// at a field is told first.
func Refuse(record string, err error) Receipt {
	out := Receipt{ID: record, Status: Rejected, Key: "error.internal"}
	var f *fault.Fault
	if errors.As(err, &f) {
		out.Key, out.Args = f.Key, f.Args
		if len(f.Fields) > 0 {
			out.Key, out.Args = f.Fields[0].Key, f.Fields[0].Args
		}
	}
	return out
}

// at is when a record was made: as long before now as it was before the phone
// sent it, whatever day the phone believes it is.
func (in *intake) at(r Record) instant.Micros {
	if in.batch.SentAt == 0 {
		return min(r.At, in.by.Now)
	}
	return in.by.Now - max(0, in.batch.SentAt-r.At)
}

// session is the session of a record, for who may record there.
func (in *intake) session(r Record) (Session, error) {
	s, ok := in.sessions[r.Session]
	if !ok {
		return s, fault.New(fault.NotFound, "sampling.session_unknown")
	}
	return s, in.may(s.UnitPath)
}

func (in *intake) may(path string) error { return MayTake(in.by, path) }

// MayTake refuses who takes no samples in a unit: neither the station nor a phone
// of its teams.
func MayTake(by auth.Actor, path string) error {
	if by.Can(auth.FieldWork, path, auth.Personal) {
		return nil
	}
	return by.Require(auth.SampleTake, path, auth.Personal)
}

func (in *intake) desk(r Record) string {
	if r.Desk != "" {
		return r.Desk
	}
	return in.batch.Desk
}

// write stores what the batch came to: one entry of the change log and one of
// the audit for each ward.
func (in *intake) write() error {
	steps := []func() error{
		func() error { return db.InsertAll(in.tx, "sample", in.samples) },
		func() error { return db.InsertAll(in.tx, "sampling_call", in.calls) },
		func() error { return db.InsertAll(in.tx, "sampling_newcomer", in.newcomers) },
		func() error { return db.InsertAll(in.tx, "symptom_report", in.reports) },
		func() error { return db.InsertAll(in.tx, "sampling_problem", in.problems) },
		in.writeTubes, in.writeAnswers, in.tellPolice,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	for _, c := range in.changes {
		if err := in.tx.Changed(in.by.Now, c); err != nil {
			return err
		}
	}
	slices.Sort(in.touched)
	for _, path := range slices.Compact(in.touched) {
		if err := in.tx.Changed(in.by.Now, db.Change{Kind: "sampling", Subject: in.batch.ID, Unit: path, What: "taken"}); err != nil {
			return err
		}
		if err := audit.Record(in.tx, in.by, audit.Entry{Action: "sampling.taken", Kind: "sampling", Subject: in.batch.ID, Unit: path}); err != nil {
			return err
		}
	}
	return nil
}

func (in *intake) writeTubes() error {
	var fresh []Tube
	var dues []instant.Micros
	for _, code := range in.order {
		t := in.tubes[code]
		if t.fresh || t.changed {
			dues = append(dues, t.DueAt)
		}
		switch {
		case t.fresh:
			fresh = append(fresh, t.Tube)
		case t.changed:
			_, err := in.tx.Exec("UPDATE tube SET members = $1, first_at = $2, due_at = $3, state = $4, version = version + 1 WHERE code = $5",
				t.Members, int64(t.FirstAt), int64(t.DueAt), t.State, t.Code)
			if err != nil {
				return err
			}
		}
	}
	if err := db.InsertAll(in.tx, "tube", fresh); err != nil {
		return err
	}
	return scheduleClocks(in.tx, in.by.Now, dues...)
}

// writeAnswers notes which resamples and reports of symptoms a sample answers,
// and takes back what was recorded by mistake.
func (in *intake) writeAnswers() error {
	for _, a := range in.answers {
		if _, err := in.tx.Exec(a.statement, a.args...); err != nil {
			return err
		}
	}
	return nil
}

// answer is a statement that runs when all rows are there.
type answer struct {
	statement string
	args      []any
}

func (in *intake) then(statement string, args ...any) {
	in.answers = append(in.answers, answer{statement, args})
}
