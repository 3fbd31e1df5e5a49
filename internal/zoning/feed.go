package zoning

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// Move is a value that a decision gave some areas from a moment on: what
// others are alerted of.
type Move struct {
	Record  Record         `json:"record"`
	N       int            `json:"n"` // within the decision, from 1
	Layer   Layer          `json:"layer"`
	From    instant.Micros `json:"from"`
	To      instant.Micros `json:"to"`
	Value   Value          `json:"value"`
	Areas   []Area         `json:"areas"`
	Revoked *Record        `json:"revoked,omitempty"` // the decision that took all of it back before it began
}

// Moves lists what the newest decisions brought, the newest first.
func (s *Service) Moves(ctx context.Context, limit int) (out []Move, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		var records []Record
		err := tx.Select(&records, "SELECT "+recordColumns+` FROM zone_record WHERE what IN ('enacted', 'urgent', 'lifted', 'corrected')
			ORDER BY seq DESC LIMIT $1`, limit)
		if err != nil {
			return err
		}
		for _, r := range records {
			moves, err := s.moves(tx, r)
			if err != nil {
				return err
			}
			out = append(out, moves...)
		}
		return nil
	})
	return out, err
}

// MovesOf lists what one decision brought.
func (s *Service) MovesOf(ctx context.Context, seq int64) (out []Move, err error) {
	r, ok := s.board.Record(seq)
	if !ok {
		return nil, nil
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		out, err = s.moves(tx, r)
		return err
	})
	return out, err
}

func (s *Service) moves(tx *db.Tx, r Record) (out []Move, err error) {
	var rows []row
	err = tx.Select(&rows, "SELECT "+rowColumns+" FROM zone WHERE recorded = $1 ORDER BY valid_from, layer, area", r.Seq)
	if err != nil {
		return nil, err
	}
	places := map[string]int{}
	closed := map[int]int64{} // the earliest end of belief in a move, 0 when part of it is still believed
	for _, x := range rows {
		m := Move{Record: r, Layer: x.Layer, From: instant.Micros(x.From), To: instant.Micros(x.To)}
		if err := json.Unmarshal([]byte(x.Value), &m.Value); err != nil {
			return nil, err
		}
		a, ok := s.board.Area(x.Area)
		// What the decision cut in pieces but did not change is no news.
		if !ok || m.Value.Inherits() && r.What != Lifted || !r.says(m.Value) {
			continue
		}
		key := text([]any{x.Layer, x.From, x.To, x.Value})
		i, ok := places[key]
		if !ok {
			i, places[key] = len(out), len(out)
			m.N = i + 1
			out, closed[i] = append(out, m), x.Closed
		}
		out[i].Areas = append(out[i].Areas, a)
		closed[i] = max(closed[i], x.Closed)
	}
	for i := range out {
		out[i].Revoked = s.revoked(out[i], closed[i])
		slices.SortFunc(out[i].Areas, func(a, b Area) int { return cmp.Compare(a.ID, b.ID) })
	}
	return out, nil
}

// says tells whether a value is the decision's own, and not the rest of one
// that it cut in pieces.
func (r Record) says(v Value) bool {
	return r.What == Lifted && v.Inherits() || v.Document == r.Document && (r.What != Enacted || v.Plan != "")
}

// revoked is the decision by which a move was taken back before it began.
func (s *Service) revoked(m Move, closed int64) *Record {
	if closed == openEnd {
		return nil
	}
	if r, ok := s.board.Record(closed); ok && r.At < m.From {
		return &r
	}
	return nil
}
