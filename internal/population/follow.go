package population

import (
	"context"
	"maps"
	"slices"

	"phaodai/internal/cohort"
	"phaodai/internal/db"
	"phaodai/internal/instant"
)

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
	for _, h := range slices.Sorted(maps.Keys(households)) {
		var members []string
		if err := tx.Select(&members, "SELECT id FROM resident WHERE household = $1", h); err != nil {
			return nil, err
		}
		for _, r := range members {
			residents[r] = true
		}
	}
	for _, r := range slices.Sorted(maps.Keys(residents)) {
		e, err := s.edit(tx, r)
		if err != nil {
			return nil, err
		}
		edits = append(edits, e...)
	}
	return edits, nil
}

// edit is what makes of a resident what the database has.
func (s *Service) edit(tx *db.Tx, resident string) ([]cohort.Edit, error) {
	var rows []home
	if err := tx.Select(&rows, "SELECT "+homeColumns+homes+"WHERE r.id = $1", resident); err != nil {
		return nil, err
	}
	if len(rows) == 0 { // deleted, which only happens to who was gone before
		return nil, nil
	}
	r := rows[0]
	p, err := s.person(r)
	if err != nil {
		return nil, err
	}
	if r.To == instant.Forever {
		return []cohort.Edit{cohort.Put{Person: p}}, nil
	}
	if _, there := s.engine.View().Person(p.ID); there {
		return []cohort.Edit{cohort.Remove{ID: p.ID}}, nil
	}
	return nil, nil
}
