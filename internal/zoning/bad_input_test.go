package zoning_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"phaodai/internal/auth"
	"phaodai/internal/criterion"
	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/fault"
	"phaodai/internal/i18n"
	"phaodai/internal/rule"
	"phaodai/internal/testkit"
	"phaodai/internal/zoning"
)

// wrong is one thing that people or programs send, and what they are told.
type wrong struct {
	name  string
	send  func() error
	kind  fault.Kind
	key   string
	field string // at which another key stands, "" where the fault is of the whole
	says  string // key at the field
}

// TestBadInputIsRefusedWithItsMessageAndNothingIsSaved sends what cannot be
// taken: each gets the message of its kind in both languages, at the field that
// is wrong, and the store holds what it held.
func TestBadInputIsRefusedWithItsMessageAndNothingIsSaved(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.keep()
		w.now = demo.At(6, 16, 0)
		w.criteria()
		plan := w.open()[13]
		area := w.groups("00154", 2)[0]
		w.submit(plan, "00154")
		for _, x := range w.wrongs(plan, area) {
			t.Run(x.name, func(t *testing.T) {
				before := w.rows()
				err := x.send()
				if fault.KindOf(err) != x.kind || fault.KeyOf(err) != x.key {
					t.Errorf("%v, want %s %s", err, x.kind, x.key)
				}
				spoken(t, x.key)
				var f *fault.Fault
				if x.field != "" && (!errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name != x.field || f.Fields[0].Key != x.says) {
					t.Errorf("%v, want %s at %s alone", err, x.says, x.field)
				} else if x.field != "" {
					spoken(t, x.says)
				}
				if after := w.rows(); after != before {
					t.Errorf("the store was changed: %s, before %s", after, before)
				}
			})
		}
	})
}

// spoken wants a message in both languages.
func spoken(t *testing.T, key string) {
	t.Helper()
	for _, lang := range []string{i18n.Vietnamese, i18n.English} {
		if !i18n.Default().Has(lang, key) {
			t.Errorf("no message %s in %s", key, lang)
		}
	}
}

// rows counts what a write would leave behind.
func (w *world) rows() (s string) {
	w.t.Helper()
	w.must(w.d.Read(w.ctx, func(tx *db.Tx) error {
		return tx.Get(&s, `SELECT CAST((SELECT COUNT(*) FROM area) AS TEXT) || ' areas ' || (SELECT COUNT(*) FROM zone) || ' rows '
			|| (SELECT COUNT(*) FROM zone_record) || ' records ' || (SELECT COALESCE(SUM(edits), 0) FROM scheme) || ' edits '
			|| (SELECT COUNT(*) FROM zone_round) || ' rounds ' || (SELECT COALESCE(SUM(version), 0) FROM zone_plan) || ' versions '
			|| (SELECT COUNT(*) FROM zone_plan_event) || ' events ' || (SELECT COUNT(*) FROM document) || ' documents '
			|| (SELECT COUNT(*) FROM change) || ' changes'`)
	}))
	return s
}

const bowTie = `{"type":"Polygon","coordinates":[[[105.90,21.00],[105.91,21.01],[105.91,21.00],[105.90,21.01],[105.90,21.00]]]}`

func (w *world) wrongs(plan zoning.Plan, area zoning.Area) []wrong {
	ward, leader, department := w.chairman("00154"), w.as("chutich"), w.as("phongyte")
	district := w.unit("/01/01-004/").ID
	shape := func(s string) func() error {
		return func() error {
			_, err := w.s.AddArea(w.ctx, ward, zoning.AreaInput{Unit: plan.Unit, Kind: "lane", Name: "Ngõ 9", Shape: s})
			return err
		}
	}
	change := func(in zoning.ChangeInput) func() error {
		in.Layer, in.Areas, in.Class = zoning.DistrictArea, []string{area.ID}, "A01"
		return func() error { _, err := w.s.Change(w.ctx, leader, in); return err }
	}
	decide := func(login string) func() error {
		return func() error {
			by := ward
			if login != "" {
				by = w.as(login)
			}
			_, err := w.s.Decide(w.ctx, by, zoning.DecideInput{Round: w.round, Plans: []string{plan.ID}, Signer: w.people.Posts["chu-tich@ubnd"]})
			return err
		}
	}
	return []wrong{
		{"a polygon that crosses itself", shape(bowTie), fault.Invalid, "input.check", "shape", "zone.shape_wrong"},
		{"a polygon that is no GeoJSON", shape(`{"type":"Polygon","coordinates":[[`), fault.Invalid, "input.check", "shape", "zone.shape_wrong"},
		{"a start in the past without a reason", change(zoning.ChangeInput{From: demo.At(5, 6, 0)}), fault.Invalid, "input.check", "reason", "zone.past_needs_reason"},
		{"a period that ends before it begins", change(zoning.ChangeInput{From: demo.At(7, 6, 0), To: demo.At(7, 5, 0), Reason: "x"}), fault.Invalid, "input.check", "to", "zone.period_backwards"},
		{"15+ without additions", change(zoning.ChangeInput{Bundle: "CT15PLUS", Reason: "x"}), fault.Invalid, "input.check", "additions", "zone.additions_missing"},
		{"a round that starts in the past", func() error {
			_, err := w.s.OpenRound(w.ctx, w.as("chanhvp.ubnd"), zoning.RoundInput{Title: "x", Unit: district, Scheme: w.scheme, StartsAt: demo.At(6, 6, 0)})
			return err
		}, fault.Invalid, "input.check", "starts_at", "zone.start_past"},
		{"a ward that approves itself", decide(""), fault.Denied, "auth.denied", "", ""},
		{"a department that approves", decide("phongyte"), fault.Denied, "auth.denied", "", ""},
		{"a department that returns", func() error {
			_, err := w.s.Return(w.ctx, department, zoning.StepInput{Plan: plan.ID, Reason: "x"})
			return err
		}, fault.Denied, "auth.denied", "", ""},
		{"a ward that decides at once", func() error {
			_, err := w.s.Change(w.ctx, ward, zoning.ChangeInput{Areas: []string{area.ID}, Layer: zoning.DistrictArea, Class: "A03", Reason: "x"})
			return err
		}, fault.Denied, "auth.denied", "", ""},
		{"a step on an old version of a plan", func() error {
			_, err := w.s.Recall(w.ctx, ward, zoning.StepInput{Plan: plan.ID, Version: 1})
			return err
		}, fault.Conflict, "conflict.changed", "", ""},
		{"an opinion on a submission that is not the newest", func() error {
			_, err := w.s.Opine(w.ctx, department, zoning.OpinionInput{Plan: plan.ID, Number: 0, Field: zoning.Health, Agrees: true})
			return err
		}, fault.Conflict, "zone.opinion_old", "", ""},
	}
}

// A plan on criteria that have changed since is not sent, until its ward has
// looked at it once more.
func TestAPlanOnAnOldVersionOfTheCriteriaIsNotSent(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.criteria()
		plan := w.open()[13]
		w.groups("00154", 2)
		ward := w.chairman("00154")
		_, err := w.s.TakeSuggestions(w.ctx, ward, plan.ID, "")
		w.must(err)
		table := *lbarea(t)
		table.Title.Vi = "Khung tiêu chí sửa đổi"
		_, err = w.s.SaveScheme(w.ctx, w.as("chanhvp.ubnd"), zoning.SchemeInput{ID: w.scheme, Table: &table, Bundles: choices})
		w.must(err)
		doc, err := w.s.DraftScheme(w.ctx, w.as("chanhvp.ubnd"), zoning.IssueInput{ID: w.scheme, Signer: w.people.Posts["chu-tich@ubnd"], Issuer: w.people.Offices["ubnd"]})
		w.must(err)
		w.issue(doc.ID)
		before := w.rows()
		if _, err := w.s.Submit(w.ctx, ward, zoning.StepInput{Plan: plan.ID}); fault.KeyOf(err) != "zone.criteria_changed" || fault.KindOf(err) != fault.Conflict {
			t.Errorf("sent: %v", err)
		}
		spoken(t, "zone.criteria_changed")
		if after := w.rows(); after != before {
			t.Errorf("the store was changed: %s, before %s", after, before)
		}
		_, err = w.s.Rework(w.ctx, ward, zoning.StepInput{Plan: plan.ID})
		w.must(err)
		if _, err := w.s.Submit(w.ctx, ward, zoning.StepInput{Plan: plan.ID}); err != nil {
			t.Errorf("looked at once more: %v", err)
		}
	})
}

// A table with a fault may be kept as a draft, which names the fault with the
// values for which it shows; it is never issued.
func TestCriteriaWithAFaultAreNotIssued(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	adviser := w.as("chanhvp.ubnd")
	number := func(f float64) *float64 { return &f }
	table := func(low, high criterion.Condition) *criterion.Table {
		return &criterion.Table{ID: "x", Title: criterion.Name{Vi: "Tiêu chí", En: "Criteria"}, Layer: "district_area", Mode: criterion.Exactly,
			Classes:  []criterion.Class{{Code: "A01"}, {Code: "A03"}},
			Measures: []criterion.Measure{{Name: "rate", Type: "number", Title: criterion.Name{Vi: "tỷ lệ", En: "rate"}}},
			Rows:     []criterion.Row{{Title: criterion.Name{Vi: "Ca mắc", En: "Cases"}, Cells: map[string]criterion.Cell{"A01": {When: []criterion.Condition{high}}, "A03": {When: []criterion.Condition{low}}}}}}
	}
	low, high := criterion.Condition{Measure: "rate", LT: number(20)}, criterion.Condition{Measure: "rate", GE: number(20)}
	for name, x := range map[string]struct {
		low, high criterion.Condition
		key       string
	}{
		"none":         {low, high, ""},
		"hole":         {low, criterion.Condition{Measure: "rate", GE: number(30)}, "criterion.hole"},
		"overlap":      {low, criterion.Condition{Measure: "rate", GE: number(10)}, "criterion.overlap"},
		"unknown name": {low, criterion.Condition{Measure: "rat", GE: number(20)}, "criterion.no_measure"},
		"wrong type":   {low, criterion.Condition{Measure: "rate", In: []string{"nhiều"}}, "criterion.type"},
	} {
		t.Run(name, func(t *testing.T) {
			sc, err := w.s.SaveScheme(w.ctx, adviser, zoning.SchemeInput{Unit: w.unit("/01/01-004/").ID, Table: table(x.low, x.high),
				Bundles: map[string]zoning.Choice{"A01": {Bundle: "HN17"}, "A03": {Bundle: "CT15"}}})
			w.must(err)
			v, err := w.s.Scheme(w.ctx, adviser, sc.ID, 0)
			w.must(err)
			before := w.rows()
			_, err = w.s.DraftScheme(w.ctx, adviser, zoning.IssueInput{ID: sc.ID, Signer: w.people.Posts["chu-tich@ubnd"], Issuer: w.people.Offices["ubnd"]})
			if x.key == "" {
				if len(v.Faults) > 0 || err != nil {
					t.Errorf("%v, %v", v.Faults, err)
				}
				return
			}
			if len(v.Faults) == 0 || v.Faults[0].Key != x.key {
				t.Fatalf("%+v, want %s", v.Faults, x.key)
			}
			spoken(t, x.key)
			if hole := strings.HasSuffix(x.key, "hole") || strings.HasSuffix(x.key, "overlap"); hole && v.Faults[0].At["rate"] == nil {
				t.Errorf("no values for which it shows: %+v", v.Faults[0])
			}
			if fault.KeyOf(err) != "zone.scheme_faulty" || w.rows() != before {
				t.Errorf("issued: %v, %s, before %s", err, w.rows(), before)
			}
		})
	}
}

// Of a file whose areas overlap themselves the rows say so, and nothing of them
// is taken in.
func TestAnImportThatCrossesItselfIsNotTakenIn(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		by := w.chairman("00154")
		feature := `{"type":"Feature","properties":{"name":"Ngõ 9"},"geometry":` + bowTie + `}`
		in := zoning.ImportInput{File: w.file(by, `{"type":"FeatureCollection","features":[`+feature+`]}`), Unit: "01-004-00154", Kind: "lane"}
		before := w.rows()
		seen, err := w.s.PreviewImport(w.ctx, by, in)
		w.must(err)
		if seen.Wrong != 1 || len(seen.Rows) != 1 || seen.Rows[0].Faults[0].Key != "geo.crosses_itself" || seen.Rows[0].Faults[0].Field != "shape" {
			t.Fatalf("%+v", seen)
		}
		spoken(t, "geo.crosses_itself")
		if got, err := w.s.ImportAreas(w.ctx, by, in); err != nil || got.New != 0 || got.Wrong != 1 {
			t.Errorf("taken in: %+v, %v", got, err)
		}
		if after := w.rows(); after != before {
			t.Errorf("the store was changed: %s, before %s", after, before)
		}
	})
}

// box is a feature of so many metres around a corner in the ward.
func box(name string, east, north, width, height float64) string {
	const lon, lat, degree = 105.9, 21.0, 111194.9
	x := func(m float64) float64 { return lon + m/(degree*0.93358) }
	y := func(m float64) float64 { return lat + m/degree }
	return fmt.Sprintf(`{"type":"Feature","properties":{"name":%q},"geometry":{"type":"Polygon","coordinates":[[[%f,%f],[%f,%f],[%f,%f],[%f,%f],[%f,%f]]]}}`, name,
		x(east), y(north), x(east+width), y(north), x(east+width), y(north+height), x(east), y(north+height), x(east), y(north))
}

func (w *world) shapes(by auth.Actor, features ...string) zoning.ImportInput {
	return zoning.ImportInput{File: w.file(by, `{"type":"FeatureCollection","features":[`+strings.Join(features, ",")+`]}`), Unit: "01-004-00154", Kind: "lane"}
}

// Areas of a file that lie over each other, or over an area that is there, are
// told so row by row with how much, and none of them is taken in. A shared
// border, a sliver, and a part of an area are no overlap.
func TestAnImportWhoseAreasOverlapIsNotTakenIn(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		by := w.chairman("00154")
		_, err := w.s.ImportAreas(w.ctx, by, w.shapes(by, box("Ngõ 1", 0, 0, 100, 100)))
		w.must(err)
		standing := w.s.Board().Areas(by.UnitPath, w.now)
		code := standing[len(standing)-1].Code
		parted := strings.Replace(box("Ngách 1/2", 10, 10, 30, 30), `"properties":{`, `"properties":{"parent":"`+code+`",`, 1)
		for _, x := range []struct {
			name     string
			features []string
			want     []string // row, key and ground of each fault
		}{
			{"two rows that cross", []string{box("Ngõ 2", 200, 0, 100, 100), box("Ngõ 3", 288, 0, 100, 100)}, []string{"1 zone.row_overlaps_row 2 1200", "2 zone.row_overlaps_row 1 1200"}},
			{"a row over a standing area", []string{box("Ngõ 2", 90, 0, 100, 100)}, []string{"1 zone.row_overlaps_area 1000"}},
			{"a row within a standing area", []string{box("Ngõ 2", 20, 20, 30, 30)}, []string{"1 zone.row_overlaps_area_whole 900"}},
			{"the same ground twice", []string{box("Ngõ 2", 200, 0, 100, 100), box("Ngõ 3", 200, 0, 100, 100)}, []string{"1 zone.row_overlaps_row_whole 2 10000", "2 zone.row_overlaps_row_whole 1 10000"}},
			{"a shared border", []string{box("Ngõ 2", 100, 0, 100, 100), box("Ngõ 3", 200, 0, 100, 100)}, nil},
			{"a sliver of less than a metre", []string{box("Ngõ 2", 99.5, 0, 100, 100)}, nil},
			{"half of a small house", []string{box("Ngõ 2", 200, 0, 100, 100), box("Nhà 1", 295, 50, 10, 8)}, []string{"1 zone.row_overlaps_row 2 40", "2 zone.row_overlaps_row 1 40"}},
			{"a standing area moved over nothing", []string{box("Ngõ 1", 50, 0, 100, 100)}, nil},
			{"a standing area moved away for another", []string{box("Ngõ 1", 300, 0, 100, 100), box("Ngõ 2", 0, 0, 100, 100)}, nil},
			{"the same again", []string{box("Ngõ 1", 0, 0, 100, 100)}, nil},
			{"a part of a standing area", []string{parted}, nil},
		} {
			t.Run(x.name, func(t *testing.T) {
				in := w.shapes(by, x.features...)
				seen, err := w.s.PreviewImport(w.ctx, by, in)
				w.must(err)
				var got []string
				for _, r := range seen.Rows {
					for _, f := range r.Faults {
						spoken(t, f.Key)
						told := fmt.Sprint(r.Line, " ", f.Key)
						for i := 3; i < len(f.Args); i += 2 {
							told += fmt.Sprint(" ", f.Args[i])
						}
						got = append(got, told)
					}
				}
				if !slices.Equal(got, x.want) {
					t.Fatalf("%q, want %q", got, x.want)
				}
				if len(x.want) == 0 {
					return
				}
				before := w.rows()
				if done, err := w.s.ImportAreas(w.ctx, by, in); err != nil || done.New+done.Changed != 0 || done.Wrong != len(x.features) {
					t.Errorf("taken in: %+v, %v", done, err)
				}
				if after := w.rows(); after != before {
					t.Errorf("the store was changed: %s, before %s", after, before)
				}
			})
		}
	})
}

// Rules are written in CEL: what a rule of criteria may not be is refused
// before anything is saved, with the place in the text.
func TestARuleThatCannotBeSavedSaysWhere(t *testing.T) {
	env, err := rule.NewEnv(rule.Kind{Name: "zone.criterion", Result: rule.Bool, Vars: []rule.Var{
		{Name: "rate", Type: rule.Number, Vi: "tỷ lệ", En: "rate"}, {Name: "word", Type: rule.Text, Vi: "từ", En: "word", Max: 200}, {Name: "ward", Type: rule.Texts, Vi: "phường", En: "wards", Max: 200}}})
	if err != nil {
		t.Fatal(err)
	}
	for source, key := range map[string]string{
		"rate < 20.0 && rat > 1.0": "rule.unknown_name",
		`rate < "20"`:              "rule.wrong_type",
		"rate + 1.0":               "rule.wrong_result",
		"ward.all(a, ward.all(b, ward.all(c, ward.all(d, a + b + c + d != word))))": "rule.too_costly",
	} {
		_, err := env.Compile(source)
		var p rule.Problems
		if !errors.As(err, &p) || p[0].Key != key || p[0].Line != 1 || p[0].Column == 0 {
			t.Errorf("%s: %v, want %s", source, err, key)
			continue
		}
		spoken(t, key)
	}
}
