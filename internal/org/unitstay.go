package org

import "phaodai/internal/instant"

// stay is a time that a code spent in one place: from its founding, or from
// when it was moved there, until it was removed or moved on. A unit is what
// stands in one place, so each stay that ended is a unit that ended.
type stay struct {
	tier, code string
	parent     string // code; "" where no row says it
	name       string // at the end; "" where no row says it
	from, to   instant.Micros
	rows       []UnitChange // what happened in it: founded, renamed
	last       UnitChange   // how it ended; without Act it has not
	row        UnitChange   // the newest that speaks of it, for what is wrong
	next       *stay        // where the code was moved to
	unit       Unit
}

func (s *stay) ended() bool { return s.last.Act != "" }
func (s *stay) moved() bool { return s.ended() && s.last.Act != "removed" }

// stays follows each code through the rows; since is from when on the rows tell
// everything. Codes come in the order of their first rows, those of the upper
// tiers first, the stays of a code oldest first.
func stays(rows []UnitChange, since instant.Micros) (out [][]*stay) {
	at := map[[2]string]int{}
	for _, tier := range []string{"province", "district", "ward"} {
		for _, r := range rows {
			if r.Tier != tier {
				continue
			}
			key := [2]string{r.Tier, r.Code}
			i, known := at[key]
			if !known {
				i = len(out)
				at[key] = i
				out = append(out, nil)
			}
			out[i] = follow(out[i], r, since)
		}
	}
	return out
}

// follow adds a row to the stays of its code.
func follow(line []*stay, r UnitChange, since instant.Micros) []*stay {
	var now *stay
	if n := len(line); n > 0 && !line[n-1].ended() {
		now = line[n-1]
	}
	if now == nil {
		now = &stay{tier: r.Tier, code: r.Code, from: since}
		line = append(line, now)
	}
	now.row = r
	switch r.Act {
	case "added":
		now.from, now.parent, now.name = r.At, r.NewParent, r.NewName
		now.rows = append(now.rows, r)
	case "renamed":
		now.parent, now.name = r.NewParent, r.NewName
		now.rows = append(now.rows, r)
	default:
		now.to, now.parent, now.name, now.last = r.At, r.OldParent, r.OldName, r
	}
	if now.moved() {
		now.next = &stay{tier: r.Tier, code: r.Code, from: r.At, parent: r.NewParent, name: r.NewName, row: r}
		line = append(line, now.next)
	}
	return line
}
