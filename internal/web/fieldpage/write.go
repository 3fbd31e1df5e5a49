package fieldpage

import (
	"io"

	"phaodai/internal/fieldwork"
	"phaodai/internal/instant"
	"phaodai/internal/sampling"
	"phaodai/internal/web"
)

// give makes a code for one phone and shows it, this once.
func (p Parts) give(r *web.Request) error {
	var in struct {
		Unit     string   `form:"phuong"`
		Desk     string   `form:"desk"`
		Sessions []string `form:"sessions"`
		Areas    []string `form:"areas"` // parts of them
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	parts, err := fieldwork.ParseParts(in.Areas)
	if err != nil {
		return err
	}
	given, err := p.Field.Give(r.Context(), r.By, fieldwork.PassInput{Unit: in.Unit, Desk: in.Desk, Sessions: in.Sessions, Parts: parts})
	if err != nil {
		return err
	}
	page, err := p.page(r)
	if err != nil {
		return err
	}
	page.Given, page.Address = &given, r.Address("/di#"+given.Token)
	page.QR, page.QRSize = web.QRPath(page.Address)
	return r.Render("field/phones", page)
}

// session plans a session of today or tomorrow.
func (p Parts) session(r *web.Request) error {
	var in struct {
		Unit   string         `form:"phuong"`
		Place  string         `form:"place"`
		Area   string         `form:"area"`
		Method string         `form:"method"`
		Starts instant.Micros `form:"starts"`
		Ends   instant.Micros `form:"ends"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.Sampling.SaveSession(r.Context(), r.By, sampling.SessionInput{
		Key: r.Key(), Unit: in.Unit, Place: in.Place, Area: in.Area, Method: sampling.Method(in.Method), Starts: in.Starts, Ends: in.Ends,
	})
	if err != nil {
		return err
	}
	return r.Redirect("/dien-thoai?phuong="+in.Unit, "fieldpage.session_planned", "Place", in.Place)
}

// back is the page of the ward from which a form came.
func back(r *web.Request) string { return "/dien-thoai?phuong=" + r.Form.Value("phuong") }

func (p Parts) stop(r *web.Request) error {
	x, err := p.Field.Stop(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	return r.Redirect(back(r), "fieldpage.stopped", "Name", x.Name)
}

// seen puts away what a phone sent and could not be taken.
func (p Parts) seen(r *web.Request) error {
	if err := p.Field.SeeRejected(r.Context(), r.By, r.Path("id")); err != nil {
		return err
	}
	return r.Redirect(back(r), "fieldpage.seen_rejected")
}

func (p Parts) settle(r *web.Request) error {
	_, err := p.Field.Settle(r.Context(), r.By, fieldwork.SettleInput{Visit: r.Path("id"), Answer: r.Form.Value("answer")})
	if err != nil {
		return err
	}
	return r.Redirect(back(r), "fieldpage.settled")
}

// note shows a photograph, or plays a voice, of a visit.
func (p Parts) note(r *web.Request) error {
	n, content, err := p.Field.Note(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	return r.Inline(n.ID, n.MediaType, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

func (p Parts) decide(r *web.Request) error {
	_, err := p.Sampling.Decide(r.Context(), r.By, sampling.DecideInput{
		Key: r.Key(), Problem: r.Path("id"), Decision: sampling.Decision(r.Form.Value("decision")), Tube: r.Form.Value("tube"), Reason: r.Form.Value("reason"),
	})
	if err != nil {
		return err
	}
	return r.Redirect(back(r), "fieldpage.decided")
}
