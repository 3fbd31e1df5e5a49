package campaignpage

import (
	"phaodai/internal/campaign"
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
