package fieldwork

import (
	"bytes"
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
)

// MostSheet bounds the photograph or scan of a list that came back.
const MostSheet = 8 << 20

// sheetTypes are what a list comes back as, by how the file begins.
var sheetTypes = []struct{ begins, mediaType string }{
	{"\xFF\xD8\xFF", photo}, {"\x89PNG\r\n", "image/png"}, {"%PDF-", "application/pdf"},
}

// KeepSheet keeps the photograph or scan of a printed list, sealed, beside what
// is entered from it.
func (s *Service) KeepSheet(ctx context.Context, by auth.Actor, pass string, content []byte) (n Note, err error) {
	if n, err = sheetOf(content); err != nil {
		return n, err
	}
	n.ID, n.Visit, n.At = s.IDs.New(), pass, by.Now
	sealed, err := s.Vault.Seal(notePlace(n.ID), string(content))
	if err != nil {
		return n, err
	}
	return n, s.Store.Write(ctx, func(tx *db.Tx) error {
		p, err := paperIn(tx, by, pass)
		if err != nil {
			return err
		}
		n.UnitPath = p.UnitPath
		return s.storeNote(tx, by, sealed, n)
	})
}

func sheetOf(content []byte) (Note, error) {
	if len(content) > MostSheet {
		return Note{}, fault.New(fault.TooLarge, "fieldwork.note_large", "Most", MostSheet>>10)
	}
	for _, t := range sheetTypes {
		if bytes.HasPrefix(content, []byte(t.begins)) {
			return Note{MediaType: t.mediaType, Size: int64(len(content))}, nil
		}
	}
	return Note{}, fault.New(fault.Invalid, "input.check").At("photo", "fieldwork.sheet_form")
}
