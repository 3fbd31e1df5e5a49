package campaign_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/campaign"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/i18n"
	"phaodai/internal/sampling"
	"phaodai/internal/testkit"
	"phaodai/internal/zoning"
)

// obliged are the people of each line.
func obliged(p campaign.Progress) (out []int) {
	for _, l := range p.Lines {
		out = append(out, l.Obliged)
	}
	return out
}

func TestEverybodyBelongsToTheFirstLineThatHolds(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.opened()
		step := func(what string, want ...int) {
			t.Helper()
			p := w.progress(c, 0)
			if got := obliged(p); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", what, got, want)
			}
			if sum := p.Total.Obliged + p.AtOnce[0].Due + p.Total.Unknown; sum != len(w.who) {
				t.Errorf("%s: lines add up to %d people, not %d", what, sum, len(w.who))
			}
		}
		step("no area has a class", 0, 1, 0, 0, 3)
		w.class(w.areas[0], zoning.DistrictArea, "A01", "CT15")
		step("the first group becomes an area of high risk", 0, 1, 0, 2, 1)
		w.class(w.areas[0], zoning.Blocked, "BLOCKED", "CT15")
		step("and is blocked", 0, 1, 2, 0, 1)
		w.record(c, sampling.Record{Kind: sampling.ReportIll, Resident: w.who[3].ID, Symptoms: []string{sampling.Fever}})
		step("the health worker falls ill", 1, 0, 2, 0, 1)
	})
}

// Of three people the occupation is not known. A rule that asks for it without
// known() leaves them open at every line, and they are counted once.
func TestWhoCannotBeDecidedIsCountedOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c, err := w.clause31(func(in *campaign.Input) { in.Lines[1].Rule = "'health' in occupations" })
		w.must(err)
		p := w.progress(c, 0)
		if p.Total.Unknown != 3 || p.Total.Obliged != 1 || p.Lines[1].Unknown != 3 || p.Lines[4].Unknown != 3 {
			t.Errorf("%+v %+v", p.Total, p.Lines)
		}
		q := campaign.NamesQuery{Campaign: c.ID, Unit: unit, Line: 5, Which: campaign.Due}
		names, err := w.s.Names(t.Context(), w.by(), q)
		if err != nil || len(names) != 3 || !names[0].Undecided {
			t.Errorf("%+v %v", names, err)
		}
	})
}

// One person through three turns two days apart, with a tube that breaks.
func TestWhoIsDueFollowsSamplesAndSpacing(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.class(w.areas[0], zoning.Blocked, "BLOCKED", "CT15")
		c := w.opened()
		step := func(what string, due int, taken ...int) {
			t.Helper()
			if l := w.progress(c, 0).Lines[2]; l.Due != due || !slices.Equal(l.Taken, taken) {
				t.Errorf("%s: %d due, taken %v; want %d, %v", what, l.Due, l.Taken, due, taken)
			}
		}
		step("nobody yet", 2, 0, 0, 0)
		w.record(c, sampling.Record{Kind: sampling.TakeSample, Resident: w.who[0].ID, Tube: "LB-1"})
		step("one sample", 1, 1, 0, 0)
		w.now = w.now.Add(24 * time.Hour)
		step("the next day", 1, 1, 0, 0)
		w.now = w.now.Add(24 * time.Hour)
		step("two days later", 2, 1, 0, 0)
		w.record(c, sampling.Record{Kind: sampling.TakeSample, Resident: w.who[0].ID, Tube: "LB-2"})
		step("the second turn", 1, 1, 1, 0)
		_, err := w.tubes.DeclareLost(t.Context(), w.by(), sampling.LostInput{Tube: "LB-2", Why: "broken"})
		w.must(err)
		step("its tube broke", 2, 1, 0, 0)
	})
}

func TestAbsentAndRefusedStandAtTheirAreaUntilASampleIsThere(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.opened()
		row := func(area string) campaign.Row {
			t.Helper()
			rows := w.progress(c, 0).Rows
			i := slices.IndexFunc(rows, func(r campaign.Row) bool { return r.Area == area })
			if i < 0 {
				t.Fatalf("no row of %q in %+v", area, rows)
			}
			return rows[i]
		}
		w.record(c, sampling.Record{Kind: sampling.MarkCall, Resident: w.who[0].ID, Outcome: sampling.Absent})
		w.record(c, sampling.Record{Kind: sampling.MarkCall, Resident: w.who[2].ID, Outcome: sampling.Refused})
		for area, want := range map[string][2]int{"": {1, 1}, w.areas[0].ID: {1, 0}, w.areas[1].ID: {0, 1}} {
			if r := row(area); r.Absent != want[0] || r.Refused != want[1] {
				t.Errorf("%q: %+v", r.Name, r)
			}
		}
		w.now = w.now.Add(time.Hour)
		w.record(c, sampling.Record{Kind: sampling.TakeSample, Resident: w.who[0].ID, Tube: "LB-1"})
		if r := row(""); r.Absent != 0 || r.Taken != 1 || r.Left() != 3 {
			t.Errorf("he came after all: %+v", r)
		}
		w.record(c, sampling.Record{Kind: sampling.ReportIll, Resident: w.who[2].ID, Symptoms: []string{sampling.Cough}})
		w.now = w.now.Add(time.Hour)
		w.record(c, sampling.Record{Kind: sampling.TakeSample, Resident: w.who[2].ID, Tube: "LB-2"})
		if p := w.progress(c, 0); len(p.AtOnce) != 1 || p.AtOnce[0].Obliged != 1 || p.AtOnce[0].Taken != 1 || p.AtOnce[0].Due != 0 || p.Total.Obliged != 4 {
			t.Errorf("who was ill was sampled: %+v %+v", p.AtOnce, p.Total)
		}
	})
}

func TestNamesAreForWhoReadsTheRegistryThere(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.opened()
		q := campaign.NamesQuery{Campaign: c.ID, Unit: unit, Area: w.areas[0].ID, Line: 5, Which: campaign.Due}
		station := w.as(ward, "health_station")
		got, err := w.s.Names(t.Context(), station, q)
		w.must(err)
		if len(got) != 2 || got[0].Name != "Người 0" || got[1].Name != "Người 1" {
			t.Errorf("%+v", got)
		}
		var read int
		w.must(d.Read(t.Context(), func(tx *db.Tx) error {
			return tx.Get(&read, "SELECT COUNT(*) FROM audit WHERE action = 'resident.listed'")
		}))
		if read != 1 {
			t.Errorf("the audit has %d entries of it", read)
		}
		team := w.as(ward, "field_team")
		if _, err := w.s.Names(t.Context(), team, q); fault.KindOf(err) != fault.Denied {
			t.Errorf("a team reads the list of a ward: %v", err)
		}
		w.record(c, sampling.Record{Kind: sampling.TakeSample, Resident: w.who[0].ID, Tube: "LB-1"})
		q.Which = campaign.Left
		if got, err = w.s.Names(t.Context(), station, q); err != nil || len(got) != 1 || got[0].Name != "Người 1" {
			t.Errorf("after a sample: %+v %v", got, err)
		}
		q.Line = 6
		if _, err := w.s.Names(t.Context(), station, q); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a line that is not there: %v", err)
		}
	})
}

// A ward sees the part of a campaign of its district that is its own, and may
// not change it.
func TestAWardSeesItsPart(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	c := w.opened()
	station := w.as(ward, "health_station")
	list, err := w.s.List(t.Context(), station)
	if err != nil || len(list) != 1 {
		t.Errorf("%+v %v", list, err)
	}
	if p, err := w.s.Progress(t.Context(), station, c.ID, 0); err != nil || p.Total.Obliged != 4 {
		t.Errorf("%+v %v", p.Total, err)
	}
	if _, err := w.s.Close(t.Context(), station, campaign.CloseInput{ID: c.ID}); fault.KindOf(err) != fault.Denied {
		t.Errorf("a ward closes it: %v", err)
	}
	elsewhere := w.as("/01/01-005/", "health_station")
	if list, err := w.s.List(t.Context(), elsewhere); err != nil || len(list) != 0 {
		t.Errorf("another district: %+v %v", list, err)
	}
	if _, err := w.s.Progress(t.Context(), elsewhere, c.ID, 0); fault.KindOf(err) != fault.Denied {
		t.Errorf("another district: %v", err)
	}
	if _, err := w.s.Get(t.Context(), auth.Actor{}, c.ID); fault.KindOf(err) != fault.Unsigned {
		t.Errorf("nobody: %v", err)
	}
}

func TestWhatCannotBeIsToldAtItsLine(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	third := func(change func(*campaign.Line)) func(*campaign.Input) {
		return func(in *campaign.Input) { change(&in.Lines[2]) }
	}
	for name, x := range map[string]struct {
		change     func(*campaign.Input)
		field, key string
	}{
		"a name that is not known":    {third(func(l *campaign.Line) { l.Rule = "agee > 3" }), "line-3-rule", "rule.unknown_name"},
		"a rule that is none":         {third(func(l *campaign.Line) { l.Rule = "age >" }), "line-3-rule", "rule.syntax"},
		"no end":                      {func(in *campaign.Input) { in.Deadline = 0 }, "line-2-rounds", "campaign.no_end"},
		"no room before the deadline": {func(in *campaign.Input) { in.Deadline = w.now.Add(48 * time.Hour) }, "line-3-rounds", "campaign.no_room"},
		"most under least":            {third(func(l *campaign.Line) { l.EveryMax = 1 }), "line-3-every_max", "campaign.every_order"},
		"the same day again":          {third(func(l *campaign.Line) { l.EveryMin = 0 }), "line-3-every_min", "sampling.number"},
		"a line without a name":       {third(func(l *campaign.Line) { l.Name = " " }), "line-3-name", "input.missing"},
		"no line":                     {func(in *campaign.Input) { in.Lines = nil }, "lines", "campaign.lines"},
		"no title":                    {func(in *campaign.Input) { in.Title = "" }, "title", "input.missing"},
		"a deadline that is over":     {func(in *campaign.Input) { in.Deadline = in.Starts }, "deadline", "campaign.deadline_before"},
		"a pool of single samples":    {func(in *campaign.Input) { in.Method, in.PoolMax = sampling.PCRSingle, 5 }, "pool_max", "sampling.single_pool"},
	} {
		_, err := w.clause31(x.change)
		var f *fault.Fault
		if !errors.As(err, &f) || !slices.ContainsFunc(f.Fields, func(p fault.Field) bool { return p.Name == x.field && p.Key == x.key }) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := w.clause31(func(in *campaign.Input) { in.Deadline = w.now.Add(48 * time.Hour) })
	var f *fault.Fault
	if !errors.As(err, &f) {
		t.Fatal(err)
	}
	if got := i18n.T("vi", f.Fields[0].Key, f.Fields[0].Args...); got != "3 lần cách 2 ngày cần ít nhất 5 ngày, còn 3 ngày." {
		t.Error(got)
	}
	if list, err := w.s.List(t.Context(), w.by()); err != nil || len(list) != 0 {
		t.Errorf("something was kept: %+v %v", list, err)
	}
}

func TestTwoWhoChangeACampaignAndTheEnd(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c, err := w.clause31(func(in *campaign.Input) { in.Key = "k" })
		w.must(err)
		if again, err := w.clause31(func(in *campaign.Input) { in.Key = "k" }); err != nil || again.ID != c.ID {
			t.Errorf("sent twice: %s, %v", again.ID, err)
		}
		high := campaign.High{Rounds: 3, EveryMin: 2, EveryMax: 3}
		changed, err := w.clause31(func(in *campaign.Input) { in.ID, in.Version, in.Lines = c.ID, c.Version, campaign.Clause31(high) })
		w.must(err)
		kept, err := w.s.Get(t.Context(), w.by(), c.ID)
		if err != nil || changed.Version != 2 || len(kept.Lines) != 5 || kept.Lines[3].Rounds != 3 || kept.Lines[3].Note != campaign.HighNotNamed {
			t.Errorf("%+v %v", kept, err)
		}
		_, err = w.clause31(func(in *campaign.Input) { in.ID, in.Version = c.ID, c.Version })
		if fault.KeyOf(err) != "conflict.changed" {
			t.Errorf("an old version: %v", err)
		}
		_, err = w.s.Close(t.Context(), w.by(), campaign.CloseInput{ID: c.ID, Version: 2})
		w.must(err)
		if p := w.progress(c, 0); p.Total.Due != 0 || p.Total.Obliged != 4 {
			t.Errorf("closed: %+v", p.Total)
		}
		if _, err := w.clause31(func(in *campaign.Input) { in.ID = c.ID }); fault.KeyOf(err) != "campaign.over" {
			t.Errorf("changed after its end: %v", err)
		}
	})
}
