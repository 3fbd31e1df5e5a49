package zoning

import (
	"strconv"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/due"
	"phaodai/internal/inbox"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// Handle does the due work of switches: at the hour, who leads a unit in which
// something changes, and who leads the unit above, is told what changed. When a unit ends, its areas go over to those that come
// after it.
func (s *Service) Handle(sweeper *due.Sweeper, wall func() instant.Micros) {
	sweeper.Handle(SwitchKind, func(tx *db.Tx, item due.Item) error { return s.announce(tx, item, wall()) })
	sweeper.Handle(org.EndedKind, func(tx *db.Tx, item due.Item) error { return s.unitEnded(tx, item, wall()) })
}

func (s *Service) announce(tx *db.Tx, item due.Item, wall instant.Micros) error {
	seq, err := strconv.ParseInt(item.Subject, 10, 64)
	if err != nil {
		return err
	}
	var changed []struct {
		Unit  string `db:"unit"`
		Path  string `db:"unit_path"`
		Areas int    `db:"areas"`
	}
	// Rows of the decision that begin now and are still believed: a decision
	// that was taken back announces nothing.
	err = tx.Select(&changed, `SELECT a.unit, a.unit_path, COUNT(DISTINCT a.id) AS areas FROM zone z JOIN area a ON a.id = z.area
		WHERE z.recorded = $1 AND z.valid_from = $2 AND z.closed = $3 GROUP BY a.unit, a.unit_path ORDER BY a.unit_path`,
		seq, int64(item.At), openEnd)
	if err != nil {
		return err
	}
	for _, c := range changed {
		if err := s.tell(tx, c.Path, item.At, c.Areas); err != nil {
			return err
		}
		// Pages that show the unit are told, so that they renew themselves.
		err := tx.Changed(item.At, db.Change{Kind: "zone", Subject: item.Subject, Unit: c.Path, What: "switched"})
		if err != nil {
			return err
		}
	}
	return note(tx, auth.System(item.At, wall), "zone", item.Subject, "/", "switched", "value")
}

// tell sends one message to the head of the People's Committee of a unit.
func (s *Service) tell(tx *db.Tx, path string, at instant.Micros, areas int) error {
	offices, err := org.OfficesAt(tx, path, org.UBND, at)
	if err != nil || len(offices) == 0 {
		return err
	}
	h, ok, err := org.HeadOf(tx, offices[0].ID, at)
	if err != nil || !ok {
		return err
	}
	return inbox.Send(tx, path, inbox.Message{
		ID: s.ids.New(), Post: h.Post.ID, Person: h.Person.ID, Kind: "zone", Subject: offices[0].Unit, Key: "zone.notice.switched",
		Args: instant.Pack(map[string]any{"At": at, "Count": areas}), At: at,
	})
}
