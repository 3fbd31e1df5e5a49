package directive

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseSymbol(t *testing.T) {
	for in, want := range map[string]Symbol{
		"20/CT-UBND":     {Text: "20/CT-UBND", Number: 20, Kind: "CT", Issuer: "UBND", System: "state"},
		"23/2021/QĐ-TTg": {Text: "23/2021/QĐ-TTg", Number: 23, Year: 2021, Kind: "QĐ", Issuer: "TTg", System: "state"},
		"2686/QĐ-BCĐQG":  {Text: "2686/QĐ-BCĐQG", Number: 2686, Kind: "QĐ", Issuer: "BCĐQG", System: "state"},
		"71/CĐ-TTg":      {Text: "71/CĐ-TTg", Number: 71, Kind: "CĐ", Issuer: "TTg", System: "state"},
		"71/CD-TTg":      {Text: "71/CĐ-TTg", Number: 71, Kind: "CĐ", Issuer: "TTg", System: "state"},
		"5599/BYT-MT":    {Text: "5599/BYT-MT", Number: 5599, Kind: "CV", Issuer: "BYT", Unit: "MT", System: "state"},
		"Số 484 - TB/TU": {Text: "484-TB/TU", Number: 484, Kind: "TB", Issuer: "TU", System: "party"},
		"Số: 346–CV/QU":  {Text: "346-CV/QU", Number: 346, Kind: "CV", Issuer: "QU", System: "party"},
		"16/CT-CP":       {Text: "16/CT-TTg", Number: 16, Kind: "CT", Issuer: "TTg", System: "state"},
		"không số":       {Text: "không số"},
		"":               {},
	} {
		if diff := cmp.Diff(want, ParseSymbol(in)); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
}

func TestSpellingsOfOneSymbolCompareAlike(t *testing.T) {
	for _, same := range [][]string{
		{"16/CT-TTg", "16-CT/Ttg", "16/ct-ttg"}, {"05-CT/TU", "5 - CT/TU"}, {"71/CĐ-TTg", "71/CD-TTg"},
	} {
		for _, s := range same {
			if a, b := symbolKey(CleanSymbol(same[0])), symbolKey(CleanSymbol(s)); a != b {
				t.Errorf("%q is %q, %q is %q", same[0], a, s, b)
			}
		}
	}
	if symbolKey("20/CT-UBND") == symbolKey("20/CĐ-UBND") {
		t.Error("a directive and a telegram of one number are one")
	}
}

func TestNamesOfIssuers(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Thành ủy HN", "Thành ủy Hà Nội", true},
		{"Ban Thường vụ Thành uỷ Hà Nội", "Thành ủy Hà Nội", true},
		{"Thành ủy", "Ban Thường vụ Thành ủy Hà Nội", true},
		{"Chủ tịch UBND Thành phố Hà Nội", "UBND TP Hà Nội", true},
		{"Thủ tướng Chính phủ", "Thủ tướng", true},
		{"Thành ủy Hà Nội", "Thành ủy Hải Phòng", false},
		{"UBND quận Long Biên", "UBND quận Ba Đình", false},
	} {
		if got := sameIssuer(issuerKey(c.a), issuerKey(c.b)); got != c.same {
			t.Errorf("%q and %q: %v (%q, %q)", c.a, c.b, got, issuerKey(c.a), issuerKey(c.b))
		}
	}
}

func TestTimeOfDay(t *testing.T) {
	for in, want := range map[string]string{
		"báo cáo trước 17h hàng ngày": "17:00", "trước 16 giờ 30 hằng ngày": "16:30", "trước 8h00 mỗi ngày": "08:00",
		"3 ngày/lần": "", "trước 17h ngày 07/9/2021 phải xong toàn bộ việc rà soát và lập danh sách người dân": "", "lúc 27h": "",
	} {
		if got := timeOfDay(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestTitleOf(t *testing.T) {
	for in, want := range map[string]string{
		"- Giao Công an Thành phố kiểm tra.": "Giao Công an Thành phố kiểm tra",
		"2.1. UBND quận ban hành kế hoạch;":  "UBND quận ban hành kế hoạch",
		"(1) UBND Quận phê duyệt":            "UBND Quận phê duyệt",
		"14 phường trình kế hoạch":           "14 phường trình kế hoạch",
	} {
		if got := titleOf(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	long := titleOf("Tiếp tục đẩy mạnh công tác tuyên truyền bằng nhiều hình thức để người dân nâng cao ý thức tự giác, chủ động")
	if n := len([]rune(long)); n > maxTitle+2 || n < 60 {
		t.Errorf("%d letters: %q", n, long)
	}
}
