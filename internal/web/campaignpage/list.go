package campaignpage

import (
	"phaodai/internal/auth"
	"phaodai/internal/campaign"
	"phaodai/internal/web"
)

// listPage is the campaigns of which the reader sees a part.
type listPage struct {
	Campaigns []campaign.Campaign
	MayMake   bool
}

func (p Parts) list(r *web.Request) error {
	page := listPage{MayMake: r.By.Anywhere(auth.CampaignManage)}
	var err error
	if page.Campaigns, err = p.Campaigns.List(r.Context(), r.By); err != nil {
		return err
	}
	return r.Render("campaign/campaigns", page)
}
