package orgpage

import (
	"net/url"

	"phaodai/internal/auth"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/web"
)

// ending adds the pages before something ends: what it takes with it in numbers,
// who takes over, and the question whether one is sure.
func (p pages) ending(k *web.Kit) {
	for _, at := range []struct {
		path     string
		do, show web.Handler
	}{
		{"/quan-tri/don-vi/{id}/ket-thuc", p.endUnit, p.endingUnit},
		{"/quan-tri/co-quan/{id}/ket-thuc", p.endOffice, p.endingOffice},
		{"/quan-tri/chuc-danh/{id}/ket-thuc", p.endPost, p.endingPost},
		{"/quan-tri/chuc-danh/{id}/thoi-giu", p.relieve, p.relieving},
	} {
		k.Page(at.path, auth.OrgManage, at.show)
		k.Form(at.path, auth.OrgManage, at.do, at.show)
	}
}

// endingPage is the page before an ending.
type endingPage struct {
	Act, Explained string // message keys
	Name, Back     string
	Version        int64
	Holding        string // id of the holding that ends
	Counts         []count
	Tasks          bool // open tasks stay behind
	Events         []web.Choice

	// Who can take over, those beside it or found by Words.
	Picks     []web.Choice
	PickTitle string
	Several   bool
	Words     string
	Found     bool
}

// count is one number of what an ending concerns.
type count struct {
	N    int
	Key  string
	Link string
}

// weigh counts what an ending concerns; what is nought is left out.
func (p pages) weigh(r *web.Request, page *endingPage, e org.Ending) error {
	a, err := p.units.Affected(r.Context(), r.By, e)
	if err != nil {
		return err
	}
	tasks, err := p.tasks(r.Context(), r.By, a.Path, a.Office, a.Post)
	if err != nil {
		return err
	}
	for _, c := range []count{
		{a.Units, "org.ending.units", ""}, {a.Offices, "org.ending.offices", ""}, {a.Posts, "org.ending.posts", ""},
		{a.Holders, "org.ending.holders", ""}, {tasks, "org.ending.tasks", taskList(r, a)}, {a.Shifts, "org.ending.shifts", ""},
		{a.Responsibilities, "org.ending.responsibilities", ""}, {a.Members, "org.ending.members", ""},
	} {
		if c.N > 0 {
			page.Counts = append(page.Counts, c)
		}
	}
	page.Tasks = tasks > 0
	return nil
}

// taskList is where the open tasks stand, for who may read tasks. A post has no
// list of its own.
func taskList(r *web.Request, a org.Affected) string {
	q := url.Values{"chua-xong": {"1"}}
	switch {
	case !r.By.Anywhere(auth.TaskRead) || a.Post != "":
		return ""
	case a.Office != "":
		q.Set("co-quan", a.Office)
	default:
		q.Set("don-vi", a.Path)
	}
	return "/viec/tat-ca?" + q.Encode()
}

// sure refuses an ending that nobody confirmed.
func sure(r *web.Request) error {
	if r.Form.Value("sure") == "" {
		return fault.New(fault.Invalid, "input.check").At("sure", "org.ending.not_sure")
	}
	return nil
}

func (p pages) endingUnit(r *web.Request) error {
	v, err := p.units.Unit(r.Context(), r.By, r.Path("id"), 0)
	if err != nil {
		return err
	}
	page := endingPage{Act: "org.end_unit", Explained: "org.end_unit_explained", Name: v.Unit.Name, Back: "/quan-tri/don-vi/" + v.Unit.ID,
		Version: v.Unit.Version, PickTitle: "org.successors", Several: true, Words: r.Query("q")}
	if err := p.weigh(r, &page, org.Ending{Unit: v.Unit.ID}); err != nil {
		return err
	}
	for _, e := range []org.EventKind{org.Merged, org.Split, org.Moved, org.Abolished} {
		page.Events = append(page.Events, web.Choice{Value: string(e), Text: r.T("org.event." + string(e))})
	}
	if err := p.nextUnits(r, &page, v.Unit); err != nil {
		return err
	}
	return r.Render("org/ending", page)
}

// nextUnits are the units that may take over: those beside it of its tier, and
// those that were searched or chosen elsewhere.
func (p pages) nextUnits(r *web.Request, page *endingPage, u org.Unit) error {
	near, err := p.units.Tree(r.Context(), r.By, u.Parent, 0)
	if err != nil {
		return err
	}
	if page.Words != "" {
		found, err := p.units.FindUnits(r.Context(), r.By, org.Find{Words: page.Words, Limit: 30})
		if err != nil {
			return err
		}
		page.Found = len(found.Rows) > 0
		near = append(found.Rows, near...)
	}
	seen := map[string]bool{u.ID: true}
	for _, n := range near {
		if !seen[n.ID] && n.Tier == u.Tier {
			page.Picks = append(page.Picks, web.Choice{Value: n.ID, Text: n.Name})
		}
		seen[n.ID] = true
	}
	for _, id := range r.Form.Values("successors") { // of a form that came back
		if seen[id] {
			continue
		}
		if v, err := p.units.Unit(r.Context(), r.By, id, 0); err == nil {
			page.Picks = append(page.Picks, web.Choice{Value: id, Text: v.Unit.Name})
		}
	}
	return nil
}

func (p pages) endUnit(r *web.Request) error {
	var in struct {
		Version    int64          `form:"version"`
		Kind       string         `form:"kind"`
		At         instant.Micros `form:"at"`
		Successors []string       `form:"successors"`
		Decree     string         `form:"decree"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	if err := sure(r); err != nil {
		return err
	}
	_, err := p.units.EndUnit(r.Context(), r.By, org.EndUnitInput{Key: r.Key(), Version: in.Version, ID: r.Path("id"),
		Kind: org.EventKind(in.Kind), At: in.At, Successors: in.Successors, Decree: in.Decree})
	return p.back(r, "/quan-tri/don-vi/"+r.Path("id"), err)
}

func (p pages) endingOffice(r *web.Request) error {
	v, err := p.units.Office(r.Context(), r.By, r.Path("id"), 0)
	if err != nil {
		return err
	}
	page := endingPage{Act: "org.end_office", Explained: "org.end_office_explained", Name: v.Office.Name, Back: "/quan-tri/co-quan/" + v.Office.ID,
		Version: v.Office.Version, PickTitle: "org.successor", Words: r.Query("q")}
	if err := p.weigh(r, &page, org.Ending{Office: v.Office.ID}); err != nil {
		return err
	}
	if err := p.nextOffices(r, &page, v.Office); err != nil {
		return err
	}
	return r.Render("org/ending", page)
}

// nextOffices are the offices that may take over: those of the unit, and those
// that were searched or chosen elsewhere.
func (p pages) nextOffices(r *web.Request, page *endingPage, o org.Office) error {
	v, err := p.units.Unit(r.Context(), r.By, o.Unit, 0)
	if err != nil {
		return err
	}
	var near []org.Office
	if page.Words != "" {
		found, err := p.units.FindOffices(r.Context(), r.By, org.Find{Words: page.Words, Limit: 30})
		if err != nil {
			return err
		}
		page.Found, near = len(found.Rows) > 0, found.Rows
	}
	for _, n := range v.Offices {
		near = append(near, n.Office)
	}
	page.Picks = []web.Choice{{Text: r.T("org.no_successor")}}
	seen := map[string]bool{o.ID: true, "": true}
	for _, n := range near {
		if !seen[n.ID] {
			page.Picks = append(page.Picks, web.Choice{Value: n.ID, Text: n.Name})
		}
		seen[n.ID] = true
	}
	if id := r.Form.Value("successor"); !seen[id] {
		if v, err := p.units.Office(r.Context(), r.By, id, 0); err == nil {
			page.Picks = append(page.Picks, web.Choice{Value: id, Text: v.Office.Name})
		}
	}
	return nil
}

func (p pages) endOffice(r *web.Request) error {
	var in struct {
		Version   int64          `form:"version"`
		At        instant.Micros `form:"at"`
		Successor string         `form:"successor"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	if err := sure(r); err != nil {
		return err
	}
	_, err := p.units.EndOffice(r.Context(), r.By, org.EndOfficeInput{
		Key: r.Key(), Version: in.Version, ID: r.Path("id"), At: in.At, Successor: in.Successor})
	return p.back(r, "/quan-tri/co-quan/"+r.Path("id"), err)
}

func (p pages) endingPost(r *web.Request) error {
	v, err := p.units.Post(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	page := endingPage{Act: "org.end_post", Explained: "org.end_post_explained", Name: v.Post.Title + " · " + v.Office.ShortName,
		Back: "/quan-tri/chuc-danh/" + v.Post.ID, Version: v.Post.Version}
	if err := p.weigh(r, &page, org.Ending{Post: v.Post.ID}); err != nil {
		return err
	}
	return r.Render("org/ending", page)
}

func (p pages) endPost(r *web.Request) error {
	return p.endOf(r, func(f endFields) error {
		_, err := p.units.EndPost(r.Context(), r.By, f.input(r, r.Path("id")))
		return err
	})
}

// relieving is the page before a person leaves a post: ?id= is the holding.
func (p pages) relieving(r *web.Request) error {
	v, err := p.units.Post(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	id := r.Form.Value("id")
	if id == "" {
		id = r.Query("id")
	}
	page := endingPage{Act: "org.relieve", Explained: "org.relieve_explained", Back: "/quan-tri/chuc-danh/" + v.Post.ID}
	for _, h := range v.Holders {
		if h.Holding.ID == id {
			page.Holding, page.Version = id, h.Holding.Version
			page.Name = h.Person.Name + " · " + v.Post.Title + " · " + v.Office.ShortName
		}
	}
	if page.Holding == "" {
		return fault.New(fault.NotFound, "org.holding_unknown", "ID", id)
	}
	if err := p.weigh(r, &page, org.Ending{Holding: id}); err != nil {
		return err
	}
	return r.Render("org/ending", page)
}

func (p pages) relieve(r *web.Request) error {
	return p.endOf(r, func(f endFields) error {
		_, err := p.units.Relieve(r.Context(), r.By, f.input(r, f.ID))
		return err
	})
}

// endOf ends what belongs to a post, when one is sure.
func (p pages) endOf(r *web.Request, do func(endFields) error) error {
	var f endFields
	if err := r.Read(&f); err != nil {
		return err
	}
	if err := sure(r); err != nil {
		return err
	}
	return p.back(r, "/quan-tri/chuc-danh/"+r.Path("id"), do(f))
}
