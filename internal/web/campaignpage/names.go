package campaignpage

import (
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/campaign"
	"phaodai/internal/fault"
	"phaodai/internal/identity"
	"phaodai/internal/population"
	"phaodai/internal/sheet"
	"phaodai/internal/web"
)

// namesPage is who they are behind a number.
type namesPage struct {
	Campaign  campaign.Campaign
	Query     campaign.NamesQuery
	Line      campaign.Line       // without position: all of them
	Rows      []population.Listed // that are shown
	Count     int
	Next      string // where the next page begins, "" none
	Undecided int
	Groups    []campaign.Which
}

// Born is a day of birth as people write it.
func (namesPage) Born(text string) string { return identity.WrittenBirth(text) }

func (p Parts) names(r *web.Request) (err error) {
	page := namesPage{Groups: campaign.Groups()}
	if page.Campaign, err = p.Campaigns.Get(r.Context(), r.By, r.Path("id")); err != nil {
		return err
	}
	if page.Query, err = namesQuery(r); err != nil {
		return err
	}
	if i := slices.IndexFunc(page.Campaign.Lines, func(l campaign.Line) bool { return l.Position == page.Query.Line }); i >= 0 {
		page.Line = page.Campaign.Lines[i]
	}
	if page.Rows, err = p.Campaigns.Names(r.Context(), r.By, page.Query); err != nil {
		return err
	}
	for _, x := range page.Rows {
		if x.Undecided {
			page.Undecided++
		}
	}
	if format := r.Export(); format != "" {
		return exportNames(r, page, sheet.Format(format))
	}
	page.cut(r)
	return r.Render("campaign/names", page)
}

// shownNames is how many names stand on one page.
const shownNames = 200

// cut leaves the names of one page.
func (p *namesPage) cut(r *web.Request) {
	p.Count = len(p.Rows)
	from, err := strconv.Atoi(r.After())
	if err != nil || from < 0 || from > p.Count {
		from = 0
	}
	to := min(from+shownNames, p.Count)
	if to < p.Count {
		p.Next = strconv.Itoa(to)
	}
	p.Rows = p.Rows[from:to]
}

func namesQuery(r *web.Request) (campaign.NamesQuery, error) {
	q := campaign.NamesQuery{Campaign: r.Path("id"), Unit: r.Query("phuong"), Area: r.Query("to"), Which: campaign.Which(r.Query("loai"))}
	if q.Which == "" {
		q.Which = campaign.Left
	}
	text := strings.TrimSpace(r.Query("nhom"))
	if text == "" {
		return q, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return q, fault.New(fault.NotFound, "campaign.no_line")
	}
	q.Line = n
	return q, nil
}

func exportNames(r *web.Request, page namesPage, format sheet.Format) error {
	columns := []sheet.Column{{Title: r.T("peoplepage.code")}, {Title: r.T("peoplepage.name"), Width: 28}, {Title: r.T("peoplepage.birth")},
		{Title: r.T("peoplepage.lane"), Width: 28}, {Title: r.T("peoplepage.area"), Width: 24}, {Title: r.T("peoplepage.unknown"), Kind: sheet.Bool}}
	return r.Sheet(r.T("campaignpage.which."+string(page.Query.Which)), r.T("campaignpage.campaigns"), format, columns, func(out *sheet.Writer) error {
		for _, x := range page.Rows {
			if err := out.Row(x.Code, x.Name, identity.WrittenBirth(x.Birth), x.Lane, x.Area, x.Undecided); err != nil {
				return err
			}
		}
		return nil
	})
}
