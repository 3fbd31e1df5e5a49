package task

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
)

// OpenOf counts the open tasks of a territory (a path), an office or a post: for
// whoever is about to end it. Who may read them is not asked, since it tells a
// number only; who may end it is.
func (s *Service) OpenOf(ctx context.Context, by auth.Actor, unitPath, office, post string) (n int, err error) {
	if err := by.Require(auth.OrgManage, unitPath, auth.Internal); err != nil {
		return 0, err
	}
	const open = "SELECT COUNT(*) FROM task WHERE recalled = 0 AND merged_into = '' AND kind <> 'bundle' AND live = 1 AND state IN " + openStates
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		switch {
		case post != "":
			return tx.Get(&n, open+" AND post = $1", post)
		case office != "":
			return tx.Get(&n, open+" AND office = $1", office)
		case unitPath != "":
			return tx.Get(&n, open+" AND unit_path >= $1 AND unit_path < $2", unitPath, end(unitPath))
		default:
			return fault.New(fault.Invalid, "input.check")
		}
	})
	return n, err
}
