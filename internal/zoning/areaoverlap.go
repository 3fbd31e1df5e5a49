package zoning

import (
	"math"
	"strconv"

	"phaodai/internal/geo"
)

// What two areas side by side may have in common: borders that were drawn apart
// by hand differ by a metre or two, over the one or two hundred metres of a
// border between two neighbourhood groups. A house in such a strip is found in
// both; in a strip larger than this, or in a larger part of a small area, nobody
// could say which measures apply to whom. Maps whose areas meet in the same
// corners stay far below it.
const (
	commonGround = 200.0 // square metres
	commonShare  = 0.01  // of the smaller of the two
)

// coveredBy is the share of an area from which on it lies in the other.
const coveredBy = 0.98

// mostOverlaps bounds how many overlaps a row is told.
const mostOverlaps = 3

// laid is an area as it would lie after an import.
type laid struct {
	parent string
	kind   string
	name   string
	row    int // in the import, -1: stands already and stays as it is
	drawn  bool
}

// overlapping tells each row of a file with which other row or standing area it
// has ground in common. Neither of two rows is right before a person has looked,
// so both are told. An area in another of which it is a part may overlap it, and
// a blocked area lies across whatever the outbreak reached.
func overlapping(in *Import, there []Area) error {
	areas, shapes := map[string]laid{}, map[string]geo.Shape{}
	lay := func(id, shape string, a laid) {
		areas[id] = a
		delete(shapes, id)
		if s, err := geo.ParseShape([]byte(shape)); err == nil && a.kind != blockedKind {
			shapes[id] = s
		}
	}
	before := map[string]Area{}
	for _, a := range there {
		before[a.ID] = a
		lay(a.ID, a.Shape, laid{a.Parent, a.Kind, a.Name, -1, false})
	}
	for i, r := range in.Rows {
		if len(r.Faults) > 0 {
			continue
		}
		id, was := r.Area.ID, before[r.Area.ID]
		if id == "" {
			id = "row " + strconv.Itoa(i)
		}
		lay(id, r.Area.Shape, laid{r.Area.Parent, r.Area.Kind, r.Area.Name, i, was.Shape != r.Area.Shape || was.Parent != r.Area.Parent})
	}
	found, ok := geo.Overlaps(shapes, func(a, b string) bool {
		return (areas[a].drawn || areas[b].drawn) && !partOf(areas, a, b) && !partOf(areas, b, a)
	})
	if !ok {
		return invalid().At("file", "zone.file_intricate")
	}
	for _, o := range found {
		if o.Common >= commonGround || o.Share() >= commonShare {
			in.overlap(areas[o.A], areas[o.B], o.Common, o.Ground[0])
			in.overlap(areas[o.B], areas[o.A], o.Common, o.Ground[1])
		}
	}
	return nil
}

// partOf tells whether an area lies in another by what is said of it.
func partOf(areas map[string]laid, id, around string) bool {
	for range deepest {
		if id = areas[id].parent; id == "" || id == around {
			return id != ""
		}
	}
	return false
}

// overlap tells the row of an area what it has in common with another.
func (x *Import) overlap(a, other laid, common, ground float64) {
	if a.row < 0 || len(x.Rows[a.row].Faults) >= mostOverlaps {
		return
	}
	key, args := "zone.row_overlaps_area", []any{"Name", other.name}
	if other.row >= 0 {
		key, args = "zone.row_overlaps_row", []any{"Name", other.name, "Line", x.Rows[other.row].Line}
	}
	args = append(args, "Ground", roughly(common))
	if common >= coveredBy*ground {
		key += "_whole"
	}
	r := &x.Rows[a.row]
	r.Faults = append(r.Faults, RowFault{"shape", key, args})
}

// roughly is a number to two places, at least 1.
func roughly(x float64) int64 {
	if x < 1 {
		return 1
	}
	step := math.Pow(10, max(math.Floor(math.Log10(x))-1, 0))
	return int64(math.Round(x/step) * step)
}
