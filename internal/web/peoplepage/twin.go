package peoplepage

import (
	"phaodai/internal/auth"
	"phaodai/internal/identity"
	"phaodai/internal/people"
	"phaodai/internal/web"
)

// twinsPage is the pairs of a ward that may be one person.
type twinsPage struct {
	Wards []web.Choice
	Unit  string
	Name  string
	Pairs []twinPair
	Back  string // which form came back
}

// twinPair is both entries side by side.
type twinPair struct {
	people.TwinView
	Rows []twinRow
}

// ID tells the forms of a page apart.
func (t twinPair) ID() string { return t.Twin.First + "-" + t.Twin.Second }

// twinRow is one thing that both entries say.
type twinRow struct {
	Title         string
	First, Second string
	Same          bool
}

func (p Parts) twins(r *web.Request) error {
	wards, err := p.wards(r, auth.PeopleKeep)
	if err != nil {
		return err
	}
	page := twinsPage{Wards: wards, Unit: ward(r, wards)}
	if r.Form.Sent {
		page.Back = back(r) + "-" + r.Form.Value("first") + "-" + r.Form.Value("second")
	}
	if page.Unit != "" {
		w, err := p.People.Ward(r.Context(), r.By, page.Unit)
		if err != nil {
			return err
		}
		page.Name = w.Unit.Name
		views, err := p.People.Twins(r.Context(), r.By, w.Unit.Path, 50)
		if err != nil {
			return err
		}
		for _, v := range views {
			page.Pairs = append(page.Pairs, twinPair{v, compared(r, v)})
		}
	}
	return r.Render("people/twins", page)
}

// compared is what both entries say, in the reader's words. Masked numbers are
// equal when their blind indexes are.
func compared(r *web.Request, v people.TwinView) []twinRow {
	a, b := v.First, v.Second
	said := func(prefix, code string) string {
		if code == "" {
			return ""
		}
		return r.T(prefix + code)
	}
	words := shown{r.Lang}
	row := func(key, first, second string) twinRow {
		return twinRow{r.T(key), first, second, first == second && first != ""}
	}
	number := row("peoplepage.number", a.Number, b.Number)
	number.Same = a.NumberIndex != "" && a.NumberIndex == b.NumberIndex
	phone := row("peoplepage.phone", a.Phone, b.Phone)
	phone.Same = a.PhoneIndex != "" && a.PhoneIndex == b.PhoneIndex
	return []twinRow{
		row("peoplepage.name", a.Name, b.Name), row("peoplepage.birth", identity.WrittenBirth(a.Birth), identity.WrittenBirth(b.Birth)),
		row("peoplepage.sex", said("peoplepage.sex.", string(a.Sex)), said("peoplepage.sex.", string(b.Sex))), number, phone,
		row("peoplepage.code", a.Code, b.Code), row("peoplepage.lane", a.Lane, b.Lane), row("peoplepage.area", a.Where, b.Where),
		row("peoplepage.relation", said("peoplepage.relation.", string(a.Relation)), said("peoplepage.relation.", string(b.Relation))),
		row("peoplepage.occupation", words.JobOf(a.Occupation), words.JobOf(b.Occupation)),
		row("peoplepage.stay", said("peoplepage.stay.", string(a.Stay)), said("peoplepage.stay.", string(b.Stay))),
	}
}

// twinForm is a decision about a pair as it was typed.
type twinForm struct {
	First  string `form:"first"`
	Second string `form:"second"`
	Keep   string `form:"keep"`
	Reason string `form:"reason"`
}

func (p Parts) merge(r *web.Request) error {
	var in twinForm
	if err := r.Read(&in); err != nil {
		return err
	}
	gone := in.Second
	if in.Keep == in.Second {
		gone = in.First
	}
	if in.Keep != in.First && in.Keep != in.Second {
		in.Keep, gone = "", "" // said at the field
	}
	_, err := p.People.Merge(r.Context(), r.By, people.MergeInput{Key: r.Key(), Keep: in.Keep, Gone: gone, Reason: in.Reason})
	if err != nil {
		return fieldAs(err, "gone", "keep")
	}
	return r.Redirect(twinsPath(r), "peoplepage.merged")
}

func (p Parts) keepApart(r *web.Request) error {
	var in twinForm
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.People.KeepApart(r.Context(), r.By, people.DecideInput{Key: r.Key(), First: in.First, Second: in.Second, Reason: in.Reason})
	if err != nil {
		return err
	}
	return r.Redirect(twinsPath(r), "peoplepage.kept_apart")
}

func twinsPath(r *web.Request) string { return "/dan-cu/trung?phuong=" + r.Form.Value("phuong") }

// Choices are both entries, to choose which one stays.
func (t twinPair) Choices(first, second string) []web.Choice {
	return []web.Choice{{Value: t.Twin.First, Text: first + ": " + t.First.Name}, {Value: t.Twin.Second, Text: second + ": " + t.Second.Name}}
}
