package labpage

import (
	"net/url"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/sampling"
	"phaodai/internal/web"
)

// tubePage is a tube with what happened with it.
type tubePage struct {
	sampling.TubeView
	Base    string // "/ong/CODE" of who samples, "/mau/ong/CODE" of the laboratory
	Lab     bool
	MayLose bool
	Reasons []web.Choice
}

func (p Parts) tube(r *web.Request) error {
	v, err := p.Sampling.TubeView(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	page := tubePage{TubeView: v, Lab: strings.HasPrefix(r.HTTP.URL.Path, "/mau/")}
	page.Base = "/ong/" + url.PathEscape(v.Tube.Code)
	right := auth.SampleTake
	if page.Lab {
		page.Base, right = "/mau"+page.Base, auth.LabEnter
	}
	gone := v.Tube.State == sampling.TubeResulted || v.Tube.State == sampling.TubeLost
	page.MayLose = !gone && r.By.Anywhere(right)
	for _, why := range sampling.LostReasons() {
		page.Reasons = append(page.Reasons, web.Choice{Value: why, Text: r.T("labpage.lost." + why)})
	}
	return r.Render("lab/tube", page)
}

// lose declares a tube lost: its people are due again.
func (p Parts) lose(r *web.Request) error {
	var in struct {
		Why  string `form:"why"`
		Note string `form:"note"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	t, err := p.Sampling.DeclareLost(r.Context(), r.By, sampling.LostInput{Key: r.Key(), Tube: r.Path("id"), Why: in.Why, Note: in.Note})
	if err != nil {
		return err
	}
	return r.Redirect(strings.TrimSuffix(r.HTTP.URL.Path, "/mat"), "labpage.lost_done", "Tube", t.Code, "Count", t.Members)
}

// Detail is the key of what is said of an event, "" when its words are a
// person's own.
func (tubePage) Detail(e sampling.TubeEvent) string {
	switch {
	case slices.Contains(sampling.LostReasons(), e.Detail) && strings.HasSuffix(e.What, "lost"):
		return "labpage.lost." + e.Detail
	case slices.Contains([]string{"negative", "positive", "invalid"}, e.Detail):
		return "labpage.result." + e.Detail
	}
	return ""
}
