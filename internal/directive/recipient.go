package directive

import (
	"context"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

const recipientColumns = `r.id, r.document, r.office, r.text, r.purpose, r.source, r.line, r.sent_at, r.opened_at,
	r.opened_post, r.opened_person, r.opened_name`

func recipientsIn(tx *db.Tx, document string) ([]Recipient, error) {
	out := []Recipient{}
	err := tx.Select(&out, "SELECT "+recipientColumns+` FROM recipient r LEFT JOIN office o ON o.id = r.office
		WHERE r.document = $1 ORDER BY r.source, r.line, o.sort_key, r.id`, document)
	return out, err
}

// propose writes the lines of recipients, in place of those not sent yet.
func (s *Service) propose(tx *db.Tx, d Document, source string, copies []Copy, at instant.Micros) error {
	if _, err := tx.Exec("DELETE FROM recipient WHERE document = $1 AND source = $2 AND sent_at = 0", d.ID, source); err != nil {
		return err
	}
	for i, c := range copies {
		r, err := s.recipient(tx, d, c, at)
		if err != nil {
			return err
		}
		r.Source, r.Line = source, int64(i+1)
		if err := tx.Insert("recipient", r); err != nil {
			return err
		}
	}
	return nil
}

// recipient makes one line; an office that has ended is refused with its
// successor.
func (s *Service) recipient(tx *db.Tx, d Document, c Copy, at instant.Micros) (Recipient, error) {
	r := Recipient{
		ID: s.ids.New(), Document: d.ID, Office: c.Office, Purpose: c.Purpose,
		Text: strings.Join(strings.Fields(fold.NFC(c.Text)), " "),
	}
	if r.Purpose == "" {
		r.Purpose = ForCopy
		if strings.HasPrefix(fold.Text(r.Text), "luu") {
			r.Purpose = ForFile
		}
	}
	switch r.Purpose {
	case ForReport, ForExecution, ForCooperation, ForInformation, ForCopy, ForFile:
	default:
		return r, fault.New(fault.Invalid, "document.form_invalid").At("copies", "document.form_choice")
	}
	if r.Office == "" {
		if r.Text == "" {
			return r, fault.New(fault.Invalid, "document.form_invalid").At("copies", "document.form_required")
		}
		return r, nil
	}
	o, err := org.OfficeIn(tx, r.Office)
	if err != nil {
		return r, err
	}
	if r.Text == "" {
		r.Text = first(o.ShortName, o.Name)
	}
	return r, org.InForce(tx, o, at)
}

// send sends a document to the recipients that are proposed: words that name
// offices of the territory become one recipient each, and from now on stay so.
// An office gets a document once, however many lines name it.
func (s *Service) send(tx *db.Tx, by auth.Actor, d Document) error {
	lines, err := recipientsIn(tx, d.ID)
	if err != nil {
		return err
	}
	resolver, err := org.NewResolver(tx, d.UnitPath, by.Now)
	if err != nil {
		return err
	}
	have := map[string]bool{d.Office: true}
	for _, r := range lines {
		have[r.Office] = have[r.Office] || r.SentAt > 0 && r.Office != ""
	}
	for _, r := range lines {
		if r.SentAt > 0 {
			continue
		}
		if err := s.sendLine(tx, by, resolver, r, have); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) sendLine(tx *db.Tx, by auth.Actor, resolver *org.Resolver, r Recipient, have map[string]bool) error {
	if _, err := tx.Exec("DELETE FROM recipient WHERE id = $1", r.ID); err != nil {
		return err
	}
	r.SentAt = by.Now
	if r.Office == "" && r.Purpose != ForFile {
		for _, o := range resolver.Resolve(r.Text).Offices {
			one := r
			one.ID, one.Office, one.Text = s.ids.New(), o.ID, r.Text
			if err := deliver(tx, by, one, have); err != nil {
				return err
			}
			r.Office = "-" // the line stands as its offices
		}
		if r.Office == "-" {
			return nil
		}
	}
	return deliver(tx, by, r, have)
}

// deliver writes one sent recipient and tells the change log of it.
func deliver(tx *db.Tx, by auth.Actor, r Recipient, have map[string]bool) error {
	if r.Office != "" {
		if have[r.Office] {
			return nil
		}
		have[r.Office] = true
	}
	if err := tx.Insert("recipient", r); err != nil || r.Office == "" {
		return err
	}
	return tx.ChangedData(by.Now, db.Change{Kind: "recipient", Subject: r.Document, Unit: r.Office, What: "sent"},
		map[string]string{"office": r.Office, "purpose": r.Purpose})
}

// Opening is one person's first reading of a document.
type Opening struct {
	Office     string         `json:"office" db:"office"`
	OfficeName string         `json:"office_name" db:"office_name"`
	Post       string         `json:"post" db:"post"`
	PostTitle  string         `json:"post_title" db:"post_title"`
	Person     string         `json:"person" db:"person"`
	Name       string         `json:"name" db:"name"`
	At         instant.Micros `json:"at" db:"at"`
}

// Openings tells who has opened a document and when.
func (s *Service) Openings(ctx context.Context, by auth.Actor, document string) ([]Opening, error) {
	return read(ctx, s, func(tx *db.Tx) ([]Opening, error) {
		if err := mustRead(by, tx, document); err != nil {
			return nil, err
		}
		out := []Opening{}
		err := tx.Select(&out, `SELECT g.office, COALESCE(o.name, '') AS office_name, g.post, COALESCE(p.title, '') AS post_title,
			g.person, COALESCE(n.name, '') AS name, g.at FROM opening g LEFT JOIN office o ON o.id = g.office
			LEFT JOIN post p ON p.id = g.post LEFT JOIN person n ON n.id = g.person
			WHERE g.document = $1 ORDER BY g.at, g.post, g.person LIMIT 2000`, document)
		return out, err
	})
}

// opened logs a person's first reading; the first of an office, or of who
// handles its papers, is the time at which the office has opened the document.
func (s *Service) opened(ctx context.Context, by auth.Actor, d Document) error {
	if by.Person == "" || by.Office == "" {
		return nil
	}
	var n int64
	err := s.store.Read(ctx, func(tx *db.Tx) error {
		return tx.Get(&n, "SELECT COUNT(*) FROM opening WHERE document = $1 AND post = $2 AND person = $3", d.ID, by.Post, by.Person)
	})
	if err != nil || n > 0 {
		return err
	}
	return s.store.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`INSERT INTO opening (document, post, person, office, at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (document, post, person) DO NOTHING`, d.ID, by.Post, by.Person, by.Office, int64(by.Now))
		if err != nil || n == 0 {
			return err
		}
		c := &conditions{next: 6}
		c.theirs(by, "office", "%s")
		n, err = tx.Exec(`UPDATE recipient SET opened_at = $1, opened_post = $2, opened_person = $3, opened_name = $4
			WHERE document = $5 AND sent_at > 0 AND opened_at = 0 AND `+c.parts[0],
			append([]any{int64(by.Now), by.Post, by.Person, by.Name, d.ID}, c.args...)...)
		if err != nil || n == 0 {
			return err
		}
		return tx.Changed(by.Now, db.Change{Kind: "document", Subject: d.ID, Unit: by.Office, What: "opened"})
	})
}
