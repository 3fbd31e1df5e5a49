package orgpage

import (
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/web"
)

// manage adds the pages with which an administrator keeps the organisation.
func (p pages) manage(k *web.Kit) {
	const base = "/quan-tri/don-vi"
	k.Page(base, auth.OrgManage, func(r *web.Request) error { return p.tree(r, base+"/", "org/managelist") })
	k.Page(base+"/{id}", auth.OrgManage, p.manageUnit)
	k.Form(base+"/{id}/ten", auth.OrgManage, p.renameUnit, p.manageUnit)
	k.Form(base+"/{id}/them", auth.OrgManage, p.addUnit, p.manageUnit)
	k.Form(base+"/{id}/co-quan", auth.OrgManage, p.addOffice, p.manageUnit)
	k.Page("/quan-tri/co-quan/{id}", auth.OrgManage, p.manageOffice)
	k.Form("/quan-tri/co-quan/{id}/ten", auth.OrgManage, p.renameOffice, p.manageOffice)
	k.Form("/quan-tri/co-quan/{id}/chuc-danh", auth.OrgManage, p.addPost, p.manageOffice)
	k.Page("/quan-tri/chuc-danh/{id}", auth.OrgManage, p.managePost)
	k.Form("/quan-tri/chuc-danh/{id}/sua", auth.OrgManage, p.changePost, p.managePost)
	k.Form("/quan-tri/chuc-danh/{id}/nguoi", auth.OrgManage, p.appoint, p.managePost)
	k.Form("/quan-tri/chuc-danh/{id}/dia-ban", auth.OrgManage, p.assign, p.managePost)
	k.Form("/quan-tri/chuc-danh/{id}/thoi-phu-trach", auth.OrgManage, p.endResponsibility, p.managePost)
	k.Page("/quan-tri/can-bo/{id}", auth.OrgManage, p.managePerson)
	k.Form("/quan-tri/can-bo/{id}/sua", auth.OrgManage, p.changePerson, p.managePerson)
	p.ending(k)
}

// keeps lets the forms of a unit be seen only by who may send them: whoever
// wants to know the unit has its own page.
func keeps(r *web.Request, unitPaths ...string) error {
	for _, path := range unitPaths {
		if r.By.Can(auth.OrgManage, path, auth.Internal) {
			return nil
		}
	}
	return r.By.Require(auth.OrgManage, "", auth.Internal)
}

type unitForm struct {
	org.UnitView
	Tiers, Kinds, Lines []web.Choice
}

func (p pages) manageUnit(r *web.Request) error {
	v, err := p.units.Unit(r.Context(), r.By, r.Path("id"), 0)
	if err != nil {
		return err
	}
	if err := keeps(r, v.Unit.Path); err != nil {
		return err
	}
	tiers, err := p.units.Tiers(r.Context(), r.By)
	if err != nil {
		return err
	}
	page := unitForm{UnitView: v, Kinds: kindChoices(r), Lines: lineChoices(r)}
	for _, t := range tiers {
		text := t.Vi
		if r.Lang == "en" {
			text = t.En
		}
		page.Tiers = append(page.Tiers, web.Choice{Value: t.Code, Text: text})
	}
	return r.Render("org/manageunit", page)
}

func kindChoices(r *web.Request) (out []web.Choice) {
	for _, k := range org.Kinds() {
		out = append(out, web.Choice{Value: string(k), Text: r.T("org.kind." + string(k))})
	}
	return out
}

func lineChoices(r *web.Request) (out []web.Choice) {
	for _, l := range org.Lines() {
		out = append(out, web.Choice{Value: string(l), Text: r.T("org.line." + string(l))})
	}
	return out
}

func (p pages) renameUnit(r *web.Request) error {
	var in struct {
		Version int64          `form:"version"`
		Name    string         `form:"name"`
		At      instant.Micros `form:"at"`
		Decree  string         `form:"decree"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.units.RenameUnit(r.Context(), r.By, org.RenameUnitInput{
		Key: r.Key(), Version: in.Version, ID: r.Path("id"), Name: in.Name, At: in.At, Decree: in.Decree})
	return p.back(r, "/quan-tri/don-vi/"+r.Path("id"), err)
}

// back ends a form: to a page with "saved", or with the fault.
func (p pages) back(r *web.Request, path string, err error) error {
	if err != nil {
		return err
	}
	return r.Redirect(path, "org.saved")
}

func (p pages) addUnit(r *web.Request) error {
	var in struct {
		Code   string         `form:"code"`
		Tier   string         `form:"tier"`
		Name   string         `form:"new_name"`
		From   instant.Micros `form:"new_from"`
		Decree string         `form:"new_decree"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.units.AddUnit(r.Context(), r.By, org.UnitInput{
		Key: r.Key(), Parent: r.Path("id"), Code: in.Code, Tier: in.Tier, Name: in.Name, From: in.From, Decree: in.Decree})
	return p.back(r, "/quan-tri/don-vi/"+r.Path("id"), named(err, "name", "new_name"))
}

// named moves a message to the field by which a form calls it.
func named(err error, from, to string) error {
	if f, ok := err.(*fault.Fault); ok {
		for i := range f.Fields {
			if f.Fields[i].Name == from {
				f.Fields[i].Name = to
			}
		}
	}
	return err
}

type officeFields struct {
	Version   int64  `form:"version"`
	Kind      string `form:"office_kind"`
	Line      string `form:"line"`
	Name      string `form:"office_name"`
	ShortName string `form:"short_name"`
	Aliases   string `form:"aliases"`
	Superior  string `form:"superior"`
}

func (f officeFields) aliases() (out []string) {
	for line := range strings.Lines(f.Aliases) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func (p pages) addOffice(r *web.Request) error {
	var in officeFields
	if err := r.Read(&in); err != nil {
		return err
	}
	done, err := p.units.AddOffice(r.Context(), r.By, org.OfficeInput{Key: r.Key(), Unit: r.Path("id"), Kind: org.Kind(in.Kind),
		Line: org.Line(in.Line), Name: in.Name, ShortName: in.ShortName, Aliases: in.aliases()})
	return p.back(r, "/quan-tri/co-quan/"+done.ID, named(named(err, "name", "office_name"), "kind", "office_kind"))
}

type officeForm struct {
	org.OfficeView
	Superiors []web.Choice
	Roles     []web.Choice
	Levels    []web.Choice
	Deputies  []web.Choice
}

func (p pages) manageOffice(r *web.Request) error {
	v, err := p.units.Office(r.Context(), r.By, r.Path("id"), 0)
	if err != nil {
		return err
	}
	if err := keeps(r, v.Office.UnitPath); err != nil {
		return err
	}
	page := officeForm{OfficeView: v, Roles: roleChoices(r), Levels: levelChoices(r)}
	page.Superiors = []web.Choice{{Text: r.T("org.superior_by_rule")}}
	found, err := p.units.FindOffices(r.Context(), r.By, org.Find{Under: v.Office.UnitPath, Limit: 200})
	if err != nil {
		return err
	}
	for _, o := range found.Rows {
		if o.UnitPath == v.Office.UnitPath && o.ID != v.Office.ID {
			page.Superiors = append(page.Superiors, web.Choice{Value: o.ID, Text: o.Name})
		}
	}
	page.Deputies = []web.Choice{{Text: r.T("org.deputises_nobody")}}
	for _, h := range v.Holders {
		page.Deputies = append(page.Deputies, web.Choice{Value: h.Post.ID, Text: h.Post.Title})
	}
	return r.Render("org/manageoffice", page)
}

func roleChoices(r *web.Request) (out []web.Choice) {
	for _, role := range auth.Roles() {
		if role != "system" {
			out = append(out, web.Choice{Value: string(role), Text: r.T("org.role." + string(role))})
		}
	}
	return out
}

func levelChoices(r *web.Request) (out []web.Choice) {
	for i, key := range []string{"org.level.open", "org.level.internal", "org.level.personal", "org.level.restricted"} {
		out = append(out, web.Choice{Value: string(rune('0' + i)), Text: r.T(key)})
	}
	return out
}

func (p pages) renameOffice(r *web.Request) error {
	var in officeFields
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.units.RenameOffice(r.Context(), r.By, org.RenameOfficeInput{Key: r.Key(), Version: in.Version, ID: r.Path("id"),
		Name: in.Name, ShortName: in.ShortName, Aliases: in.aliases(), Superior: in.Superior})
	return p.back(r, "/quan-tri/co-quan/"+r.Path("id"), named(err, "name", "office_name"))
}
