package directive

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/org"
)

// Example is what the reader proposed and what a person made of it.
type Example struct {
	ID       string         `json:"id" db:"id"`
	Document string         `json:"document" db:"document"`
	Proposal string         `json:"proposal" db:"proposal"` // or the clause, for act classified
	Act      string         `json:"act" db:"act"`           // added, corrected, split, merged, dropped, confirmed, elsewhere, classified
	Before   string         `json:"before" db:"before"`     // JSON; "" for what was added
	After    string         `json:"after" db:"after"`       // JSON list
	Reason   string         `json:"reason" db:"reason"`
	At       instant.Micros `json:"at" db:"at"`
	Post     string         `json:"post" db:"post"`
}

func (s *Service) example(tx *db.Tx, by auth.Actor, act string, before Proposal, after []Proposal, reason string) error {
	e := Example{Document: after[0].Document, Proposal: after[0].ID, Act: act, After: toJSON(after), Reason: reason}
	if before.ID != "" {
		e.Before = toJSON(before)
	}
	return s.exemplify(tx, by, e)
}

func (s *Service) exemplify(tx *db.Tx, by auth.Actor, e Example) error {
	e.ID, e.At, e.Post = s.ids.New(), by.Now, by.Post
	return tx.Insert("example", e)
}

// Examples lists what persons made of the reader's findings, oldest first.
func (s *Service) Examples(ctx context.Context, by auth.Actor, document string) ([]Example, error) {
	return read(ctx, s, func(tx *db.Tx) ([]Example, error) {
		if err := mustRead(by, tx, document); err != nil {
			return nil, err
		}
		return examplesIn(tx, document)
	})
}

func examplesIn(tx *db.Tx, document string) ([]Example, error) {
	out := []Example{}
	err := tx.Select(&out, `SELECT id, document, proposal, act, before, after, reason, at, post FROM example
		WHERE document = $1 ORDER BY id`, document)
	return out, err
}

// The label format of the corpus: one JSON object a text.
type labels struct {
	File      string          `json:"file"`
	Metadata  labelMetadata   `json:"metadata"`
	Citations []labelCitation `json:"citations"`
	Tasks     []labelTask     `json:"tasks"`
	Notes     []string        `json:"notes"`
}

type labelMetadata struct {
	Number      *string  `json:"number"`
	Kind        string   `json:"kind"`
	Issuer      string   `json:"issuer"`
	IssuedOn    *string  `json:"issued_on"`
	Place       *string  `json:"place"`
	Subject     string   `json:"subject"`
	Signer      *string  `json:"signer"`
	SignerTitle *string  `json:"signer_title"`
	Recipients  []string `json:"recipients"`
}

type labelCitation struct {
	Kind   string           `json:"kind"`
	Number *string          `json:"number"`
	Date   *string          `json:"date"`
	Issuer *string          `json:"issuer"`
	Text   string           `json:"text"`
	Span   officialdoc.Span `json:"span"`
}

type labelTask struct {
	Item         *string          `json:"item"`
	Responsible  []string         `json:"responsible"`
	Inherited    bool             `json:"inherited"`
	Via          []string         `json:"via"`
	Coordinating []string         `json:"coordinating"`
	Text         string           `json:"text"`
	Span         officialdoc.Span `json:"span"`
	Deadlines    []labelDeadline  `json:"deadlines"`
	Cadence      []labelCadence   `json:"cadence"`
	Targets      []Target         `json:"targets"`
	Topic        string           `json:"topic"`
}

type labelDeadline struct {
	Text string            `json:"text"`
	At   string            `json:"at"`
	Kind string            `json:"kind"`
	Span *officialdoc.Span `json:"span,omitempty"`
}

type labelCadence struct {
	Text         string `json:"text"`
	EveryDaysMin int    `json:"every_days_min"`
	EveryDaysMax int    `json:"every_days_max"`
	MinTimes     *int   `json:"min_times"`
}

// Labels exports a reviewed document in the label format of the corpus, so
// that corrections become examples for the reader: confirmed proposals, and those
// of bodies elsewhere, are the tasks, the entered facts the metadata.
func (s *Service) Labels(ctx context.Context, by auth.Actor, document string) (Download, error) {
	out, err := read(ctx, s, func(tx *db.Tx) (labels, error) {
		if err := mustRead(by, tx, document); err != nil {
			return labels{}, err
		}
		return labelsIn(tx, by, document)
	})
	if err != nil {
		return Download{}, err
	}
	b, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		return Download{}, err
	}
	return made(out.File[:len(out.File)-len(".txt")]+".json", "application/json", b), nil
}

// made is a file that was made on the fly.
func made(name, media string, b []byte) Download {
	return Download{Name: name, MediaType: media, Content: nopCloser{bytes.NewReader(b)}}
}

type nopCloser struct{ io.ReadSeeker }

func (nopCloser) Close() error { return nil }

func labelsIn(tx *db.Tx, by auth.Actor, document string) (labels, error) {
	d, err := DocumentIn(tx, document)
	if err != nil {
		return labels{}, err
	}
	r, err := readingIn(tx, document)
	if err != nil {
		return labels{}, err
	}
	l := labels{File: document + ".txt", Citations: []labelCitation{}, Tasks: []labelTask{}, Notes: []string{}}
	l.Metadata = labelMetadata{
		Number: orNull(first(d.SymbolSeen, d.Symbol)), Kind: strings.ToLower(KindName(d.Kind, "vi")), Issuer: d.Issuer,
		IssuedOn: orNull(d.IssuedOn), Place: orNull(d.Place), Subject: d.Subject, Signer: orNull(d.Signer),
		SignerTitle: orNull(d.SignerTitle), Recipients: []string{},
	}
	found := r.Found
	if found == nil {
		found = &officialdoc.Document{}
	}
	l.Metadata.Recipients = list(found.Metadata.Recipients)
	if err := l.cite(tx, by, document); err != nil {
		return l, err
	}
	tasks, err := ProposalsIn(tx, document, "")
	if err != nil {
		return l, err
	}
	tasks = slices.DeleteFunc(tasks, func(p Proposal) bool { return p.State != Confirmed && p.State != Elsewhere })
	names, err := officeNames(tx, tasks)
	for _, p := range tasks {
		l.Tasks = append(l.Tasks, labelOf(p, found, names))
	}
	return l, err
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// cite lists the links that stand in the text itself.
func (l *labels) cite(tx *db.Tx, by auth.Actor, document string) error {
	links, err := linksIn(tx, by, document)
	for _, k := range links {
		if k.Backwards || k.End == 0 {
			continue
		}
		l.Citations = append(l.Citations, labelCitation{
			Kind: strings.ToLower(KindName(k.Other.Kind, "vi")), Number: orNull(first(k.Seen, k.Other.Symbol)),
			Date: orNull(k.Other.IssuedOn), Issuer: orNull(k.Other.Issuer), Text: k.Text,
			Span: officialdoc.Span{int(k.Start), int(k.End)},
		})
	}
	return err
}

func officeNames(tx *db.Tx, ps []Proposal) (map[string]string, error) {
	names := map[string]string{}
	for _, p := range ps {
		offices, err := org.OfficesIn(tx, append(p.Offices[:len(p.Offices):len(p.Offices)], p.Coordinating...)...)
		if err != nil {
			return nil, err
		}
		for _, o := range offices {
			names[o.ID] = o.Name
		}
	}
	return names, nil
}

// labelOf writes a confirmed proposal as a labelled task. Organs are named in
// the words of the text where the text names them, else by their own names.
func labelOf(p Proposal, found *officialdoc.Document, names map[string]string) labelTask {
	t := labelTask{
		Item: orNull(p.Item), Responsible: []string{}, Via: []string{}, Coordinating: []string{}, Text: p.Text,
		Span: officialdoc.Span{int(p.Start), int(p.End)}, Deadlines: []labelDeadline{}, Cadence: []labelCadence{},
		Targets: list(p.Targets), Topic: p.Topic,
	}
	covered := map[string]bool{}
	roles := map[string]*[]string{"responsible": &t.Responsible, "via": &t.Via, "coordinating": &t.Coordinating}
	for _, ph := range p.Phrases {
		into := roles[ph.Role]
		if into == nil || !uses(p, ph) {
			continue
		}
		*into = append(*into, ph.Text)
		for _, id := range ph.Offices {
			covered[id] = true
		}
	}
	for _, group := range []struct {
		ids  []string
		into *[]string
	}{{p.Offices, &t.Responsible}, {p.Coordinating, &t.Coordinating}} {
		for _, id := range group.ids {
			if !covered[id] {
				*group.into = append(*group.into, names[id])
			}
		}
	}
	read := taskAt(found, p)
	t.Inherited = read.Inherited
	t.Deadlines = deadlinesOf(p, read)
	if !p.Cadence.None() {
		t.Cadence = append(t.Cadence, labelCadenceOf(p.Cadence))
	}
	return t
}

// uses tells whether the words of a phrase still say who does it: all offices
// that they mean are in the proposal, or they meant none that is known here.
func uses(p Proposal, ph Phrase) bool {
	for _, id := range ph.Offices {
		in := false
		for _, have := range append(p.Offices[:len(p.Offices):len(p.Offices)], p.Coordinating...) {
			in = in || have == id
		}
		if !in {
			return false
		}
	}
	return true
}

// taskAt finds the task of the reader that a proposal came from.
func taskAt(found *officialdoc.Document, p Proposal) officialdoc.Task {
	for _, t := range found.Tasks {
		if int64(t.Span[0]) <= p.Start && p.Start < int64(t.Span[1]) {
			return t
		}
	}
	return officialdoc.Task{}
}

func deadlinesOf(p Proposal, read officialdoc.Task) []labelDeadline {
	out := []labelDeadline{}
	for _, x := range []struct {
		kind officialdoc.DeadlineKind
		at   instant.Micros
	}{{officialdoc.By, p.By}, {officialdoc.From, p.From}, {officialdoc.Until, p.Until}} {
		if x.at == 0 {
			continue
		}
		d := labelDeadline{At: x.at.In(instant.Vietnam()).Format(time.RFC3339), Kind: string(x.kind)}
		for _, have := range read.Deadlines {
			if have.Kind == x.kind && instant.Of(have.At) == x.at {
				d.Text, d.Span = have.Text, &have.Span
			}
		}
		out = append(out, d)
	}
	return out
}

func labelCadenceOf(c Cadence) labelCadence {
	l := labelCadence{Text: c.Text, EveryDaysMin: c.EveryMinDays, EveryDaysMax: c.EveryMaxDays}
	if c.MinTimes > 0 {
		n := c.MinTimes
		l.MinTimes = &n
	}
	return l
}
