package directive

import (
	"context"
	"fmt"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/blob"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/officialdoc"
)

// find reads a text; no text gives no findings. It runs outside transactions.
func (s *Service) find(text string) (*officialdoc.Document, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	return s.tools.Reader.Read(text)
}

type readingRow struct {
	Document string `db:"document"`
	State    string `db:"state"`
	Problem  string `db:"problem"`
	Done     int64  `db:"done"`
	Total    int64  `db:"total"`
	At       int64  `db:"at"`
	Content  string `db:"content"`
	Typed    bool   `db:"typed"`
	Found    string `db:"found"`
}

// setReading writes the reading of a document, in place of an earlier one.
func (s *Service) setReading(tx *db.Tx, r Reading) error {
	found := ""
	if r.Found != nil {
		found = toJSON(r.Found)
	}
	if _, err := tx.Exec("DELETE FROM reading WHERE document = $1", r.Document); err != nil {
		return err
	}
	return tx.Insert("reading", readingRow{r.Document, r.State, r.Problem, r.Done, r.All, int64(r.At), r.Text, r.Typed, found})
}

// readingIn gives the reading of a document; none has state "none".
func readingIn(tx *db.Tx, document string) (Reading, error) {
	var row readingRow
	err := tx.Get(&row, `SELECT document, state, problem, done, total, at, content, typed = 1 AS typed, found
		FROM reading WHERE document = $1`, document)
	if err == db.ErrNoRow {
		return Reading{Document: document, State: "none"}, nil
	}
	if err != nil {
		return Reading{}, err
	}
	r := Reading{
		Document: document, State: row.State, Problem: row.Problem, Done: row.Done, All: row.Total,
		Text: row.Content, Typed: row.Typed,
	}
	r.At = microsOf(row.At)
	if row.Found == "" {
		return r, nil
	}
	r.Found = &officialdoc.Document{}
	if err := fromJSON(row.Found, r.Found); err != nil {
		return Reading{}, fmt.Errorf("directive: findings of %s: %w", document, err)
	}
	return r, nil
}

// keepReading stores a text with what was found in it: clauses, proposals and
// links of what no person has touched yet are made anew.
func (s *Service) keepReading(tx *db.Tx, by auth.Actor, d *documentRow, r Reading) error {
	r.Document, r.State, r.At = d.ID, "done", by.Now
	if err := s.setReading(tx, r); err != nil {
		return err
	}
	d.ContentHash = contentHash(r.Text)
	decided, err := reviewBegan(tx, d.ID)
	if err != nil || decided || r.Found == nil {
		return err
	}
	clauses, err := s.keepClauses(tx, *d, r.Found)
	if err != nil {
		return err
	}
	if err := s.keepProposals(tx, by, *d, r.Found, clauses); err != nil {
		return err
	}
	return s.keepCitations(tx, *d, r.Found)
}

// reviewBegan tells whether a person has decided anything about a text, which
// another reading must not undo.
func reviewBegan(tx *db.Tx, document string) (bool, error) {
	var n int64
	err := tx.Get(&n, `SELECT (SELECT COUNT(*) FROM proposal WHERE document = $1 AND (state <> 'proposed' OR version > 1))
		+ (SELECT COUNT(*) FROM clause WHERE document = $2 AND checked = 1)`, document, document)
	return n > 0, err
}

// prefill takes the facts of a document from its findings where nobody has
// entered any.
func prefill(d *documentRow, found *officialdoc.Document) {
	if found == nil || d.State != Received || d.Symbol != "" || d.Issuer != "" || d.Subject != "" {
		return
	}
	m := found.Metadata
	f := Facts{
		Symbol: first(m.NumberCorrected, m.Number), Kind: kindOfReading(m), Issuer: m.Issuer, IssuedOn: m.IssuedOn,
		Place: m.Place, Subject: m.Subject, Signer: first(m.SignerCorrected, m.Signer), SignerTitle: m.SignerTitle,
		Urgency: urgencyOf(m.Urgency),
	}
	f.clean()
	f.apply(d)
	if m.Number != "" && CleanSymbol(m.Number) != d.Symbol {
		d.SymbolSeen = m.Number
	}
	d.SignedFor = m.SignedFor
	if d.System == "" {
		d.System = m.System
	}
}

// kindOfReading is the code of a read kind; a news report counts as what it
// reports.
func kindOfReading(m officialdoc.Metadata) string {
	for _, name := range []string{m.KindCode, m.ReportedKind, m.Kind} {
		if name == "" {
			continue
		}
		if k, ok := KindOf(name); ok {
			return k.Code
		}
	}
	return ""
}

func urgencyOf(mark string) Urgency {
	switch fold.Text(mark) {
	case "hoa toc":
		return Express
	case "thuong khan":
		return VeryUrgent
	case "khan":
		return Urgent
	default:
		return Normal
	}
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// foreignStamp tells of an arrival stamp or slip of another office that was
// seen on the scan: "522 · HUYỆN ỦY QUỐC OAI". It never is a number of ours.
func foreignStamp(tx *db.Tx, document string) (string, error) {
	r, err := readingIn(tx, document)
	if err != nil || r.Found == nil {
		return "", err
	}
	for _, st := range r.Found.Stamps {
		if st.Number != "" {
			return strings.Trim(st.Number+" · "+st.Office, " ·"), nil
		}
	}
	if r.Found.Slip != nil && r.Found.Slip.ArrivalNumber != "" {
		return r.Found.Slip.ArrivalNumber, nil
	}
	return "", nil
}

// maxSource bounds a stored file that is read again.
const maxSource = MaxUpload

// Read reads a received document: text out of its file, findings out of the
// text, facts, clauses and proposals out of the findings. A job calls it; it
// may run again. progress hears pages done and in all, and may be nil.
func (s *Service) Read(ctx context.Context, by auth.Actor, document string, progress func(done, all int)) error {
	if s.tools.Extract == nil {
		return fault.New(fault.Unavailable, "document.no_extractor")
	}
	var hash string
	err := s.store.Read(ctx, func(tx *db.Tx) error {
		return missing(tx.Get(&hash, `SELECT hash FROM attachment WHERE document = $1 AND kind = 'source' ORDER BY id LIMIT 1`, document))
	})
	if err != nil {
		return err
	}
	data, _, err := blob.ReadAll(ctx, s.store, hash, maxSource)
	if err != nil {
		return err
	}
	result, err := s.tools.Extract.Extract(ctx, data, progress)
	if err != nil {
		if lasting(err) {
			return s.readingFailed(ctx, by, document, fault.KeyOf(err))
		}
		return err
	}
	found, err := s.find(result.Text)
	if err != nil {
		return s.readingFailed(ctx, by, document, fault.KeyOf(err))
	}
	return s.readingDone(ctx, by, document, Reading{Text: result.Text, Found: found})
}

// lasting tells whether another try would fail the same way.
func lasting(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.TooLarge, fault.Conflict:
		return true
	}
	return false
}

func (s *Service) readingFailed(ctx context.Context, by auth.Actor, document, problem string) error {
	return s.store.Write(ctx, func(tx *db.Tx) error {
		d, err := DocumentIn(tx, document)
		if err != nil {
			return err
		}
		if err := s.setReading(tx, Reading{Document: document, State: "failed", Problem: problem, At: by.Now}); err != nil {
			return err
		}
		return note(tx, by, d, "read_failed", "")
	})
}

// readingDone stores what a job read. Facts are filled in only while nobody
// has entered any, and a text that is marked secret is not kept.
func (s *Service) readingDone(ctx context.Context, by auth.Actor, document string, r Reading) error {
	return s.store.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock("document", document); err != nil {
			return err
		}
		d, err := rowIn(tx, document)
		if err != nil {
			return err
		}
		if r.Found != nil && r.Found.Metadata.Secrecy != "" || d.Secrecy != NoSecret {
			return s.dropContent(tx, by, d)
		}
		had, err := readingIn(tx, document)
		if err != nil || had.Typed && had.Text != "" {
			return err // somebody typed the text meanwhile; it stays
		}
		if err := s.keepReading(tx, by, &d, r); err != nil {
			return err
		}
		prefill(&d, r.Found)
		if err := s.restamp(tx, d.Document); err != nil {
			return err
		}
		if err := s.save(tx, by, &d); err != nil {
			return err
		}
		return note(tx, by, d.Document, "read", "", "content")
	})
}

// restamp writes a foreign stamp that was read after the entry.
func (s *Service) restamp(tx *db.Tx, d Document) error {
	stamp, err := foreignStamp(tx, d.ID)
	if err != nil || stamp == "" {
		return err
	}
	_, err = tx.Exec("UPDATE entry SET foreign_stamp = $1 WHERE document = $2", stamp, d.ID)
	return err
}

// dropContent lets go of the file of a document that turned out to be secret:
// the number stays, the content does not.
func (s *Service) dropContent(tx *db.Tx, by auth.Actor, d documentRow) error {
	var hashes []string
	if err := tx.Select(&hashes, "SELECT hash FROM attachment WHERE document = $1", d.ID); err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM attachment WHERE document = $1", d.ID); err != nil {
		return err
	}
	for _, h := range hashes {
		if err := s.eraseBlob(tx, h); err != nil {
			return err
		}
	}
	if err := s.setReading(tx, Reading{Document: d.ID, State: "failed", Problem: "document.secret_content", At: by.Now}); err != nil {
		return err
	}
	if d.Secrecy == NoSecret {
		d.Secrecy = Secret
	}
	d.ContentHash = ""
	if err := s.save(tx, by, &d); err != nil {
		return err
	}
	return note(tx, by, d.Document, "content_dropped", "", "content")
}

// eraseBlob removes a file that no document holds any more.
func (s *Service) eraseBlob(tx *db.Tx, hash string) error {
	var n int64
	if err := tx.Get(&n, "SELECT COUNT(*) FROM attachment WHERE hash = $1", hash); err != nil || n > 0 {
		return err
	}
	return blob.Erase(tx, hash)
}
