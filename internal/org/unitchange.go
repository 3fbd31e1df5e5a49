package org

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"time"

	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
)

// UnitChange is one row of a record of changes: what the national list says of
// a code from a day on, beside what it said the day before.
type UnitChange struct {
	Row       int
	Text      string // the row as read
	At        instant.Micros
	Tier      string // "province", "district", "ward"
	Code      string
	Act       string // "added", "removed", "renamed", "moved", "renamed+moved"
	OldName   string
	OldParent string // code
	NewName   string
	NewParent string
}

// UnitChanges is a record of changes as read, the oldest first, and the rows
// that are wrong.
type UnitChanges struct {
	Rows   []UnitChange
	Errors []RowError
}

// tierAbove names the tier over each tier of such a record, and how many digits
// its codes have.
var tierAbove = map[string]struct {
	above string
	width int
}{"province": {"", 2}, "district": {"province", 3}, "ward": {"district", 5}}

// changeColumns are the columns that a record of changes must have.
var changeColumns = []string{
	"effective_date", "level", "code", "change", "old_name", "old_parent_code", "new_name", "new_parent_code",
}

// ReadUnitChanges reads a CSV, plain or gzip, whose rows name by effective_date
// and code what was added, removed, renamed or moved under another parent.
func ReadUnitChanges(r io.Reader) (UnitChanges, error) {
	var out UnitChanges
	err := eachRow(r, changeColumns, func(row int, text string, get func(string) string, problem error) {
		if problem != nil {
			out.wrong(row, text, "org.list_row", "Reason", problem.Error())
			return
		}
		out.read(row, text, get)
	})
	if err != nil {
		return UnitChanges{}, err
	}
	if len(out.Rows) == 0 && len(out.Errors) == 0 {
		return out, fault.New(fault.Invalid, "org.list_empty")
	}
	slices.SortStableFunc(out.Rows, func(a, b UnitChange) int { return cmp.Compare(a.At, b.At) })
	return out, nil
}

// eachRow reads a CSV whose columns are found by their names.
func eachRow(r io.Reader, columns []string, each func(row int, text string, get func(string) string, problem error)) error {
	text, err := unpack(r)
	if err != nil {
		return err
	}
	c := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	c.FieldsPerRecord, c.LazyQuotes = -1, true
	head, err := c.Read()
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "org.list_unreadable")
	}
	column := map[string]int{}
	for i, name := range head {
		column[strings.TrimSpace(name)] = i
	}
	for _, name := range columns {
		if _, ok := column[name]; !ok {
			return fault.New(fault.Invalid, "org.list_column", "Column", name)
		}
	}
	for row := 2; ; row++ {
		record, err := c.Read()
		if err == io.EOF {
			return nil
		}
		each(row, strings.Join(record, ","), func(name string) string {
			if i := column[name]; i < len(record) {
				return strings.Join(strings.Fields(fold.NFC(record[i])), " ")
			}
			return ""
		}, err)
	}
}

func (c *UnitChanges) wrong(row int, text, key string, args ...any) {
	c.Errors = append(c.Errors, RowError{Row: row, Text: text, Key: key, Args: args})
}

// read takes a row over unless it is wrong.
func (c *UnitChanges) read(row int, text string, get func(string) string) {
	u := UnitChange{
		Row: row, Text: text, Tier: get("level"), Code: get("code"), Act: get("change"),
		OldName: get("old_name"), OldParent: get("old_parent_code"), NewName: get("new_name"), NewParent: get("new_parent_code"),
	}
	day, err := time.ParseInLocation("2006-01-02", get("effective_date"), instant.Vietnam())
	tier, known := tierAbove[u.Tier]
	switch {
	case err != nil:
		c.wrong(row, text, "org.change_date", "Text", get("effective_date"))
	case !known:
		c.wrong(row, text, "org.change_tier", "Text", u.Tier)
	case !isCode(u.Code, tier.width):
		c.wrong(row, text, "org.list_code", "Code", u.Code, "Width", tier.width)
	default:
		u.At = instant.Of(day)
		c.check(u)
	}
}

func isCode(s string, width int) bool {
	return len(s) == width && strings.Trim(s, "0123456789") == ""
}

// check demands what a change of its kind says.
func (c *UnitChanges) check(u UnitChange) {
	wantsOld, wantsNew := u.Act != "added", u.Act != "removed"
	above := tierAbove[tierAbove[u.Tier].above].width // 0 above a province
	switch {
	case !slices.Contains([]string{"added", "removed", "renamed", "moved", "renamed+moved"}, u.Act):
		c.wrong(u.Row, u.Text, "org.change_act", "Text", u.Act)
	case wantsOld && u.OldName == "" || wantsNew && u.NewName == "":
		c.wrong(u.Row, u.Text, "org.list_name", "Code", u.Code)
	case wantsOld && !isCode(u.OldParent, above):
		c.wrong(u.Row, u.Text, "org.list_code", "Code", u.OldParent, "Width", above)
	case wantsNew && !isCode(u.NewParent, above):
		c.wrong(u.Row, u.Text, "org.list_code", "Code", u.NewParent, "Width", above)
	default:
		c.Rows = append(c.Rows, u)
	}
}

// Decree is what changed units on a day: its number and title.
type Decree struct {
	Title string
	words string // without tones, to find places in it
}

// ReadDecrees reads which decrees were behind the changes of each day: a CSV
// with the columns effective_date and decrees, titles divided by "; ".
func ReadDecrees(r io.Reader) (map[instant.Micros][]Decree, error) {
	out := map[instant.Micros][]Decree{}
	err := eachRow(r, []string{"effective_date", "decrees"}, func(_ int, _ string, get func(string) string, problem error) {
		day, err := time.ParseInLocation("2006-01-02", get("effective_date"), instant.Vietnam())
		if err != nil || problem != nil {
			return // a decree that cannot be read is one that is not known
		}
		for title := range strings.SplitSeq(get("decrees"), ";") {
			if title = strings.TrimSpace(title); title != "" && title[0] >= '0' && title[0] <= '9' { // begins with its number
				out[instant.Of(day)] = append(out[instant.Of(day)], Decree{title, plainWords(title)})
			}
		}
	})
	return out, err
}

// decreeFor is the one decree of a day that speaks of a unit: the only one, else
// the one that names its province, its district or itself, the more places the
// better. Where several might be meant none is named.
func decreeFor(decrees []Decree, places ...string) string {
	for _, place := range places {
		words := plainWords(place)
		var named []Decree
		for _, d := range decrees {
			if place != "" && strings.Contains(d.words, words) {
				named = append(named, d)
			}
		}
		if len(named) > 0 {
			decrees = named
		}
	}
	if len(decrees) != 1 {
		return ""
	}
	return decrees[0].Title
}

// plainWords are the words of a text as they are compared: "Hòa" and "Hoà" are
// the same.
func plainWords(s string) string { return " " + strings.Join(fold.Words(s), " ") + " " }
