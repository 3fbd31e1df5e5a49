package zonepage

import (
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/criterion"
	"phaodai/internal/fault"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

func schemePath(r *web.Request) string { return "/tieu-chi/" + r.Path("id") }

// openedBy is what stays open when a form came back.
func openedBy(r *web.Request) string {
	switch parts := strings.Split(strings.Trim(r.HTTP.URL.Path, "/"), "/"); {
	case len(parts) == 5 && parts[2] == "o":
		return strings.Join(parts[2:], ".")
	case len(parts) == 4 && parts[2] == "bien-phap":
		return "bp." + parts[3]
	case len(parts) == 5 && parts[4] == "khi":
		return "khi." + parts[3]
	case len(parts) >= 4:
		return parts[2] + "." + parts[3]
	default:
		return parts[len(parts)-1]
	}
}

// edited is the table that a form changes.
type edited struct {
	*criterion.Table
	bundles map[string]zoning.Choice
}

// edit saves a change to the newest version, if nobody changed it since the
// form was made.
func (p Parts) edit(r *web.Request, anchor string, change func(edited) error) error {
	v, err := p.Zones.Scheme(r.Context(), r.By, r.Path("id"), 0)
	if err != nil {
		return err
	}
	in := zoning.SchemeInput{Key: r.Key(), ID: v.Scheme.ID, Table: v.Scheme.Table, Bundles: v.Scheme.Bundles, Edits: -1}
	if n, err := strconv.ParseInt(r.Form.Value("edits"), 10, 64); err == nil && n > 0 {
		in.Edits = n
	}
	if in.Edits == v.Scheme.Edits { // else the service says who was faster
		if err := change(edited{in.Table, in.Bundles}); err != nil {
			return err
		}
	}
	if _, err := p.Zones.SaveScheme(r.Context(), r.By, in); err != nil {
		return err
	}
	return r.Redirect(schemePath(r)+anchor, "common.saved", "At", r.Now())
}

// rowAt finds a row by its number in the address.
func (t edited) rowAt(r *web.Request) (*criterion.Row, int, error) {
	n, err := strconv.Atoi(r.Path("row"))
	if err != nil || n < 1 || n > len(t.Rows) {
		return nil, 0, fault.New(fault.NotFound, "zonepage.row_unknown")
	}
	return &t.Rows[n-1], n, nil
}

func (p Parts) saveCell(r *web.Request) error {
	cell, err := readCell(r)
	if err != nil {
		return err
	}
	return p.edit(r, "#d-"+r.Path("row"), func(t edited) error {
		row, _, err := t.rowAt(r)
		if err != nil {
			return err
		}
		if len(cell.When) == 0 {
			delete(row.Cells, r.Path("class"))
			return nil
		}
		if row.Cells == nil {
			row.Cells = map[string]criterion.Cell{}
		}
		row.Cells[r.Path("class")] = cell // what a person wrote is no longer of doubtful reading
		return nil
	})
}

func readTitle(r *web.Request) (criterion.Name, error) {
	n := criterion.Name{Vi: r.Form.Value("title_vi"), En: r.Form.Value("title_en")}
	switch {
	case n.Vi == "":
		return n, fault.New(fault.Invalid, "input.check").At("title_vi", "input.missing")
	case len([]rune(n.Vi)) > 300 || len([]rune(n.En)) > 300:
		return n, fault.New(fault.Invalid, "input.check").At("title_vi", "zone.too_long", "Limit", 300)
	}
	if n.En == "" {
		n.En = n.Vi
	}
	return n, nil
}

func (p Parts) addRow(r *web.Request) error {
	title, err := readTitle(r)
	if err != nil {
		return err
	}
	return p.edit(r, "#bang", func(t edited) error {
		t.Rows = append(t.Rows, criterion.Row{Title: title, Cells: map[string]criterion.Cell{}})
		return nil
	})
}

func (p Parts) saveRow(r *web.Request) error {
	title, err := readTitle(r)
	if err != nil {
		return err
	}
	return p.edit(r, "#d-"+r.Path("row"), func(t edited) error {
		row, _, err := t.rowAt(r)
		if err == nil {
			row.Title = title
		}
		return err
	})
}

func (p Parts) dropRow(r *web.Request) error {
	return p.edit(r, "#bang", func(t edited) error {
		_, n, err := t.rowAt(r)
		if err == nil {
			t.Rows = slices.Delete(t.Rows, n-1, n)
		}
		return err
	})
}

// saveChoice sets the measures of a class.
func (p Parts) saveChoice(r *web.Request) error {
	return p.edit(r, "#bien-phap", func(t edited) error {
		class := r.Path("class")
		if !slices.ContainsFunc(t.Classes, func(c criterion.Class) bool { return c.Code == class }) {
			return fault.New(fault.NotFound, "zonepage.class_unknown")
		}
		t.bundles[class] = zoning.Choice{Bundle: r.Form.Value("bundle"), Additions: lines(r.Form.Value("additions"))}
		return nil
	})
}

// saveHead saves what the table is called, is of, and how it decides.
func (p Parts) saveHead(r *web.Request) error {
	title, err := readTitle(r)
	if err != nil {
		return err
	}
	near := 0.0
	if text := r.Form.Value("near"); text != "" {
		if near, err = decimal(r.Lang, text); err != nil {
			return fault.New(fault.Invalid, "input.check").At("near", "input.number", "Text", text)
		}
	}
	return p.edit(r, "", func(t edited) error {
		t.Title, t.Layer, t.Mode = title, r.Form.Value("layer"), criterion.Mode(r.Form.Value("mode"))
		t.Instrument, t.Near = r.Form.Value("instrument"), near
		return nil
	})
}

// readMeasure reads a number of the table.
func readMeasure(r *web.Request) (m criterion.Measure, err error) {
	if m.Title, err = readTitle(r); err != nil {
		return m, err
	}
	bad := fault.New(fault.Invalid, "input.check")
	m.Name, m.Type, m.Unit = r.Form.Value("name"), r.Form.Value("type"), r.Form.Value("unit")
	if m.Type != "number" {
		return m, nil
	}
	if text := r.Form.Value("least"); text != "" {
		if m.Least, err = decimal(r.Lang, text); err != nil {
			bad.At("least", "input.number", "Text", text)
		}
	}
	if text := r.Form.Value("most"); text != "" {
		most, err := decimal(r.Lang, text)
		if err != nil {
			bad.At("most", "input.number", "Text", text)
		}
		m.Most = &most
	}
	return m, bad.OrNil()
}

func (p Parts) addMeasure(r *web.Request) error {
	m, err := readMeasure(r)
	if err != nil {
		return err
	}
	if m.Name == "" {
		return fault.New(fault.Invalid, "input.check").At("name", "input.missing")
	}
	return p.edit(r, "#so-lieu", func(t edited) error {
		if slices.ContainsFunc(t.Measures, func(x criterion.Measure) bool { return x.Name == m.Name }) {
			return fault.New(fault.Invalid, "input.check").At("name", "criterion.measure", "Name", m.Name)
		}
		t.Measures = append(t.Measures, m)
		return nil
	})
}

func (t edited) measureAt(r *web.Request) (int, error) {
	i := slices.IndexFunc(t.Measures, func(x criterion.Measure) bool { return x.Name == r.Path("name") })
	if i < 0 {
		return 0, fault.New(fault.NotFound, "criterion.no_measure", "Name", r.Path("name"))
	}
	return i, nil
}

func (p Parts) saveMeasure(r *web.Request) error {
	m, err := readMeasure(r)
	if err != nil {
		return err
	}
	return p.edit(r, "#so-lieu", func(t edited) error {
		i, err := t.measureAt(r)
		if err != nil {
			return err
		}
		m.Name, m.Bands = t.Measures[i].Name, t.Measures[i].Bands // cells name it: the name stays
		t.Measures[i] = m
		return nil
	})
}

func (p Parts) dropMeasure(r *web.Request) error {
	return p.edit(r, "#so-lieu", func(t edited) error {
		i, err := t.measureAt(r)
		if err != nil {
			return err
		}
		if n := uses(t.Table, t.Measures[i].Name); n > 0 {
			return fault.New(fault.Conflict, "zonepage.measure_used", "Count", n)
		}
		t.Measures = slices.Delete(t.Measures, i, i+1)
		return nil
	})
}

func (p Parts) addClass(r *web.Request) error {
	title, err := readTitle(r)
	if err != nil {
		return err
	}
	code := r.Form.Value("code")
	if code == "" {
		return fault.New(fault.Invalid, "input.check").At("code", "input.missing")
	}
	return p.edit(r, "#bang", func(t edited) error {
		if slices.ContainsFunc(t.Classes, func(c criterion.Class) bool { return c.Code == code }) {
			return fault.New(fault.Invalid, "input.check").At("code", "zonepage.class_twice")
		}
		t.Classes = append(t.Classes, criterion.Class{Code: code, Name: title})
		return nil
	})
}

func (p Parts) dropClass(r *web.Request) error {
	return p.edit(r, "#bang", func(t edited) error {
		code := r.Path("class")
		i := slices.IndexFunc(t.Classes, func(c criterion.Class) bool { return c.Code == code })
		if i < 0 {
			return fault.New(fault.NotFound, "zonepage.class_unknown")
		}
		t.Classes = slices.Delete(t.Classes, i, i+1)
		delete(t.bundles, code)
		for _, row := range t.Rows {
			delete(row.Cells, code)
		}
		return nil
	})
}

// issueScheme drafts the decision that issues the table. A table begun from an
// example goes only when somebody says that he read it against the paper.
func (p Parts) issueScheme(r *web.Request) error {
	bad := fault.New(fault.Invalid, "input.check")
	if r.Form.Value("signer") == "" {
		bad.At("signer", "zonepage.signer_missing")
	}
	v, err := p.Zones.Scheme(r.Context(), r.By, r.Path("id"), 0)
	if err != nil {
		return err
	}
	if v.Scheme.Table.Example && r.Form.Value("read") == "" {
		bad.At("read", "zonepage.example_unread")
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	if v.Scheme.Table.Example && len(v.Faults) == 0 {
		v.Scheme.Table.Example = false
		in := zoning.SchemeInput{ID: v.Scheme.ID, Edits: v.Scheme.Edits, Table: v.Scheme.Table, Bundles: v.Scheme.Bundles}
		if _, err := p.Zones.SaveScheme(r.Context(), r.By, in); err != nil {
			return err
		}
	}
	in := zoning.IssueInput{Key: r.Key(), ID: v.Scheme.ID, Signer: r.Form.Value("signer")}
	if in.Issuer, err = p.officeOf(r, v.Scheme.UnitPath, in.Signer); err != nil {
		return err
	}
	doc, err := p.Zones.DraftScheme(r.Context(), r.By, in)
	if err != nil {
		return err
	}
	return r.Redirect("/van-ban-di/"+doc.ID, "zonepage.scheme_drafted")
}

// officeOf is the office of a post of a unit: it issues what its head signs.
func (p Parts) officeOf(r *web.Request, unitPath, post string) (string, error) {
	seats, err := p.Units.Seats(r.Context(), r.By, unitPath, false)
	if err != nil {
		return "", err
	}
	for _, s := range seats {
		if s.Holder.Post.ID == post {
			return s.Office.ID, nil
		}
	}
	return "", nil
}
