package zonepage

import (
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

type roundsPage struct{ Rounds []zoning.Round }

func (p Parts) rounds(r *web.Request) error {
	rounds, err := p.Zones.Rounds(r.Context(), r.By)
	if err != nil {
		return err
	}
	return r.Render("zone/rounds", roundsPage{rounds})
}
