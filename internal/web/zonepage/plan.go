package zonepage

import (
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

type myPlansPage struct{ Plans []zoning.Plan }

func (p Parts) myPlans(r *web.Request) error {
	plans, err := p.Zones.PlansOf(r.Context(), r.By, r.By.UnitPath)
	if err != nil {
		return err
	}
	return r.Render("zone/plans", myPlansPage{plans})
}
