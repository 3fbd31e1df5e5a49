package taskapi

import (
	"context"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/task"
)

// Key is a client-made request key: a repeat changes nothing.
type Key struct {
	Key string `json:"key,omitempty" maxLength:"100"`
}

// In is an operation on one task with a body.
type In[T any] struct {
	ID
	Body T
}

func (d Deps) writes(k *api.Kit) {
	api.Handle(k, post("assign-task", "/tasks", auth.TaskAssign, "Give work out to one office, several or a post"),
		func(ctx context.Context, by auth.Actor, in *Body[task.AssignInput]) (*Body[Made], error) {
			return made(d.Tasks.Assign(ctx, by, in.Body))
		})
	api.Handle(k, post("dispatch-document", "/documents/{id}/dispatch", auth.TaskAssign, "Give out the confirmed proposals of a document"),
		func(ctx context.Context, by auth.Actor, in *In[Key]) (*Body[Made], error) {
			return made(d.Tasks.DispatchProposals(ctx, by, in.ID.ID, in.Body.Key))
		})
	api.Handle(k, post("hand-on-tasks", "/tasks/hand-on", auth.TaskAssign, "Give own tasks on to offices, groups or posts below"),
		func(ctx context.Context, by auth.Actor, in *Body[task.HandOnInput]) (*Body[Made], error) {
			return made(d.Tasks.HandOn(ctx, by, in.Body))
		})
	api.Handle(k, post("accept-tasks", "/tasks/accept", auth.TaskPerform, "Accept several tasks, all or none"),
		func(ctx context.Context, by auth.Actor, in *Body[struct {
			Key
			Tasks []string `json:"tasks" minItems:"1" maxItems:"200"`
		}]) (*Body[Done], error) {
			return done(d.Tasks.AcceptAll(ctx, by, in.Body.Key.Key, in.Body.Tasks))
		})
	api.Handle(k, post("remind-tasks", "/tasks/remind", auth.TaskRemind, "Đôn đốc: urge the assignees of tasks"),
		func(ctx context.Context, by auth.Actor, in *Body[task.RemindInput]) (*Body[Told], error) {
			n, err := d.Tasks.Remind(ctx, by, in.Body)
			return body(Told{n}, err)
		})
	api.Handle(k, post("merge-tasks", "/tasks/{id}/merge", auth.TaskAssign, "Gộp việc trùng: make one card of several orders"),
		func(ctx context.Context, by auth.Actor, in *In[task.MergeInput]) (*Body[task.Task], error) {
			in.Body.Keep = in.ID.ID
			return body(d.Tasks.Merge(ctx, by, in.Body))
		})
	api.Handle(k, post("set-ladder", "/tasks/{id}/ladder", auth.TaskAssign, "Give a task a ladder of its own, or the default again"),
		func(ctx context.Context, by auth.Actor, in *In[task.LadderInput]) (*Body[task.Task], error) {
			in.Body.Task = in.ID.ID
			return body(d.Tasks.SetLadder(ctx, by, in.Body))
		})
	api.Handle(k, post("log-copied", "/tasks/{id}/copied", auth.TaskRead, "Record that a share text was copied"),
		func(ctx context.Context, by auth.Actor, in *In[task.CopiedInput]) (*Body[Done], error) {
			in.Body.Task = in.ID.ID
			return done(d.Tasks.Copied(ctx, by, in.Body))
		})
}

// Told says how many posts were told.
type Told struct {
	Count int `json:"count"`
}

func (d Deps) acts(k *api.Kit) {
	for _, a := range []struct {
		name, summary string
		right         auth.Right
		do            func(context.Context, auth.Actor, task.ActInput) (task.Task, error)
	}{
		{"accept", "Nhận việc", auth.TaskPerform, d.Tasks.Accept},
		{"begin", "Begin, or go on after a return", auth.TaskPerform, d.Tasks.Begin},
		{"block", "Báo vướng mắc: a difficulty stops the work", auth.TaskPerform, d.Tasks.Block},
		{"unblock", "The difficulty is gone", auth.TaskRead, d.Tasks.Unblock},
		{"verify", "Confirm that the proof shows the work done", auth.TaskVerify, d.Tasks.Verify},
		{"return", "Send a report back with the reason", auth.TaskVerify, d.Tasks.Return},
		{"close", "Put a verified task away", auth.TaskVerify, d.Tasks.Close},
		{"recall", "Thu hồi: take an order back while nobody has accepted", auth.TaskAssign, d.Tasks.Recall},
		{"cancel", "Hủy việc, with all that was handed on", auth.TaskAssign, d.Tasks.Cancel},
		{"supersede", "Another order takes its place", auth.TaskAssign, d.Tasks.Supersede},
		{"split", "Take a merged order out again", auth.TaskAssign, d.Tasks.Split},
	} {
		api.Handle(k, post(a.name+"-task", "/tasks/{id}/"+a.name, a.right, a.summary),
			func(ctx context.Context, by auth.Actor, in *In[task.ActInput]) (*Body[task.Task], error) {
				in.Body.Task = in.ID.ID
				return body(a.do(ctx, by, in.Body))
			})
	}
	api.Handle(k, post("progress-task", "/tasks/{id}/progress", auth.TaskPerform, "Say how far the work is"),
		func(ctx context.Context, by auth.Actor, in *In[task.ProgressInput]) (*Body[task.Task], error) {
			in.Body.Task = in.ID.ID
			return body(d.Tasks.Progress(ctx, by, in.Body))
		})
	api.Handle(k, post("report-task", "/tasks/{id}/report", auth.TaskPerform, "Report done, with proof; again: a new version"),
		func(ctx context.Context, by auth.Actor, in *In[task.ReportInput]) (*Body[task.Task], error) {
			in.Body.Task = in.ID.ID
			return body(d.Tasks.Report(ctx, by, in.Body))
		})
	api.Handle(k, post("ask-extension", "/tasks/{id}/ask-extension", auth.TaskPerform, "Xin gia hạn"),
		func(ctx context.Context, by auth.Actor, in *In[task.ExtensionInput]) (*Body[task.Task], error) {
			in.Body.Task = in.ID.ID
			return body(d.Tasks.AskExtension(ctx, by, in.Body))
		})
	api.Handle(k, post("decide-extension", "/tasks/{id}/decide-extension", auth.TaskVerify, "Answer the question for an extension"),
		func(ctx context.Context, by auth.Actor, in *In[task.DecideInput]) (*Body[task.Task], error) {
			in.Body.Task = in.ID.ID
			return body(d.Tasks.DecideExtension(ctx, by, in.Body))
		})
}
