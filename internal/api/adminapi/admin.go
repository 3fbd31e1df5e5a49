package adminapi

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"phaodai/internal/admin"
	"phaodai/internal/api"
	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/instant"
	"phaodai/internal/job"
	"phaodai/internal/worldclock"
)

// Admin adds accounts, audit, clock, jobs and backup.
func Admin(accounts *auth.Service, system *admin.Service) api.Area {
	return func(k *api.Kit) {
		a := administration{accounts, system}
		api.Handle(k, api.Op{ID: "list-accounts", Method: "GET", Path: "/accounts", Right: auth.AccountManage, Tag: "accounts", Summary: "Accounts of one's units"}, a.accounts)
		api.Handle(k, api.Op{ID: "open-account", Method: "POST", Path: "/accounts", Right: auth.AccountManage, Tag: "accounts", Summary: "Make an account"}, a.open)
		api.Handle(k, api.Op{ID: "get-account", Method: "GET", Path: "/accounts/{id}", Right: auth.AccountManage, Tag: "accounts", Summary: "One account"}, a.account)
		api.Handle(k, api.Op{ID: "reset-password", Method: "POST", Path: "/accounts/{id}/password", Right: auth.AccountManage, Tag: "accounts", Summary: "Give a password, to be changed at the next sign-in"}, a.reset)
		api.Handle(k, api.Op{ID: "disable-account", Method: "POST", Path: "/accounts/{id}/disable", Right: auth.AccountManage, Tag: "accounts", Summary: "Shut an account"}, a.disable)
		api.Handle(k, api.Op{ID: "enable-account", Method: "POST", Path: "/accounts/{id}/enable", Right: auth.AccountManage, Tag: "accounts", Summary: "Open a shut account again"}, a.enable)
		api.Handle(k, api.Op{ID: "list-sessions", Method: "GET", Path: "/accounts/{id}/sessions", Right: auth.AccountManage, Tag: "accounts", Summary: "Open sessions of an account"}, a.sessions)
		api.Handle(k, api.Op{ID: "revoke-session", Method: "DELETE", Path: "/accounts/{id}/sessions/{session}", Right: auth.AccountManage, Tag: "accounts", Summary: "End a session of an account"}, a.revoke)

		api.Handle(k, api.Op{ID: "search-audit", Method: "GET", Path: "/audit", Right: auth.AuditRead, Tag: "audit", Summary: "Who did and read what"}, a.search)
		api.Handle(k, api.Op{ID: "verify-audit", Method: "POST", Path: "/audit/verify", Right: auth.AuditRead, Tag: "audit", Summary: "Check the whole audit against the sealed log"}, a.verify)
		api.Handle(k, api.Op{ID: "audit-checkpoint", Method: "GET", Path: "/audit/checkpoint", Right: auth.AuditRead, Tag: "audit", Summary: "Newest signed checkpoint, to be kept elsewhere"}, a.checkpoint)

		api.Handle(k, api.Op{ID: "get-clock", Method: "GET", Path: "/clock", Right: auth.SignedIn, Tag: "system", Summary: "World time"}, a.clock)
		api.Handle(k, api.Op{ID: "set-clock", Method: "PUT", Path: "/clock", Right: auth.ClockSet, Tag: "system", Summary: "Steer the clock of an exercise"}, a.setClock)
		api.Handle(k, api.Op{ID: "get-system", Method: "GET", Path: "/system", Right: auth.SystemManage, Tag: "system", Summary: "How the system is"}, a.status)
		api.Handle(k, api.Op{ID: "list-jobs", Method: "GET", Path: "/system/jobs", Right: auth.SystemManage, Tag: "system", Summary: "Background jobs"}, a.jobs)
		api.Handle(k, api.Op{ID: "cancel-job", Method: "POST", Path: "/system/jobs/cancel", Right: auth.SystemManage, Tag: "system", Summary: "End an open job"}, a.cancelJob)
		api.Handle(k, api.Op{ID: "repeat-job", Method: "POST", Path: "/system/jobs/repeat", Right: auth.SystemManage, Tag: "system", Summary: "Put an ended job in once more"}, a.repeatJob)
		api.Handle(k, api.Op{ID: "back-up", Method: "POST", Path: "/system/backup", Right: auth.SystemManage, Tag: "system", Summary: "Archive of the whole store"}, a.backup)
	}
}

type administration struct {
	auth   *auth.Service
	system *admin.Service
}

type accountsInput struct {
	Query string `query:"query" doc:"Beginning of the login"`
	After string `query:"after"`
	Limit int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
}

type accountsOutput struct {
	Body struct {
		Accounts []auth.Account `json:"accounts"`
		Next     string         `json:"next,omitempty" doc:"after of the next page"`
	}
}

func (a administration) accounts(ctx context.Context, by auth.Actor, in *accountsInput) (*accountsOutput, error) {
	list, err := a.auth.Accounts(ctx, by, auth.AccountFilter{Query: in.Query, After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &accountsOutput{}
	out.Body.Accounts = append([]auth.Account{}, list...)
	if len(list) == in.Limit {
		out.Body.Next = list[len(list)-1].Login
	}
	return out, nil
}

type accountOutput struct{ Body auth.Account }

type openInput struct{ Body auth.OpenInput }

func (a administration) open(ctx context.Context, by auth.Actor, in *openInput) (*accountOutput, error) {
	account, err := a.auth.OpenAccount(ctx, by, in.Body)
	return &accountOutput{account}, err
}

type accountID struct {
	ID string `path:"id"`
}

func (a administration) account(ctx context.Context, by auth.Actor, in *accountID) (*accountOutput, error) {
	account, err := a.auth.AccountOf(ctx, by, in.ID)
	return &accountOutput{account}, err
}

type resetInput struct {
	ID   string `path:"id"`
	Body struct {
		Password string `json:"password" maxLength:"1000"`
		Version  int64  `json:"version,omitempty" doc:"As read; 0 is not checked"`
	}
}

func (a administration) reset(ctx context.Context, by auth.Actor, in *resetInput) (*done, error) {
	return &done{}, a.auth.ResetPassword(ctx, by, auth.ChangeInput{Account: in.ID, Version: in.Body.Version}, in.Body.Password)
}

type changeInput struct {
	ID   string `path:"id"`
	Body struct {
		Version int64 `json:"version,omitempty" doc:"As read; 0 is not checked"`
	}
}

func (a administration) disable(ctx context.Context, by auth.Actor, in *changeInput) (*done, error) {
	return &done{}, a.auth.Disable(ctx, by, auth.ChangeInput{Account: in.ID, Version: in.Body.Version})
}

func (a administration) enable(ctx context.Context, by auth.Actor, in *changeInput) (*done, error) {
	return &done{}, a.auth.Enable(ctx, by, auth.ChangeInput{Account: in.ID, Version: in.Body.Version})
}

func (a administration) sessions(ctx context.Context, by auth.Actor, in *accountID) (*sessionsOutput, error) {
	return sessionsOf(ctx, a.auth, by, in.ID)
}

type accountSession struct {
	ID      string `path:"id"`
	Session string `path:"session"`
}

func (a administration) revoke(ctx context.Context, by auth.Actor, in *accountSession) (*done, error) {
	return &done{}, a.auth.Revoke(ctx, by, in.ID, in.Session)
}

type searchInput struct {
	Login   string    `query:"login"`
	Account string    `query:"account"`
	Person  string    `query:"person"`
	Kind    string    `query:"kind"`
	Subject string    `query:"subject"`
	Action  string    `query:"action" doc:"Beginning of the action: task."`
	Unit    string    `query:"unit" doc:"Path of a unit: it and everything below"`
	From    time.Time `query:"from" doc:"Wall time"`
	To      time.Time `query:"to"`
	Request string    `query:"request"`
	Before  int64     `query:"before" doc:"seq of the last one of the page before"`
	Limit   int       `query:"limit" default:"100" minimum:"1" maximum:"500"`
}

type searchOutput struct {
	Body struct {
		Entries []audit.Found `json:"entries"`
		Next    int64         `json:"next,omitempty" doc:"before of the next page"`
	}
}

func (a administration) search(ctx context.Context, by auth.Actor, in *searchInput) (*searchOutput, error) {
	found, err := a.system.Search(ctx, by, audit.Filter{
		Login: in.Login, Account: in.Account, Person: in.Person, Kind: in.Kind, Subject: in.Subject, Action: in.Action,
		Unit: in.Unit, From: instant.Of(in.From), To: instant.Of(in.To), Request: in.Request, Before: in.Before, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	out := &searchOutput{}
	out.Body.Entries = append([]audit.Found{}, found...)
	if len(found) == in.Limit {
		out.Body.Next = found[len(found)-1].Seq
	}
	return out, nil
}

type reportOutput struct{ Body audit.Report }

func (a administration) verify(ctx context.Context, by auth.Actor, _ *none) (*reportOutput, error) {
	report, err := a.system.Verify(ctx, by)
	return &reportOutput{report}, err
}

type checkpointOutput struct {
	Body struct {
		Checkpoint string `json:"checkpoint" doc:"A signed note; empty before the first"`
	}
}

func (a administration) checkpoint(ctx context.Context, by auth.Actor, _ *none) (*checkpointOutput, error) {
	out := &checkpointOutput{}
	var err error
	out.Body.Checkpoint, err = a.system.Checkpoint(ctx, by)
	return out, err
}

type clockOutput struct {
	Body struct {
		Now      instant.Micros      `json:"now"`
		Exercise bool                `json:"exercise"`
		Setting  *worldclock.Setting `json:"setting,omitempty"`
	}
}

func (a administration) clock(_ context.Context, by auth.Actor, _ *none) (*clockOutput, error) {
	out := &clockOutput{}
	out.Body.Now = by.Now
	if setting, ok := a.system.Clock(); ok {
		out.Body.Exercise, out.Body.Setting = true, &setting
	}
	return out, nil
}

type setClockInput struct {
	Body struct {
		World  instant.Micros `json:"world,omitempty" doc:"Jump to this moment"`
		Ahead  int64          `json:"ahead_seconds,omitempty" minimum:"0" maximum:"31622400" doc:"Or jump ahead by so many seconds"`
		Speed  *float64       `json:"speed,omitempty" minimum:"0" maximum:"86400"`
		Paused *bool          `json:"paused,omitempty"`
	}
}

func (a administration) setClock(ctx context.Context, by auth.Actor, in *setClockInput) (*clockOutput, error) {
	setting, err := a.system.SetClock(ctx, by, worldclock.Change{
		World: in.Body.World, Ahead: time.Duration(in.Body.Ahead) * time.Second, Speed: in.Body.Speed, Paused: in.Body.Paused,
	})
	if err != nil {
		return nil, err
	}
	out := &clockOutput{}
	out.Body.Now, out.Body.Exercise, out.Body.Setting = setting.World, true, &setting
	return out, nil
}

type statusOutput struct{ Body admin.Status }

func (a administration) status(ctx context.Context, by auth.Actor, _ *none) (*statusOutput, error) {
	status, err := a.system.Status(ctx, by)
	return &statusOutput{status}, err
}

type jobsInput struct {
	State string `query:"state" enum:"waiting,running,done,failed,cancelled,"`
	Limit int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
}

type jobsOutput struct {
	Body struct {
		Jobs []job.Job `json:"jobs"`
	}
}

func (a administration) jobs(ctx context.Context, by auth.Actor, in *jobsInput) (*jobsOutput, error) {
	list, err := a.system.Jobs(ctx, by, job.State(in.State), in.Limit)
	out := &jobsOutput{}
	out.Body.Jobs = append([]job.Job{}, list...)
	return out, err
}

type jobInput struct {
	Body struct {
		Key string `json:"key"`
	}
}

func (a administration) cancelJob(ctx context.Context, by auth.Actor, in *jobInput) (*done, error) {
	return &done{}, a.system.CancelJob(ctx, by, in.Body.Key)
}

func (a administration) repeatJob(ctx context.Context, by auth.Actor, in *jobInput) (*done, error) {
	return &done{}, a.system.RepeatJob(ctx, by, in.Body.Key)
}

func (a administration) backup(ctx context.Context, by auth.Actor, _ *none) (*huma.StreamResponse, error) {
	write, err := a.system.Backup(ctx, by)
	if err != nil {
		return nil, err
	}
	return api.Stream("phaodai.backup", "application/gzip", write), nil
}
