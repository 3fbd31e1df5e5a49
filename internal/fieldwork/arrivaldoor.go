package fieldwork

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
)

// ArrivalDoors are the numbers of the households at whose doors newcomers of a
// ward were found, where one visit tells it.
func (s *Service) ArrivalDoors(ctx context.Context, by auth.Actor, path string) (map[string]string, error) {
	if err := by.Require(auth.PeopleKeep, path, auth.Personal); err != nil {
		return nil, err
	}
	var rows []struct {
		ID   string `db:"id"`
		Code string `db:"code"`
	}
	err := s.Store.Read(ctx, func(tx *db.Tx) error {
		rows = nil
		return tx.Select(&rows, `SELECT n.id, MAX(h.code) AS code FROM sampling_newcomer n JOIN visit v ON v.batch = n.batch AND v.at = n.at AND v.withdrawn = 0
			JOIN household h ON h.id = v.household WHERE n.unit_path = $1 AND n.resident = '' AND v.unit_path = $2 AND v.outcome IN ('arrived', 'ill')
			GROUP BY n.id HAVING COUNT(*) = 1`, path, path)
	})
	out := map[string]string{}
	for _, r := range rows {
		out[r.ID] = r.Code
	}
	return out, err
}
