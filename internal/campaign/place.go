package campaign

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/org"
)

// Places are the units over which the actor may make campaigns, from above.
func (s *Service) Places(ctx context.Context, by auth.Actor) (out []org.Unit, err error) {
	return out, s.store.Read(ctx, func(tx *db.Tx) error {
		seen := map[string]bool{}
		for _, p := range by.Paths(auth.CampaignManage, auth.Personal) {
			units, err := org.UnitsUnder(tx, p, "", by.Now)
			if err != nil {
				return err
			}
			for _, u := range units {
				if !seen[u.ID] && (u.Tier == "district" || u.Tier == "ward" || u.Path == p) {
					seen[u.ID] = true
					out = append(out, u)
				}
			}
		}
		return nil
	})
}
