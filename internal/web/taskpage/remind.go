package taskpage

import (
	"net/url"
	"strings"

	"phaodai/internal/inbox"
	"phaodai/internal/task"
	"phaodai/internal/web"
)

type remindPage struct {
	Tasks []card
	Text  string // for Zalo
	Back  string
}

// showRemind is what "Đôn đốc" opens: who is late, the words, and a text for
// Zalo for those who read that first.
func (p Parts) showRemind(r *web.Request) error {
	tasks, err := p.cards(r)
	if err != nil {
		return err
	}
	page := remindPage{Tasks: tasks, Back: r.Back("/viec")}
	if back := r.Form.Value("back"); back != "" {
		page.Back = back
	}
	var lines []string
	for _, c := range tasks {
		lines = append(lines, r.T("taskpage.remind_line", "Office", c.OfficeName, "Title", c.Title,
			"Left", r.Format().Left(c.Deadline, r.Now())), r.Address("/viec/"+c.ID))
	}
	page.Text = strings.Join(lines, "\n")
	return r.Render("task/remind", page)
}

func (p Parts) remind(r *web.Request) error {
	var in struct {
		Tasks []string `form:"viec"`
		Text  string   `form:"text"`
		Back  string   `form:"back"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	told, err := p.Tasks.Remind(r.Context(), r.By, task.RemindInput{Key: r.Key(), Tasks: in.Tasks, Text: in.Text})
	if err != nil {
		return err
	}
	if in.Back == "" || strings.HasPrefix(in.Back, "/viec/don-doc") {
		in.Back = "/viec"
	}
	return r.Redirect(in.Back, "taskpage.reminded", "Count", told)
}

type inboxPage struct {
	Messages []message
	Unread   int
	Next     string
	Only     bool // unread ones
}

type message struct {
	inbox.Message
	Text string
	Link string // page of its subject
}

// pages leads from the kind of a message's subject to its page.
var pages = map[string]string{"task": "/viec/", "document": "/van-ban/", "meeting": "/cuoc-hop/", "unit": "/don-vi/", "visit": "/dien-thoai#can-", "foreigner": "/dan-cu/nguoi-nuoc-ngoai#", "tube_queue": "/mau#", "tube": "/ong/", "campaign": "/xet-nghiem/"}

func (p Parts) inbox(r *web.Request) error {
	only := r.Query("chua-doc") == "1"
	list, err := p.Inbox.Messages(r.Context(), r.By, inbox.Filter{Unread: only, After: r.After(), Limit: 30})
	if err != nil {
		return err
	}
	page := inboxPage{Unread: list.Unread, Next: list.Next, Only: only}
	for _, m := range list.Messages {
		out := message{Message: m, Text: messageText(r, m.Key, m.Args)}
		if path := pages[m.Kind]; path != "" {
			out.Link = path + url.PathEscape(m.Subject)
		}
		page.Messages = append(page.Messages, out)
	}
	return r.Render("task/inbox", page)
}

// readMessages marks messages as read, all of them when none is named.
func (p Parts) readMessages(r *web.Request) error {
	if err := p.Inbox.Read(r.Context(), r.By, r.Form.Values("tin")...); err != nil {
		return err
	}
	if r.Script() {
		return r.Nothing()
	}
	return r.Redirect("/hop-thu")
}

// acknowledge says "I know and act"; it also leads to what the message is about.
func (p Parts) acknowledge(r *web.Request) error {
	if _, err := p.Inbox.Acknowledge(r.Context(), r.By, r.Path("id")); err != nil {
		return err
	}
	return r.Redirect(r.Back("/hop-thu"), "taskpage.acknowledged")
}
