package zoning_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/fault"
	"phaodai/internal/measure"
	"phaodai/internal/testkit"
	"phaodai/internal/zoning"
)

// tenPeople is a bundle of the district that rests on Directive 15 and sets a
// number of people itself.
func tenPeople(people float64, text string) measure.Bundle {
	return measure.Bundle{ID: "LB15", Title: measure.Name{Vi: "Biện pháp của Quận", En: "Measures of the district"}, Short: "LB 15", Instrument: "12/QĐ-UBND", Base: "CT15",
		From: demo.At(7, 0, 0),
		Own: []measure.Measure{{Category: "public_gathering", Step: "limited", Limit: &measure.Limit{Op: "<=", Value: people, Unit: "people"},
			Text: measure.Name{Vi: "Không quá " + text + " người nơi công cộng.", En: "At most " + text + " people in public."}, Clause: "2", Source: "12/QĐ-UBND", Confidence: "high"}}}
}

func (w *world) bundle(by auth.Actor, version int64, b measure.Bundle) (zoning.OwnBundle, error) {
	return w.s.SaveBundle(w.ctx, by, zoning.BundleInput{Unit: "01-004", Version: version, Bundle: b})
}

// people is the number of people allowed together in an area, and whose measure
// that is.
func (w *world) limit(h zoning.Held) (float64, string) {
	w.t.Helper()
	e, ok := h.Regime.Rules().Entry("public_gathering")
	if !ok || len(e.Held) != 1 || e.Held[0].Limit == nil {
		w.t.Fatalf("%+v", e)
	}
	return e.Held[0].Limit.Value, e.Held[0].Origin.Bundle
}

// TestADecisionBindsAVersionOfABundle: a bundle may be chosen as soon as it is
// saved; its next version changes nothing of what is decided, and is chosen by
// its own name.
func TestADecisionBindsAVersionOfABundle(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		adviser, leader := w.as("chanhvp.ubnd"), w.as("chutich")
		area := w.groups("00154", 2)
		_, err := w.bundle(adviser, 0, tenPeople(10, "10"))
		w.must(err)
		if b, ok := w.s.Board().Bundle("LB15"); !ok || len(b.Measures) < 2 {
			t.Fatalf("not there at once, or without what its base says: %+v", b)
		}
		change := func(id, ref string) error {
			_, err := w.s.Change(w.ctx, leader, zoning.ChangeInput{Areas: []string{id}, Layer: zoning.DistrictArea, Class: "A01", Bundle: ref, Symbol: "12/QĐ-UBND", Reason: "x"})
			return err
		}
		w.must(change(area[0].ID, "LB15"))
		decided := w.now
		held, _ := w.s.Board().At(area[0].ID, w.now)
		if n, whose := w.limit(held); n != 10 || whose != "LB15" {
			t.Errorf("%v people by %s", n, whose)
		}
		second, err := w.bundle(adviser, 1, tenPeople(2, "2"))
		w.must(err)
		if second.Version != 2 || second.Bundle.Ref() != "LB15@2" {
			t.Errorf("%+v", second)
		}
		fresh := zoning.NewBoard(w.d) // another process, which never saw the first state
		w.must(fresh.Refresh(w.ctx))
		for name, b := range map[string]*zoning.Board{"here": w.s.Board(), "another process": fresh} {
			held, _ := b.At(area[0].ID, w.now)
			if n, _ := w.limit(held); n != 10 {
				t.Errorf("%s: the edit changed what is in force to %v people", name, n)
			}
			before, _ := b.AsOf(area[0].ID, decided, decided)
			if n, _ := w.limit(before); n != 10 {
				t.Errorf("%s: and what was believed to %v", name, n)
			}
		}
		w.must(change(area[1].ID, "LB15@2"))
		held, _ = w.s.Board().At(area[1].ID, w.now)
		if n, _ := w.limit(held); n != 2 {
			t.Errorf("the second version holds with %v people", n)
		}
		for _, ref := range []string{"LB15@3", "LB15@x", "LB15@1", "KHONG"} {
			if err := change(area[1].ID, ref); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", ref, err)
			}
		}
	})
}

// TestVersionsOfABundleStay: nothing overwrites one, what says the same makes
// none, who looked at an older one is told.
func TestVersionsOfABundleStay(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		adviser := w.as("chanhvp.ubnd")
		first, err := w.bundle(adviser, 0, tenPeople(10, "10"))
		w.must(err)
		again, err := w.bundle(adviser, 1, tenPeople(10, "10"))
		w.must(err)
		if again.Version != 1 {
			t.Errorf("the same made version %d", again.Version)
		}
		_, err = w.bundle(adviser, 1, tenPeople(5, "5"))
		w.must(err)
		if _, err := w.bundle(adviser, 1, tenPeople(4, "4")); fault.KindOf(err) != fault.Conflict {
			t.Errorf("an edit of an older version: %v", err)
		}
		v, err := w.s.Bundle(w.ctx, adviser, "LB15", 1)
		w.must(err)
		if diff := cmp.Diff(first.Bundle, v.Own.Bundle); diff != "" || len(v.Versions) != 2 || !v.MayEdit {
			t.Errorf("version 1 is no longer as it was: %s", diff)
		}
		data, err := v.Own.Bundle.YAML()
		w.must(err)
		back, err := measure.ReadBundle(data)
		w.must(err)
		third, err := w.bundle(adviser, 2, back)
		w.must(err)
		if third.Version != 3 || third.Bundle.Own[0].Limit.Value != 10 || third.Bundle.From != demo.At(7, 0, 0) {
			t.Errorf("taken back from its file: %+v", third.Bundle)
		}
	})
}

func TestWhoMayKeepAndChooseABundle(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	adviser, ward := w.as("chanhvp.ubnd"), w.chairman("00154")
	if _, err := w.bundle(ward, 0, tenPeople(10, "10")); fault.KindOf(err) != fault.Denied {
		t.Errorf("a ward makes one of the district: %v", err)
	}
	_, err := w.bundle(adviser, 0, tenPeople(10, "10"))
	w.must(err)
	if _, err := w.bundle(adviser, 0, tenPeople(3, "3")); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a code that is taken: %v", err)
	}
	if v, err := w.s.Bundle(w.ctx, ward, "LB15", 0); err != nil || v.MayEdit {
		t.Errorf("a ward reads it: %v", err)
	}
	refs := func(path string) (out []string) {
		for _, b := range w.s.Board().Bundles(path) {
			if b.ID == "LB15" {
				out = append(out, b.Ref())
			}
		}
		return out
	}
	if len(refs(ward.UnitPath)) != 1 || len(refs("/01/")) != 0 || len(refs("/01/01-005/")) != 0 {
		t.Errorf("in the ward %v, in the city %v, beside %v", refs(ward.UnitPath), refs("/01/"), refs("/01/01-005/"))
	}
	sc := zoning.Scheme{UnitPath: "/01/01-005/", Table: lbarea(t), Bundles: map[string]zoning.Choice{"A01": {Bundle: "LB15"}, "A02": {Bundle: "CT15"}, "A03": {Bundle: "CT15"}}}
	if faults := sc.Check(w.s.Board()); len(faults) != 1 || faults[0].Key != "zone.bundle_unknown" {
		t.Errorf("chosen by a unit beside: %v", faults)
	}
	sc.UnitPath = "/01/01-004/"
	if faults := sc.Check(w.s.Board()); len(faults) != 0 {
		t.Errorf("chosen by its own: %v", faults)
	}
}

// TestWhatIsWrongWithABundleStandsAtItsPlace changes one thing at a time.
func TestWhatIsWrongWithABundleStandsAtItsPlace(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	adviser := w.as("chanhvp.ubnd")
	for name, x := range map[string]struct {
		change     func(*measure.Bundle)
		field, key string
	}{
		"a code in small letters with marks": {func(b *measure.Bundle) { b.ID = "quận 15" }, "code", "zone.bundle_code"},
		"a code of the program":              {func(b *measure.Bundle) { b.ID = "CT16" }, "code", "zone.bundle_taken"},
		"no title":                           {func(b *measure.Bundle) { b.Title.Vi = "" }, "title_vi", "measure.text_vi"},
		"no English title":                   {func(b *measure.Bundle) { b.Title.En = "" }, "title_en", "measure.text_en"},
		"no badge":                           {func(b *measure.Bundle) { b.Short = "" }, "short", "measure.short"},
		"no instrument":                      {func(b *measure.Bundle) { b.Instrument = " " }, "instrument", "input.missing"},
		"a base that is none":                {func(b *measure.Bundle) { b.Base = "CT99" }, "base", "measure.no_base"},
		"an end before the start":            {func(b *measure.Bundle) { b.To = demo.At(6, 0, 0) }, "to", "measure.period"},
		"a category that is none":            {func(b *measure.Bundle) { b.Own[0].Category = "music" }, "measures.1.category", "measure.no_category"},
		"a step that is none":                {func(b *measure.Bundle) { b.Own[0].Step = "half" }, "measures.1.step", "measure.no_step"},
		"no number":                          {func(b *measure.Bundle) { b.Own[0].Limit = nil }, "measures.1.limit", "measure.limit_missing"},
		"a number of another unit":           {func(b *measure.Bundle) { b.Own[0].Limit.Unit = "m" }, "measures.1.limit", "measure.limit_unit"},
		"another number in the text":         {func(b *measure.Bundle) { b.Own[0].Limit.Value = 7 }, "measures.1.text_vi", "measure.limit_text"},
		"no text": {func(b *measure.Bundle) {
			b.Own[0].Text.En = "10"
			b.Own[0].Text.Vi = "10"
			b.Own[0].Exceptions = []measure.Name{{Vi: "x"}}
		}, "measures.1.text_en", "measure.text_en"},
		"a penalty that is none": {func(b *measure.Bundle) { b.Own[0].Penalty = "X99" }, "measures.1.penalty", "measure.no_penalty"},
		"a subject twice":        {func(b *measure.Bundle) { b.Own = append(b.Own, b.Own[0]) }, "measures.2.category", "zone.bundle_twice"},
		"nothing in it":          {func(b *measure.Bundle) { b.Own, b.Base = nil, "" }, "measures", "zone.bundle_empty"},
	} {
		t.Run(name, func(t *testing.T) {
			b := tenPeople(10, "10")
			x.change(&b)
			before := w.rows()
			_, err := w.bundle(adviser, 0, b)
			var f *fault.Fault
			if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name != x.field || f.Fields[0].Key != x.key {
				t.Fatalf("%v, want %s at %s", err, x.key, x.field)
			}
			spoken(t, x.key)
			if w.rows() != before {
				t.Error("something was saved")
			}
		})
	}
}
