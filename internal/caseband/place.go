package caseband

import (
	"slices"
	"strings"

	"phaodai/internal/fold"
)

// Places are units by the names that announcements may give them.
type Places struct {
	units []Unit
	of    map[string][]int // key of province, district, ward
	apart map[string][]int // key of province and ward, of district and ward
	in    [][]string       // by unit: keys of its districts, old and new
}

// NewPlaces takes the units of a population list.
func NewPlaces(list []Resident) *Places {
	p := &Places{of: map[string][]int{}, apart: map[string][]int{}}
	for _, r := range list {
		p.add(r)
	}
	return p
}

func (p *Places) add(r Resident) int {
	u := Unit{Code: r.Code, Name: r.Ward, District: r.District, Province: r.Province, People: r.People, province: r.ProvinceCode}
	if u.Name == "" {
		u.Name, u.District = u.District, ""
	}
	if u.Name == "" {
		u.Name = u.Province
	}
	if u.Code == "" {
		u.Code = strings.Trim(strings.Join([]string{r.ProvinceCode, bare(r.District), bare(r.Ward)}, "/"), "/")
	}
	p.units, p.in = append(p.units, u), append(p.in, nil)
	p.call(len(p.units)-1, r.ProvinceCode, bare(r.District), bare(r.Ward))
	return len(p.units) - 1
}

// call lets a unit be found by one more name.
func (p *Places) call(unit int, province, district, ward string) {
	note := func(m map[string][]int, key string) {
		if !slices.Contains(m[key], unit) {
			m[key] = append(m[key], unit)
		}
	}
	note(p.of, key(province, district, ward))
	note(p.apart, key("in", province, ward))
	note(p.apart, key("at", district, ward))
	if in := key(province, district); !slices.Contains(p.in[unit], in) {
		p.in[unit] = append(p.in[unit], in)
	}
}

// Rename brings the units of a census to a later list: each is found by its old
// and its new names, and the people of one that had ended by then belong to the
// ward that took them over. Where the successor is not known the old unit stays.
// A ward that was cut between several goes whole to the one that the list names.
func (p *Places) Rename(present []Present, successor map[string]string) {
	census := map[string]int{}
	for i, u := range p.units {
		census[u.Code] = i
	}
	now := map[string]int{}
	for _, n := range present {
		i, known := census[n.Code]
		if !known {
			i = p.uncoded(n)
		}
		now[n.Code] = i
		u := &p.units[i]
		u.Code, u.Name, u.District, u.Province = n.Code, n.Ward, n.District, n.Province
		p.call(i, n.ProvinceCode, bare(n.District), bare(n.Ward))
	}
	merged := map[int]int{}
	for code, i := range census {
		heir, known := now[successor[code]]
		if known && p.units[i].Code == code && !listed(now, code) {
			p.units[heir].People += p.units[i].People
			merged[i] = heir
		}
	}
	p.merge(merged)
}

func listed(now map[string]int, code string) bool {
	_, ok := now[code]
	return ok
}

// uncoded is the unit of a census row without code that has the same names, or a
// new unit, whose people are those of the wards that it took over.
func (p *Places) uncoded(n Present) int {
	same := p.of[key(n.ProvinceCode, bare(n.District), bare(n.Ward))]
	if len(same) == 1 && strings.Contains(p.units[same[0]].Code, "/") {
		return same[0]
	}
	return p.add(Resident{ProvinceCode: n.ProvinceCode, Code: n.Code, Province: n.Province, District: n.District, Ward: n.Ward})
}

// merge drops units whose heirs take their names.
func (p *Places) merge(heir map[int]int) {
	at, kept := make([]int, len(p.units)), 0
	for i := range p.units {
		if _, gone := heir[i]; gone {
			continue
		}
		p.units[kept], p.in[kept] = p.units[i], p.in[i]
		at[i] = kept
		kept++
	}
	p.units, p.in = p.units[:kept], p.in[:kept]
	for i, h := range heir {
		at[i] = at[h]
	}
	for _, m := range []map[string][]int{p.of, p.apart} {
		for k, list := range m {
			for j, i := range list {
				list[j] = at[i]
			}
			slices.Sort(list)
			m[k] = slices.Compact(list)
		}
	}
}

// found is where a row of cases belongs: one unit, or all that may hold it.
type found struct {
	unit  int // < 0: not known
	pools []string
}

// find places a row by its names.
func (p *Places) find(c Case) found {
	for _, d := range forms(c.District) {
		for _, w := range forms(c.Ward) {
			switch at := key(c.ProvinceCode, d, w); len(p.of[at]) {
			case 0:
			case 1:
				return found{unit: p.of[at][0]}
			default: // a town and a commune of one name
				return found{-1, []string{at}}
			}
		}
	}
	return found{-1, p.pools(c)}
}

// pools are the sets of units that may hold a row which names none: those of its
// district; if it names no district that the province has, all of the province.
// A named ward may also lie in another district or province than announced.
func (p *Places) pools(c Case) (out []string) {
	for _, d := range forms(c.District) {
		if in := key(c.ProvinceCode, d); c.District != "" && p.hasDistrict(in) {
			out = append(out, in)
		}
	}
	if len(out) == 0 {
		out = append(out, c.ProvinceCode)
	}
	if c.Ward == "" {
		return out
	}
	for _, w := range forms(c.Ward) {
		for _, at := range append(p.elsewhere(c, w), key("in", c.ProvinceCode, w)) {
			if len(p.apart[at]) > 0 && !slices.Contains(out, at) {
				out = append(out, at)
			}
		}
	}
	return out
}

func (p *Places) elsewhere(c Case, ward string) (out []string) {
	if c.District == "" {
		return nil
	}
	for _, d := range forms(c.District) {
		out = append(out, key("at", d, ward))
	}
	return out
}

func (p *Places) hasDistrict(in string) bool {
	return slices.ContainsFunc(p.in, func(keys []string) bool { return slices.Contains(keys, in) })
}

func key(parts ...string) string { return strings.Join(parts, "\x1f") }

// kinds of units, as the first words of names.
var kinds = []string{"thanh pho ", "thi xa ", "thi tran ", "tinh ", "quan ", "huyen ", "phuong ", "xa ", "tp "}

// bare is a folded name without its kind, and without the zero of "Phường 01".
func bare(name string) string {
	name = strings.Join(fold.Words(name), " ")
	for _, kind := range kinds {
		if rest, ok := strings.CutPrefix(name, kind); ok {
			return strings.TrimLeft(rest, "0")
		}
	}
	return name
}

// forms are the ways in which a name may stand in a list: announcements leave
// the kind off, or not ("Xá Lượng" begins with no kind, "xã Lượng" does).
func forms(name string) []string {
	whole, short := strings.Join(fold.Words(name), " "), bare(name)
	if whole == short {
		return []string{whole}
	}
	return []string{whole, short}
}
