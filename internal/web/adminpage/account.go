package adminpage

import (
	"io"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/sheet"
	"phaodai/internal/web"
)

const pageSize = 50

type accountsPage struct {
	Words    string
	Accounts []auth.Account
	Next     string
}

func (p Parts) accounts(r *web.Request) error {
	f := auth.AccountFilter{Query: r.Query("tim"), After: r.After(), Limit: pageSize}
	if format := r.Export(); format != "" {
		return p.exportAccounts(r, f, sheet.Format(format))
	}
	list, err := p.Accounts.Accounts(r.Context(), r.By, f)
	if err != nil {
		return err
	}
	page := accountsPage{Words: f.Query, Accounts: list}
	if len(list) == pageSize {
		page.Next = list[len(list)-1].Login
	}
	return r.Render("admin/accounts", page)
}

var mediaTypes = map[sheet.Format]string{
	sheet.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	sheet.CSV:  "text/csv; charset=utf-8",
}

func (p Parts) exportAccounts(r *web.Request, f auth.AccountFilter, format sheet.Format) error {
	columns := []sheet.Column{
		{Title: r.T("auth.login")}, {Title: r.T("admin.name"), Width: 30}, {Title: r.T("admin.role")},
		{Title: r.T("admin.unit_path"), Width: 24}, {Title: r.T("admin.state")}, {Title: r.T("admin.seen"), Kind: sheet.Moment},
	}
	f.After, f.Limit = "", 200
	return r.Download(r.T("admin.accounts_file")+"."+string(format), mediaTypes[format], func(w io.Writer) error {
		out, err := sheet.NewWriter(w, format, r.T("nav.accounts"), instant.Vietnam(), columns...)
		if err != nil {
			return err
		}
		for {
			list, err := p.Accounts.Accounts(r.Context(), r.By, f)
			if err != nil {
				return err
			}
			for _, a := range list {
				if err := out.Row(a.Login, a.Name, roleName(r, a.Role), a.UnitPath, r.T(stateKey(a)), a.SeenAt); err != nil {
					return err
				}
				f.After = a.Login
			}
			if len(list) < f.Limit {
				return out.Close()
			}
		}
	})
}

func stateKey(a auth.Account) string {
	switch {
	case a.Disabled:
		return "admin.state_disabled"
	case a.MustChange:
		return "admin.state_must_change"
	default:
		return "admin.state_open"
	}
}

func roleName(r *web.Request, role auth.Role) string {
	if role == "" {
		return ""
	}
	return r.T("admin.role_" + string(role))
}

type newPage struct {
	Words  string       // name of the person searched for
	People []web.Choice // found
	Roles  []web.Choice
	Units  []web.Choice // where the role may count
}

// newAccount shows the form: first a search for the person, who then is chosen
// beside login and password.
func (p Parts) newAccount(r *web.Request) error {
	page := newPage{Words: r.Query("nguoi")}
	if page.Words == "" {
		page.Words = r.Form.Value("nguoi")
	}
	page.People = []web.Choice{{Value: "", Text: r.T("admin.no_person")}}
	if page.Words != "" {
		found, err := p.Units.FindPeople(r.Context(), r.By, org.Find{Words: page.Words, Limit: 50})
		if err != nil {
			return err
		}
		for _, f := range found.Rows {
			page.People = append(page.People, web.Choice{Value: f.Person.ID, Text: personText(f)})
		}
	}
	page.Roles = []web.Choice{{Value: "", Text: r.T("admin.no_role")}}
	for _, role := range auth.Roles() {
		if role != "system" {
			page.Roles = append(page.Roles, web.Choice{Value: string(role), Text: roleName(r, role)})
		}
	}
	return r.Render("admin/new", page)
}

func personText(f org.PersonView) string {
	var titles []string
	for _, a := range f.Posts {
		titles = append(titles, a.Title)
	}
	if len(titles) == 0 {
		return f.Person.Name
	}
	return f.Person.Name + " (" + strings.Join(titles, "; ") + ")"
}

func (p Parts) openAccount(r *web.Request) error {
	var in struct {
		Login    string `form:"login"`
		Password string `form:"password"`
		Person   string `form:"person"`
		Name     string `form:"name"`
		Role     string `form:"role"`
		UnitPath string `form:"unit"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	name, unit := in.Name, in.UnitPath
	if in.Person != "" {
		person, err := p.Units.Person(r.Context(), r.By, in.Person)
		if err != nil {
			return err
		}
		name = person.Person.Name
		if len(person.Posts) > 0 {
			unit = person.Posts[0].Office.UnitPath
		}
	}
	if unit == "" {
		unit = r.By.UnitPath
	}
	made, err := p.Accounts.OpenAccount(r.Context(), r.By, auth.OpenInput{
		Key: r.Key(), Login: in.Login, Password: in.Password, Person: in.Person, Name: name,
		Role: auth.Role(in.Role), UnitPath: unit, MustChange: true,
	})
	if err != nil {
		return err
	}
	return r.Redirect("/quan-tri/tai-khoan/"+made.ID, "admin.account_opened", "Login", made.Login)
}

type accountPage struct {
	Account  auth.Account
	StateKey string
	RoleName string
	Posts    []string
	Sessions []auth.SessionInfo
	Own      bool
}

func (p Parts) account(r *web.Request) error {
	account, err := p.Accounts.AccountOf(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	page := accountPage{
		Account: account, StateKey: stateKey(account), RoleName: roleName(r, account.Role), Own: account.ID == r.By.Account,
	}
	if account.Person != "" {
		posts, err := p.Units.Acting(r.Context(), account.Person, r.Now())
		if err != nil {
			return err
		}
		for _, a := range posts {
			page.Posts = append(page.Posts, a.Title)
		}
	}
	if page.Sessions, err = p.Accounts.Sessions(r.Context(), r.By, account.ID); err != nil {
		return err
	}
	return r.Render("admin/account", page)
}

// change reads which account a form is about, as its reader saw it.
func change(r *web.Request) (auth.ChangeInput, error) {
	var in struct {
		Version int64 `form:"version"`
	}
	err := r.Read(&in)
	return auth.ChangeInput{Account: r.Path("id"), Version: in.Version}, err
}

func (p Parts) resetPassword(r *web.Request) error {
	in, err := change(r)
	if err != nil {
		return err
	}
	if err := p.Accounts.ResetPassword(r.Context(), r.By, in, r.Form.Value("password")); err != nil {
		return err
	}
	return r.Redirect("/quan-tri/tai-khoan/"+in.Account, "admin.password_given")
}

func (p Parts) disable(r *web.Request) error {
	in, err := change(r)
	if err != nil {
		return err
	}
	if err := p.Accounts.Disable(r.Context(), r.By, in); err != nil {
		return err
	}
	return r.Redirect("/quan-tri/tai-khoan/"+in.Account, "admin.account_disabled")
}

func (p Parts) enable(r *web.Request) error {
	in, err := change(r)
	if err != nil {
		return err
	}
	if err := p.Accounts.Enable(r.Context(), r.By, in); err != nil {
		return err
	}
	return r.Redirect("/quan-tri/tai-khoan/"+in.Account, "admin.account_enabled")
}

func (p Parts) revoke(r *web.Request) error {
	if err := p.Accounts.Revoke(r.Context(), r.By, r.Path("id"), r.Path("session")); err != nil {
		return err
	}
	return r.Redirect("/quan-tri/tai-khoan/"+r.Path("id"), "admin.session_ended")
}
