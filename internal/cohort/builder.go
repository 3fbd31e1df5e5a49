package cohort

import (
	"errors"

	"phaodai/internal/fault"
)

// Builder loads a whole population. People come ward by ward, as a query with
// ORDER BY ward gives them; then only one ward at a time is held twice. A ward
// that comes again is taken apart again, which is right but slow.
type Builder struct {
	b    *batch
	ward int32 // whose people come now, -1 none yet
	home int   // its number
	rows []row
}

// NewBuilder begins with nobody.
func NewBuilder(s Schema) (*Builder, error) {
	p, err := New(s)
	if err != nil {
		return nil, err
	}
	b := newBatch(p.View())
	b.ownAreas()
	return &Builder{b: b, ward: -1}, nil
}

// Area makes an area, wider ones before those in them. All areas and classes
// come before the first person.
func (l *Builder) Area(a PutArea) error { return l.before(a) }

// Class says what an area is on a layer.
func (l *Builder) Class(c SetClass) error { return l.before(c) }

func (l *Builder) before(e Edit) error {
	if l.ward >= 0 {
		return errors.New("cohort: areas and classes are loaded before people")
	}
	return e.do(l.b)
}

// Add adds a person.
func (l *Builder) Add(p Person) error {
	r, ward, err := l.b.row(p)
	if err != nil {
		return err
	}
	if l.b.next.home(r.no) >= 0 {
		return fault.New(fault.Conflict, "cohort.person_twice", "ID", p.ID.String())
	}
	if ward != l.ward {
		l.flush()
		if l.home, err = l.b.home(ward); err != nil {
			return err
		}
		l.ward = ward
	}
	l.b.where(r.no, l.home)
	l.rows = append(l.rows, r)
	return nil
}

// flush makes a ward of the people who came.
func (l *Builder) flush() {
	if len(l.rows) == 0 {
		return
	}
	w := &l.b.next.wards[l.home]
	*w = newWard(l.ward, append(l.rows, (*w).rows(l.b.ids)...), l.b.next.areas)
	l.rows = l.rows[:0]
}

// Population is what was loaded, as of a place in the change log. The builder
// is not used again.
func (l *Builder) Population(at Position) (*Population, error) {
	l.flush()
	l.b.next.at = at
	view, err := l.b.finish()
	if err != nil {
		return nil, err
	}
	p := &Population{}
	p.view.Store(view)
	return p, nil
}
