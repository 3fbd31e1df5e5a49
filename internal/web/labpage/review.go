package labpage

import (
	"cmp"
	"slices"

	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
	"phaodai/internal/web"
)

// reviewPage is what the second reader decides, tube by tube.
type reviewPage struct {
	Agreed  []reviewTube // one finding each: may be released together
	Differs []reviewTube // a person chooses one entry and says why
	Others  int          // tubes of which the reader made an entry: another reads those
	Gone    []sampling.Effect
	Back    string // form that came back
}

// reviewTube are the entries of a tube.
type reviewTube struct {
	laboratory.Entry // the first
	Entries          []laboratory.Review
}

func (p Parts) reviews(r *web.Request) error { return p.renderReviews(r, nil) }

func (p Parts) renderReviews(r *web.Request, gone []sampling.Effect) error {
	page := reviewPage{Gone: gone}
	if r.Form.Sent {
		page.Back = cmp.Or(r.Path("id"), r.Form.Value("form"))
	}
	waiting, err := p.Lab.Reviews(r.Context(), r.By)
	if err != nil {
		return err
	}
	page.group(waiting)
	q, err := p.Lab.Queue(r.Context(), r.By)
	if err != nil {
		return err
	}
	page.Others = max(q.Review-len(page.Agreed)-len(page.Differs), 0)
	return r.Render("lab/review", &page)
}

// group puts entries of one tube together; they come in the order of tubes. What
// is not negative stands first, so that nobody gives it out unseen among many.
func (p *reviewPage) group(waiting []laboratory.Review) {
	var tubes []reviewTube
	for _, w := range waiting {
		if n := len(tubes); n > 0 && tubes[n-1].Tube == w.Tube {
			tubes[n-1].Entries = append(tubes[n-1].Entries, w)
			continue
		}
		tubes = append(tubes, reviewTube{w.Entry, []laboratory.Review{w}})
	}
	for _, t := range tubes {
		if t.Entries[0].Differs {
			p.Differs = append(p.Differs, t)
		} else {
			p.Agreed = append(p.Agreed, t)
		}
	}
	slices.SortStableFunc(p.Agreed, func(a, b reviewTube) int { return cmp.Compare(p.weight(a.Result), p.weight(b.Result)) })
}

func (*reviewPage) weight(r sampling.Result) int {
	return slices.Index([]sampling.Result{sampling.Positive, sampling.Invalid, sampling.Negative}, r)
}

// Of is how many tubes that may be released together have a result.
func (p *reviewPage) Of(r string) (n int) {
	for _, t := range p.Agreed {
		if string(t.Result) == r {
			n++
		}
	}
	return n
}

// release gives out what was chosen and shows what it came to.
func (p Parts) release(r *web.Request) error {
	gone, err := p.Lab.Release(r.Context(), r.By, laboratory.ReleaseInput{Key: r.Key(), Entries: r.Form.Values("entry"), Reason: r.Form.Value("reason")})
	if err != nil {
		return err
	}
	return p.renderReviews(r, gone)
}

func (p Parts) sendBack(r *web.Request) error {
	e, err := p.Lab.SendBack(r.Context(), r.By, laboratory.DecideInput{Key: r.Key(), Entry: r.Path("id"), Reason: r.Form.Value("reason")})
	if err != nil {
		return err
	}
	return r.Redirect("/mau/duyet", "labpage.sent_back", "Tube", e.Tube)
}
