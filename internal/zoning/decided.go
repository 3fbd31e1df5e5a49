package zoning

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
)

// Decided is a decision that was taken about an area itself, also one that left
// nothing behind: a lifting, a ruling.
type Decided struct {
	Record Record `json:"record"`
	Basis  Basis  `json:"basis"`
}

// Decisions are those about an area itself, the newest first. Of a document
// that the actor may not read neither name nor reason is told.
func (s *Service) Decisions(ctx context.Context, by auth.Actor, area string) ([]Decided, error) {
	return read(ctx, s, by, func(tx *db.Tx) (out []Decided, err error) {
		a, err := AreaIn(tx, area)
		if err != nil {
			return nil, err
		}
		var records []Record
		err = tx.Select(&records, `SELECT seq, at, wall, what, unit_path, plan, document, clause, reason, by_name, by_title FROM zone_record r
			WHERE seq IN (SELECT recorded FROM zone WHERE area = $1)
			OR seq IN (SELECT seq FROM zone_ruling WHERE SUBSTR($2, 1, LENGTH(unit_path)) = unit_path)
			ORDER BY seq DESC LIMIT 100`, a.ID, a.UnitPath)
		if err != nil {
			return nil, err
		}
		may := func(d directive.Document) (bool, error) { return directive.MayRead(by, tx, d.ID) }
		for _, r := range records {
			x := Decided{Record: r}
			if r.Document != "" {
				if x.Basis, err = s.board.basis(tx, Value{Document: r.Document, Clause: r.Clause}, may); err != nil {
					return nil, err
				}
				if x.Basis.Document == "" {
					x.Record.Document, x.Record.Clause, x.Record.Reason = "", "", ""
				}
			}
			out = append(out, x)
		}
		return out, nil
	})
}
