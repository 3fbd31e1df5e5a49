package zonepage

import (
	"slices"
	"strconv"

	"phaodai/internal/criterion"
	"phaodai/internal/fault"
	"phaodai/internal/web"
)

// shiftRow is one shift of a table: what moves the class that the cells make.
type shiftRow struct {
	N      int
	Text   string
	Source string
	Open   bool
}

// shiftFields are what a shift has beside its conditions.
type shiftFields struct {
	Title criterion.Name
	By    string // "1" one class stricter, "-1" one milder
	Moves []web.Choice
	Back  string // name of its form when it came back
}

// shifts adds the shifts of the table, and the form of the one that is open.
func (page *schemePage) shifts(r *web.Request) {
	t := page.Scheme.Table
	for i, s := range t.Shifts {
		row := shiftRow{N: i + 1, Text: shiftText(r, t, s), Source: s.Source, Open: page.Edits && page.Open == "dieu-chinh."+strconv.Itoa(i+1)}
		if row.Open {
			page.Cell = newShiftForm(r, t, "/dieu-chinh/"+strconv.Itoa(i+1), s)
		}
		page.Shifts = append(page.Shifts, row)
	}
	if page.NewShift() {
		page.Cell = newShiftForm(r, t, "/dieu-chinh", criterion.Shift{By: 1})
	}
}

// NewShift tells whether the form of another shift is open.
func (page schemePage) NewShift() bool { return page.Edits && page.Open == "dieu-chinh" }

func shiftText(r *web.Request, t *criterion.Table, s criterion.Shift) string {
	return inLang(r.Lang, s.Title.Vi, s.Title.En) + ": " + conditionsText(r, t, s.When, true) + " → " + moveText(r, s.By)
}

func moveText(r *web.Request, by int) string {
	if by < 0 {
		return r.T("zonepage.shift_milder", "Count", -by)
	}
	return r.T("zonepage.shift_stricter", "Count", by)
}

func newShiftForm(r *web.Request, t *criterion.Table, action string, s criterion.Shift) *cellForm {
	f := &cellForm{Action: action, Cancel: "#dieu-chinh", Hint: "zonepage.shift_explained", Title: r.T("zonepage.shift_edit"), Sourced: true, Source: s.Source,
		Shift: &shiftFields{Title: s.Title, By: strconv.Itoa(s.By)}}
	for by := range len(t.Classes) - 1 {
		f.Shift.Moves = append(f.Shift.Moves, web.Choice{Value: strconv.Itoa(by + 1), Text: moveText(r, by+1)})
	}
	for by := range len(t.Classes) - 1 {
		f.Shift.Moves = append(f.Shift.Moves, web.Choice{Value: strconv.Itoa(-by - 1), Text: moveText(r, -by-1)})
	}
	if r.Form.Sent {
		f.Shift.Back = "dc"
	}
	return f.with(r, s.When, "")
}

// readShift reads a shift; one without a condition would move every area.
func readShift(r *web.Request) (s criterion.Shift, err error) {
	if s.Title, err = readTitle(r); err != nil {
		return s, err
	}
	if s.When, err = readConditions(r); err != nil {
		return s, err
	}
	s.Source = r.Form.Value("source")
	bad := fault.New(fault.Invalid, "input.check")
	if len(s.When) == 0 {
		bad.At("a-0", "zonepage.shift_always")
	}
	if s.By, err = strconv.Atoi(r.Form.Value("by")); err != nil || s.By == 0 {
		bad.At("by", "zone.choose")
	}
	return s, bad.OrNil()
}

// moves tells whether a table has as many classes as a shift moves over.
func (t edited) moves(s criterion.Shift) error {
	if max(s.By, -s.By) >= len(t.Classes) {
		return fault.New(fault.Invalid, "input.check").At("by", "zone.choose")
	}
	return nil
}

func (p Parts) addShift(r *web.Request) error {
	s, err := readShift(r)
	if err != nil {
		return err
	}
	return p.edit(r, "#dieu-chinh", func(t edited) error {
		t.Shifts = append(t.Shifts, s)
		return t.moves(s)
	})
}

func (t edited) shiftAt(r *web.Request) (int, error) {
	n, err := strconv.Atoi(r.Path("shift"))
	if err != nil || n < 1 || n > len(t.Shifts) {
		return 0, fault.New(fault.NotFound, "zonepage.shift_unknown")
	}
	return n - 1, nil
}

func (p Parts) saveShift(r *web.Request) error {
	s, err := readShift(r)
	if err != nil {
		return err
	}
	return p.edit(r, "#dieu-chinh", func(t edited) error {
		i, err := t.shiftAt(r)
		if err != nil {
			return err
		}
		t.Shifts[i] = s
		return t.moves(s)
	})
}

func (p Parts) dropShift(r *web.Request) error {
	return p.edit(r, "#dieu-chinh", func(t edited) error {
		i, err := t.shiftAt(r)
		if err == nil {
			t.Shifts = slices.Delete(t.Shifts, i, i+1)
		}
		return err
	})
}

// saveGiven saves what goes before every cell of a row.
func (p Parts) saveGiven(r *web.Request) error {
	given, err := readConditions(r)
	if err != nil {
		return err
	}
	return p.edit(r, "#d-"+r.Path("row"), func(t edited) error {
		row, _, err := t.rowAt(r)
		if err == nil {
			row.Given = given
		}
		return err
	})
}

// saveClass names a class; its code stays, areas and older versions know it by
// that.
func (p Parts) saveClass(r *web.Request) error {
	title, err := readTitle(r)
	if err != nil {
		return err
	}
	badge := r.Form.Value("badge")
	if len([]rune(badge)) > mostBadge {
		return fault.New(fault.Invalid, "input.check").At("badge", "zone.too_long", "Limit", mostBadge)
	}
	return p.edit(r, "#bang", func(t edited) error {
		i := slices.IndexFunc(t.Classes, func(c criterion.Class) bool { return c.Code == r.Path("class") })
		if i < 0 {
			return fault.New(fault.NotFound, "zonepage.class_unknown")
		}
		t.Classes[i].Name, t.Classes[i].Badge = title, badge
		return nil
	})
}

// mostBadge is how many letters stand in a sign.
const mostBadge = 6
