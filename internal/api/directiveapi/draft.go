package directiveapi

import (
	"context"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/directive"
)

func (d Deps) drafts(k *api.Kit) {
	s := d.Documents
	large(k, "write-draft", "/drafts", auth.DocumentDraft, "Write a draft",
		func(ctx context.Context, by auth.Actor, in *Body[directive.DraftInput]) (directive.Document, error) {
			in.Body.ID = ""
			return s.Write(ctx, by, in.Body)
		})
	large(k, "rewrite-draft", "/drafts/{id}", auth.DocumentDraft, "A new version of a draft; earlier ones are kept",
		func(ctx context.Context, by auth.Actor, in *Put[directive.DraftInput]) (directive.Document, error) {
			in.Body.ID = in.ID
			return s.Write(ctx, by, in.Body)
		})
	get(k, "list-versions", "/documents/{id}/versions", auth.DocumentRead, "Versions of a draft",
		func(ctx context.Context, by auth.Actor, in *ID) ([]directive.DraftVersion, error) {
			return s.Versions(ctx, by, in.ID)
		})
	get(k, "get-draft-sheet", "/documents/{id}/sheet", auth.DocumentRead, "Who signs a draft and to whom it goes",
		func(ctx context.Context, by auth.Actor, in *ID) (directive.Sheet, error) {
			return s.DraftSheet(ctx, by, in.ID)
		})
	for _, step := range []struct {
		id, verb, summary string
		right             auth.Right
		do                func(context.Context, auth.Actor, directive.StepInput) (directive.Document, error)
	}{
		{"adopt-draft", "adopt", "Adopt a draft without a meeting", auth.DocumentApprove, s.Adopt},
		{"submit-draft", "submit", "Submit a draft for signature", auth.DocumentDraft, s.Submit},
		{"send-draft-back", "send-back", "Return a submitted draft with a reason", auth.DocumentApprove, s.SendBack},
		{"sign-draft", "sign", "Sign a submitted draft", auth.DocumentApprove, s.Sign},
		{"number-document", "number", "Give a signed document its number", auth.DocumentIssue, s.Number},
	} {
		post(k, step.id, "/documents/{id}/"+step.verb, step.right, step.summary,
			func(ctx context.Context, by auth.Actor, in *Put[directive.StepInput]) (directive.Document, error) {
				in.Body.Document = in.ID
				return step.do(ctx, by, in.Body)
			})
	}
	post(k, "issue-document", "/documents/{id}/issue", auth.DocumentIssue, "Send a numbered document to its recipients",
		func(ctx context.Context, by auth.Actor, in *Put[directive.IssueInput]) (directive.Document, error) {
			in.Body.Document = in.ID
			return s.Issue(ctx, by, in.Body)
		})
	file(k, "print-letter", "/documents/{id}/letter", auth.DocumentRead, "A document made here in the mandated form, PDF or DOCX",
		func(ctx context.Context, by auth.Actor, in *FormInput) (directive.Download, error) {
			return s.Letter(ctx, by, in.ID.ID, in.Format)
		})
	post(k, "set-mandate", "/numbering/mandates", auth.DocumentIssue, "Set a term of a Party committee, by which its numbers run",
		func(ctx context.Context, by auth.Actor, in *Body[directive.MandateInput]) (Done, error) {
			return Done{true}, s.SetMandate(ctx, by, in.Body)
		})
	post(k, "set-last-number", "/numbering/last", auth.DocumentIssue, "Tell the last number of a kind and year given before",
		func(ctx context.Context, by auth.Actor, in *Body[directive.LastNumberInput]) (Done, error) {
			return Done{true}, s.SetLastNumber(ctx, by, in.Body)
		})
}
