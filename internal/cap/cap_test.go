package cap_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"phaodai/internal/cap"
	"phaodai/internal/fault"
	"phaodai/internal/geo"
	"phaodai/internal/instant"
	"phaodai/internal/testkit"
)

var update = flag.Bool("update", false, "write the golden files")

func at(day, hour, minute int) instant.Micros {
	return instant.Of(time.Date(2021, 9, day, hour, minute, 0, 0, instant.Vietnam()))
}

// square is a ring of one hundredth of a degree around a place.
func square(lon, lat float64) geo.Shape {
	const d = 0.01
	return geo.Shape{{{{lon, lat}, {lon + d, lat}, {lon + d, lat + d}, {lon, lat + d}, {lon, lat}}}}
}

// morning is the switch of 9 September in one neighbourhood group.
func morning() cap.Alert {
	return cap.Alert{
		Sender: "longbien.hanoi.gov.vn", Sent: at(8, 20, 10), Onset: at(9, 6, 0), Severity: cap.Moderate,
		Responses: []cap.Response{cap.Execute},
		Vi: cap.Text{
			Sender: "UBND quận Long Biên", Event: "Thay đổi biện pháp phòng, chống dịch", Headline: "Từ 06:00 ngày 09/9: Tổ dân phố 12 là khu vực 03",
			Description: "Áp dụng Chỉ thị 15/CT-TTg.\nKhông tụ tập từ 10 người trở lên.", Instruction: "Giữ khoảng cách từ 2 m.",
		},
		En: cap.Text{
			Sender: "Long Biên District People's Committee", Event: "Change of epidemic control measures", Headline: "From 06:00 on 9 September: group 12 is area 03",
			Description: "Directive 15/CT-TTg applies.\nNo gathering of 10 people or more.", Instruction: "Keep a distance of at least 2 m.",
		},
		Web: "https://phaodai.example/o/ABC123", Contact: "024 3825 1234",
		Parameters: []cap.Value{{Name: "class", Value: "A03"}},
		Areas: []cap.Area{{
			Vi: "Tổ dân phố 12, phường Cự Khối", En: "Group 12, Cự Khối ward", Shape: square(105.9, 21.01),
			Circles: []cap.Circle{{Centre: geo.Point{105.905, 21.015}, Metres: 250}}, Codes: []cap.Value{{Name: "GSO", Value: "00145"}},
		}},
	}
}

func written(t testing.TB, a cap.Alert) []byte {
	t.Helper()
	data, err := a.XML()
	if err != nil {
		t.Fatalf("%v %+v", err, err.(*fault.Fault).Fields)
	}
	return data
}

func TestTheSwitchOf9September(t *testing.T) {
	golden := filepath.Join("testdata", "morning.xml")
	got := written(t, morning())
	if *update {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

// valid tells for each file whether it is valid by the schema of the standard.
func valid(t *testing.T, files []string) []bool {
	t.Helper()
	return testkit.ValidXML(t, testkit.Shared(t, "data", "cap", "CAP-v1.2.xsd"), files)
}

func TestTheValidatorTellsGoodFromBad(t *testing.T) {
	f, err := os.Open(testkit.Shared(t, "data", "cap", "validity.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 5 {
		t.Fatal(err)
	}
	var files []string
	for _, row := range rows[1:] {
		files = append(files, testkit.Shared(t, "data", "cap", row[0]))
	}
	for i, ok := range valid(t, files) {
		if want := rows[i+1][2] == "true"; ok != want {
			t.Errorf("%s: valid %v, want %v", rows[i+1][0], ok, want)
		}
	}
}

func TestAnAlertWithoutAFieldOfTheStandardIsInvalid(t *testing.T) {
	broken := bytes.ReplaceAll(written(t, morning()), []byte("<urgency>Future</urgency>"), nil)
	file := filepath.Join(t.TempDir(), "broken.xml")
	if err := os.WriteFile(file, broken, 0o600); err != nil {
		t.Fatal(err)
	}
	if valid(t, []string{file})[0] {
		t.Error("the validator sees nothing")
	}
}

// letters are what people may write, with all that XML has to escape.
var letters = rapid.StringOfN(rapid.RuneFrom([]rune("aZ09 &<>\"']]>-ếộựĐ😷\n\t,.")), 1, 60, -1).Filter(func(s string) bool { return strings.TrimSpace(s) != "" })

func alerts() *rapid.Generator[cap.Alert] {
	return rapid.Custom(func(t *rapid.T) cap.Alert {
		a := morning()
		for i, text := range []*string{&a.Vi.Headline, &a.Vi.Description, &a.En.Event, &a.En.Description, &a.En.Sender} {
			*text = letters.Draw(t, "text"+strconv.Itoa(i))
		}
		a.Sent = at(8, 0, 0).Add(time.Duration(rapid.Int64Range(0, 1e15).Draw(t, "sent")))
		a.Onset = a.Sent.Add(time.Duration(rapid.IntRange(-100, 3000).Draw(t, "lead")) * time.Minute)
		if rapid.Bool().Draw(t, "ends") {
			a.Expires = max(a.Sent, a.Onset).Add(time.Hour)
		}
		a.Exercise = rapid.Bool().Draw(t, "exercise")
		a.Note = letters.Draw(t, "note")
		if a.Kind = rapid.SampledFrom([]cap.Kind{"", cap.First, cap.Update, cap.Cancel}).Draw(t, "kind"); a.Kind == cap.Update || a.Kind == cap.Cancel {
			a.References = []cap.Reference{morning().Reference(), {Sender: "x.vn", Identifier: "1", Sent: at(1, 1, 1)}}
		}
		a.Web = rapid.SampledFrom([]string{"", "https://x.vn/khu-vực?a=1&b=<2>", "http://x.vn:80/ a"}).Draw(t, "web")
		a.Areas = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) cap.Area {
			x := cap.Area{Vi: letters.Draw(t, "vi"), En: letters.Draw(t, "en")}
			if rapid.Bool().Draw(t, "shaped") {
				x.Shape = square(rapid.Float64Range(-179, 179).Draw(t, "lon"), rapid.Float64Range(-89, 89).Draw(t, "lat"))
			}
			if rapid.Bool().Draw(t, "round") {
				x.Circles = []cap.Circle{{Centre: geo.Point{105, 21}, Metres: rapid.Float64Range(1, 100_000).Draw(t, "metres")}}
			}
			return x
		}), 1, 4).Draw(t, "areas")
		return a
	})
}

// All alerts that are accepted are valid, whatever stands in their texts.
func TestWhatIsWrittenIsValid(t *testing.T) {
	dir := t.TempDir()
	var files []string
	rapid.Check(t, func(t *rapid.T) {
		a := alerts().Draw(t, "alert")
		data, err := a.XML()
		if err != nil {
			t.Fatalf("%v %+v", err, err.(*fault.Fault).Fields)
		}
		file := filepath.Join(dir, strconv.Itoa(len(files))+".xml")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	})
	for i, ok := range valid(t, files) {
		if !ok {
			data, _ := os.ReadFile(files[i])
			t.Fatalf("invalid:\n%s", data)
		}
	}
}

// message is a CAP message as another program would read it.
type message struct {
	XMLName    xml.Name `xml:"urn:oasis:names:tc:emergency:cap:1.2 alert"`
	Identifier string   `xml:"identifier"`
	Sender     string   `xml:"sender"`
	Sent       string   `xml:"sent"`
	Status     string   `xml:"status"`
	MsgType    string   `xml:"msgType"`
	Note       string   `xml:"note"`
	References string   `xml:"references"`
}

// decode reads the head of a message, and of each info the texts by element.
func decode(t interface{ Fatal(...any) }, data []byte) (m message, infos []map[string][]string) {
	if err := xml.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	var path []string
	var text strings.Builder
	for {
		token, err := d.Token()
		if err != nil {
			return m, infos
		}
		switch x := token.(type) {
		case xml.StartElement:
			path = append(path, x.Name.Local)
			text.Reset()
			if x.Name.Local == "info" {
				infos = append(infos, map[string][]string{})
			}
		case xml.CharData:
			text.Write(x)
		case xml.EndElement:
			if len(path) > 2 {
				last := infos[len(infos)-1]
				last[path[len(path)-1]] = append(last[path[len(path)-1]], text.String())
			}
			path = path[:len(path)-1]
			text.Reset()
		}
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := alerts().Draw(t, "alert")
		data, err := a.XML()
		if err != nil {
			t.Fatal(err)
		}
		m, infos := decode(t, data)
		if m.Identifier != a.Identifier() || m.Sender != a.Sender || m.Note != a.Note || len(infos) != 2 {
			t.Fatalf("%+v", m)
		}
		sent, err := time.Parse(time.RFC3339, m.Sent)
		if err != nil || sent.Unix() != a.Sent.Time().Unix() {
			t.Fatal(m.Sent, err)
		}
		if status := map[bool]string{true: "Exercise", false: "Actual"}[a.Exercise]; m.Status != status {
			t.Fatal(m.Status)
		}
		for i, text := range []cap.Text{a.Vi, a.En} {
			mark := ""
			if a.Exercise {
				mark = []string{"[Diễn tập] ", "[Exercise] "}[i]
			}
			want := [][2]string{
				{"headline", mark + text.Headline}, {"event", text.Event}, {"description", text.Description}, {"senderName", text.Sender},
				{"language", []string{"vi-VN", "en-US"}[i]},
			}
			for _, w := range want {
				if got := infos[i][w[0]]; !slices.Equal(got, []string{w[1]}) {
					t.Fatalf("%s is %q, want %q", w[0], got, w[1])
				}
			}
			names := infos[i]["areaDesc"]
			for n, x := range a.Areas {
				if names[n] != []string{x.Vi, x.En}[i] {
					t.Fatal(names)
				}
			}
		}
		checkGround(t, a, infos[0])
	})
}

// checkGround reads polygons and circles back: latitude first, corners where
// they were within what six places hold.
func checkGround(t *rapid.T, a cap.Alert, info map[string][]string) {
	var polygons, circles int
	for _, x := range a.Areas {
		for _, polygon := range x.Shape {
			corners := strings.Fields(info["polygon"][polygons])
			polygons++
			if len(corners) != len(polygon[0]) || corners[0] != corners[len(corners)-1] {
				t.Fatal(corners)
			}
			for i, corner := range corners {
				var lat, lon float64
				if _, err := fmt.Sscanf(corner, "%g,%g", &lat, &lon); err != nil || !near(lat, polygon[0][i].Lat(), 1e-6) || !near(lon, polygon[0][i].Lon(), 1e-6) {
					t.Fatal(corner, polygon[0][i], err)
				}
			}
		}
		for _, c := range x.Circles {
			var lat, lon, km float64
			text := info["circle"][circles]
			circles++
			if _, err := fmt.Sscanf(text, "%g,%g %g", &lat, &lon, &km); err != nil || lat != c.Centre.Lat() || lon != c.Centre.Lon() || !near(km, c.Metres/1000, 1e-6) {
				t.Fatal(text, err)
			}
		}
	}
	if polygons != len(info["polygon"]) || circles != len(info["circle"]) {
		t.Fatal(info)
	}
}

func near(a, b, by float64) bool { return math.Abs(a-b) <= by }

// wards are the real wards of Hà Nội as of 2025.
func wards(t *testing.T) (out []geo.Feature) {
	t.Helper()
	f, err := os.Open(testkit.Shared(t, "data", "ward-geometry", "hanoi-wards-2025.geojson.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(unzipped)
	if err != nil {
		t.Fatal(err)
	}
	out, faults, err := geo.Parse(data, geo.Limit{})
	if err != nil || len(faults) > 0 || len(out) < 100 {
		t.Fatal(err, faults, len(out))
	}
	return out
}

func TestRealWardsAreWrittenLatitudeFirst(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for _, f := range wards(t) {
		a := morning()
		a.Areas = []cap.Area{{Vi: "Phường", En: "Ward", Shape: f.Shape}}
		data := written(t, a)
		_, infos := decode(t, data)
		if len(infos[0]["polygon"]) != len(f.Shape) {
			t.Fatalf("%d polygons of %d", len(infos[0]["polygon"]), len(f.Shape))
		}
		for _, corner := range strings.Fields(strings.Join(infos[0]["polygon"], " ")) {
			var lat, lon float64
			if _, err := fmt.Sscanf(corner, "%g,%g", &lat, &lon); err != nil || lat < 20.5 || lat > 21.5 || lon < 105.2 || lon > 106.1 {
				t.Fatalf("%s is not in Hà Nội", corner)
			}
		}
		name := filepath.Join(dir, strconv.Itoa(f.Number)+".xml")
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, name)
	}
	if ok := valid(t, files); slices.Contains(ok, false) {
		t.Errorf("%d wards, valid %v", len(files), ok)
	}
}

func TestAHoleIsNotWrittenAsAPlace(t *testing.T) {
	a := morning()
	hole := geo.Shape{{{{105.903, 21.013}, {105.904, 21.013}, {105.904, 21.014}, {105.903, 21.013}}}}
	a.Areas[0].Shape[0] = append(a.Areas[0].Shape[0], hole[0][0])
	_, infos := decode(t, written(t, a))
	if got := infos[0]["polygon"]; len(got) != 1 || strings.Contains(got[0], "105.903") {
		t.Errorf("written %q", got)
	}
}

func TestTheIdentifierIsTheContents(t *testing.T) {
	a := morning()
	if a.Identifier() != morning().Identifier() || !bytes.Equal(written(t, a), written(t, morning())) {
		t.Error("the same alert has another identifier")
	}
	seen := map[string]bool{a.Identifier(): true}
	for i, change := range []func(*cap.Alert){
		func(a *cap.Alert) { a.Sent += 1e6 },
		func(a *cap.Alert) { a.Onset += 60e6 },
		func(a *cap.Alert) { a.En.Instruction += "." },
		func(a *cap.Alert) { a.Areas[0].Shape[0][0][1][0] += 0.001 },
		func(a *cap.Alert) { a.Exercise = true },
		func(a *cap.Alert) { a.Parameters[0].Value = "A02" },
	} {
		changed := morning()
		if change(&changed); seen[changed.Identifier()] {
			t.Errorf("change %d keeps the identifier", i)
		}
		seen[changed.Identifier()] = true
	}
}

func TestAnUpdateAndACancellationNameWhatTheyReplace(t *testing.T) {
	first := morning()
	next := morning()
	next.Kind, next.Sent, next.References = cap.Update, at(8, 21, 0), []cap.Reference{first.Reference()}
	end := next
	end.Kind, end.Sent, end.Note, end.References = cap.Cancel, at(8, 22, 0), "Kế hoạch hoãn", []cap.Reference{first.Reference(), next.Reference()}
	m, infos := decode(t, written(t, end))
	want := "longbien.hanoi.gov.vn," + first.Identifier() + ",2021-09-08T20:10:00+07:00 longbien.hanoi.gov.vn," + next.Identifier() + ",2021-09-08T21:00:00+07:00"
	if m.References != want || m.MsgType != "Cancel" || infos[0]["urgency"][0] != "Past" {
		t.Errorf("%+v", m)
	}
	read, _ := decode(t, written(t, first))
	if read.Identifier != first.Reference().Identifier {
		t.Error("a reference names another message")
	}
}

func TestUrgencyFollowsFromTheTimeLeft(t *testing.T) {
	for left, want := range map[time.Duration][2]string{
		10 * time.Hour: {"Future", "Likely"}, time.Hour + time.Second: {"Future", "Likely"}, time.Hour: {"Expected", "Likely"},
		time.Second: {"Expected", "Likely"}, 0: {"Immediate", "Observed"}, -time.Hour: {"Immediate", "Observed"},
	} {
		a := morning()
		a.Sent = a.Onset.Add(-left)
		_, infos := decode(t, written(t, a))
		if got := [2]string{infos[1]["urgency"][0], infos[1]["certainty"][0]}; got != want {
			t.Errorf("%v left: %v, want %v", left, got, want)
		}
	}
}

func TestABadAlertIsRefusedWithItsPlace(t *testing.T) {
	long := strings.Repeat("ế", 161)
	crossing := geo.Shape{{{{105, 21}, {105.1, 21.1}, {105.1, 21}, {105, 21.1}, {105, 21}}}}
	for _, c := range []struct {
		spoil      func(*cap.Alert)
		field, key string
	}{
		{func(a *cap.Alert) { a.Sender = "" }, "sender", "cap.token"},
		{func(a *cap.Alert) { a.Sender = "quận, LB" }, "sender", "cap.token"},
		{func(a *cap.Alert) { a.Sent = 0 }, "sent", "cap.moment"},
		{func(a *cap.Alert) { a.Onset = instant.Forever }, "onset", "cap.moment"},
		{func(a *cap.Alert) { a.Expires = a.Onset }, "expires", "cap.expires"},
		{func(a *cap.Alert) { a.Kind = "Ack" }, "kind", "cap.choose"},
		{func(a *cap.Alert) { a.Kind = cap.Update }, "references", "cap.references_missing"},
		{func(a *cap.Alert) { a.References = []cap.Reference{a.Reference()} }, "references", "cap.references_first"},
		{func(a *cap.Alert) {
			a.Kind, a.References = cap.Update, []cap.Reference{{Sender: "a b", Identifier: "1", Sent: 1}}
		}, "references", "cap.reference"},
		{func(a *cap.Alert) { a.Kind, a.References = cap.Cancel, []cap.Reference{a.Reference()} }, "note", "cap.needed"},
		{func(a *cap.Alert) { a.Exercise = true }, "note", "cap.needed"},
		{func(a *cap.Alert) { a.Severity = "Bad" }, "severity", "cap.choose"},
		{func(a *cap.Alert) { a.Responses = []cap.Response{"Run"} }, "responses", "cap.choose"},
		{func(a *cap.Alert) { a.Vi.Headline = long }, "vi.headline", "cap.too_long"},
		{func(a *cap.Alert) { a.En.Headline = " " }, "en.headline", "cap.needed"},
		{func(a *cap.Alert) { a.En.Description = "a\x01b" }, "en.description", "cap.letters"},
		{func(a *cap.Alert) { a.Vi.Event = "\xff" }, "vi.event", "cap.letters"},
		{func(a *cap.Alert) { a.Vi.Event = "a\u202eb" }, "vi.event", "cap.letters"},
		{func(a *cap.Alert) { a.Web = "javascript:alert(1)" }, "web", "cap.web"},
		{func(a *cap.Alert) { a.Web = "phaodai.example" }, "web", "cap.web"},
		{func(a *cap.Alert) { a.Areas = nil }, "areas", "cap.needed"},
		{func(a *cap.Alert) { a.Areas = make([]cap.Area, 1001) }, "areas", "cap.too_many"},
		{func(a *cap.Alert) { a.Areas[0].En = "" }, "areas.1.en", "cap.needed"},
		{func(a *cap.Alert) { a.Areas[0].Shape = crossing }, "areas.1.shape", "geo.crosses_itself"},
		{func(a *cap.Alert) { a.Areas[0].Shape[0][0] = a.Areas[0].Shape[0][0][:4] }, "areas.1.shape", "geo.open_ring"},
		{func(a *cap.Alert) { a.Areas[0].Shape = square(21, 105) }, "areas.1.shape", "geo.coordinates"},
		{func(a *cap.Alert) { a.Areas[0].Circles[0].Metres = 0 }, "areas.1.circles", "cap.circle"},
		{func(a *cap.Alert) { a.Areas[0].Circles[0].Centre = geo.Point{21, 105} }, "areas.1.circles", "cap.circle"},
		{func(a *cap.Alert) { a.Areas[0].Circles[0].Metres = math.NaN() }, "areas.1.circles", "cap.circle"},
		{func(a *cap.Alert) { a.Areas[0].Codes[0].Value = "" }, "areas.1.codes", "cap.needed"},
	} {
		a := morning()
		c.spoil(&a)
		data, err := a.XML()
		f, ok := err.(*fault.Fault)
		if !ok || data != nil || f.Kind != fault.Invalid || !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Name == c.field && x.Key == c.key }) {
			t.Errorf("%s %s: got %v %+v", c.field, c.key, err, f)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("Tổ 12 & <b>]]>\x00")
	f.Add("\u2028\ufffe\U0010ffff")
	f.Fuzz(func(t *testing.T, s string) {
		a := morning()
		a.Vi.Description, a.Areas[0].Vi, a.Contact = s, s, s
		data, err := a.XML()
		if err != nil {
			return
		}
		_, infos := decode(t, data)
		if infos[0]["description"][0] != s || infos[1]["contact"] != nil && infos[1]["contact"][0] != s {
			t.Errorf("%q read as %q", s, infos[0])
		}
	})
}
