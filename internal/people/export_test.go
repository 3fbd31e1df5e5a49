package people_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/people"
	"phaodai/internal/testkit"
)

// exported is the list of the ward as CSV.
func (w *world) exported(reason string) (string, error) {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	w.must(out.Write(people.ExportTitles()))
	err := w.s.Export(w.t.Context(), w.keeper, "01-004-00154", reason, out.Write)
	out.Flush()
	return b.String(), err
}

// TestAnExportedListTakenInAgainChangesNothing: what goes out comes in, and
// blanks of one household do not become what the household above says.
func TestAnExportedListTakenInAgainChangesNothing(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a := w.household("12-034", "Số 12")
		b, err := w.s.SaveHousehold(t.Context(), w.keeper, people.HouseholdInput{Unit: "01-004-00154", Lane: "Ngõ 46", Address: text("Số 3")}) // no number, no area
		w.must(err)
		c, err := w.s.SaveHousehold(t.Context(), w.keeper, people.HouseholdInput{Unit: "01-004-00154", Area: w.groups[0].ID, Code: "01-001"}) // no address
		w.must(err)
		w.resident(people.ResidentInput{Household: a.ID, Name: "Nguyễn Văn An", Sex: "male", Birth: "31/12/1989", Number: text("001089012345"), Phone: text("0912345678"),
			Relation: people.Head, Occupation: "seller", Priority: []string{"poor", "chronic"}})
		w.resident(people.ResidentInput{Household: a.ID, Name: "Trần Thị Bình", Sex: "female", Birth: "1991", Relation: people.Spouse, FromPlace: "Nam Định", Stay: people.Temporary})
		w.resident(people.ResidentInput{Household: b.ID, Name: "John A. Smith", Birth: "5/1980", Nationality: "US", Number: text("C1234567"), Stay: people.Foreign})
		w.resident(people.ResidentInput{Household: c.ID, Name: "Lê Thị Cúc", Relation: people.Relative, Stay: people.Arrival})
		list, err := w.exported("gửi trạm y tế")
		w.must(err)
		for _, want := range []string{"001089012345", "0912345678", "31/12/1989", "Hộ nghèo", "5/1980", "Số 12", "Nam Định"} {
			if !strings.Contains(list, want) {
				t.Errorf("the list lacks %q:\n%s", want, list)
			}
		}
		p, err := w.s.PreviewList(t.Context(), w.keeper, w.keep(list).ID, nil, 50)
		w.must(err)
		if p.Counted != (people.Counted{Rows: 4, Same: 4}) {
			t.Errorf("taken in again: %+v\n%s\n%+v", p.Counted, list, p.Rows)
		}
		if w.entries("people_list.exported") != 1 {
			t.Error("the export does not stand in the audit")
		}
	})
}

func TestAListGoesOutForAReasonToWhoMay(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	w.household("12-034", "Số 12")
	for _, reason := range []string{"", "abc"} {
		if _, err := w.exported(reason); len(keys(err)) != 1 || !strings.HasPrefix(keys(err)[0], "reason ") {
			t.Errorf("reason %q: %v", reason, err)
		}
	}
	for role, path := range map[auth.Role]string{"police": ward, "registrar": other} {
		err := w.s.Export(t.Context(), w.as(path, role), "01-004-00154", "gửi trạm y tế", func([]string) error { return nil })
		if err == nil {
			t.Errorf("%s of %s may export", role, path)
		}
	}
}

// TestAWardIsCountedByArea also finds a household by its number.
func TestAWardIsCountedByArea(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h := w.household("12-034", "Số 12")
		w.household("12-035", "Số 14")
		w.resident(people.ResidentInput{Household: h.ID, Name: "Nguyễn Văn An"})
		gone := w.resident(people.ResidentInput{Household: h.ID, Name: "Nguyễn Văn Bình", Since: w.now - 1e9})
		_, err := w.s.End(t.Context(), w.keeper, people.EndInput{ID: gone.ID, Why: people.MovedAway})
		w.must(err)
		v, err := w.s.Ward(t.Context(), w.keeper, "01-004-00154")
		w.must(err)
		if v.Households != 2 || v.People != 1 || len(v.Areas) != 2 {
			t.Fatalf("the ward: %+v", v)
		}
		for _, a := range v.Areas {
			if in := a.ID == w.groups[1].ID; in && (a.Households != 2 || a.People != 1) || !in && a.Households != 0 {
				t.Errorf("area: %+v", a)
			}
		}
		found, err := w.s.HouseholdByCode(t.Context(), w.keeper, "01-004-00154", " 12-034 ")
		w.must(err)
		if found.ID != h.ID {
			t.Errorf("12-034 is %s, not %s", found.ID, h.ID)
		}
		if _, err := w.s.HouseholdByCode(t.Context(), w.keeper, "01-004-00154", "12-099"); len(keys(err)) != 1 || keys(err)[0] != "code people.code_unknown" {
			t.Errorf("a number that no household has: %v", err)
		}
		if _, err := w.s.Ward(t.Context(), w.as(other, "registrar"), "01-004-00154"); err == nil {
			t.Error("another ward counts here")
		}
		l := w.keep("Họ tên,Số hộ\nLê D,12-091\n")
		if got, err := w.s.List(t.Context(), w.keeper, l.ID); err != nil || got.Name != l.Name {
			t.Errorf("the list: %+v %v", got, err)
		}
		if _, err := w.s.List(t.Context(), w.as(other, "registrar"), l.ID); err == nil {
			t.Error("another ward sees the list")
		}
		for right, n := range map[auth.Right]int{auth.PeopleKeep: 1, auth.PeopleForeign: 0} {
			if units, err := w.s.Wards(t.Context(), w.keeper, right); err != nil || len(units) != n {
				t.Errorf("wards under %s: %+v %v", right, units, err)
			}
		}
		if units, err := w.s.Wards(t.Context(), w.as(district, "registrar"), auth.PeopleRead); err != nil || len(units) != 2 {
			t.Errorf("wards of a district: %+v %v", units, err)
		}
		page, err := w.s.Households(t.Context(), w.keeper, people.Walk{Unit: "01-004-00154", Limit: 1})
		w.must(err)
		if page.Next != page.Rows[0].Household.ID {
			t.Errorf("a cursor tells more than the household: %q", page.Next)
		}
	})
}

// TestEveryWordOfAnExportIsReadAgain: no word that goes out is read as another.
func TestEveryWordOfAnExportIsReadAgain(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		first := w.household("12-034", "Số 12")
		w.resident(people.ResidentInput{Household: first.ID, Name: "Nguyễn Văn An", Birth: "5/3/1989", Number: text("001089012345"), Phone: text("0912345678"), Relation: people.Head, Occupation: "shipper", Priority: []string{"chronic", "poor"}})
		w.resident(people.ResidentInput{Household: first.ID, Name: "Trần Thị Bình", Birth: "12/1990", Sex: "female", Relation: people.Spouse, Stay: people.Temporary, FromPlace: "Hải Dương"})
		bare, err := w.s.SaveHousehold(t.Context(), w.keeper, people.HouseholdInput{Unit: "01-004-00154", Address: text("Số 3")}) // no number, no group, no lane
		w.must(err)
		w.resident(people.ResidentInput{Household: bare.ID, Name: "John Smith", Birth: "1970", Number: text("M12345678"), Nationality: "KR", Stay: people.Foreign, Relation: people.Relative})
		for _, o := range people.Occupations() {
			w.resident(people.ResidentInput{Household: bare.ID, Name: "Người " + o.Code, Occupation: o.Code})
		}
		for _, p := range people.Priorities() {
			w.resident(people.ResidentInput{Household: bare.ID, Name: "Nhóm " + p.Code, Priority: []string{p.Code}, Stay: people.Arrival, Relation: people.Parent})
		}
		for _, p := range people.Relations() {
			w.resident(people.ResidentInput{Household: bare.ID, Name: "Quan hệ " + string(p), Relation: p})
		}
		file, err := w.exported("gửi tổ lấy mẫu")
		w.must(err)
		rows, err := csv.NewReader(strings.NewReader(file)).ReadAll()
		w.must(err)
		rows = rows[1:]
		all := 3 + len(people.Occupations()) + len(people.Priorities()) + len(people.Relations())
		if len(rows) != all {
			t.Fatalf("%d rows, want %d", len(rows), all)
		}
		i := slices.IndexFunc(rows, func(r []string) bool { return r[5] == "Nguyễn Văn An" })
		want := []string{"12-034", "Tổ dân phố 12", "Ngõ 45", "Số 12", "Chủ hộ", "Nguyễn Văn An", "Nam", "05/03/1989", "001089012345", "0912345678", "Giao hàng", "Bệnh nền; Hộ nghèo", "VN", "Thường trú", ""}
		if !slices.Equal(rows[i], want) {
			t.Errorf("%q", rows[i])
		}
		l := w.keep(file)
		p, err := w.s.PreviewList(t.Context(), w.keeper, l.ID, nil, 100)
		w.must(err)
		for _, r := range p.Rows {
			if r.Fate != people.SameRow {
				t.Errorf("%s is %s: %v %v", r.Name, r.Fate, r.Fields, r.Faults)
			}
		}
		if p.Counted != (people.Counted{Rows: all, Same: all}) {
			t.Errorf("%+v", p.Counted)
		}
	})
}
