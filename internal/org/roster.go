package org

import (
	"context"
	"sort"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
)

// Gap is a time in which nobody is on duty, Overlap one with several.
type Gap struct {
	From instant.Micros `json:"from"`
	To   instant.Micros `json:"to"`
}

// Gaps returns the times of a period that no shift covers, in order. Shifts
// may come in any order and overlap.
func Gaps(p Period, shifts []Period) []Gap {
	sorted := append([]Period(nil), shifts...)
	sort.Slice(sorted, func(i, j int) bool { return sorted[i].From < sorted[j].From })
	var gaps []Gap
	covered := p.From
	for _, s := range sorted {
		if s.To <= covered || s.From >= p.To || s.To <= s.From {
			continue
		}
		if s.From > covered {
			gaps = append(gaps, Gap{covered, s.From})
		}
		covered = s.To
	}
	if covered < p.To {
		gaps = append(gaps, Gap{covered, p.To})
	}
	return gaps
}

// Overlaps returns the times of a period that two or more shifts cover, in
// order, each as long as possible.
func Overlaps(p Period, shifts []Period) []Gap {
	type edge struct {
		at   instant.Micros
		step int
	}
	var edges []edge
	for _, s := range shifts {
		from, to := max(s.From, p.From), min(s.To, p.To)
		if from < to {
			edges = append(edges, edge{from, 1}, edge{to, -1})
		}
	}
	// At one moment the next shift begins before the last ends: touching is no overlap.
	sort.Slice(edges, func(i, j int) bool {
		if edges[i].at != edges[j].at {
			return edges[i].at < edges[j].at
		}
		return edges[i].step < edges[j].step
	})
	var out []Gap
	depth := 0
	for _, e := range edges {
		depth += e.step
		switch {
		case depth == 2 && e.step == 1:
			out = append(out, Gap{From: e.at})
		case depth == 1 && e.step == -1:
			out[len(out)-1].To = e.at
		}
	}
	return out
}

// Roster is the duty of one office over a period.
type Roster struct {
	Office   Office      `json:"office"`
	Entries  []DutyEntry `json:"entries"`
	Gaps     []Gap       `json:"gaps"`
	Overlaps []Gap       `json:"overlaps"`
	Now      []DutyEntry `json:"now"`
	MayKeep  bool        `json:"may_keep"` // the actor may change it
}

// RosterIn returns the roster of an office over a period with its gaps.
func RosterIn(tx *db.Tx, by auth.Actor, o Office, p Period) (Roster, error) {
	var shifts []Shift
	err := tx.Select(&shifts, "SELECT "+shiftColumns+` FROM duty_shift WHERE office = $1 AND valid_from < $2 AND valid_to > $3
		ORDER BY valid_from, id`, o.ID, int64(p.To), int64(p.From))
	if err != nil {
		return Roster{}, err
	}
	r := Roster{Office: o}
	if r.MayKeep, err = mayKeep(tx, by, o); err != nil {
		return Roster{}, err
	}
	if r.Entries, err = dutyEntries(tx, by, shifts); err != nil {
		return Roster{}, err
	}
	periods := make([]Period, len(shifts))
	for i, e := range r.Entries {
		periods[i] = e.Shift.Period
	}
	// Who is on duty now matters whatever period is looked at.
	var running []Shift
	err = tx.Select(&running, "SELECT "+shiftColumns+` FROM duty_shift WHERE office = $1 AND valid_from <= $2 AND valid_to > $3
		ORDER BY valid_from, id`, o.ID, int64(by.Now), int64(by.Now))
	if err != nil {
		return Roster{}, err
	}
	if r.Now, err = dutyEntries(tx, by, running); err != nil {
		return Roster{}, err
	}
	r.Gaps, r.Overlaps = Gaps(p, periods), Overlaps(p, periods)
	return r, nil
}

// Rosters returns the rosters of a unit and the units directly below it over a
// period: of each command centre and committee, and of every government that
// has neither.
func (s *Service) Rosters(ctx context.Context, by auth.Actor, unitPath string, p Period) (out []Roster, err error) {
	if p.To <= p.From || p.To.Sub(p.From) > 62*24*time.Hour {
		return nil, fault.New(fault.Invalid, "org.roster_period")
	}
	err = s.read(ctx, by, func(tx *db.Tx) error {
		offices, err := OfficesUnder(tx, unitPath, "", by.Now)
		if err != nil {
			return err
		}
		for _, o := range dutyOffices(offices, unitPath) {
			r, err := RosterIn(tx, by, o, p)
			if err != nil {
				return err
			}
			out = append(out, r)
		}
		return nil
	})
	return out, err
}

// dutyOffices picks who must keep a roster.
func dutyOffices(offices []Office, top string) (out []Office) {
	has := map[string]bool{}
	for _, o := range offices {
		has[o.UnitPath] = has[o.UnitPath] || o.Kind == Committee || o.Kind == CommandCentre
	}
	for _, o := range offices {
		near := o.UnitPath == top || ParentPath(o.UnitPath) == top
		keeps := o.Kind == Committee || o.Kind == CommandCentre || o.Kind == UBND && !has[o.UnitPath]
		if near && keeps {
			out = append(out, o)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].UnitPath == top && out[j].UnitPath != top })
	return out
}

// ShiftInput plans one shift.
type ShiftInput struct {
	Key    string         `json:"key,omitempty"`
	Office string         `json:"office"`
	Person string         `json:"person"`
	Post   string         `json:"post,omitempty"`
	Phone  string         `json:"phone,omitempty"`
	From   instant.Micros `json:"from"`
	To     instant.Micros `json:"to"`
}

// longestShift bounds a shift, so that a wrong date is seen.
const longestShift = 48 * time.Hour

// PlanShift puts a person on duty. Overlapping shifts are allowed and shown.
func (s *Service) PlanShift(ctx context.Context, by auth.Actor, in ShiftInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		o, err := officeOnDuty(tx, by, in.Office)
		if err != nil {
			return Done{}, err
		}
		if in.Person == "" {
			return Done{}, invalid().At("person", "input.missing")
		}
		if _, err := PersonIn(tx, in.Person); err != nil {
			return Done{}, err
		}
		f := invalid()
		sh := Shift{ID: s.ids.New(), Office: o.ID, UnitPath: o.UnitPath, Person: in.Person, Post: in.Post,
			Phone: phone(f, "phone", in.Phone), Period: Period{in.From, in.To}, Stamp: stamp(by)}
		switch {
		case in.From == 0 || in.To <= in.From:
			f.At("to", "org.period_backwards")
		case in.To.Sub(in.From) > longestShift:
			f.At("to", "org.shift_too_long", "Hours", int(longestShift.Hours()))
		}
		if err := f.OrNil(); err != nil {
			return Done{}, err
		}
		if err := tx.Insert("duty_shift", sh); err != nil {
			return Done{}, err
		}
		return Done{sh.ID, 1}, record(tx, by, "shift", sh.ID, o.UnitPath, "planned")
	})
}

func officeOnDuty(tx *db.Tx, by auth.Actor, id string) (Office, error) {
	o, err := OfficeIn(tx, id)
	if err != nil {
		return Office{}, err
	}
	if err := requireKeeper(tx, by, o); err != nil {
		return Office{}, err
	}
	return o, InForce(tx, o, by.Now)
}

func shiftToChange(tx *db.Tx, by auth.Actor, id string, version int64, may func(Shift) error) (Shift, error) {
	if err := tx.Lock("shift", id); err != nil {
		return Shift{}, err
	}
	var sh Shift
	if err := tx.Get(&sh, "SELECT "+shiftColumns+" FROM duty_shift WHERE id = $1", id); err != nil {
		return Shift{}, missing(err, "org.shift_unknown", id)
	}
	if err := may(sh); err != nil {
		return Shift{}, err
	}
	return sh, sh.fresh(version)
}

// CancelShift takes a shift out of the roster that nobody has begun.
func (s *Service) CancelShift(ctx context.Context, by auth.Actor, in EndInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		sh, err := shiftToChange(tx, by, in.ID, in.Version, func(sh Shift) error {
			return requireKeeperOf(tx, by, sh.Office)
		})
		if err != nil {
			return Done{}, err
		}
		if sh.CheckedInAt != 0 {
			return Done{}, fault.New(fault.Conflict, "org.shift_begun", "At", sh.CheckedInAt)
		}
		if _, err := tx.Exec("DELETE FROM duty_shift WHERE id = $1", sh.ID); err != nil {
			return Done{}, err
		}
		return Done{sh.ID, sh.Version + 1}, record(tx, by, "shift", sh.ID, sh.UnitPath, "cancelled")
	})
}

// onShift lets the person himself act on his shift, or who manages duty there
// (what was told by telephone is entered by somebody else; the audit keeps
// both names).
func onShift(tx *db.Tx, by auth.Actor) func(Shift) error {
	return func(sh Shift) error {
		if by.Person != "" && by.Person == sh.Person {
			return nil
		}
		return requireKeeperOf(tx, by, sh.Office)
	}
}

// earliestCheckIn is how long before a shift its person may check in.
const earliestCheckIn = time.Hour

// CheckInInput says that somebody took over duty.
type CheckInInput struct {
	Key     string `json:"key,omitempty"`
	Version int64  `json:"version,omitempty"`
	ID      string `json:"id,omitempty"`
	Place   string `json:"place,omitempty"`
}

// CheckIn takes over a shift, from one hour before it until its end.
func (s *Service) CheckIn(ctx context.Context, by auth.Actor, in CheckInInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		sh, err := shiftToChange(tx, by, in.ID, in.Version, onShift(tx, by))
		if err != nil {
			return Done{}, err
		}
		if sh.CheckedInAt != 0 {
			return Done{sh.ID, sh.Version}, nil
		}
		if by.Now < sh.From.Add(-earliestCheckIn) || by.Now >= sh.To {
			return Done{}, fault.New(fault.Conflict, "org.shift_not_now", "From", sh.From, "To", sh.To)
		}
		f := invalid()
		place := fold.NFC(short(f, "place", in.Place, 200))
		if err := f.OrNil(); err != nil {
			return Done{}, err
		}
		if err := set(tx, by, "duty_shift", "id", sh.ID, []string{"checked_in_at", "place"}, int64(by.Now), place); err != nil {
			return Done{}, err
		}
		return Done{sh.ID, sh.Version + 1}, record(tx, by, "shift", sh.ID, sh.UnitPath, "checked_in", "checked_in_at", "place")
	})
}

// HandOverInput ends a shift with a note for the next.
type HandOverInput struct {
	Key     string `json:"key,omitempty"`
	Version int64  `json:"version,omitempty"`
	ID      string `json:"id,omitempty"`
	Note    string `json:"note"`
}

// HandOver writes the note of a shift for whoever comes next. The note may be
// added to until the shift is a day old.
func (s *Service) HandOver(ctx context.Context, by auth.Actor, in HandOverInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		sh, err := shiftToChange(tx, by, in.ID, in.Version, onShift(tx, by))
		if err != nil {
			return Done{}, err
		}
		if by.Now < sh.From || by.Now > sh.To.Add(24*time.Hour) {
			return Done{}, fault.New(fault.Conflict, "org.shift_not_now", "From", sh.From, "To", sh.To)
		}
		f := invalid()
		note := fold.NFC(short(f, "note", required(f, "note", in.Note), 4000))
		if err := f.OrNil(); err != nil {
			return Done{}, err
		}
		if err := set(tx, by, "duty_shift", "id", sh.ID, []string{"handed_at", "hand_note"}, int64(by.Now), note); err != nil {
			return Done{}, err
		}
		return Done{sh.ID, sh.Version + 1}, record(tx, by, "shift", sh.ID, sh.UnitPath, "handed_over", "hand_note")
	})
}

// LastNote returns the newest hand-over note of an office until now.
func LastNote(tx *db.Tx, by auth.Actor, officeID string) (DutyEntry, bool, error) {
	var shifts []Shift
	err := tx.Select(&shifts, "SELECT "+shiftColumns+` FROM duty_shift WHERE office = $1 AND handed_at > 0 AND handed_at <= $2
		ORDER BY handed_at DESC, id LIMIT 1`, officeID, int64(by.Now))
	if err != nil || len(shifts) == 0 {
		return DutyEntry{}, false, err
	}
	entries, err := dutyEntries(tx, by, shifts)
	if err != nil {
		return DutyEntry{}, false, err
	}
	return entries[0], true, nil
}
