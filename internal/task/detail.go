package task

import (
	"context"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/inbox"
	"phaodai/internal/instant"
)

// Task gives one task with everything that belongs to it and that the actor
// may see.
func (s *Service) Task(ctx context.Context, by auth.Actor, id string) (out Detail, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		r, err := readableTask(tx, by, id)
		if err != nil {
			return err
		}
		sc, err := scopeOf(tx, by)
		if err != nil {
			return err
		}
		b := detailer{s: s, tx: tx, sc: sc, dealer: newDealer(tx, sc), r: r}
		out, err = b.detail()
		return err
	})
	return out, err
}

// detailer collects a Detail.
type detailer struct {
	s      *Service
	tx     *db.Tx
	sc     *scope
	dealer *dealer
	r      record
}

func (b *detailer) detail() (Detail, error) {
	cards, err := b.dealer.deal([]record{b.r})
	if err != nil {
		return Detail{}, err
	}
	d := Detail{Card: cards[0], Steps: planned(&b.r, b.sc.by.Now), Ladder: b.r.steps()}
	for _, fill := range []func(*Detail) error{
		b.family, b.reports, b.books, b.notices, b.likely, b.words, b.progress,
	} {
		if err := fill(&d); err != nil {
			return d, err
		}
	}
	return d, nil
}

// family is what stands above, below and behind the task.
func (b *detailer) family(d *Detail) error {
	above := strings.Split(strings.Trim(b.r.Path, "/"), "/")
	ancestors, err := loadAll(b.tx, above[:len(above)-1])
	if err != nil {
		return err
	}
	var line []record
	for _, id := range above[:len(above)-1] {
		if a := ancestors[id]; a.ID != "" && b.sc.reads(a.Task) {
			line = append(line, a)
		}
	}
	if d.Ancestors, err = b.dealer.deal(line); err != nil {
		return err
	}
	children, err := find(b.tx, "t.parent = $1 AND t.recalled = 0 ORDER BY t.number DESC, t.unit_path, t.id LIMIT 300", b.r.ID)
	if err != nil {
		return err
	}
	children = slices.DeleteFunc(children, func(c record) bool { return !b.sc.reads(c.Task) })
	if d.Children, err = b.dealer.deal(children); err != nil {
		return err
	}
	merged, err := sources(b.tx, b.r.ID)
	if err != nil {
		return err
	}
	d.Merged, err = b.dealer.deal(merged)
	return err
}

func (b *detailer) reports(d *Detail) (err error) {
	if d.Reports, err = reports(b.tx, b.r.ID); err != nil {
		return err
	}
	if len(d.Reports) > 0 {
		now := latest(d.Reports)
		d.Report = &now
	}
	d.Extensions, err = extensions(b.tx, b.r.ID)
	return err
}

// books is the history.
func (b *detailer) books(d *Detail) error {
	var rows []eventRow
	err := b.tx.Select(&rows, `SELECT task, at, what, before, after, person, post, title, note, data FROM task_event
		WHERE task = $1 ORDER BY seq DESC LIMIT 500`, b.r.ID)
	if err != nil {
		return err
	}
	d.History = make([]Event, len(rows))
	for i, w := range rows {
		d.History[i] = Event{At: w.At, What: w.What, Before: w.Before, After: w.After, By: w.Person, Title: w.Title, Note: w.Note, Data: w.Data}
		if w.What == string(ActAccept) && d.Acceptance == "" {
			d.Acceptance = actorName(auth.Actor{Name: w.Person, PostTitle: w.Title})
		}
	}
	return nil
}

// notices are the messages about the task, with who read and acknowledged them.
func (b *detailer) notices(d *Detail) error {
	messages, err := inbox.About(b.tx, subjectKind, b.r.ID)
	if err != nil {
		return err
	}
	d.Notices = make([]Notice, len(messages))
	for i, m := range messages {
		title, err := b.dealer.post(m.Post)
		if err != nil {
			return err
		}
		d.Notices[i] = Notice{
			ID: m.ID, Post: m.Post, PostTitle: title, Key: m.Key, Args: m.Args, At: m.At,
			ReadAt: m.ReadAt, AcknowledgedAt: m.AcknowledgedAt, AcknowledgedBy: m.AcknowledgedBy,
		}
	}
	return nil
}

func (b *detailer) likely(d *Detail) error {
	found, scores, err := b.s.likely(b.tx, b.sc, b.r)
	if err != nil {
		return err
	}
	cards, err := b.dealer.deal(found)
	if err != nil {
		return err
	}
	d.Likely = make([]Likely, len(cards))
	for i, c := range cards {
		d.Likely[i] = Likely{Card: c, Score: scores[i]}
	}
	slices.SortStableFunc(d.Likely, func(a, b Likely) int { return int(min(max((b.Score-a.Score)*1e6, -1), 1)) })
	return nil
}

// words are the names of the coordinating offices and, where the actor may
// read the document, the clause as it stands there.
func (b *detailer) words(d *Detail) error {
	if err := b.dealer.learn(unique(b.r.Coordinating)); err != nil {
		return err
	}
	d.CoordinatingNames = []string{}
	for _, o := range b.r.Coordinating {
		d.CoordinatingNames = append(d.CoordinatingNames, name(b.dealer.offices[o]))
	}
	if b.r.Document == "" {
		return nil
	}
	var err error
	if d.MayReadDocument, err = directive.MayRead(b.sc.by, b.tx, b.r.Document); err != nil || !d.MayReadDocument || b.r.Clause == "" {
		return err
	}
	clause, err := directive.ClauseIn(b.tx, b.r.Clause)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	d.ClauseText = clause.Text
	return err
}

// progress counts what was handed on.
func (b *detailer) progress(d *Detail) error {
	t, err := grow(b.tx, b.sc.by.Now, "t.path >= $1 AND t.path < $2 AND t.recalled = 0", b.r.Path, end(b.r.Path))
	if err != nil {
		return err
	}
	switch {
	case b.r.Kind == Series:
		p := t.count([]node{t.nodes[b.r.ID]})
		d.Progress = &p
	case len(t.children[b.r.ID]) > 0:
		p := t.below(b.r.ID)
		d.Progress = &p
	}
	return nil
}

// Today gives what the actor's post and office must do: what is due by the end
// of the day first, because it can still be met, then what is overdue, then
// what comes.
func (s *Service) Today(ctx context.Context, by auth.Actor) (out Today, err error) {
	out.At = by.Now
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		sc, err := scopeOf(tx, by)
		if err != nil {
			return err
		}
		d := newDealer(tx, sc)
		mine, err := s.open200(sc, Filter{Mine: true, Open: true})
		if err != nil {
			return err
		}
		mine = withoutSeries(mine)
		cards, err := d.deal(mine)
		if err != nil {
			return err
		}
		if err := underWork(tx, by.Now, cards); err != nil {
			return err
		}
		out.sort(cards, instant.Of(instant.EndOfDay(by.Now.In(s.zone))))
		waiting, err := s.open200(sc, Filter{Live: true, State: []State{Reported, ExtensionAsked}, ordered: true})
		if err != nil {
			return err
		}
		waiting = slices.DeleteFunc(waiting, func(r record) bool { return !sc.isMine(r.FromOffice) || !sc.assigner(auth.TaskVerify, r.Task) })
		out.ToVerify, err = d.deal(waiting)
		return err
	})
	return out, err
}

// withoutSeries leaves out the series that one does by their periods: those
// taken on, and those of which a period is on the list, which stands for both.
func withoutSeries(mine []record) []record {
	listed := map[string]bool{}
	for _, r := range mine {
		listed[r.Parent] = listed[r.Parent] || r.Kind == Period
	}
	return slices.DeleteFunc(mine, func(r record) bool { return r.Kind == Series && (r.State != Assigned || listed[r.ID]) })
}

func (s *Service) open200(sc *scope, f Filter) ([]record, error) {
	return pick(sc.tx, f.condition(sc), 200)
}

// underWork adds to cards what their offices handed on.
func underWork(tx *db.Tx, now instant.Micros, cards []Card) error {
	ids := make([]string, len(cards))
	for i, c := range cards {
		ids[i] = c.ID
	}
	handed := map[string]bool{}
	for part := range slices.Chunk(ids, 200) {
		marks, args := marks(1, part)
		var parents []string
		err := tx.Select(&parents, "SELECT DISTINCT parent FROM task WHERE parent IN ("+marks+") AND kind <> 'period'", args...)
		if err != nil {
			return err
		}
		for _, p := range parents {
			handed[p] = true
		}
	}
	for i := range cards {
		c := &cards[i]
		if !handed[c.ID] {
			continue
		}
		t, err := grow(tx, now, "t.path >= $1 AND t.path < $2 AND t.recalled = 0", c.Path, end(c.Path))
		if err != nil {
			return err
		}
		p := t.below(c.ID)
		c.Progress = &p
	}
	return nil
}

// sort puts cards, which come by deadline, into the parts of the page.
func (t *Today) sort(cards []Card, dayEnd instant.Micros) {
	t.Due, t.Late, t.Starting, t.Undated = []Card{}, []Card{}, []Card{}, []Card{}
	for _, c := range cards {
		switch {
		case c.IsLate:
			t.Late = append(t.Late, c)
		case c.Deadline != 0 && c.Deadline <= dayEnd:
			t.Due = append(t.Due, c)
		case c.Deadline != 0 || c.Start > t.At:
			t.Starting = append(t.Starting, c)
		default:
			t.Undated = append(t.Undated, c)
		}
	}
	if len(t.Starting) > 0 {
		t.NextAt = sortAt(t.Starting[0].Task)
	}
	t.Count = len(t.Due) + len(t.Late)
}

// Likely lists open tasks that are probably the same work as one, for "Gộp
// việc trùng".
func (s *Service) Likely(ctx context.Context, by auth.Actor, id string) ([]Likely, error) {
	d, err := s.Task(ctx, by, id)
	return d.Likely, err
}
