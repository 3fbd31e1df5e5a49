package fhir_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"phaodai/internal/fault"
	"phaodai/internal/fhir"
	"phaodai/internal/testkit"
)

var limit = fhir.Limit{Bytes: 5 << 20, Findings: 5000}

// observation is an Observation with something changed.
func observation(change func(map[string]any)) map[string]any {
	o := map[string]any{
		"resourceType": "Observation", "status": "final",
		"code":                 map[string]any{"coding": []any{map[string]any{"system": fhir.LOINC, "code": "94500-6"}}},
		"valueCodeableConcept": concept(fhir.SNOMED, "260415000"),
		"specimen":             map[string]any{"identifier": map[string]any{"value": "LB-1"}},
	}
	if change != nil {
		change(o)
	}
	return o
}

func concept(system, code string) map[string]any {
	return map[string]any{"coding": []any{map[string]any{"system": system, "code": code}}}
}

func bundle(resources ...map[string]any) map[string]any {
	var entries []any
	for _, r := range resources {
		entries = append(entries, map[string]any{"fullUrl": r["fullUrl"], "resource": r})
	}
	return map[string]any{"resourceType": "Bundle", "type": "collection", "entry": entries}
}

func text(t *testing.T, x any) []byte {
	t.Helper()
	b, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestResultsAreReadInTheirCodes(t *testing.T) {
	for name, c := range map[string]struct {
		change func(map[string]any)
		want   fhir.Finding
	}{
		"SNOMED not detected":       {nil, fhir.Finding{Result: fhir.Negative}},
		"SNOMED detected in a pool": {func(o map[string]any) { o["valueCodeableConcept"] = concept(fhir.SNOMED, "462371000124108") }, fhir.Finding{Result: fhir.Positive}},
		"LOINC positive":            {func(o map[string]any) { o["valueCodeableConcept"] = concept(fhir.LOINC, "LA6576-8") }, fhir.Finding{Result: fhir.Positive}},
		"LOINC inconclusive":        {func(o map[string]any) { o["valueCodeableConcept"] = concept(fhir.LOINC, "LA9663-1") }, fhir.Finding{Result: fhir.Invalid}},
		"interpretation alone": {func(o map[string]any) {
			delete(o, "valueCodeableConcept")
			o["interpretation"] = []any{concept(fhir.Interpretation, "POS")}
		}, fhir.Finding{Result: fhir.Positive}},
		"corrected, with a note": {func(o map[string]any) {
			o["status"], o["note"] = "corrected", []any{map[string]any{"text": " Đọc nhầm giếng "}}
		}, fhir.Finding{Result: fhir.Negative, Corrected: true, Note: "Đọc nhầm giếng"}},
		"antigen":                  {func(o map[string]any) { o["code"] = concept(fhir.LOINC, "94558-4") }, fhir.Finding{Result: fhir.Negative, Antigen: true}},
		"a code of the laboratory": {func(o map[string]any) { o["code"] = concept("https://lab.example", "PCR") }, fhir.Finding{Result: fhir.Negative}},
	} {
		c.want.Entry, c.want.Tube = 1, "LB-1"
		got, err := fhir.Read(text(t, observation(c.change)), limit)
		if diff := cmp.Diff([]fhir.Finding{c.want}, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}

func TestSpecimensAreFoundWhereverTheyStand(t *testing.T) {
	with := func(reference string) map[string]any {
		return observation(func(o map[string]any) { o["specimen"] = map[string]any{"reference": reference} })
	}
	specimen := func(id string, identifiers ...any) map[string]any {
		return map[string]any{"resourceType": "Specimen", "id": id, "identifier": identifiers, "fullUrl": "urn:uuid:" + id}
	}
	own := map[string]any{"system": fhir.TubeSystem, "value": "LB-7"}
	other := map[string]any{"system": "https://lab.example/accession", "value": "A-99"}
	contained := with("#s1")
	contained["contained"] = []any{specimen("s1", own)}
	for name, c := range map[string]struct {
		file map[string]any
		want string
	}{
		"contained":             {contained, "LB-7"},
		"by full address":       {bundle(specimen("a", own), with("urn:uuid:a")), "LB-7"},
		"by kind and id":        {bundle(with("Specimen/a"), specimen("a", other)), "A-99"},
		"the tube's among many": {bundle(specimen("a", other, own), with("Specimen/a")), "LB-7"},
		"two, neither ours":     {bundle(specimen("a", other, map[string]any{"value": "B"}), with("Specimen/a")), ""},
		"not there":             {bundle(specimen("a", own), with("Specimen/b")), ""},
	} {
		got, err := fhir.Read(text(t, c.file), limit)
		if c.want == "" {
			if fault.KeyOf(err) != "fhir.specimen" || got != nil {
				t.Errorf("%s: %v %+v", name, err, got)
			}
		} else if err != nil || len(got) != 1 || got[0].Tube != c.want {
			t.Errorf("%s: %v %+v", name, err, got)
		}
	}
}

func TestWhatIsNoResultRefusesTheWholeWithItsPlace(t *testing.T) {
	for name, c := range map[string]struct {
		change func(map[string]any)
		key    string
	}{
		"preliminary":                {func(o map[string]any) { o["status"] = "preliminary" }, "fhir.status"},
		"entered in error":           {func(o map[string]any) { o["status"] = "entered-in-error" }, "fhir.status"},
		"another germ":               {func(o map[string]any) { o["code"] = concept(fhir.LOINC, "600-7") }, "fhir.test"},
		"no code of a test":          {func(o map[string]any) { delete(o, "code") }, "fhir.test"},
		"value and reading disagree": {func(o map[string]any) { o["interpretation"] = []any{concept(fhir.Interpretation, "POS")} }, "fhir.result"},
		"words only":                 {func(o map[string]any) { o["valueCodeableConcept"] = map[string]any{"text": "negative"} }, "fhir.result"},
		"the code elsewhere":         {func(o map[string]any) { o["valueCodeableConcept"] = concept("https://lab.example", "260415000") }, "fhir.result"},
		"no specimen":                {func(o map[string]any) { delete(o, "specimen") }, "fhir.specimen"},
		"wrong shape":                {func(o map[string]any) { o["status"] = 7 }, "fhir.entry"},
	} {
		got, err := fhir.Read(text(t, bundle(observation(nil), observation(c.change))), limit)
		if fault.KeyOf(err) != c.key || got != nil {
			t.Errorf("%s: %v %+v", name, err, got)
			continue
		}
		var f *fault.Fault
		if !errors.As(err, &f) || len(f.Args) < 2 || f.Args[1] != 2 {
			t.Errorf("%s does not say that the second is wrong: %v", name, err)
		}
	}
	for name, c := range map[string]struct{ text, key string }{
		"no JSON":          {`{"resourceType":`, "fhir.json"},
		"another resource": {`{"resourceType":"Patient"}`, "fhir.kind"},
		"empty":            {`{"resourceType":"Bundle","type":"collection"}`, "fhir.nothing"},
		"a list for entry": {`{"resourceType":"Bundle","entry":7}`, "fhir.json"},
	} {
		if got, err := fhir.Read([]byte(c.text), limit); fault.KeyOf(err) != c.key || got != nil {
			t.Errorf("%s: %v %+v", name, err, got)
		}
	}
	two := text(t, bundle(observation(nil), observation(nil)))
	if _, err := fhir.Read(two, fhir.Limit{Bytes: 5 << 20, Findings: 1}); fault.KeyOf(err) != "fhir.many" {
		t.Errorf("too many: %v", err)
	}
	if _, err := fhir.Read(two, fhir.Limit{Bytes: 10, Findings: 1}); fault.KeyOf(err) != "fhir.large" {
		t.Errorf("too large: %v", err)
	}
}

// The examples of HL7: what is of a tube and of the virus is read, all else is
// refused for the right reason.
func TestTheExamplesOfHL7(t *testing.T) {
	folder := testkit.Shared(t, "data", "fhir-r4")
	lab, err := os.ReadFile(filepath.Join(folder, "shc-vaccination-ig_bundle-lab-test-results-covid.json"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fhir.Read(lab, limit); fault.KeyOf(err) != "fhir.specimen" { // detected, of nobody's tube
		t.Fatalf("%v", err)
	}
	named := strings.Replace(string(lab), `"effectiveDateTime"`, `"specimen": {"identifier": {"value": "LB-1"}}, "effectiveDateTime"`, 1)
	got, err := fhir.Read([]byte(named), limit)
	if want := []fhir.Finding{{Entry: 2, Tube: "LB-1", Result: fhir.Positive, Antigen: true, Performer: "ABC General Hospital"}}; err != nil || cmp.Diff(want, got) != "" {
		t.Fatalf("%v %+v", err, got)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) < 30 {
		t.Fatalf("%v, %d files", err, len(files))
	}
	keys := map[string]string{
		"Observation-f202": "fhir.status", "Observation-f206": "fhir.test", "Observation-vomiting": "fhir.test", "Observation-example": "fhir.test",
		"Patient-example": "fhir.kind", "Specimen-101": "fhir.kind", "shc-vaccination-ig_bundle-immunization-covid": "fhir.nothing",
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		out, err := fhir.Read(data, limit)
		if err == nil || out != nil {
			t.Errorf("%s was taken as results of tubes: %+v", name, out)
		}
		if want := keys[name]; want != "" && fault.KeyOf(err) != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

func TestWhatIsWrittenReadsBackTheSame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var want []fhir.Finding
		for i := range rapid.IntRange(1, 20).Draw(rt, "n") {
			want = append(want, fhir.Finding{
				Entry: i + 1, Tube: rapid.StringMatching(`[A-Z0-9-]{3,40}`).Draw(rt, "tube"),
				Result:    rapid.SampledFrom([]fhir.Result{fhir.Positive, fhir.Negative, fhir.Invalid}).Draw(rt, "result"),
				Corrected: rapid.Bool().Draw(rt, "corrected"), Antigen: rapid.Bool().Draw(rt, "antigen"),
				Note: rapid.SampledFrom([]string{"", "Đọc nhầm giếng <b>"}).Draw(rt, "note"), Issued: "2021-09-12T17:00:00+07:00", Performer: "Phòng xét nghiệm",
			})
		}
		b, err := fhir.Write(want)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := fhir.Read(text(t, b), limit)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			rt.Fatal(err, diff)
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"260415000"}]},"specimen":{"reference":"#s"},"contained":[{"resourceType":"Specimen","id":"s","identifier":[{"value":"LB-1"}]}]}`))
	f.Add([]byte(`{"resourceType":"Bundle","entry":[{"fullUrl":"urn:uuid:a","resource":{"resourceType":"Specimen"}},{"resource":null},{}]}`))
	f.Add([]byte(`{"resourceType":["Bundle"]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := fhir.Read(data, fhir.Limit{Bytes: 1 << 20, Findings: 100})
		if err != nil && got != nil {
			t.Fatal("findings beside an error")
		}
		for _, x := range got {
			if x.Tube == "" || x.Result == "" || x.Entry < 1 {
				t.Fatalf("a finding without tube, result or place: %+v", x)
			}
		}
	})
}
