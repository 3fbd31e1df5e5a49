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
		p.plans(k)
		p.reviews(k)
		p.areas(k)
	}
}

// criteria are the pages of criteria tables.
func (p Parts) criteria(k *web.Kit) {
	k.Page("/tieu-chi", auth.ZoneRead, p.schemes)
}

// plans are the pages on which a ward works.
func (p Parts) plans(k *web.Kit) {
	k.Page("/ke-hoach", auth.ZoneRead, p.myPlans)
}

// reviews are the pages on which a district decides.
func (p Parts) reviews(k *web.Kit) {
	k.Page("/phe-duyet", auth.ZoneRead, p.rounds)
}

// areas are the pages of areas and the map.
func (p Parts) areas(k *web.Kit) {
	k.Page("/khu-vuc", auth.ZoneRead, p.list)
}
