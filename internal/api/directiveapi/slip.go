package directiveapi

import (
	"bytes"
	"context"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/directive"
	"phaodai/internal/instant"
)

// Leader is a post that may decide on a slip.
type Leader struct {
	Post   string `json:"post"`
	Title  string `json:"title"`
	Office string `json:"office"`
	Name   string `json:"name"`
}

// Photo is a small file inside JSON.
type Photo struct {
	Name    string `json:"name"`
	Content []byte `json:"content" doc:"base64"`
}

// Paper is a decision that was made on paper.
type Paper struct {
	Post  string         `json:"post" doc:"that decided"`
	At    instant.Micros `json:"at,omitempty"`
	Photo Photo          `json:"photo" doc:"of the signed slip"`
}

func (p *Paper) entered() *directive.OnPaper {
	if p == nil {
		return nil
	}
	return &directive.OnPaper{
		Post: p.Post, At: p.At, Photo: &directive.Upload{Name: p.Photo.Name, Content: bytes.NewReader(p.Photo.Content)},
	}
}

// ApproveInput approves a slip; OnPaper is set by a clerk who enters it.
type ApproveInput struct {
	directive.ApproveInput
	OnPaper *Paper `json:"on_paper,omitempty"`
}

// ReturnInput returns a slip.
type ReturnInput struct {
	directive.ReturnInput
	OnPaper *Paper `json:"on_paper,omitempty"`
}

func (d Deps) slips(k *api.Kit) {
	s := d.Documents
	post(k, "advise-slip", "/documents/{id}/advise", auth.DocumentAdvise, "Write the Office's advice and who gets copies",
		func(ctx context.Context, by auth.Actor, in *Put[directive.AdviseInput]) (directive.Slip, error) {
			in.Body.Document = in.ID
			return s.Advise(ctx, by, in.Body)
		})
	large(k, "approve-slip", "/documents/{id}/approve", auth.DocumentRead, "Approve a slip as proposed or with an opinion, or enter an approval on paper",
		func(ctx context.Context, by auth.Actor, in *Put[ApproveInput]) (directive.Slip, error) {
			a := in.Body.ApproveInput
			a.Document, a.OnPaper = in.ID, in.Body.OnPaper.entered()
			return s.Approve(ctx, by, a)
		})
	large(k, "return-slip", "/documents/{id}/return", auth.DocumentRead, "Send a slip back with the reason",
		func(ctx context.Context, by auth.Actor, in *Put[ReturnInput]) (directive.Slip, error) {
			r := in.Body.ReturnInput
			r.Document, r.OnPaper = in.ID, in.Body.OnPaper.entered()
			return s.Return(ctx, by, r)
		})
	get(k, "list-leaders", "/documents/{id}/leaders", auth.DocumentRead, "Posts that may decide on its slip", d.leaders)
	file(k, "print-slip", "/documents/{id}/slip-form", auth.DocumentRead, "The slip as PDF or DOCX",
		func(ctx context.Context, by auth.Actor, in *FormInput) (directive.Download, error) {
			return s.SlipForm(ctx, by, in.ID.ID, in.Format)
		})
}

func (d Deps) leaders(ctx context.Context, by auth.Actor, in *ID) ([]Leader, error) {
	holders, err := d.Documents.Leaders(ctx, by, in.ID)
	out := []Leader{}
	for _, h := range holders {
		out = append(out, Leader{h.Post.ID, h.Post.Title, h.Post.Office, h.Person.Name})
	}
	return out, err
}
