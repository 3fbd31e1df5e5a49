// Package bandpage is the pages of the exercise of case-rate bands: the files,
// what came out of them, a list of places and one place with its reasons.
//
// Guarantees: every page says that it is an exercise, whose data it shows and up
// to when; an unknown band is drawn as unknown, never as the mildest.
package bandpage

import (
	"embed"

	"phaodai/internal/auth"
	"phaodai/internal/exercise"
	"phaodai/internal/web"
)

//go:embed template/*.html
var files embed.FS

const home = "/dien-tap/ca-mac"

// pages are the pages over the service.
type pages struct{ exercise *exercise.Service }

// Pages adds the pages over the service.
func Pages(s *exercise.Service) web.Area {
	p := pages{s}
	return func(k *web.Kit) {
		k.Templates("band", files)
		k.Page(home, auth.ZoneRead, p.list)
		k.Page(home+"/noi", auth.ZoneRead, p.place)
		k.Page(home+"/nap", auth.ZoneCriteria, p.form)
		k.Form(home+"/nap", auth.ZoneCriteria, p.send, p.form, web.Body(4*exercise.MaxFile+1<<20))
	}
}
