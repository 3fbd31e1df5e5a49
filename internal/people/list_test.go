package people_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/people"
	"phaodai/internal/testkit"
	"phaodai/internal/zoning"
)

const list = `DANH SÁCH NHÂN KHẨU,,,,,,,
Số hộ,Tổ,Địa chỉ,Quan hệ,Họ và tên,Ngày sinh,CCCD,Điện thoại
12-034,12,"Số 12, ngõ 45",Chủ hộ,Nguyễn Văn An,05/03/1989,001089012345,0912345678
,,,Vợ,Trần Thị Bình,1990,,
12-035,TDP 12,Số 14,Chủ hộ,Lê Văn Cường,31/02/1990,,
12-036,Tổ dân phố 1,Số 16,Chủ hộ,Phạm Dũng,1970,001589012345,
12-037,99,Số 18,Chủ hộ,Đỗ Em,1970,,
,12,,Con,Ngô Giang,1989,001089012345,
12-038,12,Số 20,Chủ hộ,,1970,,
`

func TestAListIsTakenInRowByRow(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		l := w.keep(list)
		p, err := w.s.PreviewList(t.Context(), w.keeper, l.ID, nil, 100)
		w.must(err)
		want := people.Counted{Rows: 7, New: 2, Wrong: 5, Households: 1}
		if p.Counted != want {
			t.Errorf("preview %+v", p.Counted)
		}
		var wrong []string
		for _, r := range p.Rows {
			for _, f := range r.Faults {
				wrong = append(wrong, fmt.Sprint(r.Line, " ", f.Field, " ", f.Key))
			}
		}
		if !slices.Equal(wrong, []string{"5 birth identity.birth_day", "6 number identity.number_century", "7 area people.row_area", "8 number people.row_number_twice", "9 name input.missing"}) {
			t.Errorf("%q", wrong)
		}
		if found, err := w.s.Search(t.Context(), w.keeper, people.Query{Text: "an", Under: ward}); err != nil || len(found.Rows) != 0 {
			t.Errorf("a preview saved something: %v %v", found, err)
		}
		var heard []int64
		c, err := w.s.TakeList(t.Context(), w.keeper, l.ID, nil, func(done, _ int64) { heard = append(heard, done) })
		w.must(err)
		if c != want || !slices.Equal(heard, []int64{7}) {
			t.Errorf("taken %+v, heard %v", c, heard)
		}
		h, err := w.s.Households(t.Context(), w.keeper, people.Walk{Unit: "01-004-00154"})
		w.must(err)
		if len(h.Rows) != 1 || h.Rows[0].Code != "12-034" || h.Rows[0].People != 2 || h.Rows[0].Head != "Nguyễn Văn An" || h.Rows[0].Area != "Tổ dân phố 12" {
			t.Errorf("%+v", h.Rows)
		}
	})
}

func TestAListAgainChangesNothingAndABlankTakesNothingAway(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		take := func(text string) people.Counted {
			t.Helper()
			c, err := w.s.TakeList(t.Context(), w.keeper, w.keep(text).ID, nil, nil)
			w.must(err)
			return c
		}
		take(list)
		if c := take(list); c != (people.Counted{Rows: 7, Same: 2, Wrong: 5}) {
			t.Errorf("again: %+v", c)
		}
		if c := take("Số hộ,Họ tên,Ngày sinh,CCCD,Nghề nghiệp\n12-034,Nguyễn Văn An,,001089012345,Shipper\n12-034,Trần Thị Bình,1990,,\n"); c != (people.Counted{Rows: 2, Same: 1, Changed: 1}) {
			t.Errorf("with an occupation: %+v", c)
		}
		found, err := w.s.Search(t.Context(), w.keeper, people.Query{Text: "001089012345", Under: ward})
		w.must(err)
		if r := found.Rows[0]; r.Occupation != "shipper" || r.Birth != "1989-03-05" || r.Phone == "" || r.Relation != people.Head {
			t.Errorf("%+v", r)
		}
	})
}

func TestAMappingIsRememberedForSuchLists(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	const odd = "A1,B1,C1\n12-034,Nguyễn Văn An,1989\n"
	l := w.keep(odd)
	p, err := w.s.PreviewList(t.Context(), w.keeper, l.ID, nil, 10)
	w.must(err)
	if p.Counted.Wrong != 1 {
		t.Errorf("without a mapping: %+v", p.Counted)
	}
	_, err = w.s.StartList(t.Context(), w.keeper, people.StartInput{ID: l.ID, Mapping: map[string]string{"household": "A1", "name": "B1", "birth": "C1"}})
	w.must(err)
	if _, err := w.s.StartList(t.Context(), w.keeper, people.StartInput{ID: l.ID}); fault.KeyOf(err) != "people.list_taken" || len(w.queued) != 1 {
		t.Errorf("started twice: %v, %d jobs", err, len(w.queued))
	}
	w.must(w.s.RunList(t.Context(), auth.System(w.now, w.now), w.queued[0], nil))
	lists, err := w.s.Lists(t.Context(), w.keeper, ward)
	w.must(err)
	if lists[0].State != "done" || lists[0].Counted().New != 1 || lists[0].ByName != w.keeper.Name {
		t.Errorf("%+v", lists[0])
	}
	p, err = w.s.PreviewList(t.Context(), w.keeper, w.keep(odd).ID, nil, 10)
	w.must(err)
	if p.Counted != (people.Counted{Rows: 1, Same: 1}) {
		t.Errorf("the next such list: %+v", p.Counted)
	}
}

// big is a list of so many people in households of four.
func big(people int) string {
	var b strings.Builder
	b.WriteString("Số hộ,Tổ,Địa chỉ,Họ và tên,Giới tính,Ngày sinh,CCCD,Điện thoại,Nghề nghiệp\n")
	for i := range people {
		fmt.Fprintf(&b, "H%05d,12,Số %d ngõ %d,Nguyễn Văn %s%d,Nam,%02d/%02d/19%02d,0010%02d%06d,09%08d,Công nhân\n", i/4, i/4%200, i/800, string(rune('A'+i%26)), i, 1+i%28, 1+i%12, 40+i%60, 40+i%60, i, i)
	}
	return b.String()
}

func TestAListThatStopsGoesOnWhereItWas(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		l := w.keep(big(1700))
		ctx, stop := context.WithCancel(t.Context())
		_, err := w.s.TakeList(ctx, w.keeper, l.ID, nil, func(done, _ int64) {
			if done == 1000 {
				stop()
			}
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("%v", err)
		}
		c, err := w.s.TakeList(t.Context(), w.keeper, l.ID, nil, nil)
		w.must(err)
		if c != (people.Counted{Rows: 1700, New: 1700, Households: 425}) {
			t.Errorf("%+v", c)
		}
		var n int
		w.must(d.Read(t.Context(), func(tx *db.Tx) error { return tx.Get(&n, "SELECT COUNT(*) FROM resident") }))
		if n != 1700 {
			t.Errorf("%d residents", n)
		}
	})
}

func TestAListOfAnotherWardIsNotOpened(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	l := w.keep(list)
	if _, err := w.s.PreviewList(t.Context(), w.as(other, "registrar"), l.ID, nil, 1); fault.KindOf(err) != fault.Denied {
		t.Errorf("%v", err)
	}
	if _, err := w.s.KeepList(t.Context(), w.as(other, "registrar"), "01-004-00154", "x.csv", bytes.NewReader([]byte(list))); fault.KindOf(err) != fault.Denied {
		t.Errorf("%v", err)
	}
}

// BenchmarkTakeList takes in a list of 100,000 rows, beside the limit of 60 s.
func BenchmarkTakeList100000(b *testing.B) {
	const rows, limit = 100_000, 60.0
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": testkit.SQLite, "postgres": testkit.Postgres} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b, open(b))
			l := w.keep(big(rows))
			start := time.Now()
			c, err := w.s.TakeList(b.Context(), w.keeper, l.ID, nil, nil)
			w.must(err)
			took := time.Since(start).Seconds()
			if c.New != rows {
				b.Fatalf("%+v", c)
			}
			b.ReportMetric(took, "s")
			b.ReportMetric(took/limit, "of-limit")
			b.ReportMetric(rows/took, "rows/s")
		})
	}
}

// A ward is walked group after group, by the numbers of the groups and not in
// the order in which somebody entered them; who has no group comes last.
func TestAWardIsWalkedGroupAfterGroup(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d) // with groups 1 and 12
		second, err := w.zones.AddArea(t.Context(), w.as(ward, "staff"), zoning.AreaInput{Unit: "01-004-00154", Kind: "neighbourhood_group", Name: "Tổ dân phố 2"})
		w.must(err)
		for _, h := range []people.HouseholdInput{
			{Area: w.groups[1].ID, Address: text("Số 1")}, {Address: text("Số 9")}, {Area: second.ID, Address: text("Số 12")},
			{Area: second.ID, Address: text("Số 3")}, {Area: w.groups[0].ID, Address: text("Số 7")},
		} {
			h.Unit, h.Lane = "01-004-00154", "Ngõ 45"
			_, err := w.s.SaveHousehold(t.Context(), w.keeper, h)
			w.must(err)
		}
		var walked []string
		for after := ""; ; {
			page, err := w.s.Households(t.Context(), w.keeper, people.Walk{Unit: "01-004-00154", After: after, Limit: 2})
			w.must(err)
			for _, h := range page.Rows {
				v, err := w.s.Household(t.Context(), w.keeper, h.ID)
				w.must(err)
				walked = append(walked, h.Area+", "+v.Address)
			}
			if after = page.Next; after == "" {
				break
			}
		}
		want := []string{"Tổ dân phố 1, Số 7", "Tổ dân phố 2, Số 3", "Tổ dân phố 2, Số 12", "Tổ dân phố 12, Số 1", ", Số 9"}
		if !slices.Equal(walked, want) {
			t.Errorf("%q", walked)
		}
	})
}
