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
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/people"
	"phaodai/internal/sampling"
	"phaodai/internal/testkit"
	"phaodai/internal/zoning"
)

// plan is a session of a campaign in the ward, from now.
func (w *world) plan(c campaign.Campaign, change ...func(*campaign.PlanInput)) sampling.Session {
	w.t.Helper()
	in := campaign.PlanInput{Campaign: c.ID, Unit: unit, Place: "Nhà văn hóa", Starts: w.now, Ends: w.now.Add(time.Hour)}
	for _, f := range change {
		f(&in)
	}
	x, err := w.s.Plan(w.t.Context(), w.by(), in)
	w.must(err)
	return x
}

func (w *world) invite(x sampling.Session) campaign.Invited {
	w.t.Helper()
	out, err := w.s.Invite(w.t.Context(), w.by(), campaign.InviteInput{Session: x.ID})
	w.must(err)
	return out
}

// guests are the people of a session by number, with their times.
func (w *world) guests(x sampling.Session) (who []string, slots []time.Duration) {
	w.t.Helper()
	l, err := w.s.Guests(w.t.Context(), w.by(), x.ID)
	w.must(err)
	for i, g := range l.Guests {
		if g.Position != i+1 {
			w.t.Errorf("number %d stands at place %d", g.Position, i+1)
		}
		who, slots = append(who, g.Person.Name), append(slots, g.Slot.Sub(x.Starts))
	}
	return who, slots
}

// Two households of two; two people to a quarter of an hour: each household comes
// at its own time. The session samples as its campaign says.
func TestHouseholdsAreCalledTogetherAlongTheLane(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.opened()
		x := w.plan(c, func(in *campaign.PlanInput) { in.SlotPeople = 2 })
		if x.Method != sampling.PCRPool || x.PoolMax != 10 || x.ClockHours != 12 || x.SpacingDays != 2 || x.Campaign != c.ID {
			t.Errorf("%+v", x)
		}
		out := w.invite(x)
		if out.People != 4 || out.Added != 4 || out.NoRoom != 0 || out.Undecided != 0 {
			t.Errorf("%+v", out)
		}
		who, slots := w.guests(x)
		if !slices.Equal(slots, []time.Duration{0, 0, 15 * time.Minute, 15 * time.Minute}) || who[0] == who[1] {
			t.Errorf("%v %v", who, slots)
		}
	})
}

func TestWhoFindsNoPlaceIsCountedAndCalledByTheNextSession(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.opened()
		first := w.plan(c, func(in *campaign.PlanInput) { in.SlotPeople, in.SlotMinutes = 3, 60 })
		if out := w.invite(first); out.People != 3 || out.NoRoom != 1 {
			t.Errorf("first: %+v", out)
		}
		second := w.plan(c, func(in *campaign.PlanInput) { in.Starts, in.Ends = in.Ends, in.Ends.Add(time.Hour) })
		if out := w.invite(second); out.People != 1 || out.NoRoom != 0 {
			t.Errorf("second: %+v", out)
		}
		one, _ := w.guests(first)
		two, _ := w.guests(second)
		if all := slices.Compact(slices.Sorted(slices.Values(append(one, two...)))); len(all) != 4 {
			t.Errorf("not everybody, or somebody twice: %v and %v", one, two)
		}
	})
}

// Somebody gave a sample elsewhere, somebody fell ill, one was absent: asked
// again, the list follows, and times that were told stay.
func TestAListAskedAgainKeepsItsTimes(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.opened()
		x := w.plan(c, func(in *campaign.PlanInput) {
			in.SlotPeople, in.Starts, in.Ends = 1, in.Starts.Add(2*time.Hour), in.Ends.Add(2*time.Hour)
		})
		w.invite(x)
		before, at := w.guests(x)
		w.record(c, sampling.Record{Kind: sampling.TakeSample, Resident: w.who[0].ID, Tube: "LB-1"})
		out := w.invite(x)
		after, then := w.guests(x)
		if out.Removed != 1 || out.Added != 0 || out.People != 3 || slices.Contains(after, "Người 0") {
			t.Errorf("%+v %v", out, after)
		}
		for i, name := range after {
			if j := slices.Index(before, name); at[j] != then[i] {
				t.Errorf("%s was told %v and stands at %v", name, at[j], then[i])
			}
		}
	})
}

// Who was absent is called by the next list, marked; who is ill comes first.
func TestTheAbsentAndTheIllAreOnTheNextList(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.opened()
		w.record(c, sampling.Record{Kind: sampling.MarkCall, Resident: w.who[1].ID, Outcome: sampling.Absent})
		w.record(c, sampling.Record{Kind: sampling.MarkCall, Resident: w.who[0].ID, Outcome: sampling.Refused})
		w.record(c, sampling.Record{Kind: sampling.ReportIll, Resident: w.who[2].ID, Symptoms: []string{sampling.Fever}})
		for which, want := range map[campaign.Which]string{campaign.Absent: "Người 1", campaign.Refused: "Người 0"} {
			got, err := w.s.Names(t.Context(), w.by(), campaign.NamesQuery{Campaign: c.ID, Unit: unit, Which: which})
			if err != nil || len(got) != 1 || got[0].Name != want {
				t.Errorf("%s: %+v %v", which, got, err)
			}
		}
		x := w.plan(c)
		w.invite(x)
		l, err := w.s.Guests(t.Context(), w.by(), x.ID)
		w.must(err)
		again := map[string]sampling.Outcome{}
		for _, g := range l.Guests {
			again[g.Person.Name] = g.Again
		}
		if l.Guests[0].Person.Name != "Người 2" || l.Guests[0].Line != 1 || again["Người 1"] != sampling.Absent || again["Người 0"] != sampling.Refused || again["Người 3"] != "" {
			t.Errorf("%+v", l.Guests)
		}
	})
}

// A zone changes between two lists: who is due follows.
func TestAChangeOfZoneCallsPeopleAgain(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.opened()
		for i, p := range w.who[:2] {
			w.record(c, sampling.Record{Kind: sampling.TakeSample, Resident: p.ID, Tube: []string{"LB-1", "LB-2"}[i]})
		}
		w.now = w.now.Add(48 * time.Hour)
		x := w.plan(c)
		if out := w.invite(x); out.People != 2 {
			t.Errorf("one turn is enough there: %+v", out)
		}
		w.class(w.areas[0], zoning.Blocked, "BLOCKED", "CT15")
		if out := w.invite(x); out.People != 4 || out.Added != 2 {
			t.Errorf("three turns two days apart now: %+v", out)
		}
	})
}

// A positive pool asks its people for single samples: a team goes to their
// homes, no table calls them.
func TestWhoMustGiveASingleSampleIsVisited(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.opened()
		w.at(w.plan(c), sampling.Record{Kind: sampling.TakeSample, Resident: w.who[0].ID, Tube: "LB-1"},
			sampling.Record{Kind: sampling.TakeSample, Resident: w.who[1].ID, Tube: "LB-1"})
		w.must(d.Write(t.Context(), func(tx *db.Tx) error {
			return tx.Insert("office", org.Office{ID: "lab", Unit: districtID, UnitPath: district, Line: "state", Kind: "health_centre", Name: "Phòng xét nghiệm", Period: org.Period{From: 1, To: instant.Forever}})
		}))
		lab := w.as(district, "laboratory", "health_station")
		lab.Office = "lab"
		box, err := w.tubes.Send(t.Context(), w.by(), sampling.SendInput{Code: "THUNG-1", Unit: unit, Laboratory: "lab", Tubes: []string{"LB-1"}})
		w.must(err)
		_, err = w.tubes.Receive(t.Context(), lab, sampling.ReceiveInput{Code: box.Code, Tubes: []string{"LB-1"}})
		w.must(err)
		w.must(d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := w.tubes.ResultIn(tx, lab, sampling.Finding{Tube: "LB-1", Result: sampling.Positive})
			return err
		}))
		if p := w.progress(c, 0); p.Total.Again != 2 || p.Rows[0].Again != 2 {
			t.Errorf("%+v", p.Total)
		}
		table := w.plan(c)
		if out := w.invite(table); out.People != 2 {
			t.Errorf("table: %+v", out)
		}
		home := w.plan(c, func(in *campaign.PlanInput) { in.Kind, in.Place = sampling.AtHome, "Tại nhà" })
		if out := w.invite(home); out.People != 2 {
			t.Errorf("home: %+v", out)
		}
		if who, _ := w.guests(home); !slices.Equal(slices.Sorted(slices.Values(who)), []string{"Người 0", "Người 1"}) {
			t.Errorf("home: %v", who)
		}
	})
}

func TestNoTwoLabelsAreTheSame(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		x := w.plan(w.opened())
		labels := func(key string) []string {
			t.Helper()
			out, err := w.s.Labels(t.Context(), w.by(), campaign.LabelInput{Key: key, Session: x.ID, Count: 3})
			w.must(err)
			return out
		}
		one, two := labels("a"), labels("b")
		if one[0] != "CK-0909-0001" || two[0] != "CK-0909-0004" || !slices.Equal(one, labels("a")) {
			t.Errorf("%v %v", one, two)
		}
		_, err := w.s.Labels(t.Context(), w.by(), campaign.LabelInput{Session: x.ID, Count: 501})
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("501: %v", err)
		}
	})
}

func TestSessionsKeepToTheirCampaign(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.opened()
		in := campaign.PlanInput{Campaign: c.ID, Unit: unit, Place: "Chợ", Starts: c.Deadline, Ends: c.Deadline.Add(time.Hour)}
		_, err := w.s.Plan(t.Context(), w.by(), in)
		if f := (*fault.Fault)(nil); !errors.As(err, &f) || f.Fields[0].Key != "campaign.after_deadline" {
			t.Errorf("after the deadline: %v", err)
		}
		in.Starts, in.Ends = w.now, w.now.Add(time.Hour)
		for name, by := range map[string]auth.Actor{"a laboratory": w.as(ward, "laboratory"), "another district": w.as("/01/01-005/", "health_station")} {
			if _, err := w.s.Plan(t.Context(), by, in); fault.KindOf(err) != fault.Denied {
				t.Errorf("%s plans: %v", name, err)
			}
		}
		x := w.plan(c)
		_, err = w.tubes.EndSession(t.Context(), w.by(), sampling.EndInput{ID: x.ID, Cancel: true})
		w.must(err)
		if _, err := w.s.Invite(t.Context(), w.by(), campaign.InviteInput{Session: x.ID}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a cancelled session calls people: %v", err)
		}
	})
}

// A campaign names only a document that its maker may read.
func TestACampaignOfADocumentThatNobodyReadsIsRefused(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		_, err := w.clause31(func(in *campaign.Input) { in.Document = "01m8bwd0ym87b7b8sckm6ps24p" })
		if fault.KeyOf(err) != "document.not_found" {
			t.Errorf("%v", err)
		}
	})
}

// On the last day a campaign can still be changed: its turns had room from its
// start. One made on that day cannot have three.
func TestACampaignIsChangedOnItsLastDay(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.opened()
		w.now = c.Deadline.Add(-time.Hour)
		changed, err := w.clause31(func(in *campaign.Input) { in.ID, in.Title, in.Starts = c.ID, "Đợt sửa", c.Starts })
		if err != nil || changed.Title != "Đợt sửa" {
			t.Errorf("%+v %v", changed, err)
		}
		if _, err := w.clause31(); fault.KindOf(err) != fault.Invalid {
			t.Errorf("three turns in an hour: %v", err)
		}
	})
}

// Who lives in a building that lies in a group is of the group: its session calls
// him, and its number opens his name.
func TestAnAreaHoldsWhatLiesInIt(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		tower, err := w.zones.AddArea(t.Context(), w.by(), zoning.AreaInput{Unit: unit, Kind: "apartment_building", Name: "Tòa 2", Parent: w.areas[0].ID})
		w.must(err)
		w.must(w.zones.Board().Refresh(t.Context()))
		h, err := w.home.SaveHousehold(t.Context(), w.by(), people.HouseholdInput{Unit: unit, Area: tower.ID, Lane: "Tầng 5"})
		w.must(err)
		_, err = w.home.SaveResident(t.Context(), w.by(), people.ResidentInput{Household: h.ID, Name: "Người ở tòa 2", Birth: "1980", Since: w.now.Add(-time.Hour)})
		w.must(err)
		c := w.opened()
		p := w.progress(c, 0)
		i := slices.IndexFunc(p.Rows, func(r campaign.Row) bool { return r.Area == w.areas[0].ID })
		names, err := w.s.Names(t.Context(), w.by(), campaign.NamesQuery{Campaign: c.ID, Unit: unit, Area: w.areas[0].ID, Which: campaign.Left})
		if err != nil || len(names) != 3 || p.Rows[i].Left() != 3 {
			t.Errorf("%d names behind the number %d, want 3: %v", len(names), p.Rows[i].Left(), err)
		}
		x := w.plan(c, func(in *campaign.PlanInput) { in.Area = w.areas[0].ID })
		if out := w.invite(x); out.People != 3 {
			t.Errorf("%+v", out)
		}
	})
}
