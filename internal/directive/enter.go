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

const entryColumns = `e.id, e.document, e.register, e.office, e.year, e.no, e.arrived_at, e.hour_written = 1 AS hour_written,
	e.late = 1 AS late, e.reason, e.same_as, e.foreign_stamp, e.entered_at, e.entered_post, e.entered_name`

// Enter registers an arrived document and gives it the next number of its book
// and year. A document that this office has already is a conflict that names
// it, unless a reason says why it is entered again.
func (s *Service) Enter(ctx context.Context, by auth.Actor, in EnterInput) (Entered, error) {
	in.clean()
	in.Text = fold.NFC(in.Text)
	if in.ArrivedAt == 0 {
		in.ArrivedAt = by.Now
	}
	found, err := s.find(in.Text)
	if err != nil {
		return Entered{}, err
	}
	return once(ctx, s, by, "enter", in.Key, func(tx *db.Tx) (Entered, error) {
		r, err := registerIn(tx, by, in.Register)
		if err != nil {
			return Entered{}, err
		}
		if err := mayKeep(by, r.Office, r.UnitPath, auth.DocumentRegister); err != nil {
			return Entered{}, err
		}
		if err := in.check(by.Now, r); err != nil {
			return Entered{}, err
		}
		d, err := s.arrival(tx, by, in, r)
		if err != nil {
			return Entered{}, err
		}
		if in.Text != "" {
			if err := s.keepReading(tx, by, &d, Reading{Text: in.Text, Typed: true, Found: found}); err != nil {
				return Entered{}, err
			}
		}
		return s.enter(tx, by, in, r, &d)
	})
}

// check refuses what cannot be entered at all and asks for missing reasons.
func (in EnterInput) check(now instant.Micros, r Register) error {
	bad := in.Facts.check(in.ArrivedAt)
	if r.Direction != "in" {
		bad.At("register", "document.form_choice")
	}
	if in.ArrivedAt > now {
		bad.At("arrived_at", "document.arrival_in_future")
	}
	if in.Secrecy != NoSecret && in.Text != "" {
		bad.At("text", "document.secret_content")
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	if dayOf(in.ArrivedAt) != dayOf(now) && strings.TrimSpace(in.Reason) == "" {
		return fault.New(fault.NeedsReason, "document.late_reason").At("reason", "document.form_required")
	}
	return nil
}

// arrival finds the received document or makes one, with the facts of the form.
func (s *Service) arrival(tx *db.Tx, by auth.Actor, in EnterInput, r Register) (documentRow, error) {
	if in.Document == "" {
		d := documentRow{Document: Document{
			Origin: Incoming, State: Received, Office: r.Office, UnitPath: r.UnitPath,
		}}
		if err := s.keeper(tx, &d); err != nil {
			return d, err
		}
		in.apply(&d)
		if err := checkScope(tx, &d); err != nil {
			return d, err
		}
		return d, s.insert(tx, by, &d)
	}
	d, err := take(tx, by, in.Document, in.Version)
	if err != nil {
		return d, err
	}
	if d.Office != r.Office {
		return d, notFound()
	}
	if err := d.in(Received); err != nil {
		return d, err
	}
	if in.Secrecy != NoSecret {
		if err := s.withoutContent(tx, d.ID); err != nil {
			return d, err
		}
	}
	in.apply(&d)
	return d, checkScope(tx, &d)
}

// keeper writes the line of the keeping office into a document.
func (s *Service) keeper(tx *db.Tx, d *documentRow) error {
	o, err := org.OfficeIn(tx, d.Office)
	d.Line, d.UnitPath = string(o.Line), o.UnitPath
	return err
}

// withoutContent refuses a secrecy mark while a file or text is here.
func (s *Service) withoutContent(tx *db.Tx, document string) error {
	var n int64
	err := tx.Get(&n, `SELECT (SELECT COUNT(*) FROM attachment WHERE document = $1)
		+ (SELECT COUNT(*) FROM reading WHERE document = $2 AND content <> '')`, document, document)
	if err == nil && n > 0 {
		return fault.New(fault.Invalid, "document.secret_content").At("secrecy", "document.secret_content")
	}
	return err
}

func (s *Service) enter(tx *db.Tx, by auth.Actor, in EnterInput, r Register, d *documentRow) (Entered, error) {
	same, err := s.duplicate(tx, *d)
	if err != nil {
		return Entered{}, err
	}
	if same.ID != "" && strings.TrimSpace(in.Reason) == "" {
		return Entered{}, fault.New(fault.Conflict, "document.duplicate", "No", same.No, "ID", same.ID, "At", same.ArrivedAt)
	}
	d.State, d.Register = Registered, r.ID
	e, err := s.entry(tx, by, in, d.Document, same.ID)
	if err != nil {
		return Entered{}, err
	}
	if err := tx.Insert("slip", slipRow(d.ID)); err != nil {
		return Entered{}, err
	}
	if err := s.save(tx, by, d); err != nil {
		return Entered{}, err
	}
	if err := s.adoptStubs(tx, *d); err != nil {
		return Entered{}, err
	}
	if same.ID != "" {
		if err := s.draw(tx, Link{From: d.ID, To: same.ID, Kind: Repeats, Confirmed: true, Text: in.Reason}); err != nil {
			return Entered{}, err
		}
	}
	return Entered{d.Document, e}, note(tx, by, d.Document, "registered", in.Reason, "no", "register", "facts")
}

// entry writes the line of the book.
func (s *Service) entry(tx *db.Tx, by auth.Actor, in EnterInput, d Document, sameAs string) (Entry, error) {
	year := yearOf(in.ArrivedAt)
	no, err := tx.Next(entryCounter(in.Register, year))
	if err != nil {
		return Entry{}, err
	}
	stamp, err := foreignStamp(tx, d.ID)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{
		ID: s.ids.New(), Document: d.ID, Register: in.Register, Office: d.Office, Year: year, No: no,
		ArrivedAt: in.ArrivedAt, HourWritten: d.Urgency == VeryUrgent || d.Urgency == Express,
		Late: dayOf(in.ArrivedAt) != dayOf(by.Now) || in.Late, Reason: strings.TrimSpace(in.Reason), SameAs: sameAs,
		ForeignStamp: stamp, EnteredAt: by.Now, EnteredPost: by.Post, EnteredName: by.Name,
	}
	return e, tx.Insert("entry", e)
}

type sameDocument struct {
	ID        string         `db:"id"`
	No        int64          `db:"no"`
	ArrivedAt instant.Micros `db:"arrived_at"`
	IssuerKey string         `db:"issuer_key"`
}

// duplicate looks for the same document in the books of the same office: the
// same symbol, day and issuer, or without a symbol the same content. Two clerks
// who enter it at once come one after the other.
func (s *Service) duplicate(tx *db.Tx, d documentRow) (sameDocument, error) {
	d.complete()
	what, args := "d.symbol_key = $2 AND d.issued_on = $3", []any{d.Office, d.SymbolKey, d.IssuedOn, d.ID}
	if d.Symbol == "" {
		if d.ContentHash == "" {
			return sameDocument{}, nil
		}
		what, args = "d.content_hash = $2 AND d.symbol_key = $3", []any{d.Office, d.ContentHash, "", d.ID}
	}
	if err := tx.Lock("document.same", d.Office+"/"+d.SymbolKey+"/"+d.IssuedOn+"/"+d.ContentHash); err != nil {
		return sameDocument{}, err
	}
	var found []sameDocument
	err := tx.Select(&found, `SELECT d.id, e.no, e.arrived_at, d.issuer_key FROM document d
		JOIN entry e ON e.document = d.id AND e.office = d.office
		WHERE d.office = $1 AND `+what+` AND d.id <> $4 AND d.state <> 'refused' ORDER BY e.year, e.no`, args...)
	if err != nil {
		return sameDocument{}, err
	}
	for _, f := range found {
		if sameIssuer(f.IssuerKey, d.IssuerKey) {
			return f, nil
		}
	}
	return sameDocument{}, nil
}

// Take registers, in a book of the actor's office, a document that was sent to
// it through the system. The document stays where it is kept; this office has
// its own number for it.
func (s *Service) Take(ctx context.Context, by auth.Actor, in TakeInput) (Entered, error) {
	return once(ctx, s, by, "take", in.Key, func(tx *db.Tx) (Entered, error) {
		r, err := registerIn(tx, by, in.Register)
		if err != nil {
			return Entered{}, err
		}
		if err := mayKeep(by, r.Office, r.UnitPath, auth.DocumentRegister); err != nil {
			return Entered{}, err
		}
		d, err := take(tx, by, in.Document, 0)
		if err != nil {
			return Entered{}, err
		}
		sent, err := arrived(tx, by, d.ID)
		if err != nil {
			return Entered{}, err
		}
		if sent == 0 || d.Office == by.Office {
			return Entered{}, fault.New(fault.Conflict, "document.not_sent_here")
		}
		own := d.Document
		own.Office = by.Office
		e, err := s.entry(tx, by, EnterInput{Register: r.ID, ArrivedAt: by.Now}, own, "")
		if db.Duplicate(err) {
			return Entered{}, fault.New(fault.Conflict, "document.taken_already")
		} else if err != nil {
			return Entered{}, err
		}
		return Entered{d.Document, e}, note(tx, by, d.Document, "taken", "", "no")
	})
}
