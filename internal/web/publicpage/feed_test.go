package publicpage_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"phaodai/internal/demo"
	"phaodai/internal/geo"
	"phaodai/internal/testkit"
)

// Every alert of the feed is valid by the schema of the standard, as a program
// that is not ours finds it.
func TestEveryAlertIsValidCAP(t *testing.T) {
	s := newSite(t)
	var feed struct {
		Entries []struct {
			Title string `xml:"title"`
			Link  struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(s.get("/du-lieu/canh-bao.atom")), &feed); err != nil {
		t.Fatal(err)
	}
	if len(feed.Entries) < 4 {
		t.Fatalf("%d alerts", len(feed.Entries))
	}
	dir, switching := t.TempDir(), 0
	var files []string
	for i, e := range feed.Entries {
		body := s.get(strings.TrimPrefix(e.Link.Href, s.server.URL))
		if strings.Contains(body, "Khu vực 03") && strings.Contains(body, "2021-09-09T06:00:00+07:00") {
			switching++
		}
		file := filepath.Join(dir, strconv.Itoa(i)+".xml")
		if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	for i, ok := range testkit.ValidXML(t, testkit.Shared(t, "data", "cap", "CAP-v1.2.xsd"), files) {
		if !ok {
			t.Errorf("%s is no valid alert", feed.Entries[i].Title)
		}
	}
	if switching == 0 {
		t.Error("no alert tells of the switch to area 03 at six")
	}
}

func TestTheZonesAreGeoJSON(t *testing.T) {
	s := newSite(t)
	s.clock.now = demo.At(9, 6, 0)
	body := s.get("/du-lieu/khu-vuc.geojson?noi=00154")
	var all struct {
		Features []struct {
			ID         string
			Geometry   any
			Properties struct{ Classes map[string]string }
		}
	}
	if err := json.Unmarshal([]byte(body), &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Features) < 10 {
		t.Fatalf("%d features of Cự Khối", len(all.Features))
	}
	for _, f := range all.Features {
		if f.Properties.Classes["district_area"] == "" {
			t.Errorf("%s has no class of the district: %v", f.ID, f.Properties.Classes)
		}
	}
	if _, faults, err := geo.Parse([]byte(strings.ReplaceAll(body, `"geometry":null`, `"geometry":{"type":"Point","coordinates":[105.9,21]}`)), geo.Limit{}); err != nil || len(faults) > 0 {
		t.Errorf("it is read back with %v, %v", faults, err)
	}
	past := s.get("/du-lieu/khu-vuc.geojson?noi=00154&luc=2021-09-09T05:59")
	if !strings.Contains(past, "KEEP") || strings.Contains(body, `"district_area":"KEEP"`) {
		t.Error("the zones of a minute before are those of now")
	}
	_, _, head := s.fetch("/du-lieu/khu-vuc.geojson", nil)
	if status, _, _ := s.fetch("/du-lieu/khu-vuc.geojson", map[string]string{"If-None-Match": head.Get("ETag")}); status != http.StatusNotModified {
		t.Errorf("the same zones with their tag: %d", status)
	}
}
