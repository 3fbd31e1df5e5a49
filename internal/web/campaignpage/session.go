package campaignpage

import (
	"net/url"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/campaign"
	"phaodai/internal/identity"
	"phaodai/internal/instant"
	"phaodai/internal/laboratory"
	"phaodai/internal/org"
	"phaodai/internal/sampling"
	"phaodai/internal/web"
)

// newSessionPage is the form of a session.
type newSessionPage struct {
	Campaign campaign.Campaign
	Ward     campaign.Row
	Wards    []web.Choice
	Areas    []web.Choice
	Area     string
	Kinds    []web.Choice
	Starts   instant.Micros
	Ends     instant.Micros
}

func (p Parts) newSession(r *web.Request) error {
	all, err := p.Campaigns.Progress(r.Context(), r.By, r.Path("id"), 0)
	if err != nil {
		return err
	}
	page := newSessionPage{Campaign: all.Campaign, Area: r.Query("to"), Areas: []web.Choice{{Text: r.T("fieldpage.whole_ward")}}}
	unit := asked(r, "unit", "phuong")
	for _, x := range all.Rows {
		if x.Area == "" {
			page.Wards = append(page.Wards, web.Choice{Value: x.Unit, Text: x.Name})
			if x.Unit == unit || unit == "" && page.Ward.Unit == "" {
				page.Ward = x
			}
		}
	}
	for _, x := range all.Rows {
		if x.Area != "" && x.Unit == page.Ward.Unit {
			page.Areas = append(page.Areas, web.Choice{Value: x.Area, Text: r.T("campaignpage.area_due", "Name", x.Name, "Count", x.Due)})
		}
	}
	for _, k := range sampling.SessionKinds() {
		page.Kinds = append(page.Kinds, web.Choice{Value: string(k), Text: r.T("campaignpage.kind." + string(k))})
	}
	page.Starts, page.Ends = morning(r.Now())
	return r.Render("campaign/session-new", page)
}

// morning is the next half past six, when tables open, and four hours later.
func morning(now instant.Micros) (from, to instant.Micros) {
	y, m, d := now.In(instant.Vietnam()).Date()
	at := time.Date(y, m, d, 6, 30, 0, 0, instant.Vietnam())
	if instant.Of(at) <= now {
		at = at.AddDate(0, 0, 1)
	}
	return instant.Of(at), instant.Of(at.Add(4 * time.Hour))
}

// plan makes the session and calls those who are due.
func (p Parts) plan(r *web.Request) error {
	var in struct {
		Unit        string         `form:"unit"`
		Area        string         `form:"area"`
		Kind        string         `form:"kind"`
		Place       string         `form:"place"`
		Team        string         `form:"team"`
		Starts      instant.Micros `form:"starts"`
		Ends        instant.Micros `form:"ends"`
		SlotMinutes int            `form:"slot_minutes"`
		SlotPeople  int            `form:"slot_people"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	x, err := p.Campaigns.Plan(r.Context(), r.By, campaign.PlanInput{
		Key: r.Key(), Campaign: r.Path("id"), Unit: in.Unit, Area: in.Area, Kind: sampling.SessionKind(in.Kind), Place: in.Place, Team: in.Team,
		Starts: in.Starts, Ends: in.Ends, SlotMinutes: in.SlotMinutes, SlotPeople: in.SlotPeople,
	})
	if err != nil {
		return err
	}
	return p.call(r, x)
}

// call calls those who are due to a session and tells what it came to.
func (p Parts) call(r *web.Request, x sampling.Session) error {
	out, err := p.Campaigns.Invite(r.Context(), r.By, campaign.InviteInput{Key: r.Key() + "/invite", Session: x.ID}) // beside the plan
	if err != nil {
		return err
	}
	key := "campaignpage.invited"
	if out.NoRoom > 0 {
		key = "campaignpage.invited_no_room"
	}
	return r.Redirect("/xet-nghiem/"+x.Campaign+"/buoi/"+x.ID, key, "Count", out.People, "Left", out.NoRoom)
}

func (p Parts) invite(r *web.Request) error {
	return p.call(r, sampling.Session{ID: r.Path("session"), Campaign: r.Path("id")})
}

// sessionPage is a session with who is called, its tubes and the way to the
// laboratory.
type sessionPage struct {
	campaign.GuestList
	View         sampling.SessionView
	Rows         []guestRow // of the slot that is shown
	Slots        []slotChoice
	Slot         string // chosen; "" the whole list, as it is printed
	Print        bool
	Came, Absent int
	Ready        []sampling.Tube // that may go into a box
	Laboratories []org.Office
	Labels       int // proposed
	Lines        map[int]campaign.Line
	MayManage    bool
	MaySend      bool
}

// guestRow is somebody on the list with his code as a picture, made where the
// list is printed.
type guestRow struct {
	campaign.Guest
	First  bool // of a slot
	QR     string
	QRSize int
}

// slotChoice is a slot with how many of it have not come yet.
type slotChoice struct {
	Value  string
	At     instant.Micros
	People int
	Wait   int
}

// Born is a day of birth as people write it.
func (sessionPage) Born(text string) string { return identity.WrittenBirth(text) }

// Boxes are the laboratories as choices.
func (p sessionPage) Boxes() (out []web.Choice) {
	for _, o := range p.Laboratories {
		out = append(out, web.Choice{Value: o.ID, Text: o.Name})
	}
	return out
}

// Reads tells whether the reader gives out what tubes of this session show.
func (p sessionPage) Reads() bool { return p.MaySend && p.Session.Method == sampling.Rapid }

// Results are what a test can show.
func (sessionPage) Results() []string {
	return []string{string(sampling.Negative), string(sampling.Positive), string(sampling.Invalid)}
}

// Codes are the tubes that may be sent as choices.
func (p sessionPage) Codes() (out []web.Choice) {
	for _, t := range p.Ready {
		out = append(out, web.Choice{Value: t.Code, Text: t.Code})
	}
	return out
}

// Chosen are all of them: leaving one out is the exception.
func (p sessionPage) Chosen() (out []string) {
	for _, t := range p.Ready {
		out = append(out, t.Code)
	}
	return out
}

func (p Parts) session(r *web.Request) error {
	page, err := p.sessionPage(r)
	if err != nil {
		return err
	}
	return r.Render("campaign/session", page)
}

func (p Parts) sessionPage(r *web.Request) (page sessionPage, err error) {
	if page.GuestList, err = p.Campaigns.Guests(r.Context(), r.By, r.Path("session")); err != nil {
		return page, err
	}
	if page.View, err = p.Sampling.SessionView(r.Context(), r.By, r.Path("session")); err != nil {
		return page, err
	}
	path := page.Session.UnitPath
	page.MayManage = r.By.Can(auth.CampaignManage, path, auth.Personal)
	page.MaySend = r.By.Can(auth.SampleTake, path, auth.Personal)
	page.Lines = map[int]campaign.Line{}
	for _, l := range page.Campaign.Lines {
		page.Lines[l.Position] = l
	}
	page.count(r)
	page.rows()
	for _, t := range page.View.Tubes {
		if t.State == sampling.Filling || t.State == sampling.Closed {
			page.Ready = append(page.Ready, t)
		}
	}
	if page.MaySend && len(page.Ready) > 0 {
		page.Laboratories, err = p.Sampling.Laboratories(r.Context(), r.By)
	}
	return page, err
}

// wholeList asks for the list without slots.
const wholeList = "ca-buoi"

// count counts the list by slot, and chooses the slot that is now.
func (p *sessionPage) count(r *web.Request) {
	p.Print = r.Query("in") != ""
	for _, g := range p.Guests {
		if n := len(p.Slots); n == 0 || p.Slots[n-1].At != g.Slot {
			p.Slots = append(p.Slots, slotChoice{Value: r.Format().Clock(g.Slot), At: g.Slot})
			if p.Slot == "" || g.Slot <= r.Now() {
				p.Slot = r.Format().Clock(g.Slot)
			}
		}
		x := &p.Slots[len(p.Slots)-1]
		x.People++
		switch g.Done {
		case sampling.Sampled:
			p.Came++
		case "":
			x.Wait++
		default:
			p.Absent++
		}
	}
	if asked := r.Query("luot"); asked != "" {
		p.Slot = asked
	}
	if p.Print || p.Slot == wholeList {
		p.Slot = ""
	}
	most := max(p.Session.PoolMax, 1)
	p.Labels = (len(p.Guests)+most-1)/most + 2 // two to spare
}

// rows are the people of the slot, with pictures of their codes for the paper.
func (p *sessionPage) rows() {
	at := map[instant.Micros]string{}
	for _, x := range p.Slots {
		at[x.At] = x.Value
	}
	var slot instant.Micros
	for _, g := range p.Guests {
		if p.Slot != "" && at[g.Slot] != p.Slot {
			continue
		}
		row := guestRow{Guest: g, First: g.Slot != slot}
		slot = g.Slot
		if p.Print {
			row.QR, row.QRSize = web.QRPath(g.Resident)
		}
		p.Rows = append(p.Rows, row)
	}
}

func (p Parts) endSession(r *web.Request) error {
	x, err := p.Sampling.EndSession(r.Context(), r.By, sampling.EndInput{Key: r.Key(), ID: r.Path("session"), Cancel: r.Form.Value("cancel") != ""})
	if err != nil {
		return err
	}
	return r.Redirect("/xet-nghiem/"+x.Campaign+"/buoi/"+x.ID, "campaignpage.session_"+string(x.State))
}

// send sends a box of tubes.
func (p Parts) send(r *web.Request) error {
	var in struct {
		Code       string         `form:"code"`
		Laboratory string         `form:"laboratory"`
		Tubes      []string       `form:"tubes"`
		Carrier    string         `form:"carrier"`
		Expected   instant.Micros `form:"expected"`
		Unit       string         `form:"unit"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	x, err := p.Sampling.Send(r.Context(), r.By, sampling.SendInput{
		Key: r.Key(), Code: in.Code, Unit: in.Unit, Laboratory: in.Laboratory, Tubes: in.Tubes, Carrier: in.Carrier, ExpectedAt: in.Expected,
	})
	if err != nil {
		return err
	}
	return r.Redirect("/thung/"+url.PathEscape(x.Code), "campaignpage.sent", "Box", x.Code, "Count", x.Tubes)
}

// read gives out what a rapid test shows.
func (p Parts) read(r *web.Request) error {
	var in struct {
		Tube     string `form:"tube"`
		Result   string `form:"result"`
		Reason   string `form:"reason"`
		Corrects bool   `form:"corrects"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	e, err := p.Lab.Read(r.Context(), r.By, laboratory.ReadInput{Key: r.Key(), Tube: in.Tube, Result: sampling.Result(in.Result), Corrects: in.Corrects, Reason: in.Reason})
	if err != nil {
		return err
	}
	key := "campaignpage.read"
	if len(e.Resample) > 0 && e.Tube.Result == sampling.Positive {
		key = "campaignpage.read_positive"
	}
	return r.Redirect("/xet-nghiem/"+r.Path("id")+"/buoi/"+r.Path("session"), key, "Tube", e.Tube.Code)
}
