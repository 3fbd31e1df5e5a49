package cohort

import (
	"phaodai/internal/fault"
	"phaodai/internal/id"
	"phaodai/internal/instant"
)

// Edit is one thing that a change does to the population.
type Edit interface{ do(*batch) error }

// PutArea makes an area or puts it elsewhere. Order is its place among the areas
// of a ward on the way through it.
type PutArea struct {
	Code, Parent string
	Order        int
}

// SetClass says what an area is on a layer from now on; "" takes that back, and
// the area is again what lies around it.
type SetClass struct{ Area, Layer, Class string }

// Put adds a person, or replaces all that is held of him.
type Put struct{ Person }

// Remove takes a person out: died, or left.
type Remove struct{ ID id.Packed }

// Move gives a person another home.
type Move struct {
	ID        id.Packed
	Ward      string
	Area      string
	Walk      string
	Household id.Packed
}

// SetBirth, SetSex and SetResidence correct what is known of a person.
type (
	SetBirth struct {
		ID    id.Packed
		Birth Birth
	}
	SetSex struct {
		ID  id.Packed
		Sex string
	}
	SetResidence struct {
		ID        id.Packed
		Residence string
	}
)

// SetOccupations replaces the occupation groups; nil: not known.
type SetOccupations struct {
	ID          id.Packed
	Occupations []string
}

// SetPriorities replaces the priority groups; nil: not known.
type SetPriorities struct {
	ID         id.Packed
	Priorities []string
}

// Sampled is one sample, taken in a round or in none (""). A sample of an
// earlier day than the last leaves the last day as it is. A sample that is taken
// back is a Put of the person as the database then has it.
type Sampled struct {
	ID    id.Packed
	Day   instant.Day
	Round string
}

// Dosed is one dose given. Where the number of doses is not known it stays so.
type Dosed struct {
	ID  id.Packed
	Day instant.Day
}

// SetSymptoms says since when somebody is ill, Never when not, or no longer.
type SetSymptoms struct {
	ID    id.Packed
	Since When
}

// SetArrival says when somebody came from elsewhere.
type SetArrival struct {
	ID  id.Packed
	Day When
}

// DropRound forgets the samples of a round that nobody asks about any more.
type DropRound struct{ Round string }

func (e PutArea) do(b *batch) error {
	tree := b.ownAreas()
	i, was := tree.number[e.Code]
	if !was {
		_, err := tree.add(e)
		return err
	}
	if x := tree.list[i]; x.order == e.Order && tree.codeOf(x.parent) == e.Parent {
		return nil
	}
	b.around(i, b.rearrange)
	if _, err := tree.add(e); err != nil {
		return err
	}
	b.around(i, b.rearrange)
	return b.wardsHold()
}

func (e SetClass) do(b *batch) error {
	layer := b.schema.layer(e.Layer)
	if layer < 0 {
		return fault.New(fault.Invalid, "cohort.no_layer", "Layer", e.Layer)
	}
	tree := b.ownAreas()
	i, err := tree.find(e.Area)
	if err != nil {
		return err
	}
	class := int32(0)
	if e.Class != "" {
		n, err := b.next.classes.number(e.Class, maxClasses)
		if err != nil {
			return err
		}
		class = int32(n)
	}
	tree.list[i].class = append([]int32(nil), tree.list[i].class...)
	tree.list[i].class[layer] = class
	b.around(i, func(d *draft, _ bool) { d.moved = true })
	return nil
}

func (e Put) do(b *batch) error {
	r, ward, err := b.row(e.Person)
	if err != nil {
		return err
	}
	if b.next.home(r.no) < 0 {
		return b.add(ward, r)
	}
	d, i, err := b.person(e.ID)
	if err != nil {
		return err
	}
	if d.ward.area == ward && d.livesAt(i, r) {
		d.replace(i, r)
		return nil
	}
	d.takeApart(b.ids)
	d.remove(i)
	return b.add(ward, r)
}

func (e Remove) do(b *batch) error {
	d, i, err := b.person(e.ID)
	if err != nil {
		return err
	}
	d.takeApart(b.ids)
	b.where(d.rows[i].no, -1)
	d.remove(i)
	return nil
}

func (e Move) do(b *batch) error {
	d, i, err := b.person(e.ID)
	if err != nil {
		return err
	}
	d.takeApart(b.ids)
	r := d.rows[i]
	ward, area, err := b.place(e.Ward, e.Area, e.Walk)
	if err != nil {
		return err
	}
	d.remove(i)
	r.area, r.walk, r.household = area, e.Walk, e.Household
	return b.add(ward, r)
}

func (e SetBirth) do(b *batch) error {
	first, last, err := e.Birth.values()
	if err != nil {
		return err
	}
	d, i, err := b.person(e.ID)
	if err != nil {
		return err
	}
	d.born(i, first, last)
	return nil
}

func (e SetSex) do(b *batch) error {
	v, err := b.next.lists[sexColumn].one(e.Sex)
	return b.set(e.ID, sexColumn, v, err)
}

func (e SetResidence) do(b *batch) error {
	v, err := b.next.lists[residenceColumn].one(e.Residence)
	return b.set(e.ID, residenceColumn, v, err)
}

func (e SetOccupations) do(b *batch) error {
	v, err := b.next.lists[occupationsColumn].several(e.Occupations)
	return b.set(e.ID, occupationsColumn, v, err)
}

func (e SetPriorities) do(b *batch) error {
	v, err := b.next.lists[prioritiesColumn].several(e.Priorities)
	return b.set(e.ID, prioritiesColumn, v, err)
}

func (e SetSymptoms) do(b *batch) error {
	v, err := b.schema.dated(e.Since)
	return b.set(e.ID, symptomsColumn, v, err)
}

func (e SetArrival) do(b *batch) error {
	v, err := b.schema.dated(e.Day)
	return b.set(e.ID, arrivalColumn, v, err)
}

func (e Sampled) do(b *batch) error {
	day, err := b.schema.dated(On(e.Day))
	if err != nil {
		return err
	}
	d, i, err := b.person(e.ID)
	if err != nil {
		return err
	}
	if was := d.at(i, lastSampleColumn); !was.known || was.code < day.code {
		d.set(i, lastSampleColumn, day)
	}
	if e.Round == "" {
		return nil
	}
	round, err := b.next.rounds.number(e.Round, maxRounds)
	if err != nil {
		return err
	}
	c := fixedColumns + round
	d.set(i, c, value{min(MaxCount, d.at(i, c).code+1), true})
	return nil
}

func (e Dosed) do(b *batch) error {
	day, err := b.schema.dated(On(e.Day))
	if err != nil {
		return err
	}
	d, i, err := b.person(e.ID)
	if err != nil {
		return err
	}
	if was := d.at(i, lastDoseColumn); !was.known || was.code < day.code {
		d.set(i, lastDoseColumn, day)
	}
	if was := d.at(i, dosesColumn); was.known {
		d.set(i, dosesColumn, value{min(MaxCount, was.code+1), true})
	}
	return nil
}

func (e DropRound) do(b *batch) error {
	for i, name := range b.next.rounds {
		if name == e.Round {
			return b.dropRound(i)
		}
	}
	return nil
}
