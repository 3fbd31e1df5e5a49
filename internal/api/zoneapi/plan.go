package zoneapi

import (
	"context"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/directive"
	"phaodai/internal/zoning"
)

// named is a record by its id.
type named struct {
	ID string `path:"id"`
}

// versioned is a version of a record.
type versioned struct {
	ID      string `path:"id"`
	Version int64  `query:"version" doc:"0 is the newest"`
}

type none struct{}

func areas(k *api.Kit, s *zoning.Service) {
	add(k, auth.ZonePlan, "add-area", "/areas", "Make an area of a unit", s.AddArea)
	on(k, auth.ZonePlan, "change-area", "/areas/{id}", "Correct what is known of an area",
		func(in *zoning.AreaInput, id string) { in.ID = id }, s.ChangeArea)
	on(k, auth.ZonePlan, "end-area", "/areas/{id}/end", "End an area", func(in *zoning.EndInput, id string) { in.ID = id }, s.EndArea)
	on(k, auth.ZonePlan, "split-area", "/areas/{id}/split", "Make parts of an area", func(in *zoning.SplitInput, id string) { in.ID = id }, s.Split)
	add(k, auth.ZonePlan, "enter-numbers", "/areas/numbers", "Enter what is known of areas for the criteria",
		func(ctx context.Context, by auth.Actor, in numbersInput) (entered, error) {
			n, err := s.EnterNumbers(ctx, by, in.Key, in.Numbers)
			return entered{n}, err
		})
}

type numbersInput struct {
	Key     string               `json:"key,omitempty"`
	Numbers []zoning.NumberInput `json:"numbers"`
}

type entered struct {
	Count int `json:"count"`
}

func criteria(k *api.Kit, s *zoning.Service) {
	get(k, "list-schemes", "/schemes", "Criteria tables, the newest version of each",
		func(ctx context.Context, by auth.Actor, _ *none) ([]zoning.Scheme, error) { return s.Schemes(ctx, by) })
	get(k, "get-scheme", "/schemes/{id}", "A version of a criteria table with what is wrong with it",
		func(ctx context.Context, by auth.Actor, in *versioned) (zoning.SchemeView, error) {
			return s.Scheme(ctx, by, in.ID, in.Version)
		})
	add(k, auth.ZoneCriteria, "save-scheme", "/schemes", "Save a draft of a criteria table", s.SaveScheme)
	on(k, auth.ZoneCriteria, "draft-scheme", "/schemes/{id}/decision", "Draft the decision that issues a criteria table",
		func(in *zoning.IssueInput, id string) { in.ID = id }, s.DraftScheme)
}

func plans(k *api.Kit, s *zoning.Service) {
	get(k, "list-rounds", "/rounds", "Rounds of zoning",
		func(ctx context.Context, by auth.Actor, _ *none) ([]zoning.Round, error) { return s.Rounds(ctx, by) })
	add(k, auth.ZoneCriteria, "open-round", "/rounds", "Open a round: every ward gets a plan to fill", s.OpenRound)
	get(k, "review-round", "/rounds/{id}", "All plans of a round side by side",
		func(ctx context.Context, by auth.Actor, in *named) (zoning.Review, error) {
			return s.Review(ctx, by, in.ID)
		})
	on(k, auth.ZoneApprove, "decide-plans", "/rounds/{id}/decision", "Draft the decision that approves plans",
		func(in *zoning.DecideInput, id string) { in.Round = id },
		func(ctx context.Context, by auth.Actor, in zoning.DecideInput) (directive.Document, error) {
			return s.Decide(ctx, by, in)
		})
	get(k, "get-plan", "/plans/{id}", "A plan with its areas, suggestions, and what is missing",
		func(ctx context.Context, by auth.Actor, in *named) (zoning.PlanView, error) {
			return s.Plan(ctx, by, in.ID)
		})
	get(k, "plan-copies", "/plans/{id}/copies", "The submissions of a plan, each with what it changed",
		func(ctx context.Context, by auth.Actor, in *named) ([]zoning.CopyView, error) {
			return s.Copies(ctx, by, in.ID)
		})
	step := func(in *zoning.StepInput, id string) { in.Plan = id }
	on(k, auth.ZonePlan, "mark-area", "/plans/{id}/marks", "Give an area of a plan its class, measures and gates",
		func(in *zoning.MarkInput, id string) { in.Plan = id }, s.Mark)
	on(k, auth.ZonePlan, "take-suggestions", "/plans/{id}/suggestions", "Give every area without a class the one suggested", step,
		func(ctx context.Context, by auth.Actor, in zoning.StepInput) (entered, error) {
			n, err := s.TakeSuggestions(ctx, by, in.Plan, in.Key)
			return entered{n}, err
		})
	on(k, auth.ZonePlan, "submit-plan", "/plans/{id}/submit", "Send a plan to the district", step, s.Submit)
	on(k, auth.ZonePlan, "recall-plan", "/plans/{id}/recall", "Take a submitted plan back", step, s.Recall)
	on(k, auth.ZonePlan, "rework-plan", "/plans/{id}/rework", "Say that the plan was looked at with the changed criteria", step, s.Rework)
	on(k, auth.ZonePlan, "draft-plan", "/plans/{id}/document", "Write the plan as a document to sign", step,
		func(ctx context.Context, by auth.Actor, in zoning.StepInput) (directive.Document, error) {
			return s.DraftPlan(ctx, by, in.Plan, in.Key)
		})
	on(k, auth.ZoneApprove, "return-plan", "/plans/{id}/return", "Send a plan back with a reason", step, s.Return)
	on(k, auth.ZoneApprove, "unbind-plan", "/plans/{id}/unbind", "Take a plan out of a decision that is not issued", step, s.Unbind)
	on(k, auth.ZoneOpine, "give-opinion", "/plans/{id}/opinions", "Give an opinion on a submission",
		func(in *zoning.OpinionInput, id string) { in.Plan = id }, s.Opine)
}
