package extract

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"phaodai/internal/fault"
)

// order is a short paper in the genre, with a sentence that does not fit on one
// row and a number that begins a row by chance.
const order = `ỦY BAN NHÂN DÂN QUẬN SEN HỒ
CHỈ THỊ
về việc tăng cường các biện pháp phòng, chống dịch trên địa bàn quận
1. Giao UBND các phường chủ trì, phối hợp với Trung tâm Y tế quận rà soát, lập danh sách người dân trong khu vực phong tỏa, hoàn thành trước 16h00 ngày 08/9/2021 và báo cáo UBND quận kết quả thực hiện theo Chỉ thị số 20/CT-UBND ngày 03/9/2021.
2. Công an quận tổ chức tuần tra, kiểm soát tại các chốt 24/24 giờ; xử lý nghiêm các trường hợp vi phạm.
- Phòng Y tế tham mưu UBND quận phương án xét nghiệm 3 ngày/lần.`

func readFile(t testing.TB, data []byte) Result {
	t.Helper()
	got, err := New(Limit{}).Extract(context.Background(), data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestTextLayerKeepsParagraphs(t *testing.T) {
	got := readFile(t, printed(t, order))
	if got.Method != PDF || got.Pages != 1 || got.Scanned != 0 {
		t.Errorf("%+v", got)
	}
	if text := strings.ReplaceAll(got.Text, "\n\n", "\n"); text != order+"\n" {
		t.Errorf("got:\n%s", text)
	}
}

func TestScansAreRead(t *testing.T) {
	scan, pictures := scanned(t, printed(t, order))
	var seen [][2]int
	got, err := New(Limit{}).Extract(context.Background(), scan, func(done, total int) { seen = append(seen, [2]int{done, total}) })
	if err != nil {
		t.Fatal(err)
	}
	if got.Method != OCR || got.Scanned != 1 || got.Confidence < 80 {
		t.Errorf("%+v", got)
	}
	if len(seen) < 2 || seen[len(seen)-1] != [2]int{1, 1} {
		t.Errorf("progress %v", seen)
	}
	near(t, got.Text)
	near(t, readFile(t, pictures[0]).Text)
	near(t, readFile(t, sideways(t, pictures[0])).Text)
}

// near asks for the paragraphs of order with few wrong words.
func near(t *testing.T, text string) {
	t.Helper()
	want := strings.Split(order, "\n")
	got := strings.Split(strings.TrimSpace(strings.ReplaceAll(text, "\n\n", "\n")), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d paragraphs, want %d:\n%s", len(got), len(want), text)
	}
	wrong := 0
	for i := range want {
		have := strings.Fields(strings.ToLower(got[i]))
		for j, w := range strings.Fields(strings.ToLower(want[i])) {
			if j >= len(have) || have[j] != w {
				wrong++
			}
		}
	}
	if wrong > 8 {
		t.Errorf("%d wrong words:\n%s", wrong, text)
	}
}

// sideways is the same picture as a telephone held on its side stores it.
func sideways(t *testing.T, data []byte) []byte {
	t.Helper()
	upside, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	b := upside.Bounds()
	turned := image.NewGray(image.Rect(0, 0, b.Dy(), b.Dx()))
	for y := range b.Dy() {
		for x := range b.Dx() {
			turned.Set(y, b.Dx()-1-x, upside.At(x, y))
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, turned, nil); err != nil {
		t.Fatal(err)
	}
	exif := append([]byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"), out.Bytes()[2:]...)
	return append([]byte("\xff\xd8"), exif...)
}

func TestMixedFilesAreReadWhole(t *testing.T) {
	dir := t.TempDir()
	text := printed(t, order)
	scan, _ := scanned(t, text)
	a, b, both := filepath.Join(dir, "a.pdf"), filepath.Join(dir, "b.pdf"), filepath.Join(dir, "both.pdf")
	for path, data := range map[string][]byte{a: text, b: scan} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	call(t, "pdfunite", a, b, both)
	data, err := os.ReadFile(both)
	if err != nil {
		t.Fatal(err)
	}
	got := readFile(t, data)
	if got.Pages != 2 || got.Scanned != 1 || got.Method != OCR || strings.Count(got.Text, "Giao UBND các phường chủ trì") != 2 {
		t.Errorf("%+v", got)
	}
}

func TestAFileWhoseAuthorForbidsCopyingIsRead(t *testing.T) {
	got := readFile(t, testdata(t, "nocopy.pdf"))
	if got.Method != PDF || !strings.Contains(got.Text, "20/CT-UBND") {
		t.Errorf("%+v", got)
	}
}

func testdata(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func blank(t *testing.T) []byte {
	t.Helper()
	page := image.NewGray(image.Rect(0, 0, 800, 1100))
	for i := range page.Pix {
		page.Pix[i] = 250
	}
	page.Set(400, 500, color.Black)
	var out bytes.Buffer
	if err := png.Encode(&out, page); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// gigantic is the head of a PNG of 65,536 x 65,536 pixels.
func gigantic() []byte {
	head := []byte("IHDR\x00\x01\x00\x00\x00\x01\x00\x00\x08\x00\x00\x00\x00")
	data := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return binary.BigEndian.AppendUint32(data, crc32.ChecksumIEEE(head))
}

func TestBadFilesAreRefusedWithTheirMessage(t *testing.T) {
	program, err := os.ReadFile("/bin/sh")
	if err != nil {
		t.Fatal(err)
	}
	good := printed(t, "x")
	cases := []struct {
		name  string
		data  []byte
		limit Limit
		kind  fault.Kind
		key   string
	}{
		{"a renamed program", program, Limit{}, fault.Invalid, "extract.unknown"},
		{"another archive", []byte("PK\x03\x04 photos.zip"), Limit{}, fault.Invalid, "extract.unknown"},
		{"over the limit", make([]byte, 3<<20), Limit{Bytes: 2 << 20}, fault.TooLarge, "extract.too_large"},
		{"a broken PDF", []byte("%PDF-1.7\nnothing more"), Limit{}, fault.Invalid, "extract.broken_pdf"},
		{"a PDF cut off", good[:len(good)/3], Limit{}, fault.Invalid, "extract.broken_pdf"},
		{"an encrypted PDF", testdata(t, "password.pdf"), Limit{}, fault.Invalid, "extract.encrypted_pdf"},
		{"too many pages", printed(t, strings.Repeat(order+"\n", 8)), Limit{Pages: 1}, fault.TooLarge, "extract.pages"},
		{"a picture without text", blank(t), Limit{}, fault.Invalid, "extract.no_text"},
		{"a picture cut off", blank(t)[:100], Limit{}, fault.Invalid, "extract.broken_image"},
		{"a picture of 4 gigapixels", gigantic(), Limit{}, fault.TooLarge, "extract.large_image"},
		{"Word before 2007", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00"), Limit{}, fault.Invalid, "extract.old_word"},
		{"an old code", []byte("Céng hßa x· héi chñ nghÜa"[:5] + "\xb5\xb8"), Limit{}, fault.Invalid, "extract.encoding"},
		{"nothing", []byte(" \n"), Limit{}, fault.Invalid, "extract.empty"},
		{"too long a text", []byte(strings.Repeat("dịch ", 1000)), Limit{Text: 1000}, fault.TooLarge, "extract.long_text"},
	}
	for _, c := range cases {
		got, err := New(c.limit).Extract(context.Background(), c.data, nil)
		if fault.KindOf(err) != c.kind || fault.KeyOf(err) != c.key || got.Text != "" {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

func TestTextComesOutAsStored(t *testing.T) {
	utf16 := []byte{0xFE, 0xFF}
	for _, r := range "Đà Nẵng" {
		utf16 = append(utf16, byte(r>>8), byte(r))
	}
	cases := map[string][2]string{
		"UTF-8 with mark and CRLF": {"\uFEFFUỷ ban\u00a0\r\n\tx", "\uFEFFUỷ ban\u00a0\r\n\tx"},
		"decomposed":               {"Uy\u0309 ban", "Uy\u0309 ban"},
		"UTF-16":                   {string(utf16), "Đà Nẵng"},
	}
	for name, c := range cases {
		if got := readFile(t, []byte(c[0])); got.Text != c[1] || got.Method != Text {
			t.Errorf("%s: %q", name, got.Text)
		}
	}
}

func TestMissingProgramsAreNamed(t *testing.T) {
	pdf, picture := printed(t, order), blank(t)
	if missing := Missing(); len(missing) > 0 {
		t.Errorf("this machine lacks %v", missing)
	}
	t.Setenv("PATH", t.TempDir())
	if got := Missing(); len(got) != len(programs) || got[0] != (Absent{"pdfinfo", "poppler-utils"}) {
		t.Errorf("missing: %v", got)
	}
	for name, data := range map[string][]byte{"pdfinfo": pdf, "tesseract": picture} {
		_, err := New(Limit{}).Extract(context.Background(), data, nil)
		var f *fault.Fault
		if !errors.As(err, &f) || f.Kind != fault.Unavailable || f.Key != "extract.missing" || f.Args[1] != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCancellingStopsThePrograms(t *testing.T) {
	scan, _ := scanned(t, printed(t, strings.Repeat(order+"\n", 10)))
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	ctx, cancel := context.WithCancel(context.Background())
	var cancelled time.Time
	_, err := New(Limit{}).Extract(ctx, scan, func(done, total int) {
		if done == 0 && cancelled.IsZero() {
			cancelled = time.Now().Add(300 * time.Millisecond)
			time.AfterFunc(300*time.Millisecond, cancel)
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if took := time.Since(cancelled); took > 5*time.Second {
		t.Errorf("went on for %v", took)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestTimeAndMemoryAreBounded(t *testing.T) {
	scan, pictures := scanned(t, printed(t, order))
	cases := []struct {
		name  string
		data  []byte
		limit Limit
		key   string
	}{
		{"the file", scan, Limit{Time: 200 * time.Millisecond}, "extract.slow"},
		{"a page", pictures[0], Limit{Page: 50 * time.Millisecond}, "extract.too_hard"},
		{"memory", pictures[0], Limit{Memory: 80 << 20}, "extract.too_hard"},
	}
	for _, c := range cases {
		_, err := New(c.limit).Extract(context.Background(), c.data, nil)
		if fault.KindOf(err) != fault.TooLarge || fault.KeyOf(err) != c.key {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestAWholeGroupOfProgramsDies(t *testing.T) {
	mark := "3.14159"
	e := New(Limit{})
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	var out []byte
	err := e.run(ctx, job{name: "sh", args: []string{"-c", "sleep " + mark + " & sleep " + mark + "; true"}, time: time.Minute}, all(&out, 100))
	if err == nil {
		t.Fatal("was not stopped")
	}
	if found, _ := exec.Command("pgrep", "-f", "^sleep "+mark).Output(); len(found) > 0 {
		t.Errorf("still running: %s", found)
	}
}

func FuzzSniff(f *testing.F) {
	for _, s := range []string{"%PDF-", "PK\x03\x04word/document.xml", "\xff\xfea", "\xff\xd8\xffExif\x00\x00MM\x00*\x00\x00\x00\x08", "chữ"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		switch Sniff(data) {
		case KindText:
			if got, err := plain(data); err == nil && len(got.Text) > 2*len(data) {
				t.Fatal("text grew")
			}
		case KindJPEG, KindPNG:
			orientation(data)
		}
	})
}
