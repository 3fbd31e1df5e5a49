package main

import (
	"context"
	"time"

	"phaodai/internal/api"
	"phaodai/internal/api/adminapi"
	"phaodai/internal/api/campaignapi"
	"phaodai/internal/api/directiveapi"
	"phaodai/internal/api/fieldapi"
	"phaodai/internal/api/labapi"
	"phaodai/internal/api/orgapi"
	"phaodai/internal/api/peopleapi"
	"phaodai/internal/api/samplingapi"
	"phaodai/internal/api/taskapi"
	"phaodai/internal/api/zoneapi"
	"phaodai/internal/auth"
	caseexercise "phaodai/internal/exercise"
	"phaodai/internal/i18n"
	"phaodai/internal/web"
	"phaodai/internal/web/adminpage"
	"phaodai/internal/web/bandpage"
	"phaodai/internal/web/campaignpage"
	"phaodai/internal/web/directivepage"
	"phaodai/internal/web/fieldpage"
	"phaodai/internal/web/labpage"
	"phaodai/internal/web/orgpage"
	"phaodai/internal/web/peoplepage"
	"phaodai/internal/web/taskpage"
	"phaodai/internal/web/tourpage"
	"phaodai/internal/web/zonepage"
)

// pageAreas are the pages of every capability.
func (a *App) pageAreas() []web.Area {
	areas := []web.Area{
		orgpage.Pages(a.Org, a.Task.OpenOf),
		directivepage.Pages(directivepage.Config{
			Documents: a.Directive, Tasks: a.Task, Store: a.Store, Specimen: a.Specimen, Plan: a.planOf,
		}),
		taskpage.Pages(taskpage.Parts{
			Tasks: a.Task, Inbox: a.Inbox, Units: a.Org, Documents: a.Directive, Store: a.Store,
		}),
		zonepage.Pages(zonepage.Parts{Zones: a.Zoning, Units: a.Org, Documents: a.Directive}),
		peoplepage.Pages(peoplepage.Parts{People: a.People, Population: a.Population, Store: a.Store}),
		fieldpage.Pages(fieldpage.Parts{Field: a.Fieldwork, People: a.People, Sampling: a.Sampling}),
		campaignpage.Pages(campaignpage.Parts{Campaigns: a.Campaign, Sampling: a.Sampling, Board: a.Zoning.Board(), Documents: a.Directive, IDs: a.IDs, Lab: a.Lab}),
		labpage.Pages(labpage.Parts{Lab: a.Lab, Sampling: a.Sampling}),
		bandpage.Pages(caseexercise.New(a.Store, time.Now)),
		adminpage.Pages(adminpage.Parts{Accounts: a.Auth, System: a.Admin, Units: a.Org}),
	}
	if a.Specimen != nil { // a demo
		areas = append(areas, tourpage.Pages(a.Admin))
	}
	return areas
}

// planOf is the page of the plan from which a document was drafted.
func (a *App) planOf(ctx context.Context, by auth.Actor, document string) (page, whose string, err error) {
	plan, ward, err := a.Zoning.DraftedFrom(ctx, by, document)
	if plan == "" || err != nil {
		return "", "", err
	}
	return "/ke-hoach/" + plan, ward, nil
}

// apiAreas are the operations of every capability.
func (a *App) apiAreas() []api.Area {
	return []api.Area{
		adminapi.Session(a.Auth),
		adminapi.Admin(a.Auth, a.Admin),
		orgapi.Operations(a.Org),
		directiveapi.Area(directiveapi.Deps{Documents: a.Directive, Translate: i18n.T}),
		zoneapi.Operations(a.Zoning, a.Clock.Now),
		peopleapi.Operations(a.People, a.Population),
		samplingapi.Operations(a.Sampling),
		fieldapi.Operations(a.Fieldwork, a.Sampling),
		campaignapi.Operations(a.Campaign),
		labapi.Operations(a.Lab),
		taskapi.Area(taskapi.Deps{Store: a.Store, Tasks: a.Task, Inbox: a.Inbox, Translate: i18n.T, Site: a.URL}),
	}
}
