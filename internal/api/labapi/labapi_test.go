package labapi_test

import (
	"strings"
	"testing"

	"phaodai/internal/api/apitest"
	"phaodai/internal/api/labapi"
	"phaodai/internal/api/samplingapi"
	"phaodai/internal/db"
	"phaodai/internal/fhir"
	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
	"phaodai/internal/sampling/samplingtest"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
)

type fields = map[string]any

// world is the shared ward behind the API.
type world struct {
	*samplingtest.World
	as func(who string) apitest.Caller
}

func serve(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{World: samplingtest.New(t, d, 6)}
	first, second := w.Lab, w.Lab
	first.Account, second.Account = "first", "second"
	w.as = apitest.Players{"station": w.Station, "first": first, "second": second}.Serve(t, samplingapi.Operations(w.S), labapi.Operations(laboratory.New(d, w.IDs, w.S, task.New(d, w.IDs))))
	return w
}

func TestTubesFromTheirBoxToTheirResultsByAPI(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := serve(t, d)
		w.boxes()
		w.enters()
		w.decides()
		w.releases()
	})
}

// boxes sends three tubes and receives two of them.
func (w *world) boxes() {
	for i, code := range []string{"LB-1", "LB-2", "LB-3"} {
		w.Pool(w.Session(), code, w.Who[2*i:2*i+2]...)
	}
	w.as("station").Do("POST", "/sampling/boxes", fields{"code": "BOX-1", "unit": samplingtest.Unit, "laboratory": "lab", "tubes": []string{"LB-1", "LB-2", "LB-3"}}, nil, 200)
	var q laboratory.Queue
	w.as("first").Do("GET", "/laboratory/queue", nil, &q, 200)
	if len(q.Tubes) != 3 || len(q.Boxes) != 1 || q.Tubes[0].State != sampling.Sent {
		w.T.Fatalf("the laboratory does not see what is coming: %+v", q)
	}
	w.as("first").Do("POST", "/laboratory/results", fields{"rows": []fields{{"tube": "LB-1", "result": "negative"}}}, nil, 409)
	var box sampling.Unpacked
	w.as("first").Do("POST", "/sampling/boxes/receive", fields{"code": "BOX-1", "tubes": []string{"LB-1", "LB-2"}}, &box, 200)
	if len(box.Missing) != 1 || box.Missing[0] != "LB-3" {
		w.T.Fatalf("missing: %+v", box)
	}
	w.as("station").Do("GET", "/laboratory/queue", nil, nil, 403)
}

// enters sends a file, once in spite of a repeat, and one that is refused.
func (w *world) enters() {
	first := w.as("first")
	first.Do("POST", "/laboratory/files?key=f0", []byte("Mã ống,Kết quả,Ghi chú\nLB-1,Âm tính,\n,LB-2,Âm tính\n"), nil, 422)
	file := []byte("Mã ống,Kết quả\nLB-1,Dương tính\nLB-2,Âm tính\nXX-8,Âm tính\nLB-Z,Âm tính\n")
	for range 2 {
		var out laboratory.Entered
		first.Do("POST", "/laboratory/files?key=f1", file, &out, 200)
		if out.Waiting != 2 || len(out.Unknown) != 2 {
			w.T.Fatalf("%+v", out)
		}
	}
	var mine []laboratory.Entry
	if first.Do("GET", "/laboratory/results", nil, &mine, 200); len(mine) != 4 {
		w.T.Fatalf("a repeat made entries, or lost some: %+v", mine)
	}
}

// decides matches one code that is in no list and sets another aside.
func (w *world) decides() {
	second := w.as("second")
	var unknown []laboratory.Entry
	if second.Do("GET", "/laboratory/unknown", nil, &unknown, 200); len(unknown) != 2 {
		w.T.Fatalf("%+v", unknown)
	}
	second.Do("POST", "/laboratory/results/"+unknown[0].ID+"/match", fields{"tube": "LB-3"}, nil, 409) // not received
	second.Do("POST", "/laboratory/results/"+unknown[0].ID+"/match", fields{"tube": "LB-2", "key": "m1"}, nil, 200)
	second.Do("POST", "/laboratory/results/"+unknown[1].ID+"/set-aside", fields{}, nil, 422)
	second.Do("POST", "/laboratory/results/"+unknown[1].ID+"/set-aside", fields{"reason": "Ống của quận khác"}, nil, 200)
}

// releases lets the second reader decide: none of the tube whose code he matched.
func (w *world) releases() {
	first, second := w.as("first"), w.as("second")
	var list []laboratory.Review
	if first.Do("GET", "/laboratory/reviews", nil, &list, 200); len(list) != 0 {
		w.T.Fatalf("who entered may release: %+v", list)
	}
	if second.Do("GET", "/laboratory/reviews", nil, &list, 200); len(list) != 1 || list[0].Tube != "LB-1" {
		w.T.Fatalf("%+v", list)
	}
	first.Do("POST", "/laboratory/release", fields{"entries": []string{list[0].ID}}, nil, 403)
	second.Do("POST", "/laboratory/results/"+list[0].ID+"/send-back", fields{"reason": "Chạy lại"}, nil, 200)
	first.Do("POST", "/laboratory/results", fields{"rows": []fields{{"tube": "LB-1", "result": "positive"}}}, nil, 200)
	second.Do("GET", "/laboratory/reviews", nil, &list, 200)
	for range 2 {
		var effects []sampling.Effect
		second.Do("POST", "/laboratory/release", fields{"entries": []string{list[0].ID}, "key": "r1"}, &effects, 200)
		if len(effects) != 1 || len(effects[0].Resample) != 2 || effects[0].Positive != nil {
			w.T.Fatalf("a positive pool: %+v", effects)
		}
	}
	if b := first.Do("GET", "/laboratory/queue", nil, nil, 200); !strings.Contains(string(b), `"boxes":[]`) {
		w.T.Errorf("no boxes are not an empty list: %s", b)
	}
	var out []laboratory.Outcome
	first.Do("GET", "/laboratory/outcomes", nil, &out, 200)
	if len(out) != 1 || out[0].Asked != 2 || out[0].Given != 0 || out[0].Ward != "Phường Cự Khối" {
		w.T.Fatalf("%+v", out)
	}
	var took laboratory.Turnaround
	w.as("station").Do("GET", "/sampling/turnaround?campaign=round-1&under="+samplingtest.Ward, nil, &took, 200)
	if took.Tubes != 1 || took.Clocked != 1 || took.Within != 1 {
		w.T.Errorf("%+v", took)
	}
	first.Do("GET", "/sampling/turnaround?under="+samplingtest.Ward, nil, nil, 403)
	bundle := first.Do("GET", "/laboratory/observations", nil, nil, 200)
	found, err := fhir.Read(bundle, fhir.Limit{Bytes: 1 << 20, Findings: 10})
	if err != nil || len(found) != 1 || found[0].Tube != "LB-1" || found[0].Result != fhir.Positive || found[0].Performer != "Phòng xét nghiệm" {
		w.T.Fatalf("%v %s", err, bundle)
	}
}
