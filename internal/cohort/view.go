package cohort

import (
	"slices"

	"phaodai/internal/id"
)

// Position is a place in the change log, as the log counts it: transaction (0
// where the log needs none), then number. The zero Position is before every change.
type Position struct{ Xid, Seq int64 }

// After tells whether p is behind another.
func (p Position) After(other Position) bool {
	return p.Xid > other.Xid || p.Xid == other.Xid && p.Seq > other.Seq
}

// View is the population between two changes. It never changes: who holds one
// may ask it anything, as often and from as many goroutines as he likes, and all
// answers go together.
type View struct {
	schema  Schema
	at      Position
	areas   *areas
	wards   []*ward
	where   []*[pageSize]uint16 // by number of the person: ward+1, 0 nowhere; nil pages hold nobody
	lists   [fixedColumns]names // what the numbers in columns of texts mean
	classes names               // [0] is ""
	rounds  names
	roll    *roll                  // of all views
	ids     []*[pageSize]id.Packed // of the roll when the view was made
}

// At is up to which change the view has come.
func (v *View) At() Position { return v.at }

// People is how many there are.
func (v *View) People() int {
	n := 0
	for _, w := range v.wards {
		n += w.people()
	}
	return n
}

// Wards are the codes of the wards, sorted.
func (v *View) Wards() []string {
	var out []string
	for _, w := range v.wards {
		out = append(out, v.areas.codeOf(w.area))
	}
	slices.Sort(out)
	return out
}

// Rounds are the rounds of which samples are known, in order of appearance.
func (v *View) Rounds() []string { return slices.Clone(v.rounds) }

// home is the number of a person's ward, or -1.
func (v *View) home(no uint32) int {
	if page := int(no / pageSize); page < len(v.where) && v.where[page] != nil {
		return int(v.where[page][no%pageSize]) - 1
	}
	return -1
}

// Person returns all that is held of a person.
func (v *View) Person(who id.Packed) (Person, bool) {
	no, _ := v.roll.number(who)
	number := v.home(no)
	if number < 0 {
		return Person{}, false
	}
	w := v.wards[number]
	i := slices.Index(w.no, no)
	h := w.home(i)
	p := Person{ID: who, Ward: v.areas.codeOf(w.area), Walk: w.key(h), Household: w.homes[h].household}
	if area := w.places[w.homes[h].place]; area != w.area {
		p.Area = v.areas.codeOf(area)
	}
	at := func(c int) value { return w.column(c).at(i) }
	if b := at(birthColumn); b.known {
		p.Birth = BornOn(birthDay(b.code))
	}
	if b := at(birthLastColumn); b.known && w.column(birthLastColumn) != nil {
		p.Birth.last = birthDay(b.code)
	}
	p.Sex, p.Residence = v.lists[sexColumn].text(at(sexColumn)), v.lists[residenceColumn].text(at(residenceColumn))
	p.Occupations, p.Priorities = v.lists[occupationsColumn].texts(at(occupationsColumn)), v.lists[prioritiesColumn].texts(at(prioritiesColumn))
	if d := at(dosesColumn); d.known {
		p.Doses = Times(int(d.code))
	}
	p.LastDose, p.LastSample = v.schema.when(at(lastDoseColumn)), v.schema.when(at(lastSampleColumn))
	p.Symptoms, p.Arrival = v.schema.when(at(symptomsColumn)), v.schema.when(at(arrivalColumn))
	for r, name := range v.rounds {
		if n := at(fixedColumns + r).code; n > 0 {
			p.Rounds = append(p.Rounds, RoundCount{name, int(n)})
		}
	}
	return p, true
}

// Bytes is the memory that the view takes, most of which later views share.
func (v *View) Bytes() int {
	n := 8 * (len(v.where) + len(v.wards))
	for _, page := range v.where {
		if page != nil {
			n += 2 * pageSize
		}
	}
	n += v.roll.bytes()
	for _, w := range v.wards {
		n += w.bytes()
	}
	for _, a := range v.areas.list {
		n += 2*len(a.code) + 4*len(a.class) + 120 // with its place in the map
	}
	return n
}
