package fieldpage

import (
	"io"
	"net/url"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/fieldwork"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/web"
)

func (p Parts) papersOf(k *web.Kit) {
	k.Page("/dien-thoai/giay", auth.FieldManage, p.papers)
	k.Form("/dien-thoai/giay", auth.FieldManage, p.makePaper, p.papers)
	k.Page("/dien-thoai/giay/{id}", auth.FieldManage, p.paper)
	k.Page("/dien-thoai/giay/{id}/nhap", auth.FieldManage, p.entry)
	k.Form("/dien-thoai/giay/{id}/nhap", auth.FieldManage, p.enterPaper, p.entry, web.Body(fieldwork.MostSheet+1<<20))
	k.Form("/dien-thoai/giay/{id}/bo/{visit}", auth.FieldManage, p.dropPaper, p.entry)
}

// papersPage is the printed lists of a ward.
type papersPage struct {
	Ward   org.Unit
	Wards  []web.Choice
	Each   int
	Parts  []web.Choice
	Papers []fieldwork.PaperList
}

func (p Parts) papers(r *web.Request) error {
	var page papersPage
	found, err := p.wardOf(r, auth.FieldManage, &page.Ward, &page.Wards)
	if err != nil || !found {
		return p.render(r, "field/papers", page, err)
	}
	page.Each = each(r)
	if page.Parts, err = p.choose(r, page.Ward.Path, page.Each); err != nil {
		return err
	}
	page.Papers, err = p.Field.Papers(r.Context(), r.By, page.Ward.Path)
	return p.render(r, "field/papers", page, err)
}

func (p Parts) makePaper(r *web.Request) error {
	parts, err := fieldwork.ParseParts(r.Form.Values("areas"))
	if err != nil {
		return err
	}
	x, err := p.Field.GivePaper(r.Context(), r.By, fieldwork.PassInput{Unit: r.Form.Value("phuong"), Desk: r.Form.Value("desk"), Parts: parts})
	if err != nil {
		return err
	}
	return r.Redirect("/dien-thoai/giay/"+x.ID, "fieldpage.paper_made")
}

// paperPage is a printed list, to print or to enter.
type paperPage struct {
	fieldwork.PaperList
	Ward     org.Unit
	Outcomes []fieldwork.Outcome
	Signs    []string
	Entry    rowQR  // of the page where the list is entered
	Scanned  string // household whose code was scanned
	Asked    string // what was scanned
	Walker   string // of the rows entered last, for those that follow
	When     string
}

// rowQR is a code as one path, with the number of modules along its side.
type rowQR struct {
	Path string
	Size int
}

// QR is the code of a household on paper: its number on the ward's list, else its
// identifier.
func (p paperPage) QR(h fieldwork.PaperHome) (q rowQR) {
	q.Path, q.Size = web.QRPath(codeOf(h))
	return q
}

// Ticked tells whether a value was sent in a form that came back.
func (p paperPage) Ticked(form *web.FormState, name, value string) bool {
	return slices.Contains(form.Values(name), value)
}

func codeOf(h fieldwork.PaperHome) string {
	if h.Code != "" {
		return h.Code
	}
	return h.ID
}

func (p Parts) paperOf(r *web.Request) (page paperPage, err error) {
	page.Outcomes, page.Signs = fieldwork.Outcomes(), []string{"cough", "fever", "breathless", "other"}
	if page.PaperList, err = p.Field.Paper(r.Context(), r.By, r.Path("id")); err != nil {
		return page, err
	}
	w, err := p.People.Ward(r.Context(), r.By, page.Pass.Unit)
	page.Ward = w.Unit
	return page, err
}

func (p Parts) paper(r *web.Request) error {
	page, err := p.paperOf(r)
	page.Entry.Path, page.Entry.Size = web.QRPath(r.Address("/dien-thoai/giay/" + page.Pass.ID + "/nhap"))
	return p.render(r, "field/paper-print", page, err)
}

// entry is where somebody enters a list; a scanned code leads to its row.
func (p Parts) entry(r *web.Request) error {
	page, err := p.paperOf(r)
	if err != nil {
		return err
	}
	page.Asked, page.Walker, page.When = r.Query("ho"), r.Query("nguoi"), r.Query("luc")
	if page.Walker == "" {
		page.Walker = page.Pass.Desk
	}
	for _, h := range page.Homes {
		if page.Asked != "" && strings.EqualFold(codeOf(h), page.Asked) {
			page.Scanned = h.ID
		}
	}
	return r.Render("field/paper-enter", page)
}

func (p Parts) enterPaper(r *web.Request) error {
	var in struct {
		Walker string         `form:"walker"`
		At     instant.Micros `form:"at"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	if err := p.keepSheet(r); err != nil {
		return err
	}
	list, err := p.Field.Paper(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	out := fieldwork.PaperInput{Key: r.Key(), Pass: list.Pass.ID, Walker: in.Walker, At: in.At}
	for _, h := range list.Homes {
		if found := r.Form.Value("found-" + h.ID); found != "" {
			out.Rows = append(out.Rows, rowOf(r, h.ID, found))
		}
	}
	done, err := p.Field.EnterPaper(r.Context(), r.By, out)
	if err != nil {
		return err
	}
	next := url.Values{"nguoi": {in.Walker}, "luc": {r.Form.Value("at")}}
	return r.Redirect("/dien-thoai/giay/"+list.Pass.ID+"/nhap?"+next.Encode(), "fieldpage.paper_entered", "Entered", done.Entered, "Before", done.Before)
}

// keepSheet keeps the photograph of the list, when there is one.
func (p Parts) keepSheet(r *web.Request) error {
	for _, f := range r.Files("photo") {
		file, err := f.Open()
		if err != nil {
			return err
		}
		content, err := io.ReadAll(file)
		_ = file.Close() // read to its end
		if err == nil {
			_, err = p.Field.KeepSheet(r.Context(), r.By, r.Path("id"), content)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func rowOf(r *web.Request, id, found string) fieldwork.PaperRow {
	return fieldwork.PaperRow{
		Household: id, Found: fieldwork.Outcome(found), Note: r.Form.Value("note-" + id), Persons: r.Form.Values("who-" + id),
		Symptoms: r.Form.Values("sign-" + id), Name: r.Form.Value("name-" + id), Birth: r.Form.Value("birth-" + id),
	}
}

func (p Parts) dropPaper(r *web.Request) error {
	_, err := p.Field.DropPaper(r.Context(), r.By, fieldwork.DropInput{Key: r.Key(), Pass: r.Path("id"), Visit: r.Path("visit")})
	if err != nil {
		return err
	}
	return r.Redirect("/dien-thoai/giay/"+r.Path("id")+"/nhap", "fieldpage.paper_dropped")
}
