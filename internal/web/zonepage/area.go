package zonepage

import (
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

type areasPage struct{ Areas []zoning.Listed }

func (p Parts) list(r *web.Request) error {
	areas, err := p.Zones.ListAt(r.Context(), r.By, r.By.UnitPath, zoning.DistrictArea, 0)
	if err != nil {
		return err
	}
	return r.Render("zone/areas", areasPage{areas})
}
