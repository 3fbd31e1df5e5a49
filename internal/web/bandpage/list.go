package bandpage

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"phaodai/internal/caseband"
	"phaodai/internal/exercise"
	"phaodai/internal/fold"
	"phaodai/internal/web"
)

// listPage is the exercise with its places: provinces first, then the districts
// of one, then the wards of one; or what a search found.
type listPage struct {
	Result   *exercise.Result
	Said     said
	MaySend  bool
	Find     string
	Province string
	District string
	Regions  []region
	Places   []placeLine
	Hidden   int
	Bands    []bandCount
}

// Took is how many seconds it took to compute, "0,8".
func (page listPage) Took() string {
	return page.Said.r.Format().Decimal(page.Result.Took.Seconds(), 1)
}

// region is a province or a district with the wards in it.
type region struct {
	Province, District string
	Count              int
	Worst              string // band of the highest least rate on the last day
	Unknown            int    // wards whose band of the last day is not certain
}

// Name is the narrower of the two.
func (g region) Name() string { return cmp.Or(g.District, g.Province) }

// placeLine is a ward with what held on the last day.
type placeLine struct {
	caseband.Unit
	Last  caseband.Run
	Worst caseband.Run
}

type bandCount struct {
	Band  string
	Units int
}

// mostShown is how many places a list shows; a search narrows it down.
const mostShown = 200

func (p pages) list(r *web.Request) error {
	result, ok, err := p.exercise.Current(r.Context(), r.By)
	if err != nil {
		return err
	}
	page := listPage{MaySend: maySend(r), Find: r.Query("tim"), Province: r.Query("tinh"), District: r.Query("huyen")}
	if !ok {
		return r.Render("band/list", page)
	}
	page.Result, page.Said = result, said{r}
	if format := r.Export(); format != "" {
		return export(r, result, page.chosen)
	}
	page.fill()
	return r.Render("band/list", page)
}

// chosen tells whether a ward belongs to what is looked at.
func (page *listPage) chosen(u caseband.Unit) bool {
	if page.Province != "" && u.Province != page.Province || page.District != "" && u.District != page.District {
		return false
	}
	if page.Find == "" {
		return true
	}
	parts := strings.Split(page.Find, ",")
	return u.Code == page.Find || anyHolds(parts[0], u.Name, u.District, u.Province) &&
		!slices.ContainsFunc(parts[1:], func(part string) bool { return !anyHolds(part, u.District, u.Province) })
}

// anyHolds tells whether a name holds words in their order, without tone marks.
func anyHolds(words string, names ...string) bool {
	want := " " + strings.Join(fold.Words(words), " ") + " "
	return slices.ContainsFunc(names, func(name string) bool {
		return strings.Contains(" "+strings.Join(fold.Words(name), " ")+" ", want)
	})
}

// fill lists wards where a district or words were chosen, else the regions of
// which one is to be chosen.
func (page *listPage) fill() {
	regions := map[string]*region{}
	for h := range page.Result.All {
		if !page.chosen(h.Unit) {
			continue
		}
		if g := page.region(h.Unit); g != (region{}) {
			at := g.Province + "\n" + g.District
			if regions[at] == nil {
				regions[at] = &g
			}
			regions[at].add(h)
		}
		if page.Find != "" || page.District != "" {
			page.Places = append(page.Places, lineOf(h))
		}
	}
	for _, g := range regions {
		page.Regions = append(page.Regions, *g)
	}
	key := fold.NewSorter().Key
	slices.SortFunc(page.Regions, func(a, b region) int { return cmp.Compare(key(a.Name()), key(b.Name())) })
	page.order()
	for _, band := range slices.Sorted(maps.Keys(page.Result.Summary.ByLastDay)) {
		page.Bands = append(page.Bands, bandCount{band, page.Result.Summary.ByLastDay[band]})
	}
}

// order puts wards whose own name was asked for before those of a district that
// is called so.
func (page *listPage) order() {
	words, key := strings.Split(page.Find, ",")[0], fold.NewSorter().Key
	rank := func(x placeLine) int {
		if page.Find == "" || x.Code == page.Find || anyHolds(words, x.Name) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(page.Places, func(a, b placeLine) int {
		return cmp.Or(rank(a)-rank(b), cmp.Compare(key(a.Name), key(b.Name)))
	})
	if len(page.Places) > mostShown {
		page.Hidden, page.Places = len(page.Places)-mostShown, page.Places[:mostShown]
	}
}

// region is the one to which a ward leads from here; none where the words name
// no region.
func (page *listPage) region(u caseband.Unit) region {
	switch {
	case page.District != "":
		return region{}
	case page.Province != "":
		return region{Province: u.Province, District: u.District}
	case page.Find == "":
		return region{Province: u.Province}
	}
	words := strings.Split(page.Find, ",")[0]
	switch {
	case anyHolds(words, u.Province):
		return region{Province: u.Province}
	case anyHolds(words, u.District):
		return region{Province: u.Province, District: u.District}
	}
	return region{}
}

func (g *region) add(h caseband.History) {
	g.Count++
	last := h.Runs[len(h.Runs)-1]
	if !last.Certain() {
		g.Unknown++
	}
	g.Worst = max(g.Worst, last.Least)
}

func lineOf(h caseband.History) placeLine {
	line := placeLine{Unit: h.Unit, Last: h.Runs[len(h.Runs)-1], Worst: h.Runs[0]}
	for _, run := range h.Runs {
		if run.Least > line.Worst.Least {
			line.Worst = run
		}
	}
	return line
}
