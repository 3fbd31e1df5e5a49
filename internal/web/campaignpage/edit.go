package campaignpage

import (
	"errors"
	"fmt"
	"strings"

	"phaodai/internal/campaign"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/sampling"
	"phaodai/internal/web"
)

// spare is how many empty lines stand below those of a campaign.
const spare = 1

// editPage is the form of a campaign.
type editPage struct {
	Campaign campaign.Campaign
	Lines    []formLine
	Units    []web.Choice
	Methods  []web.Choice
	Clocks   []web.Choice
	New      bool
}

// formLine is a line of the form; one more than the campaign has can be opened.
type formLine struct {
	campaign.Line
	Number int
	More   bool
}

// Action is where the form goes.
func (e editPage) Action() string {
	if e.New {
		return "/xet-nghiem/moi"
	}
	return "/xet-nghiem/" + e.Campaign.ID + "/sua"
}

func (p Parts) edit(r *web.Request) error {
	page := editPage{New: r.Path("id") == ""}
	if err := p.toEdit(r, &page); err != nil {
		return err
	}
	units, err := p.Campaigns.Places(r.Context(), r.By)
	if err != nil {
		return err
	}
	for _, u := range units {
		page.Units = append(page.Units, web.Choice{Value: u.ID, Text: u.Name})
	}
	for _, m := range sampling.Methods() {
		page.Methods = append(page.Methods, web.Choice{Value: string(m), Text: r.T("fieldpage.method." + string(m))})
	}
	for _, c := range []sampling.ClockFrom{sampling.FromSampling, sampling.FromReceipt} {
		page.Clocks = append(page.Clocks, web.Choice{Value: string(c), Text: r.T("campaignpage.clock." + string(c))})
	}
	page.Lines = padded(page.Campaign.Lines, r)
	return r.Render("campaign/edit", page)
}

// toEdit reads the campaign, or begins a new one from the directive's clause.
func (p Parts) toEdit(r *web.Request, page *editPage) (err error) {
	if !page.New {
		page.Campaign, err = p.Campaigns.Get(r.Context(), r.By, r.Path("id"))
		return err
	}
	page.Campaign = campaign.Campaign{
		Title: r.T("campaignpage.wide"), Symbol: "484-TB/TU", Clause: "3.1", Starts: r.Now(), Method: sampling.PCRPool, PoolMax: 10, ClockHours: 12,
		ClockFrom: sampling.FromSampling, Lines: campaign.Clause31(campaign.DefaultHigh()),
	}
	if r.Query("mau") == "trong" {
		page.Campaign.Title, page.Campaign.Symbol, page.Campaign.Clause, page.Campaign.Lines = "", "", "", nil
	}
	if id := asked(r, "document", "van-ban"); id != "" {
		v, err := p.Documents.Document(r.Context(), r.By, id)
		if err != nil {
			return err
		}
		page.Campaign.Document, page.Campaign.Symbol, page.Campaign.Clause = id, v.Document.Symbol, r.Query("muc")
	}
	return nil
}

// asked is what a form that came back carried, or the address asks for.
func asked(r *web.Request, field, query string) string {
	if s := r.Form.Value(field); s != "" {
		return s
	}
	return r.Query(query)
}

// padded adds empty lines, as many as a form that came back had.
func padded(lines []campaign.Line, r *web.Request) (out []formLine) {
	n := len(lines) + spare
	for i := n + 1; i <= campaign.MostLines; i++ {
		if r.Form.Value(fmt.Sprintf("line-%d-name", i)) != "" {
			n = i
		}
	}
	for i := range min(n, campaign.MostLines) {
		l := formLine{Number: i + 1, More: i >= len(lines), Line: campaign.Line{Rounds: 1, EveryMin: 5, EveryMax: 7}}
		if !l.More {
			l.Line = lines[i]
		}
		out = append(out, l)
	}
	return out
}

func (p Parts) save(r *web.Request) error {
	var in struct {
		Version    int64          `form:"version"`
		Title      string         `form:"title"`
		Unit       string         `form:"unit"`
		Symbol     string         `form:"symbol"`
		Clause     string         `form:"clause"`
		Starts     instant.Micros `form:"starts"`
		Deadline   instant.Micros `form:"deadline,end"`
		Method     string         `form:"method"`
		PoolMax    int            `form:"pool_max"`
		ClockHours int            `form:"clock_hours"`
		ClockFrom  string         `form:"clock_from"`
	}
	lines, at, wrong := readLines(r)
	if err := together(r.Read(&in), wrong); err != nil {
		return err
	}
	document, err := p.document(r)
	if err != nil {
		return err
	}
	c, err := p.Campaigns.Save(r.Context(), r.By, campaign.Input{
		Key: r.Key(), ID: r.Path("id"), Version: in.Version, Title: in.Title, Unit: in.Unit, Document: document, Symbol: in.Symbol, Clause: in.Clause,
		Starts: in.Starts, Deadline: in.Deadline, Method: sampling.Method(in.Method), PoolMax: in.PoolMax, ClockHours: in.ClockHours,
		ClockFrom: sampling.ClockFrom(in.ClockFrom), Lines: lines,
	})
	if err != nil {
		return placed(err, at)
	}
	return r.Redirect("/xet-nghiem/"+c.ID, "campaignpage.saved", "Title", c.Title)
}

// document is the directive from which a campaign comes: the form does not change
// it later.
func (p Parts) document(r *web.Request) (string, error) {
	if r.Path("id") == "" {
		return r.Form.Value("document"), nil
	}
	c, err := p.Campaigns.Get(r.Context(), r.By, r.Path("id"))
	return c.Document, err
}

// readLines reads the lines of the form without those that were left empty; at
// are their numbers in the form.
func readLines(r *web.Request) (out []campaign.Line, at []int, err error) {
	bad := fault.New(fault.Invalid, "input.check")
	for i := 1; i <= campaign.MostLines; i++ {
		name := func(field string) string { return fmt.Sprintf("line-%d-%s", i, field) }
		l := campaign.Line{Name: r.Form.Value(name("name")), Rule: r.Form.Value(name("rule")), AtOnce: r.Form.Value(name("at_once")) != "", Note: r.Form.Value(name("note"))}
		if l.Name == "" && l.Rule == "" {
			continue
		}
		for field, into := range map[string]*int{"rounds": &l.Rounds, "every_min": &l.EveryMin, "every_max": &l.EveryMax} {
			if n, ok := whole(r.Form.Value(name(field))); ok {
				*into = n
			} else {
				bad.At(name(field), "input.number", "Text", r.Form.Value(name(field)))
			}
		}
		out, at = append(out, l), append(at, i)
	}
	return out, at, bad.OrNil()
}

// whole reads a number of a few digits; nothing is 0.
func whole(text string) (n int, ok bool) {
	for _, c := range text {
		if c < '0' || c > '9' || n > 9999 {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// together is one fault of two readings of a form.
func together(a, b error) error {
	var x, y *fault.Fault
	if errors.As(a, &x) && errors.As(b, &y) {
		x.Fields = append(x.Fields, y.Fields...)
		return x
	}
	return errors.Join(a, b)
}

// placed puts what is wrong with a line at its number in the form.
func placed(err error, at []int) error {
	var f *fault.Fault
	if !errors.As(err, &f) {
		return err
	}
	for i := range f.Fields {
		var n int
		var field string
		if _, bad := fmt.Sscanf(f.Fields[i].Name, "line-%d-%s", &n, &field); bad == nil && n >= 1 && n <= len(at) {
			f.Fields[i].Name = strings.Join([]string{"line", fmt.Sprint(at[n-1]), field}, "-")
		}
	}
	return f
}

// end closes a campaign.
func (p Parts) end(r *web.Request) error {
	c, err := p.Campaigns.Close(r.Context(), r.By, campaign.CloseInput{Key: r.Key(), ID: r.Path("id")})
	if err != nil {
		return err
	}
	return r.Redirect("/xet-nghiem/"+c.ID, "campaignpage.closed", "Title", c.Title)
}
