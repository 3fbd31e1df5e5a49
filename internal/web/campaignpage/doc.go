// Package campaignpage is the pages of campaigns of testing: who must be sampled
// and how far it is, by ward, area and group, on a table and on a map; who they
// are, and what was sampled of one of them; sessions with who is called to them,
// printed with a code beside every name; labels of tubes, boxes with their list;
// how many samples to put into one tube.
package campaignpage

import (
	"embed"

	"phaodai/internal/auth"
	"phaodai/internal/campaign"
	"phaodai/internal/directive"
	"phaodai/internal/id"
	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

//go:embed template/*.html
var files embed.FS

// Parts are the services behind the pages.
type Parts struct {
	Campaigns *campaign.Service
	Sampling  *sampling.Service
	Board     *zoning.Board
	Documents *directive.Service
	IDs       *id.Source
	Lab       *laboratory.Service // reads rapid tests, tells how long results take
}

// Pages adds the pages over the services.
func Pages(p Parts) web.Area {
	return func(k *web.Kit) {
		k.Templates("campaign", files)
		k.Page("/xet-nghiem", auth.CampaignRead, p.list)
		k.Page("/xet-nghiem/gop-mau", auth.CampaignRead, p.pool)
		k.Page("/xet-nghiem/moi", auth.CampaignManage, p.edit)
		k.Form("/xet-nghiem/moi", auth.CampaignManage, p.save, p.edit)
		k.Page("/xet-nghiem/{id}", auth.CampaignRead, p.progress)
		k.Page("/xet-nghiem/{id}/ban-do", auth.CampaignRead, p.chart)
		k.Page("/xet-nghiem/{id}/sua", auth.CampaignManage, p.edit)
		k.Form("/xet-nghiem/{id}/sua", auth.CampaignManage, p.save, p.edit)
		k.Form("/xet-nghiem/{id}/dong", auth.CampaignManage, p.end, p.progress)
		k.Page("/xet-nghiem/{id}/nguoi", auth.PeopleRead, p.names)
		k.Page("/xet-nghiem/{id}/buoi/moi", auth.CampaignManage, p.newSession)
		k.Form("/xet-nghiem/{id}/buoi/moi", auth.CampaignManage, p.plan, p.newSession)
		k.Page("/xet-nghiem/{id}/buoi/{session}", auth.PeopleRead, p.session)
		k.Form("/xet-nghiem/{id}/buoi/{session}/moi", auth.CampaignManage, p.invite, p.session)
		k.Form("/xet-nghiem/{id}/buoi/{session}/ket-thuc", auth.CampaignManage, p.endSession, p.session)
		k.Form("/xet-nghiem/{id}/buoi/{session}/gui", auth.SampleTake, p.send, p.session)
		k.Page("/dan-cu/nguoi/{id}/xet-nghiem", auth.SampleTake, p.person)
		k.Form("/dan-cu/nguoi/{id}/xet-nghiem", auth.SampleTake, p.ill, p.person)
		k.Page("/thung/{code}", auth.SampleTake, p.box)
		k.Form("/xet-nghiem/{id}/buoi/{session}/doc", auth.SampleTake, p.read, p.session)
		k.Form("/xet-nghiem/{id}/buoi/{session}/nhan", auth.CampaignManage, p.labels, p.session)
	}
}
