package orgpage

import (
	"io"
	"os"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/testkit"
	"phaodai/internal/web/webtest"
)

func shared[T any](t *testing.T, name string, read func(io.Reader) (T, error)) T {
	t.Helper()
	f, err := os.Open(testkit.Shared(t, "data", "admin-units", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out, err := read(f)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// country is the whole country with its changes since 2004.
func country(t *testing.T) *webtest.Site {
	t.Helper()
	store := testkit.SQLite(t)
	units := org.New(store, id.NewSource(now.Time, &counter{}))
	system := auth.System(now, now)
	_, err := units.Import(t.Context(), system, org.ImportInput{
		List: shared(t, "units-2021-07-01.csv.gz", org.ReadUnitList),
		Date: instant.Of(time.Date(2021, 7, 1, 0, 0, 0, 0, instant.Vietnam())),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = units.ImportChanges(t.Context(), system, org.ChangesInput{
		Changes:    shared(t, "unit-changes-2004-2021.csv.gz", org.ReadUnitChanges),
		Decrees:    shared(t, "decrees-2003-2021.csv.gz", org.ReadDecrees),
		Succession: shared(t, "ward-mapping-2019-01-01_to_2024-11-10.csv.gz", org.ReadSuccession),
	})
	if err != nil {
		t.Fatal(err)
	}
	reader := auth.Actor{Account: "a", Person: "p", Name: "Cán bộ", UnitPath: "/79/", Now: now, Wall: now,
		Grants: []auth.Grant{{Role: "staff", Path: "/79/", Level: auth.Internal}}}
	return webtest.New(t, reader, Pages(units, nil))
}

// The page of a unit tells what happened to it in former years.
func TestHistoryOfUnits(t *testing.T) {
	h := country(t)
	h.Get("/don-vi/79-769").Is(200).Has("Thành phố Thủ Đức", "01/01/2021", "Quận 9", "Quận Thủ Đức", "Nhận sáp nhập từ", "1111/NQ-UBTVQH14")
	h.Get("/don-vi/79-763").Is(200).Has("Quận 9", "Đơn vị không hoạt động", "Sáp nhập vào", "Thành phố Thủ Đức")
	h.Get("/don-vi/79-763?luc=2020-12-31").Has("Phường Hiệp Phú").Lacks("Đơn vị không hoạt động")
	h.Get("/don-vi/26-243-08728").Has("Phường Khai Quang", "Xã Khai Quang → Phường Khai Quang")
	h.Get("/don-vi/26-243-08728?luc=2004-11-01").Has("<h1>Xã Khai Quang</h1>")
	h.Get("/don-vi/01").Has("Tỉnh Hà Tây", "01/8/2008")
	h.Browse().Shots("lich-su-don-vi", "/don-vi/79-769")
	h.Get("/don-vi/28?luc=2008-07-31").Has("Tỉnh Hà Tây", "Thành phố Hà Đông")
}
