package population

import (
	"context"
	"time"

	"phaodai/internal/cohort"
	"phaodai/internal/db"
	"phaodai/internal/identity"
	"phaodai/internal/instant"
)

func monthOf(b identity.Birth) time.Month { return time.Month(max(b.Month, 1)) }

// followed is how many entries of the log are taken at once.
const followed = 1000

// Follow takes what the change log has since the last time. What the engine
// refuses makes it load anew: the database is the truth.
func (s *Service) Follow(ctx context.Context) error {
	s.following.Lock()
	defer s.following.Unlock()
	for {
		log, err := s.store.Follow(ctx, db.Cursor(s.engine.View().At()), followed)
		if err != nil || len(log) == 0 {
			return err
		}
		if err := s.take(ctx, log); behind(err) {
			s.log.Warn("population: loading anew", "err", err)
			return s.load(ctx)
		} else if err != nil {
			return err
		}
		if len(log) < followed {
			return nil
		}
	}
}

// take applies entries as one change: each resident that they name is put as the
// database has him now.
func (s *Service) take(ctx context.Context, log []db.Logged) error {
	change := cohort.Change{At: cohort.Position(log[len(log)-1].Cursor)}
	err := s.store.Read(ctx, func(tx *db.Tx) (err error) {
		change.Edits, err = s.edits(tx, log)
		return err
	})
	if err != nil {
		return err
	}
	_, err = s.engine.Apply(change)
	return err
}

func (s *Service) edits(tx *db.Tx, log []db.Logged) (edits []cohort.Edit, err error) {
	residents, households := map[string]bool{}, map[string]bool{}
	places := false
	for _, c := range log {
		switch c.Kind {
		case "resident":
			residents[c.Subject] = true
		case "household":
			households[c.Subject], places = true, true
		case "zone":
			places = true
		}
	}
	if places {
		areas, err := s.ground(tx)
		if err != nil {
			return nil, err
		}
		for _, a := range areas {
			edits = append(edits, a)
		}
	}
	areas := map[string]bool{} // that are walked anew
	for id := range households {
		var at string
		if err := tx.Get(&at, "SELECT unit_path || '|' || area FROM household WHERE id = $1", id); err != nil && err != db.ErrNoRow {
			return nil, err
		}
		areas[at] = true
	}
	for id := range residents {
		e, err := s.edit(tx, id)
		if err != nil {
			return nil, err
		}
		edits = append(edits, e...)
	}
	return s.walked(tx, areas, edits)
}

// edit is what makes of a resident what the database has.
func (s *Service) edit(tx *db.Tx, id string) ([]cohort.Edit, error) {
	var rows []home
	if err := tx.Select(&rows, "SELECT "+homeColumns+homes+"WHERE r.id = $1", id); err != nil {
		return nil, err
	}
	if len(rows) == 0 { // deleted, which only happens to who was gone before
		return nil, nil
	}
	r := rows[0]
	if r.To != instant.Forever {
		if _, there := s.engine.View().Person(uint32(r.No)); there {
			return []cohort.Edit{cohort.Remove{No: uint32(r.No)}}, nil
		}
		return nil, nil
	}
	var door uint32
	err := tx.Get(&door, `SELECT COUNT(DISTINCT h.id) FROM household h JOIN resident r ON r.household = h.id AND r.valid_to = $1
		WHERE h.unit_path = $2 AND h.area = $3 AND (h.sort_key, h.id) <= ($4, $5)`, int64(instant.Forever), r.UnitPath, r.Area, r.HouseKey, r.Household)
	return []cohort.Edit{cohort.Put{Person: s.person(r, door)}}, err
}

// walked puts everybody of areas anew whose order of doors changed.
func (s *Service) walked(tx *db.Tx, areas map[string]bool, edits []cohort.Edit) ([]cohort.Edit, error) {
	for at := range areas {
		path, area := cut(at)
		var rows []home
		err := tx.Select(&rows, "SELECT "+homeColumns+homes+"WHERE h.unit_path = $1 AND h.area = $2 AND r.valid_to = $3 ORDER BY h.sort_key, h.id", path, area, int64(instant.Forever))
		if err != nil {
			return nil, err
		}
		w := &walker{}
		for _, r := range rows {
			edits = append(edits, cohort.Put{Person: s.person(r, w.step(r))})
		}
	}
	return edits, nil
}
