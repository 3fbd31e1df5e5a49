package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"phaodai/internal/db"
)

// Period is the time of one key.
type Period struct {
	Number int64  `json:"number"` // 1 is the first
	Begin  int64  `json:"begin"`  // size of the log when it began; the key signs what is longer
	Public string `json:"public"`
	Lost   bool   `json:"lost"` // the key before was lost and does not vouch for this one

	before string    // public key of the period before
	root   tlog.Hash // of the log at Begin
	text   string    // what was signed
}

// Name is the key as signatures name it.
func (p Period) Name() string { return nameOf(p.Public) }

// statement is the body of the note that begins a period: a checkpoint with
// further lines, so that the keys which sign it also vouch for the log so far.
func (p Period) statement() string {
	text := Checkpoint{p.Begin, p.root}.text() + fmt.Sprintf("period %d\nkey %s\n", p.Number, p.Public)
	if p.before != "" {
		text += "after " + p.before + "\n"
	}
	if p.Lost {
		text += "lost\n"
	}
	return text
}

func parsePeriod(text string) (Period, error) {
	damaged := errors.New("audit: a statement about the key is damaged")
	c, err := parseCheckpoint(text)
	if err != nil {
		return Period{}, err
	}
	p := Period{Begin: c.Size, root: c.Hash, text: text}
	for _, line := range strings.Split(text, "\n")[3:] {
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "period":
			if p.Number, err = strconv.ParseInt(rest, 10, 64); err != nil {
				return p, damaged
			}
		case "key":
			p.Public = rest
		case "after":
			p.before = rest
		case "lost":
			p.Lost = true
		}
	}
	if p.statement() != text {
		return p, damaged
	}
	return p, nil
}

// openPeriod reads a signed statement: its own key must have signed, and so
// must the key before unless the statement says that it was lost.
func openPeriod(signed string) (Period, error) {
	body, _, _ := strings.Cut(signed, "\n\n")
	p, err := parsePeriod(body + "\n")
	if err != nil {
		return p, err
	}
	must := []string{p.Public}
	if p.Number > 1 && !p.Lost {
		must = append(must, p.before)
	}
	for _, public := range must {
		v, err := note.NewVerifier(public)
		if err != nil {
			return p, fmt.Errorf("audit: key of period %d: %w", p.Number, err)
		}
		if n, err := note.Open([]byte(signed), note.VerifierList(v)); err != nil || n.Text != p.text {
			return p, fmt.Errorf("audit: the key of period %d is not signed by %s", p.Number, nameOf(public))
		}
	}
	return p, nil
}

// digest is what the audit entry of the change names, so that statement and
// entry cannot be exchanged one without the other.
func (p Period) digest() string {
	sum := sha256.Sum256([]byte(p.text))
	return hex.EncodeToString(sum[:])
}

type keyRow struct {
	N    int64  `db:"n"`
	Note string `db:"note"`
}

func keyRows(tx *db.Tx) ([]keyRow, error) {
	var rows []keyRow
	err := tx.Select(&rows, "SELECT n, note FROM audit_key ORDER BY n")
	return rows, err
}

// newest is the period that runs; ok is false before the first.
func newest(tx *db.Tx) (p Period, ok bool, err error) {
	var signed string
	err = tx.Get(&signed, "SELECT note FROM audit_key ORDER BY n DESC LIMIT 1")
	if errors.Is(err, db.ErrNoRow) {
		return Period{}, false, nil
	}
	if err != nil {
		return Period{}, false, err
	}
	p, err = openPeriod(signed)
	return p, err == nil, err
}

// begin signs the statement of a period and stores it.
func begin(tx *db.Tx, p *Period, by ...pair) error {
	p.text = p.statement()
	signed, err := sign(p.text, by...)
	if err != nil {
		return err
	}
	return tx.Insert("audit_key", keyRow{p.Number, signed})
}

// periods are the keys in their order, as far as they hold.
type periods []Period

// open checks a signed checkpoint by the key in whose period its size lies.
func (ps periods) open(signed string) (Checkpoint, error) {
	for i, p := range ps {
		v, err := note.NewVerifier(p.Public)
		if err != nil {
			return Checkpoint{}, err
		}
		n, err := note.Open([]byte(signed), note.VerifierList(v))
		var bad *note.InvalidSignatureError
		switch {
		case errors.As(err, &bad):
			return Checkpoint{}, fmt.Errorf("the signature is not by key %d (%s), which it names", p.Number, p.Name())
		case err != nil:
			continue
		}
		c, err := parseCheckpoint(n.Text)
		if err != nil {
			return c, err
		}
		if c.Size < p.Begin || i+1 < len(ps) && c.Size > ps[i+1].Begin {
			return c, fmt.Errorf("size %d is signed by key %d (%s), whose time it is not", c.Size, p.Number, p.Name())
		}
		return c, nil
	}
	return Checkpoint{}, fmt.Errorf("signed by %s, a key that is not known", signers(signed))
}

// signers names who claims to have signed a note.
func signers(signed string) string {
	var unknown *note.UnverifiedNoteError
	_, err := note.Open([]byte(signed), note.VerifierList())
	if !errors.As(err, &unknown) {
		return "nobody"
	}
	var names []string
	for _, s := range unknown.Note.UnverifiedSigs {
		names = append(names, fmt.Sprintf("%s+%08x", s.Name, s.Hash))
	}
	return strings.Join(names, ", ")
}
