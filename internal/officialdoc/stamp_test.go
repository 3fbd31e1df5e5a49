package officialdoc

import (
	"strings"
	"testing"
)

// TestStampsOnPaper reads the stamp as the PDF and the scan of a paper give it:
// its rows apart from each other, without tabs.
func TestStampsOnPaper(t *testing.T) {
	text := "THÀNH ỦY SEN HỒ\n\nĐẢNG CỘNG SẢN VIỆT NAM\n\nSố 84 - TB/TU\n\nSen Hồ, ngày 07 tháng 9 năm 2021\n\n" +
		"HUYỆN ỦY BẾN TRÚC\n\nC.V Số: 522\n\nĐẾN Ngày: 08/9/2021\n\nChuyên:\n\nLưu hồ sơ:\n\nTHÔNG BÁO\n\nKết luận của Ban Thường vụ Thành ủy\n\nNgày 07/9/2021 Ban Thường vụ họp.\n"
	for name, text := range map[string]string{"apart": text, "close": strings.ReplaceAll(text, "\n\n", "\n")} {
		d, err := New().Read(text)
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Stamps) != 1 || d.Stamps[0].Number != "522" || d.Stamps[0].Date != "2021-09-08" {
			t.Errorf("%s: stamps %+v", name, d.Stamps)
		}
		if d.Metadata.Number != "84-TB/TU" || !strings.HasPrefix(d.Metadata.Issuer, "Thành ủy") {
			t.Errorf("%s: %q of %q", name, d.Metadata.Number, d.Metadata.Issuer)
		}
	}
}
