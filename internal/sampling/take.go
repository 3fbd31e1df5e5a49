package sampling

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
)

// TubeCode is a code as it is kept: scanners and fingers differ in case and
// blanks.
func TubeCode(text string) string {
	return strings.ToUpper(strings.Join(strings.Fields(text), ""))
}

var tubeForm = regexp.MustCompile(`^[0-9A-Z][0-9A-Z./-]{2,39}$`)

// sample takes a sample: whatever does not fit, it is kept.
func (in *intake) sample(r Record, out *Receipt) error {
	s, err := in.session(r)
	if err != nil {
		return err
	}
	code := TubeCode(r.Tube)
	if !tubeForm.MatchString(code) {
		return fault.New(fault.Invalid, "sampling.tube_code", "Tube", r.Tube)
	}
	if r.Self && strings.TrimSpace(r.Supervisor) == "" {
		return fault.New(fault.Invalid, "sampling.supervisor_missing")
	}
	p := in.persons[r.Resident]
	x := Sample{
		ID: r.ID, Tube: code, Resident: r.Resident, Session: s.ID, Campaign: s.Campaign, UnitPath: s.UnitPath, At: in.at(r), RecordedAt: in.by.Now,
		Purpose: ForRound, Self: r.Self, Supervisor: short(r.Supervisor), Consent: short(r.Consent), Taker: in.by.Name, Desk: short(in.desk(r)), Batch: in.batch.ID, State: Open,
	}
	if p != nil {
		x.Resident = p.id
	}
	in.purpose(&x, p, r.Purpose)
	in.turn(&x, s, p, out)
	t := in.tube(code, s, x)
	if problem, found := in.misfit(x, s, t, p); found {
		x.Problem, x.Turn = problem.ID, 0
		in.problems = append(in.problems, problem)
		out.Status, out.Problem = HasProblem, problem.ID
		out.Key, out.Args = "sampling.problem_"+string(problem.Kind), []any{"Tube", code, "Desk", t.Desk, "Most", t.PoolMax}
	} else {
		in.fill(&x, s, t, p)
	}
	out.Turn = x.Turn
	in.samples = append(in.samples, x)
	in.touched = append(in.touched, s.UnitPath)
	return nil
}

// purpose is what the state of the person asks for, before what was said.
func (in *intake) purpose(x *Sample, p *person, said Purpose) {
	switch {
	case p != nil && p.resample != "":
		x.Purpose = ForResample
	case p != nil && len(p.ill) > 0 || said == ForSymptoms:
		x.Purpose = ForSymptoms
	}
}

// turn is which sample of the person in the campaign this is: those count that
// are far enough apart, and were not lost.
func (in *intake) turn(x *Sample, s Session, p *person, out *Receipt) {
	if s.Campaign == "" || p == nil || x.Purpose == ForResample {
		return
	}
	x.Turn = 1
	for _, g := range p.had {
		if g.Campaign != s.Campaign || g.Turn == 0 || g.State == Lost {
			continue
		}
		if apart := daysApart(g.At, x.At); apart < s.SpacingDays {
			x.Turn = 0
			out.Key, out.Args = "sampling.too_soon", []any{"Days", apart, "Least", s.SpacingDays}
			return
		}
		x.Turn++
	}
}

// daysApart is how many calendar days lie between two moments.
func daysApart(a, b instant.Micros) int {
	zone := instant.Vietnam()
	d := int(instant.DayOf(a.In(zone)) - instant.DayOf(b.In(zone)))
	return max(d, -d)
}

// tube is the tube with a code; it begins with the first sample in it.
func (in *intake) tube(code string, s Session, x Sample) *held {
	if t := in.tubes[code]; t != nil {
		return t
	}
	t := &held{fresh: true, Tube: Tube{
		Code: code, Session: s.ID, Campaign: s.Campaign, UnitPath: s.UnitPath, Method: s.Method, PoolMax: max(1, s.PoolMax),
		Desk: x.Desk, State: Filling, FirstAt: x.At, Version: 1,
	}}
	in.tubes[code], in.order = t, append(in.order, code)
	return t
}

// misfit finds what does not fit together.
func (in *intake) misfit(x Sample, s Session, t *held, p *person) (Problem, bool) {
	kind, other := ProblemKind(""), ""
	switch {
	case p == nil:
		kind = UnknownPerson
	case t.Session != s.ID || t.Desk != x.Desk:
		kind = TubeElsewhere
	case t.State != Filling:
		kind = TubeGone
	case t.Members >= t.PoolMax:
		kind = TubeFull
	case t.alone || t.Members > 0 && x.Purpose == ForResample:
		kind = NotAlone
	default:
		if other = p.twice(x); other != "" {
			kind = Twice
		}
	}
	if kind == "" {
		return Problem{}, false
	}
	return Problem{
		ID: in.s.ids.New(), Kind: kind, Tube: x.Tube, Sample: x.ID, Other: other, Session: s.ID, UnitPath: s.UnitPath, At: in.by.Now, State: ProblemOpen,
	}, true
}

// twice is another sample of the same session or day. Who is to give another one
// because the first said nothing may.
func (p *person) twice(x Sample) string {
	if x.Purpose == ForResample {
		return ""
	}
	for _, g := range p.had {
		again := g.State == Lost || g.Result == Invalid
		if !again && (g.Session == x.Session || daysApart(g.At, x.At) == 0) {
			return g.ID
		}
	}
	return ""
}

// fill puts a sample into its tube.
func (in *intake) fill(x *Sample, s Session, t *held, p *person) {
	t.Members++
	t.FirstAt = min(t.FirstAt, x.At)
	t.changed, t.alone = true, t.alone || x.Purpose == ForResample
	if s.ClockFrom == FromSampling && s.ClockHours > 0 {
		t.DueAt = t.FirstAt.Add(time.Duration(s.ClockHours) * time.Hour)
	}
	x.Position = t.Members
	p.had = append(p.had, given{ID: x.ID, Resident: x.Resident, Session: x.Session, Campaign: x.Campaign, At: x.At, Turn: x.Turn, Purpose: x.Purpose, State: Open})
	in.asked[x.ID] = asked{p.resample, p.ill}
	if p.resample != "" {
		in.then("UPDATE resample SET state = 'taken', by_sample = $1 WHERE id = $2", x.ID, p.resample)
		p.resample = ""
	}
	for _, report := range p.ill {
		in.then("UPDATE symptom_report SET sample = $1 WHERE id = $2", x.ID, report)
	}
	p.ill = nil
}

// closeTube says that nothing more goes into a tube.
func (in *intake) closeTube(r Record, out *Receipt) error {
	t := in.tubes[TubeCode(r.Tube)]
	if t == nil {
		return fault.New(fault.NotFound, "sampling.tube_unknown", "Tube", r.Tube)
	}
	if err := in.may(t.UnitPath); err != nil {
		return err
	}
	if t.State != Filling || t.Desk != short(in.desk(r)) {
		out.Status = Repeated
		return nil
	}
	t.State, t.changed = Closed, true
	in.touched = append(in.touched, t.UnitPath)
	return nil
}

// takeBack withdraws a sample or a call that was a mistake, as long as its tube
// is at the table.
func (in *intake) takeBack(r Record, out *Receipt) error {
	i := slices.IndexFunc(in.samples, func(x Sample) bool { return x.ID == r.Of })
	if i >= 0 {
		x := &in.samples[i]
		t := in.tubes[x.Tube]
		if x.State == Withdrawn {
			out.Status = Repeated
			return nil
		}
		in.withdraw(x, t)
		return nil
	}
	if i := slices.IndexFunc(in.calls, func(c Call) bool { return c.ID == r.Of }); i >= 0 {
		in.calls[i].Withdrawn = true
		return nil
	}
	return in.takeBackKept(r, out)
}

// withdraw takes a sample out of its tube.
func (in *intake) withdraw(x *Sample, t *held) {
	x.State, x.Turn = Withdrawn, 0
	if x.Problem == "" && t != nil {
		t.Members--
		t.changed, t.alone = true, t.alone && x.Purpose != ForResample
	}
	x.Problem = ""
	if p := in.persons[x.Resident]; p != nil {
		p.had = slices.DeleteFunc(p.had, func(g given) bool { return g.ID == x.ID })
		p.resample, p.ill = cmp.Or(p.resample, in.asked[x.ID].resample), append(p.ill, in.asked[x.ID].ill...)
	}
	in.then("UPDATE sampling_problem SET state = 'decided', decision = 'withdraw', decided_by = $1, decided_at = $2 WHERE sample = $3 AND state = 'open'",
		in.by.Name, int64(in.by.Now), x.ID)
	in.then("UPDATE resample SET state = 'open', by_sample = '' WHERE by_sample = $1", x.ID)
	in.then("UPDATE symptom_report SET sample = '' WHERE sample = $1", x.ID)
}

// takeBackKept withdraws what an earlier batch brought.
func (in *intake) takeBackKept(r Record, out *Receipt) error {
	var found []Sample
	if err := in.tx.Select(&found, "SELECT "+sampleColumns+" FROM sample WHERE id = $1", r.Of); err != nil {
		return err
	}
	if len(found) == 0 {
		return in.takeBackCall(r, out)
	}
	x := found[0]
	if err := in.may(x.UnitPath); err != nil {
		return err
	}
	if err := in.tx.LockAll("tube/" + x.Tube); err != nil {
		return err
	}
	if in.tubes[x.Tube] == nil {
		if err := in.readTubes(names{tubes: []string{x.Tube}}); err != nil {
			return err
		}
	}
	t := in.tubes[x.Tube]
	switch {
	case x.State == Withdrawn:
		out.Status = Repeated
		return nil
	case x.State != Open || t.State != Filling && t.State != Closed:
		return fault.New(fault.Conflict, "sampling.take_back_late", "Tube", x.Tube)
	}
	if err := in.askedBy(x.ID); err != nil {
		return err
	}
	in.withdraw(&x, t)
	in.then("UPDATE sample SET state = 'withdrawn', turn = 0, problem = '' WHERE id = $1", x.ID)
	in.changes = append(in.changes, db.Change{Kind: "sample", Subject: x.ID, Unit: x.UnitPath, What: "withdrawn"})
	in.touched = append(in.touched, x.UnitPath)
	return nil
}

// askedBy finds what a sample of an earlier batch answers.
func (in *intake) askedBy(sample string) error {
	var a asked
	if err := in.tx.Select(&a.ill, "SELECT id FROM symptom_report WHERE sample = $1", sample); err != nil {
		return err
	}
	err := in.tx.Get(&a.resample, "SELECT id FROM resample WHERE by_sample = $1", sample)
	if err == db.ErrNoRow {
		err = nil
	}
	in.asked[sample] = a
	return err
}

func (in *intake) takeBackCall(r Record, out *Receipt) error {
	var found []Call
	if err := in.tx.Select(&found, "SELECT "+callColumns+" FROM sampling_call WHERE id = $1", r.Of); err != nil {
		return err
	}
	if len(found) == 0 {
		return in.takeBackOther(r)
	}
	if err := in.may(found[0].UnitPath); err != nil {
		return err
	}
	if found[0].Withdrawn {
		out.Status = Repeated
		return nil
	}
	in.then("UPDATE sampling_call SET withdrawn = 1 WHERE id = $1", r.Of)
	in.touched = append(in.touched, found[0].UnitPath)
	return nil
}

// takeBackOther closes a report of symptoms that no sample has answered, or takes
// out a newcomer whom nobody has entered or sampled.
func (in *intake) takeBackOther(r Record) error {
	if i := slices.IndexFunc(in.reports, func(x SymptomReport) bool { return x.ID == r.Of }); i >= 0 {
		in.reports[i].Closed = "mistake"
		return nil
	}
	if i := slices.IndexFunc(in.newcomers, func(x newcomer) bool { return x.ID == r.Of }); i >= 0 {
		in.newcomers = slices.Delete(in.newcomers, i, i+1)
		return nil
	}
	var ill []SymptomReport
	if err := in.tx.Select(&ill, "SELECT "+symptomColumns+" FROM symptom_report WHERE id = $1 AND sample = ''", r.Of); err != nil {
		return err
	}
	if len(ill) == 1 && in.may(ill[0].UnitPath) == nil {
		in.then("UPDATE symptom_report SET closed = 'mistake' WHERE id = $1", r.Of)
		in.changes = append(in.changes, db.Change{Kind: "resident", Subject: ill[0].Resident, Unit: ill[0].UnitPath, What: "well"})
		return nil
	}
	n, err := in.tx.Exec("DELETE FROM sampling_newcomer WHERE id = $1 AND unit_path = $2 AND resident = '' AND id NOT IN (SELECT resident FROM sample)", r.Of, in.by.UnitPath)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "sampling.take_back_unknown")
	}
	return err
}

// longest bounds the texts of a record.
const longest = 200

func short(text string) string { return fold.Clip(text, longest) }
