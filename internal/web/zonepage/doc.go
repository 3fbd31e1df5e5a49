// Package zonepage is the pages of zoning for those who work on it: criteria,
// the plan of a ward, the review and approval of a district, the readiness for
// the hour of a switch, areas with their history, the map.
//
// Guarantees: what is missing is named before it is asked for; a number, a
// class or a measure leads to why; a form stands only where the reader may send
// it, and the capability refuses it all the same.
package zonepage

import (
	"embed"

	"phaodai/internal/auth"
	"phaodai/internal/directive"
	"phaodai/internal/org"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

//go:embed template/*.html
var files embed.FS

// Parts are the services behind the pages.
type Parts struct {
	Zones     *zoning.Service
	Units     *org.Service
	Documents *directive.Service
}

// Pages adds the pages over the services.
func Pages(p Parts) web.Area {
	return func(k *web.Kit) {
		k.Templates("zone", files)
		p.criteria(k)
		p.ownBundles(k)
		p.plans(k)
		p.reviews(k)
		p.areas(k)
		p.blocked(k)
	}
}

// criteria are the pages of criteria tables.
func (p Parts) criteria(k *web.Kit) {
	k.Page("/tieu-chi", auth.ZoneRead, p.schemes)
	k.Form("/tieu-chi/moi", auth.ZoneCriteria, p.beginScheme, p.schemes)
	k.Page("/tieu-chi/{id}", auth.ZoneRead, p.scheme)
	k.Page("/tieu-chi/{id}/thu", auth.ZoneRead, p.try)
	k.Form("/tieu-chi/{id}/chung", auth.ZoneCriteria, p.saveHead, p.scheme)
	k.Form("/tieu-chi/{id}/o/{row}/{class}", auth.ZoneCriteria, p.saveCell, p.scheme)
	k.Form("/tieu-chi/{id}/dong", auth.ZoneCriteria, p.addRow, p.scheme)
	k.Form("/tieu-chi/{id}/dong/{row}", auth.ZoneCriteria, p.saveRow, p.scheme)
	k.Form("/tieu-chi/{id}/dong/{row}/bo", auth.ZoneCriteria, p.dropRow, p.scheme)
	k.Form("/tieu-chi/{id}/dong/{row}/khi", auth.ZoneCriteria, p.saveGiven, p.scheme)
	k.Form("/tieu-chi/{id}/dieu-chinh", auth.ZoneCriteria, p.addShift, p.scheme)
	k.Form("/tieu-chi/{id}/dieu-chinh/{shift}", auth.ZoneCriteria, p.saveShift, p.scheme)
	k.Form("/tieu-chi/{id}/dieu-chinh/{shift}/bo", auth.ZoneCriteria, p.dropShift, p.scheme)
	k.Form("/tieu-chi/{id}/bien-phap/{class}", auth.ZoneCriteria, p.saveChoice, p.scheme)
	k.Form("/tieu-chi/{id}/so-lieu", auth.ZoneCriteria, p.addMeasure, p.scheme)
	k.Form("/tieu-chi/{id}/so-lieu/{name}", auth.ZoneCriteria, p.saveMeasure, p.scheme)
	k.Form("/tieu-chi/{id}/so-lieu/{name}/bo", auth.ZoneCriteria, p.dropMeasure, p.scheme)
	k.Form("/tieu-chi/{id}/loai", auth.ZoneCriteria, p.addClass, p.scheme)
	k.Form("/tieu-chi/{id}/loai/{class}", auth.ZoneCriteria, p.saveClass, p.scheme)
	k.Form("/tieu-chi/{id}/loai/{class}/bo", auth.ZoneCriteria, p.dropClass, p.scheme)
	k.Form("/tieu-chi/{id}/trinh", auth.ZoneCriteria, p.issueScheme, p.scheme)
}

// ownBundles are the pages of bundles of measures.
func (p Parts) ownBundles(k *web.Kit) {
	k.Page("/bien-phap", auth.ZoneRead, p.bundleList)
	k.Page("/bien-phap/moi", auth.ZoneCriteria, p.editBundle)
	k.Form("/bien-phap/moi", auth.ZoneCriteria, p.saveBundle, p.editBundle)
	k.Form("/bien-phap/nap", auth.ZoneCriteria, p.loadBundle, p.bundleList, web.Body(1<<20))
	k.Page("/bien-phap/{id}", auth.ZoneRead, p.bundle)
	k.Page("/bien-phap/{id}/sua", auth.ZoneCriteria, p.editBundle)
	k.Form("/bien-phap/{id}/sua", auth.ZoneCriteria, p.saveBundle, p.editBundle)
}

// plans are the pages on which a ward works.
func (p Parts) plans(k *web.Kit) {
	k.Page("/ke-hoach", auth.ZoneRead, p.myPlans)
	k.Page("/ke-hoach/{id}", auth.ZoneRead, p.plan)
	k.Page("/ke-hoach/{id}/cac-ban", auth.ZoneRead, p.copies)
	k.Form("/ke-hoach/{id}/khu-vuc/{area}", auth.ZonePlan, p.mark, p.plan)
	k.Form("/ke-hoach/{id}/goi-y", auth.ZonePlan, p.takeSuggestions, p.plan)
	k.Form("/ke-hoach/{id}/lay-to", auth.ZonePlan, p.takeGroups, p.plan)
	k.Form("/ke-hoach/{id}/them", auth.ZonePlan, p.addArea, p.plan)
	k.Form("/ke-hoach/{id}/trinh", auth.ZonePlan, step(p.Zones.Submit, "zonepage.submitted"), p.plan)
	k.Form("/ke-hoach/{id}/thu-hoi", auth.ZonePlan, step(p.Zones.Recall, "zonepage.recalled"), p.plan)
	k.Form("/ke-hoach/{id}/xem-lai", auth.ZonePlan, step(p.Zones.Rework, "zonepage.reworked"), p.plan)
	k.Form("/ke-hoach/{id}/van-ban", auth.ZonePlan, p.draftPlan, p.plan)
	k.Form("/ke-hoach/{id}/y-kien", auth.ZoneOpine, p.opine(pathPlan, planPath), p.plan)
	k.Page("/ke-hoach/{id}/so-lieu/{area}", auth.ZoneRead, p.numbers)
	k.Form("/ke-hoach/{id}/so-lieu/{area}", auth.ZonePlan, p.enterNumbers, p.numbers)
}

// reviews are the pages on which a district decides.
func (p Parts) reviews(k *web.Kit) {
	k.Page("/phe-duyet", auth.ZoneRead, p.rounds)
	k.Form("/phe-duyet", auth.ZoneCriteria, p.openRound, p.rounds)
	k.Page("/phe-duyet/{round}", auth.ZoneRead, p.review)
	k.Form("/phe-duyet/{round}/quyet-dinh", auth.ZoneApprove, p.approve, p.review)
	k.Form("/phe-duyet/{round}/tra-lai", auth.ZoneApprove, p.sendBack, p.review)
	k.Form("/phe-duyet/{round}/rut", auth.ZoneApprove, p.unbind, p.review)
	k.Form("/phe-duyet/{round}/y-kien", auth.ZoneOpine, p.opine(formPlan, reviewPath), p.review)
	k.Page("/chuyen-doi", auth.ZoneRead, p.switches)
	k.Page("/chuyen-doi/{unit}", auth.ZoneRead, p.readiness)
	k.Page("/chuyen-doi/{unit}/in", auth.ZoneRead, p.printed)
	k.Form("/chuyen-doi/{unit}/da-chep", auth.ZoneRead, p.copied, nil)
}

// areas are the pages of areas and the map.
func (p Parts) areas(k *web.Kit) {
	k.Page("/khu-vuc", auth.ZoneRead, p.list)
	k.Page("/khu-vuc/them", auth.ZonePlan, p.editArea)
	k.Form("/khu-vuc/them", auth.ZonePlan, p.saveNewArea, p.editArea)
	k.Page("/khu-vuc/nap", auth.ZonePlan, p.importAreas)
	k.Form("/khu-vuc/nap", auth.ZonePlan, p.sendFile, p.importAreas, web.Body(zoning.MaxFile+1<<20))
	k.Form("/khu-vuc/nap/luu", auth.ZonePlan, p.takeFile, p.importAreas)
	k.Page("/khu-vuc/{id}", auth.ZoneRead, p.area)
	k.Page("/khu-vuc/{id}/sua", auth.ZonePlan, p.editArea)
	k.Form("/khu-vuc/{id}/sua", auth.ZonePlan, p.saveArea, p.editArea)
	k.Form("/khu-vuc/{id}/chia", auth.ZonePlan, p.split, p.editArea)
	k.Form("/khu-vuc/{id}/chuyen", auth.ZonePlan, p.moveArea, p.editArea)
	k.Form("/khu-vuc/{id}/ket-thuc", auth.ZonePlan, p.endArea, p.editArea)
	k.Form("/khu-vuc/{id}/doi", auth.ZoneDecide, p.changeNow, p.area)
	k.Form("/khu-vuc/{id}/go", auth.ZoneDecide, p.lift, p.area)
	k.Form("/khu-vuc/{id}/phong-toa", auth.ZoneDecide, p.block, p.area)
	k.Form("/khu-vuc/{id}/truoc-sau", auth.ZoneRule, p.rule, p.area)
	k.Page("/ban-do", auth.ZoneRead, p.chart)
	k.Page("/ban-do/loai", auth.ZoneRead, p.classes)
	k.Page("/ban-do/hinh/{unit}", auth.ZoneRead, p.whereabouts)
}
