package zoning

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// PlanPaper is a document that was drafted from a plan.
type PlanPaper struct {
	Document string          `db:"document" json:"document"`
	At       instant.Micros  `db:"at" json:"at"`
	Symbol   string          `db:"-" json:"symbol,omitempty"`
	State    directive.State `db:"-" json:"state"`
}

// drafted keeps from which plan a document was drafted.
func drafted(tx *db.Tx, by auth.Actor, p Plan, document string) error {
	n, err := tx.Exec("INSERT INTO zone_plan_document (document, plan, at) VALUES ($1, $2, $3) ON CONFLICT (document) DO NOTHING", document, p.ID, int64(by.Now))
	if err != nil || n == 0 {
		return err
	}
	return note(tx, by, "plan", p.ID, p.UnitPath, "drafted", "document")
}

// planPapers are the documents drafted from a plan that the actor may read, the
// newest first.
func planPapers(tx *db.Tx, by auth.Actor, plan string) (out []PlanPaper, err error) {
	var all []PlanPaper
	if err := tx.Select(&all, "SELECT document, at FROM zone_plan_document WHERE plan = $1 ORDER BY at DESC, document DESC LIMIT 20", plan); err != nil {
		return nil, err
	}
	for _, x := range all {
		may, err := directive.MayRead(by, tx, x.Document)
		if err != nil {
			return nil, err
		}
		if !may {
			continue
		}
		d, err := directive.DocumentIn(tx, x.Document)
		if err != nil {
			return nil, err
		}
		x.Symbol, x.State = d.Symbol, d.State
		out = append(out, x)
	}
	return out, nil
}

// DraftedFrom is the plan from which a document was drafted, with the name of
// its ward; "" of any other document, and for who does not see plans.
func (s *Service) DraftedFrom(ctx context.Context, by auth.Actor, document string) (plan, ward string, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		var id string
		err := tx.Get(&id, "SELECT plan FROM zone_plan_document WHERE document = $1", document)
		if err == db.ErrNoRow {
			return nil
		}
		if err != nil {
			return err
		}
		p, err := PlanIn(tx, id)
		if err != nil || !by.Can(auth.ZoneRead, p.UnitPath, auth.Internal) {
			return err
		}
		u, err := org.UnitIn(tx, p.Unit)
		plan, ward = p.ID, u.Name
		return err
	})
	return plan, ward, err
}
