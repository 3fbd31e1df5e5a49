// Package labpage is where a laboratory works: tubes by the time they have left,
// results and their second reader, codes that are in no list.
package labpage

import (
	"embed"

	"phaodai/internal/auth"
	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
	"phaodai/internal/web"
)

//go:embed template/*.html
var files embed.FS

// Parts are the services behind the pages.
type Parts struct {
	Lab      *laboratory.Service
	Sampling *sampling.Service
}

// Pages adds the pages over the services.
func Pages(p Parts) web.Area {
	return func(k *web.Kit) {
		k.Templates("lab", files)
		k.Page("/mau", auth.LabRead, p.queue)
		k.Form("/mau", auth.LabEnter, p.receive, p.queue)
		k.Page("/mau/ong/{id}", auth.LabRead, p.tube)
		k.Form("/mau/ong/{id}/mat", auth.LabEnter, p.lose, p.tube)
		k.Page("/ong/{id}", auth.SampleTake, p.tube)
		k.Form("/ong/{id}/mat", auth.SampleTake, p.lose, p.tube)
		k.Page("/mau/khay", auth.LabRead, p.plate)
		k.Page("/mau/ket-qua", auth.LabEnter, p.results)
		k.Form("/mau/ket-qua", auth.LabEnter, p.enter, p.results)
		k.Form("/mau/ket-qua/tep", auth.LabEnter, p.file, p.results, web.Body(laboratory.MaxFile+1<<20))
		k.Page("/mau/duyet", auth.LabRelease, p.reviews)
		k.Form("/mau/duyet", auth.LabRelease, p.release, p.reviews)
		k.Form("/mau/duyet/{id}/tra-lai", auth.LabRelease, p.sendBack, p.reviews)
		k.Page("/mau/doi-chieu", auth.LabEnter, p.unknown)
		k.Form("/mau/doi-chieu/{id}", auth.LabEnter, p.match, p.unknown)
		k.Form("/mau/doi-chieu/{id}/bo", auth.LabEnter, p.setAside, p.unknown)
	}
}
