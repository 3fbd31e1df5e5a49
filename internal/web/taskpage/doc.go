// Package taskpage is the pages of tasks: Việc hôm nay, one task with its proof
// and history, the territory of a committee member, the follow-up of a document
// clause by clause, the inbox, and giving work out by hand.
//
// Guarantees: accepting is one tap from every list; a report with a photo is
// four; what an actor may not do has no button, and the capability refuses it
// all the same; lists keep their filters in the address and export what they
// show.
package taskpage

import (
	"context"
	"embed"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/inbox"
	"phaodai/internal/org"
	"phaodai/internal/task"
	"phaodai/internal/web"
)

//go:embed template/*.html
var files embed.FS

// Parts are the capabilities that the pages call. Store keeps the files of
// reports.
type Parts struct {
	Tasks     *task.Service
	Inbox     *inbox.Service
	Units     *org.Service
	Documents *directive.Service
	Store     *db.DB
}

// uploadLimit bounds the files of one report.
const uploadLimit = 50 << 20

// Pages adds the pages.
func Pages(p Parts) web.Area {
	return func(k *web.Kit) {
		k.Templates("task", files)
		p.lists(k)
		p.one(k)
		p.acts(k)
		k.Count("task", auth.TaskRead, func(ctx context.Context, by auth.Actor) (int, error) {
			today, err := p.Tasks.Today(ctx, by)
			return today.Count, err
		})
		k.Count("inbox", auth.SignedIn, p.Inbox.Unread)
		k.Find("taskpage.tasks", auth.TaskRead, p.find)
	}
}

func (p Parts) lists(k *web.Kit) {
	k.Page("/viec", auth.TaskRead, p.today)
	k.Page("/viec/tat-ca", auth.TaskRead, p.list)
	k.Page("/qua-han", auth.TaskRead, p.overdue)
	k.Page("/dia-ban", auth.TaskRead, p.territory)
	k.Page("/theo-doi", auth.TaskRead, p.follow)
	k.Page("/hop-thu", auth.SignedIn, p.inbox)
	k.Form("/hop-thu/doc", auth.SignedIn, p.readMessages, p.inbox)
	k.Form("/hop-thu/{id}/biet", auth.SignedIn, p.acknowledge, p.inbox)
	k.Form("/viec/nhan", auth.TaskPerform, p.acceptAll, p.list)
	k.Page("/viec/don-doc", auth.TaskRemind, p.showRemind)
	k.Form("/viec/don-doc", auth.TaskRemind, p.remind, p.showRemind)
	k.Page("/viec/giao", auth.TaskAssign, p.showAssign)
	k.Form("/viec/giao", auth.TaskAssign, p.assign, p.showAssign)
	k.Page("/viec/giao-tiep", auth.TaskAssign, p.showHandOn)
	k.Form("/viec/giao-tiep", auth.TaskAssign, p.handOn, p.showHandOn)
}

func (p Parts) one(k *web.Kit) {
	k.Page("/viec/{id}", auth.TaskRead, p.task)
	k.Page("/viec/{id}/minh-chung/{proof}", auth.TaskRead, p.proof)
	k.Form("/viec/{id}/bao-cao", auth.TaskPerform, p.report, p.task, web.Body(uploadLimit))
	k.Form("/viec/{id}/tien-do", auth.TaskPerform, p.progress, p.task)
	k.Form("/viec/{id}/xin-gia-han", auth.TaskPerform, p.askExtension, p.task)
	k.Form("/viec/{id}/quyet-gia-han", auth.TaskVerify, p.decideExtension, p.task)
	k.Form("/viec/{id}/gop", auth.TaskAssign, p.merge, p.task)
	k.Form("/viec/{id}/da-chep", auth.TaskRead, p.copied, p.task)
}

// acts adds the forms that only move a task, with a reason where the order of
// things asks for one.
func (p Parts) acts(k *web.Kit) {
	for _, a := range []struct {
		path  string
		right auth.Right
		act   func(context.Context, auth.Actor, task.ActInput) (task.Task, error)
		said  string
	}{
		{"nhan", auth.TaskPerform, p.Tasks.Accept, "taskpage.accepted"},
		{"bat-dau", auth.TaskPerform, p.Tasks.Begin, "taskpage.begun"},
		{"xac-nhan", auth.TaskVerify, p.Tasks.Verify, "taskpage.verified"},
		{"dong", auth.TaskVerify, p.Tasks.Close, "taskpage.closed"},
		{"tra-lai", auth.TaskVerify, p.Tasks.Return, "taskpage.returned"},
		{"vuong-mac", auth.TaskPerform, p.Tasks.Block, "taskpage.blocked"},
		{"het-vuong-mac", auth.TaskPerform, p.Tasks.Unblock, "taskpage.unblocked"},
		{"thu-hoi", auth.TaskAssign, p.Tasks.Recall, "taskpage.recalled"},
		{"huy", auth.TaskAssign, p.Tasks.Cancel, "taskpage.cancelled"},
		{"thay-the", auth.TaskAssign, p.Tasks.Supersede, "taskpage.superseded"},
		{"tach", auth.TaskAssign, p.Tasks.Split, "taskpage.split"},
	} {
		k.Form("/viec/{id}/"+a.path, a.right, func(r *web.Request) error {
			var in struct {
				Version int64  `form:"version"`
				Reason  string `form:"reason"`
				By      string `form:"by"`
			}
			if err := r.Read(&in); err != nil {
				return err
			}
			_, err := a.act(r.Context(), r.By, task.ActInput{
				Key: r.Key(), Task: r.Path("id"), Version: in.Version, Reason: in.Reason, By: in.By,
			})
			if err != nil {
				return err
			}
			return r.Redirect(r.Back("/viec/"+r.Path("id")), a.said, "At", r.Now())
		}, p.task)
	}
}

func (p Parts) find(ctx context.Context, by auth.Actor, words string) ([]web.Hit, error) {
	page, err := p.Tasks.Tasks(ctx, by, task.Filter{Query: words, Limit: 10})
	if err != nil {
		return nil, err
	}
	var out []web.Hit
	for _, c := range page.Cards {
		out = append(out, web.Hit{Path: "/viec/" + c.ID, Title: c.Title, Note: c.OfficeName + " · " + c.DocumentSymbol + " " + c.Item})
	}
	return out, nil
}
