// Package peoplepage is the pages of the registry of residents: households of a
// ward in walking order, a household, a resident, lists taken in and given out,
// pairs that may be one person, counts by a rule.
//
// Guarantees: numbers and telephones are masked except on the one answer to a
// person who gave a reason; nothing personal stands in an address: words and
// numbers that are looked for are sent, places in a list are named by ids; a
// form stands only where the reader may send it, and the capability refuses it
// all the same.
package peoplepage

import (
	"embed"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/people"
	"phaodai/internal/population"
	"phaodai/internal/web"
)

//go:embed template/*.html
var files embed.FS

// Parts are the services behind the pages.
type Parts struct {
	People     *people.Service
	Population *population.Service // nil: no page of counts
	Store      *db.DB              // for the progress of jobs
}

// Pages adds the pages over the services.
func Pages(p Parts) web.Area {
	return func(k *web.Kit) {
		k.Templates("people", files)
		p.households(k)
		p.residents(k)
		p.lists(k)
		p.pairs(k)
		if p.Population != nil {
			k.Page("/dan-cu/dem", auth.PeopleRead, p.counts)
			k.Form("/dan-cu/dem", auth.PeopleRead, p.count, p.counts)
			k.Form("/dan-cu/dem/ten", auth.PeopleRead, p.names, p.counts)
		}
	}
}

func (p Parts) households(k *web.Kit) {
	k.Page("/dan-cu", auth.PeopleRead, p.walk)
	k.Form("/dan-cu/tim", auth.PeopleRead, p.search, p.walk)
	k.Page("/dan-cu/ho/moi", auth.PeopleKeep, p.newHousehold)
	k.Form("/dan-cu/ho/moi", auth.PeopleKeep, p.addHousehold, p.newHousehold)
	k.Page("/dan-cu/ho/{id}", auth.PeopleRead, p.household)
	k.Form("/dan-cu/ho/{id}/sua", auth.PeopleKeep, p.changeHousehold, p.household)
	k.Form("/dan-cu/ho/{id}/nguoi", auth.PeopleKeep, p.addResident, p.household)
}

func (p Parts) residents(k *web.Kit) {
	k.Page("/dan-cu/nguoi/{id}", auth.PeopleRead, p.resident)
	k.Form("/dan-cu/nguoi/{id}/sua", auth.PeopleKeep, p.changeResident, p.resident)
	k.Form("/dan-cu/nguoi/{id}/chuyen", auth.PeopleKeep, p.move, p.resident)
	k.Form("/dan-cu/nguoi/{id}/ket-thuc", auth.PeopleKeep, p.end, p.resident)
	k.Form("/dan-cu/nguoi/{id}/xem", auth.PeopleOpen, p.open, p.resident)
	k.Form("/dan-cu/nguoi/{id}/tach/{merger}", auth.PeopleKeep, p.undo, p.resident)
	k.Page("/dan-cu/nguoi/{id}/giay-to", auth.PeopleForeign, p.papers)
	k.Form("/dan-cu/nguoi/{id}/giay-to", auth.PeopleForeign, p.savePapers, p.papers)
}

func (p Parts) lists(k *web.Kit) {
	k.Page("/dan-cu/nap", auth.PeopleKeep, p.upload)
	k.Form("/dan-cu/nap", auth.PeopleKeep, p.sendList, p.upload, web.Body(people.MaxList+1<<20))
	k.Page("/dan-cu/nap/{id}", auth.PeopleKeep, p.list)
	k.Form("/dan-cu/nap/{id}", auth.PeopleKeep, p.takeList, p.list)
	k.Page("/dan-cu/xuat", auth.PeopleExport, p.exportPage)
	k.Form("/dan-cu/xuat", auth.PeopleExport, p.export, p.exportPage)
}

func (p Parts) pairs(k *web.Kit) {
	k.Page("/dan-cu/trung", auth.PeopleKeep, p.twins)
	k.Form("/dan-cu/trung/gop", auth.PeopleKeep, p.merge, p.twins)
	k.Form("/dan-cu/trung/khac", auth.PeopleKeep, p.keepApart, p.twins)
}
