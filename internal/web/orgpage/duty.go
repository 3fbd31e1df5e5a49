package orgpage

import (
	"io"
	"time"

	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/sheet"
	"phaodai/internal/web"
)

type dutyPage struct {
	From, Last instant.Micros // first and last day of the week
	Prev, Next string
	Rosters    []org.Roster
	Hotlines   []org.Hotline
	Uncovered  int // rosters with a gap in the week
	Nobody     int // rosters with nobody on duty now
	MyShifts   []org.DutyEntry
}

const dayLayout = "2006-01-02"

// weekOf is the week, from Monday, that the address names or in which now is.
func weekOf(r *web.Request) org.Period {
	at := r.Now().In(instant.Vietnam())
	if t, err := time.ParseInLocation(dayLayout, r.Query("tuan"), instant.Vietnam()); err == nil {
		at = t
	}
	y, m, d := at.Date()
	monday := time.Date(y, m, d-(int(at.Weekday())+6)%7, 0, 0, 0, 0, instant.Vietnam())
	return org.Period{From: instant.Of(monday), To: instant.Of(monday.AddDate(0, 0, 7))}
}

// duty shows who is on duty in the reader's territory, and the gaps of a week.
func (p pages) duty(r *web.Request) error {
	week := weekOf(r)
	rosters, err := p.units.Rosters(r.Context(), r.By, r.By.UnitPath, week)
	if err != nil {
		return err
	}
	if format := r.Export(); format != "" {
		return exportRosters(r, rosters, sheet.Format(format))
	}
	page := dutyPage{From: week.From, Last: week.To.Add(-24 * time.Hour), Rosters: rosters, Prev: other(week, -7), Next: other(week, 7)}
	if page.Hotlines, err = p.units.Hotlines(r.Context(), r.By, r.By.UnitPath); err != nil {
		return err
	}
	if page.MyShifts, err = p.units.MyShifts(r.Context(), r.By); err != nil {
		return err
	}
	for i := range rosters {
		rosters[i].Gaps = ahead(rosters[i].Gaps, r.Now())
		if len(rosters[i].Gaps) > 0 {
			page.Uncovered++
		}
		if len(rosters[i].Now) == 0 {
			page.Nobody++
		}
	}
	return r.Render("org/duty", page)
}

func other(week org.Period, days int) string {
	return week.From.In(instant.Vietnam()).AddDate(0, 0, days).Format(dayLayout)
}

// ahead leaves out what is over: nobody can fill it any more.
func ahead(gaps []org.Gap, now instant.Micros) (out []org.Gap) {
	for _, g := range gaps {
		if g.To > now {
			g.From = max(g.From, now)
			out = append(out, g)
		}
	}
	return out
}

type rosterPage struct {
	org.Roster
	From, Last instant.Micros // first and last day of the week
	Prev, Next string
	Days       []rosterDay
	People     []web.Choice
	MayManage  bool
	Notes      []org.DutyEntry
	Hotlines   []org.Hotline
}

type rosterDay struct {
	At      instant.Micros
	Entries []org.DutyEntry
	Gaps    []org.Gap
}

func (p pages) roster(r *web.Request) error {
	week := weekOf(r)
	office, err := p.units.Office(r.Context(), r.By, r.Path("id"), 0)
	if err != nil {
		return err
	}
	o := office.Office
	roster, err := p.units.Roster(r.Context(), r.By, o.ID, week)
	if err != nil {
		return err
	}
	if format := r.Export(); format != "" {
		return exportRosters(r, []org.Roster{roster}, sheet.Format(format))
	}
	page := rosterPage{Roster: roster, From: week.From, Last: week.To.Add(-24 * time.Hour), Prev: other(week, -7), Next: other(week, 7),
		MayManage: roster.MayKeep}
	page.Days = daysOf(week, roster)
	if page.Notes, err = p.units.LastNotes(r.Context(), r.By, o.ID, 3); err != nil {
		return err
	}
	if page.Hotlines, err = p.units.Hotlines(r.Context(), r.By, o.UnitPath); err != nil {
		return err
	}
	page.Hotlines = ofOffice(page.Hotlines, o.ID)
	if page.MayManage {
		seats, err := p.units.Seats(r.Context(), r.By, o.UnitPath, false)
		if err != nil {
			return err
		}
		page.People, _ = choices(r, seats)
	}
	return r.Render("org/roster", page)
}

func ofOffice(lines []org.Hotline, office string) (out []org.Hotline) {
	for _, h := range lines {
		if h.Office == office {
			out = append(out, h)
		}
	}
	return out
}

// daysOf puts shifts and gaps under the day on which they begin.
func daysOf(week org.Period, roster org.Roster) (days []rosterDay) {
	for at := week.From; at < week.To; at = at.Add(24 * time.Hour) {
		day := rosterDay{At: at}
		p := org.Period{From: at, To: at.Add(24 * time.Hour)}
		for _, e := range roster.Entries {
			if p.Holds(max(e.Shift.From, week.From)) {
				day.Entries = append(day.Entries, e)
			}
		}
		for _, g := range roster.Gaps {
			if p.Holds(g.From) {
				day.Gaps = append(day.Gaps, g)
			}
		}
		days = append(days, day)
	}
	return days
}

func exportRosters(r *web.Request, rosters []org.Roster, format sheet.Format) error {
	columns := []sheet.Column{
		{Title: r.T("org.office"), Width: 44}, {Title: r.T("org.from"), Kind: sheet.Moment}, {Title: r.T("org.to"), Kind: sheet.Moment},
		{Title: r.T("org.on_duty"), Width: 26}, {Title: r.T("org.phone"), Width: 14}, {Title: r.T("org.checked_in"), Kind: sheet.Moment},
		{Title: r.T("org.note"), Width: 60},
	}
	return r.Download(r.T("org.roster_file")+"."+string(format), format.MIME(), func(w io.Writer) error {
		out, err := sheet.NewWriter(w, format, r.T("org.roster"), instant.Vietnam(), columns...)
		if err != nil {
			return err
		}
		for _, roster := range rosters {
			for _, e := range roster.Entries {
				var checked any
				if e.Shift.CheckedInAt != 0 {
					checked = e.Shift.CheckedInAt
				}
				if err := out.Row(roster.Office.Name, e.Shift.From, e.Shift.To, e.Person.Name, e.Phone, checked, e.Shift.HandNote); err != nil {
					return err
				}
			}
			for _, g := range roster.Gaps {
				if err := out.Row(roster.Office.Name, g.From, g.To, r.T("org.nobody_on_duty"), "", nil, ""); err != nil {
					return err
				}
			}
		}
		return out.Close()
	})
}

func (p pages) planShift(r *web.Request) error {
	var in struct {
		Person string         `form:"person"`
		Phone  string         `form:"phone"`
		From   instant.Micros `form:"from"`
		To     instant.Micros `form:"to"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.units.PlanShift(r.Context(), r.By, org.ShiftInput{
		Key: r.Key(), Office: r.Path("id"), Person: in.Person, Phone: in.Phone, From: in.From, To: in.To})
	if err != nil {
		return err
	}
	return r.Redirect(address("/truc-ban/co-quan/"+r.Path("id"), "tuan", in.From.In(instant.Vietnam()).Format(dayLayout)), "org.shift_planned")
}

func (p pages) addHotline(r *web.Request) error {
	var in struct {
		Number string `form:"number"`
		Label  string `form:"label"`
		Public bool   `form:"public"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.units.AddHotline(r.Context(), r.By, org.HotlineInput{
		Key: r.Key(), Office: r.Path("id"), Number: in.Number, Label: in.Label, Public: in.Public, Rank: 5})
	if err != nil {
		return err
	}
	return r.Redirect("/truc-ban/co-quan/"+r.Path("id"), "org.saved")
}

func (p pages) testHotline(r *web.Request) error {
	var in struct {
		Version  int64 `form:"version"`
		Answered bool  `form:"answered"`
		Remove   bool  `form:"remove"`
	}
	err := r.Read(&in)
	switch {
	case err != nil:
	case in.Remove:
		_, err = p.units.RemoveHotline(r.Context(), r.By, org.EndInput{Key: r.Key(), Version: in.Version, ID: r.Path("id")})
	default:
		_, err = p.units.TestHotline(r.Context(), r.By, org.TestInput{Key: r.Key(), Version: in.Version, ID: r.Path("id"), Answered: in.Answered})
	}
	if err != nil {
		return err
	}
	return r.Redirect(r.Back("/truc-ban"), "org.saved")
}

type handOverPage struct {
	Current  *org.DutyEntry // the shift that runs, or can be taken over now
	Upcoming []org.DutyEntry
	Past     []org.DutyEntry // of the last day
	Notes    []org.DutyEntry // of those before me
}

// handOver is the page of somebody on duty: take over, read what the last one
// wrote, write for the next.
func (p pages) handOver(r *web.Request) error {
	shifts, err := p.units.MyShifts(r.Context(), r.By)
	if err != nil {
		return err
	}
	var page handOverPage
	now := r.Now()
	for i, e := range shifts {
		switch {
		case e.Shift.To <= now:
			page.Past = append(page.Past, e)
		case e.Shift.From.Add(-time.Hour) <= now && page.Current == nil:
			page.Current = &shifts[i]
		default:
			page.Upcoming = append(page.Upcoming, e)
		}
	}
	if page.Current != nil {
		page.Notes, err = p.units.LastNotes(r.Context(), r.By, page.Current.Shift.Office, 3)
		if err != nil {
			return err
		}
	}
	return r.Render("org/handover", page)
}

func (p pages) checkIn(r *web.Request) error {
	var in struct {
		Version int64  `form:"version"`
		Place   string `form:"place"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.units.CheckIn(r.Context(), r.By, org.CheckInInput{Key: r.Key(), Version: in.Version, ID: r.Path("id"), Place: in.Place})
	if err != nil {
		return err
	}
	return r.Redirect(r.Back("/truc-ban/ban-giao"), "org.checked")
}

func (p pages) writeNote(r *web.Request) error {
	var in struct {
		Version int64  `form:"version"`
		Note    string `form:"note"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.units.HandOver(r.Context(), r.By, org.HandOverInput{Key: r.Key(), Version: in.Version, ID: r.Path("id"), Note: in.Note})
	if err != nil {
		return err
	}
	return r.Redirect("/truc-ban/ban-giao", "org.handed_over")
}

func (p pages) cancelShift(r *web.Request) error {
	var in struct {
		Version int64 `form:"version"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	if _, err := p.units.CancelShift(r.Context(), r.By, org.EndInput{Key: r.Key(), Version: in.Version, ID: r.Path("id")}); err != nil {
		return err
	}
	return r.Redirect(r.Back("/truc-ban"), "org.shift_cancelled")
}
