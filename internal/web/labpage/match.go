package labpage

import (
	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
	"phaodai/internal/web"
)

// unknownPage is the codes that are in no list.
type unknownPage struct {
	Codes []unknownCode
	Tubes []string // received and without a result
	Back  string   // entry whose form came back
}

// unknownCode is an entry with the tubes that it may be of.
type unknownCode struct {
	laboratory.Entry
	Near []string
}

func (p Parts) unknown(r *web.Request) error {
	page := unknownPage{}
	if r.Form.Sent {
		page.Back = r.Path("id")
	}
	entries, err := p.Lab.Unknown(r.Context(), r.By)
	if err != nil {
		return err
	}
	q, err := p.Lab.Queue(r.Context(), r.By)
	if err != nil {
		return err
	}
	for _, t := range q.Tubes {
		if t.State == sampling.Received && t.Entries == 0 {
			page.Tubes = append(page.Tubes, t.Code)
		}
	}
	for _, e := range entries {
		page.Codes = append(page.Codes, unknownCode{e, laboratory.Near(e.Given, page.Tubes)})
	}
	return r.Render("lab/unknown", page)
}

func (p Parts) match(r *web.Request) error {
	e, err := p.Lab.Match(r.Context(), r.By, laboratory.DecideInput{Key: r.Key(), Entry: r.Path("id"), Tube: r.Form.Value("tube")})
	if err != nil {
		return err
	}
	return r.Redirect("/mau/doi-chieu", "labpage.matched", "Given", e.Given, "Tube", e.Tube)
}

func (p Parts) setAside(r *web.Request) error {
	e, err := p.Lab.SetAside(r.Context(), r.By, laboratory.DecideInput{Key: r.Key(), Entry: r.Path("id"), Reason: r.Form.Value("reason")})
	if err != nil {
		return err
	}
	return r.Redirect("/mau/doi-chieu", "labpage.aside", "Given", e.Given)
}
