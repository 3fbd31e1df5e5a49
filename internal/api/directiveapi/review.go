package directiveapi

import (
	"context"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/directive"
)

// ClauseInput searches clauses.
type ClauseInput struct {
	Query    string `query:"query" maxLength:"200" doc:"words, tones do not matter"`
	Document string `query:"document" maxLength:"40"`
	Kind     string `query:"kind" enum:"OBLIGATION,PRINCIPLE,GOAL,FACT,PROHIBITION,PERMISSION,ENCOURAGEMENT,METADATA,UNKNOWN"`
	After    string `query:"after" maxLength:"80"`
	Limit    int    `query:"limit" minimum:"0" maximum:"200"`
}

func (d Deps) review(k *api.Kit) {
	d.clauses(k)
	d.proposals(k)
	s := d.Documents
	get(k, "get-review", "/documents/{id}/review", auth.DocumentRead, "Text, findings, clauses and proposals of a document",
		func(ctx context.Context, by auth.Actor, in *ID) (directive.Review, error) {
			return s.Review(ctx, by, in.ID)
		})
	get(k, "list-examples", "/documents/{id}/examples", auth.DocumentRead, "What the reader proposed and what persons made of it",
		func(ctx context.Context, by auth.Actor, in *ID) ([]directive.Example, error) {
			return s.Examples(ctx, by, in.ID)
		})
	file(k, "export-labels", "/documents/{id}/labels", auth.DocumentRead, "The reviewed document in the label format of the corpus",
		func(ctx context.Context, by auth.Actor, in *ID) (directive.Download, error) {
			return s.Labels(ctx, by, in.ID)
		})
}

func (d Deps) clauses(k *api.Kit) {
	s := d.Documents
	get(k, "list-clauses", "/documents/{id}/clauses", auth.DocumentRead, "Clauses of a document in order",
		func(ctx context.Context, by auth.Actor, in *ID) ([]directive.Clause, error) {
			return s.Clauses(ctx, by, in.ID)
		})
	get(k, "search-clauses", "/clauses", auth.DocumentRead, "Clauses of every kind, by words without tones",
		func(ctx context.Context, by auth.Actor, in *ClauseInput) (directive.Page[directive.FoundClause], error) {
			return s.SearchClauses(ctx, by, directive.ClauseFilter(*in))
		})
	post(k, "classify-clause", "/clauses/{id}/classify", auth.DocumentReview, "Say what a clause is",
		func(ctx context.Context, by auth.Actor, in *Put[directive.ClassifyInput]) (directive.Clause, error) {
			in.Body.Clause = in.ID
			return s.Classify(ctx, by, in.Body)
		})
}

func (d Deps) proposals(k *api.Kit) {
	s := d.Documents
	post(k, "add-proposal", "/documents/{id}/proposals", auth.DocumentReview, "Add a task that the reader did not find",
		func(ctx context.Context, by auth.Actor, in *Put[directive.ProposalInput]) (directive.Proposal, error) {
			in.Body.ID, in.Body.Document = "", in.ID
			return s.Propose(ctx, by, in.Body)
		})
	post(k, "correct-proposal", "/proposals/{id}", auth.DocumentReview, "Correct a proposal; all fields are taken from the body",
		func(ctx context.Context, by auth.Actor, in *Put[directive.ProposalInput]) (directive.Proposal, error) {
			in.Body.ID = in.ID
			return s.Propose(ctx, by, in.Body)
		})
	post(k, "split-proposal", "/proposals/{id}/split", auth.DocumentReview, "Cut a proposal into several",
		func(ctx context.Context, by auth.Actor, in *Put[directive.SplitInput]) ([]directive.Proposal, error) {
			in.Body.ID = in.ID
			return s.Split(ctx, by, in.Body)
		})
	post(k, "merge-proposals", "/documents/{id}/merge-proposals", auth.DocumentReview, "Make one proposal of several",
		func(ctx context.Context, by auth.Actor, in *Put[directive.MergeInput]) (directive.Proposal, error) {
			in.Body.Document = in.ID
			return s.Merge(ctx, by, in.Body)
		})
	post(k, "drop-proposal", "/proposals/{id}/drop", auth.DocumentReview, "Set a proposal aside as no task",
		func(ctx context.Context, by auth.Actor, in *Put[directive.DropInput]) (directive.Proposal, error) {
			in.Body.ID = in.ID
			return s.Drop(ctx, by, in.Body)
		})
	post(k, "confirm-proposals", "/documents/{id}/confirm-proposals", auth.DocumentReview, "Confirm proposals; those with a problem stay",
		func(ctx context.Context, by auth.Actor, in *Put[directive.ConfirmInput]) (directive.ConfirmResult, error) {
			in.Body.Document = in.ID
			return s.Confirm(ctx, by, in.Body)
		})
	post(k, "set-elsewhere", "/documents/{id}/elsewhere-proposals", auth.DocumentReview, "Note the tasks of bodies outside the territory as theirs",
		func(ctx context.Context, by auth.Actor, in *Put[directive.ElsewhereInput]) (directive.ElsewhereResult, error) {
			in.Body.Document = in.ID
			return s.SetElsewhere(ctx, by, in.Body)
		})
}
