package task

import (
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/due"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/term"
)

// seed is work before it is anybody's task.
type seed struct {
	template     Task // what all of its tasks have in common
	ladder       []Step
	offices      []org.Office // one task each
	posts        []org.Post   // one task each, of their own offices
	coordinating []string
}

// from is who orders.
type from struct {
	office org.Office
	post   string
}

// plant makes the tasks of a seed under a parent (nil for none): one alone, or
// a bundle with one for each office and post. It returns the ids, a bundle
// before its children.
func (s *Service) plant(tx *db.Tx, by auth.Actor, sd seed, f from, parent *record) ([]string, error) {
	var ids []string
	n := len(sd.offices) + len(sd.posts)
	if n == 0 {
		return nil, fault.New(fault.Invalid, "task.no_office", "Item", sd.template.Item).At("offices", "task.no_office")
	}
	if n > 1 && parent == nil {
		bundle, err := s.put(tx, by, sd, f, f.office, "", Bundle, nil)
		if err != nil {
			return nil, err
		}
		ids, parent = append(ids, bundle.ID), &bundle
	}
	for _, o := range sd.offices {
		r, err := s.put(tx, by, sd, f, o, "", kindOf(sd.template), parent)
		if err != nil {
			return nil, err
		}
		ids = append(ids, r.ID)
	}
	for _, p := range sd.posts {
		o, err := org.OfficeIn(tx, p.Office)
		if err != nil {
			return nil, err
		}
		r, err := s.put(tx, by, sd, f, o, p.ID, kindOf(sd.template), parent)
		if err != nil {
			return nil, err
		}
		ids = append(ids, r.ID)
	}
	return ids, nil
}

func kindOf(t Task) Kind {
	if t.Cadence.Recurs() {
		return Series
	}
	return Work
}

// put makes one row of the tree, with its ladder, first period, message and
// search words.
func (s *Service) put(tx *db.Tx, by auth.Actor, sd seed, f from, o org.Office, post string, kind Kind, parent *record) (record, error) {
	if kind != Bundle {
		if err := org.InForce(tx, o, by.Now); err != nil {
			return record{}, err
		}
		if o.ID != f.office.ID {
			if err := by.Require(auth.TaskAssign, o.UnitPath, auth.Internal); err != nil {
				return record{}, err
			}
		}
	}
	r := record{Task: sd.template, ladder: sd.ladder}
	r.ID, r.Kind, r.Post = s.ids.New(), kind, post
	r.Office, r.OfficeLine, r.UnitPath = o.ID, string(o.Line), o.UnitPath
	r.FromOffice, r.FromPath, r.FromLine, r.FromPost = f.office.ID, f.office.UnitPath, string(f.office.Line), f.post
	r.Coordinating = orNone(sd.coordinating)
	r.Targets, r.Proof = orNone(r.Targets), orNone(r.Proof)
	r.Path = "/" + r.ID + "/"
	if parent != nil {
		r.Parent, r.Path = parent.ID, parent.Path+r.ID+"/"
	}
	r.State, r.CreatedAt, r.ChangedAt, r.ChangedBy = Assigned, by.Now, by.Now, by.Name
	return r, s.insert(tx, by, &r, o)
}

func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (s *Service) insert(tx *db.Tx, by auth.Actor, r *record, o org.Office) error {
	if err := s.lay(tx, r, by.Now); err != nil {
		return err
	}
	w := r.row()
	w.Version = 1
	if err := tx.Insert("task", w); err != nil {
		return err
	}
	r.Version = 1
	for _, c := range r.Coordinating {
		_, err := tx.Exec("INSERT INTO task_office (task, office) VALUES ($1, $2) ON CONFLICT (office, task) DO NOTHING", r.ID, c)
		if err != nil {
			return err
		}
	}
	if err := term.Index(tx, "task", r.ID, r.Title, r.Text, r.Item, o.Name, o.ShortName); err != nil {
		return err
	}
	if r.Kind == Series {
		if err := s.plan(tx, r, 1); err != nil {
			return err
		}
	}
	what := "assigned"
	if r.Kind == Period {
		what = "opened"
	}
	if err := happened(tx, by, r, note{what: what}); err != nil {
		return err
	}
	if r.Kind == Bundle || r.Kind == Period {
		return nil // the bundle's children and the series are told
	}
	to, err := s.receivers(tx, r, ToAssignee, by.Now)
	if err != nil {
		return err
	}
	_, err = s.tell(tx, by, r, to, "task.notice.assigned", map[string]any{"By": actorName(by)})
	return err
}

// plan schedules the opening of a period of a series, if the order reaches
// that far.
func (s *Service) plan(tx *db.Tx, r *record, number int) error {
	opens, deadline := s.period(r, number)
	if (!seriesEnd(r).IsZero() && deadline > seriesEnd(r)) || (seriesEnd(r).IsZero() && r.Cadence.MinTimes > 0 && number > r.Cadence.MinTimes) {
		return nil
	}
	return due.Schedule(tx, due.Item{Kind: periodKind, Subject: r.ID, Step: stepNumber(number), At: opens})
}

// seriesEnd is the moment after which no period ends, 0 for none.
func seriesEnd(r *record) instant.Micros {
	if !r.Until.IsZero() {
		return r.Until
	}
	return r.Deadline
}
