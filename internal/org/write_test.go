package org

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
)

// house is a district made through the service, as an administrator does.
type house struct {
	t        *testing.T
	s        *Service
	by       auth.Actor
	district string // units
	ward     string
	office   string // UBND of the ward
	post     string // its head
	an, binh string // people
}

func (h *house) did(done Done, err error) string {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
	return done.ID
}

func build(t *testing.T, d *db.DB) *house {
	t.Helper()
	s, by := service(d)
	h := &house{t: t, s: s, by: by}
	ctx := t.Context()
	city := h.did(s.AddUnit(ctx, by, UnitInput{Code: "01", Tier: "province", Name: "Thành phố Hà Nội"}))
	h.district = h.did(s.AddUnit(ctx, by, UnitInput{Parent: city, Code: "004", Tier: "district", Name: "Quận Long Biên"}))
	h.ward = h.did(s.AddUnit(ctx, by, UnitInput{Parent: h.district, Code: "00154", Tier: "ward", Name: "Phường Cự Khối"}))
	h.office = h.did(s.AddOffice(ctx, by, OfficeInput{Unit: h.ward, Kind: UBND, Line: State, Name: "UBND phường Cự Khối", Aliases: []string{"Uỷ ban Cự Khối"}}))
	h.post = h.did(s.AddPost(ctx, by, PostInput{Office: h.office, Title: "Chủ tịch", Head: true, Roles: []auth.Role{"unit_head"}, Level: auth.Personal}))
	h.an = h.did(s.AddPerson(ctx, by, PersonInput{Name: "Nguyễn  Văn An", Phone: "+84 912 000 001", Email: "an@example.vn"}))
	h.binh = h.did(s.AddPerson(ctx, by, PersonInput{Name: "Trần Thị Bình"}))
	return h
}

func TestWritesOfAnOrganisation(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		ctx, now := t.Context(), h.by.Now
		h.did(h.s.Appoint(ctx, h.by, AppointInput{Post: h.post, Person: h.an}))
		_, err := h.s.Appoint(ctx, h.by, AppointInput{Post: h.post, Person: h.binh})
		wantField(t, err, "from", "org.head_taken")
		h.did(h.s.Appoint(ctx, h.by, AppointInput{Post: h.post, Person: h.binh, SubstituteFor: h.an, From: now, To: now.Add(48 * time.Hour)}))
		_, err = h.s.Appoint(ctx, h.by, AppointInput{Post: h.post, Person: h.binh, SubstituteFor: h.binh, From: now.Add(72 * time.Hour)})
		wantField(t, err, "substitute_for", "org.substitute_for_nobody")

		v, err := h.s.Unit(ctx, h.by, h.ward, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Offices) != 1 || len(v.Offices[0].Holders) != 2 || v.Offices[0].Holders[0].Person.Name != "Trần Thị Bình" {
			t.Errorf("the ward: %+v", v.Offices)
		}
		if p := v.Offices[0].Holders[1].Person; p.Name != "Nguyễn Văn An" || p.Phone != "0912000001" {
			t.Errorf("the head: %+v", p)
		}
		found, err := h.s.FindOffices(ctx, h.by, Find{Words: "uy ban cu khoi"})
		if err != nil || len(found.Rows) != 1 {
			t.Errorf("found by alias: %+v %v", found, err)
		}
		people, err := h.s.FindPeople(ctx, h.by, Find{Words: "binh tran"})
		if err != nil || len(people.Rows) != 1 || len(people.Rows[0].Posts) != 1 {
			t.Errorf("found by name: %+v %v", people, err)
		}
	})
}

func wantField(t *testing.T, err error, field, key string) {
	t.Helper()
	f, ok := err.(*fault.Fault)
	if ok {
		for _, x := range f.Fields {
			if x.Name == field && x.Key == key {
				return
			}
		}
	}
	t.Errorf("want %s at %s, got %v", key, field, err)
}

func TestRepeatAndStale(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		in := OfficeInput{Key: "k1", Unit: h.district, Kind: UBND, Line: State, Name: "UBND quận Long Biên"}
		first, second := h.did(h.s.AddOffice(t.Context(), h.by, in)), h.did(h.s.AddOffice(t.Context(), h.by, in))
		if first != second {
			t.Error("a repeat made another office")
		}
		rename := RenameOfficeInput{ID: first, Version: 1, Name: "UBND Quận Long Biên"}
		h.did(h.s.RenameOffice(t.Context(), h.by, rename))
		_, err := h.s.RenameOffice(t.Context(), h.by, rename)
		if fault.KeyOf(err) != "conflict.changed" {
			t.Errorf("a stale form: %v", err)
		}
	})
}

func TestDeniedOutside(t *testing.T) {
	d := testkit.SQLite(t)
	h := build(t, d)
	ctx := t.Context()
	outside := h.by
	outside.Grants = []auth.Grant{{Role: "admin", Path: "/01/01-005/", Level: auth.Personal}}
	nobody := auth.Actor{Now: h.by.Now}
	for name, do := range map[string]func(auth.Actor) error{
		"unit":   func(by auth.Actor) error { _, err := h.s.AddUnit(ctx, by, UnitInput{Parent: h.ward}); return err },
		"office": func(by auth.Actor) error { _, err := h.s.AddOffice(ctx, by, OfficeInput{Unit: h.ward}); return err },
		"post":   func(by auth.Actor) error { _, err := h.s.AddPost(ctx, by, PostInput{Office: h.office}); return err },
		"appoint": func(by auth.Actor) error {
			_, err := h.s.Appoint(ctx, by, AppointInput{Post: h.post, Person: h.an})
			return err
		},
		"end": func(by auth.Actor) error { _, err := h.s.EndOffice(ctx, by, EndOfficeInput{ID: h.office}); return err },
		"shift": func(by auth.Actor) error {
			_, err := h.s.PlanShift(ctx, by, ShiftInput{Office: h.office, Person: h.an})
			return err
		},
		"hotline": func(by auth.Actor) error {
			_, err := h.s.AddHotline(ctx, by, HotlineInput{Office: h.office})
			return err
		},
		"import": func(by auth.Actor) error { _, err := h.s.Import(ctx, by, ImportInput{}); return err },
	} {
		if kind := fault.KindOf(do(outside)); kind != fault.Denied {
			t.Errorf("%s from outside: %v", name, kind)
		}
		if kind := fault.KindOf(do(nobody)); kind != fault.Unsigned {
			t.Errorf("%s by nobody: %v", name, kind)
		}
	}
	if _, err := h.s.Unit(ctx, nobody, h.ward, 0); fault.KindOf(err) != fault.Unsigned {
		t.Errorf("reading by nobody: %v", err)
	}
	// Rights are given away only where one manages.
	inWard := h.by
	inWard.Grants = []auth.Grant{{Role: "admin", Path: "/01/01-004/01-004-00154/", Level: auth.Personal}}
	_, err := h.s.AddPost(ctx, inWard, PostInput{Office: h.office, Title: "Trưởng", Roles: []auth.Role{"leader"}, Scope: "/01/"})
	if fault.KindOf(err) != fault.Denied {
		t.Errorf("a post with a scope above: %v", err)
	}
}

// A committee is founded in one go, and its page names what is missing.
func TestCommittee(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		ctx, now := t.Context(), h.by.Now
		h.did(h.s.Appoint(ctx, h.by, AppointInput{Post: h.post, Person: h.an}))
		in := EstablishInput{
			Unit: h.ward, Kind: Committee, Line: State, Name: "Ban Chỉ đạo phòng, chống dịch phường Cự Khối",
			Charter: CharterInput{State: Active}, Members: []MemberInput{{Post: h.post, Role: "head"}},
		}
		_, err := h.s.Establish(ctx, h.by, in)
		wantField(t, err, "founding_text", "org.founding_missing")
		in.Charter = CharterInput{State: Draft}
		id := h.did(h.s.Establish(ctx, h.by, in))
		wantGaps(t, h, id, NoDecision, NotActive, NoRegulation, MemberIdle, NoSpokesperson, NobodyOnDuty, RosterGap, NoHotline)

		h.did(h.s.ChangeCharter(ctx, h.by, CharterInput{Office: id, Version: 1, State: Active,
			FoundingText: "Quyết định số 12-QĐ/ĐU ngày 31/7/2021", RegulationText: "Quy chế số 13-QC/ĐU", Spokesperson: h.binh}))
		v, err := h.s.Committee(ctx, h.by, id)
		if err != nil {
			t.Fatal(err)
		}
		h.did(h.s.ChangeMember(ctx, h.by, MemberInput{ID: v.Members[0].Member.ID, Post: h.post, Role: "head", Duty: "Chỉ đạo chung"}))
		h.did(h.s.AddHotline(ctx, h.by, HotlineInput{Office: id, Number: "024 3827 0000", Label: "Trực ban phường", Public: true}))
		shift := h.did(h.s.PlanShift(ctx, h.by, ShiftInput{Office: id, Person: h.an, From: now.Add(-time.Hour), To: now.Add(8 * time.Hour)}))
		wantGaps(t, h, id, NotCheckedIn, RosterGap)

		self := h.by
		self.Person, self.Grants = h.an, []auth.Grant{{Role: "staff", Path: "/01/", Level: auth.Internal}}
		h.did(h.s.CheckIn(ctx, self, CheckInInput{ID: shift, Place: "UBND phường"}))
		other := self
		other.Person = h.binh
		if _, err := h.s.CheckIn(ctx, other, CheckInInput{ID: shift}); fault.KindOf(err) != fault.Denied {
			t.Errorf("another checks in: %v", err)
		}
		h.did(h.s.HandOver(ctx, self, HandOverInput{ID: shift, Note: "Chốt ngõ 45 thiếu người từ 22:00."}))
		wantGaps(t, h, id, RosterGap)
		if v, err = h.s.Committee(ctx, h.by, id); err != nil || v.LastNote == nil || !strings.Contains(v.LastNote.Shift.HandNote, "ngõ 45") {
			t.Errorf("hand-over note: %+v %v", v.LastNote, err)
		}
		if v.Members[0].Person.ID != h.an || len(v.Roster.Gaps) != 1 {
			t.Errorf("members %+v, roster gaps %v", v.Members, v.Roster.Gaps)
		}
		if _, err := h.s.CancelShift(ctx, h.by, EndInput{ID: shift}); fault.KeyOf(err) != "org.shift_begun" {
			t.Errorf("cancelling a begun shift: %v", err)
		}
	})
}

func wantGaps(t *testing.T, h *house, committee string, want ...CommitteeGap) {
	t.Helper()
	v, err := h.s.Committee(t.Context(), h.by, committee)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, v.Gaps); diff != "" {
		t.Errorf("gaps: %s", diff)
	}
}

func TestEndedWard(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		ctx := t.Context()
		next := h.did(h.s.AddUnit(ctx, h.by, UnitInput{Parent: h.district, Code: "00148", Tier: "ward", Name: "Phường Thạch Bàn"}))
		heir := h.did(h.s.AddOffice(ctx, h.by, OfficeInput{Unit: next, Kind: UBND, Line: State, Name: "UBND phường Thạch Bàn"}))
		at := h.by.Now.Add(time.Hour)
		h.did(h.s.EndUnit(ctx, h.by, EndUnitInput{ID: h.ward, At: at, Kind: Merged, Successors: []string{next}, Decree: "Nghị quyết X"}))
		later := h.by
		later.Now = at
		_, err := h.s.AddPost(ctx, later, PostInput{Office: h.office, Title: "Phó"})
		if fault.KeyOf(err) != "org.office_ended_successor" {
			t.Errorf("a post in an ended office: %v", err)
		}
		read(t, d, func(tx *db.Tx) error {
			o, err := OfficeIn(tx, h.office)
			if err != nil {
				return err
			}
			n, ok, err := SuccessorOf(tx, o, at)
			if err != nil || !ok || n.ID != heir {
				t.Errorf("successor: %v %v %v", n.ID, ok, err)
			}
			m, err := Resolve(tx, "/01/01-004/", "UBND phường Cự Khối", at)
			if err != nil {
				return err
			}
			if len(m.Offices) != 0 || len(m.Parts) != 1 || len(m.Parts[0].Ended) != 1 {
				t.Errorf("resolving an ended office: %+v", m)
			}
			return nil
		})
		v, err := h.s.Unit(ctx, h.by, next, 0)
		if err != nil || len(v.History) != 2 || v.History[1].Other.ID != h.ward {
			t.Errorf("history of the successor: %+v %v", v.History, err)
		}
	})
}

func TestResponsibility(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		ctx := t.Context()
		party := h.did(h.s.AddOffice(ctx, h.by, OfficeInput{Unit: h.district, Kind: PartyCommittee, Line: Party, Name: "Quận ủy"}))
		cell := h.did(h.s.AddOffice(ctx, h.by, OfficeInput{Unit: h.district, Kind: PartyCell, Line: Party, Name: "Chi bộ Trường A"}))
		member := h.did(h.s.AddPost(ctx, h.by, PostInput{Office: party, Title: "Ủy viên BTV", Roles: []auth.Role{"area_member"}}))
		h.did(h.s.Appoint(ctx, h.by, AppointInput{Post: member, Person: h.binh}))
		_, err := h.s.Assign(ctx, h.by, AssignInput{Post: member})
		wantField(t, err, "territory", "org.responsibility_for_nothing")
		_, err = h.s.Assign(ctx, h.by, AssignInput{Post: member, Organisation: h.office})
		wantField(t, err, "organisation", "org.not_party")
		path := "/01/01-004/01-004-00154/"
		h.did(h.s.Assign(ctx, h.by, AssignInput{Post: member, Territory: path, Basis: "Thông báo số 22-TB/QU"}))
		r := h.did(h.s.Assign(ctx, h.by, AssignInput{Post: member, Organisation: cell}))
		me := h.by
		me.Person = h.binh
		cards, err := h.s.MyArea(ctx, me)
		if err != nil || len(cards) != 2 || cards[0].Unit.ID != h.ward || cards[1].Organisation.ID != cell {
			t.Fatalf("my area: %+v %v", cards, err)
		}
		me.Now = me.Now.Add(time.Minute)
		h.did(h.s.EndResponsibility(ctx, me, EndInput{ID: r}))
		if cards, err = h.s.MyArea(ctx, me); err != nil || len(cards) != 1 {
			t.Errorf("after the end: %d %v", len(cards), err)
		}
	})
}

func TestPhone(t *testing.T) {
	for in, want := range map[string]string{"0912 345 678": "0912345678", "+84 912.345.678": "0912345678", "1022": "1022", "": "", "gọi": "!", "12": "!"} {
		f := invalid()
		got := phone(f, "phone", in)
		if len(f.Fields) > 0 {
			got = "!"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestFormOfNames(t *testing.T) {
	for in, want := range map[string][2]string{
		"Phường Cự Khối": {"Phường", "Cự Khối"}, "Quận 1": {"Quận", "Quận 1"}, "Thị trấn Yên Viên": {"Thị trấn", "Yên Viên"},
		"Đặc khu Cồn Cỏ": {"Đặc khu", "Cồn Cỏ"}, "Tổ dân phố 12": {"Tổ dân phố", "Tổ dân phố 12"}, "Việt Nam": {"", "Việt Nam"},
	} {
		if form, short := splitForm(in); form != want[0] || short != want[1] {
			t.Errorf("%s: %q %q", in, form, short)
		}
	}
}
