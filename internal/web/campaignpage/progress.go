package campaignpage

import (
	"cmp"
	"slices"
	"strconv"

	"phaodai/internal/auth"
	"phaodai/internal/campaign"
	"phaodai/internal/i18n"
	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
	"phaodai/internal/sheet"
	"phaodai/internal/web"
)

// progressPage is how far a campaign is: the wards, or one ward with its areas.
type progressPage struct {
	campaign.Progress
	Ward      campaign.Row // whose areas are shown; without a name all wards are
	Several   bool         // there are other wards
	Shown     []campaign.Row
	Turns     []int
	High      *campaign.Line // whose days the directive does not name
	MayManage bool
	MayNames  bool
	Times     laboratory.Turnaround
	Balance   sampling.Balance

	format i18n.Format
}

// Place is the row by which the table is headed.
func (p progressPage) Place() campaign.Row {
	if p.Ward.Unit != "" {
		return p.Ward
	}
	return p.Total
}

// Had is how many of a line had so many turns, "" where it asks for fewer.
func (p progressPage) Had(c campaign.Cover, turn int) string {
	if turn > len(c.Taken) {
		return ""
	}
	return p.format.Number(int64(c.Taken[turn-1]))
}

func (p Parts) progress(r *web.Request) error {
	page, err := p.page(r)
	if err != nil {
		return err
	}
	if format := r.Export(); format != "" {
		return export(r, page, sheet.Format(format))
	}
	return r.Render("campaign/campaign", page)
}

func (p Parts) page(r *web.Request) (page progressPage, err error) {
	turn, _ := strconv.Atoi(r.Query("lan")) // 0 is the first
	if page.Progress, err = p.Campaigns.Progress(r.Context(), r.By, r.Path("id"), turn); err != nil {
		return page, err
	}
	page.format = r.Format()
	page.MayManage = r.By.Anywhere(auth.CampaignManage)
	page.MayNames = r.By.Anywhere(auth.PeopleRead)
	for n := range page.Rounds {
		page.Turns = append(page.Turns, n+1)
	}
	for i, l := range page.Campaign.Lines {
		if l.Note == campaign.HighNotNamed {
			page.High = &page.Campaign.Lines[i]
		}
	}
	page.show(r)
	err = p.results(r, &page)
	return page, err
}

// results counts samples and how long they took, in the ward that is shown or the
// whole campaign; who sees several wards and not all of it opens one of them.
func (p Parts) results(r *web.Request, page *progressPage) (err error) {
	scope := sampling.Scope{Campaign: page.Campaign.ID, Path: cmp.Or(page.Ward.Path, page.Campaign.UnitPath)}
	if !r.By.Can(auth.CampaignRead, scope.Path, auth.Internal) {
		return nil
	}
	if page.Times, err = p.Lab.TurnaroundIn(r.Context(), r.By, scope); err != nil {
		return err
	}
	page.Balance, err = p.Sampling.Balance(r.Context(), r.By, scope)
	return err
}

// show chooses the rows: the only ward is open from the beginning.
func (p *progressPage) show(r *web.Request) {
	wards := slices.DeleteFunc(slices.Clone(p.Rows), func(x campaign.Row) bool { return x.Area != "" })
	unit := r.Query("phuong")
	p.Several = len(wards) > 1
	if !p.Several && len(wards) == 1 {
		unit = wards[0].Unit
	}
	if i := slices.IndexFunc(wards, func(x campaign.Row) bool { return x.Unit == unit }); i >= 0 {
		p.Ward = wards[i]
		p.Shown = slices.DeleteFunc(slices.Clone(p.Rows), func(x campaign.Row) bool { return x.Unit != unit || x.Area == "" })
	} else {
		p.Shown = wards
	}
	if column, down := r.Sort(""); column != "" {
		slices.SortStableFunc(p.Shown, func(a, b campaign.Row) int {
			order := cmp.Compare(figure(a, column), figure(b, column))
			if down {
				return -order
			}
			return order
		})
	}
}

// figure is what a column sorts by.
func figure(x campaign.Row, column string) float64 {
	switch column {
	case "taken":
		return float64(x.Taken)
	case "left":
		return float64(x.Left())
	case "due":
		return float64(x.Due)
	case "absent":
		return float64(x.Absent)
	case "refused":
		return float64(x.Refused)
	case "share":
		return float64(x.Taken) / float64(max(x.Obliged, 1))
	default:
		return float64(x.Obliged)
	}
}

func export(r *web.Request, page progressPage, format sheet.Format) error {
	whole := func(key string) sheet.Column { return sheet.Column{Title: r.T(key), Kind: sheet.Int} }
	columns := []sheet.Column{{Title: r.T("campaignpage.place"), Width: 30}, whole("campaignpage.obliged"), whole("campaignpage.taken"), whole("campaignpage.left"),
		whole("campaignpage.due"), whole("campaignpage.absent"), whole("campaignpage.refused"), whole("campaignpage.again"), whole("campaignpage.unknown"),
		{Title: r.T("campaignpage.share"), Kind: sheet.Percent}, {Title: r.T("campaignpage.next"), Kind: sheet.Moment}}
	return r.Sheet(page.Campaign.Title, r.T("campaignpage.campaigns"), format, columns, func(out *sheet.Writer) error {
		for _, x := range append(slices.Clone(page.Shown), page.AtOnce...) {
			var share, next any
			if x.Obliged > 0 {
				share = float64(x.Taken) / float64(x.Obliged)
			}
			if len(x.Next) > 0 {
				next = x.Next[0].Starts
			}
			if err := out.Row(x.Name, x.Obliged, x.Taken, x.Left(), x.Due, x.Absent, x.Refused, x.Again, x.Unknown, share, next); err != nil {
				return err
			}
		}
		return nil
	})
}
