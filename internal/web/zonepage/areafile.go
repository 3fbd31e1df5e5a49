package zonepage

import (
	"net/url"
	"slices"
	"strings"

	"phaodai/internal/fault"
	"phaodai/internal/sheet"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

// importPage takes areas from a file: choose, see what it would do, take in.
type importPage struct {
	Wards   []web.Choice
	Kinds   []web.Choice // the first: as the rows say
	File    string
	Unit    string
	Kind    string
	Fields  []importField
	Import  zoning.Import
	Rows    []importLine
	Done    bool // what was right has been taken in
	Hidden  int  // rows that the preview does not show
	Columns []web.Choice

	WrongFile string // address of the rows that are wrong
}

// importField is a field of areas and the column that holds it.
type importField struct {
	Name, Title, Column string
}

// importLine is a row of the file as it was understood.
type importLine struct {
	zoning.ImportRow
	Name, Kind string
	Problems   []string
}

// mostShown is how many rows a preview shows; all that are wrong come first.
const mostShown = 200

func (p Parts) importAreas(r *web.Request) error {
	page := importPage{File: r.Query("tep"), Unit: r.Query("don-vi"), Kind: r.Query("loai"), Done: r.Query("xong") == "1"}
	var err error
	if page.Wards, err = p.wards(r); err != nil {
		return err
	}
	page.Wards = unchosen(r, page.Wards)
	page.Kinds = []web.Choice{{Text: r.T("zonepage.import_kind_none")}}
	for _, k := range zoning.Kinds() {
		if k.Code != zoning.UnitKind {
			page.Kinds = append(page.Kinds, web.Choice{Value: k.Code, Text: inLang(r.Lang, k.Vi, k.En)})
		}
	}
	if page.File != "" {
		page.WrongFile = linkWith(r, "xuat", "xlsx")
		if page.Import, err = p.Zones.PreviewImport(r.Context(), r.By, importAsked(r)); err != nil {
			return err
		}
		page.preview(r)
	}
	if format := r.Export(); format != "" && page.File != "" {
		return exportWrong(r, page, sheet.Format(format))
	}
	if len(page.Rows) > mostShown {
		page.Hidden, page.Rows = len(page.Rows)-mostShown, page.Rows[:mostShown]
	}
	return r.Render("zone/area-import", page)
}

// importAsked is the file and the mapping of an address.
func importAsked(r *web.Request) zoning.ImportInput {
	in := zoning.ImportInput{File: r.Query("tep"), Unit: r.Query("don-vi"), Kind: r.Query("loai")}
	if r.Query("cot") != "1" {
		return in
	}
	in.Mapping = map[string]string{}
	for _, f := range zoning.FileFields() {
		in.Mapping[f] = r.Query("cot-" + f)
	}
	return in
}

func (page *importPage) preview(r *web.Request) {
	page.Columns = []web.Choice{{Text: r.T("zonepage.column_none")}}
	for _, c := range page.Import.Columns {
		page.Columns = append(page.Columns, web.Choice{Value: c, Text: c})
	}
	for _, f := range zoning.FileFields() {
		page.Fields = append(page.Fields, importField{f, r.T("zonepage.column." + f), page.Import.Mapping[f]})
	}
	for _, row := range page.Import.Rows {
		line := importLine{ImportRow: row, Name: row.Area.Name, Kind: kindText(r.Lang, row.Area.Kind)}
		for _, f := range row.Faults {
			text := r.T(f.Key, spelled(r, f.Args)...)
			if f.Field != "" && f.Field != "shape" {
				text = r.T("zonepage.column."+f.Field) + ": " + text
			}
			line.Problems = append(line.Problems, text)
		}
		page.Rows = append(page.Rows, line)
	}
	slices.SortStableFunc(page.Rows, func(a, b importLine) int { return min(len(b.Faults), 1) - min(len(a.Faults), 1) })
}

// spelled writes the counts in the arguments of a message the reader's way.
func spelled(r *web.Request, args []any) []any {
	out := slices.Clone(args)
	for i, a := range out {
		if n, ok := a.(int64); ok {
			out[i] = r.Format().Number(n)
		}
	}
	return out
}

// exportWrong is the file of errors: the rows as they were with what is wrong,
// to be put right and sent again.
func exportWrong(r *web.Request, page importPage, format sheet.Format) error {
	columns := []sheet.Column{{Title: r.T("zonepage.row")}, {Title: r.T("zonepage.row_wrong"), Width: 60}}
	for _, c := range page.Import.Columns {
		columns = append(columns, sheet.Column{Title: c, Width: 20})
	}
	return r.Sheet(r.T("zonepage.wrong_file"), r.T("zonepage.wrong_rows"), format, columns, func(out *sheet.Writer) error {
		for _, row := range page.Rows {
			if len(row.Problems) == 0 {
				continue
			}
			cells := []any{r.Format().Number(int64(row.Line)), strings.Join(row.Problems, "; ")}
			for i := range page.Import.Columns {
				text := ""
				if i < len(row.Cells) {
					text = row.Cells[i]
				}
				cells = append(cells, text)
			}
			if err := out.Row(cells...); err != nil {
				return err
			}
		}
		return nil
	})
}

// sendFile keeps the file and shows what it would do.
func (p Parts) sendFile(r *web.Request) error {
	files := r.Files("file")
	if len(files) == 0 {
		return fault.New(fault.Invalid, "input.check").At("file", "input.missing")
	}
	unit := r.Form.Value("unit")
	if unit == "" {
		return fault.New(fault.Invalid, "input.check").At("unit", "zone.choose")
	}
	content, err := files[0].Open()
	if err != nil {
		return err
	}
	defer content.Close()
	file, err := p.Zones.KeepFile(r.Context(), r.By, files[0].Name, content)
	if err != nil {
		return err
	}
	q := url.Values{"tep": {file}, "don-vi": {unit}, "loai": {r.Form.Value("kind")}}
	if _, err := p.Zones.PreviewImport(r.Context(), r.By, zoning.ImportInput{File: file, Unit: unit, Kind: r.Form.Value("kind")}); err != nil {
		return err
	}
	return r.Redirect("/khu-vuc/nap?" + q.Encode())
}

// takeFile takes in what is right.
func (p Parts) takeFile(r *web.Request) error {
	in := zoning.ImportInput{Key: r.Key(), File: r.Form.Value("tep"), Unit: r.Form.Value("don-vi"), Kind: r.Form.Value("loai"), Mapping: map[string]string{}}
	q := url.Values{"tep": {in.File}, "don-vi": {in.Unit}, "loai": {in.Kind}, "cot": {"1"}, "xong": {"1"}}
	for _, f := range zoning.FileFields() {
		in.Mapping[f] = r.Form.Value("cot-" + f)
		q.Set("cot-"+f, in.Mapping[f])
	}
	done, err := p.Zones.ImportAreas(r.Context(), r.By, in)
	if err != nil {
		return err
	}
	if done.Wrong == 0 {
		return r.Redirect("/khu-vuc", "zonepage.import_done", "New", done.New, "Changed", done.Changed)
	}
	return r.Redirect("/khu-vuc/nap?"+q.Encode(), "zonepage.import_partly", "Done", done.New+done.Changed, "Wrong", done.Wrong)
}

// Takes is how many rows would be taken in.
func (page importPage) Takes() int { return page.Import.New + page.Import.Changed }
