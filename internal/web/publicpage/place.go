package publicpage

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"phaodai/internal/fault"
	"phaodai/internal/geo"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/zoning"
)

// choice is a place to choose, with what holds there.
type choice struct {
	Area  zoning.Area
	Class zoning.Class
	Title string         // of the measures
	Far   int            // metres from the position given, -1 when none was
	Where string         // unit in which it lies
	Inner []zoning.Class // of a unit: what its areas have, the strictest first
}

type placesPage struct {
	Words   string
	At      *zoning.Area // unit that was chosen
	Up      string       // address one step back
	Units   []choice
	Areas   []choice
	Found   []choice
	Near    bool // a position was given
	Exactly bool
}

// soon is how long a list of places may be given again.
const soon = 10 * time.Second

// places is where one begins: search, choose, or give the phone's position.
func (p *Pages) places(r *request) (answer, error) {
	q := r.URL.Query()
	page := placesPage{Words: strings.TrimSpace(q.Get("q"))}
	switch {
	case q.Get("vi-tri") != "":
		at, metres, err := position(q.Get("vi-tri"))
		if err != nil {
			return answer{}, err
		}
		near := p.Zones.Board().Locate(at, metres, r.now)
		if len(near) == 1 && near[0].Inside {
			return answer{status: http.StatusSeeOther, location: "/o/" + near[0].Area.Code}, nil
		}
		page.Near = true
		for _, n := range near {
			c := p.choice(r, n.Area)
			c.Far = int(n.Distance)
			page.Found = append(page.Found, c)
		}
	case page.Words != "":
		found, err := p.Zones.Search(r.Context(), page.Words, org.Root, r.now)
		if err != nil {
			return answer{}, err
		}
		if len(found) == 1 && strings.EqualFold(found[0].Code, page.Words) {
			return answer{status: http.StatusSeeOther, location: "/o/" + found[0].Code}, nil
		}
		for _, a := range found {
			page.Found = append(page.Found, p.choice(r, a))
		}
	default:
		p.browse(r, &page, q.Get("noi"))
	}
	out, err := p.render(r, "places", page)
	out.until = p.untilTurn(r)
	return out, err
}

// untilTurn is when a list has to be made anew: soon, or when anything switches.
func (p *Pages) untilTurn(r *request) instant.Micros {
	until := r.now.Add(soon)
	for _, t := range p.Zones.Board().Turns(org.Root, r.now) {
		return min(until, t.At)
	}
	return until
}

// browse lists what lies in a unit: its parts that are zoned, and its areas.
func (p *Pages) browse(r *request, page *placesPage, code string) {
	board := p.Zones.Board()
	a, ok := board.Area(code)
	if !ok || a.Kind != zoning.UnitKind {
		tops := board.Tops(r.now)
		if len(tops) != 1 {
			for _, x := range tops {
				page.Units = append(page.Units, p.choice(r, x))
			}
			return
		}
		a = tops[0] // one city or district: nobody has to choose it
	} else if up, found := board.UnitArea(org.ParentPath(a.UnitPath)); found {
		page.Up = "/o-day?noi=" + up.Code
	}
	page.At = &a
	units, areas := board.Zoned(a.UnitPath, r.now)
	for _, x := range units {
		c := p.choice(r, x)
		c.Inner = board.ClassesIn(x.UnitPath, zoning.DistrictArea, r.now)
		page.Units = append(page.Units, c)
	}
	for _, x := range areas {
		page.Areas = append(page.Areas, p.choice(r, x))
	}
}

func (p *Pages) choice(r *request, a zoning.Area) choice {
	c := choice{Area: a, Far: -1}
	if up, ok := p.Zones.Board().UnitArea(a.UnitPath); ok && up.ID != a.ID {
		c.Where = up.Name
	}
	h, ok := p.Zones.Board().At(a.ID, r.now)
	if !ok {
		return c
	}
	deciding := h.Regime.Deciding()
	if len(deciding) == 0 {
		return c
	}
	s := deciding[len(deciding)-1] // the narrowest
	c.Class = zoning.ClassOf(s.Layer, s.Value.Class)
	if b, ok := p.Zones.Board().Bundle(s.Value.Bundle); ok {
		c.Title = b.Short
	}
	return c
}

// position reads "21.0349,105.8981" or "21.0349,105.8981,50": latitude,
// longitude, and to how many metres they are known.
func position(text string) (at geo.Point, metres float64, err error) {
	parts := strings.Split(text, ",")
	bad := fault.New(fault.Invalid, "geo.coordinates")
	if len(parts) < 2 || len(parts) > 3 {
		return at, 0, bad
	}
	var numbers [3]float64
	numbers[2] = 30
	for i, s := range parts {
		if numbers[i], err = strconv.ParseFloat(strings.TrimSpace(s), 64); err != nil {
			return at, 0, bad
		}
	}
	lat, lon := numbers[0], numbers[1]
	if !(lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180 && numbers[2] >= 0) {
		return at, 0, bad
	}
	return geo.Point{lon, lat}, min(numbers[2], 500), nil
}
