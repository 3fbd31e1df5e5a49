// Package fieldpage is where a ward gives its phones their duty and looks after
// what comes back: the round of the day, who needs help, what does not fit.
package fieldpage

import (
	"embed"
	"strconv"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/fieldwork"
	"phaodai/internal/instant"
	"phaodai/internal/people"
	"phaodai/internal/sampling"
	"phaodai/internal/web"
)

//go:embed template/*.html
var files embed.FS

// Parts are the services behind the pages.
type Parts struct {
	Field    *fieldwork.Service
	People   *people.Service
	Sampling *sampling.Service
}

// Pages adds the pages over the services.
func Pages(p Parts) web.Area {
	return func(k *web.Kit) {
		k.Templates("field", files)
		k.Page("/dien-thoai", auth.FieldManage, p.phones)
		k.Form("/dien-thoai", auth.FieldManage, p.give, p.phones)
		k.Form("/dien-thoai/buoi", auth.CampaignManage, p.session, p.phones)
		k.Form("/dien-thoai/may/{id}/dung", auth.FieldManage, p.stop, p.phones)
		k.Page("/dien-thoai/ghi/{id}", auth.FieldManage, p.note)
		k.Form("/dien-thoai/can/{id}", auth.FieldManage, p.settle, p.phones)
		k.Form("/dien-thoai/xu-ly/{id}", auth.SampleTake, p.decide, p.phones)
		k.Form("/dien-thoai/loi/{id}", auth.FieldManage, p.seen, p.phones)
		p.papersOf(k)
		k.Count("arrivals", auth.PeopleKeep, p.Sampling.CountNewcomers)
		k.Page("/dan-cu/moi-den", auth.PeopleKeep, p.arrivals)
		k.Form("/dan-cu/moi-den/{id}", auth.PeopleKeep, p.enter, p.arrivals)
		k.Page("/dan-cu/nguoi-nuoc-ngoai", auth.PeopleForeign, p.foreigners)
		k.Form("/dan-cu/nguoi-nuoc-ngoai/{id}", auth.PeopleForeign, p.noted, p.foreigners)
	}
}

// phonesPage is the phones of a ward with their day.
type phonesPage struct {
	Wards    []web.Choice
	Ward     people.WardView
	Nobody   bool
	Since    instant.Micros
	Round    fieldwork.Round
	Balance  sampling.Balance
	Problems []sampling.ProblemLine
	Phones   []fieldwork.PhoneView
	Sessions []web.Choice
	Parts    []web.Choice // of areas, for one phone each
	Each     int          // households for a phone
	Whole    []web.Choice // areas, and the whole ward
	Methods  []web.Choice
	Wall     instant.Micros
	Rejected []rejected       // that could not be taken
	Asked    string           // need or problem whose form came back
	Keeps    bool             // enters who arrived into the registry
	Arrived  int              // who waits for it
	Given    *fieldwork.Given // with its code, shown once
	Address  string
	QR       string
	QRSize   int
}

// rejected is what a phone sent in vain, with the reason in words.
type rejected struct {
	fieldwork.Rejected
	Why string
}

// Share is how many of a hundred households were met.
func (p phonesPage) Share() int {
	if p.Round.Households == 0 {
		return 0
	}
	return p.Round.Contacted * 100 / p.Round.Households
}

// Found lists the outcomes with how many households had each last.
func (p phonesPage) Found() (out []struct {
	Outcome fieldwork.Outcome
	N       int
}) {
	for _, o := range fieldwork.Outcomes() {
		out = append(out, struct {
			Outcome fieldwork.Outcome
			N       int
		}{o, p.Round.Found[string(o)]})
	}
	return out
}

func (p Parts) phones(r *web.Request) error {
	page, err := p.page(r)
	if err != nil {
		return err
	}
	return r.Render("field/phones", page)
}

// page gathers what the ward sees.
func (p Parts) page(r *web.Request) (page phonesPage, err error) {
	units, err := p.People.Wards(r.Context(), r.By, auth.FieldManage)
	if err != nil {
		return page, err
	}
	for _, u := range units {
		page.Wards = append(page.Wards, web.Choice{Value: u.ID, Text: u.Name})
	}
	unit := ward(r, page.Wards)
	if unit == "" {
		page.Nobody = true
		return page, nil
	}
	if page.Ward, err = p.People.Ward(r.Context(), r.By, unit); err != nil {
		return page, err
	}
	page.Wall, page.Asked = r.By.Wall, r.Path("id")
	if page.Keeps = r.By.Can(auth.PeopleKeep, page.Ward.Unit.Path, auth.Personal); page.Keeps {
		if page.Arrived, err = p.Sampling.CountNewcomers(r.Context(), r.By); err != nil {
			return page, err
		}
	}
	page.Since = midnight(r.Now())
	path := page.Ward.Unit.Path
	if page.Round, err = p.Field.Round(r.Context(), r.By, path, page.Since); err != nil {
		return page, err
	}
	for _, x := range page.Round.Rejected {
		page.Rejected = append(page.Rejected, rejected{x, r.T(x.Key, x.Args...)})
	}
	if page.Phones, err = p.Field.Phones(r.Context(), r.By, path); err != nil {
		return page, err
	}
	if page.Problems, err = p.Sampling.Problems(r.Context(), r.By, path); err != nil {
		return page, err
	}
	if page.Balance, err = p.Sampling.Balance(r.Context(), r.By, sampling.Scope{Path: path}); err != nil {
		return page, err
	}
	return page, p.choices(r, &page)
}

func (p Parts) choices(r *web.Request, page *phonesPage) error {
	page.Whole = []web.Choice{{Value: "", Text: r.T("fieldpage.whole_ward")}}
	for _, a := range page.Ward.Areas {
		c := web.Choice{Value: a.ID, Text: r.T("fieldpage.area", "Name", a.Name, "Households", a.Households)}
		page.Whole = append(page.Whole, c)
	}
	for _, m := range sampling.Methods() {
		page.Methods = append(page.Methods, web.Choice{Value: string(m), Text: r.T("fieldpage.method." + string(m))})
	}
	page.Each = each(r)
	parts, err := p.choose(r, page.Ward.Unit.Path, page.Each)
	if err != nil {
		return err
	}
	page.Parts = append([]web.Choice{{Text: r.T("fieldpage.no_part")}}, parts...)
	sessions, err := p.Sampling.Sessions(r.Context(), r.By, sampling.SessionFilter{Path: page.Ward.Unit.Path, From: page.Since, To: page.Since.Add(48 * time.Hour)})
	for _, s := range sessions {
		if s.State == sampling.SessionPlanned {
			page.Sessions = append(page.Sessions, web.Choice{Value: s.ID, Text: r.Format().Moment(s.Starts) + " · " + s.Place})
		}
	}
	return err
}

// choose are the households of a ward, cut for one phone or list each.
func (p Parts) choose(r *web.Request, path string, size int) (out []web.Choice, err error) {
	shares, err := p.Field.Shares(r.Context(), r.By, path, size)
	for _, x := range shares {
		key := "fieldpage.part"
		if x.Of == 1 {
			key = "fieldpage.part_whole"
		}
		c := web.Choice{Value: x.String(), Group: x.Name, Text: r.T(key, "Name", x.Name, "N", x.N, "Of", x.Of, "From", x.From, "To", x.To)}
		if x.Given > 0 {
			c.Text += " · " + r.T("fieldpage.part_given", "Given", x.Given)
		}
		out = append(out, c)
	}
	return out, err
}

// each is how many households the ward wants for each phone.
func each(r *web.Request) int {
	for _, text := range []string{r.Form.Value("moi"), r.Query("moi")} {
		if n, err := strconv.Atoi(text); err == nil {
			return min(max(n, fieldwork.LeastShare), fieldwork.MostShare)
		}
	}
	return fieldwork.UsualShare
}

func midnight(now instant.Micros) instant.Micros {
	y, m, d := now.In(instant.Vietnam()).Date()
	return instant.Of(time.Date(y, m, d, 0, 0, 0, 0, instant.Vietnam()))
}

// ward is the one asked for, else the first.
func ward(r *web.Request, wards []web.Choice) string {
	if id := r.Form.Value("phuong"); id != "" {
		return id
	}
	if id := r.Query("phuong"); id != "" || len(wards) == 0 {
		return id
	}
	return wards[0].Value
}
