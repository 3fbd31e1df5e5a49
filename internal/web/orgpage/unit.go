package orgpage

import (
	"io"

	"phaodai/internal/auth"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/sheet"
	"phaodai/internal/web"
)

type listPage struct {
	Words    string
	Top      org.Unit // without ID at the top of the country
	Above    []org.Unit
	Units    []org.Unit
	Offices  []org.Office
	People   []org.PersonView
	Next     string
	Searched bool
	Base     string // address of a unit's page
}

// list searches, or shows the tree from the unit of the reader's post.
func (p pages) list(r *web.Request) error { return p.tree(r, "/don-vi/", "org/list") }

func (p pages) tree(r *web.Request, base, name string) error {
	page := listPage{Words: r.Query("q"), Searched: r.Query("q") != "", Base: base}
	if page.Searched {
		units, err := p.units.FindUnits(r.Context(), r.By, org.Find{Words: page.Words, After: r.After(), Limit: 30})
		if err != nil {
			return err
		}
		offices, err := p.units.FindOffices(r.Context(), r.By, org.Find{Words: page.Words, Limit: 30})
		if err != nil {
			return err
		}
		people, err := p.units.FindPeople(r.Context(), r.By, org.Find{Words: page.Words, Limit: 15})
		if err != nil {
			return err
		}
		page.Units, page.Next, page.Offices, page.People = units.Rows, units.Next, offices.Rows, people.Rows
		return r.Render(name, page)
	}
	id := r.Query("tu")
	if id == "" && r.By.UnitPath != "" {
		id = lastOf(r.By.UnitPath)
	}
	if id == "tren" {
		id = ""
	}
	if id != "" {
		v, err := p.units.Unit(r.Context(), r.By, id, 0)
		if err != nil {
			return err
		}
		if format := r.Export(); format != "" {
			return p.exportSeats(r, v.Unit, sheet.Format(format))
		}
		page.Top, page.Above, page.Units = v.Unit, v.Above, v.Parts
		return r.Render(name, page)
	}
	var err error
	page.Units, err = p.units.Tree(r.Context(), r.By, "", 0)
	if err != nil {
		return err
	}
	return r.Render(name, page)
}

// lastOf is the id of the unit with a path.
func lastOf(path string) string {
	up := org.ParentPath(path)
	if len(path) <= len(up) {
		return ""
	}
	return path[len(up) : len(path)-1]
}

type unitPage struct {
	org.UnitView
	Lines     []line
	Past      bool // looked at at another moment
	Committee map[string]bool
	MayManage bool
}

// line is the offices of one chain of command.
type line struct {
	Key     string
	Offices []org.OfficeView
}

func (p pages) unit(r *web.Request) error {
	v, err := p.units.Unit(r.Context(), r.By, r.Path("id"), moment(r))
	if err != nil {
		return err
	}
	if format := r.Export(); format != "" {
		return p.exportSeats(r, v.Unit, sheet.Format(format))
	}
	page := unitPage{UnitView: v, Past: v.At != r.Now(), Committee: map[string]bool{},
		MayManage: r.By.Can(auth.OrgManage, v.Unit.Path, auth.Internal)}
	for _, l := range org.Lines() {
		group := line{Key: "org.line." + string(l)}
		for _, o := range v.Offices {
			if o.Office.Line == l {
				group.Offices = append(group.Offices, o)
			}
			page.Committee[o.Office.ID] = o.Office.Kind == org.Committee || o.Office.Kind == org.CommandCentre
		}
		if len(group.Offices) > 0 {
			page.Lines = append(page.Lines, group)
		}
	}
	return r.Render("org/unit", page)
}

// exportSeats sends the posts of a unit and everything below it.
func (p pages) exportSeats(r *web.Request, u org.Unit, format sheet.Format) error {
	seats, err := p.units.Seats(r.Context(), r.By, u.Path, true)
	if err != nil {
		return err
	}
	columns := []sheet.Column{
		{Title: r.T("org.office"), Width: 44}, {Title: r.T("org.line"), Width: 12}, {Title: r.T("org.post"), Width: 30},
		{Title: r.T("org.holder"), Width: 26}, {Title: r.T("org.phone"), Width: 14}, {Title: r.T("org.held_from"), Kind: sheet.Date},
	}
	return r.Download(u.Name+"."+string(format), format.MIME(), func(w io.Writer) error {
		out, err := sheet.NewWriter(w, format, r.T("org.posts"), instant.Vietnam(), columns...)
		if err != nil {
			return err
		}
		for _, s := range seats {
			var from any
			if !s.Holder.Vacant() {
				from = s.Holder.Holding.From
			}
			err := out.Row(s.Office.Name, r.T("org.line."+string(s.Office.Line)), s.Holder.Post.Title, s.Holder.Person.Name, s.Holder.Person.Phone, from)
			if err != nil {
				return err
			}
		}
		return out.Close()
	})
}
