package directive

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/term"
)

// documentRow is a document with the columns that only comparisons need.
type documentRow struct {
	Document
	SymbolKey   string `db:"symbol_key"`
	IssuerKey   string `db:"issuer_key"`
	ContentHash string `db:"content_hash"`
}

var documentNames = strings.Fields(`id origin state office unit_path line register system kind number symbol symbol_seen
	issuer issuer_office issued_on place subject signer signer_title signed_for urgency secrecy scope scope_path
	from_at to_at dossier meeting created_at created_post created_person changed_at changed_name version`)

// documentColumns lists the columns of a Document, read from alias d.
var documentColumns = columnsOf("d", documentNames) + ", d.public = 1 AS public"

func columnsOf(alias string, names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = alias + "." + n
	}
	return strings.Join(out, ", ")
}

const rowColumns = ", d.symbol_key, d.issuer_key, d.content_hash"

// notFound is the answer for what there is not and for what the actor may not
// know of: nobody can tell them apart.
func notFound() error { return fault.New(fault.NotFound, "document.not_found") }

func missing(err error) error {
	if err == db.ErrNoRow {
		return notFound()
	}
	return err
}

// DocumentIn gives a document inside a transaction, without asking who reads.
func DocumentIn(tx *db.Tx, id string) (Document, error) {
	var d Document
	err := tx.Get(&d, "SELECT "+documentColumns+" FROM document d WHERE d.id = $1", id)
	return d, missing(err)
}

func rowIn(tx *db.Tx, id string) (documentRow, error) {
	var d documentRow
	err := tx.Get(&d, "SELECT "+documentColumns+rowColumns+" FROM document d WHERE d.id = $1", id)
	return d, missing(err)
}

// insert stores a new document.
func (s *Service) insert(tx *db.Tx, by auth.Actor, d *documentRow) error {
	if d.ID == "" {
		d.ID = s.ids.New()
	}
	d.CreatedAt, d.CreatedPost, d.CreatedPerson = by.Now, by.Post, by.Person
	d.ChangedAt, d.ChangedName, d.Version = by.Now, by.Name, 1
	d.complete()
	if err := tx.Insert("document", *d); err != nil {
		return err
	}
	return index(tx, d.Document, 0)
}

// complete fills in what follows from other fields.
func (d *documentRow) complete() {
	d.SymbolKey, d.IssuerKey = symbolKey(d.Symbol), issuerKey(d.Issuer)
	if d.Urgency == "" {
		d.Urgency = Normal
	}
	if d.Secrecy == "" {
		d.Secrecy = NoSecret
	}
	if d.Scope == "" {
		d.Scope = ToRecipients
	}
	if d.Secrecy != NoSecret {
		d.Scope, d.ScopePath = ToOffice, ""
	}
	if d.Scope != ToUnit {
		d.ScopePath = ""
	} else if d.ScopePath == "" {
		d.ScopePath = d.UnitPath
	}
}

// save writes a changed document with its next version.
func (s *Service) save(tx *db.Tx, by auth.Actor, d *documentRow) error {
	d.complete()
	d.ChangedAt, d.ChangedName = by.Now, by.Name
	d.Version++
	n, err := tx.Exec(`UPDATE document SET state = $1, register = $2, system = $3, kind = $4, number = $5, symbol = $6,
		symbol_seen = $7, symbol_key = $8, issuer = $9, issuer_key = $10, issuer_office = $11, issued_on = $12, place = $13,
		subject = $14, signer = $15, signer_title = $16, signed_for = $17, urgency = $18, secrecy = $19, scope = $20,
		scope_path = $21, public = $22, from_at = $23, to_at = $24, dossier = $25, meeting = $26, content_hash = $27,
		changed_at = $28, changed_name = $29, version = $30 WHERE id = $31 AND version = $32`,
		d.State, d.Register, d.System, d.Kind, d.Number, d.Symbol,
		d.SymbolSeen, d.SymbolKey, d.Issuer, d.IssuerKey, d.IssuerOffice, d.IssuedOn, d.Place,
		d.Subject, d.Signer, d.SignerTitle, d.SignedFor, d.Urgency, d.Secrecy, d.Scope,
		d.ScopePath, number(d.Public), int64(d.From), int64(d.To), d.Dossier, d.Meeting, d.ContentHash,
		int64(d.ChangedAt), d.ChangedName, d.Version, d.ID, d.Version-1)
	if err == nil && n != 1 {
		err = fmt.Errorf("directive: %d rows of document %s saved", n, d.ID)
	}
	if err != nil {
		return err
	}
	no, err := arrivalNo(tx, d.Document)
	if err != nil {
		return err
	}
	return index(tx, d.Document, no)
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// index makes a document findable by its facts.
func index(tx *db.Tx, d Document, no int64) error {
	words := []string{d.Symbol, KindName(d.Kind, "vi"), d.Issuer, d.Subject, d.Signer}
	if no > 0 {
		words = append(words, fmt.Sprint(no))
	}
	return term.Index(tx, "document", d.ID, words...)
}

func arrivalNo(tx *db.Tx, d Document) (int64, error) {
	var no int64
	err := tx.Get(&no, "SELECT no FROM entry WHERE document = $1 AND office = $2", d.ID, d.Office)
	if err == db.ErrNoRow {
		return 0, nil
	}
	return no, err
}

// take locks a document to change it: one that the actor may not read is not
// found, one that changed since the form was made is a conflict.
func take(tx *db.Tx, by auth.Actor, id string, version int64) (documentRow, error) {
	if err := tx.Lock("document", id); err != nil {
		return documentRow{}, err
	}
	if err := mustRead(by, tx, id); err != nil {
		return documentRow{}, err
	}
	d, err := rowIn(tx, id)
	if err != nil {
		return documentRow{}, err
	}
	return d, fresh(version, d.Version, d.ChangedName, d.ChangedAt)
}

// fresh refuses a form that is based on an older version.
func fresh(asked, have int64, name string, at instant.Micros) error {
	if asked == 0 || asked == have {
		return nil
	}
	return fault.New(fault.Conflict, "conflict.changed", "Who", name, "At", at)
}

// wrongState refuses an act that does not fit where the document stands.
func wrongState(d Document) error {
	return fault.New(fault.Conflict, "document.wrong_state", "State", string(d.State))
}

func (d Document) in(states ...State) error {
	for _, s := range states {
		if d.State == s {
			return nil
		}
	}
	return wrongState(d)
}

// note writes what was done to a document into the change log and the audit.
func note(tx *db.Tx, by auth.Actor, d Document, what, reason string, fields ...string) error {
	err := tx.ChangedData(by.Now, db.Change{Kind: "document", Subject: d.ID, Unit: d.Office, What: what},
		map[string]any{"state": d.State, "office": d.Office})
	if err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{
		Action: "document." + what, Kind: "document", Subject: d.ID, Unit: d.UnitPath, Fields: fields, Reason: reason,
	})
}

// once runs a write in one transaction. A repeated key changes nothing and
// gives the kept answer; keys of different accounts and acts are apart.
func once[T any](ctx context.Context, s *Service, by auth.Actor, act, key string, do func(*db.Tx) (T, error)) (T, error) {
	return auth.Once(ctx, s.store, by, "directive/"+act, key, do)
}

// read runs a reading in one snapshot.
func read[T any](ctx context.Context, s *Service, do func(*db.Tx) (T, error)) (T, error) {
	var out T
	err := s.store.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = do(tx)
		return err
	})
	if err != nil {
		return *new(T), err
	}
	return out, nil
}

// toJSON writes a small structure for a column.
func toJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("directive: %T as JSON: %v", v, err)) // plain structs: cannot fail
	}
	return string(b)
}

func fromJSON(text string, into any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), into)
}

func microsOf(v int64) instant.Micros { return instant.Micros(v) }
