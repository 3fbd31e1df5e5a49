package campaignpage

import (
	"phaodai/internal/campaign"
	"phaodai/internal/sampling"
	"phaodai/internal/web"
)

// labelPage is a sheet of labels to print and cut.
type labelPage struct {
	Back   string
	Labels []label
}

// label is one tube's code as bars and as text.
type label struct {
	Code string
	Path string
	Size int
}

func (p Parts) labels(r *web.Request) error {
	var in struct {
		Count int `form:"count"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	codes, err := p.Campaigns.Labels(r.Context(), r.By, campaign.LabelInput{Key: r.Key(), Session: r.Path("session"), Count: in.Count})
	if err != nil {
		return err
	}
	page := labelPage{Back: "/xet-nghiem/" + r.Path("id") + "/buoi/" + r.Path("session")}
	for _, c := range codes {
		path, size := web.Code128Path(c)
		page.Labels = append(page.Labels, label{c, path, size})
	}
	return r.Render("campaign/labels", page)
}

// boxPage is the list that goes with a box, to print.
type boxPage struct {
	sampling.BoxView
	Code    label
	People  int
	Session string // address of the page from which it was sent
}

// Number is the number of a tube on the list.
func (boxPage) Number(i int) int { return i + 1 }

func (p Parts) box(r *web.Request) error {
	v, err := p.Sampling.Box(r.Context(), r.By, r.Path("code"))
	if err != nil {
		return err
	}
	page := boxPage{BoxView: v, Code: label{Code: v.Box.Code}}
	page.Code.Path, page.Code.Size = web.Code128Path(v.Box.Code)
	for _, t := range v.Tubes {
		page.People += t.Members
		page.Session = "/xet-nghiem/" + t.Campaign + "/buoi/" + t.Session
	}
	return r.Render("campaign/box", page)
}
