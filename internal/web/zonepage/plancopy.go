package zonepage

import (
	"strconv"
	"strings"

	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

// copiesPage compares the submissions of a plan.
type copiesPage struct {
	Plan   zoning.Plan
	Ward   string
	Copies []copyLine
}

type copyLine struct {
	zoning.CopyView
	First   bool
	Changes []markChange
}

// markChange is an area of which two submissions say different things.
type markChange struct {
	Name          string
	Before, After sign
	Words         []string // what else is different
}

func (p Parts) copies(r *web.Request) error {
	v, err := p.Zones.Plan(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	copies, err := p.Zones.Copies(r.Context(), r.By, v.Plan.ID)
	if err != nil {
		return err
	}
	page := copiesPage{Plan: v.Plan, Ward: v.Unit.Name}
	for i, c := range copies {
		line := copyLine{CopyView: c, First: i == len(copies)-1}
		for _, m := range c.Changed {
			line.Changes = append(line.Changes, markChange{
				m.Name, signOf(r.Lang, v.Round.Layer, m.Before.Class), signOf(r.Lang, v.Round.Layer, m.After.Class), p.markWords(r, m.Before, m.After),
			})
		}
		page.Copies = append(page.Copies, line)
	}
	return r.Render("zone/plan-copies", page)
}

// markWords says what else than the class is different, before and after.
func (p Parts) markWords(r *web.Request, before, after zoning.Mark) (out []string) {
	add := func(key, a, b string) {
		if a != b && before.Class != "" {
			out = append(out, r.T(key)+": "+or(a)+" → "+or(b))
		}
	}
	add("zonepage.measures", p.bundleShort(before.Bundle), p.bundleShort(after.Bundle))
	add("zonepage.additions", strings.Join(before.Additions, "; "), strings.Join(after.Additions, "; "))
	add("zonepage.gates", r.Format().Number(before.Gates), r.Format().Number(after.Gates))
	add("zonepage.person", strings.TrimSpace(before.Person+" "+before.Phone), strings.TrimSpace(after.Person+" "+after.Phone))
	add("zonepage.reason_differs", before.Reason, after.Reason)
	return out
}

// bundleShort is the badge of a bundle; a later version of a locality's bundle
// says which it is.
func (p Parts) bundleShort(ref string) string {
	b, ok := p.Zones.Board().Bundle(ref)
	switch {
	case !ok:
		return ref
	case b.Version > 1:
		return b.Short + " v" + strconv.Itoa(b.Version)
	}
	return b.Short
}

func or(s string) string {
	if s == "" {
		return "—"
	}
	return s
}
