package cohort

import (
	"fmt"
	"sync"
	"sync/atomic"

	"phaodai/internal/fault"
)

// Change is what one entry of the change log did. It is taken whole or not at
// all, and once: a Change at or before the place reached is left out.
type Change struct {
	At    Position
	Edits []Edit
}

// Population is the current view and the one who changes it. It may be used by
// many goroutines; Apply waits for another Apply, reading waits for nothing.
type Population struct {
	one  sync.Mutex
	view atomic.Pointer[View]
}

// New is a population of nobody.
func New(s Schema) (*Population, error) {
	if len(s.Layers) > maxLayers {
		return nil, fmt.Errorf("cohort: %d layers, at most %d", len(s.Layers), maxLayers)
	}
	p := &Population{}
	p.view.Store(&View{schema: s, areas: &areas{layers: len(s.Layers), number: map[string]int32{}}, classes: names{""}, roll: newRoll()})
	return p, nil
}

// View is the population as it is now.
func (p *Population) View() *View { return p.view.Load() }

// Set takes edits that no entry of the log brings but the clock: classes of areas
// at the hour at which they switch. The place in the log stays.
func (p *Population) Set(edits ...Edit) error {
	p.one.Lock()
	defer p.one.Unlock()
	b := newBatch(p.View())
	for _, e := range edits {
		if err := e.do(b); err != nil {
			return err
		}
	}
	view, err := b.finish()
	if err == nil {
		p.view.Store(view)
	}
	return err
}

// Apply takes changes in the order of the log, all of them or, with an error,
// none. Who reads sees them all at once. It says how many were new.
func (p *Population) Apply(changes ...Change) (int, error) {
	p.one.Lock()
	defer p.one.Unlock()
	b, n := newBatch(p.View()), 0
	for _, c := range changes {
		if !c.At.After(b.next.at) {
			continue
		}
		for _, e := range c.Edits {
			if err := e.do(b); err != nil {
				return 0, fault.Wrap(err, fault.KindOf(err), "cohort.change_refused", "Xid", c.At.Xid, "Seq", c.At.Seq)
			}
		}
		b.next.at = c.At
		n++
	}
	if n == 0 {
		return 0, nil
	}
	view, err := b.finish()
	if err != nil {
		return 0, err
	}
	p.view.Store(view)
	return n, nil
}
