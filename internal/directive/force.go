package directive

import (
	"context"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// Reasons of a Force.
const (
	ForceUnknown    = "document.force.unknown"    // nothing says that it ended; its day is not known
	ForceNotIssued  = "document.force.not_issued" // a draft
	ForceNotYet     = "document.force.not_yet"    // takes effect later
	ForceEnded      = "document.force.ended"      // its own end has come
	ForceRepealed   = "document.force.repealed"   //
	ForceSuperseded = "document.force.superseded" //
	ForceAmended    = "document.force.amended"    // in force, as changed
	ForceIn         = "document.force.in_force"   //
	ForceExtended   = "document.force.extended"   // in force beyond its own end
)

// InForce says whether a document is in force at a moment, and why. Only
// confirmed links count.
func (s *Service) InForce(ctx context.Context, by auth.Actor, document string, at instant.Micros) (Force, error) {
	return read(ctx, s, func(tx *db.Tx) (Force, error) {
		if err := mustRead(by, tx, document); err != nil {
			return Force{}, err
		}
		return ForceAt(tx, document, at)
	})
}

// since is from when a document works by its own facts.
func since(d Document) instant.Micros {
	if d.From > 0 {
		return d.From
	}
	day, err := parseDay(d.IssuedOn)
	if err != nil {
		return 0
	}
	return instant.Of(day)
}

func drafted(d Document) bool {
	switch d.State {
	case Draft, Adopted, Submitted, Signed:
		return true
	}
	return false
}

// ForceAt is InForce inside a transaction.
func ForceAt(tx *db.Tx, document string, at instant.Micros) (Force, error) {
	d, err := rowIn(tx, document)
	if err != nil {
		return Force{}, err
	}
	f := Force{Since: since(d.Document), Until: d.To}
	switch {
	case drafted(d.Document):
		f.Why = ForceNotIssued
		return f, nil
	case f.Since > at:
		f.Why = ForceNotYet
		return f, nil
	}
	ids, err := twins(tx, d)
	if err != nil {
		return f, err
	}
	acts, err := actsOn(tx, ids)
	if err != nil {
		return f, err
	}
	return judge(f, acts, at), nil
}

// act is what another document did to this one, and when it works.
type act struct {
	kind LinkKind
	by   Document
	at   instant.Micros
}

// judge weighs the acts on a document at a moment: what ended it first counts.
func judge(f Force, acts []act, at instant.Micros) Force {
	f.InForce, f.Why = true, ForceIn
	if f.Since == 0 {
		f.Why = ForceUnknown
	}
	ended := instant.Forever
	for _, a := range acts {
		if a.at > at {
			continue
		}
		switch a.kind {
		case Supersedes, Repeals:
			if a.at < ended {
				ended = a.at
				f.InForce, f.Until, f.By, f.BySymbol = false, a.at, a.by.ID, a.by.Symbol
				f.Why = map[LinkKind]string{Supersedes: ForceSuperseded, Repeals: ForceRepealed}[a.kind]
			}
		case Extends:
			if f.InForce && a.by.To > f.Until {
				f.Until, f.Why, f.By, f.BySymbol = a.by.To, ForceExtended, a.by.ID, a.by.Symbol
			}
		case Amends:
			if f.InForce && f.Why != ForceExtended {
				f.Why, f.By, f.BySymbol = ForceAmended, a.by.ID, a.by.Symbol
			}
		}
	}
	if f.InForce && f.Until > 0 && at >= f.Until {
		f.InForce, f.Why = false, ForceEnded
	}
	return f
}

// twins lists the records of one document: two offices that each registered
// it, and the stub by which others named it.
func twins(tx *db.Tx, d documentRow) ([]string, error) {
	ids := []string{d.ID}
	if d.SymbolKey == "" {
		return ids, nil
	}
	var rows []documentRow
	err := tx.Select(&rows, "SELECT "+documentColumns+rowColumns+" FROM document d WHERE d.symbol_key = $1 AND d.id <> $2 ORDER BY d.id", d.SymbolKey, d.ID)
	for _, r := range rows {
		if sameIssuer(r.IssuerKey, d.IssuerKey) && sameDay(r.IssuedOn, d.IssuedOn) && !drafted(r.Document) && r.State != Refused {
			ids = append(ids, r.ID)
		}
	}
	return ids, err
}

// actsOn lists what confirmed links do to a document, oldest first.
func actsOn(tx *db.Tx, ids []string) ([]act, error) {
	c := &conditions{next: 1}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	c.add("l.to_doc IN ("+strings.TrimSuffix(strings.Repeat("$, ", len(ids)), ", ")+")", args...)
	var links []Link
	err := tx.Select(&links, "SELECT "+linkColumns+` FROM link l WHERE l.confirmed = 1
		AND l.kind IN ('supersedes', 'repeals', 'amends', 'extends') AND `+c.where()+" ORDER BY l.id", c.args...)
	if err != nil {
		return nil, err
	}
	var out []act
	for _, k := range links {
		by, err := DocumentIn(tx, k.From)
		if err != nil {
			return nil, err
		}
		if drafted(by) || by.State == Refused {
			continue
		}
		a := act{kind: k.Kind, by: by, at: k.At}
		if a.at == 0 {
			a.at = since(by)
		}
		out = append(out, a)
	}
	return out, nil
}

// Bounds of a walk through the graph.
const (
	maxDepth = 8
	maxSteps = 200
)

// Behind walks to the orders that stand behind a document, nearest first, each
// once, with its force at a moment.
func (s *Service) Behind(ctx context.Context, by auth.Actor, document string, at instant.Micros) ([]Step, error) {
	return s.walk(ctx, by, document, at, "SELECT "+linkColumns+" FROM link l WHERE l.from_doc = $1 ORDER BY l.start_at, l.id", false)
}

// Ahead walks to the documents that rest on this one.
func (s *Service) Ahead(ctx context.Context, by auth.Actor, document string, at instant.Micros) ([]Step, error) {
	return s.walk(ctx, by, document, at, "SELECT "+linkColumns+" FROM link l WHERE l.to_doc = $1 ORDER BY l.id", true)
}

func (s *Service) walk(ctx context.Context, by auth.Actor, document string, at instant.Micros, query string, backwards bool) ([]Step, error) {
	return read(ctx, s, func(tx *db.Tx) ([]Step, error) {
		if err := mustRead(by, tx, document); err != nil {
			return nil, err
		}
		out := []Step{}
		seen := map[string]bool{document: true}
		level := []string{document}
		for depth := 1; depth <= maxDepth && len(level) > 0 && len(out) < maxSteps; depth++ {
			var next []string
			for _, id := range level {
				var links []Link
				if err := tx.Select(&links, query, id); err != nil {
					return nil, err
				}
				for _, k := range links {
					other := k.To
					if backwards {
						other = k.From
					}
					if seen[other] || k.Kind == Repeats {
						continue
					}
					seen[other] = true
					step, may, err := stepTo(tx, by, k, other, depth, at)
					if err != nil {
						return nil, err
					}
					if !may {
						if !backwards {
							out = append(out, step) // named by a text that the actor reads
						}
						continue
					}
					out, next = append(out, step), append(next, other)
				}
			}
			level = next
		}
		return out, nil
	})
}

func stepTo(tx *db.Tx, by auth.Actor, k Link, other string, depth int, at instant.Micros) (Step, bool, error) {
	d, may, err := known(tx, by, other)
	if err != nil {
		return Step{}, may, err
	}
	from := k.From
	if from == other {
		from = k.To
	}
	f, err := ForceAt(tx, other, at)
	return Step{Document: d, Via: k.Kind, From: from, Depth: depth, Force: f}, may, err
}
