package taskapi

import (
	"bytes"
	"context"
	"io"

	"github.com/danielgtaylor/huma/v2"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/blob"
	"phaodai/internal/instant"
	"phaodai/internal/sheet"
	"phaodai/internal/task"
)

// UploadInput is a file as the body of a request.
type UploadInput struct {
	ID
	Kind    string `query:"kind" required:"true" enum:"file,photo,document"`
	Name    string `query:"name" required:"true" maxLength:"200" doc:"name of the file"`
	RawBody []byte `contentType:"application/octet-stream"`
}

func (d Deps) files(k *api.Kit) {
	upload := post("upload-proof", "/tasks/{id}/files", auth.TaskPerform, "Keep a file; report with the proof that is returned")
	upload.Body = task.MaxUpload + 1024
	api.Handle(k, upload, func(ctx context.Context, by auth.Actor, in *UploadInput) (*Body[task.Proof], error) {
		return body(d.Tasks.Upload(ctx, by, task.UploadInput{Task: in.ID.ID, Kind: in.Kind, Name: in.Name, Content: bytes.NewReader(in.RawBody)}))
	})
	api.Handle(k, get("open-proof", "/tasks/{id}/proofs/{proof}", "The file of a proof"), d.openProof)
	api.Handle(k, get("export-tasks", "/tasks-export", "A list as XLSX or CSV, without pages"), d.export)
	api.Handle(k, get("export-follow", "/documents/{id}/follow-export", "The matrix of a document as XLSX or CSV"), d.exportFollow)
}

// ProofInput names a proof.
type ProofInput struct {
	ID
	Proof string `path:"proof" maxLength:"40"`
}

func (d Deps) openProof(ctx context.Context, by auth.Actor, in *ProofInput) (*huma.StreamResponse, error) {
	p, err := d.Tasks.ProofBlob(ctx, by, in.ID.ID, in.Proof)
	if err != nil {
		return nil, err
	}
	content, b, err := blob.Open(ctx, d.Store, p.Blob)
	if err != nil {
		return nil, err
	}
	return api.Stream(p.Name, b.MediaType, func(w io.Writer) error {
		defer content.Close()
		_, err := io.Copy(w, content)
		return err
	}), nil
}

// ExportInput is a list in a format.
type ExportInput struct {
	Query
	Format string `query:"format" enum:"xlsx,csv" default:"xlsx"`
}

func (d Deps) export(ctx context.Context, by auth.Actor, in *ExportInput) (*huma.StreamResponse, error) {
	format, err := sheet.FormatOf(in.Format)
	if err != nil {
		return nil, err
	}
	// The file is made before the answer begins, so that a fault is still a fault.
	var b bytes.Buffer
	if err := task.WriteSheet(ctx, d.Tasks, by, in.filter(), &b, format, instant.Vietnam(), task.Translate(d.Translate)); err != nil {
		return nil, err
	}
	return api.Stream("nhiem-vu."+string(format), format.MIME(), func(w io.Writer) error { _, err := b.WriteTo(w); return err }), nil
}

// FollowExportInput is the matrix of a document in a format.
type FollowExportInput struct {
	ID
	Format string `query:"format" enum:"xlsx,csv" default:"xlsx"`
}

func (d Deps) exportFollow(ctx context.Context, by auth.Actor, in *FollowExportInput) (*huma.StreamResponse, error) {
	format, err := sheet.FormatOf(in.Format)
	if err != nil {
		return nil, err
	}
	f, err := d.Tasks.Follow(ctx, by, in.ID.ID)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := f.WriteSheet(&b, format, by.Lang, instant.Vietnam(), task.Translate(d.Translate)); err != nil {
		return nil, err
	}
	return api.Stream("theo-doi."+string(format), format.MIME(), func(w io.Writer) error { _, err := b.WriteTo(w); return err }), nil
}
