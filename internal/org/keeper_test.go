package org

import (
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
)

// neighbours adds to the house a second ward, two departments of the district,
// and duty in both wards with telephones and hand-over notes.
type neighbours struct {
	*house
	ward2, office2  string
	health, economy string // departments
	ubnd            string // of the district
	shift           string
}

func buildNeighbours(t *testing.T, d *db.DB) *neighbours {
	t.Helper()
	h := build(t, d)
	n := &neighbours{house: h}
	ctx, s, by := t.Context(), h.s, h.by
	office := func(unit string, kind Kind, name string) string {
		return h.did(s.AddOffice(ctx, by, OfficeInput{Unit: unit, Kind: kind, Line: State, Name: name}))
	}
	n.ward2 = h.did(s.AddUnit(ctx, by, UnitInput{Parent: h.district, Code: "00118", Tier: "ward", Name: "Phường Ngọc Thụy"}))
	n.office2 = office(n.ward2, UBND, "UBND phường Ngọc Thụy")
	n.ubnd = office(h.district, UBND, "UBND quận Long Biên")
	n.health, n.economy = office(h.district, Department, "Phòng Y tế"), office(h.district, Department, "Phòng Kinh tế")
	n.shift = n.stand(h.office, h.an)
	return n
}

func (n *neighbours) stand(office, person string) string {
	n.t.Helper()
	now := n.by.Now
	id := n.did(n.s.PlanShift(n.t.Context(), n.by, ShiftInput{Office: office, Person: person, Phone: "0988 000 111", From: now, To: now.Add(8 * time.Hour)}))
	n.did(n.s.CheckIn(n.t.Context(), n.by, CheckInInput{ID: id}))
	n.did(n.s.HandOver(n.t.Context(), n.by, HandOverInput{ID: id, Note: "F0 tại số 5 ngõ 12"}))
	return id
}

// officer is somebody with a role in an office.
func (n *neighbours) officer(office, role string) auth.Actor {
	n.t.Helper()
	var o Office
	read(n.t, n.s.store, func(tx *db.Tx) (err error) {
		o, err = OfficeIn(tx, office)
		return err
	})
	return auth.Actor{Account: role, Person: role, Name: role, Office: office, UnitPath: o.UnitPath, Now: n.by.Now, Wall: n.by.Wall,
		Grants: []auth.Grant{{Role: auth.Role(role), Path: o.UnitPath, Level: auth.Internal}}}
}

func TestTelephonesAndNotesOfOthersAreNotShown(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		n := buildNeighbours(t, d)
		centre := n.did(n.s.Establish(t.Context(), n.by, EstablishInput{Unit: n.ward, Kind: CommandCentre, Line: State, Name: "Sở Chỉ huy phường",
			Charter: CharterInput{State: Draft, Spokesperson: n.an, DeputySpokesperson: n.an}, Members: []MemberInput{{Person: n.an, Role: "head"}}}))
		n.stand(centre, n.an)
		for name, c := range map[string]struct {
			by   auth.Actor
			sees bool
		}{
			"staff of the ward":           {n.officer(n.office, "staff"), true},
			"the district":                {n.officer(n.ubnd, "leader"), true},
			"the ward next to it":         {n.officer(n.office2, "unit_head"), false},
			"the man himself, from there": {n.himself(n.office2), true},
		} {
			for where, e := range n.everywhere(c.by, centre) {
				got := [4]bool{e.Phone != "", e.Shift.Phone != "", e.Person.Phone+e.Person.Email != "", e.Shift.HandNote != ""}
				if want := [4]bool{c.sees, c.sees, c.sees, c.sees}; got != want {
					t.Errorf("%s at %s: telephone, of the shift, of the person, note: %v, want %v", name, where, got, want)
				}
			}
			v, err := n.s.Committee(t.Context(), c.by, centre)
			if err != nil {
				t.Fatal(err)
			}
			for who, p := range map[string]Person{"spokesperson": v.Spokesperson, "deputy": v.DeputySpokesperson, "member": v.Members[0].Person} {
				if p.Name == "" || (p.Phone != "") != c.sees {
					t.Errorf("%s sees the %s as %+v", name, who, p)
				}
			}
		}
	})
}

func (n *neighbours) himself(office string) auth.Actor {
	by := n.officer(office, "staff")
	by.Person = n.an
	return by
}

// everywhere is the duty of the centre and its ward at every place that shows it.
func (n *neighbours) everywhere(by auth.Actor, centre string) map[string]DutyEntry {
	n.t.Helper()
	ctx, out := n.t.Context(), map[string]DutyEntry{}
	take := func(where string, entries []DutyEntry, err error) {
		n.t.Helper()
		if err != nil || len(entries) == 0 {
			n.t.Fatalf("%s: %d entries, %v", where, len(entries), err)
		}
		out[where] = entries[0]
	}
	unit, err := n.s.Unit(ctx, by, n.ward, 0)
	take("the unit", unit.OnDuty, err)
	one, err := n.s.Shift(ctx, by, n.shift)
	take("the shift", []DutyEntry{one}, err)
	notes, err := n.s.LastNotes(ctx, by, n.office, 3)
	take("the notes", notes, err)
	roster, err := n.s.Roster(ctx, by, n.office, Period{by.Now, by.Now + week})
	take("the roster", roster.Entries, err)
	take("the roster now", roster.Now, err)
	v, err := n.s.Committee(ctx, by, centre)
	take("the committee", v.Roster.Now, err)
	take("its last note", []DutyEntry{*v.LastNote}, nil)
	return out
}

func TestAPersonWithoutAPostIsSeenByWhoGivesOutPosts(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		n := buildNeighbours(t, d)
		for role, sees := range map[string]bool{"staff": false, "leader": false, "admin": true} {
			v, err := n.s.Person(t.Context(), n.officer(n.ubnd, role), n.an)
			if err != nil || (v.Person.Phone != "") != sees || (v.Person.Email != "") != sees {
				t.Errorf("%s sees %+v, %v", role, v.Person, err)
			}
		}
	})
}

func TestWhoKeepsARoster(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		n := buildNeighbours(t, d)
		for _, c := range []struct{ who, role, office, key string }{
			{n.health, "unit_head", n.health, ""},
			{n.ubnd, "leader", n.health, ""},
			{n.ubnd, "leader", n.office, ""},
			{n.health, "admin", n.economy, ""},
			{n.health, "unit_head", n.economy, "org.kept_by_others"},
			{n.health, "unit_head", n.ubnd, "org.kept_by_others"},
			{n.health, "unit_head", n.office, "org.kept_by_others"},
			{n.office2, "unit_head", n.office, "auth.denied"},
			{n.office, "staff", n.office, "auth.denied"},
		} {
			by := n.officer(c.who, c.role)
			for act, err := range n.keeps(by, c.office) {
				if c.key == "" && err != nil || c.key != "" && fault.KeyOf(err) != c.key {
					t.Errorf("%s of %s, %s of %s: %v, want %q", c.role, c.who, act, c.office, err, c.key)
				}
			}
		}
	})
}

// keeps tries everything that the keeper of an office's duty does.
func (n *neighbours) keeps(by auth.Actor, office string) map[string]error {
	n.t.Helper()
	ctx, now := n.t.Context(), by.Now
	later := ShiftInput{Office: office, Person: n.binh, From: now.Add(24 * time.Hour), To: now.Add(32 * time.Hour)}
	shift := n.did(n.s.PlanShift(ctx, n.by, later))
	line := n.did(n.s.AddHotline(ctx, n.by, HotlineInput{Office: office, Number: "0243 111 3333", Label: "Trực"}))
	running := later
	running.From, running.To = now, now.Add(time.Hour)
	begun := n.did(n.s.PlanShift(ctx, n.by, running))
	out := map[string]error{}
	_, out["plan"] = n.s.PlanShift(ctx, by, later)
	_, out["take over for another"] = n.s.CheckIn(ctx, by, CheckInInput{ID: begun})
	_, out["cancel"] = n.s.CancelShift(ctx, by, EndInput{ID: shift})
	_, out["add a number"] = n.s.AddHotline(ctx, by, HotlineInput{Office: office, Number: "0243 111 4444", Label: "Trực"})
	_, out["test a number"] = n.s.TestHotline(ctx, by, TestInput{ID: line, Answered: true})
	_, out["remove a number"] = n.s.RemoveHotline(ctx, by, EndInput{ID: line, At: now.Add(time.Hour)})
	return out
}
