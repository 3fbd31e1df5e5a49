package task

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
)

// Given tells which proposals of a document have become which task: the bundle
// where several offices got it. What was recalled is not given.
func (s *Service) Given(ctx context.Context, by auth.Actor, document string) (map[string]string, error) {
	if !by.Anywhere(auth.TaskRead) {
		return nil, by.Require(auth.TaskRead, by.UnitPath, auth.Internal)
	}
	var rows []struct {
		Proposal string `db:"proposal"`
		ID       string `db:"id"`
		Path     string `db:"path"` // scanned only because it orders the rows
	}
	err := s.store.Read(ctx, func(tx *db.Tx) error {
		return tx.Select(&rows, `SELECT proposal, id, path FROM task
			WHERE document = $1 AND proposal <> '' AND recalled = 0 ORDER BY LENGTH(path) DESC, id`, document)
	})
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.Proposal] = r.ID // the shortest path, the root of the work, comes last
	}
	return out, err
}
