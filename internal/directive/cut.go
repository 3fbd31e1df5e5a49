package directive

import (
	"context"
	"slices"
	"sort"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// Split cuts a proposal. What a part does not say, it takes from the whole.
func (s *Service) Split(ctx context.Context, by auth.Actor, in SplitInput) ([]Proposal, error) {
	if len(in.Parts) < 2 {
		return nil, fault.New(fault.Invalid, "document.form_invalid").At("parts", "proposal.two_parts")
	}
	return once(ctx, s, by, "split", in.Key, func(tx *db.Tx) ([]Proposal, error) {
		whole, d, err := s.open1(tx, by, in.ID, in.Version)
		if err != nil {
			return nil, err
		}
		if err := deleteProposal(tx, whole.ID); err != nil {
			return nil, err
		}
		parts := make([]Proposal, len(in.Parts))
		for i, part := range in.Parts {
			p := whole
			p.ID, p.Version, p.State = s.ids.New(), 1, Proposed
			part.inherit(whole)
			if err := s.fill(tx, by, d, &p, part); err != nil {
				return nil, err
			}
			p.place(whole)
			if err := insertProposal(tx, p); err != nil {
				return nil, err
			}
			parts[i] = p
		}
		if err := s.example(tx, by, "split", whole, parts, ""); err != nil {
			return nil, err
		}
		return parts, note(tx, by, d.Document, "proposal_split", "", "proposal")
	})
}

// inherit fills what a part leaves open.
func (in *ProposalInput) inherit(whole Proposal) {
	if in.Offices == nil && in.Responsible == "" {
		in.Offices = whole.Offices
	}
	if in.Coordinating == nil {
		in.Coordinating = whole.Coordinating
	}
	if in.By == 0 && in.From == 0 && in.Until == 0 {
		in.By, in.From, in.Until = whole.By, whole.From, whole.Until
	}
	if in.Cadence.None() {
		in.Cadence = whole.Cadence
	}
	if in.Targets == nil {
		in.Targets = whole.Targets
	}
	if in.Proof == nil {
		in.Proof = whole.Proof
	}
	in.KeepReason = first(in.KeepReason, whole.KeepReason)
}

// place finds the words of a part inside the whole.
func (p *Proposal) place(whole Proposal) {
	if i := strings.Index(whole.Text, p.Text); i >= 0 && p.Start == whole.Start && p.End == whole.End {
		p.Start = whole.Start + int64(len([]rune(whole.Text[:i])))
		p.End = p.Start + int64(len([]rune(p.Text)))
	}
}

func deleteProposal(tx *db.Tx, id string) error {
	if _, err := tx.Exec("DELETE FROM proposal_office WHERE proposal = $1", id); err != nil {
		return err
	}
	_, err := tx.Exec("DELETE FROM proposal WHERE id = $1", id)
	return err
}

// Merge makes one proposal of several of one document: the texts in order, all
// offices and targets, the first deadline.
func (s *Service) Merge(ctx context.Context, by auth.Actor, in MergeInput) (Proposal, error) {
	if len(in.IDs) < 2 {
		return Proposal{}, fault.New(fault.Invalid, "document.form_invalid").At("ids", "proposal.two_parts")
	}
	return once(ctx, s, by, "merge", in.Key, func(tx *db.Tx) (Proposal, error) {
		var parts []Proposal
		var d documentRow
		for _, id := range in.IDs {
			p, doc, err := s.open1(tx, by, id, 0)
			if err != nil {
				return p, err
			}
			if p.Document != in.Document || slices.ContainsFunc(parts, func(q Proposal) bool { return q.ID == p.ID }) {
				return p, fault.New(fault.NotFound, "proposal.not_found")
			}
			d, parts = doc, append(parts, p)
		}
		sort.SliceStable(parts, func(i, j int) bool { return parts[i].Start < parts[j].Start })
		p := joined(parts)
		p.ID = s.ids.New()
		for _, part := range parts {
			if err := deleteProposal(tx, part.ID); err != nil {
				return p, err
			}
		}
		if err := insertProposal(tx, p); err != nil {
			return p, err
		}
		for _, part := range parts {
			if err := s.example(tx, by, "merged", part, []Proposal{p}, ""); err != nil {
				return p, err
			}
		}
		return p, note(tx, by, d.Document, "proposal_merged", "", "proposal")
	})
}

// joined is one proposal of several in the order of the text.
func joined(parts []Proposal) Proposal {
	p := parts[0]
	p.Version, p.State = 1, Proposed
	for _, q := range parts[1:] {
		p.Text += " " + q.Text
		p.End = max(p.End, q.End)
		p.Offices, p.Coordinating = union(p.Offices, q.Offices), union(p.Coordinating, q.Coordinating)
		p.Proof, p.Targets = union(p.Proof, q.Proof), append(p.Targets, q.Targets...)
		p.Phrases = append(p.Phrases, q.Phrases...)
		p.By, p.From, p.Until = earlier(p.By, q.By), earlier(p.From, q.From), earlier(p.Until, q.Until)
		if p.Cadence.None() {
			p.Cadence = q.Cadence
		}
		p.KeepReason = first(p.KeepReason, q.KeepReason)
	}
	p.Title = titleOf(p.Text)
	return p
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return list(out)
}

func earlier(a, b instant.Micros) instant.Micros {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}
