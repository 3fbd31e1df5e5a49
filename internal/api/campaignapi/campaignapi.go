// Package campaignapi is the API of campaigns of testing: who must be sampled,
// how far it is, who they are, and who is called to which session. Every
// operation calls one function of package campaign; rights in a unit, versions,
// repeats and the audit of readings are decided there.
package campaignapi

import (
	"context"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/campaign"
	"phaodai/internal/population"
)

// Operations adds the API of campaigns.
func Operations(s *campaign.Service) api.Area {
	return func(k *api.Kit) {
		campaigns(k, s)
		progress(k, s)
		sessions(k, s)
	}
}

func op(id, path string, right auth.Right, summary string) api.Op {
	return api.Op{ID: id, Path: path, Right: right, Tag: "campaigns", Summary: summary}
}

type named struct {
	ID string `path:"id" maxLength:"60"`
}

func campaigns(k *api.Kit, s *campaign.Service) {
	api.Read(k, op("list-campaigns", "/campaigns", auth.CampaignRead, "Campaigns of which the caller may see a part, open ones first"),
		func(ctx context.Context, by auth.Actor, _ *struct{}) ([]campaign.Campaign, error) {
			return s.List(ctx, by)
		})
	api.Make(k, op("make-campaign", "/campaigns", auth.CampaignManage, "Open a campaign"), s.Save)
	api.Read(k, op("get-campaign-template", "/campaigns/clause-3-1", auth.CampaignManage, "Lines of clause 3.1 of 484-TB/TU, for a new campaign"),
		func(context.Context, auth.Actor, *struct{}) ([]campaign.Line, error) {
			return campaign.Clause31(campaign.DefaultHigh()), nil
		})
	api.Read(k, op("get-campaign", "/campaigns/{id}", auth.CampaignRead, "A campaign with its lines"),
		func(ctx context.Context, by auth.Actor, in *named) (campaign.Campaign, error) {
			return s.Get(ctx, by, in.ID)
		})
	api.On(k, op("save-campaign", "/campaigns/{id}", auth.CampaignManage, "Change a campaign that goes on"),
		func(in *campaign.Input, id string) { in.ID = id }, s.Save)
	api.On(k, op("close-campaign", "/campaigns/{id}/close", auth.CampaignManage, "Close a campaign: nobody is due in it any more"),
		func(in *campaign.CloseInput, id string) { in.ID = id }, s.Close)
}

type counted struct {
	ID    string `path:"id" maxLength:"60"`
	Round int    `query:"round" minimum:"0" maximum:"100" doc:"turns that count as taken, 0 is 1"`
}

type listed struct {
	ID    string `path:"id" maxLength:"60"`
	Unit  string `query:"unit" required:"true" doc:"id of a ward"`
	Area  string `query:"area" doc:"one of its areas"`
	Line  int    `query:"line" minimum:"0" maximum:"100" doc:"position of a line, 0 every line"`
	Which string `query:"which" required:"true" enum:"due,left,absent,refused,again"`
}

func progress(k *api.Kit, s *campaign.Service) {
	api.Read(k, op("get-campaign-progress", "/campaigns/{id}/progress", auth.CampaignRead, "How far a campaign is by ward, area and line"),
		func(ctx context.Context, by auth.Actor, in *counted) (campaign.Progress, error) {
			return s.Progress(ctx, by, in.ID, in.Round)
		})
	api.Read(k, op("list-campaign-people", "/campaigns/{id}/people", auth.PeopleRead, "Who is due, left, absent, refused or must come again, in walking order"),
		func(ctx context.Context, by auth.Actor, in *listed) ([]population.Listed, error) {
			return s.Names(ctx, by, campaign.NamesQuery{Campaign: in.ID, Unit: in.Unit, Area: in.Area, Line: in.Line, Which: campaign.Which(in.Which)})
		})
	api.Make(k, op("advise-pool", "/campaigns/pool-advice", auth.CampaignRead, "How many samples to put into one tube"), s.Pool)
}

func sessions(k *api.Kit, s *campaign.Service) {
	api.On(k, op("plan-campaign-session", "/campaigns/{id}/sessions", auth.CampaignManage, "Plan a session that samples as its campaign says"),
		func(in *campaign.PlanInput, id string) { in.Campaign = id }, s.Plan)
	api.On(k, op("invite-to-session", "/sampling/sessions/{id}/invite", auth.CampaignManage, "Call to a session who is due where it works; asked again the list follows"),
		func(in *campaign.InviteInput, id string) { in.Session = id }, s.Invite)
	api.Read(k, op("list-session-guests", "/sampling/sessions/{id}/guests", auth.PeopleRead, "Who is called to a session, by time and number"),
		func(ctx context.Context, by auth.Actor, in *named) (campaign.GuestList, error) {
			return s.Guests(ctx, by, in.ID)
		})
	api.On(k, op("make-tube-labels", "/sampling/sessions/{id}/labels", auth.CampaignManage, "Codes for tubes that were never printed before"),
		func(in *campaign.LabelInput, id string) { in.Session = id }, s.Labels)
}
