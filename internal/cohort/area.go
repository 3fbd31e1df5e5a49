package cohort

import (
	"phaodai/internal/fault"
)

// area is a place that rules and classes can name: a ward, a neighbourhood
// group, a building, and what lies around wards. Areas form a tree.
type area struct {
	code   string
	parent int32   // its number, -1 none
	order  int     // place in walking order among the areas of a ward
	class  []int32 // replaced, never changed: on each layer: number of the class, 0 nothing decided
}

// areas is the tree, by number. Numbers are given once.
type areas struct {
	layers int
	list   []area
	number map[string]int32
}

func (a *areas) clone() *areas {
	out := &areas{layers: a.layers, list: append([]area(nil), a.list...), number: make(map[string]int32, len(a.number)+1)}
	for code, i := range a.number {
		out.number[code] = i
	}
	return out
}

func (a *areas) codeOf(i int32) string {
	if i < 0 {
		return ""
	}
	return a.list[i].code
}

func (a *areas) find(code string) (int32, error) {
	i, ok := a.number[code]
	if !ok {
		return 0, fault.New(fault.NotFound, "cohort.no_area", "Area", code)
	}
	return i, nil
}

// add makes an area or changes the one with its code.
func (a *areas) add(x PutArea) (int32, error) {
	parent := int32(-1)
	if x.Parent != "" {
		p, err := a.find(x.Parent)
		if err != nil {
			return 0, err
		}
		parent = p
	}
	i, ok := a.number[x.Code]
	if !ok {
		if x.Code == "" || len(x.Code) > maxText || len(a.list) >= maxAreas {
			return 0, fault.New(fault.TooLarge, "cohort.too_many_names", "Name", x.Code, "Most", maxAreas)
		}
		i = int32(len(a.list))
		a.number[x.Code] = i
		a.list = append(a.list, area{code: x.Code, class: make([]int32, a.layers)})
	}
	for p := parent; p >= 0; p = a.list[p].parent {
		if p == i {
			return 0, fault.New(fault.Invalid, "cohort.area_in_itself", "Area", x.Code)
		}
	}
	a.list[i].parent, a.list[i].order = parent, x.Order
	return i, nil
}

const (
	maxAreas = 1_000_000
	maxText  = 200
)

// around are the area and all that lie around it, outwards.
func (a *areas) around(i int32) []int32 {
	var out []int32
	for ; i >= 0; i = a.list[i].parent {
		out = append(out, i)
	}
	return out
}

// class is what holds in an area on a layer: of the nearest area around it for
// which something was decided, 0 nothing.
func (a *areas) classOn(i int32, layer int) int32 {
	for ; i >= 0; i = a.list[i].parent {
		if c := a.list[i].class[layer]; c != 0 {
			return c
		}
	}
	return 0
}

// within tells whether an area is another or lies in it.
func (a *areas) within(i, other int32) bool {
	for ; i >= 0; i = a.list[i].parent {
		if i == other {
			return true
		}
	}
	return false
}
