package fieldwork

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/blob"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/vault"
)

// Bounds of what a phone adds to a visit. Phones scale photographs to 200 kB and
// stop a voice after 30 seconds, which is less.
const (
	mostNote  = 300 << 10
	mostNotes = 3 // of one visit
)

// Note is a photograph or a voice of a visit.
type Note struct {
	ID        string         `db:"id" json:"id"`
	Visit     string         `db:"visit" json:"visit"`
	UnitPath  string         `db:"unit_path" json:"unit_path"`
	MediaType string         `db:"media_type" json:"media_type"`
	Blob      string         `db:"blob" json:"-"` // sealed
	Size      int64          `db:"size" json:"size"`
	At        instant.Micros `db:"at" json:"at"`
	Phone     string         `db:"phone" json:"phone"`
}

const noteColumns = `id, visit, unit_path, media_type, blob, size, at, phone`

// Photo tells a photograph from a voice.
func (n Note) Photo() bool { return n.MediaType == photo }

const photo = "image/jpeg"

// mediaTypes are what the browsers of phones record.
var mediaTypes = []string{photo, "audio/webm", "audio/mp4", "audio/ogg"}

// NoteInput is a photograph or a voice that a phone sends, after the records.
type NoteInput struct {
	ID        string // made by the phone
	Visit     string
	MediaType string
	Content   []byte
}

// KeepNote keeps a note of a visit that this phone recorded, sealed; once,
// however often it comes.
func (s *Service) KeepNote(ctx context.Context, h Held, in NoteInput) error {
	in.MediaType, _, _ = strings.Cut(in.MediaType, ";") // without the codec
	switch {
	case len(in.Content) > mostNote:
		return fault.New(fault.TooLarge, "fieldwork.note_large", "Most", mostNote>>10)
	case !id.Valid(in.ID) || len(in.Content) == 0 || !slices.Contains(mediaTypes, in.MediaType),
		in.MediaType == photo && !bytes.HasPrefix(in.Content, []byte{0xFF, 0xD8, 0xFF}):
		return fault.New(fault.Invalid, "input.broken")
	}
	sealed, err := s.Vault.Seal(notePlace(in.ID), string(in.Content))
	if err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx *db.Tx) error { return s.keepNote(tx, h, in, sealed) })
}

func notePlace(id string) vault.Place {
	return vault.Place{Table: "visit_note", Column: "content", ID: id}
}

func (s *Service) keepNote(tx *db.Tx, h Held, in NoteInput, sealed string) error {
	if err := tx.Lock("visit_note", in.Visit); err != nil {
		return err
	}
	var v Visit
	if err := tx.Get(&v, "SELECT "+visitColumns+" FROM visit WHERE id = $1 AND phone = $2", in.Visit, h.Phone.ID); err == db.ErrNoRow {
		return fault.New(fault.NotFound, "fieldwork.visit_unknown")
	} else if err != nil {
		return err
	}
	var there []string
	if err := tx.Select(&there, "SELECT id FROM visit_note WHERE visit = $1", v.ID); err != nil {
		return err
	}
	switch {
	case slices.Contains(there, in.ID):
		return nil
	case len(there) >= mostNotes:
		return fault.New(fault.TooLarge, "fieldwork.notes_many", "Most", mostNotes)
	}
	return s.storeNote(tx, h.Actor, sealed, Note{
		ID: in.ID, Visit: v.ID, UnitPath: v.UnitPath, MediaType: in.MediaType, Size: int64(len(in.Content)), At: h.Actor.Now, Phone: h.Phone.ID,
	})
}

func (s *Service) storeNote(tx *db.Tx, by auth.Actor, sealed string, n Note) error {
	b, err := blob.Put(tx, "", "application/octet-stream", strings.NewReader(sealed), int64(len(sealed)))
	if err != nil {
		return err
	}
	n.Blob = b.Hash
	if err := tx.Insert("visit_note", n); err != nil {
		return err
	}
	return s.note(tx, by, "visit_note", n.ID, n.UnitPath, "kept")
}

// Note is the content of a note, for who looks after the visit. Opening it stands
// in the audit.
func (s *Service) Note(ctx context.Context, by auth.Actor, id string) (n Note, content []byte, err error) {
	err = s.Store.Write(ctx, func(tx *db.Tx) error {
		err := tx.Get(&n, "SELECT "+noteColumns+" FROM visit_note WHERE id = $1", id)
		if err == db.ErrNoRow {
			return fault.New(fault.NotFound, "fieldwork.note_unknown")
		}
		if err == nil {
			err = by.Require(auth.FieldManage, n.UnitPath, auth.Personal)
		}
		if err != nil {
			return err
		}
		return audit.Record(tx, by, audit.Entry{Action: "visit_note.opened", Kind: "visit_note", Subject: n.ID, Unit: n.UnitPath, Fields: []string{"content"}})
	})
	if err != nil {
		return n, nil, err
	}
	sealed, _, err := blob.ReadAll(ctx, s.Store, n.Blob, 2*n.Size+1024)
	if err != nil {
		return n, nil, err
	}
	text, err := s.Vault.Open(notePlace(n.ID), string(sealed))
	return n, []byte(text), err
}

// noted puts their notes to needs.
func noted(tx *db.Tx, needs []Need) error {
	var ids []string
	for _, n := range needs {
		ids = append(ids, n.ID)
	}
	rows, err := db.SelectIn[Note](tx, "SELECT "+noteColumns+" FROM visit_note WHERE visit IN ($in) ORDER BY at, id", ids)
	for i := range needs {
		for _, n := range rows {
			if n.Visit == needs[i].ID {
				needs[i].Notes = append(needs[i].Notes, n)
			}
		}
	}
	return err
}
