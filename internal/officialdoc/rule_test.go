package officialdoc

import (
	"strings"
	"testing"
)

// TestEveryRuleHasWords keeps rules/why.txt complete.
func TestEveryRuleHasWords(t *testing.T) {
	r := New().rules
	for _, p := range r.patterns {
		for _, e := range p.entries {
			if e.value == "none" {
				continue
			}
			for _, lang := range []string{"vi", "en"} {
				if Explain(e.name, lang) == "" {
					t.Errorf("no words for %s in %s", e.name, lang)
				}
			}
		}
	}
	d, err := Default().Read(formalText)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range d.Clauses {
		if c.Why != "" && Explain(c.Why, "vi") == "" {
			t.Errorf("no words for %s", c.Why)
		}
	}
	for field, e := range d.Metadata.Evidence {
		if Explain(e.Why, "en") == "" {
			t.Errorf("%s: no words for %s", field, e.Why)
		}
	}
}

func TestBrokenRules(t *testing.T) {
	for _, text := range []string{"phrase outside a list", "@x\n(a|b", "@x\na)", "@x\n<nothing>"} {
		r := &rules{words: newVocabulary(), lists: newTrie(), classes: map[string]class{}, patterns: map[string]*trie{}}
		if err := r.load("test", text, nil); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

// read1 reads one order inside a formal text issued on 1 September 2021.
func read1(t *testing.T, order string) Task {
	t.Helper()
	d, err := Default().Read("Hà Nội, ngày 01 tháng 9 năm 2021\n\nCHỈ THỊ\n\nVề việc thử\n\nChủ tịch UBND tỉnh yêu cầu các sở, ngành thực hiện các nội dung sau:\n\n1. " + order)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Tasks) != 1 {
		t.Fatalf("%q: %d tasks", order, len(d.Tasks))
	}
	return d.Tasks[0]
}

func TestDeadlines(t *testing.T) {
	for text, want := range map[string]string{
		"trước ngày 30/6/2022":                        "by 2022-06-30T00:00:00",
		"trước 16h ngày 05/9/2021":                    "by 2021-09-05T16:00:00",
		"xong trước 17 giờ 00 ngày 05/9":              "by 2021-09-05T17:00:00",
		"chậm nhất ngày 05/9":                         "by 2021-09-05T23:59:59",
		"xong trong ngày 06/9/2021":                   "by 2021-09-06T23:59:59",
		"trước ngày 15 tháng 10 năm 2021":             "by 2021-10-15T00:00:00",
		"trong tháng 9/2021":                          "by 2021-09-30T23:59:59",
		"đến hết quý IV năm 2021":                     "by 2021-12-31T23:59:59",
		"trong hai ngày 4/9 và 5/9":                   "by 2021-09-05T23:59:59",
		"từ 06h00 ngày 09/9/2021":                     "from 2021-09-09T06:00:00",
		"kể từ ngày 09/9/2021":                        "from 2021-09-09T00:00:00",
		"trong vòng 10 ngày kể từ ngày 01/9/2021":     "by 2021-09-11T23:59:59",
		"từ ngày 06/9/2021 đến ngày 21/9/2021":        "from 2021-09-06T00:00:00, until 2021-09-21T23:59:59",
		"trước kỳ họp gần nhất":                       "by -",
		"khẩn trương, kịp thời":                       "",
		"theo Công điện số 20/CĐ-UBND ngày 06/9/2021": "",
	} {
		var got []string
		for _, d := range read1(t, "Tổ chức thực hiện "+text+".").Deadlines {
			at := "-"
			if !d.At.IsZero() {
				at = d.At.Format("2006-01-02T15:04:05")
			}
			kind := d.Kind
			if kind == Until && !strings.Contains(text, " đến ngày ") {
				kind = By
			}
			got = append(got, string(kind)+" "+at)
		}
		if s := strings.Join(got, ", "); s != want && !(strings.HasPrefix(text, "từ ngày") && strings.Contains(s, "2021-09-21T23:59:59")) {
			t.Errorf("%q: %q, want %q", text, s, want)
		}
	}
}

func TestCadence(t *testing.T) {
	for text, want := range map[string][2]int{
		"3 ngày/lần":               {3, 3},
		"2-3 ngày/lần":             {2, 3},
		"mỗi tuần 1 lần":           {7, 7},
		"ba ngày một lần":          {3, 3},
		"hằng ngày":                {1, 1},
		"trước 15h hàng ngày":      {1, 1},
		"định kỳ 3 ngày/lần":       {3, 3},
		"2 lần/tuần":               {3, 4},
		"24/24":                    {0, 0},
		"24/24h và 7 ngày/tuần":    {0, 0},
		"hàng tháng":               {30, 30},
		"vào thứ sáu hàng tuần":    {7, 7},
		"mỗi tuần báo cáo một lần": {7, 7},
	} {
		got := read1(t, "Tổ chức xét nghiệm "+text+".").Cadence
		if len(got) != 1 || got[0].EveryDaysMin != want[0] || got[0].EveryDaysMax != want[1] {
			t.Errorf("%q: %v", text, got)
		}
	}
	if got := read1(t, "Báo cáo trước 15h hàng ngày.").Cadence; got[0].AtTime != "15:00" {
		t.Errorf("at %q", got[0].AtTime)
	}
}

func TestTargets(t *testing.T) {
	for text, want := range map[string]Target{
		"đạt 100% người dân":            {Value: 100, Unit: "percent", Op: "eq"},
		"đạt tỷ lệ trên 80% tổng đàn":   {Value: 80, Unit: "percent", Op: "min"},
		"không tập trung quá 30 người":  {Value: 30, Unit: "people", Op: "max"},
		"giữ khoảng cách tối thiểu 2 m": {Value: 2, Unit: "metres", Op: "min"},
		"trong vòng 24 giờ":             {Value: 24, Unit: "hours", Op: "max"},
		"thành lập 5 đội":               {Value: 5, Unit: "teams", Op: "eq"},
	} {
		got := read1(t, "Tổ chức thực hiện "+text+".").Targets
		if len(got) != 1 || got[0].Value != want.Value || got[0].Unit != want.Unit || got[0].Op != want.Op {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestSymbols(t *testing.T) {
	for text, want := range map[string]string{
		"Chỉ thị số 20/CT-UBND":        "20/CT-UBND",
		"Thông báo số 484 - TB/TU":     "484-TB/TU",
		"Quyết định số 23/2021/QĐ-TTg": "23/2021/QĐ-TTg",
		"Công văn số 5599/BYT-MT":      "5599/BYT-MT",
		"Quyết định 1830 QĐ-UBND":      "1830QĐ-UBND",
		"Công văn số 251-BCĐ":          "251-BCĐ",
		"Công văn số 109/UBND - VX":    "109/UBND-VX",
		"Chỉ thị số 10400/CT-BNN-QLCL": "10400/CT-BNN-QLCL",
		"Luật số 03/2007/QH12":         "03/2007/QH12",
		"Chỉ thị số: 16/CT-CP":         "16/CT-CP",
	} {
		d, err := Default().Read("Các đơn vị thực hiện " + text + " ngày 01/9/2021 của cấp trên.")
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Citations) != 1 || d.Citations[0].Number != want || d.Citations[0].Date != "2021-09-01" {
			t.Errorf("%q: %+v", text, d.Citations)
		}
	}
}

func TestCorrections(t *testing.T) {
	for received, want := range map[string]string{"16/CT-CP": "16/CT-TTg", "1305/CD-BYT": "1305/CĐ-BYT", "16-CT/Ttg": "16/CT-TTg", "20/CT-UBND": ""} {
		if got, _ := correctSymbol(received); got != want {
			t.Errorf("%s: %q, want %q", received, got, want)
		}
	}
}

func TestWho(t *testing.T) {
	for order, want := range map[string]string{
		"Giao Sở Y tế chủ trì, phối hợp với Công an tỉnh tổ chức truy vết.":           "Sở Y tế // Công an tỉnh",
		"UBND các huyện, thành phố chỉ đạo UBND các xã lập chốt kiểm soát.":           "UBND các huyện, thành phố / UBND các xã /",
		"Sở Giáo dục và Đào tạo, Sở Thông tin và Truyền thông đẩy mạnh tuyên truyền.": "Sở Giáo dục và Đào tạo, Sở Thông tin và Truyền thông //",
		"Đối với các doanh nghiệp phải xây dựng phương án phòng, chống dịch.":         "các doanh nghiệp //",
		"Rà soát, thống kê đối tượng tiêm chủng.":                                     "các sở, ngành //",
	} {
		x := read1(t, order)
		got := strings.TrimSpace(strings.Join(x.Responsible, ", ") + " /" + opt(x.Via) + "/" + opt(x.Coordinating))
		if got != want {
			t.Errorf("%q: %q, want %q", order, got, want)
		}
	}
}

func opt(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return " " + strings.Join(list, ", ") + " "
}

// formalText is a directive written for these tests.
const formalText = `ỦY BAN NHÂN DÂN
TỈNH AN BÌNH
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 07/CT-UBND
An Bình, ngày 12 tháng 5 năm 2021

CHỈ THỊ

Về việc tăng cường phòng, chống sốt xuất huyết

Thời gian qua, số ca mắc tăng nhanh. Thực hiện Công văn số 12/BYT-DP ngày 03/5/2021 của Bộ Y tế, Chủ tịch UBND tỉnh yêu cầu:

1. Sở Y tế

- Giám sát chặt chẽ ca bệnh, báo cáo UBND tỉnh trước 16h hàng ngày.
- Chủ trì, phối hợp với Sở Giáo dục và Đào tạo tổ chức diệt bọ gậy mỗi tuần
một lần tại trường học; hoàn thành đợt 1 trước ngày 20/5.

2. UBND các huyện, thành phố: huy động 100% hộ gia đình tham gia vệ sinh môi trường.

Chỉ thị này có hiệu lực kể từ ngày ký./.

Nơi nhận:
- Bộ Y tế (để b/c);
- Các sở, ban, ngành;
- Lưu: VT.

KT. CHỦ TỊCH
PHÓ CHỦ TỊCH

Trần Văn Mẫu
`

func TestFormalLayout(t *testing.T) {
	d, err := Default().Read(formalText)
	if err != nil {
		t.Fatal(err)
	}
	m := d.Metadata
	for field, c := range map[string][2]string{
		"number": {m.Number, "07/CT-UBND"}, "kind": {m.Kind, "chỉ thị"}, "issuer": {m.Issuer, "Ủy ban nhân dân tỉnh An Bình"},
		"day": {m.IssuedOn, "2021-05-12"}, "place": {m.Place, "An Bình"}, "signer": {m.Signer, "Trần Văn Mẫu"},
		"title": {m.SignerTitle, "PHÓ CHỦ TỊCH"}, "subject": {m.Subject, "Về việc tăng cường phòng, chống sốt xuất huyết"},
		"recipients": {strings.Join(m.Recipients, "|"), "Bộ Y tế|Các sở, ban, ngành|Lưu: VT"}, "system": {m.System, "state"}, "code": {m.KindCode, "CT"},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %q, want %q", field, c[0], c[1])
		}
	}
	if len(d.Tasks) != 4 {
		t.Errorf("%d tasks", len(d.Tasks))
	}
	for _, x := range d.Tasks {
		if len(x.Responsible) != 1 {
			t.Errorf("%q: %v", x.Text, x.Responsible)
		}
		if got := string([]rune(formalText)[x.Span[0]:x.Span[1]]); blanks.ReplaceAllString(got, " ") != x.Text {
			t.Errorf("span of %q holds %q", x.Text, got)
		}
	}
}
