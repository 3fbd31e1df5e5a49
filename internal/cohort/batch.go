package cohort

import (
	"errors"
	"slices"

	"phaodai/internal/fault"
	"phaodai/internal/id"
)

// Bounds of a population.
const (
	maxClasses = 10_000
	maxRounds  = 1_000
	maxWards   = 1<<15 - 1
	maxPlaces  = 1 << 16 // of one ward
)

// batch is the next view while it is made. It copies of the current one what it
// changes and leaves that alone; who reads never waits and never sees half.
type batch struct {
	schema Schema
	next   View // shares with the current view what has no copy yet
	tree   bool // next.areas is a copy
	drafts map[int]*draft
	pages  map[int]bool // pages of next.where that are copies
	ids    []*[pageSize]id.Packed
}

func newBatch(v *View) *batch {
	b := &batch{schema: v.schema, next: *v, drafts: map[int]*draft{}, pages: map[int]bool{}, ids: v.roll.pages()}
	b.next.wards = slices.Clone(v.wards)
	b.next.where = slices.Clone(v.where)
	b.next.classes, b.next.rounds = slices.Clip(v.classes), slices.Clip(v.rounds)
	for i, l := range v.lists {
		b.next.lists[i] = slices.Clip(l) // appending copies, so that views never share a tail
	}
	return b
}

func (b *batch) ownAreas() *areas {
	if !b.tree {
		b.next.areas, b.tree = b.next.areas.clone(), true
	}
	return b.next.areas
}

// draft is a ward that is being changed: either its columns one by one, or taken
// apart into rows because people come, go or stand in another order.
type draft struct {
	ward  *ward
	own   map[int]bool // columns that are copies
	moved bool         // areas or classes around it changed
	apart bool
	rows  []row
	index map[uint32]int // of rows, or of ward.no when many are looked for
	asked int
}

func (b *batch) draft(i int) *draft {
	d, ok := b.drafts[i]
	if !ok {
		w := *b.next.wards[i]
		w.columns = slices.Clone(w.columns)
		d = &draft{ward: &w, own: map[int]bool{}}
		b.drafts[i] = d
	}
	return d
}

// around does something to every ward that lies in an area, or around it.
func (b *batch) around(area int32, do func(d *draft, inside bool)) {
	for i, w := range b.next.wards {
		if inside := b.next.areas.within(area, w.area); inside || b.next.areas.within(w.area, area) {
			do(b.draft(i), inside)
		}
	}
}

// rearrange is for a ward with an area in or around it that went elsewhere.
func (b *batch) rearrange(d *draft, inside bool) {
	d.moved = true
	if inside {
		d.takeApart(b.ids) // its people may stand in another order
	}
}

// wardsHold refuses a ward inside another, and people outside their ward: nobody
// would know where they are counted.
func (b *batch) wardsHold() error {
	tree, wards := b.next.areas, map[int32]bool{}
	for _, w := range b.next.wards {
		wards[w.area] = true
	}
	for i, w := range b.next.wards {
		for _, a := range tree.around(w.area)[1:] {
			if wards[a] {
				return fault.New(fault.Invalid, "cohort.ward_in_ward", "Ward", tree.codeOf(w.area), "Area", tree.codeOf(a))
			}
		}
		for _, p := range b.homes(i) {
			if !tree.within(p, w.area) {
				return fault.New(fault.Invalid, "cohort.not_in_ward", "Area", tree.codeOf(p), "Ward", tree.codeOf(w.area))
			}
		}
	}
	return nil
}

// homes are the areas in which people of a ward live.
func (b *batch) homes(ward int) []int32 {
	d, ok := b.drafts[ward]
	if !ok || !d.apart {
		return b.next.wards[ward].places
	}
	var out []int32
	for i := range d.rows {
		if !slices.Contains(out, d.rows[i].area) {
			out = append(out, d.rows[i].area)
		}
	}
	return out
}

// person finds a person's draft and index in it.
func (b *batch) person(who id.Packed) (*draft, int, error) {
	no, _ := b.next.roll.number(who)
	w := b.next.home(no)
	if w < 0 {
		return nil, 0, fault.New(fault.NotFound, "cohort.no_person", "ID", who.String())
	}
	d := b.draft(w)
	return d, d.find(no), nil
}

func (b *batch) set(who id.Packed, column int, v value, err error) error {
	if err != nil {
		return err
	}
	d, i, err := b.person(who)
	if err != nil {
		return err
	}
	d.set(i, column, v)
	return nil
}

// indexFrom is from how many people looked for in one ward a map is worth it.
const indexFrom = 32

func (d *draft) find(no uint32) int {
	if d.asked++; d.index == nil && d.asked < indexFrom {
		return slices.Index(d.ward.no, no)
	}
	if d.index == nil {
		d.index = make(map[uint32]int, len(d.ward.no))
		for i, no := range d.ward.no {
			d.index[no] = i
		}
	}
	return d.index[no]
}

func (d *draft) at(i, c int) value {
	switch {
	case !d.apart:
		return d.ward.column(c).at(i)
	case c < fixedColumns:
		return d.rows[i].values[c]
	}
	if r := c - fixedColumns; r < len(d.rows[i].rounds) {
		return value{uint64(d.rows[i].rounds[r]), true}
	}
	return value{known: true}
}

func (d *draft) set(i, c int, v value) {
	if d.apart {
		d.rows[i].set(c, v)
		return
	}
	if d.ward.column(c).at(i) == v {
		return
	}
	for len(d.ward.columns) <= c {
		d.ward.columns = append(d.ward.columns, nil)
	}
	if !d.own[c] {
		d.ward.columns[c], d.own[c] = d.ward.columns[c].clone(), true
	}
	d.ward.columns[c].put(i, d.ward.people(), v)
}

func (r *row) set(c int, v value) {
	if c < fixedColumns {
		r.values[c] = v
		return
	}
	r.sampled(c-fixedColumns, 0)
	r.rounds[c-fixedColumns] = uint8(v.code)
}

// born sets a birth. The ward gets a column of last days when the first birth
// comes of which the day is not known.
func (d *draft) born(i int, first, last value) {
	if !d.apart && d.ward.column(birthLastColumn) == nil && first != last {
		d.ward.columns[birthLastColumn] = d.ward.column(birthColumn).clone()
		d.own[birthLastColumn] = true
	}
	d.set(i, birthColumn, first)
	if d.apart || d.ward.column(birthLastColumn) != nil {
		d.set(i, birthLastColumn, last)
	}
}

// livesAt tells whether a person's home is that of a row.
func (d *draft) livesAt(i int, r row) bool {
	if d.apart {
		x := &d.rows[i]
		return x.area == r.area && x.walk == r.walk && x.household == r.household
	}
	h := d.ward.home(i)
	x := d.ward.homes[h]
	return d.ward.places[x.place] == r.area && x.household == r.household && d.ward.key(h) == r.walk
}

// replace sets all values of a person who lives where he did.
func (d *draft) replace(i int, r row) {
	if d.apart {
		d.rows[i] = r
		return
	}
	d.born(i, r.values[birthColumn], r.values[birthLastColumn])
	for c := birthLastColumn + 1; c < fixedColumns; c++ {
		d.set(i, c, r.values[c])
	}
	for k := range max(len(r.rounds), len(d.ward.columns)-fixedColumns) {
		v := value{known: true}
		if k < len(r.rounds) {
			v.code = uint64(r.rounds[k])
		}
		d.set(i, fixedColumns+k, v)
	}
}

func (d *draft) takeApart(ids []*[pageSize]id.Packed) {
	if d.apart {
		return
	}
	d.rows, d.apart = d.ward.rows(ids), true
	if d.index != nil {
		return
	}
	d.index = make(map[uint32]int, len(d.rows))
	for i := range d.rows {
		d.index[d.rows[i].no] = i
	}
}

func (d *draft) remove(i int) {
	last := len(d.rows) - 1
	delete(d.index, d.rows[i].no)
	if i != last {
		d.rows[i] = d.rows[last]
		d.index[d.rows[i].no] = i
	}
	d.rows = d.rows[:last]
}

// add puts a person into a ward.
func (b *batch) add(area int32, r row) error {
	i, err := b.home(area)
	if err != nil {
		return err
	}
	d := b.draft(i)
	d.takeApart(b.ids)
	d.index[r.no] = len(d.rows)
	d.rows = append(d.rows, r)
	b.where(r.no, i)
	return nil
}

// home is the number of the ward that an area is; it begins to be one when the
// first person comes.
func (b *batch) home(area int32) (int, error) {
	for i, w := range b.next.wards {
		if w.area == area {
			return i, nil
		}
	}
	if len(b.next.wards) >= maxWards {
		return 0, fault.New(fault.TooLarge, "cohort.too_many_names", "Name", b.next.areas.codeOf(area), "Most", maxWards)
	}
	b.next.wards = append(b.next.wards, newWard(area, nil, b.next.areas))
	return len(b.next.wards) - 1, b.wardsHold()
}

// row reads a person, who gets a number if he has none.
func (b *batch) row(p Person) (r row, ward int32, err error) {
	if ward, r.area, err = b.place(p.Ward, p.Area, p.Walk); err != nil {
		return r, 0, err
	}
	if err := b.values(&r, p); err != nil {
		return r, 0, err
	}
	if p.ID == (id.Packed{}) {
		return r, 0, fault.New(fault.Invalid, "cohort.no_person", "ID", "")
	}
	no, ok := b.next.roll.add(p.ID)
	if !ok {
		return r, 0, fault.New(fault.TooLarge, "cohort.too_many_names", "Name", p.ID.String(), "Most", maxPeopleEver)
	}
	b.ids = b.next.roll.pages()
	r.no, r.id, r.household, r.walk = no, p.ID, p.Household, p.Walk
	return r, ward, nil
}

func (b *batch) values(r *row, p Person) error {
	var errs [9]error
	lists := &b.next.lists
	r.values[birthColumn], r.values[birthLastColumn], errs[0] = p.Birth.values()
	r.values[sexColumn], errs[1] = lists[sexColumn].one(p.Sex)
	r.values[residenceColumn], errs[2] = lists[residenceColumn].one(p.Residence)
	r.values[occupationsColumn], errs[3] = lists[occupationsColumn].several(p.Occupations)
	r.values[prioritiesColumn], errs[4] = lists[prioritiesColumn].several(p.Priorities)
	r.values[dosesColumn] = value{uint64(p.Doses.n), p.Doses.known}
	r.values[lastDoseColumn], errs[5] = b.schema.dated(p.LastDose)
	r.values[lastSampleColumn], errs[6] = b.schema.dated(p.LastSample)
	r.values[symptomsColumn], errs[7] = b.schema.dated(p.Symptoms)
	r.values[arrivalColumn], errs[8] = b.schema.dated(p.Arrival)
	for _, c := range p.Rounds {
		n, err := b.next.rounds.number(c.Round, maxRounds)
		if err != nil {
			return err
		}
		r.sampled(n, max(0, c.N))
	}
	return errors.Join(errs[:]...)
}

// place reads the home of a person.
func (b *batch) place(ward, code, walk string) (w, area int32, err error) {
	if len(walk) > maxText {
		return 0, 0, fault.New(fault.TooLarge, "cohort.key_too_long", "Most", maxText)
	}
	if w, err = b.next.areas.find(ward); err != nil || code == "" {
		return w, w, err
	}
	if area, err = b.next.areas.find(code); err != nil {
		return 0, 0, err
	}
	if !b.next.areas.within(area, w) {
		return 0, 0, fault.New(fault.Invalid, "cohort.not_in_ward", "Area", code, "Ward", ward)
	}
	return w, area, nil
}

// where notes in which ward a person is, -1 in none.
func (b *batch) where(no uint32, ward int) {
	page := int(no / pageSize)
	for len(b.next.where) <= page {
		b.next.where = append(b.next.where, nil)
	}
	if !b.pages[page] {
		own := new([pageSize]uint16)
		if was := b.next.where[page]; was != nil {
			*own = *was
		}
		b.next.where[page], b.pages[page] = own, true
	}
	b.next.where[page][no%pageSize] = uint16(ward + 1)
}

func (b *batch) dropRound(round int) error {
	for i := range b.next.wards {
		d := b.draft(i)
		if c := fixedColumns + round; c < len(d.ward.columns) {
			d.ward.columns[c], d.own[c] = nil, false
		}
		for k := range d.rows {
			if round < len(d.rows[k].rounds) {
				d.rows[k].rounds[round] = 0
			}
		}
	}
	return nil
}

// finish is the next view.
func (b *batch) finish() (*View, error) {
	for i, d := range b.drafts {
		switch {
		case d.apart:
			area := d.ward.area
			w := newWard(area, d.rows, b.next.areas)
			if len(w.places) > maxPlaces {
				return nil, fault.New(fault.TooLarge, "cohort.too_many_names", "Name", b.next.areas.list[area].code, "Most", maxPlaces)
			}
			b.next.wards[i] = w
		case d.moved:
			d.ward.locate(b.next.areas)
			fallthrough
		default:
			b.next.wards[i] = d.ward
		}
	}
	b.next.ids = b.next.roll.pages()
	view := b.next
	return &view, nil
}
