package directive

import (
	"context"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
)

const linkColumns = `l.id, l.from_doc, l.to_doc, l.kind, l.text, l.seen, l.start_at, l.end_at, l.at,
	l.confirmed = 1 AS confirmed, l.why`

// linksIn lists the links of a document both ways: what it names in the order
// of the text, then what names it, as far as the actor may read it.
func linksIn(tx *db.Tx, by auth.Actor, document string) ([]Link, error) {
	var links []Link
	err := tx.Select(&links, "SELECT "+linkColumns+` FROM link l WHERE l.from_doc = $1 OR l.to_doc = $2
		ORDER BY CASE WHEN l.from_doc = $3 THEN 0 ELSE 1 END, l.start_at, l.id`, document, document, document)
	out := []Link{}
	for _, k := range links {
		other := k.To
		if k.Backwards = k.To == document; k.Backwards {
			other = k.From
		}
		d, may, err := known(tx, by, other)
		if err != nil {
			return nil, err
		}
		if k.Other = d; may || !k.Backwards {
			out = append(out, k)
		}
	}
	return out, err
}

// known gives the other end of a link. Of a document that the actor may not
// read it tells what the text that names it tells.
func known(tx *db.Tx, by auth.Actor, id string) (Document, bool, error) {
	d, err := DocumentIn(tx, id)
	if err != nil {
		return d, false, err
	}
	may, err := MayRead(by, tx, id)
	if err == nil && !may {
		d = Document{Origin: Stub, Kind: d.Kind, Symbol: d.Symbol, Issuer: d.Issuer, IssuedOn: d.IssuedOn, System: d.System}
	}
	return d, may, err
}

// Reference names a document by its facts.
type Reference struct {
	Symbol, Kind, Issuer, Date string
}

// refer finds the document that a reference means, among those that the same
// office keeps, then among the stubs; else it makes a stub.
func (s *Service) refer(tx *db.Tx, office string, ref Reference, at instant.Micros) (documentRow, error) {
	sym := ParseSymbol(ref.Symbol)
	key, issuer := symbolKey(sym.Text), issuerKey(ref.Issuer)
	kind := sym.Kind
	if k, ok := KindOf(ref.Kind); ok && kind == "" {
		kind = k.Code
	}
	if err := tx.Lock("document.reference", key+"/"+kind); err != nil {
		return documentRow{}, err
	}
	var found []documentRow
	err := tx.Select(&found, "SELECT "+documentColumns+rowColumns+` FROM document d WHERE d.symbol_key = $1
		AND (d.office = $2 OR d.origin = 'stub') AND d.state NOT IN ('refused') ORDER BY CASE WHEN d.office = $3 THEN 0 ELSE 1 END, d.id`,
		key, office, office)
	if err != nil {
		return documentRow{}, err
	}
	for _, d := range found {
		if key == "" && (d.Kind != kind || d.IssuedOn != ref.Date || d.IssuerKey != issuer) {
			continue
		}
		if sameIssuer(d.IssuerKey, issuer) && sameDay(d.IssuedOn, ref.Date) {
			return d, complete(tx, &d, ref)
		}
	}
	d := documentRow{Document: Document{
		ID: s.ids.New(), Origin: Stub, State: Issued, System: sym.System, Kind: kind, Number: sym.Number, Symbol: sym.Text,
		Issuer: ref.Issuer, IssuedOn: ref.Date, Urgency: Normal, Secrecy: NoSecret, Scope: ToRecipients,
		CreatedAt: at, ChangedAt: at, Version: 1,
	}, SymbolKey: key, IssuerKey: issuer}
	if err := tx.Insert("document", d); err != nil {
		return d, err
	}
	return d, index(tx, d.Document, 0)
}

func sameDay(a, b string) bool { return a == b || a == "" || b == "" }

// complete adds to a stub what a later mention knows more.
func complete(tx *db.Tx, d *documentRow, ref Reference) error {
	if d.Origin != Stub || d.IssuedOn != "" && d.Issuer != "" {
		return nil
	}
	d.IssuedOn, d.Issuer = first(d.IssuedOn, ref.Date), first(d.Issuer, ref.Issuer)
	d.IssuerKey = issuerKey(d.Issuer)
	_, err := tx.Exec("UPDATE document SET issued_on = $1, issuer = $2, issuer_key = $3 WHERE id = $4", d.IssuedOn, d.Issuer, d.IssuerKey, d.ID)
	return err
}

// draw writes a link; one that exists stays.
func (s *Service) draw(tx *db.Tx, k Link) error {
	if k.From == k.To {
		return nil
	}
	_, err := tx.Exec(`INSERT INTO link (id, from_doc, to_doc, kind, text, seen, start_at, end_at, at, confirmed, why)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (from_doc, to_doc, kind) DO NOTHING`,
		s.ids.New(), k.From, k.To, string(k.Kind), k.Text, k.Seen, k.Start, k.End, int64(k.At), number(k.Confirmed), k.Why)
	return err
}

// keepCitations links a document to those that its text names.
func (s *Service) keepCitations(tx *db.Tx, d documentRow, found *officialdoc.Document) error {
	if _, err := tx.Exec("DELETE FROM link WHERE from_doc = $1 AND confirmed = 0", d.ID); err != nil {
		return err
	}
	r, err := readingIn(tx, d.ID)
	if err != nil {
		return err
	}
	text := []rune(r.Text)
	for _, c := range found.Citations {
		ref := Reference{Symbol: first(c.NumberCorrected, c.Number), Kind: c.Kind, Issuer: c.Issuer, Date: c.Date}
		if ref.Symbol == "" && ref.Issuer == "" && ref.Date == "" {
			continue
		}
		to, err := s.refer(tx, d.Office, ref, d.CreatedAt)
		if err != nil {
			return err
		}
		err = s.draw(tx, Link{
			From: d.ID, To: to.ID, Kind: linkKind(text, c), Text: c.Text, Seen: c.Number,
			Start: int64(c.Span[0]), End: int64(c.Span[1]), Why: c.Why,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// before is how many letters before a mention say what is done to it.
const before = 40

// linkKind guesses from the words before a mention what the document does to
// the other. It stays a proposal until a person confirms it.
func linkKind(text []rune, c officialdoc.Citation) LinkKind {
	if c.Reported {
		return Reports
	}
	if c.Span[0] > len(text) {
		return Cites
	}
	folded := fold.Text(string(text[max(0, c.Span[0]-before):c.Span[0]]))
	if i := strings.LastIndexAny(folded, ".;\n"); i >= 0 {
		folded = folded[i:]
	}
	for _, g := range []struct {
		words string
		kind  LinkKind
	}{{"thay the", Supersedes}, {"bai bo", Repeals}, {"sua doi", Amends}} {
		if strings.Contains(folded, g.words) {
			return g.kind
		}
	}
	return Cites
}

// adoptStubs moves the links of this office's documents from stubs to the
// document itself once it is here.
func (s *Service) adoptStubs(tx *db.Tx, d documentRow) error {
	if d.Symbol == "" {
		return nil
	}
	var stubs []documentRow
	err := tx.Select(&stubs, "SELECT "+documentColumns+rowColumns+" FROM document d WHERE d.symbol_key = $1 AND d.origin = 'stub'", d.SymbolKey)
	if err != nil {
		return err
	}
	for _, st := range stubs {
		if !sameIssuer(st.IssuerKey, d.IssuerKey) || !sameDay(st.IssuedOn, d.IssuedOn) {
			continue
		}
		_, err := tx.Exec(`UPDATE link SET to_doc = $1 WHERE to_doc = $2
			AND from_doc IN (SELECT id FROM document WHERE office = $3) AND from_doc <> $4
			AND NOT EXISTS (SELECT 1 FROM link m WHERE m.from_doc = link.from_doc AND m.kind = link.kind AND m.to_doc = $5)`,
			d.ID, st.ID, d.Office, d.ID, d.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// mayLink asks for the right to say how a document stands to others.
func mayLink(tx *db.Tx, by auth.Actor, d Document) error {
	if mayKeep(by, d.Office, d.UnitPath, auth.DocumentRegister) == nil {
		return nil
	}
	return mayHandle(tx, by, d, auth.DocumentReview)
}

// Link draws a link from a document to another, known here or only by its
// facts.
func (s *Service) Link(ctx context.Context, by auth.Actor, in LinkInput) (Link, error) {
	if !slices.Contains([]LinkKind{Cites, Amends, Supersedes, Repeals, Reports, Extends}, in.Kind) {
		return Link{}, fault.New(fault.Invalid, "document.form_invalid").At("kind", "document.form_choice")
	}
	if in.To == "" && CleanSymbol(in.Symbol) == "" && in.Date == "" {
		return Link{}, fault.New(fault.Invalid, "document.form_invalid").At("symbol", "document.form_required")
	}
	return once(ctx, s, by, "link", in.Key, func(tx *db.Tx) (Link, error) {
		d, err := take(tx, by, in.From, 0)
		if err != nil {
			return Link{}, err
		}
		if err := mayLink(tx, by, d.Document); err != nil {
			return Link{}, err
		}
		to := in.To
		if to == "" {
			other, err := s.refer(tx, d.Office, Reference{Symbol: in.Symbol, Issuer: in.Issuer, Date: in.Date}, by.Now)
			if err != nil {
				return Link{}, err
			}
			to = other.ID
		} else if err := mustRead(by, tx, to); err != nil {
			return Link{}, err
		}
		if err := noCycle(tx, d.ID, to, in.Kind); err != nil {
			return Link{}, err
		}
		// What the reader proposed between the two in a weaker sense gives way.
		if _, err := tx.Exec("DELETE FROM link WHERE from_doc = $1 AND to_doc = $2 AND (confirmed = 0 OR kind = $3)", d.ID, to, string(in.Kind)); err != nil {
			return Link{}, err
		}
		if err := s.draw(tx, Link{From: d.ID, To: to, Kind: in.Kind, At: in.At, Seen: in.Symbol, Confirmed: true}); err != nil {
			return Link{}, err
		}
		k, err := linkBetween(tx, by, d.ID, to, in.Kind)
		if err != nil {
			return k, err
		}
		return k, note(tx, by, d.Document, "linked", "", "link")
	})
}

// noCycle refuses that two documents end each other, or one itself.
func noCycle(tx *db.Tx, from, to string, kind LinkKind) error {
	var n int64
	err := tx.Get(&n, `SELECT COUNT(*) FROM link WHERE from_doc = $1 AND to_doc = $2 AND confirmed = 1
		AND kind IN ('supersedes', 'repeals', 'amends')`, to, from)
	if err == nil && (from == to || n > 0 && (kind == Supersedes || kind == Repeals || kind == Amends)) {
		return fault.New(fault.Invalid, "document.link_cycle")
	}
	return err
}

func linkBetween(tx *db.Tx, by auth.Actor, from, to string, kind LinkKind) (Link, error) {
	var k Link
	err := tx.Get(&k, "SELECT "+linkColumns+" FROM link l WHERE l.from_doc = $1 AND l.to_doc = $2 AND l.kind = $3", from, to, string(kind))
	if err != nil {
		return k, missing(err)
	}
	k.Other, _, err = known(tx, by, to)
	return k, err
}

// takeLink locks the source of a link that the actor may change.
func takeLink(tx *db.Tx, by auth.Actor, id string) (Link, documentRow, error) {
	var k Link
	err := tx.Get(&k, "SELECT "+linkColumns+" FROM link l WHERE l.id = $1", id)
	if err != nil {
		return k, documentRow{}, missing(err)
	}
	d, err := take(tx, by, k.From, 0)
	if err != nil {
		return k, d, err
	}
	return k, d, mayLink(tx, by, d.Document)
}

// Unlink removes a link that was wrong.
func (s *Service) Unlink(ctx context.Context, by auth.Actor, in UnlinkInput) error {
	_, err := once(ctx, s, by, "unlink", in.Key, func(tx *db.Tx) (bool, error) {
		k, d, err := takeLink(tx, by, in.Link)
		if err != nil {
			return false, err
		}
		if _, err := tx.Exec("DELETE FROM link WHERE id = $1", k.ID); err != nil {
			return false, err
		}
		return true, note(tx, by, d.Document, "unlinked", in.Reason, "link")
	})
	return err
}

// ConfirmLink marks a link that the reader proposed as right.
func (s *Service) ConfirmLink(ctx context.Context, by auth.Actor, key, link string) (Link, error) {
	return once(ctx, s, by, "confirm-link", key, func(tx *db.Tx) (Link, error) {
		k, d, err := takeLink(tx, by, link)
		if err != nil {
			return k, err
		}
		if err := noCycle(tx, k.From, k.To, k.Kind); err != nil {
			return k, err
		}
		if _, err := tx.Exec("UPDATE link SET confirmed = 1 WHERE id = $1", k.ID); err != nil {
			return k, err
		}
		k.Confirmed = true
		if k.Other, _, err = known(tx, by, k.To); err != nil {
			return k, err
		}
		return k, note(tx, by, d.Document, "link_confirmed", "", "link")
	})
}
