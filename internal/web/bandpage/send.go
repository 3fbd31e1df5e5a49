package bandpage

import (
	"phaodai/internal/exercise"
	"phaodai/internal/instant"
	"phaodai/internal/web"
)

// formPage asks for the files.
type formPage struct{ Kinds []exercise.Kind }

func (p pages) form(r *web.Request) error {
	return r.Render("band/form", formPage{exercise.Kinds()})
}

// send computes the files that were sent and keeps them.
func (p pages) send(r *web.Request) error {
	var in struct {
		Source string         `form:"source"`
		AsOf   instant.Micros `form:"as_of"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	sent := exercise.SendInput{Key: r.Key(), Source: in.Source, AsOf: in.AsOf, Files: exercise.Files{}}
	for _, k := range exercise.Kinds() {
		found := r.Files(string(k))
		if len(found) == 0 {
			continue // the service says that it is missing
		}
		f, err := found[0].Open()
		if err != nil {
			return err
		}
		defer f.Close()
		sent.Files[k] = exercise.Upload{Name: found[0].Name, Data: f}
	}
	result, err := p.exercise.Send(r.Context(), r.By, sent)
	if err != nil {
		return err
	}
	return r.Redirect(home, "exercise.sent", "Units", r.Format().Number(int64(result.Summary.Units)), "Took", r.Format().Decimal(result.Took.Seconds(), 1))
}
