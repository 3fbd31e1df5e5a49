package zonepage

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"slices"
	"strconv"

	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/web"
	"phaodai/internal/zonemap"
	"phaodai/internal/zoning"
)

// The live map of the page draws itself (web/src/map.entry.ts) from two things:
// where areas lie, by unit, which the browser keeps for as long as nothing moves,
// and which class each has at a moment, which is all that its slider fetches.

// classesAt is what the slider fetches.
type classesAt struct {
	AsOf    string            `json:"as_of"`
	Classes map[string]string `json:"classes"` // by id of the areas that the filters leave; "" is not classified
	Blocked []string          `json:"blocked"`
	Settled int64             `json:"settled"` // microseconds: since when these areas are there
	Shapes  map[string]string `json:"shapes"`  // version of where they lie, by unit
}

func (p Parts) classes(r *web.Request) error {
	page, err := p.areasPage(r)
	if err != nil {
		return err
	}
	layer := layerAsked(r)
	out := classesAt{
		AsOf: r.T("zonepage.as_of", "At", r.Format().Full(page.At)), Classes: map[string]string{}, Blocked: []string{},
		Settled: int64(p.Zones.Board().SettledAt(r.By.UnitPath, page.At)), Shapes: p.versions(page.within),
	}
	for _, row := range page.Rows {
		if !drawn(row, page.within) {
			continue
		}
		out.Classes[row.Area.ID] = row.Regime.Of(layer).Value.Class
		if row.blocked() {
			out.Blocked = append(out.Blocked, row.Area.ID)
		}
	}
	slices.Sort(out.Blocked)
	body, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return r.Data("application/json", web.Asked, body)
}

func (row areaRow) blocked() bool { return row.Regime.Of(zoning.Blocked).Value.Class != "" }

// whereabouts is where the areas of one unit lie: ?tu= is since when they are
// there, in microseconds, else now. The address carries the version (?ban=), so that a
// browser keeps the answer for ever; one whose version is old asks again.
func (p Parts) whereabouts(r *web.Request) error {
	at := r.Now()
	if text := r.Query("tu"); text != "" {
		since, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return fault.New(fault.Invalid, "input.check").At("tu", "input.check")
		}
		at = instant.Micros(since)
	}
	page, err := p.areasPageAt(r, at, true)
	if err != nil {
		return err
	}
	unit := r.Path("unit")
	version, ok := p.versions(page.within)[unit]
	if !ok {
		return fault.New(fault.NotFound, "error.not_found")
	}
	body, err := p.whereOf(r, page, unit)
	if err != nil {
		return err
	}
	kept := web.Asked
	if version == r.Query("ban") {
		kept = web.ForEver
	}
	return r.Data("application/geo+json", kept, body)
}

// whereOf draws the units that share a ground, so that the cells around points
// are those of the whole map, and writes one of them.
func (p Parts) whereOf(r *web.Request, page areasPage, unit string) ([]byte, error) {
	around := page.within
	page.Rows = slices.DeleteFunc(slices.Clone(around), func(row areaRow) bool {
		return row.Area.Unit != unit && (p.bordered(unit, around) || p.bordered(row.Area.Unit, around))
	})
	m := p.mapAmong(r, page, around, zoning.DistrictArea)
	wanted := map[string]bool{}
	for _, row := range page.Rows {
		wanted[row.Area.ID] = row.Area.Unit == unit
	}
	return m.Where(func(a zonemap.Area) bool { return wanted[a.ID] })
}

// bordered tells whether the border of a unit is known.
func (p Parts) bordered(unit string, rows []areaRow) bool {
	i := slices.IndexFunc(rows, func(row areaRow) bool { return row.Area.Unit == unit })
	if i < 0 {
		return false
	}
	a, _ := p.Zones.Board().UnitArea(rows[i].Area.UnitPath)
	return a.Shape != ""
}

// versions are short sums, by unit, of all that decides where its areas lie. The
// areas of units without a border share one ground: each moves with all.
func (p Parts) versions(rows []areaRow) map[string]string {
	sums, shared := map[string]hash.Hash{}, sha256.New()
	bordered := map[string]bool{}
	rows = slices.SortedFunc(slices.Values(rows), func(a, b areaRow) int { return cmp.Compare(a.Area.ID, b.Area.ID) })
	for _, row := range rows {
		a := row.Area
		if !drawn(row, rows) {
			continue
		}
		if sums[a.Unit] == nil {
			around, _ := p.Zones.Board().UnitArea(a.UnitPath)
			sums[a.Unit], bordered[a.Unit] = sha256.New(), around.Shape != ""
			fmt.Fprintf(sums[a.Unit], "%q %q %q\n", row.Unit, around.Name, around.Shape)
		}
		line := fmt.Sprintf("%q %q %q %s %s\n", a.ID, a.Name, a.Shape, coordinate(a.Lon), coordinate(a.Lat))
		fmt.Fprint(sums[a.Unit], line)
		if !bordered[a.Unit] {
			fmt.Fprint(shared, line)
		}
	}
	common, out := shared.Sum(nil), map[string]string{}
	for unit, sum := range sums {
		if !bordered[unit] {
			sum.Write(common)
		}
		out[unit] = hex.EncodeToString(sum.Sum(nil)[:8])
	}
	return out
}

func coordinate(x *float64) string {
	if x == nil {
		return "-"
	}
	return strconv.FormatFloat(*x, 'g', -1, 64)
}

// liveLegend is the classes of a layer as the live map draws them, and as its
// legend names them.
type liveLegend struct {
	Layer   zoning.Layer
	Title   string
	Here    bool
	Classes []liveClass
}

type liveClass struct {
	layerSign
	Look zonemap.Class
}

func liveLegends(r *web.Request, here zoning.Layer) (out []liveLegend) {
	for _, l := range zoning.Layers() {
		legend := liveLegend{Layer: l, Title: r.T("zonepage.map_of", "Layer", r.T("zonepage.layer."+string(l))), Here: l == here}
		for _, look := range append(mapClasses(r.Lang, l), unclassifiedLook()) {
			legend.Classes = append(legend.Classes, liveClass{layerSignOf(r.Lang, l, look.Code), look})
		}
		out = append(out, legend)
	}
	return out
}

func unclassifiedLook() zonemap.Class {
	look := looks["none"]
	look.Badge = "?"
	return look
}
