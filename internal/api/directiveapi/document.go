package directiveapi

import (
	"context"
	"time"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/directive"
	"phaodai/internal/instant"
)

// FilterInput chooses documents of a list.
type FilterInput struct {
	Query    string `query:"query" maxLength:"200" doc:"words, tones do not matter"`
	Register string `query:"register" maxLength:"40"`
	Year     int64  `query:"year"`
	State    string `query:"state" maxLength:"20"`
	Kind     string `query:"kind" maxLength:"10" doc:"code: CT, TB, CV"`
	Urgency  string `query:"urgency" maxLength:"20"`
	Issuer   string `query:"issuer" maxLength:"200"`
	From     string `query:"from" maxLength:"10" doc:"day, 2021-09-07"`
	To       string `query:"to" maxLength:"10"`
	Open     bool   `query:"open" doc:"what still waits"`
	Sort     string `query:"sort" maxLength:"20" doc:"column, - before it turns round: no, arrived, issuer, symbol, issued, changed, urgency; as far as the list has it"`
	After    string `query:"after" maxLength:"1000" doc:"next of the part before"`
	Limit    int    `query:"limit" minimum:"0" maximum:"200"`
}

func (in FilterInput) filter() directive.Filter {
	return directive.Filter{
		Query: in.Query, Register: in.Register, Year: in.Year, State: directive.State(in.State), Kind: in.Kind,
		Urgency: directive.Urgency(in.Urgency), Issuer: in.Issuer, From: in.From, To: in.To, Open: in.Open,
		Sort: in.Sort, After: in.After, Limit: in.Limit,
	}
}

type listed = directive.Page[directive.Listed]

func (d Deps) lists(k *api.Kit) {
	s := d.Documents
	for _, l := range []struct {
		id, path, summary string
		right             auth.Right
		do                func(context.Context, auth.Actor, directive.Filter) (listed, error)
	}{
		{"list-incoming", "/documents/incoming", "Book of arrivals of one's office", auth.DocumentRead, s.Incoming},
		{"list-outgoing", "/documents/outgoing", "What one's office makes and made", auth.DocumentRead, s.Outgoing},
		{"list-inbox-documents", "/documents/inbox", "What was sent here through the system", auth.DocumentRead, s.Inbox},
		{"search-documents", "/documents", "All documents that one may read", auth.DocumentRead, s.Search},
		{"list-awaiting-advice", "/documents/awaiting-advice", "Slips that wait for advice", auth.DocumentAdvise, s.AwaitingAdvice},
		{"list-awaiting-approval", "/documents/awaiting-approval", "Slips and signatures that wait for approval", auth.DocumentApprove, s.AwaitingApproval},
	} {
		get(k, l.id, l.path, l.right, l.summary, func(ctx context.Context, by auth.Actor, in *FilterInput) (listed, error) {
			return l.do(ctx, by, in.filter())
		})
	}
	file(k, "export-documents", "/documents-export", auth.DocumentRead, "A list in full as XLSX or CSV, with the fields of the mandated register",
		func(ctx context.Context, by auth.Actor, in *ExportInput) (directive.Download, error) {
			title := func(key string) string { return d.Translate(by.Lang, key) }
			return s.Export(ctx, by, in.Book, in.filter(), in.Format, title)
		})
}

// ExportInput is a list to be exported.
type ExportInput struct {
	FilterInput
	Book   string `query:"book" enum:"incoming,outgoing,search,advice,approval" default:"incoming"`
	Format string `query:"format" enum:"xlsx,csv" default:"xlsx"`
}

// FormInput chooses the format of a printed form.
type FormInput struct {
	ID
	Format string `query:"format" enum:"pdf,docx" default:"pdf"`
}

func (d Deps) documents(k *api.Kit) {
	s := d.Documents
	get(k, "get-document", "/documents/{id}", auth.DocumentRead, "A document with what belongs to it",
		func(ctx context.Context, by auth.Actor, in *ID) (directive.View, error) {
			return s.Document(ctx, by, in.ID)
		})
	post(k, "open-document", "/documents/{id}/open", auth.DocumentRead, "Read a document: the opening is logged for the office",
		func(ctx context.Context, by auth.Actor, in *ID) (directive.View, error) {
			return s.Open(ctx, by, in.ID)
		})
	get(k, "list-openings", "/documents/{id}/openings", auth.DocumentRead, "Who has opened it and when",
		func(ctx context.Context, by auth.Actor, in *ID) ([]directive.Opening, error) {
			return s.Openings(ctx, by, in.ID)
		})
	post(k, "correct-document", "/documents/{id}/correct", auth.DocumentRegister, "Correct the facts of a document",
		func(ctx context.Context, by auth.Actor, in *Put[directive.CorrectInput]) (directive.Document, error) {
			in.Body.Document = in.ID
			return s.Correct(ctx, by, in.Body)
		})
	post(k, "publish-document", "/documents/{id}/publish", auth.DocumentPublish, "Tick or untick public",
		func(ctx context.Context, by auth.Actor, in *Put[directive.PublishInput]) (directive.Document, error) {
			in.Body.Document = in.ID
			return s.Publish(ctx, by, in.Body)
		})
	post(k, "refuse-document", "/documents/{id}/refuse", auth.DocumentRegister, "Send an arrival back",
		func(ctx context.Context, by auth.Actor, in *Put[directive.RefuseInput]) (directive.Document, error) {
			in.Body.Document = in.ID
			return s.Refuse(ctx, by, in.Body)
		})
	post(k, "file-document", "/documents/{id}/file", auth.DocumentRegister, "Close a document into a dossier",
		func(ctx context.Context, by auth.Actor, in *Put[directive.FileInput]) (directive.Document, error) {
			in.Body.Document = in.ID
			return s.File(ctx, by, in.Body)
		})
}

// AtInput asks about a moment; none is now.
type AtInput struct {
	ID
	At time.Time `query:"at" doc:"RFC 3339; now when left out"`
}

func (in AtInput) at(by auth.Actor) instant.Micros {
	if in.At.IsZero() {
		return by.Now
	}
	return instant.Of(in.At)
}

// ConfirmLinkInput confirms a link.
type ConfirmLinkInput struct {
	Key string `json:"key,omitempty"`
}

func (d Deps) links(k *api.Kit) {
	s := d.Documents
	post(k, "link-document", "/documents/{id}/links", auth.DocumentRead, "Draw a link to another document, known here or by its number",
		func(ctx context.Context, by auth.Actor, in *Put[directive.LinkInput]) (directive.Link, error) {
			in.Body.From = in.ID
			return s.Link(ctx, by, in.Body)
		})
	post(k, "confirm-link", "/links/{id}/confirm", auth.DocumentRead, "Confirm a link that the reader proposed",
		func(ctx context.Context, by auth.Actor, in *Put[ConfirmLinkInput]) (directive.Link, error) {
			return s.ConfirmLink(ctx, by, in.Body.Key, in.ID)
		})
	post(k, "remove-link", "/links/{id}/remove", auth.DocumentRead, "Remove a wrong link",
		func(ctx context.Context, by auth.Actor, in *Put[directive.UnlinkInput]) (Done, error) {
			in.Body.Link = in.ID
			return Done{true}, s.Unlink(ctx, by, in.Body)
		})
	get(k, "orders-behind", "/documents/{id}/behind", auth.DocumentRead, "The orders that stand behind a document",
		func(ctx context.Context, by auth.Actor, in *AtInput) ([]directive.Step, error) {
			return s.Behind(ctx, by, in.ID.ID, in.at(by))
		})
	get(k, "documents-ahead", "/documents/{id}/ahead", auth.DocumentRead, "The documents that rest on this one",
		func(ctx context.Context, by auth.Actor, in *AtInput) ([]directive.Step, error) {
			return s.Ahead(ctx, by, in.ID.ID, in.at(by))
		})
	get(k, "get-force", "/documents/{id}/force", auth.DocumentRead, "Is it in force, and why",
		func(ctx context.Context, by auth.Actor, in *AtInput) (directive.Force, error) {
			return s.InForce(ctx, by, in.ID.ID, in.at(by))
		})
}
