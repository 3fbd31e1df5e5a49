package labpage

import (
	"slices"
	"strings"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
	"phaodai/internal/web"
)

// queuePage is the work of a laboratory.
type queuePage struct {
	laboratory.Queue
	Out      []laboratory.Outcome
	Took     laboratory.Turnaround
	Unpacked *sampling.Unpacked // a box that was just scanned in
	Back     string             // form that came back: a box, or khac
	MayEnter bool
	Now      instant.Micros
}

// Pressing tells whether the limit of a tube is near or over: "", "soon", "late".
func (p queuePage) Pressing(due instant.Micros) string {
	switch {
	case due == 0:
		return ""
	case due <= p.Now:
		return "late"
	case due <= p.Now.Add(laboratory.Soon):
		return "soon"
	}
	return ""
}

// Lasted is how long a result took from the first sample on.
func (p queuePage) Lasted(o laboratory.Outcome) time.Duration { return o.ResultedAt.Sub(o.FirstAt) }

// cameBack is which form came back: that of a box on the way, or the one for any
// other.
func (p queuePage) cameBack(box string) string {
	if slices.ContainsFunc(p.Boxes, func(b sampling.Transport) bool { return b.Code == box }) {
		return box
	}
	return "khac"
}

func (p Parts) queue(r *web.Request) error { return p.renderQueue(r, nil) }

func (p Parts) renderQueue(r *web.Request, unpacked *sampling.Unpacked) error {
	page := queuePage{Unpacked: unpacked, MayEnter: r.By.Anywhere(auth.LabEnter), Now: r.Now()}
	var err error
	if page.Queue, err = p.Lab.Queue(r.Context(), r.By); err != nil {
		return err
	}
	if r.Form.Sent {
		page.Back = page.cameBack(r.Form.Value("box"))
	}
	if page.Out, err = p.Lab.Outcomes(r.Context(), r.By, r.Now().Add(-24*time.Hour)); err != nil {
		return err
	}
	if page.Took, err = p.Lab.Turnaround(r.Context(), r.By, r.Now().Add(-24*time.Hour)); err != nil {
		return err
	}
	return r.Render("lab/queue", page)
}

// receive scans a box in and says what is missing or too much. That a box is
// whole has its own button, so that nobody receives unseen tubes by forgetting
// to scan.
func (p Parts) receive(r *web.Request) error {
	var in struct {
		Box   string `form:"box"`
		Tubes string `form:"tubes"`
		Whole bool   `form:"whole"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	scanned := codes(in.Tubes)
	if len(scanned) == 0 && !in.Whole {
		return fault.New(fault.Invalid, "input.check").At("tubes", "labpage.scan_missing")
	}
	out, err := p.Sampling.Receive(r.Context(), r.By, sampling.ReceiveInput{Key: r.Key(), Code: in.Box, Tubes: scanned})
	if err != nil {
		return err
	}
	return p.renderQueue(r, &out)
}

// codes are what a scanner typed, one to a line; a list that was pasted has
// commas.
func codes(text string) []string {
	return strings.FieldsFunc(text, func(c rune) bool { return c == '\n' || c == ',' || c == ';' || c == '\t' })
}
