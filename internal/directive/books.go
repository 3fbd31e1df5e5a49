package directive

import (
	"context"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
)

// By which column a list may be sorted; "-" before it turns it round. Each has
// an index that the branch walks.
const (
	SortNo      = "no"      // number in the book of arrivals
	SortArrived = "arrived" //
	SortIssuer  = "issuer"  //
	SortSymbol  = "symbol"  //
	SortIssued  = "issued"  // day of issue
	SortChanged = "changed" //
	SortUrgency = "urgency" // of the short lists that wait for somebody
)

// documentKeys are the columns that documents of one office are sorted by.
var documentKeys = map[string]string{
	SortIssuer: "d.issuer_key", SortSymbol: "d.symbol_key", SortIssued: "d.issued_on", SortChanged: "d.changed_at",
}

// sorting splits what was asked for; what the list does not know is its usual
// order.
func sorting(asked, usual string, known func(string) bool) (column string, down bool) {
	if !known(strings.TrimPrefix(asked, "-")) {
		asked = usual
	}
	return strings.TrimPrefix(asked, "-"), strings.HasPrefix(asked, "-")
}

// Incoming lists the arrivals of the actor's office: what waits for the book,
// and the book, newest number first.
func (s *Service) Incoming(ctx context.Context, by auth.Actor, f Filter) (Page[Listed], error) {
	if err := by.Require(auth.DocumentRead, by.UnitPath, auth.Internal); err != nil {
		return Page[Listed]{}, err
	}
	return read(ctx, s, func(tx *db.Tx) (Page[Listed], error) {
		w, err := wordsOf(tx, "document", f.Query)
		if err != nil {
			return Page[Listed]{}, err
		}
		few, err := fewIn(tx, by.Office, f)
		if err != nil {
			return Page[Listed]{}, err
		}
		offices, err := officesOf(tx, by)
		if err != nil {
			return Page[Listed]{}, err
		}
		return incoming(by, offices, f, few).page(tx, by, f, w)
	})
}

// fewIn tells whether a filter leaves few documents of an office, so that they
// lead the list instead of its order.
func fewIn(tx *db.Tx, office string, f Filter) (bool, error) {
	for _, one := range []Filter{{Open: f.Open}, {State: f.State}, {Kind: f.Kind}, {Urgency: f.Urgency}} {
		if one == (Filter{}) {
			continue
		}
		c := &conditions{next: 1}
		c.add("d.office = $", office)
		c.filter(one, "")
		if n, _, err := c.count(tx, rare, "document d"); err != nil || n < rare {
			return err == nil, err
		}
	}
	return false, nil
}

// incoming plans the book: the order of numbers and of arrival is that of the
// entries, any other that of the documents, and so is that of few.
func incoming(by auth.Actor, offices []string, f Filter, few bool) plan {
	column, down := sorting(f.Sort, "-"+SortNo, func(c string) bool {
		return c == SortNo || c == SortArrived || documentKeys[c] != ""
	})
	keys := map[string][]string{SortNo: {"e.year", "e.no"}, SortArrived: {"e.arrived_at"}}[column]
	waits := map[string][]string{SortNo: {"9999", "0"}, SortArrived: {"d.created_at"}}[column]
	p := plan{down: down, cap: countCap, day: "e.arrived_at"}
	if keys == nil {
		keys = []string{documentKeys[column]}
		waits, few = []string{"COALESCE(" + keys[0] + ", " + keys[0] + ")"}, true // few: its state leads, not the order
	}
	if few {
		p.branches = ledByDocuments(by, offices, keys)
	} else {
		p.branches = []branch{{from: entries, keys: keys, id: "e.document", where: func(c *conditions) { c.add("e.office = $", by.Office) }}}
	}
	if f.Register == "" && f.From == "" && f.To == "" {
		p.branches = append(p.branches, branch{from: "document d", keys: waits, id: "d.id", where: func(c *conditions) {
			c.add("d.office = $ AND d.origin = 'incoming' AND d.state = 'received'", by.Office)
		}})
	}
	return p
}

const (
	onlyEntries = "entry e"
	entries     = onlyEntries + " JOIN document d ON d.id = e.document"
)

// ledByDocuments is the book of an office from its documents and from those
// that it took in from others, sent to one of its offices. COALESCE keeps a planner without statistics from
// turning the join round and walking the whole book.
func ledByDocuments(by auth.Actor, offices, keys []string) []branch {
	own := branch{from: "document d JOIN entry e ON e.document = d.id AND e.office = COALESCE(d.office, '')", keys: keys, id: "d.id"}
	own.where = func(c *conditions) { c.add("d.office = $", by.Office) }
	out := []branch{own}
	for _, office := range offices {
		taken := branch{from: "recipient i JOIN document d ON d.id = i.document JOIN entry e ON e.document = i.document", keys: keys, id: "d.id", twice: true}
		taken.where = func(c *conditions) {
			c.add("i.office = $ AND i.sent_at > 0 AND COALESCE(e.office, '') = $", office, by.Office)
		}
		out = append(out, taken)
	}
	return out
}

// Outgoing lists what the actor's office makes and made, newest first.
func (s *Service) Outgoing(ctx context.Context, by auth.Actor, f Filter) (Page[Listed], error) {
	if err := by.Require(auth.DocumentRead, by.UnitPath, auth.Internal); err != nil {
		return Page[Listed]{}, err
	}
	return s.list(ctx, by, f, outgoing(by, f))
}

func outgoing(by auth.Actor, f Filter) plan {
	column, down := sorting(f.Sort, "-", func(c string) bool { return documentKeys[c] != "" })
	b := branch{from: "document d", id: "d.id", where: func(c *conditions) {
		c.add("d.office = $ AND d.origin = 'made'", by.Office)
	}}
	if column != "" {
		b.keys = []string{documentKeys[column]}
	}
	return plan{branches: []branch{b}, down: down, cap: countCap, day: "d.issued_on"}
}

// Inbox lists what was sent to the actor's office through the system, and what
// was sent to those whose papers pass through it; Open leaves out what it has
// registered.
func (s *Service) Inbox(ctx context.Context, by auth.Actor, f Filter) (Page[Listed], error) {
	if err := by.Require(auth.DocumentRead, by.UnitPath, auth.Internal); err != nil {
		return Page[Listed]{}, err
	}
	open := f.Open
	f.Open = false
	column, down := sorting(f.Sort, "-", func(c string) bool { return documentKeys[c] != "" })
	b := branch{from: "document d", id: "d.id", where: func(c *conditions) {
		c.theirs(by, "d.office", "NOT %s")
		c.theirs(by, "i.office", "d.id IN (SELECT i.document FROM recipient i WHERE %s AND i.sent_at > 0)")
		if open {
			c.add("NOT EXISTS (SELECT 1 FROM entry e WHERE e.office = $ AND e.document = d.id)", by.Office)
		}
	}}
	if column != "" {
		b.keys = []string{documentKeys[column]}
	}
	return s.list(ctx, by, f, plan{branches: []branch{b}, down: down, cap: countCap, day: "d.issued_on"})
}

// Search lists all documents that the actor may read, stubs left out, newest
// first. Where the filter leaves so few that they can all be counted, they may
// be sorted by a column of the document; of more, only the newest are shown in
// time.
func (s *Service) Search(ctx context.Context, by auth.Actor, f Filter) (Page[Listed], error) {
	return read(ctx, s, func(tx *db.Tx) (Page[Listed], error) {
		w, err := wordsOf(tx, "document", f.Query)
		if err != nil {
			return Page[Listed]{}, err
		}
		p, err := searching(tx, by, w)
		if err != nil {
			return Page[Listed]{}, err
		}
		if p, err = p.sorted(tx, f, w); err != nil {
			return Page[Listed]{}, err
		}
		return p.page(tx, by, f, w)
	})
}

// sorted is the plan by a column of the document, where it lists few.
func (p plan) sorted(tx *db.Tx, f Filter, w words) (plan, error) {
	column, down := sorting(f.Sort, "", func(c string) bool { return documentKeys[c] != "" })
	if column == "" {
		return p, nil
	}
	_, more, err := p.count(tx, f, w)
	if err != nil || more {
		return p, err
	}
	p.down = down
	for i := range p.branches {
		p.branches[i].keys = []string{documentKeys[column]}
	}
	return p, nil
}

// searching walks each reason to read a document by itself. Where a rare word
// leads there are few documents, and each is asked whether it may be read.
func searching(tx *db.Tx, by auth.Actor, w words) (plan, error) {
	p := plan{down: true, cap: searchCap, day: "d.issued_on"}
	if w.lead || by.Account == system {
		p.branches = []branch{{from: "document d", id: "d.id", where: func(c *conditions) {
			c.add("d.origin <> 'stub'")
			c.readable(by)
		}}}
		return p, nil
	}
	reasons, err := reasonsOf(tx, by)
	for _, b := range reasons {
		why := b.where
		b.where = func(c *conditions) {
			why(c)
			c.add("d.origin <> 'stub'")
		}
		p.branches = append(p.branches, b)
	}
	return p, err
}

// AwaitingAdvice lists the documents whose slip the actor may advise on, the
// most urgent first and then those that wait longest.
func (s *Service) AwaitingAdvice(ctx context.Context, by auth.Actor, f Filter) (Page[Listed], error) {
	if err := by.Require(auth.DocumentAdvise, by.UnitPath, auth.Internal); err != nil {
		return Page[Listed]{}, err
	}
	return s.list(ctx, by, f, awaiting(by, f, "d.state = 'registered'"))
}

// AwaitingApproval lists the slips and signatures that wait for the actor, in
// the same order.
func (s *Service) AwaitingApproval(ctx context.Context, by auth.Actor, f Filter) (Page[Listed], error) {
	if err := by.Require(auth.DocumentApprove, by.UnitPath, auth.Internal); err != nil {
		return Page[Listed]{}, err
	}
	return s.list(ctx, by, f, awaiting(by, f, "d.state IN ('advised', 'submitted')"))
}

// rank is the urgency as a number, 0 for Hỏa tốc.
const rank = "CASE d.urgency WHEN 'express' THEN 0 WHEN 'very_urgent' THEN 1 WHEN 'urgent' THEN 2 ELSE 3 END"

// age is since when a document has been here: its arrival, or its first draft.
const age = "COALESCE(e.arrived_at, d.created_at)"

// awaiting lists papers in one state that pass through the actor's post. They
// are few, so they may be sorted.
func awaiting(by auth.Actor, f Filter, state string) plan {
	column, down := sorting(f.Sort, SortUrgency, func(c string) bool {
		return c == SortUrgency || c == SortArrived || documentKeys[c] != ""
	})
	keys := map[string][]string{SortUrgency: {rank, age}, SortArrived: {age}}[column]
	if keys == nil {
		keys = []string{documentKeys[column]}
	}
	return plan{down: down, cap: countCap, day: "e.arrived_at", branches: []branch{{
		from: "document d LEFT JOIN entry e ON e.document = d.id AND e.office = d.office", keys: keys, id: "d.id",
		where: func(c *conditions) {
			c.add(state)
			c.readable(by)
			c.mine(by)
		},
	}}}
}

// mine narrows to papers that pass through the actor's post.
func (c *conditions) mine(by auth.Actor) {
	if by.Account != system {
		c.add("d.office = $ OR d.office IN ("+circle+")", by.Office, by.Office)
	}
}
