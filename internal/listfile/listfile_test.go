package listfile

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"phaodai/internal/fault"
)

var fields = []Field{
	{Name: "household", Titles: []string{"so ho", "ho so"}, Down: true},
	{Name: "name", Titles: []string{"ho va ten", "ho ten"}},
	{Name: "birth", Titles: []string{"ngay sinh", "ngay thang nam sinh"}},
	{Name: "birth_male", Titles: []string{"nam sinh nam"}},
	{Name: "birth_female", Titles: []string{"nam sinh nu"}},
	{Name: "number", Titles: []string{"so cccd", "cccd", "cmnd"}},
}

var limit = Limit{Bytes: 1 << 20, Rows: 1000, Columns: 60}

// workbook makes an XLSX; merged are ranges.
func workbook(t *testing.T, rows [][]any, merged ...string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, r := range rows {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow("Sheet1", cell, &r); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range merged {
		a, b, _ := strings.Cut(m, ":")
		if err := f.MergeCell("Sheet1", a, b); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A list as wards keep it: a letterhead, titles over two rows with merged cells,
// a row that numbers the columns, the number of the household on its first row.
func TestTitlesOfSeveralRowsAndMergedCells(t *testing.T) {
	data := workbook(t, [][]any{
		{"UBND PHƯỜNG CỰ KHỐI"},
		{"DANH SÁCH NHÂN KHẨU TỔ 12"},
		{},
		{"STT", "Số hộ", "Họ và tên", "Năm sinh", nil, "Số CCCD/CMND"},
		{nil, nil, nil, "Nam", "Nữ", nil},
		{1, 2, 3, 4, 5, 6},
		{1, "12-034", "Nguyễn Văn A", 1958, nil, "001058000123"},
		{2, nil, "Trần Thị B", nil, 1961, "001161000456"},
		{3, "12-035", "Lê C", 1990, nil, nil},
	}, "A4:A5", "B4:B5", "C4:C5", "D4:E4", "F4:F5", "B7:B8")
	table, err := Read(data, fields, limit)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"STT", "Số hộ", "Họ và tên", "Năm sinh Nam", "Năm sinh Nữ", "Số CCCD/CMND"}; !cmp.Equal(table.Columns, want) {
		t.Errorf("columns %q", table.Columns)
	}
	m := table.Guess(fields)
	if want := (Mapping{"household": "Số hộ", "name": "Họ và tên", "birth_male": "Năm sinh Nam", "birth_female": "Năm sinh Nữ", "number": "Số CCCD/CMND"}); !cmp.Equal(m, want) {
		t.Errorf("mapping: %s", cmp.Diff(want, m))
	}
	r := table.Read(fields, m)
	var got []map[string]string
	for _, row := range table.Rows {
		got = append(got, r.Row(row))
	}
	want := []map[string]string{
		{"household": "12-034", "name": "Nguyễn Văn A", "birth_male": "1958", "birth_female": "", "number": "001058000123"},
		{"household": "12-034", "name": "Trần Thị B", "birth_male": "", "birth_female": "1961", "number": "001161000456"},
		{"household": "12-035", "name": "Lê C", "birth_male": "1990", "birth_female": "", "number": ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if table.Rows[0].Line != 7 {
		t.Errorf("the first row is on line %d", table.Rows[0].Line)
	}
}

func TestAPlainListWithTitlesThatSayMore(t *testing.T) {
	table, err := Read([]byte("Họ tên;Ngày sinh (ngày/tháng/năm);Ghi chú\nLê C;05/03/1990;x\n"), fields, limit)
	if err != nil {
		t.Fatal(err)
	}
	if m := table.Guess(fields); !cmp.Equal(m, Mapping{"name": "Họ tên", "birth": "Ngày sinh (ngày/tháng/năm)"}) {
		t.Errorf("%v", m)
	}
}

// Without any known title the first row is that of titles, and a person maps.
func TestUnknownTitlesAreMappedByHand(t *testing.T) {
	table, err := Read([]byte("cot 1,cot 2\nLê C,1990\n"), fields, limit)
	if err != nil {
		t.Fatal(err)
	}
	if got := table.Read(fields, Mapping{"name": "cot 1"}).Row(table.Rows[0]); got["name"] != "Lê C" || len(table.Guess(fields)) != 0 {
		t.Errorf("%v %v", got, table.Columns)
	}
}

func TestColumnsWithoutOrWithTheSameTitleAreToldApart(t *testing.T) {
	table, err := Read([]byte("Họ tên,,Số,Số\nLê C,1,2,3\n"), fields, limit)
	if err != nil || !cmp.Equal(table.Columns, []string{"Họ tên", "B", "Số", "Số D"}) {
		t.Errorf("%q %v", table.Columns, err)
	}
}

func TestWhatIsNoListSaysWhatToDo(t *testing.T) {
	ole := append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), make([]byte, 2000)...)
	for name, c := range map[string]struct {
		data []byte
		key  string
	}{
		"titles only":       {[]byte("Họ tên,Ngày sinh\n"), "listfile.no_rows"},
		"nothing":           {nil, "listfile.no_rows"},
		"a password":        {ole, "sheet.locked"},
		"two hundred":       {[]byte("Họ tên" + strings.Repeat(",x", 200) + "\nA,1\n"), "sheet.columns"},
		"too many rows":     {[]byte("Họ tên\n" + strings.Repeat("A\n", 1010)), "listfile.rows"},
		"more than bounds":  {[]byte("Họ tên\n" + strings.Repeat("A\n", 1200)), "sheet.rows"},
		"a picture":         {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00"), "sheet.unknown"},
		"a broken workbook": {[]byte("PK\x03\x04 and no more"), "sheet.broken"},
	} {
		_, err := Read(c.data, fields, limit)
		f, ok := err.(*fault.Fault)
		if !ok || len(f.Fields) == 0 || f.Fields[0].Name != "file" || f.Fields[0].Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("Họ tên;Ngày sinh\nLê C;1990\n"))
	f.Add([]byte("a\n\n(1),(2)\n\"x"))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := Read(data, fields, limit)
		if err != nil {
			return
		}
		r := table.Read(fields, table.Guess(fields))
		for _, row := range table.Rows {
			r.Row(row)
		}
		seen := map[string]bool{}
		for _, c := range table.Columns {
			if seen[c] {
				t.Fatalf("two columns are called %q", c)
			}
			seen[c] = true
		}
	})
}
