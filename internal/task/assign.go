package task

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// orders finds in whose name the actor orders.
func orders(tx *db.Tx, by auth.Actor) (from, error) {
	if by.Office == "" {
		return from{}, fault.New(fault.Denied, "task.denied.no_office")
	}
	o, err := org.OfficeIn(tx, by.Office)
	if err != nil {
		return from{}, err
	}
	o, err = principal(tx, by, o)
	return from{office: o, post: by.Post}, err
}

// DispatchProposals gives out the confirmed proposals of a document: one task
// for each office, under a bundle where there are several. A proposal that has
// a task already is left out, unless that was recalled.
func (s *Service) DispatchProposals(ctx context.Context, by auth.Actor, document, key string) ([]string, error) {
	return db.WriteOnce(ctx, s.store, key, func(tx *db.Tx) ([]string, error) {
		doc, err := directive.DocumentIn(tx, document)
		if err != nil {
			return nil, err
		}
		ok, err := directive.MayRead(by, tx, document)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, fault.New(fault.NotFound, "document.not_found")
		}
		if err := by.Require(auth.TaskAssign, doc.UnitPath, auth.Internal); err != nil {
			return nil, err
		}
		if err := directive.Dispatchable(tx, document); err != nil {
			return nil, err
		}
		if err := tx.Lock("dispatch", document); err != nil {
			return nil, err
		}
		return s.dispatch(tx, by, document)
	})
}

func (s *Service) dispatch(tx *db.Tx, by auth.Actor, document string) ([]string, error) {
	f, err := orders(tx, by)
	if err != nil {
		return nil, err
	}
	proposals, err := directive.ProposalsIn(tx, document, directive.Confirmed)
	if err != nil {
		return nil, err
	}
	given := map[string]bool{}
	var had []string
	if err := tx.Select(&had, "SELECT DISTINCT proposal FROM task WHERE document = $1 AND recalled = 0", document); err != nil {
		return nil, err
	}
	for _, p := range had {
		given[p] = true
	}
	ids := []string{}
	for _, p := range proposals {
		if given[p.ID] {
			continue
		}
		sd, err := seedOf(tx, p)
		if err != nil {
			return nil, err
		}
		planted, err := s.plant(tx, by, sd, f, nil)
		if err != nil {
			return nil, err
		}
		ids = append(ids, planted...)
	}
	if len(ids) == 0 {
		return ids, nil
	}
	// The document learns through the change log that its work is given out.
	return ids, tx.ChangedData(by.Now, db.Change{Kind: "task", Subject: ids[0], Unit: f.office.ID, What: "dispatched"},
		map[string]any{"document": document, "count": len(ids)})
}

// seedOf turns a proposal into work.
func seedOf(tx *db.Tx, p directive.Proposal) (seed, error) {
	offices, err := org.OfficesIn(tx, p.Offices...)
	if err != nil {
		return seed{}, err
	}
	t := Task{
		Document: p.Document, Clause: p.Clause, Item: p.Item, Ordinal: int(p.N), Proposal: p.ID, Line: p.Line,
		Title: p.Title, Text: p.Text, Deadline: p.By, Start: p.From, Until: p.Until, KeepReason: p.KeepReason,
		Cadence: Cadence{p.Cadence.EveryMinDays, p.Cadence.EveryMaxDays, p.Cadence.MinTimes, p.Cadence.AtTime},
		Proof:   p.Proof,
	}
	for _, g := range p.Targets {
		t.Targets = append(t.Targets, Target(g))
	}
	if t.Title == "" {
		t.Title = p.Text
	}
	return seed{template: t, offices: offices, coordinating: p.Coordinating}, nil
}

// Assign gives out work made by hand.
func (s *Service) Assign(ctx context.Context, by auth.Actor, in AssignInput) ([]string, error) {
	if err := in.check(by.Now); err != nil {
		return nil, err
	}
	return db.WriteOnce(ctx, s.store, in.Key, func(tx *db.Tx) ([]string, error) {
		f, err := orders(tx, by)
		if err != nil {
			return nil, err
		}
		if err := by.Require(auth.TaskAssign, f.office.UnitPath, auth.Internal); err != nil {
			return nil, err
		}
		sd, err := in.seed(tx, by, f)
		if err != nil {
			return nil, err
		}
		return s.plant(tx, by, sd, f, nil)
	})
}

// OpenIn gives out work that follows from what a capability established, in the
// name of the actor's office and within its transaction. It needs no right to
// give orders: the capability decides when there is such work.
func (s *Service) OpenIn(tx *db.Tx, by auth.Actor, in AssignInput) ([]string, error) {
	if err := in.check(by.Now); err != nil {
		return nil, err
	}
	o, err := org.OfficeIn(tx, by.Office)
	if err != nil {
		return nil, err
	}
	by.Grants = auth.System(by.Now, by.Wall).Grants // the fact gives the order, the actor signs it
	f := from{office: o, post: by.Post}
	sd, err := in.seed(tx, by, f)
	if err != nil {
		return nil, err
	}
	return s.plant(tx, by, sd, f, nil)
}

func (in AssignInput) check(now instant.Micros) error {
	f := fault.New(fault.Invalid, "input.check")
	if strings.TrimSpace(in.Title) == "" {
		f.At("title", "task.title_needed")
	}
	if len(in.Offices) == 0 && in.Post == "" {
		f.At("offices", "task.no_office")
	}
	if in.Post != "" && len(in.Offices) > 0 {
		f.At("post", "task.post_or_offices")
	}
	if in.Line != "" && in.Line != string(org.Party) && in.Line != string(org.State) {
		f.At("line", "task.line")
	}
	if _, err := time.Parse("15:04", in.Cadence.AtTime); in.Cadence.AtTime != "" && err != nil {
		f.At("cadence", "task.at_time")
	}
	if in.Cadence.EveryMinDays < 0 || in.Cadence.EveryMaxDays < in.Cadence.EveryMinDays || in.Cadence.EveryMaxDays > 366 {
		f.At("cadence", "task.cadence")
	}
	for i, p := range in.Proof {
		if !slices.Contains(proofKinds, p) {
			f.At(fmt.Sprintf("proof[%d]", i), "task.proof_kind")
		}
	}
	if err := f.OrNil(); err != nil {
		return err
	}
	if err := checkLadder(in.Ladder); err != nil {
		return err
	}
	if in.Deadline != 0 && in.Deadline < now && in.KeepReason == "" {
		return fault.New(fault.NeedsReason, "task.deadline_passed", "At", in.Deadline).At("deadline", "task.deadline_passed", "At", in.Deadline)
	}
	return nil
}

var proofKinds = []string{ProofFile, ProofPhoto, ProofFigures, ProofLink, ProofRecord, ProofDocument}

func (in AssignInput) seed(tx *db.Tx, by auth.Actor, f from) (seed, error) {
	sd := seed{ladder: in.Ladder, coordinating: in.Coordinating}
	sd.template = Task{
		Document: in.Document, Clause: in.Clause, Item: in.Item, Line: in.Line,
		Title: fold.NFC(strings.TrimSpace(in.Title)), Text: fold.NFC(in.Text), Deadline: in.Deadline, Start: in.Start, Until: in.Until,
		KeepReason: in.KeepReason, Cadence: in.Cadence, Targets: in.Targets, Proof: in.Proof,
	}
	if sd.template.Line == "" {
		sd.template.Line = string(org.State)
		if f.office.Line == org.Party {
			sd.template.Line = string(org.Party)
		}
	}
	if in.Document != "" {
		ok, err := directive.MayRead(by, tx, in.Document)
		if err != nil {
			return sd, err
		}
		if !ok {
			return sd, fault.New(fault.NotFound, "document.not_found")
		}
	}
	var err error
	if in.Post != "" {
		p, err := org.PostIn(tx, in.Post)
		sd.posts = []org.Post{p}
		return sd, err
	}
	sd.offices, err = org.OfficesIn(tx, unique(in.Offices)...)
	return sd, err
}

func unique(ids []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(ids)))
}

// HandOn gives tasks of the actor's office on, each to the same offices or
// posts below, and takes them into work.
func (s *Service) HandOn(ctx context.Context, by auth.Actor, in HandOnInput) ([]string, error) {
	if len(in.Offices)+len(in.Posts) == 0 {
		return nil, fault.New(fault.Invalid, "input.check").At("offices", "task.no_office")
	}
	return db.WriteOnce(ctx, s.store, in.Key, func(tx *db.Tx) ([]string, error) {
		if err := lock(tx, in.Tasks...); err != nil {
			return nil, err
		}
		var ids []string
		for _, id := range unique(in.Tasks) {
			made, err := s.handOn(tx, by, id, in)
			if err != nil {
				return nil, err
			}
			ids = append(ids, made...)
		}
		return ids, nil
	})
}

func (s *Service) handOn(tx *db.Tx, by auth.Actor, id string, in HandOnInput) ([]string, error) {
	var ids []string
	_, err := s.moveIn(tx, by, order{act: ActHandOn, task: id}, func(m *move) error {
		if m.r.AcceptedAt.IsZero() {
			m.r.AcceptedAt, m.r.AcceptedBy = by.Now, by.Post
		}
		sd, err := in.seed(tx, m.r)
		if err != nil {
			return err
		}
		office, err := org.OfficeIn(tx, m.r.Office)
		if err != nil {
			return err
		}
		ids, err = s.plant(tx, by, sd, from{office: office, post: by.Post}, m.r)
		m.note.data = map[string]int{"count": len(ids)}
		return err
	})
	return ids, err
}

// seed takes over from the task what the input does not say.
func (in HandOnInput) seed(tx *db.Tx, r *record) (seed, error) {
	t := Task{
		Document: r.Document, Clause: r.Clause, Item: r.Item, Ordinal: r.Ordinal, Line: r.Line, Title: r.Title, Text: r.Text,
		Deadline: r.Deadline, Start: r.Start, Until: r.Until, Cadence: r.Cadence, Targets: r.Targets, Proof: in.Proof,
	}
	if in.Title != "" {
		t.Title = fold.NFC(in.Title)
	}
	if in.Text != "" {
		t.Text = fold.NFC(in.Text)
	}
	if in.Deadline != 0 {
		if r.Deadline != 0 && in.Deadline > r.Deadline {
			return seed{}, fault.New(fault.Invalid, "input.check").At("deadline", "task.deadline_after_parent", "At", r.Deadline)
		}
		t.Deadline = in.Deadline
	}
	sd := seed{template: t}
	var err error
	if sd.offices, err = org.OfficesIn(tx, unique(in.Offices)...); err != nil {
		return sd, err
	}
	for _, o := range sd.offices {
		if o.ID == r.Office || !org.Within(o.UnitPath, r.UnitPath) {
			return sd, fault.New(fault.Invalid, "input.check").At("offices", "task.not_below", "Name", name(o))
		}
	}
	for _, id := range unique(in.Posts) {
		p, err := org.PostIn(tx, id)
		if err != nil {
			return sd, err
		}
		o, err := org.OfficeIn(tx, p.Office)
		if err != nil {
			return sd, err
		}
		if !org.Within(o.UnitPath, r.UnitPath) {
			return sd, fault.New(fault.Invalid, "input.check").At("posts", "task.not_below", "Name", p.Title)
		}
		sd.posts = append(sd.posts, p)
	}
	return sd, nil
}
