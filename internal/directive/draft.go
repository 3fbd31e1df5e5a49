package directive

import (
	"context"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/officialdoc"
	"phaodai/internal/org"
)

// draftRow is what a draft needs beside the document.
type draftRow struct {
	Document   string `db:"document"`
	SignerPost string `db:"signer_post"`
	Addressees string `db:"addressees"`
	Recipients string `db:"recipients"`
	SentBack   string `db:"sent_back"`
}

// Sheet is what a draft needs beside the document: who signs, to whom it goes.
type Sheet struct {
	SignerPost string   `json:"signer_post"`
	Addressees []string `json:"addressees"`          // Kính gửi
	Recipients []Copy   `json:"recipients"`          // Nơi nhận
	SentBack   string   `json:"sent_back,omitempty"` // reason of the last return
}

func sheetIn(tx *db.Tx, document string) (Sheet, error) {
	var row draftRow
	sh := Sheet{Addressees: []string{}, Recipients: []Copy{}}
	err := tx.Get(&row, "SELECT document, signer_post, addressees, recipients, sent_back FROM draft WHERE document = $1", document)
	if err == db.ErrNoRow {
		return sh, nil
	}
	if err != nil {
		return sh, err
	}
	sh.SignerPost, sh.SentBack = row.SignerPost, row.SentBack
	if err := fromJSON(row.Addressees, &sh.Addressees); err != nil {
		return sh, err
	}
	return sh, fromJSON(row.Recipients, &sh.Recipients)
}

func saveSheet(tx *db.Tx, document string, sh Sheet) error {
	if _, err := tx.Exec("DELETE FROM draft WHERE document = $1", document); err != nil {
		return err
	}
	return tx.Insert("draft", draftRow{document, sh.SignerPost, toJSON(list(sh.Addressees)), toJSON(list(sh.Recipients)), sh.SentBack})
}

// DraftSheet gives who signs a document made here and to whom it goes.
func (s *Service) DraftSheet(ctx context.Context, by auth.Actor, document string) (Sheet, error) {
	return read(ctx, s, func(tx *db.Tx) (Sheet, error) {
		if err := mustRead(by, tx, document); err != nil {
			return Sheet{}, err
		}
		return sheetIn(tx, document)
	})
}

func (in *DraftInput) clean() {
	in.Subject = strings.Join(strings.Fields(fold.NFC(in.Subject)), " ")
	in.Text = strings.TrimSpace(fold.NFC(in.Text))
	in.Note, in.SignedFor = strings.TrimSpace(fold.NFC(in.Note)), strings.TrimSpace(fold.NFC(in.SignedFor))
	if in.Urgency == "" {
		in.Urgency = Normal
	}
	if in.Scope == "" {
		in.Scope = ToRecipients
	}
}

func (in DraftInput) check() error {
	bad := fault.New(fault.Invalid, "document.form_invalid")
	if in.Subject == "" {
		bad.At("subject", "document.form_required")
	}
	if in.Text == "" {
		bad.At("text", "document.form_required")
	}
	if _, ok := KindOf(in.Kind); !ok {
		bad.At("kind", "document.form_choice")
	}
	f := Facts{Urgency: in.Urgency, Secrecy: NoSecret, Scope: in.Scope}
	f.checkChoices(bad)
	return bad.OrNil()
}

// Write writes a draft (ID empty) or a new version of one. Earlier versions
// are kept; a submitted draft has to be sent back first.
func (s *Service) Write(ctx context.Context, by auth.Actor, in DraftInput) (Document, error) {
	in.clean()
	if err := in.check(); err != nil {
		return Document{}, err
	}
	found, err := s.find(in.Text)
	if err != nil {
		return Document{}, err
	}
	return once(ctx, s, by, "write", in.Key, func(tx *db.Tx) (Document, error) {
		d, err := s.draft(tx, by, in)
		if err != nil {
			return Document{}, err
		}
		return s.write(tx, by, d, in, found)
	})
}

// draft finds the draft that is rewritten, or begins a new one.
func (s *Service) draft(tx *db.Tx, by auth.Actor, in DraftInput) (documentRow, error) {
	if in.ID != "" {
		d, err := take(tx, by, in.ID, in.Version)
		if err != nil {
			return d, err
		}
		if err := mayHandle(tx, by, d.Document, auth.DocumentDraft); err != nil {
			return d, err
		}
		return d, d.in(Draft, Adopted)
	}
	o, err := org.OfficeIn(tx, by.Office)
	if err != nil {
		return documentRow{}, err
	}
	if err := mayKeep(by, o.ID, o.UnitPath, auth.DocumentDraft); err != nil {
		return documentRow{}, err
	}
	d := documentRow{Document: Document{
		Origin: Made, State: Draft, Office: o.ID, UnitPath: o.UnitPath, Line: string(o.Line), IssuerOffice: first(in.Issuer, o.ID),
	}}
	if d.IssuerOffice != o.ID {
		if err := inCircle(tx, by, d.IssuerOffice, auth.DocumentDraft); err != nil {
			return d, err
		}
	}
	issuer, err := org.OfficeIn(tx, d.IssuerOffice)
	if err != nil {
		return d, err
	}
	d.Issuer, d.System = issuer.Name, string(issuer.Line)
	if issuer.Line == org.Front {
		d.System = string(org.State)
	}
	return d, nil
}

func (s *Service) write(tx *db.Tx, by auth.Actor, d documentRow, in DraftInput, found *officialdoc.Document) (Document, error) {
	kind, _ := KindOf(in.Kind)
	d.Kind, d.Subject, d.Urgency, d.SignedFor = kind.Code, in.Subject, in.Urgency, in.SignedFor
	d.Scope, d.ScopePath = in.Scope, in.ScopePath
	if err := checkScope(tx, &d); err != nil {
		return Document{}, err
	}
	if in.SignerPost != "" {
		p, err := org.PostIn(tx, in.SignerPost)
		if err != nil {
			return Document{}, fault.New(fault.Invalid, "document.form_invalid").At("signer_post", "document.form_choice")
		}
		d.SignerTitle = p.Title
	}
	what := "draft_rewritten"
	if d.ID == "" {
		what = "draft_written"
		if err := s.insert(tx, by, &d); err != nil {
			return Document{}, err
		}
	}
	if err := s.keepReading(tx, by, &d, Reading{Text: in.Text, Typed: true, Found: found}); err != nil {
		return Document{}, err
	}
	if err := s.save(tx, by, &d); err != nil {
		return Document{}, err
	}
	sh := Sheet{SignerPost: in.SignerPost, Addressees: in.Addressees, Recipients: in.Recipients}
	if err := saveSheet(tx, d.ID, sh); err != nil {
		return Document{}, err
	}
	if err := s.version(tx, by, d, in); err != nil {
		return Document{}, err
	}
	return d.Document, note(tx, by, d.Document, what, "", "text", "subject")
}

// version keeps the text of a draft as it is now and draws the link to what it
// answers.
func (s *Service) version(tx *db.Tx, by auth.Actor, d documentRow, in DraftInput) error {
	var n int64
	if err := tx.Get(&n, "SELECT COALESCE(MAX(n), 0) FROM draft_version WHERE document = $1", d.ID); err != nil {
		return err
	}
	err := tx.Insert("draft_version", draftVersionRow{d.ID, n + 1, in.Subject, in.Text, in.Note, int64(by.Now), by.Post, by.Name})
	if err != nil || in.Answers == "" {
		return err
	}
	if err := mustRead(by, tx, in.Answers); err != nil {
		return err
	}
	return s.draw(tx, Link{From: d.ID, To: in.Answers, Kind: Cites, Confirmed: true})
}

type draftVersionRow struct {
	Document string `db:"document"`
	N        int64  `db:"n"`
	Subject  string `db:"subject"`
	Content  string `db:"content"`
	Note     string `db:"note"`
	At       int64  `db:"at"`
	Post     string `db:"post"`
	Name     string `db:"name"`
}

// Versions lists the versions of a draft, newest first.
func (s *Service) Versions(ctx context.Context, by auth.Actor, document string) ([]DraftVersion, error) {
	return read(ctx, s, func(tx *db.Tx) ([]DraftVersion, error) {
		if err := mustRead(by, tx, document); err != nil {
			return nil, err
		}
		out := []DraftVersion{}
		err := tx.Select(&out, `SELECT document, n, subject, content AS text, note, at, post, name FROM draft_version
			WHERE document = $1 ORDER BY n DESC`, document)
		return out, err
	})
}

// step moves an outgoing document one step on.
func (s *Service) step(ctx context.Context, by auth.Actor, act string, in StepInput, from []State, do func(*db.Tx, *documentRow) error) (Document, error) {
	return once(ctx, s, by, act, in.Key, func(tx *db.Tx) (Document, error) {
		d, err := take(tx, by, in.Document, in.Version)
		if err != nil {
			return Document{}, err
		}
		if d.Origin != Made {
			return Document{}, wrongState(d.Document)
		}
		if err := d.in(from...); err != nil {
			return Document{}, err
		}
		if err := do(tx, &d); err != nil {
			return Document{}, err
		}
		if err := s.save(tx, by, &d); err != nil {
			return Document{}, err
		}
		return d.Document, note(tx, by, d.Document, acts[act], in.Reason, "state")
	})
}

// acts are the past forms under which steps are logged.
var acts = map[string]string{
	"adopt": "adopted", "submit": "submitted", "send-back": "sent_back", "sign": "signed", "number": "numbered", "issue": "issued",
}

// Adopt marks a draft as adopted without a meeting.
func (s *Service) Adopt(ctx context.Context, by auth.Actor, in StepInput) (Document, error) {
	return s.step(ctx, by, "adopt", in, []State{Draft}, func(tx *db.Tx, d *documentRow) error {
		d.State = Adopted
		return mayHandle(tx, by, d.Document, auth.DocumentApprove)
	})
}

// Submit submits a draft for signature (trình ký).
func (s *Service) Submit(ctx context.Context, by auth.Actor, in StepInput) (Document, error) {
	return s.step(ctx, by, "submit", in, []State{Draft, Adopted}, func(tx *db.Tx, d *documentRow) error {
		if err := mayHandle(tx, by, d.Document, auth.DocumentDraft); err != nil {
			return err
		}
		sh, err := sheetIn(tx, d.ID)
		if err != nil {
			return err
		}
		if sh.SignerPost == "" {
			return fault.New(fault.Invalid, "document.form_invalid").At("signer_post", "draft.signer_missing")
		}
		sh.SentBack = ""
		d.State = Submitted
		return saveSheet(tx, d.ID, sh)
	})
}

// SendBack returns a submitted draft to its writer with a reason.
func (s *Service) SendBack(ctx context.Context, by auth.Actor, in StepInput) (Document, error) {
	if strings.TrimSpace(in.Reason) == "" {
		return Document{}, fault.New(fault.NeedsReason, "draft.send_back_reason").At("reason", "document.form_required")
	}
	return s.step(ctx, by, "send-back", in, []State{Submitted}, func(tx *db.Tx, d *documentRow) error {
		if err := mayHandle(tx, by, d.Document, auth.DocumentApprove); err != nil {
			return err
		}
		sh, err := sheetIn(tx, d.ID)
		if err != nil {
			return err
		}
		sh.SentBack = strings.TrimSpace(in.Reason)
		d.State = Draft
		return saveSheet(tx, d.ID, sh)
	})
}

// Sign signs a submitted draft as the actor's post. The post that it was
// submitted to signs it, or another of the circle that approves ("KT.").
func (s *Service) Sign(ctx context.Context, by auth.Actor, in StepInput) (Document, error) {
	return s.step(ctx, by, "sign", in, []State{Submitted}, func(tx *db.Tx, d *documentRow) error {
		if err := mayHandle(tx, by, d.Document, auth.DocumentApprove); err != nil {
			return err
		}
		p, err := org.PostIn(tx, by.Post)
		if err != nil {
			return err
		}
		d.State, d.Signer, d.SignerTitle = Signed, by.Name, p.Title
		return nil
	})
}

// Issue sends a numbered document to its recipients (phát hành). The
// conclusion of a meeting publishes the meeting with it.
func (s *Service) Issue(ctx context.Context, by auth.Actor, in IssueInput) (Document, error) {
	step := StepInput{Key: in.Key, Document: in.Document, Version: in.Version}
	return s.step(ctx, by, "issue", step, []State{Numbered}, func(tx *db.Tx, d *documentRow) error {
		if err := mayHandle(tx, by, d.Document, auth.DocumentIssue); err != nil {
			return err
		}
		copies := in.Recipients
		if copies == nil {
			sh, err := sheetIn(tx, d.ID)
			if err != nil {
				return err
			}
			copies = sh.Recipients
		}
		if err := s.propose(tx, d.Document, "issue", copies, by.Now); err != nil {
			return err
		}
		d.State = Issued
		if err := s.send(tx, by, d.Document); err != nil {
			return err
		}
		if err := s.adoptStubs(tx, *d); err != nil {
			return err
		}
		if err := publishMeeting(tx, by, d.Document); err != nil {
			return err
		}
		for _, do := range s.onIssue {
			if err := do(tx, by, d.Document); err != nil {
				return err
			}
		}
		return nil
	})
}
