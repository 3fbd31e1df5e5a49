// Package orgpage is the pages of the organisation: units and their offices,
// committees, duty, and the forms with which an administrator keeps them.
//
// Guarantees: what is missing (nobody on duty, no founding decision, a vacant
// post) is shown as a gap and never left out; a form stands only where the
// reader may send it, and the capability refuses it all the same; the page of a
// committee prints on paper.
package orgpage

import (
	"context"
	"embed"
	"net/url"

	"phaodai/internal/auth"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/web"
)

//go:embed template/*.html
var files embed.FS

// OpenTasks counts the open tasks of a territory (a path), an office or a post.
type OpenTasks func(ctx context.Context, by auth.Actor, unitPath, office, post string) (int, error)

type pages struct {
	units *org.Service
	tasks OpenTasks
}

// Pages adds the pages over the service. Before something ends they show how
// many open tasks it has.
func Pages(units *org.Service, tasks OpenTasks) web.Area {
	p := pages{units, tasks}
	return func(k *web.Kit) {
		k.Templates("org", files)
		k.Page("/don-vi", auth.OrgRead, p.list)
		k.Page("/don-vi/{id}", auth.OrgRead, p.unit)
		k.Page("/ban-chi-dao", auth.OrgRead, p.committees)
		k.Page("/ban-chi-dao/{id}", auth.OrgRead, p.committee)
		k.Form("/ban-chi-dao/{id}/ho-so", auth.DutyManage, p.changeCharter, p.committee)
		k.Form("/ban-chi-dao/{id}/thanh-vien", auth.DutyManage, p.addMember, p.committee)
		k.Form("/ban-chi-dao/{id}/thanh-vien/{member}", auth.DutyManage, p.changeMember, p.committee)
		k.Page("/truc-ban", auth.OrgRead, p.duty)
		k.Page("/truc-ban/co-quan/{id}", auth.OrgRead, p.roster)
		k.Form("/truc-ban/co-quan/{id}/ca", auth.DutyManage, p.planShift, p.roster)
		k.Form("/truc-ban/co-quan/{id}/so", auth.DutyManage, p.addHotline, p.roster)
		k.Form("/truc-ban/so/{id}/thu", auth.DutyManage, p.testHotline, nil)
		k.Page("/truc-ban/ban-giao", auth.OrgRead, p.handOver)
		k.Form("/truc-ban/ca/{id}/nhan", auth.OrgRead, p.checkIn, p.handOver)
		k.Form("/truc-ban/ca/{id}/ban-giao", auth.OrgRead, p.writeNote, p.handOver)
		k.Form("/truc-ban/ca/{id}/bo", auth.DutyManage, p.cancelShift, nil)
		p.manage(k)
		k.Find("org.found_offices", auth.OrgRead, p.find)
	}
}

// find gives the search page offices and units.
func (p pages) find(ctx context.Context, by auth.Actor, words string) ([]web.Hit, error) {
	var hits []web.Hit
	offices, err := p.units.FindOffices(ctx, by, org.Find{Words: words, Limit: 8})
	if err != nil {
		return nil, err
	}
	for _, o := range offices.Rows {
		hits = append(hits, web.Hit{Path: "/don-vi/" + o.Unit + "#" + o.ID, Title: o.Name})
	}
	units, err := p.units.FindUnits(ctx, by, org.Find{Words: words, Limit: 5})
	if err != nil {
		return nil, err
	}
	for _, u := range units.Rows {
		hits = append(hits, web.Hit{Path: "/don-vi/" + u.ID, Title: u.Name})
	}
	return hits, nil
}

// moment reads "?luc=2021-09-09T06:00" in the unit's time; none is now.
func moment(r *web.Request) instant.Micros {
	if at, err := i18n.ParseMoment(r.Query("luc"), r.Now(), instant.Vietnam()); err == nil {
		return at
	}
	return r.Now()
}

// address is a path with one parameter.
func address(path, name, value string) string {
	return path + "?" + url.Values{name: {value}}.Encode()
}
