// Package samplingapi is the API of sampling: records of tables and phones,
// sessions, tubes and boxes, and what does not fit together. Every operation
// calls one function of package sampling; rights in a unit, repeats and the audit
// are decided there.
package samplingapi

import (
	"context"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/i18n"
	"phaodai/internal/people"
	"phaodai/internal/sampling"
)

// Operations adds the API of sampling.
func Operations(s *sampling.Service) api.Area {
	return func(k *api.Kit) {
		records(k, s)
		sessions(k, s)
		tubes(k, s)
		undecided(k, s)
	}
}

func op(id, path string, right auth.Right, summary string) api.Op {
	return api.Op{ID: id, Path: path, Right: right, Tag: "sampling", Summary: summary}
}

type receipts struct {
	Receipts []sampling.Told `json:"receipts"`
}

func records(k *api.Kit, s *sampling.Service) {
	api.Make(k, op("take-samples", "/sampling/batches", auth.SampleTake, "Take in what tables and phones recorded, each record once, in their order"),
		func(ctx context.Context, by auth.Actor, in sampling.Batch) (receipts, error) {
			out, err := s.Take(ctx, by, in)
			return receipts{sampling.Tell(out, words(by))}, err
		})
}

func words(by auth.Actor) func(string, ...any) string {
	return func(key string, args ...any) string { return i18n.T(by.Lang, key, args...) }
}

type which struct {
	Campaign string `query:"campaign" maxLength:"60"`
	Under    string `query:"under" required:"true" doc:"path of a unit"`
	From     string `query:"from" doc:"RFC 3339"`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type named struct {
	ID string `path:"id" maxLength:"60"`
}

type scope struct {
	Campaign string `query:"campaign" maxLength:"60"`
	Session  string `query:"session" maxLength:"60"`
	Under    string `query:"under" required:"true" doc:"path of a unit"`
}

func sessions(k *api.Kit, s *sampling.Service) {
	api.Read(k, op("list-sampling-sessions", "/sampling/sessions", auth.CampaignRead, "Sessions of a subtree, the earliest first"),
		func(ctx context.Context, by auth.Actor, in *which) ([]sampling.Session, error) {
			from, err := api.Moment(in.From)
			if err != nil {
				return nil, err
			}
			return s.Sessions(ctx, by, sampling.SessionFilter{Campaign: in.Campaign, Path: in.Under, From: from, Limit: in.Limit})
		})
	api.Read(k, op("get-sampling-session", "/sampling/sessions/{id}", auth.CampaignRead, "A session with its tubes, figures and what waits for a decision"),
		func(ctx context.Context, by auth.Actor, in *named) (sampling.SessionView, error) {
			return s.SessionView(ctx, by, in.ID)
		})
	api.Make(k, op("plan-sampling-session", "/sampling/sessions", auth.CampaignManage, "Plan a session"), s.SaveSession)
	api.On(k, op("change-sampling-session", "/sampling/sessions/{id}", auth.CampaignManage, "Change a session that is not over"),
		func(in *sampling.SessionInput, id string) { in.ID = id }, s.SaveSession)
	api.On(k, op("end-sampling-session", "/sampling/sessions/{id}/end", auth.CampaignManage, "Close a session, or cancel one in which nothing was taken"),
		func(in *sampling.EndInput, id string) { in.ID = id }, s.EndSession)
	api.Read(k, op("get-sampling-balance", "/sampling/balance", auth.CampaignRead, "Samples taken = resulted + open + lost"),
		func(ctx context.Context, by auth.Actor, in *scope) (sampling.Balance, error) {
			return s.Balance(ctx, by, sampling.Scope{Campaign: in.Campaign, Session: in.Session, Path: in.Under})
		})
}

func tubes(k *api.Kit, s *sampling.Service) {
	api.Make(k, op("send-tubes", "/sampling/boxes", auth.SampleTake, "Send a box of tubes to a laboratory"), s.Send)
	api.Read(k, op("get-box", "/sampling/boxes/{id}", auth.SampleTake, "A box by its code, with its tubes"),
		func(ctx context.Context, by auth.Actor, in *named) (sampling.BoxView, error) {
			return s.Box(ctx, by, in.ID)
		})
	api.Make(k, op("receive-tubes", "/sampling/boxes/receive", auth.LabEnter, "Scan a box in at the laboratory"), s.Receive)
	api.Make(k, op("declare-lost", "/sampling/lost", auth.SampleTake, "Declare a tube or a sample lost: its people are due again"), s.DeclareLost)
	api.Read(k, op("get-resident-samples", "/residents/{id}/samples", auth.SampleTake, "What was sampled of a resident: samples, calls, symptoms, single samples that are asked for"),
		func(ctx context.Context, by auth.Actor, in *named) (sampling.History, error) {
			return s.History(ctx, by, in.ID)
		})
	api.Read(k, op("get-tube", "/sampling/tubes/{id}", auth.SampleTake, "A tube with its samples and what happened with it"),
		func(ctx context.Context, by auth.Actor, in *named) (sampling.TubeView, error) {
			return s.TubeView(ctx, by, in.ID)
		})
}

type under struct {
	Under string `query:"under" required:"true" doc:"path of a unit"`
}

func undecided(k *api.Kit, s *sampling.Service) {
	api.Read(k, op("list-sampling-problems", "/sampling/problems", auth.CampaignRead, "What does not fit together and waits for a decision"),
		func(ctx context.Context, by auth.Actor, in *under) ([]sampling.ProblemLine, error) {
			return s.Problems(ctx, by, in.Under)
		})
	api.On(k, op("decide-sampling-problem", "/sampling/problems/{id}/decide", auth.SampleTake, "Decide what does not fit"),
		func(in *sampling.DecideInput, id string) { in.Problem = id }, s.Decide)
	api.Read(k, op("list-newcomers", "/sampling/newcomers", auth.PeopleKeep, "People at tables whom the registry does not know"),
		func(ctx context.Context, by auth.Actor, in *under) ([]sampling.Newcomer, error) {
			return s.Newcomers(ctx, by, in.Under)
		})
	api.On(k, op("settle-newcomer", "/sampling/newcomers/{id}/settle", auth.PeopleKeep, "Say who in the registry a newcomer is"),
		func(in *sampling.SettleInput, id string) { in.Newcomer = id },
		func(ctx context.Context, by auth.Actor, in sampling.SettleInput) (people.Resident, error) {
			return s.SettleNewcomer(ctx, by, in)
		})
}
