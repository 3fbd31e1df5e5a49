package adminpage

import (
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"phaodai/internal/audit"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
	"phaodai/internal/sheet"
	"phaodai/internal/web"
)

type journalPage struct {
	Login, Action, Kind, Subject, From, To string
	Groups                                 []web.Choice // of actions, by what their name begins with
	Rows                                   []journalRow
	Next                                   string
}

type journalRow struct {
	audit.Found
	Who     string
	What    string
	Fields  string
	Sealed  bool
	Subject string
	Did     string // message key of the action
	KindOf  string // message key of the subject's kind
	Path    string // of the subject's page, "" none
}

// groups are the beginnings of actions.
var groups = []string{"task.", "document.", "meeting.", "inbox.", "org.", "account.", "auth.", "clock.", "system.", "job.", "audit."}

func choices(r *web.Request, chosen string) []web.Choice {
	out := []web.Choice{{Value: "", Text: r.T("audit.every_group")}}
	for _, g := range groups {
		out = append(out, web.Choice{Value: g, Text: r.T("audit.group." + strings.TrimSuffix(g, "."))})
	}
	if chosen != "" && !slices.Contains(groups, chosen) {
		out = append(out, web.Choice{Value: chosen, Text: chosen})
	}
	return out
}

// pages are where a subject can be looked at, by its kind.
var pages = map[string]string{"task": "/viec/", "document": "/van-ban/", "meeting": "/cuoc-hop/", "unit": "/don-vi/", "account": "/quan-tri/tai-khoan/"}

func (p Parts) journal(r *web.Request) error {
	f, err := journalFilter(r)
	if err != nil {
		return err
	}
	if format := r.Export(); format != "" {
		return p.exportJournal(r, f, sheet.Format(format))
	}
	found, err := p.System.Search(r.Context(), r.By, f)
	if err != nil {
		return err
	}
	page := journalPage{
		Login: f.Login, Action: f.Action, Kind: f.Kind, Subject: f.Subject, From: r.Query("tu"), To: r.Query("den"),
		Groups: choices(r, f.Action),
	}
	for _, e := range found {
		page.Rows = append(page.Rows, rowOf(r, e))
	}
	if len(found) == f.Limit {
		page.Next = strconv.FormatInt(found[len(found)-1].Seq, 10)
	}
	return r.Render("admin/journal", page)
}

// journalFilter reads the address; days are wall days, the last one included.
func journalFilter(r *web.Request) (audit.Filter, error) {
	f := audit.Filter{
		Login: r.Query("tai-khoan"), Action: r.Query("viec"), Kind: r.Query("loai"), Subject: r.Query("ma"), Limit: 100,
	}
	zone := instant.Vietnam()
	if s := r.Query("tu"); s != "" {
		day, err := i18n.ParseDate(s, r.By.Wall, zone)
		if err != nil {
			return f, err
		}
		f.From = instant.Of(day)
	}
	if s := r.Query("den"); s != "" {
		day, err := i18n.ParseDate(s, r.By.Wall, zone)
		if err != nil {
			return f, err
		}
		f.To = instant.Of(day.Add(24 * time.Hour))
	}
	if s := r.After(); s != "" {
		n, err := strconv.ParseInt(s, 10, 64)
		if err == nil {
			f.Before = n
		}
	}
	return f, nil
}

func rowOf(r *web.Request, e audit.Found) journalRow {
	row := journalRow{Found: e, Who: e.Login, What: e.Action, Fields: strings.Join(e.FieldNames(), ", "), Sealed: e.Place >= 0}
	if e.Name != "" {
		row.Who = e.Name + " (" + e.Login + ")"
	}
	if row.Who == "" {
		row.Who = e.Account
	}
	row.Subject = strings.TrimSpace(e.Kind + " " + e.Logged.Subject)
	row.Did, row.KindOf = "audit.did."+e.Action, "audit.kind_of."+e.Kind
	if act, of := strings.CutPrefix(e.Action, "task."); of && act != "uploaded" {
		row.Did = "task.event." + act
	}
	if page := pages[e.Kind]; page != "" && e.Logged.Subject != "" {
		row.Path = page + e.Logged.Subject
	}
	return row
}

func (p Parts) exportJournal(r *web.Request, f audit.Filter, format sheet.Format) error {
	columns := []sheet.Column{
		{Title: r.T("audit.no"), Kind: sheet.Int}, {Title: r.T("audit.wall"), Kind: sheet.Moment}, {Title: r.T("audit.world"), Kind: sheet.Moment},
		{Title: r.T("audit.who"), Width: 30}, {Title: r.T("audit.what"), Width: 24}, {Title: r.T("audit.subject"), Width: 36},
		{Title: r.T("audit.unit"), Width: 24}, {Title: r.T("audit.fields"), Width: 30}, {Title: r.T("audit.reason"), Width: 40},
	}
	f.Limit = 500
	return r.Download(r.T("audit.file")+"."+string(format), mediaTypes[format], func(w io.Writer) error {
		out, err := sheet.NewWriter(w, format, r.T("audit.title"), instant.Vietnam(), columns...)
		if err != nil {
			return err
		}
		for {
			found, err := p.System.Search(r.Context(), r.By, f)
			if err != nil {
				return err
			}
			for _, e := range found {
				row := rowOf(r, e)
				if err := out.Row(e.Seq, e.Wall, e.World, row.Who, row.What, row.Subject, e.Unit, row.Fields, e.Reason); err != nil {
					return err
				}
				f.Before = e.Seq
			}
			if len(found) < f.Limit {
				return out.Close()
			}
		}
	})
}

type verifyPage struct {
	Done   bool
	Report audit.Report
	Say    string // the sentence about the finding
	Note   string // the signed checkpoint
}

func (p Parts) showVerify(r *web.Request) error {
	note, err := p.System.Checkpoint(r.Context(), r.By)
	if err != nil {
		return err
	}
	return r.Render("admin/verify", verifyPage{Note: note})
}

func (p Parts) verify(r *web.Request) error {
	report, err := p.System.Verify(r.Context(), r.By)
	if err != nil {
		return err
	}
	note, err := p.System.Checkpoint(r.Context(), r.By)
	if err != nil {
		return err
	}
	page := verifyPage{Done: true, Report: report, Note: note}
	if f := report.Finding; f != nil {
		page.Say = r.T("audit.found_"+string(f.How), "Seq", f.Seq, "Last", f.Last)
	}
	return r.Render("admin/verify", page)
}
