package zoning_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
	"phaodai/internal/zoning"
)

func (w *world) file(by auth.Actor, text string) string {
	w.t.Helper()
	file, err := w.s.KeepFile(w.ctx, by, "khu-vuc", strings.NewReader(text))
	w.must(err)
	return file
}

const listed = `Tên;Loại;Số hộ;Nhân khẩu;Kinh độ;Vĩ độ
Tổ dân phố 1;Tổ dân phố;96;341;105,901;21,009
Chợ dân sinh B;cho dan sinh;;85;;
;Ngõ;;;;
Ngõ 12;ngõ phố;10;;;
tổ dân  phố 1;Tổ dân phố;1;1;;
Ngõ 45;Ngõ;mười;;;
Ngõ 46;Ngõ;;;210;21
`

func TestAFileOfAreasIsSeenBeforeItIsTakenIn(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		by := w.chairman("00154")
		in := zoning.ImportInput{File: w.file(by, listed), Unit: by.UnitPath[strings.LastIndex(strings.TrimSuffix(by.UnitPath, "/"), "/")+1 : len(by.UnitPath)-1]}
		before := w.s.Board().Seq()
		seen, err := w.s.PreviewImport(w.ctx, by, in)
		w.must(err)
		if got := fmt.Sprint(seen.New, seen.Changed, seen.Same, seen.Wrong); got != "2 0 0 5" {
			t.Errorf("new, changed, same, wrong: %s", got)
		}
		var faults []string
		for _, r := range seen.Rows {
			for _, f := range r.Faults {
				faults = append(faults, fmt.Sprint(r.Line, " ", f.Field, " ", f.Key))
			}
		}
		want := []string{"4 name zone.row_no_name", "5 kind zone.row_kind", "6 name zone.row_twice", "7 households zone.row_number", "8 lat zone.row_place"}
		if diff := cmp.Diff(want, faults); diff != "" {
			t.Error(diff)
		}
		if w.s.Board().Seq() != before {
			t.Error("looking decided something")
		}
		_, err = w.s.ImportAreas(w.ctx, by, in)
		w.must(err)
		if n := w.s.Board().Seq(); n != before+2 { // the ward itself is zoned with its first areas
			t.Errorf("%d decisions, want one beside that of the ward", n-before)
		}
		again, err := w.s.PreviewImport(w.ctx, by, in)
		w.must(err)
		if again.Same != 2 || again.New+again.Changed != 0 {
			t.Errorf("a second time: %d new, %d changed, %d same", again.New, again.Changed, again.Same)
		}
		changed := in
		changed.File = w.file(by, "name,people\nTổ dân phố 1,350\n")
		_, err = w.s.ImportAreas(w.ctx, by, changed)
		w.must(err)
		areas := w.s.Board().Areas(by.UnitPath, w.now)
		i := 0
		for areas[i].Name != "Tổ dân phố 1" {
			i++
		}
		if a := areas[i]; *a.People != 350 || *a.Households != 96 || *a.Lon != 105.901 {
			t.Errorf("changed to %d people, %d households, at %v", *a.People, *a.Households, *a.Lon)
		}
		other := w.chairman("00148")
		if _, err := w.s.PreviewImport(w.ctx, other, in); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the file of somebody else: %v", err)
		}
		in.File = w.file(other, listed)
		if _, err := w.s.ImportAreas(w.ctx, other, in); fault.KindOf(err) != fault.Denied {
			t.Errorf("into another ward: %v", err)
		}
	})
}

func TestTheBoundariesOfWardsAreTakenFromGeoJSON(t *testing.T) {
	data, err := os.ReadFile(testkit.Shared(t, "data", "ward-geometry", "thu-duc-wards.geojson"))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, testkit.SQLite(t))
	by := w.chairman("00154")
	file, err := w.s.KeepFile(w.ctx, by, "x.geojson", bytes.NewReader(data))
	w.must(err)
	in := zoning.ImportInput{File: file, Unit: "01-004-00154", Kind: "other"}
	seen, err := w.s.PreviewImport(w.ctx, by, in)
	w.must(err)
	if seen.New != 34 || seen.Mapping["name"] != "Name" {
		t.Errorf("%d wards by the columns %v", seen.New, seen.Mapping)
	}
}

func TestWhatIsNoFileOfAreasIsRefused(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	by := w.chairman("00154")
	for name, text := range map[string]string{"only a head": "name,kind\n", "broken GeoJSON": `{"type": "FeatureCollection", "features": [`, "no text": "PK\x03\x04rubbish"} {
		in := zoning.ImportInput{File: w.file(by, text), Unit: "01-004-00154"}
		if _, err := w.s.PreviewImport(w.ctx, by, in); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	in := zoning.ImportInput{File: w.file(by, "name\n"+strings.Repeat("x\n", zoning.MaxFileRows+1)), Unit: "01-004-00154"}
	if _, err := w.s.PreviewImport(w.ctx, by, in); err == nil {
		t.Error("more rows than a file may have")
	}
}
