package sampling

import (
	"cmp"
	"slices"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// Finding is what a laboratory found in a tube, when it is released: entered by
// one person and agreed to by another (package laboratory).
type Finding struct {
	Tube     string         `json:"tube"`
	Result   Result         `json:"result"`
	At       instant.Micros `json:"at,omitempty"`       // of the test, 0 is now
	Corrects bool           `json:"corrects,omitempty"` // takes the place of what was released
	Reason   string         `json:"reason,omitempty"`   // of a correction
}

// Effect is what the release of a result came to.
type Effect struct {
	Tube     Tube     `json:"tube"`
	Closed   []Sample `json:"closed"`             // that have their result now
	Resample []Sample `json:"resample"`           // whose givers must give a sample of their own
	Positive *Sample  `json:"positive,omitempty"` // of the one person who is positive
}

// TubeIn returns a tube.
func TubeIn(tx *db.Tx, code string) (Tube, error) {
	var t Tube
	err := tx.Get(&t, "SELECT "+tubeColumns+" FROM tube WHERE code = $1", TubeCode(code))
	if err == db.ErrNoRow {
		return t, fault.New(fault.NotFound, "sampling.tube_unknown", "Tube", code)
	}
	return t, err
}

// SamplesIn returns the samples of a tube, in their order.
func SamplesIn(tx *db.Tx, tube string) (out []Sample, err error) {
	return out, tx.Select(&out, "SELECT "+sampleColumns+" FROM sample WHERE tube = $1 ORDER BY position, at, id", TubeCode(tube))
}

// ResultIn releases what was found in a tube. Negative closes all its samples.
// A positive sample of one person is his result. A positive pool, a positive
// rapid test and an invalid tube ask every member for a single sample; of a
// positive one they stay apart until it is settled. The caller has the right and,
// but for rapid tests, the second reader.
func (s *Service) ResultIn(tx *db.Tx, by auth.Actor, f Finding) (Effect, error) {
	t, err := s.tubeToChange(tx, f.Tube)
	if err != nil {
		return Effect{}, err
	}
	switch {
	case !slices.Contains([]Result{Negative, Positive, Invalid}, f.Result):
		return Effect{}, fault.New(fault.Invalid, "sampling.result_unknown")
	case t.State == TubeLost:
		return Effect{}, fault.New(fault.Conflict, "sampling.tube_lost", "Tube", t.Code)
	case t.Members == 0:
		return Effect{}, fault.New(fault.Conflict, "sampling.tube_empty", "Tube", t.Code)
	case t.State == TubeResulted && !f.Corrects:
		return Effect{}, fault.New(fault.Conflict, "sampling.tube_resulted", "Tube", t.Code, "At", t.ResultedAt)
	case f.Corrects && t.State != TubeResulted:
		return Effect{}, fault.New(fault.Conflict, "sampling.tube_not_resulted", "Tube", t.Code)
	}
	r := &release{s: s, tx: tx, by: by, tube: t, finding: f}
	return r.do()
}

// tubeToChange locks a tube.
func (s *Service) tubeToChange(tx *db.Tx, code string) (Tube, error) {
	if err := tx.LockAll("tube/" + TubeCode(code)); err != nil {
		return Tube{}, err
	}
	return TubeIn(tx, code)
}

// release is the release of one result.
type release struct {
	s       *Service
	tx      *db.Tx
	by      auth.Actor
	tube    Tube
	finding Finding
	members []Sample // without those withdrawn, lost, or in problem
	effect  Effect
}

func (r *release) do() (Effect, error) {
	all, err := SamplesIn(r.tx, r.tube.Code)
	if err != nil {
		return r.effect, err
	}
	for _, x := range all {
		if x.Problem == "" && (x.State == Open || r.finding.Corrects && x.State == Resulted) {
			r.members = append(r.members, x)
		}
	}
	if r.finding.Corrects {
		if err := r.takeBack(); err != nil {
			return r.effect, err
		}
	}
	for i := range r.members {
		if err := r.member(r.members[i]); err != nil {
			return r.effect, err
		}
	}
	return r.effect, r.store()
}

// single tells whether the tube holds one person.
func (r *release) single() bool { return len(r.members) == 1 }

// member gives one sample what the tube's result says of it.
func (r *release) member(x Sample) error {
	if r.finding.Result == Negative || r.finding.Result == Positive && r.single() && r.tube.Method != Rapid {
		return r.close(x, r.finding.Result, !r.single())
	}
	r.effect.Resample = append(r.effect.Resample, x)
	return r.tx.Insert("resample", Resample{
		ID: r.s.ids.New(), Resident: x.Resident, Sample: x.ID, Tube: x.Tube, UnitPath: x.UnitPath,
		Isolate: r.finding.Result == Positive, At: r.by.Now, State: ResampleOpen,
	})
}

// close gives a sample its result, and with it the samples that waited for it:
// those of pools for which it is the single sample.
func (r *release) close(x Sample, result Result, byPool bool) error {
	_, err := r.tx.Exec("UPDATE sample SET state = 'resulted', result = $1, by_pool = $2, resulted_at = $3 WHERE id = $4",
		result, one(byPool), int64(r.by.Now), x.ID)
	if err != nil {
		return err
	}
	x.State, x.Result, x.ByPool, x.ResultedAt = Resulted, result, byPool, r.by.Now
	r.effect.Closed = append(r.effect.Closed, x)
	if result == Positive && !byPool {
		r.effect.Positive = &x
	}
	var waiting []string
	if err := r.tx.Select(&waiting, "SELECT sample FROM resample WHERE by_sample = $1", x.ID); err != nil {
		return err
	}
	for _, w := range waiting {
		_, err := r.tx.Exec("UPDATE sample SET state = 'resulted', result = $1, by_pool = 0, resulted_at = $2 WHERE id = $3 AND state = 'open'", result, int64(r.by.Now), w)
		if err != nil {
			return err
		}
	}
	_, err = r.tx.Exec("UPDATE resample SET state = 'done' WHERE by_sample = $1", x.ID)
	return err
}

// takeBack undoes what the result that is corrected had come to. Single samples
// that were taken since stay and keep their own results.
func (r *release) takeBack() error {
	if _, err := r.tx.Exec("UPDATE resample SET state = 'dropped' WHERE tube = $1 AND state IN ('open', 'taken')", r.tube.Code); err != nil {
		return err
	}
	kept := r.members[:0]
	for _, x := range r.members {
		var settled int // by a sample of his own, which decides more than the pool
		if err := r.tx.Get(&settled, "SELECT COUNT(*) FROM resample WHERE sample = $1 AND state = 'done'", x.ID); err != nil {
			return err
		}
		if settled == 0 {
			kept = append(kept, x)
		}
	}
	r.members = kept
	for i := range r.members {
		x := &r.members[i]
		x.State, x.Result = Open, ""
		if _, err := r.tx.Exec("UPDATE sample SET state = 'open', result = '', by_pool = 0, resulted_at = 0 WHERE id = $1", x.ID); err != nil {
			return err
		}
		_, err := r.tx.Exec(`UPDATE sample SET state = 'open', result = '', resulted_at = 0 WHERE id IN (SELECT sample FROM resample WHERE by_sample = $1)`, x.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *release) store() error {
	t := &r.tube
	t.State, t.Result, t.ResultedAt, t.Version = TubeResulted, r.finding.Result, r.by.Now, t.Version+1
	_, err := r.tx.Exec("UPDATE tube SET state = $1, result = $2, resulted_at = $3, version = $4 WHERE code = $5",
		t.State, t.Result, int64(t.ResultedAt), t.Version, t.Code)
	if err != nil {
		return err
	}
	r.effect.Tube = *t
	what := "resulted"
	if r.finding.Corrects {
		what = "corrected"
	}
	return r.s.note(r.tx, r.by, *t, what, cmp.Or(r.finding.Reason, string(r.finding.Result)), r.finding.Reason)
}

// note writes what happened with a tube: its history, the change log, the audit.
func (s *Service) note(tx *db.Tx, by auth.Actor, t Tube, what, detail, reason string) error {
	if err := tx.Insert("tube_event", TubeEvent{s.ids.New(), t.Code, what, by.Now, by.Name, detail}); err != nil {
		return err
	}
	if err := tx.Changed(by.Now, db.Change{Kind: "tube", Subject: t.Code, Unit: t.UnitPath, What: what}); err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{Action: "tube." + what, Kind: "tube", Subject: t.Code, Unit: t.UnitPath, Reason: reason})
}

// TubeEvent is one thing that happened with a tube.
type TubeEvent struct {
	ID     string         `db:"id" json:"id"`
	Tube   string         `db:"tube" json:"tube"`
	What   string         `db:"what" json:"what"`
	At     instant.Micros `db:"at" json:"at"`
	ByName string         `db:"by_name" json:"by_name"`
	Detail string         `db:"detail" json:"detail"`
}

// EventsIn are what happened with a tube, oldest first.
func EventsIn(tx *db.Tx, tube string) (out []TubeEvent, err error) {
	return out, tx.Select(&out, "SELECT id, tube, what, at, by_name, detail FROM tube_event WHERE tube = $1 ORDER BY at, id", TubeCode(tube))
}

// Resample is a single sample that a tube asks for.
type Resample struct {
	ID       string         `db:"id" json:"id"`
	Resident string         `db:"resident" json:"resident"`
	Sample   string         `db:"sample" json:"sample"`
	Tube     string         `db:"tube" json:"tube"`
	UnitPath string         `db:"unit_path" json:"unit_path"`
	Isolate  bool           `db:"isolate" json:"isolate"`
	At       instant.Micros `db:"at" json:"at"`
	State    string         `db:"state" json:"state"` // open, taken, done, dropped
	BySample string         `db:"by_sample" json:"by_sample,omitempty"`
}

// ResampleOpen is the state of a single sample that nobody took yet.
const ResampleOpen = "open"

const resampleColumns = `id, resident, sample, tube, unit_path, isolate, at, state, by_sample`

// ResamplesIn are the single samples that wait in a subtree, the oldest first.
func ResamplesIn(tx *db.Tx, path string) (out []Resample, err error) {
	return out, tx.Select(&out, "SELECT "+resampleColumns+" FROM resample WHERE unit_path >= $1 AND unit_path < $2 AND state IN ('open', 'taken') ORDER BY at, id", path, org.Beyond(path))
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
