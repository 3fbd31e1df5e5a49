package laboratory_test

import (
	"fmt"
	"testing"
	"time"

	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
	"phaodai/internal/testkit"
)

func TestPlatesTakeTheTubesInOrderAndKeepTheirControls(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t), 2*96)
	if plates, err := w.l.Plates(t.Context(), w.Lab); err != nil || len(plates) != 0 {
		t.Fatalf("%v %+v", err, plates)
	}
	for i := range 95 {
		w.Later(time.Minute)
		w.arrived(fmt.Sprintf("LB-%d", i))
	}
	w.Must(w.enter(w.Lab, laboratory.Row{Tube: "LB-0", Result: sampling.Negative})) // has been run
	s := w.Session(func(in *sampling.SessionInput) { in.Method = sampling.Rapid })
	w.Pool(s, "RA-1", w.Who[0])
	plates, err := w.l.Plates(t.Context(), w.Lab)
	w.Must(err)
	if len(plates) != 2 || plates[0].Tubes != 93 || plates[1].Tubes != 1 {
		t.Fatalf("%d plates: %+v", len(plates), plates)
	}
	rows := plates[0].Rows()
	for at, want := range map[[2]int]string{{0, 0}: "A1 LB-1", {7, 0}: "H1 LB-8", {0, 1}: "A2 LB-9", {4, 11}: "E12 LB-93"} {
		if x := rows[at[0]][at[1]]; x.Tube == nil || x.Name+" "+x.Tube.Code != want {
			t.Errorf("%v: %+v, want %s", at, x, want)
		}
	}
	for _, p := range plates {
		for i, want := range []laboratory.Control{laboratory.ExtractionControl, laboratory.NegativeControl, laboratory.PositiveControl} {
			if x := p.Wells[93+i]; x.Control != want || x.Tube != nil || x.Name != fmt.Sprintf("%c12", 'F'+i) {
				t.Errorf("plate %d: %+v, want %s", p.Number, x, want)
			}
		}
	}
	if x := plates[1].Wells[0]; x.Tube == nil || x.Tube.Code != "LB-94" {
		t.Errorf("the second plate does not go on: %+v", x)
	}
}
