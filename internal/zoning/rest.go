package zoning

import (
	"cmp"
	"slices"
	"strings"

	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/instant"
)

// enactRest says what holds in the ward outside the areas of its plan: what
// most of its areas have, and of two that are as many the stricter.
func (s *Service) enactRest(tx *db.Tx, rec Record, r Round, p Plan, marks map[string]Mark, d directive.Document) error {
	a, ok, err := AreaOfUnit(tx, p.Unit)
	if err != nil || !ok || len(marks) == 0 {
		return err
	}
	class := most(r.Layer, marks)
	sc, err := SchemeIn(tx, r.Scheme, p.SchemeVersion)
	if err != nil {
		return err
	}
	choice := sc.Bundles[class]
	v := Value{Class: class, Scheme: r.Scheme, Version: p.SchemeVersion, Bundle: choice.Bundle, Additions: choice.Additions,
		Document: d.ID, Symbol: d.Symbol, Plan: p.ID}
	return say(tx, rec, Say{a.ID, r.Layer, p.StartsAt, instant.Forever, v})
}

func most(l Layer, marks map[string]Mark) string {
	count := map[string]int{}
	for _, m := range marks {
		count[m.Class]++
	}
	var classes []string
	for c := range count {
		if c != "" {
			classes = append(classes, c)
		}
	}
	if len(classes) == 0 {
		return ""
	}
	slices.SortFunc(classes, func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(strictness(l, a), strictness(l, b)), cmp.Compare(a, b))
	})
	return classes[0]
}

// ClassesIn lists the classes that the areas of a unit have on a layer at a
// moment, the strictest first.
func (b *Board) ClassesIn(unitPath string, l Layer, at instant.Micros) (out []Class) {
	seen := map[string]bool{}
	for _, x := range b.List(unitPath, l, at) {
		if x.Area.Kind == UnitKind || x.Class.Code == "" || seen[x.Class.Code] {
			continue
		}
		seen[x.Class.Code] = true
		out = append(out, x.Class)
	}
	slices.SortFunc(out, func(a, b Class) int {
		return cmp.Or(cmp.Compare(strictness(l, a.Code), strictness(l, b.Code)), strings.Compare(a.Code, b.Code))
	})
	return out
}
