package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

var columns = []Column{
	{Title: "Số đến", Kind: Int}, {Title: "Trích yếu", Width: 60}, {Title: "Tỷ lệ", Kind: Percent},
	{Title: "Ngày", Kind: Date}, {Title: "Lúc", Kind: Moment}, {Title: "Công khai", Kind: Bool}, {Title: "Trọng số", Kind: Decimal},
}

func write(t testing.TB, f Format, columns []Column, rows ...[]any) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, f, "Sổ: văn bản/đến", instant.Vietnam(), columns...)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read(t testing.TB, data []byte, limit Limit) ([]Row, error) {
	t.Helper()
	r, err := Open(bytes.NewReader(data), int64(len(data)), limit)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var rows []Row
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
}

// 18:35:40 in Vietnam on 5 September 2021, and an instant whose day in Vietnam
// is not its day in UTC.
var (
	evening  = instant.Of(time.Date(2021, 9, 5, 11, 35, 40, 0, time.UTC))
	midnight = instant.Of(time.Date(2021, 9, 8, 17, 0, 0, 0, time.UTC))
)

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	text := "dòng 1\nphường \"Cự Khối\", tổ 5; F0\tF1"
	rows := [][]any{
		{612, "0912", 0.735, midnight, evening, true, 1.5},
		{int64(0), "=1+1", 0.0, nil, nil, false, -2.0},
		{uint8(7), text, 1.0, time.Date(2021, 9, 9, 0, 30, 0, 0, instant.Vietnam()), instant.Forever, true, 1e-7},
	}
	want := []Row{
		{1, []string{"Số đến", "Trích yếu", "Tỷ lệ", "Ngày", "Lúc", "Công khai", "Trọng số"}},
		{2, []string{"612", "0912", "0.735", "2021-09-09", "2021-09-05 18:35:40", "x", "1.5"}},
		{3, []string{"0", "=1+1", "0", "", "", "", "-2"}},
		{4, []string{"7", text, "1", "2021-09-09", "", "x", "0.0000001"}},
	}
	for _, f := range []Format{CSV, XLSX} {
		got, err := read(t, write(t, f, columns, rows...), Limit{})
		if err != nil {
			t.Fatal(f, err)
		}
		if f == XLSX {
			got[3].Cells[6] = strings.Replace(got[3].Cells[6], "1E-07", "0.0000001", 1)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f, diff)
		}
	}
}

func TestAnyTextSurvives(t *testing.T) {
	for _, f := range []Format{CSV, XLSX} {
		rapid.Check(t, func(rt *rapid.T) {
			s := rapid.OneOf(rapid.String(), rapid.StringMatching(`'{0,3}[=+\-@]?[0-9A-Za-zĐđệ ,;"\n]{0,12}`)).Draw(rt, "text")
			want := strings.TrimSpace(clean(s))
			got, err := read(t, write(t, f, []Column{{Title: "a"}, {Title: "b"}}, []any{strings.TrimSpace(s), "x"}), Limit{})
			if err != nil {
				rt.Fatal(err)
			}
			if got[1].Cells[0] != want {
				rt.Fatalf("%s: %q became %q", f, want, got[1].Cells[0])
			}
		})
	}
}

func TestExcelEscapesStayText(t *testing.T) {
	for _, s := range []string{"_x0041_", "a_x000D_b", "func TestNothingRunsamp;"} {
		got, err := read(t, write(t, XLSX, []Column{{Title: "a"}}, []any{s}), Limit{})
		if err != nil || got[1].Cells[0] != s {
			t.Errorf("%q became %v (%v)", s, got, err)
		}
	}
}

func TestNothingRunsAsAFormula(t *testing.T) {
	attack := `=HYPERLINK("http://x","y")`
	text := string(write(t, CSV, []Column{{Title: "a"}}, []any{attack}))
	if !strings.HasPrefix(text, "\uFEFFa\r\n\"'=HYPERLINK") {
		t.Errorf("CSV: %q", text)
	}
	file, err := excelize.OpenReader(bytes.NewReader(write(t, XLSX, []Column{{Title: "a"}}, []any{attack})))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if formula, _ := file.GetCellFormula(file.GetSheetName(0), "A2"); formula != "" {
		t.Errorf("XLSX holds the formula %q", formula)
	}
	if kind, _ := file.GetCellType(file.GetSheetName(0), "A2"); kind != excelize.CellTypeInlineString {
		t.Errorf("XLSX cell is of type %v", kind)
	}
}

func TestWorksheetIsReadyToUse(t *testing.T) {
	file, err := excelize.OpenReader(bytes.NewReader(write(t, XLSX, columns, []any{1, "x", 0.5, midnight, evening, true, 2.0})))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	name := file.GetSheetName(0)
	if name != "Sổ  văn bản đến" {
		t.Errorf("sheet %q", name)
	}
	panes, err := file.GetPanes(name)
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v %v", panes, err)
	}
	if shown, _ := file.GetCellValue(name, "E2"); shown != "05/09/2021 18:35:40" {
		t.Errorf("moment is shown as %q", shown)
	}
	id, _ := file.GetCellStyle(name, "A1")
	if style, err := file.GetStyle(id); err != nil || !style.Font.Bold {
		t.Errorf("header is not bold: %v", err)
	}
	if width, _ := file.GetColWidth(name, "B"); width != 60 {
		t.Errorf("width %v", width)
	}
}

func TestForeignFilesAreRead(t *testing.T) {
	utf16 := []byte{0xFF, 0xFE}
	for _, r := range "tên\tsố\r\nĐà Nẵng\t5\r\n" {
		utf16 = append(utf16, byte(r), byte(r>>8))
	}
	cases := map[string][]byte{
		"semicolons": []byte("tên;số\r\nĐà Nẵng;5\r\n"),
		"commas":     []byte("tên,số\n\n\"Đà Nẵng\",5,,\n"),
		"tabs":       []byte("\uFEFFtên\tsố\nĐà Nẵng\t5"),
		"utf-16":     utf16,
	}
	for name, data := range cases {
		rows, err := read(t, data, Limit{})
		if err != nil || len(rows) != 2 {
			t.Errorf("%s: %v %v", name, rows, err)
			continue
		}
		if diff := cmp.Diff([]string{"Đà Nẵng", "5"}, rows[1].Cells); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestBadFilesAreRefused(t *testing.T) {
	long := []byte(strings.Repeat("a\n", 100))
	bomb := zipBomb(t)
	cases := []struct {
		name  string
		data  []byte
		limit Limit
		key   string
		kind  fault.Kind
	}{
		{"binary", []byte("\x7fELF\x00\x00"), Limit{}, "sheet.unknown", fault.Invalid},
		{"not UTF-8", []byte("a,b\n\xe9,1\n"), Limit{}, "sheet.encoding", fault.Invalid},
		{"broken archive", []byte("PK\x03\x04broken"), Limit{}, "sheet.broken", fault.Invalid},
		{"too many rows", long, Limit{Rows: 50}, "sheet.rows", fault.TooLarge},
		{"too many columns", []byte("a,b,c,d\n"), Limit{Columns: 3}, "sheet.columns", fault.TooLarge},
		{"too long", bytes.Repeat(long, 10), Limit{Bytes: 500, Rows: 9999}, "sheet.bytes", fault.TooLarge},
		{"zip bomb", bomb, Limit{Bytes: 1 << 20}, "sheet.bytes", fault.TooLarge},
	}
	for _, c := range cases {
		_, err := read(t, c.data, c.limit)
		if fault.KeyOf(err) != c.key || fault.KindOf(err) != c.kind {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

func zipBomb(t *testing.T) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err == nil {
		_, err = w.Write(make([]byte, 8<<20))
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWrongValuesAreErrors(t *testing.T) {
	w, err := NewWriter(io.Discard, CSV, "x", time.UTC, Column{Title: "n", Kind: Int})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]any{{"text"}, {1.5}, {evening}, {1, 2}, {}} {
		if w.Row(row...) == nil {
			t.Errorf("%v was written", row)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("a;b\n1;2\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte{0xFE, 0xFF, 0, 'a', 0, ',', 0, '"'})
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := read(t, data, Limit{Bytes: 1 << 20, Rows: 1000}); fault.KindOf(err) == fault.Internal {
			t.Fatal(err)
		}
	})
}

func BenchmarkXLSX10000Rows(b *testing.B) {
	for b.Loop() {
		w, err := NewWriter(io.Discard, XLSX, "x", time.UTC, columns...)
		if err != nil {
			b.Fatal(err)
		}
		for i := range 10_000 {
			if err := w.Row(i, "Phường Cự Khối", 0.5, midnight, evening, true, 1.0); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
