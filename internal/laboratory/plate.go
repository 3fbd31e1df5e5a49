package laboratory

import (
	"context"
	"fmt"

	"phaodai/internal/auth"
	"phaodai/internal/sampling"
)

// Control is a well of a plate whose result is known before.
type Control string

// The controls of a plate, in its last wells.
const (
	ExtractionControl Control = "extraction" // water that goes the whole way
	NegativeControl   Control = "negative"   // water into the reaction
	PositiveControl   Control = "positive"
)

// A plate has 8 rows and 12 columns and is filled column by column, as pipettes
// of 8 channels do.
const (
	PlateRows    = 8
	PlateColumns = 12
	PlateTubes   = PlateRows*PlateColumns - 3
)

// Well is one place of a plate: a tube, a control, or nothing.
type Well struct {
	Name    string   `json:"name"` // A1 … H12
	Tube    *Pending `json:"tube,omitempty"`
	Control Control  `json:"control,omitempty"`
}

// Plate is a plate as it is to be filled.
type Plate struct {
	Number int    `json:"number"`
	Tubes  int    `json:"tubes"`
	Wells  []Well `json:"wells"` // column by column
}

// Rows are the wells of a plate row by row, as it lies on the table.
func (p Plate) Rows() [PlateRows][PlateColumns]Well {
	var out [PlateRows][PlateColumns]Well
	for i, w := range p.Wells {
		out[i%PlateRows][i/PlateRows] = w
	}
	return out
}

// Plates puts the tubes that were received and have no result yet onto plates,
// the least time left first. Rapid tests need none.
func (s *Service) Plates(ctx context.Context, by auth.Actor) ([]Plate, error) {
	q, err := s.Queue(ctx, by)
	if err != nil {
		return nil, err
	}
	var tubes []Pending
	for _, t := range q.Tubes {
		if t.State == sampling.Received && t.Entries == 0 && t.Method != sampling.Rapid {
			tubes = append(tubes, t)
		}
	}
	out := []Plate{}
	for n := 1; len(tubes) > 0; n++ {
		count := min(len(tubes), PlateTubes)
		out = append(out, plate(n, tubes[:count]))
		tubes = tubes[count:]
	}
	return out, nil
}

// plate fills one plate. Its controls always stand in the same wells.
func plate(number int, tubes []Pending) Plate {
	p := Plate{Number: number, Tubes: len(tubes), Wells: make([]Well, PlateRows*PlateColumns)}
	for i := range p.Wells {
		p.Wells[i].Name = fmt.Sprintf("%c%d", 'A'+i%PlateRows, i/PlateRows+1)
		if i < len(tubes) {
			p.Wells[i].Tube = &tubes[i]
		}
	}
	for i, c := range []Control{ExtractionControl, NegativeControl, PositiveControl} {
		p.Wells[PlateTubes+i].Control = c
	}
	return p
}
