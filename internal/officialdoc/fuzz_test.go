package officialdoc

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"phaodai/internal/fault"
	"phaodai/internal/testkit"
)

// FuzzRead gives the reader any bytes: it answers, or says why not, and what
// it answers lies inside the text.
func FuzzRead(f *testing.F) {
	for _, text := range hostile {
		f.Add([]byte(text))
	}
	seeds, _ := filepath.Glob(filepath.Join(testkit.SharedDir(), "seeds", "*.txt"))
	for _, path := range seeds {
		if data, err := os.ReadFile(path); err == nil {
			f.Add(data)
		}
	}
	r := New()
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := r.Read(string(data))
		if err != nil {
			if kind := fault.KindOf(err); kind != fault.Invalid && kind != fault.TooLarge {
				t.Fatalf("unclear error %v", err)
			}
			return
		}
		checkSpans(t, d, utf8.RuneCount(data))
		if _, err := json.Marshal(d); err != nil {
			t.Fatal(err)
		}
	})
}

// hostile are texts that broke readers, or could.
var hostile = []string{
	"", " ", "\n\n\n", "\ufeff", "-", "(", "((((", "\"\"\"", "1.", "1.1.1.1.1.1.1.1", "Số:", "Số: /", "số 1/", "ngày", "ngày 31/02/2021",
	"ngày 99/99/9999", "0/0", "24/24", "trước 25h ngày 30/6/2021", "Nơi nhận:", "Kính gửi:", "CHỈ THỊ", "CHỈ THỊ\nCHỈ THỊ", "QUYẾT ĐỊNH:",
	"Điều 1.", "a)", "(i)", "…", "./.", "PHIẾU XỬ LÝ VĂN BẢN ĐẾN", "Người ký:", "Người ký: :\n:", "ĐẾN\nSố: 1", "TM. KT.", "Về", "Để",
	"Đối với", "Giao", "yêu cầu", "UBND yêu cầu", "UBND, UBND và UBND yêu cầu UBND chỉ đạo UBND giao UBND", "999999999999999999999/CT-UBND",
	"từ 6 đến 21/9", "từ ngày 8-9/2", "trong quý IV", "ba ngày một lần", "n lần/ngày", "0 lần/ngày", "mỗi 0 ngày 1 lần", "ít nhất 0 lần",
	"Chủ tịch UBND tỉnh\u00a0Hà\u00a0Giang", "Uỷ ban nhân dân", "e\u0302\u0301", "\u0301\u0301\u0301", "\U0001F600 yêu cầu", "Theo ông", "Sở", "này",
}

func checkSpans(t *testing.T, d *Document, n int) {
	t.Helper()
	check := func(what string, s Span) {
		if s[0] < 0 || s[1] < s[0] || s[1] > n {
			t.Fatalf("%s: span %v outside a text of %d code points", what, s, n)
		}
	}
	for _, c := range d.Clauses {
		check("clause", c.Span)
	}
	for _, c := range d.Citations {
		check("citation", c.Span)
	}
	for _, c := range d.Corrections {
		check("correction", c.Span)
	}
	for _, x := range d.Tasks {
		check("task", x.Span)
		if x.Clause < 0 || x.Clause >= len(d.Clauses) {
			t.Fatalf("task of clause %d of %d", x.Clause, len(d.Clauses))
		}
		for _, y := range x.Deadlines {
			check("deadline", y.Span)
		}
	}
	for field, e := range d.Metadata.Evidence {
		check(field, e.Span)
	}
}

// TestNoText reads the hostile texts; the fuzz engine goes on from them.
func TestHostile(t *testing.T) {
	for _, text := range hostile {
		d, err := Default().Read(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		checkSpans(t, d, utf8.RuneCountInString(text))
	}
}

func TestRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		key  string
	}{
		"too long": {strings.Repeat("a", MaxBytes+1), "reader.too_long"},
		"bytes":    {"\xff\xfe", "reader.not_utf8"},
	} {
		if _, err := Default().Read(c.text); fault.KeyOf(err) != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWorstCase reads texts of the greatest length that are made to be slow:
// time must grow with length only, and memory stay below 64 MB.
func TestWorstCase(t *testing.T) {
	for name, unit := range map[string]string{
		"marks":     "(",
		"quotes":    "\"",
		"lists":     "UBND, ",
		"demands":   "UBND yêu cầu UBND, ",
		"through":   "chỉ đạo UBND giao ",
		"openers":   "Để, về, đối với ",
		"items":     "1.1.1. a\n",
		"lines":     "a\n",
		"blanks":    "\n\n",
		"issues":    "UBND ban hành chỉ thị ",
		"passive":   "chỉ thị do ",
		"symbols":   "số 20/CT-UBND ngày ",
		"dates":     "từ ngày 6/9 đến ",
		"numbers":   "1.000.000,5 ",
		"this":      "Các xã này phải dừng. ",
		"recaps":    "Yêu cầu UBND làm. Việc đó hoàn thành trước ngày 1/9/2021. ",
		"leads":     "Yêu cầu các xã thực hiện các nội dung sau:\n",
		"and":       "UBND và ",
		"headers":   "ỦY BAN NHÂN DÂN TỈNH\n",
		"captions":  "Ảnh: a\n",
		"combining": "a\u0301",
		"sentences": "Sở. ",
		"semis":     "giao UBND làm trước ngày 1/9/2021; ",
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Repeat(unit, MaxBytes/len(unit))
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			start := time.Now()
			d, err := Default().Read(text)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if err != nil {
				t.Fatal(err)
			}
			if took > 30*time.Second { // quadratic work would take hours; a loaded machine takes its time
				t.Errorf("took %v for %d KB", took, len(text)>>10)
			}
			if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 4*64 {
				t.Errorf("allocated %d MB in all", used)
			}
			if held := (int64(after.HeapInuse) - int64(before.HeapInuse)) >> 20; held > 64 {
				t.Errorf("held %d MB", held)
			}
			t.Logf("%v, %d MB allocated, %d clauses, %d tasks", took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20, len(d.Clauses), len(d.Tasks))
		})
	}
}
