package directive

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/term"
)

// Clause is one numbered statement of a document, with its place in the text.
type Clause struct {
	ID       string                 `json:"id" db:"id"`
	Document string                 `json:"document" db:"document"`
	N        int64                  `json:"n" db:"n"` // order in the document
	Item     string                 `json:"item" db:"item"`
	Kind     officialdoc.ClauseKind `json:"kind" db:"kind"` // "" is not understood; labels "document.clause." + lower case
	Text     string                 `json:"text" db:"text"`
	Start    int64                  `json:"start" db:"start_at"` // code points of the text as received
	End      int64                  `json:"end" db:"end_at"`
	Why      string                 `json:"why,omitempty" db:"why"`
	Checked  bool                   `json:"checked" db:"checked"` // a person confirmed the kind
	Version  int64                  `json:"version" db:"version"`
}

// Proposal is a task that a clause asks for, before somebody gives it out.
type Proposal struct {
	ID       string `json:"id"`
	Document string `json:"document"`
	Clause   string `json:"clause"`
	Item     string `json:"item"`
	N        int64  `json:"n"`
	Title    string `json:"title"`
	Text     string `json:"text"`
	Start    int64  `json:"start"`
	End      int64  `json:"end"`

	Offices      []string       `json:"offices"`      // responsible
	Coordinating []string       `json:"coordinating"` // phối hợp
	Phrases      []Phrase       `json:"phrases"`      // words that name them, with what they were found to mean
	By           instant.Micros `json:"by"`           // finish
	From         instant.Micros `json:"from"`         // takes effect
	Until        instant.Micros `json:"until"`        // holds to
	Cadence      Cadence        `json:"cadence"`
	Targets      []Target       `json:"targets"`
	Proof        []string       `json:"proof"` // files, photo, figures, record, document
	Topic        string         `json:"topic"`
	Line         string         `json:"line"`                  // party or state
	KeepReason   string         `json:"keep_reason,omitempty"` // why a deadline before the document stays
	Why          []string       `json:"why"`                   // rules of the reader, "" for a person's own
	State        string         `json:"state"`                 // one of the states below
	Version      int64          `json:"version"`
	Problem      string         `json:"problem,omitempty"` // what stops a confirmation: a fault key, or ""
}

// States of a proposal.
const (
	Proposed  = "proposed"
	Confirmed = "confirmed"
	Dropped   = "dropped"   // no task at all
	Elsewhere = "elsewhere" // a task, but of bodies outside the territory: noted, never given out here
)

// Phrase is the words of the text that name an organ.
type Phrase struct {
	Text      string   `json:"text"`
	Role      string   `json:"role"` // responsible, via, coordinating
	Offices   []string `json:"offices"`
	How       string   `json:"how,omitempty"`     // how it was found
	Problem   string   `json:"problem,omitempty"` // fault key when it was not
	Successor string   `json:"successor,omitempty"`
}

// Cadence is how often. AtTime is "17:00" of the unit's day, or "".
type Cadence struct {
	EveryMinDays int    `json:"every_min_days" required:"false"`
	EveryMaxDays int    `json:"every_max_days" required:"false"`
	MinTimes     int    `json:"min_times,omitempty" required:"false"`
	AtTime       string `json:"at_time,omitempty" required:"false"`
	Continuous   bool   `json:"continuous,omitempty" required:"false"` // 24/24
	Text         string `json:"text,omitempty" required:"false"`
}

// None tells whether there is no cadence.
func (c Cadence) None() bool { return c.EveryMaxDays == 0 && c.MinTimes == 0 && !c.Continuous }

// Target is a number that the action must meet; Op is eq, min or max.
type Target struct {
	Text  string  `json:"text" required:"false"`
	Value float64 `json:"value" required:"false"`
	Unit  string  `json:"unit" required:"false"`
	Op    string  `json:"op" required:"false"`
}

const clauseColumns = `c.id, c.document, c.n, c.item, c.kind, c.text, c.start_at, c.end_at, c.why,
	c.checked = 1 AS checked, c.version`

// ClauseIn gives a clause inside a transaction.
func ClauseIn(tx *db.Tx, id string) (Clause, error) {
	var c Clause
	err := tx.Get(&c, "SELECT "+clauseColumns+" FROM clause c WHERE c.id = $1", id)
	return c, missing(err)
}

func clausesIn(tx *db.Tx, document string) ([]Clause, error) {
	out := []Clause{}
	err := tx.Select(&out, "SELECT "+clauseColumns+" FROM clause c WHERE c.document = $1 ORDER BY c.n, c.id", document)
	return out, err
}

// keepClauses stores every statement that was read, understood or not, in
// place of an earlier reading.
func (s *Service) keepClauses(tx *db.Tx, d documentRow, found *officialdoc.Document) ([]Clause, error) {
	if _, err := tx.Exec("DELETE FROM term WHERE kind = 'clause' AND subject IN (SELECT id FROM clause WHERE document = $1)", d.ID); err != nil {
		return nil, err
	}
	if _, err := tx.Exec("DELETE FROM clause WHERE document = $1", d.ID); err != nil {
		return nil, err
	}
	out := make([]Clause, len(found.Clauses))
	for i, c := range found.Clauses {
		out[i] = Clause{
			ID: s.ids.New(), Document: d.ID, N: int64(i + 1), Item: c.Item, Kind: c.Kind, Text: c.Text,
			Start: int64(c.Span[0]), End: int64(c.Span[1]), Why: c.Why, Version: 1,
		}
		if err := term.Index(tx, "clause", out[i].ID, c.Text); err != nil {
			return nil, err
		}
	}
	return out, db.InsertAll(tx, "clause", out)
}

// Clauses lists the clauses of one document in order.
func (s *Service) Clauses(ctx context.Context, by auth.Actor, document string) ([]Clause, error) {
	return read(ctx, s, func(tx *db.Tx) ([]Clause, error) {
		if err := mustRead(by, tx, document); err != nil {
			return nil, err
		}
		return clausesIn(tx, document)
	})
}

// SearchClauses finds clauses of all kinds by words without tones.
func (s *Service) SearchClauses(ctx context.Context, by auth.Actor, f ClauseFilter) (Page[FoundClause], error) {
	return read(ctx, s, func(tx *db.Tx) (Page[FoundClause], error) {
		c := &conditions{next: 1}
		w, err := wordsOf(tx, "clause", f.Query)
		if err != nil {
			return Page[FoundClause]{}, err
		}
		w.add(c, "c.id")
		c.readable(by)
		if f.Document != "" {
			c.add("c.document = $", f.Document)
		}
		switch f.Kind {
		case "":
		case "UNKNOWN":
			c.add("c.kind = ''")
		default:
			c.add("c.kind = $", f.Kind)
		}
		total, more, err := c.count(tx, searchCap, "clause c JOIN document d ON d.id = c.document")
		if err != nil {
			return Page[FoundClause]{}, err
		}
		if doc, n, ok := strings.Cut(f.After, "."); ok {
			c.add("c.document < $ OR c.document = $ AND c.n > $", doc, doc, atoi(n))
		}
		items := []FoundClause{}
		err = tx.Select(&items, "SELECT "+clauseColumns+`, d.symbol, d.kind AS doc_kind, d.issuer, d.subject, d.issued_on
			FROM clause c JOIN document d ON d.id = c.document WHERE `+c.where()+
			c.order("c.document DESC, c.n", f.Limit), c.args...)
		return cut(items, f.Limit, total, more, func(x FoundClause) string { return fmt.Sprintf("%s.%d", x.Document, x.N) }), err
	})
}

// Classify says what a clause is. The reader's own answer is kept as an
// example.
func (s *Service) Classify(ctx context.Context, by auth.Actor, in ClassifyInput) (Clause, error) {
	if !slices.Contains(clauseKinds, in.Kind) {
		return Clause{}, fault.New(fault.Invalid, "document.form_invalid").At("kind", "document.form_choice")
	}
	return once(ctx, s, by, "classify", in.Key, func(tx *db.Tx) (Clause, error) {
		c, err := ClauseIn(tx, in.Clause)
		if err != nil {
			return c, err
		}
		d, err := s.reviewed(tx, by, c.Document)
		if err != nil {
			return c, err
		}
		if err := fresh(in.Version, c.Version, d.ChangedName, d.ChangedAt); err != nil {
			return c, err
		}
		was := c.Kind
		c.Kind, c.Checked, c.Version = in.Kind, true, c.Version+1
		_, err = tx.Exec("UPDATE clause SET kind = $1, checked = 1, version = $2 WHERE id = $3", string(c.Kind), c.Version, c.ID)
		if err != nil {
			return c, err
		}
		err = s.exemplify(tx, by, Example{
			Document: d.ID, Proposal: c.ID, Act: "classified", Before: toJSON(was), After: toJSON(c.Kind),
		})
		if err != nil {
			return c, err
		}
		return c, note(tx, by, d.Document, "clause_classified", "", "kind")
	})
}

var clauseKinds = []officialdoc.ClauseKind{
	officialdoc.Obligation, officialdoc.Principle, officialdoc.Goal, officialdoc.Fact, officialdoc.Prohibition,
	officialdoc.Permission, officialdoc.Encouragement, officialdoc.Metaclause,
}
