package directive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/blob"
	"phaodai/internal/db"
	"phaodai/internal/extract"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/officialdoc"
	"phaodai/internal/org"
)

// atOnce is how long an upload waits for its text before a job takes over.
const atOnce = 4 * time.Second

// arrivedFile is an upload as it was looked at before anything is stored.
type arrivedFile struct {
	data    []byte
	name    string
	media   string
	text    string
	found   *officialdoc.Document
	problem string // fault key: kept, but could not be read
	later   bool   // a job reads it
}

// Receive takes a file or text in, in state Received, and has it read: at once
// where that is quick, else by a job. A file that is no document, broken,
// locked, too large or marked secret is refused, and nothing of it is kept.
func (s *Service) Receive(ctx context.Context, by auth.Actor, in ReceiveInput) (Document, error) {
	if err := by.Require(auth.DocumentRegister, by.UnitPath, auth.Internal); err != nil {
		return Document{}, err
	}
	f, err := s.look(ctx, in)
	if err != nil {
		return Document{}, err
	}
	return once(ctx, s, by, "receive", in.Key, func(tx *db.Tx) (Document, error) {
		o, err := org.OfficeIn(tx, by.Office)
		if err != nil {
			return Document{}, err
		}
		d := documentRow{Document: Document{
			Origin: Incoming, State: Received, Office: o.ID, UnitPath: o.UnitPath, Line: string(o.Line),
		}}
		if err := s.insert(tx, by, &d); err != nil {
			return Document{}, err
		}
		if err := s.keepFile(tx, by, &d, f); err != nil {
			return Document{}, err
		}
		d.Document, err = DocumentIn(tx, d.ID)
		if err != nil {
			return Document{}, err
		}
		return d.Document, note(tx, by, d.Document, "received", "", "content")
	})
}

// look reads an upload before anything is stored.
func (s *Service) look(ctx context.Context, in ReceiveInput) (*arrivedFile, error) {
	f := &arrivedFile{text: fold.NFC(in.Text)}
	if in.File == nil {
		if strings.TrimSpace(f.text) == "" {
			return nil, fault.New(fault.Invalid, "document.form_invalid").At("file", "document.nothing_sent")
		}
	} else if err := s.open(ctx, *in.File, f); err != nil {
		return nil, err
	}
	if f.text == "" {
		return f, nil
	}
	var err error
	if f.found, err = s.find(f.text); err != nil {
		return nil, err
	}
	if f.found != nil && f.found.Metadata.Secrecy != "" {
		return nil, fault.New(fault.Invalid, "document.secret_content")
	}
	return f, nil
}

func (s *Service) open(ctx context.Context, u Upload, f *arrivedFile) error {
	data, err := readAll(u.Content)
	if err != nil {
		return err
	}
	kind := extract.Sniff(data)
	f.data, f.name, f.media = data, cleanName(u.Name), kind.MIME()
	picture := kind == extract.KindPNG || kind == extract.KindJPEG
	switch {
	case s.tools.Extract == nil && kind == extract.KindText:
		f.text = string(data)
		return nil
	case s.tools.Extract == nil:
		return fault.New(fault.Unavailable, "document.no_extractor")
	case picture && s.tools.Enqueue != nil:
		f.later = true
		return nil
	}
	quick := ctx
	if kind == extract.KindPDF && s.tools.Enqueue != nil {
		var stop context.CancelFunc
		quick, stop = context.WithTimeout(ctx, atOnce)
		defer stop()
	}
	result, err := s.tools.Extract.Extract(quick, data, nil)
	switch {
	case err == nil:
		f.text = result.Text
	case quick.Err() != nil && ctx.Err() == nil:
		f.later = true
	case fault.KeyOf(err) == "extract.no_text":
		f.problem = fault.KeyOf(err)
	default:
		return err
	}
	return nil
}

func readAll(r io.ReadSeeker) ([]byte, error) {
	if r == nil {
		return nil, fault.New(fault.Invalid, "document.form_invalid").At("file", "document.nothing_sent")
	}
	if size, err := r.Seek(0, io.SeekEnd); err != nil {
		return nil, fmt.Errorf("directive: upload: %w", err)
	} else if size > MaxUpload {
		return nil, extract.TooLarge(size, MaxUpload)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("directive: upload: %w", err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("directive: upload: %w", err)
	}
	return data, nil
}

// cleanName keeps the last part of a file's name, as browsers and scanners
// send whole paths.
func cleanName(name string) string {
	name = fold.NFC(strings.TrimSpace(name[strings.LastIndexAny(name, `/\`)+1:]))
	if r := []rune(name); len(r) > 120 {
		name = string(r[len(r)-120:])
	}
	if name == "" {
		return "van-ban"
	}
	return name
}

// keepFile stores an upload with what was read of it.
func (s *Service) keepFile(tx *db.Tx, by auth.Actor, d *documentRow, f *arrivedFile) error {
	if f.data != nil {
		a, err := s.attach(tx, by, d.ID, "source", f.name, f.media, f.data)
		if err != nil {
			return err
		}
		d.ContentHash = a.Hash
	}
	switch {
	case f.later:
		if err := s.setReading(tx, Reading{Document: d.ID, State: "waiting", At: by.Now}); err != nil {
			return err
		}
		return errors.Join(s.tools.Enqueue(tx, by.Wall, ReadPayload{d.ID}), s.save(tx, by, d))
	case f.problem != "":
		return errors.Join(s.setReading(tx, Reading{Document: d.ID, State: "failed", Problem: f.problem, At: by.Now}), s.save(tx, by, d))
	}
	if err := s.keepReading(tx, by, d, Reading{Text: f.text, Typed: f.data == nil, Found: f.found}); err != nil {
		return err
	}
	prefill(d, f.found)
	return s.save(tx, by, d)
}

// contentHash compares texts: what differs in blanks only is the same.
func contentHash(text string) string {
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(fold.NFC(text)), " ")))
	return hex.EncodeToString(sum[:])
}

// attach stores a file and its line in the list of attachments.
func (s *Service) attach(tx *db.Tx, by auth.Actor, document, kind, name, media string, data []byte) (Attachment, error) {
	b, err := blob.Put(tx, name, media, bytes.NewReader(data), MaxUpload)
	if err != nil {
		return Attachment{}, err
	}
	a := Attachment{
		ID: s.ids.New(), Document: document, Kind: kind, Hash: b.Hash, Name: name, MediaType: media, Size: b.Size,
		At: by.Now, ByPost: by.Post, ByName: by.Name,
	}
	return a, tx.Insert("attachment", a)
}

// Attach adds a file: an annex, a photo, the signed original.
func (s *Service) Attach(ctx context.Context, by auth.Actor, in AttachInput) (Attachment, error) {
	data, media, err := checkedFile(in.File)
	if err != nil {
		return Attachment{}, err
	}
	if in.Kind == "" {
		in.Kind = "annex"
	}
	return once(ctx, s, by, "attach", in.Key, func(tx *db.Tx) (Attachment, error) {
		d, err := take(tx, by, in.Document, 0)
		if err != nil {
			return Attachment{}, err
		}
		if err := mayKeep(by, d.Office, d.UnitPath, auth.DocumentRegister); err != nil {
			return Attachment{}, err
		}
		if d.Secrecy != NoSecret {
			return Attachment{}, fault.New(fault.Invalid, "document.secret_content")
		}
		a, err := s.attach(tx, by, d.ID, in.Kind, cleanName(in.File.Name), media, data)
		if err != nil {
			return a, err
		}
		if in.Kind == "source" && d.ContentHash == "" {
			d.ContentHash = a.Hash
			if err := s.save(tx, by, &d); err != nil {
				return a, err
			}
		}
		return a, note(tx, by, d.Document, "attached", "", "attachment")
	})
}

// checkedFile refuses what is no document or picture, by its content.
func checkedFile(u Upload) (data []byte, media string, err error) {
	if data, err = readAll(u.Content); err != nil {
		return nil, "", err
	}
	switch kind := extract.Sniff(data); kind {
	case extract.KindPDF, extract.KindDOCX, extract.KindPNG, extract.KindJPEG, extract.KindText:
		return data, kind.MIME(), nil
	case extract.KindOldWord:
		return nil, "", fault.New(fault.Invalid, "extract.old_word")
	case extract.KindEmpty:
		return nil, "", fault.New(fault.Invalid, "extract.empty")
	default:
		return nil, "", fault.New(fault.Invalid, "extract.unknown")
	}
}

// OpenAttachment gives the content of a file of a document that the actor may
// read.
func (s *Service) OpenAttachment(ctx context.Context, by auth.Actor, document, attachment string) (Download, error) {
	a, err := read(ctx, s, func(tx *db.Tx) (Attachment, error) {
		var a Attachment
		if err := mustRead(by, tx, document); err != nil {
			return a, err
		}
		err := tx.Get(&a, "SELECT "+attachmentColumns+" FROM attachment WHERE document = $1 AND id = $2", document, attachment)
		return a, missing(err)
	})
	if err != nil {
		return Download{}, err
	}
	content, b, err := blob.Open(ctx, s.store, a.Hash)
	if err != nil {
		return Download{}, err
	}
	return Download{Name: a.Name, MediaType: a.MediaType, Content: content, Blob: b}, nil
}

const attachmentColumns = "id, document, kind, hash, name, media_type, size, at, by_post, by_name"

func attachmentsIn(tx *db.Tx, document string) ([]Attachment, error) {
	out := []Attachment{}
	err := tx.Select(&out, "SELECT "+attachmentColumns+" FROM attachment WHERE document = $1 ORDER BY id", document)
	return out, err
}
