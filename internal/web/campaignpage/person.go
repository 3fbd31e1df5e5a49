package campaignpage

import (
	"errors"

	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/sampling"
	"phaodai/internal/web"
)

// personPage is everything that was sampled of one person, with the form that
// reports symptoms.
type personPage struct {
	sampling.History
	Signs   []web.Choice
	Sources []web.Choice
	Today   instant.Micros
}

func (p Parts) person(r *web.Request) (err error) {
	page := personPage{Today: r.Now()}
	if page.History, err = p.Sampling.History(r.Context(), r.By, r.Path("id")); err != nil {
		return err
	}
	for _, s := range sampling.Signs() {
		page.Signs = append(page.Signs, web.Choice{Value: s, Text: r.T("campaignpage.sign." + s)})
	}
	for _, s := range sampling.Sources() {
		page.Sources = append(page.Sources, web.Choice{Value: s, Text: r.T("campaignpage.source." + s)})
	}
	return r.Render("campaign/person", page)
}

// ill reports symptoms that a pharmacy, a clinic or a neighbour told of: the
// person is due at once.
func (p Parts) ill(r *web.Request) error {
	var in struct {
		Signs  []string       `form:"signs"`
		Onset  instant.Micros `form:"onset"`
		Source string         `form:"source"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	if len(in.Signs) == 0 {
		return fault.New(fault.Invalid, "input.check").At("signs", "sampling.signs_missing")
	}
	record := sampling.Record{ID: p.IDs.New(), Kind: sampling.ReportIll, At: r.Now(), Resident: r.Path("id"), Symptoms: in.Signs, Source: in.Source}
	if in.Onset != 0 {
		record.Onset = instant.DayOf(in.Onset.In(instant.Vietnam())).String()
	}
	out, err := p.Sampling.Take(r.Context(), r.By, sampling.Batch{ID: p.IDs.New(), Records: []sampling.Record{record}})
	switch {
	case err != nil:
		return err
	case len(out) != 1:
		return errors.New("campaignpage: a report has no receipt")
	case out[0].Status == sampling.Rejected:
		return fault.New(fault.Invalid, out[0].Key, out[0].Args...).At("onset", out[0].Key, out[0].Args...)
	}
	return r.Redirect("/dan-cu/nguoi/"+r.Path("id")+"/xet-nghiem", "campaignpage.ill_noted")
}
