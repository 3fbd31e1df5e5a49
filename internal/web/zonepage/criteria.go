package zonepage

import (
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

type schemesPage struct{ Schemes []zoning.Scheme }

func (p Parts) schemes(r *web.Request) error {
	schemes, err := p.Zones.Schemes(r.Context(), r.By)
	if err != nil {
		return err
	}
	return r.Render("zone/schemes", schemesPage{schemes})
}
