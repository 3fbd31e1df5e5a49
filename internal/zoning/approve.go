package zoning

import (
	"context"
	"fmt"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/due"
	"phaodai/internal/instant"
	"phaodai/internal/task"
)

// DecideInput begins the approval of plans: a decision is drafted for
// signature, with its annex.
type DecideInput struct {
	Key    string   `json:"key,omitempty"`
	Round  string   `json:"round,omitempty"`
	Plans  []string `json:"plans"`
	Signer string   `json:"signer"` // post
}

// Decide drafts the decision that approves plans. They apply when it is issued
// with its number; until then they wait, and may be taken out again.
func (s *Service) Decide(ctx context.Context, by auth.Actor, in DecideInput) (directive.Document, error) {
	texts, err := s.decisionText(ctx, by, in)
	if err != nil {
		return directive.Document{}, err
	}
	doc, err := s.directive.Write(ctx, by, directive.DraftInput{
		Key: in.Key, Kind: "QĐ", Subject: texts.subject, Text: texts.body, SignerPost: in.Signer, Issuer: texts.issuer,
		Addressees: texts.to, Recipients: texts.copies,
	})
	if err != nil {
		return doc, err
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (directive.Document, error) {
		for _, id := range in.Plans {
			if err := bindPlan(tx, by, in.Round, id, doc.ID); err != nil {
				return doc, err
			}
		}
		return doc, nil
	})
}

// bindPlan puts a submitted plan under a decision.
func bindPlan(tx *db.Tx, by auth.Actor, round, id, decision string) error {
	p, err := takePlan(tx, id, 0)
	if err != nil {
		return err
	}
	r, err := RoundIn(tx, p.Round)
	if err != nil {
		return err
	}
	if err := by.Require(auth.ZoneApprove, r.UnitPath, auth.Internal); err != nil {
		return err
	}
	if p.Round != round {
		return invalid().At("plans", "zone.choose")
	}
	if p.State != Submitted {
		return wrongState(p)
	}
	p.State, p.Decision = Deciding, decision
	return savePlan(tx, by, &p, "to_sign", "")
}

// Unbind takes a plan out of a decision that is not issued yet.
func (s *Service) Unbind(ctx context.Context, by auth.Actor, in StepInput) (Plan, error) {
	return s.step(ctx, by, in, auth.ZoneApprove, "unbound", Deciding, func(p *Plan) { p.State, p.Decision = Submitted, "" })
}

// Issued is called in the transaction that issues a document: plans that it
// approves apply from their hour, criteria that it carries are in force.
func (s *Service) Issued(tx *db.Tx, by auth.Actor, d directive.Document) error {
	if err := s.issueScheme(tx, by, d); err != nil {
		return err
	}
	var plans []Plan
	err := tx.Select(&plans, "SELECT "+planColumns+" FROM zone_plan WHERE decision = $1 AND state = $2 ORDER BY unit_path", d.ID, string(Deciding))
	if err != nil || len(plans) == 0 {
		return err
	}
	r, err := RoundIn(tx, plans[0].Round)
	if err != nil {
		return err
	}
	rec, err := begin(tx, by, Record{What: Enacted, UnitPath: r.UnitPath, Document: d.ID})
	if err != nil {
		return err
	}
	for i := range plans {
		if err := s.enact(tx, by, rec, r, &plans[i], d); err != nil {
			return err
		}
	}
	if err := approvalEvidence(tx, by, r, d.ID); err != nil {
		return err
	}
	return s.switched(tx, by, rec, plans[0].StartsAt, plans[0].ID)
}

// enact splices a plan into the timelines of its areas. A decision that comes
// after the hour applies from its issue on: nothing applies backwards.
func (s *Service) enact(tx *db.Tx, by auth.Actor, rec Record, r Round, p *Plan, d directive.Document) error {
	marks, err := marksOf(tx, p.ID)
	if err != nil {
		return err
	}
	if err := supersede(tx, by, rec, r, *p); err != nil {
		return err
	}
	p.StartsAt = max(p.StartsAt, rec.At)
	areas, err := AreasOf(tx, p.UnitPath, by.Now)
	if err != nil {
		return err
	}
	for _, a := range areas {
		m, ok := marks[a.ID]
		if !ok || m.Class == "" {
			continue // drawn after the plan was submitted: it keeps what holds around it
		}
		v := Value{Class: m.Class, Scheme: r.Scheme, Version: p.SchemeVersion, Bundle: m.Bundle, Additions: m.Additions,
			Document: d.ID, Symbol: d.Symbol, Plan: p.ID}
		if err := say(tx, rec, Say{a.ID, r.Layer, p.StartsAt, instant.Forever, v}); err != nil {
			return err
		}
	}
	if err := s.enactRest(tx, rec, r, *p, marks, d); err != nil {
		return err
	}
	p.State, p.ApprovedAt = Approved, by.Now
	if err := savePlan(tx, by, p, "approved", ""); err != nil {
		return err
	}
	return planEvidence(tx, by, r, *p, task.EvidenceAccepted, "Đã phê duyệt tại "+citation(d)+".")
}

// supersede takes back earlier plans of the ward on the layer that have not
// begun: what was believed before them holds until the new one starts. Plans
// that have begun simply end when it does.
func supersede(tx *db.Tx, by auth.Actor, rec Record, r Round, p Plan) error {
	var earlier []Plan
	err := tx.Select(&earlier, "SELECT "+planColumns+` FROM zone_plan WHERE unit = $1 AND state = $2 AND id <> $3
		AND round IN (SELECT id FROM zone_round WHERE layer = $4)`, p.Unit, string(Approved), p.ID, string(r.Layer))
	if err != nil {
		return err
	}
	for _, old := range earlier {
		if old.StartsAt > rec.At {
			if err := takeBack(tx, rec, r.Layer, old); err != nil {
				return err
			}
		}
		old.State = Superseded
		if err := savePlan(tx, by, &old, "superseded", ""); err != nil {
			return err
		}
	}
	return nil
}

// takeBack puts what was believed before a plan in its place again, where the
// plan is still what is believed.
func takeBack(tx *db.Tx, rec Record, layer Layer, old Plan) error {
	var rows []row
	err := tx.Select(&rows, "SELECT "+rowColumns+` FROM zone WHERE layer = $1 AND closed = $2
		AND area IN (SELECT id FROM area WHERE unit = $3) ORDER BY area, valid_from`, string(layer), openEnd, old.Unit)
	if err != nil {
		return err
	}
	for _, x := range rows {
		l, err := x.line()
		if err != nil {
			return err
		}
		if l.Value.Plan != old.ID {
			continue
		}
		before, err := without(tx, x, old)
		if err != nil {
			return err
		}
		for _, b := range before {
			if err := say(tx, rec, Say{x.Area, layer, b.From, b.To, b.Value}); err != nil {
				return err
			}
		}
	}
	return nil
}

// switched schedules the notices of a switch and ends the decision.
func (s *Service) switched(tx *db.Tx, by auth.Actor, r Record, at instant.Micros, subject string) error {
	if at >= by.Now {
		item := due.Item{Kind: SwitchKind, Subject: fmt.Sprint(r.Seq), Step: "start", At: at}
		if err := due.Schedule(tx, item); err != nil {
			return err
		}
	}
	return s.noted(tx, by, r, "zone", subject)
}

// SwitchKind is the due work of a switch: its notices.
const SwitchKind = "zone_switch"
