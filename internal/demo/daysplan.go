package demo

import (
	"phaodai/internal/auth"
	"phaodai/internal/instant"
	"phaodai/internal/zoning"
)

// fill marks the areas for which the criteria lack numbers, and gives the
// stricter ones their gates.
func (t *story) fill(by auth.Actor, plan string) {
	var v zoning.PlanView
	t.do("look at the plan", func() (err error) {
		v, err = t.s.Zoning.Plan(t.ctx, by, plan)
		return err
	})
	for i, l := range v.Lines {
		m := zoning.MarkInput{Plan: plan, Area: l.Area.ID, Class: l.Mark.Class, Bundle: l.Mark.Bundle, Additions: l.Mark.Additions,
			Gates: l.Mark.Gates, Person: l.Mark.Person, Reason: l.Mark.Reason}
		switch {
		case m.Class == "": // a market: the ward looks for itself
			m.Class, m.Gates, m.Person, m.Reason = "A02", 1, by.Name, "Nơi đông người, phường tự xét"
		case m.Class == "A01" && m.Gates == 0 && i%4 == 0:
			m.Gates, m.Person = 1, by.Name
		default:
			continue
		}
		t.do("mark "+l.Area.Name, func() error {
			_, err := t.s.Zoning.Mark(t.ctx, by, m)
			return err
		})
	}
}

// opinions of the departments that are asked; what their players said stays.
func (t *story) opinions(d *Days) {
	for login, field := range map[string]zoning.Field{"phongyte": zoning.Health, "phongkinhte": zoning.Economy, "phongqldt": zoning.Urban} {
		by := t.as(login, At(8, 9, 0))
		review := t.review(d, by)
		for _, r := range review.Rows {
			if r.Plan.State != zoning.Submitted || r.Opinions[field] != nil {
				continue
			}
			in := zoning.OpinionInput{Plan: r.Plan.ID, Number: r.Plan.Number, Field: field, Agrees: true}
			if field == zoning.Economy && r.Unit.Code == "00136" {
				in.Agrees, in.Text = false, "Chưa có phương án cung ứng hàng hóa cho các tổ thuộc khu vực 01."
			}
			t.do("opinion", func() error {
				_, err := t.s.Zoning.Opine(t.ctx, by, in)
				return err
			})
		}
	}
}

func (t *story) review(d *Days, by auth.Actor) (v zoning.Review) {
	t.do("review", func() (err error) {
		v, err = t.s.Zoning.Review(t.ctx, by, d.Round)
		return err
	})
	return v
}

// approve drafts the decision on all plans that were sent, and issues it.
func (t *story) approve(d *Days, now instant.Micros) {
	by := t.as("chanhvp.ubnd", now)
	var plans []string
	for _, r := range t.review(d, by).Rows {
		if r.Plan.State == zoning.Submitted {
			plans = append(plans, r.Plan.ID)
		}
	}
	if t.err != nil || len(plans) == 0 {
		return
	}
	var document string
	t.do("decision", func() error {
		doc, err := t.s.Zoning.Decide(t.ctx, by, zoning.DecideInput{Round: d.Round, Plans: plans, Signer: t.people.Posts["chu-tich@ubnd"]})
		document = doc.ID
		return err
	})
	t.out(document, now.Add(20*60*1_000_000_000))
}
