package taskapi

import (
	"context"
	"time"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/instant"
	"phaodai/internal/task"
)

// Query narrows lists and exports.
type Query struct {
	Document string    `query:"document"`
	Clause   string    `query:"clause"`
	Office   string    `query:"office" doc:"id of the office that must do it"`
	From     string    `query:"from" doc:"id of the office that ordered it"`
	Unit     string    `query:"unit" doc:"path of a unit: it and everything below"`
	State    []string  `query:"state" enum:"ASSIGNED,ACCEPTED,IN_PROGRESS,REPORTED,VERIFIED,CLOSED,RETURNED,EXTENSION_ASKED,BLOCKED,SUPERSEDED,CANCELLED"`
	Kind     []string  `query:"kind" enum:"work,bundle,series,period"`
	Line     string    `query:"line" enum:"party,state,"`
	Late     bool      `query:"late"`
	Open     bool      `query:"open"`
	Mine     bool      `query:"mine"`
	Query    string    `query:"query" maxLength:"200" doc:"words, without tones"`
	Before   time.Time `query:"before" doc:"deadline before"`
	Sort     string    `query:"sort" enum:"deadline,-deadline,office,-office,from,-from,state,-state," doc:"column, - before it turns it round"`
	After    string    `query:"after" doc:"cursor of the page before"`
	Limit    int       `query:"limit" minimum:"0" maximum:"200"`
}

func (q Query) filter() task.Filter {
	f := task.Filter{
		Document: q.Document, Clause: q.Clause, Office: q.Office, From: q.From, Unit: q.Unit, Line: q.Line,
		Late: q.Late, Open: q.Open, Mine: q.Mine, Query: q.Query, Before: instant.Of(q.Before), Sort: q.Sort, After: q.After, Limit: q.Limit,
	}
	for _, s := range q.State {
		f.State = append(f.State, task.State(s))
	}
	for _, k := range q.Kind {
		f.Kind = append(f.Kind, task.Kind(k))
	}
	return f
}

// Shared is a short text for another channel.
type Shared struct {
	Channel string `json:"channel"`
	Text    string `json:"text"`
	Link    string `json:"link"`
}

func (d Deps) reads(k *api.Kit) {
	api.Handle(k, get("list-tasks", "/tasks", "Tasks by deadline"),
		func(ctx context.Context, by auth.Actor, in *Query) (*Body[task.Page], error) {
			return body(d.Tasks.Tasks(ctx, by, in.filter()))
		})
	api.Handle(k, get("get-task", "/tasks/{id}", "A task with reports, history, notices and children"),
		func(ctx context.Context, by auth.Actor, in *ID) (*Body[task.Detail], error) {
			return body(d.Tasks.Task(ctx, by, in.ID))
		})
	api.Handle(k, get("likely-duplicates", "/tasks/{id}/likely", "Tasks that are probably the same work"),
		func(ctx context.Context, by auth.Actor, in *ID) (*Body[[]task.Likely], error) {
			return body(d.Tasks.Likely(ctx, by, in.ID))
		})
	api.Handle(k, get("today", "/today", "Việc hôm nay: what the actor must do now"),
		func(ctx context.Context, by auth.Actor, _ *none) (*Body[task.Today], error) {
			return body(d.Tasks.Today(ctx, by))
		})
	api.Handle(k, get("territory", "/territory", "Địa bàn tôi phụ trách: what is late in the actor's territory"),
		func(ctx context.Context, by auth.Actor, _ *none) (*Body[task.Territory], error) {
			return body(d.Tasks.Territory(ctx, by))
		})
	api.Handle(k, get("follow-document", "/documents/{id}/follow", "Theo dõi thực hiện: clauses by units"),
		func(ctx context.Context, by auth.Actor, in *ID) (*Body[task.Follow], error) {
			return body(d.Tasks.Follow(ctx, by, in.ID))
		})
	api.Handle(k, get("share-task", "/tasks/{id}/share", "A short text for Zalo, SMS or the loudspeaker"), d.share)
	api.Handle(k, get("default-ladder", "/ladder", "The escalation ladder of tasks that have none of their own"),
		func(context.Context, auth.Actor, *none) (*Body[[]task.Step], error) {
			return body(task.DefaultLadder(), nil)
		})
	api.Handle(k, get("documents-progress", "/documents-progress", "How far the tasks of documents are"),
		func(ctx context.Context, by auth.Actor, in *struct {
			ID []string `query:"id" maxItems:"100"`
		}) (*Body[map[string]task.Progress], error) {
			return body(d.Tasks.ProgressOf(ctx, by, in.ID...))
		})
}

// ShareInput names the channel.
type ShareInput struct {
	ID
	Channel string `query:"channel" required:"true" enum:"zalo,sms,loudspeaker"`
}

func (d Deps) share(ctx context.Context, by auth.Actor, in *ShareInput) (*Body[Shared], error) {
	s, err := d.Tasks.Share(ctx, by, in.ID.ID, in.Channel)
	if err != nil {
		return nil, err
	}
	link := d.Site + s.Link
	return body(Shared{Channel: s.Channel, Text: d.say(by.Lang, s.Key, s.Args) + " " + link, Link: link}, nil)
}
