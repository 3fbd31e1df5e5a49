package directive

import (
	"context"
	"slices"
	"strings"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// reviewed locks a document whose content the actor may review.
func (s *Service) reviewed(tx *db.Tx, by auth.Actor, document string) (documentRow, error) {
	d, err := take(tx, by, document, 0)
	if err != nil {
		return d, err
	}
	if err := mayHandle(tx, by, d.Document, auth.DocumentReview); err != nil {
		return d, err
	}
	return d, d.in(Registered, Advised, Passed, Working, Numbered, Issued)
}

// Review gives what the review page shows.
func (s *Service) Review(ctx context.Context, by auth.Actor, document string) (Review, error) {
	return read(ctx, s, func(tx *db.Tx) (Review, error) {
		var v Review
		if err := mustRead(by, tx, document); err != nil {
			return v, err
		}
		var err error
		if v.Document, err = DocumentIn(tx, document); err != nil {
			return v, err
		}
		if v.Reading, err = readingIn(tx, document); err != nil {
			return v, err
		}
		if v.Clauses, err = clausesIn(tx, document); err != nil {
			return v, err
		}
		if v.Proposals, err = ProposalsIn(tx, document, ""); err != nil {
			return v, err
		}
		if v.Links, err = linksIn(tx, by, document); err != nil {
			return v, err
		}
		v.Dispatchable = Dispatchable(tx, document) == nil
		return v, v.count(tx, by.Now)
	})
}

// count fills in how far the review is and what stops each proposal.
func (v *Review) count(tx *db.Tx, now instant.Micros) error {
	decided := map[string]bool{}
	open := map[string]bool{}
	for i := range v.Proposals {
		p := &v.Proposals[i]
		switch p.State {
		case Proposed:
			v.Open++
			open[p.Clause] = true
			problem, err := problemOf(tx, v.Document, *p, now)
			if err != nil {
				return err
			}
			if problem != nil {
				p.Problem = problem.Key
			}
		case Confirmed:
			v.Ready++
			decided[p.Clause] = true
		default:
			decided[p.Clause] = true
		}
	}
	for _, c := range v.Clauses {
		if c.Checked || decided[c.ID] && !open[c.ID] {
			v.Checked++
		}
		if c.Kind == "" {
			v.Unknown++
		}
	}
	return nil
}

// problemOf says what stops a proposal from being confirmed: nobody to do it,
// an office that does not exist then, a deadline before the document without a
// reason.
func problemOf(tx *db.Tx, d Document, p Proposal, now instant.Micros) (*fault.Fault, error) {
	if len(p.Offices) == 0 {
		for _, ph := range p.Phrases {
			if ph.Problem == "proposal.office_ended" {
				return endedFault(tx, ph)
			}
		}
		return fault.New(fault.Invalid, "proposal.no_office").At("offices", "proposal.no_office"), nil
	}
	offices, err := org.OfficesIn(tx, append(slices.Clone(p.Offices), p.Coordinating...)...)
	if err != nil {
		return asFault(err)
	}
	for _, o := range offices {
		if err := org.InForce(tx, o, now); err != nil {
			return asFault(err)
		}
	}
	if is, name := outside(p, offices, d.UnitPath); is {
		return fault.New(fault.Invalid, OutsideKey, "Name", name).At("offices", OutsideKey, "Name", name), nil
	}
	if p.KeepReason != "" {
		return nil, nil
	}
	return early(tx, d, p.By)
}

// OutsideKey is the problem of a task that is for bodies outside the territory.
const OutsideKey = "proposal.office_outside"

// outside names a responsible office that lies outside the territory of the
// document: nobody here may order it.
func outside(p Proposal, offices []org.Office, unitPath string) (bool, string) {
	for _, o := range offices {
		if slices.Contains(p.Offices, o.ID) && !strings.HasPrefix(o.UnitPath, unitPath) {
			return true, o.Name
		}
	}
	return false, ""
}

func endedFault(tx *db.Tx, ph Phrase) (*fault.Fault, error) {
	f := fault.New(fault.Conflict, "proposal.office_ended", "Name", ph.Text, "Successor", "", "SuccessorID", ph.Successor)
	if ph.Successor != "" {
		o, err := org.OfficeIn(tx, ph.Successor)
		if err != nil {
			return nil, err
		}
		f.Args[3] = o.Name
	}
	return f.At("offices", f.Key, f.Args...), nil
}

func asFault(err error) (*fault.Fault, error) {
	if f, ok := err.(*fault.Fault); ok {
		return f, nil
	}
	return nil, err
}

// early asks for a reason to keep a deadline that lies before the day of the
// document, or before it arrived.
func early(tx *db.Tx, d Document, by instant.Micros) (*fault.Fault, error) {
	if by == 0 {
		return nil, nil
	}
	if day, err := parseDay(d.IssuedOn); err == nil && by < instant.Of(day) {
		return fault.New(fault.NeedsReason, "proposal.deadline_before_document", "Deadline", by, "Issued", dayWords(day)).
			At("keep_reason", "document.form_required"), nil
	}
	var arrived int64
	err := tx.Get(&arrived, "SELECT COALESCE(MIN(arrived_at), 0) FROM entry WHERE document = $1 AND office = $2", d.ID, d.Office)
	if err == nil && arrived > 0 && by < instant.Micros(arrived) {
		return fault.New(fault.NeedsReason, "proposal.deadline_before_arrival", "Deadline", by, "Arrived", instant.Micros(arrived)).
			At("keep_reason", "document.form_required"), nil
	}
	return nil, err
}

// dayWords writes a day as official papers do: 07/9/2021.
func dayWords(day time.Time) string {
	if day.Month() <= 2 {
		return day.Format("02/01/2006")
	}
	return day.Format("02/1/2006")
}

// Propose adds a proposal or corrects one. A dropped one is taken up again by
// it, a confirmed one has to be confirmed again.
func (s *Service) Propose(ctx context.Context, by auth.Actor, in ProposalInput) (Proposal, error) {
	return once(ctx, s, by, "propose", in.Key, func(tx *db.Tx) (Proposal, error) {
		p, d, err := s.proposal(tx, by, in)
		if err != nil {
			return p, err
		}
		before := p
		if err := s.fill(tx, by, d, &p, in); err != nil {
			return p, err
		}
		act := "corrected"
		if in.ID == "" {
			act, before = "added", Proposal{}
			err = insertProposal(tx, p)
		} else {
			err = saveProposal(tx, &p)
		}
		if err != nil {
			return p, err
		}
		if err := s.example(tx, by, act, before, []Proposal{p}, in.KeepReason); err != nil {
			return p, err
		}
		return p, note(tx, by, d.Document, "proposal_"+act, in.KeepReason, "proposal")
	})
}

// proposal finds the proposal that is corrected, or begins a new one.
func (s *Service) proposal(tx *db.Tx, by auth.Actor, in ProposalInput) (Proposal, documentRow, error) {
	if in.ID == "" {
		d, err := s.reviewed(tx, by, in.Document)
		if err != nil {
			return Proposal{}, d, err
		}
		var n int64
		err = tx.Get(&n, "SELECT COALESCE(MAX(n), 0) FROM proposal WHERE document = $1", d.ID)
		return Proposal{
			ID: s.ids.New(), Document: d.ID, N: n + 1, State: Proposed, Version: 1, Phrases: []Phrase{}, Why: []string{},
			Line: first(d.System, d.Line),
		}, d, err
	}
	return s.open1(tx, by, in.ID, in.Version)
}

// open1 locks a proposal that may still be changed.
func (s *Service) open1(tx *db.Tx, by auth.Actor, id string, version int64) (Proposal, documentRow, error) {
	p, err := ProposalIn(tx, id)
	if err != nil {
		return p, documentRow{}, err
	}
	d, err := s.reviewed(tx, by, p.Document)
	if fault.KindOf(err) == fault.NotFound {
		err = fault.New(fault.NotFound, "proposal.not_found")
	}
	if err != nil {
		return p, d, err
	}
	if p, err = ProposalIn(tx, id); err != nil { // as it is behind the lock
		return p, d, err
	}
	if p.State == Confirmed && d.State == Working {
		return p, d, fault.New(fault.Conflict, "proposal.dispatched")
	}
	who, at, err := lastHand(tx, id, d)
	if err != nil {
		return p, d, err
	}
	return p, d, fresh(version, p.Version, who, at)
}

// lastHand says who changed a proposal last.
func lastHand(tx *db.Tx, proposal string, d documentRow) (string, instant.Micros, error) {
	var row struct {
		Post string `db:"post"`
		At   int64  `db:"at"`
	}
	err := tx.Get(&row, "SELECT post, at FROM example WHERE proposal = $1 ORDER BY id DESC LIMIT 1", proposal)
	if err == db.ErrNoRow {
		return d.ChangedName, d.ChangedAt, nil
	}
	if err != nil {
		return "", 0, err
	}
	p, err := org.PostIn(tx, row.Post)
	if fault.KindOf(err) == fault.NotFound {
		return row.Post, instant.Micros(row.At), nil
	}
	return p.Title, instant.Micros(row.At), err
}

// fill puts what a person entered into a proposal and checks it.
func (s *Service) fill(tx *db.Tx, by auth.Actor, d documentRow, p *Proposal, in ProposalInput) error {
	p.Clause, p.Item, p.Topic = first(in.Clause, p.Clause), first(in.Item, p.Item), first(in.Topic, p.Topic)
	if in.Text = strings.TrimSpace(fold.NFC(in.Text)); in.Text != "" {
		p.Text = in.Text
	}
	if in.End > in.Start {
		p.Start, p.End = in.Start, in.End
	}
	p.Title = first(strings.TrimSpace(fold.NFC(in.Title)), titleOf(p.Text))
	p.Offices, p.Coordinating = list(in.Offices), list(in.Coordinating)
	p.By, p.From, p.Until, p.Cadence = in.By, in.From, in.Until, in.Cadence
	p.Targets, p.Proof, p.KeepReason = list(in.Targets), list(in.Proof), strings.TrimSpace(in.KeepReason)
	p.State = Proposed
	if in.Responsible != "" {
		resolver, err := org.NewResolver(tx, d.UnitPath, by.Now)
		if err != nil {
			return err
		}
		text := fold.NFC(in.Responsible)
		ph := phraseOf(resolver.Resolve(text), "responsible", text)
		p.Phrases = append(p.Phrases, ph)
		p.Offices = append(p.Offices, ph.Offices...)
	}
	return s.checkProposal(tx, by, d.Document, *p)
}

func (s *Service) checkProposal(tx *db.Tx, by auth.Actor, d Document, p Proposal) error {
	bad := fault.New(fault.Invalid, "document.form_invalid")
	if p.Text == "" {
		bad.At("text", "document.form_required")
	}
	if p.Until > 0 && p.From > p.Until || p.By > 0 && p.From > p.By && p.Cadence.None() {
		bad.At("by", "proposal.order")
	}
	if c := p.Cadence; c.EveryMinDays < 0 || c.EveryMaxDays < c.EveryMinDays || c.MinTimes < 0 {
		bad.At("cadence", "document.form_number")
	}
	for _, k := range p.Proof {
		if !slices.Contains([]string{"file", "photo", "figure", "link", "record"}, k) {
			bad.At("proof", "document.form_choice")
		}
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	if len(p.Offices) == 0 {
		return nil // may be saved; it cannot be confirmed yet
	}
	problem, err := problemOf(tx, d, p, by.Now)
	if err == nil && problem != nil {
		return problem
	}
	return err
}

// Drop sets a proposal aside as no task.
func (s *Service) Drop(ctx context.Context, by auth.Actor, in DropInput) (Proposal, error) {
	return once(ctx, s, by, "drop", in.Key, func(tx *db.Tx) (Proposal, error) {
		p, d, err := s.open1(tx, by, in.ID, in.Version)
		if err != nil {
			return p, err
		}
		before := p
		p.State = Dropped
		if err := saveProposal(tx, &p); err != nil {
			return p, err
		}
		if err := s.example(tx, by, "dropped", before, []Proposal{p}, in.Reason); err != nil {
			return p, err
		}
		return p, note(tx, by, d.Document, "proposal_dropped", in.Reason, "proposal")
	})
}

// Confirm confirms proposals. One that has a problem stays; alone, its problem
// is the fault that is returned.
func (s *Service) Confirm(ctx context.Context, by auth.Actor, in ConfirmInput) (ConfirmResult, error) {
	return once(ctx, s, by, "confirm", in.Key, func(tx *db.Tx) (ConfirmResult, error) {
		out := ConfirmResult{Confirmed: []string{}, Problems: map[string]string{}}
		d, err := s.reviewed(tx, by, in.Document)
		if err != nil {
			return out, err
		}
		all, err := ProposalsIn(tx, d.ID, Proposed)
		if err != nil {
			return out, err
		}
		for _, p := range all {
			if !in.All && !slices.Contains(in.IDs, p.ID) {
				continue
			}
			problem, err := problemOf(tx, d.Document, p, by.Now)
			if err != nil {
				return out, err
			}
			if problem != nil {
				if len(in.IDs) == 1 && !in.All {
					return out, problem
				}
				out.Problems[p.ID] = problem.Key
				continue
			}
			if err := s.settle(tx, by, p, Confirmed); err != nil {
				return out, err
			}
			out.Confirmed = append(out.Confirmed, p.ID)
		}
		if len(out.Confirmed) == 0 {
			return out, nil
		}
		return out, note(tx, by, d.Document, "proposals_confirmed", "", "proposal")
	})
}

// settle keeps a proposal as it is under a state, with its clause looked at.
func (s *Service) settle(tx *db.Tx, by auth.Actor, p Proposal, state string) error {
	before := p
	p.State = state
	if err := saveProposal(tx, &p); err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE clause SET checked = 1, version = version + 1 WHERE id = $1 AND checked = 0", p.Clause); err != nil {
		return err
	}
	return s.example(tx, by, state, before, []Proposal{p}, "")
}

// SetElsewhere notes the tasks of bodies outside the territory as theirs: all
// undecided proposals whose responsible office is one. They stay as read, count
// as looked at, and are labels like the confirmed ones.
func (s *Service) SetElsewhere(ctx context.Context, by auth.Actor, in ElsewhereInput) (ElsewhereResult, error) {
	return once(ctx, s, by, "elsewhere", in.Key, func(tx *db.Tx) (ElsewhereResult, error) {
		out := ElsewhereResult{IDs: []string{}}
		d, err := s.reviewed(tx, by, in.Document)
		if err != nil {
			return out, err
		}
		open, err := ProposalsIn(tx, d.ID, Proposed)
		if err != nil {
			return out, err
		}
		for _, p := range open {
			problem, err := problemOf(tx, d.Document, p, by.Now)
			if err != nil {
				return out, err
			}
			if problem == nil || problem.Key != OutsideKey {
				continue
			}
			if err := s.settle(tx, by, p, Elsewhere); err != nil {
				return out, err
			}
			out.IDs = append(out.IDs, p.ID)
		}
		if len(out.IDs) == 0 {
			return out, nil
		}
		return out, note(tx, by, d.Document, "proposals_elsewhere", "", "proposal")
	})
}
