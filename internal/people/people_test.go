package people_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/people"
	"phaodai/internal/testkit"
)

func TestAHouseholdAndWhoLivesThere(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h := w.household("12-034", "Số 12")
		w.resident(people.ResidentInput{Household: h.ID, Name: "  nguyễn văn   An ", Birth: "5/3/1989", Number: text("001 089 012 345"), Phone: text("0912345678"), Relation: people.Head, Occupation: "shipper", Priority: []string{"chronic"}})
		w.resident(people.ResidentInput{Household: h.ID, Name: "Trần Thị Bình", Birth: "1961", Sex: "female", Relation: people.Parent})
		v, err := w.s.Household(t.Context(), w.keeper, h.ID)
		w.must(err)
		if len(v.Residents) != 2 || v.Address != "Số 12" || v.Area.Name != "Tổ dân phố 12" {
			t.Fatalf("%+v", v)
		}
		an := v.Residents[0]
		if an.Name != "nguyễn văn An" || an.Birth != "1989-03-05" || an.Sex != "male" || an.Number != "•••••••••345" || an.Phone != "••••••••678" || !slices.Equal(an.Groups, []string{"chronic"}) {
			t.Errorf("shown: %+v", an)
		}
		if n := w.entries("household.opened"); n != 1 {
			t.Errorf("%d readings in the audit", n)
		}
	})
}

// What stands in the database names nobody: no number, telephone or address in
// any row, in any form.
func TestWhatIdentifiesAPersonIsSealedAtRest(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h := w.household("12-034", "Số 77 hẻm Tám")
		w.resident(people.ResidentInput{Household: h.ID, Name: "Nguyễn Văn An", Birth: "1989", Number: text("001089012345"), Phone: text("0912345678")})
		l := w.keep("Họ tên,Số hộ,CCCD\nLê C,12-035,001090123456\n")
		_, err := w.s.TakeList(t.Context(), w.keeper, l.ID, nil, nil)
		w.must(err)
		w.must(d.Read(t.Context(), func(tx *db.Tx) error {
			for _, table := range []string{"resident", "household", "stay", "people_list", "audit", "change", "term", "twin"} {
				err := tx.Rows("SELECT * FROM "+table, nil, func(scan func(...any) error) error { return nil })
				if err != nil {
					return err
				}
			}
			var rows []string
			for _, q := range []string{
				"SELECT name || number || phone || likeness || number_index || phone_index FROM resident", "SELECT lane || address || phone || address_index || sort_key FROM household",
				"SELECT word FROM term", "SELECT result || mapping FROM people_list",
			} {
				var some []string
				if err := tx.Select(&some, q); err != nil {
					return err
				}
				rows = append(rows, some...)
			}
			all := strings.Join(rows, "\n")
			for _, secret := range []string{"001089012345", "001090123456", "912345678", "hẻm Tám"} {
				if strings.Contains(all, secret) {
					t.Errorf("%s stands in the database", secret)
				}
			}
			return nil
		}))
	})
}

func TestSomebodyIsFoundByNameWithoutTonesNumberOrTelephone(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h := w.household("12-034", "Số 12")
		an := w.resident(people.ResidentInput{Household: h.ID, Name: "Nguyễn Văn Ân", Birth: "1989", Number: text("001089012345"), Phone: text("0912345678")})
		w.resident(people.ResidentInput{Household: h.ID, Name: "Nguyễn Thị Đào"})
		for q, want := range map[string]string{"an nguyen": an.ID, "001089012345": an.ID, "001 089 012 345": an.ID, "+84 912 345 678": an.ID, "001089012346": "", "0912345679": "", "le": ""} {
			found, err := w.s.Search(t.Context(), w.keeper, people.Query{Text: q, Under: ward})
			w.must(err)
			if len(found.Rows) == 0 && want != "" || len(found.Rows) > 0 && found.Rows[0].ID != want {
				t.Errorf("%q finds %+v", q, found.Rows)
			}
		}
		if found, err := w.s.Search(t.Context(), w.as(other, "registrar"), people.Query{Text: "nguyen", Under: other}); err != nil || len(found.Rows) != 0 {
			t.Errorf("another ward finds %v %v", found, err)
		}
		if _, err := w.s.Search(t.Context(), w.as(other, "registrar"), people.Query{Text: "nguyen", Under: district}); fault.KindOf(err) != fault.Denied {
			t.Errorf("another ward searches the district: %v", err)
		}
	})
}

func TestANumberIsOpenedForAReasonThatTheAuditKeeps(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	h := w.household("12-034", "Số 12")
	r := w.resident(people.ResidentInput{Household: h.ID, Name: "An", Number: text("001089012345"), Phone: text("0912345678")})
	if _, err := w.s.Open(t.Context(), w.keeper, people.OpenInput{ID: r.ID, Reason: " "}); !slices.Equal(keys(err), []string{"reason input.missing"}) {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := w.s.Open(t.Context(), w.as(ward, "police"), people.OpenInput{ID: r.ID, Reason: "xác minh người này"}); fault.KindOf(err) != fault.Denied {
		t.Errorf("without the right: %v", err)
	}
	if w.entries("resident.unmasked") != 0 {
		t.Error("a refusal stands as a reading")
	}
	o, err := w.s.Open(t.Context(), w.keeper, people.OpenInput{ID: r.ID, Reason: "gọi điện đi lấy mẫu"})
	w.must(err)
	if o != (people.Opened{Number: "001089012345", Phone: "+84912345678", Address: "Số 12"}) || w.entries("resident.unmasked") != 1 {
		t.Errorf("%+v, %d entries", o, w.entries("resident.unmasked"))
	}
}

func TestWhereSomebodyLivedIsKept(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a, b := w.household("1", "Số 1"), w.household("2", "Số 2")
		r := w.resident(people.ResidentInput{Household: a.ID, Name: "An", Since: w.now.Add(-48 * time.Hour)})
		_, err := w.s.Move(t.Context(), w.keeper, people.MoveInput{ID: r.ID, Household: b.ID, At: w.now.Add(-24 * time.Hour), Stay: people.Temporary})
		w.must(err)
		for in, want := range map[people.MoveInput]string{
			{ID: r.ID, Household: b.ID}: "household people.same_household", {ID: r.ID, Household: a.ID, At: w.now.Add(time.Hour)}: "at people.move_when",
			{ID: r.ID, Household: a.ID, Version: 1}: "conflict.changed", {ID: r.ID, Household: "x"}: "people.household_unknown",
		} {
			if _, err := w.s.Move(t.Context(), w.keeper, in); !slices.Equal(keys(err), []string{want}) {
				t.Errorf("%+v: %v", in, err)
			}
		}
		c, err := w.s.Resident(t.Context(), w.keeper, r.ID)
		w.must(err)
		if len(c.Stays) != 2 || c.Stays[0].To != instant.Forever || c.Stays[1].To != c.Stays[0].From || c.Household.ID != b.ID || c.Resident.Stay != people.Temporary {
			t.Errorf("stays %+v", c.Stays)
		}
		_, err = w.s.End(t.Context(), w.keeper, people.EndInput{ID: r.ID, Why: people.Died})
		w.must(err)
		v, err := w.s.Household(t.Context(), w.keeper, b.ID)
		w.must(err)
		if len(v.Residents) != 0 || len(v.Before) != 1 {
			t.Errorf("who has died still lives there: %+v", v)
		}
		if _, err := w.s.SaveResident(t.Context(), w.keeper, people.ResidentInput{ID: r.ID, Name: "x"}); fault.KeyOf(err) != "people.resident_ended" {
			t.Errorf("an ended entry is changed: %v", err)
		}
	})
}

func TestBadInputIsToldAtItsFieldAndNothingIsSaved(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	h := w.household("12-034", "Số 12")
	for name, c := range map[string]struct {
		in   people.ResidentInput
		want []string
	}{
		"no name":           {people.ResidentInput{}, []string{"name input.missing"}},
		"no such day":       {people.ResidentInput{Name: "A", Birth: "31/02/1990"}, []string{"birth identity.birth_day"}},
		"century":           {people.ResidentInput{Name: "A", Number: text("001589012345")}, []string{"number identity.number_century"}},
		"another year":      {people.ResidentInput{Name: "A", Birth: "1990", Number: text("001089012345")}, []string{"number identity.number_birth"}},
		"another sex":       {people.ResidentInput{Name: "A", Sex: "female", Number: text("001089012345")}, []string{"number identity.number_sex"}},
		"not born":          {people.ResidentInput{Name: "A", Birth: "2031"}, []string{"birth identity.birth_ahead"}},
		"telephone":         {people.ResidentInput{Name: "A", Phone: text("912345678")}, []string{"phone identity.phone_zero"}},
		"several":           {people.ResidentInput{Birth: "x", Stay: "x", Occupation: "x"}, []string{"name input.missing", "birth identity.birth_form", "stay people.choose", "occupation people.choose"}},
		"unknown household": {people.ResidentInput{Name: "A", Household: "x"}, []string{"people.household_unknown"}},
	} {
		if c.in.Household == "" {
			c.in.Household = h.ID
		}
		if _, err := w.s.SaveResident(t.Context(), w.keeper, c.in); !slices.Equal(keys(err), c.want) {
			t.Errorf("%s: %v", name, keys(err))
		}
	}
	v, err := w.s.Household(t.Context(), w.keeper, h.ID)
	w.must(err)
	if len(v.Residents) != 0 {
		t.Errorf("something was saved: %+v", v.Residents)
	}
	if _, err := w.s.SaveHousehold(t.Context(), w.keeper, people.HouseholdInput{Unit: "01-004-00154", Code: "12-034"}); !slices.Equal(keys(err), []string{"code people.code_taken"}) {
		t.Errorf("a code twice: %v", err)
	}
	if _, err := w.s.SaveResident(t.Context(), w.as(other, "registrar"), people.ResidentInput{Household: h.ID, Name: "A"}); fault.KindOf(err) != fault.Denied {
		t.Errorf("another ward writes: %v", err)
	}
}

func TestTheSameRequestAgainChangesNothing(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h := w.household("12-034", "Số 12")
		in := people.ResidentInput{Key: "k1", Household: h.ID, Name: "An"}
		a, b := w.resident(in), w.resident(in)
		v, err := w.s.Household(t.Context(), w.keeper, h.ID)
		w.must(err)
		if a.ID != b.ID || len(v.Residents) != 1 {
			t.Errorf("%s %s, %d residents", a.ID, b.ID, len(v.Residents))
		}
	})
}

func TestPapersOfAForeignerAreForThePoliceAlone(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	h := w.household("12-034", "Số 12")
	r := w.resident(people.ResidentInput{Household: h.ID, Name: "John Smith", Nationality: "US", Stay: people.Foreign, Number: text("US1234567")})
	police := w.as(ward, "police")
	_, err := w.s.SaveForeign(t.Context(), police, people.ForeignInput{ID: r.ID, Papers: "Thị thực LĐ2 số 123", Until: "31/12/2021"})
	w.must(err)
	p, err := w.s.Foreign(t.Context(), police, r.ID)
	w.must(err)
	if p.Papers != "Thị thực LĐ2 số 123" || p.Until != "2021-12-31" || w.entries("resident.papers_opened") != 1 {
		t.Errorf("%+v", p)
	}
	if _, err := w.s.Foreign(t.Context(), w.keeper, r.ID); fault.KindOf(err) != fault.Denied {
		t.Errorf("who keeps the registry reads them: %v", err)
	}
	if _, err := w.s.SaveForeign(t.Context(), police, people.ForeignInput{ID: r.ID, Papers: "x", Until: "31/02/2021"}); !slices.Equal(keys(err), []string{"until identity.birth_day"}) {
		t.Errorf("%v", err)
	}
}
