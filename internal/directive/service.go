package directive

import (
	"context"
	"io"
	"phaodai/internal/auth"

	"phaodai/internal/blob"
	"phaodai/internal/db"
	"phaodai/internal/extract"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
)

// MaxUpload is the largest file that is taken in.
const MaxUpload = 50 << 20

// Reader reads the text of an official document (officialdoc.Reader).
type Reader interface {
	Read(text string) (*officialdoc.Document, error)
}

// Extractor gets the text out of a file (extract.Extractor).
type Extractor interface {
	Extract(ctx context.Context, data []byte, progress extract.Progress) (extract.Result, error)
}

// Enqueue asks for a reading in the background, inside the transaction that
// took the file in, at a wall time: a job of kind ReadJob with ReadPayload.
// Without it a file is read at once.
type Enqueue func(tx *db.Tx, wall instant.Micros, p ReadPayload) error

// ReadJob is the kind of a reading job; whoever runs it calls Service.Read.
const ReadJob = "directive.read"

// ReadPayload names what a reading job is about.
type ReadPayload struct {
	Document string `json:"document"`
}

// Tools is what the service uses beside the store. Only Reader is required.
type Tools struct {
	Reader  Reader
	Extract Extractor
	Enqueue Enqueue
}

// Service is the capability. It is safe for concurrent use.
type Service struct {
	store *db.DB
	ids   *id.Source
	tools Tools

	onIssue []func(*db.Tx, auth.Actor, Document) error
}

// OnIssue names what else happens in the transaction that issues a document
// made here: what it decides is decided with it or not at all. To be called
// before the service is used.
func (s *Service) OnIssue(do func(tx *db.Tx, by auth.Actor, d Document) error) {
	s.onIssue = append(s.onIssue, do)
}

// New returns the service.
func New(store *db.DB, ids *id.Source, tools Tools) *Service {
	return &Service{store: store, ids: ids, tools: tools}
}

// Upload is a file on its way in. Content must be local, as blob.Put asks.
type Upload struct {
	Name      string
	MediaType string
	Content   io.ReadSeeker
}

// Download is a file on its way out.
type Download struct {
	Name      string
	MediaType string
	Content   io.ReadSeekCloser
	Blob      blob.Blob // zero for what is made on the fly
}
