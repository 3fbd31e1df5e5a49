package task

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/blob"
	"phaodai/internal/db"
	"phaodai/internal/extract"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
)

// MaxUpload bounds one file of a report, in bytes.
const MaxUpload = 50 << 20

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// UploadInput is a file on its way into a report.
type UploadInput struct {
	Task    string
	Kind    string // ProofFile, ProofPhoto or ProofDocument
	Name    string
	Content io.ReadSeeker // local: memory, a file, a parsed form
}

// Upload keeps a file for the report of a task and returns it as the proof to
// report with. Only what the content shows to be PDF, Word, Excel, text or a
// picture is taken, whatever its name; a photo must be a picture.
func (s *Service) Upload(ctx context.Context, by auth.Actor, in UploadInput) (Proof, error) {
	in.Name = fold.NFC(path.Base(strings.ReplaceAll(in.Name, `\`, "/")))
	mediaType, err := in.look()
	if err != nil {
		return Proof{}, err
	}
	out := Proof{Kind: in.Kind, Name: in.Name}
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		r, err := load(tx, in.Task)
		if err != nil {
			return err
		}
		sc, err := scopeOf(tx, by)
		if err != nil {
			return err
		}
		if err := permitted(sc, transition(ActReport), r); err != nil {
			return err
		}
		b, err := blob.Put(tx, in.Name, mediaType, in.Content, MaxUpload)
		if err != nil {
			return err
		}
		out.Blob = b.Hash
		return audit.Record(tx, by, audit.Entry{Action: "task.uploaded", Kind: "task", Subject: r.ID, Unit: r.UnitPath, Fields: []string{"proof"}})
	})
	return out, err
}

// look finds the media type of the content, or refuses it.
func (in UploadInput) look() (string, error) {
	switch in.Kind {
	case ProofFile, ProofPhoto, ProofDocument:
	default:
		return "", fault.New(fault.Invalid, "input.check").At("kind", "task.proof_kind")
	}
	size, err := in.Content.Seek(0, io.SeekEnd)
	if err != nil {
		return "", fmt.Errorf("task: upload: %w", err)
	}
	if size > MaxUpload {
		return "", extract.TooLarge(size, MaxUpload)
	}
	if _, err := in.Content.Seek(0, io.SeekStart); err != nil {
		return "", fmt.Errorf("task: upload: %w", err)
	}
	data, err := io.ReadAll(in.Content)
	if err != nil {
		return "", fmt.Errorf("task: upload: %w", err)
	}
	kind := extract.Sniff(data)
	picture := kind == extract.KindPNG || kind == extract.KindJPEG
	switch {
	case in.Kind == ProofPhoto && !picture:
		return "", fault.New(fault.Invalid, "task.not_a_photo", "Name", in.Name)
	case picture, kind == extract.KindPDF, kind == extract.KindDOCX, kind == extract.KindText:
		return kind.MIME(), nil
	case bytes.HasPrefix(data, []byte("PK\x03\x04")) && bytes.Contains(data, []byte("xl/workbook.xml")):
		return xlsxType, nil
	case kind == extract.KindEmpty:
		return "", fault.New(fault.Invalid, "upload.empty")
	default:
		return "", fault.New(fault.Invalid, "task.wrong_file", "Name", in.Name)
	}
}
