package population

import (
	"cmp"
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
	n, err := namedIn(tx, log)
	if err != nil {
		return nil, err
	}
	if n.places {
		areas, err := s.ground(tx)
		if err != nil {
			return nil, err
		}
		for _, a := range areas {
			edits = append(edits, a)
		}
	}
	who := slices.Sorted(maps.Keys(n.residents))
	rows, err := db.SelectIn[home](tx, "SELECT "+homeColumns+homes+"WHERE r.id IN ($in)", who)
	if err != nil {
		return nil, err
	}
	given, err := evidenceOf(tx, who)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b home) int { return cmp.Compare(a.ID, b.ID) })
	for _, r := range rows {
		e, err := s.edit(r, given[r.ID])
		if err != nil {
			return nil, err
		}
		edits = append(edits, e...)
	}
	return edits, nil
}

// logNames is what entries of the log are about.
type logNames struct {
	residents map[string]bool
	places    bool // households or areas came or went elsewhere
}

func namedIn(tx *db.Tx, log []db.Logged) (n logNames, err error) {
	n.residents = map[string]bool{}
	var households, batches, tubes, samples []string
	for _, c := range log {
		switch c.Kind {
		case "resident":
			n.residents[c.Subject] = true
		case "household":
			households, n.places = append(households, c.Subject), true
		case "zone":
			n.places = true
		case "sampling":
			batches = append(batches, c.Subject)
		case "sample":
			samples = append(samples, c.Subject)
		case "tube":
			tubes = append(tubes, c.Subject)
		}
	}
	for _, q := range []struct {
		query  string
		values []string
	}{
		{"SELECT id FROM resident WHERE household IN ($in)", households},
		{"SELECT DISTINCT resident FROM sample WHERE batch IN ($in)", batches},
		{"SELECT DISTINCT resident FROM sample WHERE tube IN ($in)", tubes},
		{"SELECT DISTINCT resident FROM sample WHERE id IN ($in)", samples},
	} {
		found, err := db.SelectIn[string](tx, q.query, slices.Compact(slices.Sorted(slices.Values(q.values))))
		if err != nil {
			return n, err
		}
		for _, r := range found {
			n.residents[r] = true
		}
	}
	return n, nil
}

// edit is what makes of a resident what the database has.
func (s *Service) edit(r home, e evidence) ([]cohort.Edit, error) {
	p, err := s.person(r, e)
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
