package directiveapi

import (
	"bytes"
	"context"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/directive"
)

func (d Deps) books(k *api.Kit) {
	s := d.Documents
	get(k, "list-registers", "/registers", auth.DocumentRead, "Books of one's office with their next numbers",
		func(ctx context.Context, by auth.Actor, _ *None) ([]directive.Register, error) {
			return s.Registers(ctx, by)
		})
	post(k, "open-register", "/registers", auth.DocumentRegister, "Open a book",
		func(ctx context.Context, by auth.Actor, in *Body[directive.RegisterInput]) (directive.Register, error) {
			return s.OpenRegister(ctx, by, in.Body)
		})
	post(k, "close-register", "/registers/{id}/close", auth.DocumentRegister, "Close a book",
		func(ctx context.Context, by auth.Actor, in *ID) (directive.Register, error) {
			return s.CloseRegister(ctx, by, "", in.ID)
		})
	get(k, "list-document-kinds", "/document-kinds", auth.SignedIn, "Kinds of documents with their codes",
		func(context.Context, auth.Actor, *None) ([]directive.Kind, error) { return directive.Kinds(), nil })
}

// UploadInput is a file as the body of a request.
type UploadInput struct {
	Key     string `query:"key" maxLength:"80" doc:"client-made: a repeat changes nothing"`
	Name    string `query:"name" required:"true" maxLength:"400" doc:"name of the file"`
	RawBody []byte `contentType:"application/octet-stream"`
}

func (in UploadInput) file() *directive.Upload {
	return &directive.Upload{Name: in.Name, Content: bytes.NewReader(in.RawBody)}
}

// TextInput is a document as plain text.
type TextInput struct {
	Key  string `json:"key,omitempty"`
	Text string `json:"text"`
}

// AttachInput is a file that is added to a document.
type AttachInput struct {
	ID
	UploadInput
	Kind string `query:"kind" enum:"source,annex,photo" default:"annex"`
}

// AttachmentInput names a file of a document.
type AttachmentInput struct {
	ID
	Attachment string `path:"attachment" maxLength:"40"`
}

func (d Deps) intake(k *api.Kit) {
	s := d.Documents
	large(k, "receive-file", "/documents/upload", auth.DocumentRegister, "Take a file in and have it read; it waits for the register",
		func(ctx context.Context, by auth.Actor, in *UploadInput) (directive.Document, error) {
			return s.Receive(ctx, by, directive.ReceiveInput{Key: in.Key, File: in.file()})
		})
	large(k, "receive-text", "/documents/text", auth.DocumentRegister, "Take a text in; it waits for the register",
		func(ctx context.Context, by auth.Actor, in *Body[TextInput]) (directive.Document, error) {
			return s.Receive(ctx, by, directive.ReceiveInput{Key: in.Body.Key, Text: in.Body.Text})
		})
	large(k, "enter-document", "/documents/enter", auth.DocumentRegister, "Register a document: it gets the next arrival number",
		func(ctx context.Context, by auth.Actor, in *Body[directive.EnterInput]) (directive.Entered, error) {
			return s.Enter(ctx, by, in.Body)
		})
	post(k, "take-document", "/documents/{id}/take", auth.DocumentRegister, "Register what was sent here through the system",
		func(ctx context.Context, by auth.Actor, in *Put[directive.TakeInput]) (directive.Entered, error) {
			in.Body.Document = in.ID
			return s.Take(ctx, by, in.Body)
		})
	post(k, "cancel-reading", "/documents/{id}/cancel-reading", auth.DocumentRegister, "End a reading that takes too long",
		func(ctx context.Context, by auth.Actor, in *ID) (Done, error) {
			return Done{true}, s.CancelReading(ctx, by, in.ID)
		})
	large(k, "attach-file", "/documents/{id}/attachments", auth.DocumentRegister, "Add a file to a document",
		func(ctx context.Context, by auth.Actor, in *AttachInput) (directive.Attachment, error) {
			return s.Attach(ctx, by, directive.AttachInput{Key: in.Key, Document: in.ID.ID, Kind: in.Kind, File: *in.file()})
		})
	file(k, "open-attachment", "/documents/{id}/attachments/{attachment}", auth.DocumentRead, "A file of a document",
		func(ctx context.Context, by auth.Actor, in *AttachmentInput) (directive.Download, error) {
			return s.OpenAttachment(ctx, by, in.ID.ID, in.Attachment)
		})
}
