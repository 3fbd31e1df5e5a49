package laboratory

import (
	"cmp"
	"maps"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/due"
	"phaodai/internal/inbox"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/sampling"
)

// Handle does the due work of tubes whose time runs out: the laboratory is told
// of those that are near their limit and of those that are over it; of the
// latter, and of tubes that no laboratory has been sent, the health station too.
// Each tube is told of once.
func (s *Service) Handle(sweeper *due.Sweeper) {
	sweeper.Handle(sampling.ClockKind, s.alarm)
}

// pressed is a tube whose time runs out.
type pressed struct {
	Code       string         `db:"code"`
	Laboratory string         `db:"laboratory"`
	UnitPath   string         `db:"unit_path"`
	DueAt      instant.Micros `db:"due_at"`
}

func (s *Service) alarm(tx *db.Tx, item due.Item) error {
	tubes, err := pressedAt(tx, item)
	if err != nil {
		return err
	}
	over := item.Subject == sampling.ClockOver
	labs, wards := map[string][]pressed{}, map[string][]pressed{}
	for _, t := range tubes {
		if err := tx.Insert("lab_alarm", alarmRow{t.Code, item.Subject, item.At}); err != nil {
			return err
		}
		if t.Laboratory != "" {
			labs[t.Laboratory] = append(labs[t.Laboratory], t)
		}
		if over || t.Laboratory == "" {
			wards[t.UnitPath] = append(wards[t.UnitPath], t)
		}
	}
	for _, office := range slices.Sorted(maps.Keys(labs)) {
		if err := s.tellLaboratory(tx, office, item, labs[office]); err != nil {
			return err
		}
	}
	for _, path := range slices.Sorted(maps.Keys(wards)) {
		if err := s.tellStation(tx, path, item, wards[path]); err != nil {
			return err
		}
	}
	return nil
}

type alarmRow struct {
	Tube string         `db:"tube"`
	Step string         `db:"step"`
	At   instant.Micros `db:"at"`
}

// pressedAt are the tubes of an item of which nothing was said yet, the least
// time left first.
func pressedAt(tx *db.Tx, item due.Item) (out []pressed, err error) {
	from, to := instant.Micros(1), item.At+1
	if item.Subject == sampling.ClockSoon {
		from, to = item.At+1, item.At.Add(Soon+sampling.ClockGrain)
	}
	return out, tx.Select(&out, `SELECT code, laboratory, unit_path, due_at FROM tube t
		WHERE state IN ('filling', 'closed', 'sent', 'received') AND members > 0 AND due_at >= $1 AND due_at < $2
		AND NOT EXISTS (SELECT 1 FROM lab_alarm a WHERE a.tube = t.code AND a.step = $3) ORDER BY due_at, code`, int64(from), int64(to), item.Subject)
}

func (s *Service) tellLaboratory(tx *db.Tx, office string, item due.Item, tubes []pressed) error {
	o, err := org.OfficeIn(tx, office)
	if err != nil {
		return err
	}
	posts, err := org.PostsOf(tx, office, item.At)
	if err != nil {
		return err
	}
	posts = slices.DeleteFunc(posts, func(h org.PostHolder) bool { return !slices.Contains(h.Post.Roles, auth.Role("laboratory")) })
	return s.tell(tx, o.UnitPath, posts, item, tubes, "lab.notice."+item.Subject, "tube_queue")
}

func (s *Service) tellStation(tx *db.Tx, path string, item due.Item, tubes []pressed) error {
	posts, err := org.PostsWith(tx, path, org.HealthStation, "health_station", item.At)
	if err != nil {
		return err
	}
	return s.tell(tx, path, posts, item, tubes, "lab.notice.station_"+item.Subject, "tube")
}

// tell writes one message about all tubes into the inbox of each post.
func (s *Service) tell(tx *db.Tx, path string, posts []org.PostHolder, item due.Item, tubes []pressed, key, kind string) error {
	return s.send(tx, path, posts, inbox.Message{
		Kind: kind, Subject: tubes[0].Code, Key: key, At: item.At,
		Args: map[string]any{"Count": len(tubes), "Codes": named(tubes), "Due": tubes[0].DueAt},
	})
}

// send writes a message into the inbox of each post, once.
func (s *Service) send(tx *db.Tx, path string, posts []org.PostHolder, m inbox.Message) error {
	seen := map[string]bool{}
	for _, h := range posts {
		if seen[h.Post.ID] {
			continue
		}
		seen[h.Post.ID] = true
		m.ID, m.Post, m.Person = s.ids.New(), h.Post.ID, h.Person.ID
		if err := inbox.Send(tx, path, m); err != nil {
			return err
		}
	}
	return nil
}

// named are the first codes of tubes.
func named(tubes []pressed) (out string) {
	for i, t := range tubes {
		if i == 5 {
			return out + ", …"
		}
		out = cmp.Or(out, t.Code)
		if i > 0 {
			out += ", " + t.Code
		}
	}
	return out
}
