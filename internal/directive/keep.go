package directive

import (
	"context"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// Document gives one document with what belongs to it, without marking it as
// opened.
func (s *Service) Document(ctx context.Context, by auth.Actor, document string) (View, error) {
	return read(ctx, s, func(tx *db.Tx) (View, error) {
		if err := mustRead(by, tx, document); err != nil {
			return View{}, err
		}
		return s.view(tx, by, document)
	})
}

// Open is Document for a person who reads it: the opening is logged for the
// office.
func (s *Service) Open(ctx context.Context, by auth.Actor, document string) (View, error) {
	v, err := s.Document(ctx, by, document)
	if err != nil {
		return v, err
	}
	if err := s.opened(ctx, by, v.Document); err != nil {
		return v, err
	}
	return s.Document(ctx, by, document)
}

func (s *Service) view(tx *db.Tx, by auth.Actor, document string) (View, error) {
	var v View
	var err error
	if v.Document, err = DocumentIn(tx, document); err != nil {
		return v, err
	}
	if v.Document.Office != "" {
		o, err := org.OfficeIn(tx, v.Document.Office)
		if err != nil {
			return v, err
		}
		v.OfficeName = o.Name
	}
	for _, step := range []func() error{
		func() (err error) { v.Entry, err = entryIn(tx, by, v.Document); return err },
		func() (err error) { v.Attachments, err = attachmentsIn(tx, document); return err },
		func() (err error) { v.Recipients, err = recipientsIn(tx, document); return err },
		func() (err error) { v.Slip, err = slipIn(tx, document); return err },
		func() (err error) { v.Links, err = linksIn(tx, by, document); return err },
		func() (err error) { v.Reading, err = readingIn(tx, document); return err },
		func() error { return underWay(tx, &v.Reading) },
	} {
		if err := step(); err != nil {
			return v, err
		}
	}
	return v, nil
}

// entryIn gives the line of the book of the actor's own office, else that of
// the keeping office.
func entryIn(tx *db.Tx, by auth.Actor, d Document) (*Entry, error) {
	for _, office := range []string{by.Office, d.Office} {
		var e Entry
		err := tx.Get(&e, "SELECT "+entryColumns+" FROM entry e WHERE e.document = $1 AND e.office = $2", d.ID, office)
		switch err {
		case nil:
			return &e, nil
		case db.ErrNoRow:
		default:
			return nil, err
		}
	}
	return nil, nil
}

// Correct corrects the facts of a document. Once it is registered a reason is
// asked for, except to give a number that was missing.
func (s *Service) Correct(ctx context.Context, by auth.Actor, in CorrectInput) (Document, error) {
	in.clean()
	return once(ctx, s, by, "correct", in.Key, func(tx *db.Tx) (Document, error) {
		d, err := take(tx, by, in.Document, in.Version)
		if err != nil {
			return Document{}, err
		}
		if err := mayKeep(by, d.Office, d.UnitPath, auth.DocumentRegister); err != nil {
			return Document{}, err
		}
		if d.Origin != Incoming {
			return Document{}, wrongState(d.Document)
		}
		if err := in.Facts.check(0).OrNil(); err != nil {
			return Document{}, err
		}
		if in.Secrecy != NoSecret && d.Secrecy == NoSecret {
			if err := s.withoutContent(tx, d.ID); err != nil {
				return Document{}, err
			}
		}
		numbered := d.Symbol == "" && in.Symbol != ""
		changed := in.apply(&d)
		if err := checkScope(tx, &d); err != nil {
			return Document{}, err
		}
		if d.State != Received && strings.TrimSpace(in.Reason) == "" && !(numbered && onlyNumber(changed)) && len(changed) > 0 {
			return Document{}, fault.New(fault.NeedsReason, "document.correct_reason").At("reason", "document.form_required")
		}
		if err := s.save(tx, by, &d); err != nil {
			return Document{}, err
		}
		if err := s.adoptStubs(tx, d); err != nil {
			return Document{}, err
		}
		return d.Document, note(tx, by, d.Document, "corrected", in.Reason, changed...)
	})
}

func onlyNumber(fields []string) bool {
	for _, f := range fields {
		if f != "symbol" && f != "kind" {
			return false
		}
	}
	return true
}

// Publish ticks or unticks "Công khai". A secret or unregistered document, or
// one that is only a draft, cannot be public.
func (s *Service) Publish(ctx context.Context, by auth.Actor, in PublishInput) (Document, error) {
	return once(ctx, s, by, "publish", in.Key, func(tx *db.Tx) (Document, error) {
		d, err := take(tx, by, in.Document, in.Version)
		if err != nil {
			return Document{}, err
		}
		if err := mayHandle(tx, by, d.Document, auth.DocumentPublish); err != nil {
			return Document{}, err
		}
		if in.Public && d.Secrecy != NoSecret {
			return Document{}, fault.New(fault.Invalid, "document.secret_public")
		}
		if err := d.in(Registered, Advised, Passed, Working, Filed, Numbered, Issued); err != nil {
			return Document{}, err
		}
		d.Public = in.Public
		if err := s.save(tx, by, &d); err != nil {
			return Document{}, err
		}
		what := "published"
		if !in.Public {
			what = "unpublished"
		}
		return d.Document, note(tx, by, d.Document, what, "", "public")
	})
}

// Refuse sends an arrival back: wrong addressee, unreadable. Its number, when
// it has one, stays used.
func (s *Service) Refuse(ctx context.Context, by auth.Actor, in RefuseInput) (Document, error) {
	if strings.TrimSpace(in.Reason) == "" {
		return Document{}, fault.New(fault.NeedsReason, "document.refuse_reason").At("reason", "document.form_required")
	}
	return once(ctx, s, by, "refuse", in.Key, func(tx *db.Tx) (Document, error) {
		d, err := take(tx, by, in.Document, in.Version)
		if err != nil {
			return Document{}, err
		}
		if err := mayKeep(by, d.Office, d.UnitPath, auth.DocumentRegister); err != nil {
			return Document{}, err
		}
		if err := d.in(Received, Registered); err != nil {
			return Document{}, err
		}
		d.State = Refused
		if err := s.save(tx, by, &d); err != nil {
			return Document{}, err
		}
		return d.Document, note(tx, by, d.Document, "refused", in.Reason, "state")
	})
}

// File closes a document into a dossier.
func (s *Service) File(ctx context.Context, by auth.Actor, in FileInput) (Document, error) {
	in.Dossier = strings.TrimSpace(in.Dossier)
	if in.Dossier == "" {
		return Document{}, fault.New(fault.Invalid, "document.form_invalid").At("dossier", "document.form_required")
	}
	return once(ctx, s, by, "file", in.Key, func(tx *db.Tx) (Document, error) {
		d, err := take(tx, by, in.Document, in.Version)
		if err != nil {
			return Document{}, err
		}
		if err := mayKeep(by, d.Office, d.UnitPath, auth.DocumentRegister); err != nil {
			return Document{}, err
		}
		if err := d.in(Passed, Working, Issued); err != nil {
			return Document{}, err
		}
		d.State, d.Dossier = Filed, in.Dossier
		if err := s.save(tx, by, &d); err != nil {
			return Document{}, err
		}
		return d.Document, note(tx, by, d.Document, "filed", "", "dossier")
	})
}

// Dispatchable returns a fault unless the tasks of a document may be given
// out: its slip is approved, or it was issued here.
func Dispatchable(tx *db.Tx, document string) error {
	d, err := DocumentIn(tx, document)
	if err != nil {
		return err
	}
	switch d.State {
	case Passed, Working, Issued, Filed:
		return nil
	}
	return fault.New(fault.Conflict, "document.not_approved", "State", string(d.State))
}

// Follow reacts to a change of a capability on the right: a document whose
// tasks were given out is being worked on. Other changes are let pass; a
// repeated one changes nothing.
func (s *Service) Follow(ctx context.Context, c db.Logged, wall instant.Micros) error {
	if c.Kind != "task" || c.What != "dispatched" {
		return nil
	}
	var data struct {
		Document string `json:"document"`
	}
	if err := fromJSON(c.Data, &data); err != nil || data.Document == "" {
		return err
	}
	by := auth.System(c.At, wall)
	return s.store.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock("document", data.Document); err != nil {
			return err
		}
		d, err := rowIn(tx, data.Document)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil || d.State != Passed && d.State != Issued {
			return err
		}
		d.State = Working
		if err := s.save(tx, by, &d); err != nil {
			return err
		}
		return note(tx, by, d.Document, "working", "", "state")
	})
}
