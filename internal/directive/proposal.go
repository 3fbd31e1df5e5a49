package directive

import (
	"fmt"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

type proposalRow struct {
	ID           string `db:"id"`
	Document     string `db:"document"`
	Clause       string `db:"clause"`
	Item         string `db:"item"`
	N            int64  `db:"n"`
	Title        string `db:"title"`
	Text         string `db:"text"`
	Start        int64  `db:"start_at"`
	End          int64  `db:"end_at"`
	Offices      string `db:"offices"`
	Coordinating string `db:"coordinating"`
	Phrases      string `db:"phrases"`
	By           int64  `db:"by_at"`
	From         int64  `db:"from_at"`
	Until        int64  `db:"until_at"`
	Cadence      string `db:"cadence"`
	Targets      string `db:"targets"`
	Proof        string `db:"proof"`
	Topic        string `db:"topic"`
	Line         string `db:"line"`
	KeepReason   string `db:"keep_reason"`
	Why          string `db:"why"`
	State        string `db:"state"`
	Version      int64  `db:"version"`
}

const proposalColumns = `p.id, p.document, p.clause, p.item, p.n, p.title, p.text, p.start_at, p.end_at, p.offices,
	p.coordinating, p.phrases, p.by_at, p.from_at, p.until_at, p.cadence, p.targets, p.proof, p.topic, p.line,
	p.keep_reason, p.why, p.state, p.version`

func (p Proposal) row() proposalRow {
	return proposalRow{
		ID: p.ID, Document: p.Document, Clause: p.Clause, Item: p.Item, N: p.N, Title: p.Title, Text: p.Text,
		Start: p.Start, End: p.End, Offices: toJSON(list(p.Offices)), Coordinating: toJSON(list(p.Coordinating)),
		Phrases: toJSON(list(p.Phrases)), By: int64(p.By), From: int64(p.From), Until: int64(p.Until),
		Cadence: toJSON(p.Cadence), Targets: toJSON(list(p.Targets)), Proof: toJSON(list(p.Proof)), Topic: p.Topic,
		Line: p.Line, KeepReason: p.KeepReason, Why: toJSON(list(p.Why)), State: p.State, Version: p.Version,
	}
}

// list makes an empty list of none, so that JSON never says null.
func list[T any](v []T) []T {
	if v == nil {
		return []T{}
	}
	return v
}

func (r proposalRow) proposal() (Proposal, error) {
	p := Proposal{
		ID: r.ID, Document: r.Document, Clause: r.Clause, Item: r.Item, N: r.N, Title: r.Title, Text: r.Text,
		Start: r.Start, End: r.End, By: instant.Micros(r.By), From: instant.Micros(r.From), Until: instant.Micros(r.Until),
		Topic: r.Topic, Line: r.Line, KeepReason: r.KeepReason, State: r.State, Version: r.Version,
	}
	for _, f := range []struct {
		text string
		into any
	}{
		{r.Offices, &p.Offices}, {r.Coordinating, &p.Coordinating}, {r.Phrases, &p.Phrases}, {r.Cadence, &p.Cadence},
		{r.Targets, &p.Targets}, {r.Proof, &p.Proof}, {r.Why, &p.Why},
	} {
		if err := fromJSON(f.text, f.into); err != nil {
			return p, fmt.Errorf("directive: proposal %s: %w", r.ID, err)
		}
	}
	return p, nil
}

func insertProposal(tx *db.Tx, p Proposal) error {
	if err := tx.Insert("proposal", p.row()); err != nil {
		return err
	}
	return keepOffices(tx, p)
}

// saveProposal writes a changed proposal with its next version.
func saveProposal(tx *db.Tx, p *Proposal) error {
	p.Version++
	r := p.row()
	n, err := tx.Exec(`UPDATE proposal SET clause = $1, item = $2, n = $3, title = $4, text = $5, start_at = $6, end_at = $7,
		offices = $8, coordinating = $9, phrases = $10, by_at = $11, from_at = $12, until_at = $13, cadence = $14,
		targets = $15, proof = $16, topic = $17, line = $18, keep_reason = $19, why = $20, state = $21, version = $22
		WHERE id = $23 AND version = $24`,
		r.Clause, r.Item, r.N, r.Title, r.Text, r.Start, r.End, r.Offices, r.Coordinating, r.Phrases, r.By, r.From, r.Until,
		r.Cadence, r.Targets, r.Proof, r.Topic, r.Line, r.KeepReason, r.Why, r.State, r.Version, r.ID, r.Version-1)
	if err == nil && n != 1 {
		err = fmt.Errorf("directive: %d rows of proposal %s saved", n, p.ID)
	}
	if err != nil {
		return err
	}
	return keepOffices(tx, *p)
}

// keepOffices writes the offices of a proposal where readers are looked up.
func keepOffices(tx *db.Tx, p Proposal) error {
	if _, err := tx.Exec("DELETE FROM proposal_office WHERE proposal = $1", p.ID); err != nil {
		return err
	}
	type row struct {
		Proposal string `db:"proposal"`
		Document string `db:"document"`
		Office   string `db:"office"`
		Role     string `db:"role"`
	}
	var rows []row
	seen := map[string]bool{}
	for role, ids := range map[string][]string{"responsible": p.Offices, "coordinating": p.Coordinating} {
		for _, id := range ids {
			if !seen[role+id] {
				seen[role+id] = true
				rows = append(rows, row{p.ID, p.Document, id, role})
			}
		}
	}
	return db.InsertAll(tx, "proposal_office", rows)
}

// ProposalsIn lists the proposals of a document in one state, all for "", in
// the order of the text.
func ProposalsIn(tx *db.Tx, document, state string) ([]Proposal, error) {
	var rows []proposalRow
	err := tx.Select(&rows, "SELECT "+proposalColumns+` FROM proposal p
		WHERE p.document = $1 AND ($2 = '' OR p.state = $3) ORDER BY p.start_at, p.n, p.id`, document, state, state)
	if err != nil {
		return nil, err
	}
	out := make([]Proposal, len(rows))
	for i, r := range rows {
		if out[i], err = r.proposal(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ProposalIn gives one proposal.
func ProposalIn(tx *db.Tx, id string) (Proposal, error) {
	var r proposalRow
	err := tx.Get(&r, "SELECT "+proposalColumns+" FROM proposal p WHERE p.id = $1", id)
	if err == db.ErrNoRow {
		return Proposal{}, fault.New(fault.NotFound, "proposal.not_found")
	}
	if err != nil {
		return Proposal{}, err
	}
	return r.proposal()
}
