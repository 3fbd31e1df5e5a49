package taskpage

import (
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"phaodai/internal/blob"
	"phaodai/internal/instant"
	"phaodai/internal/task"
	"phaodai/internal/web"
)

type taskPage struct {
	task.Detail
	Badge    badge
	Class    string
	May      map[string]bool
	Asked    *task.Extension // the open question for a later deadline
	Report   *report
	Older    []report
	Children []card
	Merged   []card
	Likely   []likely
	History  []line
	Told     []told
	Shares   []share
	Figures  []figure // that a report may give
	Fix      string   // which form came back: its last path element
	MayOrder bool     // the actor may give work to others at all
}

type likely struct {
	card
	Percent int
}

type figure struct {
	Name  string
	Value string
}

type report struct {
	task.Report
	Photos []task.Proof
	Files  []task.Proof
	Links  []task.Proof
	Names  []figure
}

type line struct {
	task.Event
	Text string
}

type told struct {
	task.Notice
	Text string
}

type share struct {
	Channel, Key, Text, Log string
}

func (p Parts) task(r *web.Request) error {
	d, err := p.Tasks.Task(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	c := cardOf(d.Card, r.Now())
	page := taskPage{
		Detail: d, Badge: c.Badge, Class: c.Class, May: map[string]bool{},
		Children: cardsOf(d.Children, r.Now()), Merged: cardsOf(d.Merged, r.Now()),
	}
	for _, act := range d.Acts {
		page.May[string(act)] = true
	}
	if r.Form.Sent {
		page.Fix = filepath.Base(r.HTTP.URL.Path)
	}
	for i := range d.Extensions {
		if d.Extensions[i].DecidedAt.IsZero() {
			page.Asked = &d.Extensions[i]
		}
	}
	page.fill(r, d)
	if err := p.shares(r, &page); err != nil {
		return err
	}
	return r.Render("task/task", page)
}

// fill writes what stands in words: reports, history, messages.
func (page *taskPage) fill(r *web.Request, d task.Detail) {
	if d.Report != nil {
		now := reportOf(r, *d.Report)
		page.Report = &now
	}
	if len(d.Reports) > 1 {
		for _, v := range d.Reports {
			page.Older = append(page.Older, reportOf(r, v))
		}
	}
	for _, l := range d.Likely {
		page.Likely = append(page.Likely, likely{cardOf(l.Card, r.Now()), int(l.Score*100 + 0.5)})
	}
	for _, e := range d.History {
		page.History = append(page.History, line{e, r.T("task.event." + e.What)})
	}
	for _, n := range d.Notices {
		page.Told = append(page.Told, told{n, messageText(r, n.Key, n.Args)})
	}
	for _, t := range d.Targets {
		f := figure{Name: t.Text}
		if d.Report != nil {
			if v, ok := d.Report.Figures[t.Text]; ok {
				f.Value = r.Format().Decimal(v, places(v))
			}
		}
		page.Figures = append(page.Figures, f)
	}
}

func places(v float64) int {
	if v == float64(int64(v)) {
		return 0
	}
	return 1
}

func reportOf(r *web.Request, in task.Report) report {
	out := report{Report: in}
	for _, proof := range in.Proofs {
		switch {
		case proof.Kind == task.ProofPhoto:
			out.Photos = append(out.Photos, proof)
		case proof.Blob != "":
			out.Files = append(out.Files, proof)
		default:
			out.Links = append(out.Links, proof)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(in.Figures)) {
		out.Names = append(out.Names, figure{name, r.Format().Decimal(in.Figures[name], places(in.Figures[name]))})
	}
	return out
}

// messageText writes a message of the inbox in the reader's words.
func messageText(r *web.Request, key string, args map[string]any) string {
	var pairs []any
	for name, value := range args {
		at, ok := value.(instant.Micros)
		switch {
		case ok && at.IsZero() && name == "Deadline":
			value = strings.ToLower(r.T("clock.no_deadline"))
		case ok:
			value = r.Format().Deadline(at, r.Now())
		}
		pairs = append(pairs, name, value)
	}
	return r.T(key, pairs...)
}

// proof sends a file of a report: pictures and PDF to be looked at, all else to
// be kept.
func (p Parts) proof(r *web.Request) error {
	proof, err := p.Tasks.ProofBlob(r.Context(), r.By, r.Path("id"), r.Path("proof"))
	if err != nil {
		return err
	}
	content, b, err := blob.Open(r.Context(), p.Store, proof.Blob)
	if err != nil {
		return err
	}
	defer content.Close()
	send := r.Download
	if strings.HasPrefix(b.MediaType, "image/") || b.MediaType == "application/pdf" {
		send = r.Inline
	}
	return send(proof.Name, b.MediaType, func(w io.Writer) error {
		_, err := io.Copy(w, content)
		return err
	})
}

// shares are the texts for other channels. They are offered to whoever may see
// the task.
func (p Parts) shares(r *web.Request, page *taskPage) error {
	if page.Kind == task.Bundle || page.State.Dropped() {
		return nil
	}
	for _, channel := range []struct{ name, key string }{
		{"zalo", "common.copy_zalo"}, {"sms", "task.channel.sms"}, {"loudspeaker", "task.channel.loudspeaker"},
	} {
		s, err := p.Tasks.Share(r.Context(), r.By, page.ID, channel.name)
		if err != nil {
			return err
		}
		text := messageText(r, s.Key, s.Args)
		if channel.name != "loudspeaker" {
			text += "\n" + r.Address(s.Link)
		}
		page.Shares = append(page.Shares, share{
			Channel: channel.name, Key: channel.key, Text: text,
			Log: "/viec/" + page.ID + "/da-chep?kenh=" + channel.name,
		})
	}
	return nil
}

// copied records that a text was copied; what became of it nobody knows.
func (p Parts) copied(r *web.Request) error {
	err := p.Tasks.Copied(r.Context(), r.By, task.CopiedInput{Key: r.Key(), Task: r.Path("id"), Channel: r.Query("kenh")})
	if err != nil {
		return err
	}
	return r.Nothing()
}
