package org

import (
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
)

// A ward with one group, two offices in it and one in the group, three posts of
// which two are held, a shift that is over and one to come, a responsibility of a
// post and one for the ward held elsewhere. The ward beside it counts for nothing.
func TestAffected(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		s, by, _ := small(t, d, "2010-01-01,ward,00154,renamed,Xã Cự Khối,004,Phường Cự Khối,004\n")
		done := func(got Done, err error) string {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return got.ID
		}
		ctx, early := t.Context(), by
		early.Now = day("2021-08-01")
		office := func(unit string, kind Kind, line Line, name string) string {
			return done(s.AddOffice(ctx, early, OfficeInput{Unit: unit, Kind: kind, Line: line, Name: name}))
		}
		post := func(office string) string {
			return done(s.AddPost(ctx, early, PostInput{Office: office, Title: "Tổ trưởng"}))
		}
		appoint := func(post, name string) (person, holding string) {
			person = done(s.AddPerson(ctx, early, PersonInput{Name: name}))
			return person, done(s.Appoint(ctx, early, AppointInput{Post: post, Person: person}))
		}
		group := done(s.AddUnit(ctx, early, UnitInput{Parent: "01-004-00154", Tier: "group", Name: "Tổ dân phố 1"}))
		first, second, third := office("01-004-00154", Team, State, "Tổ một"), office("01-004-00154", PartyCell, Party, "Chi bộ hai"), office(group, Team, State, "Tổ ba")
		head, vacant, other := post(first), post(second), post(third)
		person, holding := appoint(head, "Lê Văn Một")
		appoint(other, "Lê Văn Hai")
		beside := post(office("01-004-00148", Team, State, "Tổ của phường bên"))
		appoint(beside, "Lê Văn Bên")
		for _, from := range []string{"2021-09-01", "2021-09-20"} {
			done(s.PlanShift(ctx, by, ShiftInput{Office: first, Person: person, Post: head, From: day(from), To: day(from).Add(8 * time.Hour)}))
		}
		done(s.Assign(ctx, early, AssignInput{Post: head, Organisation: second}))
		done(s.Assign(ctx, early, AssignInput{Post: beside, Territory: "/01/01-004/01-004-00154/"}))

		for name, c := range map[string]struct {
			e    Ending
			want Affected
		}{
			"ward":    {Ending{Unit: "01-004-00154"}, Affected{Units: 1, Offices: 3, Posts: 3, Holders: 2, Shifts: 1, Responsibilities: 2}},
			"group":   {Ending{Unit: group}, Affected{Offices: 1, Posts: 1, Holders: 1}},
			"office":  {Ending{Office: first}, Affected{Posts: 1, Holders: 1, Shifts: 1, Responsibilities: 1}},
			"charge":  {Ending{Office: second}, Affected{Posts: 1, Responsibilities: 1}},
			"post":    {Ending{Post: head}, Affected{Holders: 1, Shifts: 1, Responsibilities: 1}},
			"vacant":  {Ending{Post: vacant}, Affected{}},
			"holding": {Ending{Holding: holding}, Affected{Shifts: 1, Responsibilities: 1}},
		} {
			got, err := s.Affected(ctx, by, c.e)
			got.Path, got.Office, got.Post = "", "", ""
			if err != nil || got != c.want {
				t.Errorf("%s: %+v %v, want %+v", name, got, err, c.want)
			}
		}
		by.Grants[0].Path = "/01/01-004/01-004-00148/"
		if _, err := s.Affected(ctx, by, Ending{Unit: "01-004-00154"}); fault.KindOf(err) != fault.Denied {
			t.Errorf("of another ward: %v", err)
		}
		if _, err := s.Affected(ctx, by, Ending{Holding: "none"}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a holding that is not there: %v", err)
		}
	})
}
