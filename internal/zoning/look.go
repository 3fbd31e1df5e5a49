package zoning

import (
	"context"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/measure"
	"phaodai/internal/org"
)

// Basis is the document on which a decision rests.
type Basis struct {
	Document string `json:"document,omitempty"` // id; "" of one that is not kept here, or not public
	Symbol   string `json:"symbol,omitempty"`
	Title    string `json:"title,omitempty"`
	Clause   string `json:"clause,omitempty"`
	Public   bool   `json:"public"`
}

// Said is what one layer says of an area, with all that stands behind it.
type Said struct {
	Layer  Layer  `json:"layer"`
	Class  Class  `json:"class"`
	Bundle string `json:"bundle,omitempty"`
	Short  string `json:"short,omitempty"` // badge of the measures: "CT 15+"
	Value  Value  `json:"value"`
	Area   Area   `json:"area"`   // whose decision it is: the area itself, or a wider one
	Record Record `json:"record"` // the decision
	Basis  Basis  `json:"basis"`
}

// Term is a regime with the time for which it holds and what it means.
type Term struct {
	From    instant.Micros `json:"from"`
	To      instant.Micros `json:"to"` // null: until another decision
	Said    []Said         `json:"said"`
	Rules   *Rules         `json:"rules"`
	Ruling  *Ruling        `json:"ruling,omitempty"`
	Changes []Change       `json:"changes,omitempty"` // from the term before, of a next term
	Same    int            `json:"same"`              // categories that stay
}

// Change is one thing that becomes different.
type Change = measure.Change

// Look is what holds in an area at a moment and what comes next.
type Look struct {
	Area  Area           `json:"area"`
	Units []org.Unit     `json:"units"` // from the province down
	At    instant.Micros `json:"at"`
	Known instant.Micros `json:"known"`           // what was believed at this moment
	Phone string         `json:"phone,omitempty"` // public number of the unit, or of the one above
	Now   Term           `json:"now"`
	Next  *Term          `json:"next,omitempty"`
}

// Asked is which area, when, and as known when.
type Asked struct {
	Area  string         // id or code
	At    instant.Micros // 0 is now
	Known instant.Micros // 0 is what is believed now
}

// Look tells an officer what holds in an area. Every officer may ask about
// every place: measures hold for all.
func (s *Service) Look(ctx context.Context, by auth.Actor, q Asked) (Look, error) {
	return read(ctx, s, by, func(tx *db.Tx) (Look, error) {
		return s.look(tx, by.Now, q, func(d directive.Document) (bool, error) { return directive.MayRead(by, tx, d.ID) })
	})
}

// Public tells anybody what holds in an area. Of documents that are not marked
// public nothing is told.
func (s *Service) Public(ctx context.Context, now instant.Micros, q Asked) (v Look, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		v, err = s.look(tx, now, q, func(d directive.Document) (bool, error) { return d.Public, nil })
		return err
	})
	return v, err
}

func (s *Service) look(tx *db.Tx, now instant.Micros, q Asked, may func(directive.Document) (bool, error)) (v Look, err error) {
	a, ok := s.board.Area(q.Area)
	if !ok {
		return v, fault.New(fault.NotFound, "zone.area_unknown", "ID", q.Area)
	}
	v.Area, v.At, v.Known = a, orNow(q.At, now), orNow(q.Known, now)
	held, ok := s.board.At(a.ID, v.At)
	if q.Known != 0 && ok {
		held, ok = s.board.AsOf(a.ID, v.At, q.Known)
	}
	if !ok {
		return v, fault.New(fault.NotFound, "zone.nothing_then", "Name", a.Name, "At", v.At, "Born", a.From)
	}
	if v.Units, err = org.UnitsAbove(tx, a.UnitPath); err != nil {
		return v, err
	}
	if line, ok, err := org.HotlineFor(tx, a.UnitPath, now); err != nil {
		return v, err
	} else if ok {
		v.Phone = line.Number
	}
	if v.Now, err = s.term(tx, held, may); err != nil || q.Known != 0 || held.To == instant.Forever {
		return v, err
	}
	next, _ := s.board.At(a.ID, held.To)
	t, err := s.term(tx, next, may)
	if err != nil {
		return v, err
	}
	t.Changes, t.Same = Library().Diff(held.Regime.Rules().Regime, next.Regime.Rules().Regime)
	v.Next = &t
	return v, nil
}

func (s *Service) term(tx *db.Tx, h Held, may func(directive.Document) (bool, error)) (Term, error) {
	t := Term{From: h.From, To: h.To, Rules: h.Regime.Rules(), Ruling: h.Regime.Ruling, Said: []Said{}}
	for _, st := range h.Regime.Deciding() {
		x := Said{Layer: st.Layer, Class: ClassOf(st.Layer, st.Value.Class), Value: *st.Value}
		x.Area, _ = s.board.Area(st.Area)
		x.Record, _ = s.board.Record(st.At)
		if b, ok := s.board.Bundle(st.Value.Bundle); ok {
			x.Bundle, x.Short = b.Title.Vi, b.Short
		}
		var err error
		if x.Basis, err = s.board.basis(tx, *st.Value, may); err != nil {
			return t, err
		}
		if !x.Basis.Public && x.Basis.Document == "" {
			x.Value.Document, x.Record.Document, x.Record.Reason = "", "", ""
		}
		t.Said = append(t.Said, x)
	}
	return t, nil
}

// basis names the document of a decision to those who may know of it.
func (b *Board) basis(tx *db.Tx, v Value, may func(directive.Document) (bool, error)) (Basis, error) {
	out := Basis{Symbol: v.Symbol, Clause: v.Clause}
	if v.Document == "" {
		if bundle, ok := b.Bundle(v.Bundle); ok && out.Symbol == "" {
			out.Symbol = bundle.Instrument
		}
		out.Public = true // a citation in words, as the decision itself prints it
		return out, nil
	}
	d, err := directive.DocumentIn(tx, v.Document)
	if err != nil {
		return out, err
	}
	ok, err := may(d)
	if err != nil || !ok {
		return Basis{}, err
	}
	return Basis{Document: d.ID, Symbol: d.Symbol, Title: d.Subject, Clause: v.Clause, Public: d.Public}, nil
}

// AreaView is the page of an area: its history, why, and what is known of it.
type AreaView struct {
	Look
	History []Term            `json:"history"` // the newest first
	Parts   []Area            `json:"parts"`
	Numbers map[string]Number `json:"numbers"`
	MayEdit bool              `json:"may_edit"`
	Decides bool              `json:"decides"` // may change what holds
}

// AreaPage returns an area with its whole history.
func (s *Service) AreaPage(ctx context.Context, by auth.Actor, q Asked) (AreaView, error) {
	return read(ctx, s, by, func(tx *db.Tx) (v AreaView, err error) {
		may := func(d directive.Document) (bool, error) { return directive.MayRead(by, tx, d.ID) }
		if v.Look, err = s.look(tx, by.Now, q, may); err != nil {
			return v, err
		}
		for _, h := range s.board.History(v.Area.ID) {
			t, err := s.term(tx, h, may)
			if err != nil {
				return v, err
			}
			v.History = append(v.History, t)
		}
		slices.Reverse(v.History)
		err = tx.Select(&v.Parts, "SELECT "+areaColumns+" FROM area WHERE parent = $1 ORDER BY sort_key, id", v.Area.ID)
		if err != nil {
			return v, err
		}
		numbers, err := numbersOf(tx, v.Area.UnitPath, v.At)
		v.Numbers = numbers[v.Area.ID]
		v.MayEdit = mayDraw(by, v.Area.UnitPath) && v.Area.Kind != UnitKind
		v.Decides = by.Can(auth.ZoneDecide, deciding(v.Area.UnitPath), auth.Internal)
		return v, err
	})
}

// Listed is an area in a list with what holds in it.
type Listed struct {
	Area   Area    `json:"area"`
	Regime *Regime `json:"-"`
	Held   Held    `json:"-"`
	Class  Class   `json:"class"` // on the layer asked for
}

// ListAt lists the areas of a subtree with what each layer says at a moment.
func (s *Service) ListAt(ctx context.Context, by auth.Actor, unitPath string, l Layer, at instant.Micros) ([]Listed, error) {
	return read(ctx, s, by, func(*db.Tx) ([]Listed, error) { return s.board.List(unitPath, l, orNow(at, by.Now)), nil })
}

// List lists the areas of a subtree with what holds at a moment.
func (b *Board) List(unitPath string, l Layer, at instant.Micros) []Listed {
	areas := b.Areas(unitPath, at)
	out := make([]Listed, 0, len(areas))
	for _, a := range areas {
		h, ok := b.At(a.ID, at)
		if !ok {
			continue
		}
		out = append(out, Listed{Area: a, Regime: h.Regime, Held: h, Class: ClassOf(l, h.Regime.Of(l).Value.Class)})
	}
	return out
}
