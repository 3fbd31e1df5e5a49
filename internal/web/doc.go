// Package web is the kit of the pages: frame, navigation, forms, faults,
// downloads and live refresh. The pages of a capability live in a sub-package
// (orgpage, directivepage, taskpage, adminpage) and are an Area.
//
// Guarantees: a route names exactly one right and is refused without it; a POST
// from another site is refused; a body over its limit is refused; a fault of a
// capability becomes a message in the user's language, beside the field it is
// about, with everything that was typed kept; every page works without script.
//
// A page in twenty lines:
//
//	//go:embed template/*.html
//	var files embed.FS
//
//	func Pages(units *org.Service) web.Area {
//		return func(k *web.Kit) {
//			k.Templates("org", files) // template/unit.html is the page "org/unit"; template/_x.html a piece
//			show := func(r *web.Request) error {
//				unit, err := units.Unit(r.Context(), r.By, r.Path("id"))
//				if err != nil {
//					return err
//				}
//				return r.Render("org/unit", unitPage{Unit: unit})
//			}
//			k.Page("/don-vi/{id}", auth.OrgRead, show)
//			k.Form("/don-vi/{id}/ten", auth.OrgManage, func(r *web.Request) error {
//				var in struct {
//					Name string         `form:"name"`
//					From instant.Micros `form:"from"` // reads 9/9, 09-09-2021, 16h20 09/9; with field from_clock too
//				}
//				if err := r.Read(&in); err != nil {
//					return err
//				}
//				if err := units.Rename(r.Context(), r.By, org.RenameInput{Key: r.Key(), Name: in.Name, From: in.From}); err != nil {
//					return err // a fault shows the page again with the messages and what was typed
//				}
//				return r.Redirect("/don-vi/"+r.Path("id"), "org.renamed")
//			}, show)
//		}
//	}
//
// and template/unit.html:
//
//	{{define "title"}}{{.Data.Unit.Name}}{{end}}
//	{{define "main"}}
//	<h1>{{.Data.Unit.Name}}</h1>
//	{{template "problems" .}}
//	<form method="post" action="/don-vi/{{.Data.Unit.ID}}/ten">{{template "key" .}}
//		{{field $ "name" "org.name" | value .Data.Unit.Name | required | input}}
//		{{field $ "from" "org.from" | hint "input.date_hint" | input}}
//		<button class="primary">{{t "org.rename"}}</button>
//	</form>
//	{{end}}
//
// In a template "." is a View: .Data is what Render was given, the rest the
// frame (.Now, .By, .Path). Functions: t, clock, date, day, moment, full, when,
// deadline, left, duration, number, decimal, percent, size, phone, call, icon,
// badge, th, exports, more, live, copytext, pair, and for forms field with
// value, kind, hint, required, options and then input, area, choice, radios,
// check or file (and of, where a page has several forms with the same names).
// See func.go and field.go; the pieces are in template/_piece.html.
//
// Tests use the package webtest: it renders every page in both languages and
// fails when a template was never rendered.
package web
