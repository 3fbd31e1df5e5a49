package letter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"phaodai/internal/extract"
)

func stateLetter() Letter {
	l := Letter{
		Line: State, Superior: "Ủy ban nhân dân quận Sen Hồ", Issuer: "Ủy ban nhân dân phường Bến Trúc",
		Symbol: "20/CT-UBND", Place: "Bến Trúc", Date: time.Date(2021, 9, 3, 0, 0, 0, 0, time.UTC),
		Kind: "Chỉ thị", Subject: "Về việc tăng cường các biện pháp phòng, chống dịch Covid-19 trên địa bàn phường",
		Urgency: "Hỏa tốc",
		Basis:   []string{"Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015", "Theo đề nghị của Trạm trưởng Trạm Y tế phường"},
		Body: []Block{
			{Text: "Để kịp thời ngăn chặn dịch bệnh lây lan, Chủ tịch Ủy ban nhân dân phường yêu cầu:"},
			{Level: 1, Number: "1.", Text: "Tổ dân phố", Heading: true},
			{Level: 2, Number: "1.1.", Text: "Rà soát, lập danh sách người dân trong khu vực phong tỏa, hoàn thành trước 16h00 ngày 08/9/2021, báo cáo Ủy ban nhân dân phường kết quả thực hiện."},
			{Level: 3, Number: "a)", Text: "Người già yếu, người có bệnh nền."},
			{Level: 4, Number: "-", Text: "Ghi rõ số điện thoại."},
		},
		Sign:       Sign{Capacity: ForHead, Head: "Chủ tịch", Title: "Phó Chủ tịch", Name: "Nguyễn Thị Mẫu Đơn"},
		Recipients: []Recipient{{Text: "Ủy ban nhân dân quận", Remark: "để b/c"}, {Text: "Các tổ dân phố", Remark: "để t/h"}, {Text: "Lưu: VT"}},
	}
	for i := range 14 {
		l.Body = append(l.Body, Block{Level: 1, Number: fmt.Sprintf("%d.", i+2), Text: strings.Repeat("Lực lượng tuần tra phối hợp kiểm soát người ra vào khu vực phong tỏa; ", 4)})
	}
	return l
}

func partyLetter() Letter {
	return Letter{
		Line: Party, Superior: "Đảng bộ thành phố Hà Nội", Issuer: "Quận ủy Sen Hồ", Symbol: "71-KH/QU",
		Place: "Sen Hồ", Date: time.Date(2021, 2, 5, 0, 0, 0, 0, time.UTC), Kind: "Kế hoạch",
		Subject:    "thực hiện Chỉ thị số 06-CT/TU ngày 01/9/2021 của Ban Thường vụ Thành ủy",
		Body:       []Block{{Text: "Ban Thường vụ Quận ủy xây dựng Kế hoạch như sau:"}, {Level: 1, Number: "1.", Text: "Giao Ban Tuyên giáo Quận ủy chủ trì./."}},
		Sign:       Sign{Capacity: OnBehalf, Body: "Ban Thường vụ", Title: "Phó Bí thư Thường trực", Name: "Trần Văn Mẫu"},
		Recipients: []Recipient{{Text: "Thường trực Thành ủy", Remark: "để b/c"}, {Text: "Lưu Văn phòng Quận ủy"}},
		Draft:      true,
	}
}

func slip() Slip {
	return Slip{
		Line: Party, Superior: "Thành ủy Hà Nội", Issuer: "Huyện ủy Sen Hồ", Arrival: "522",
		IssuedOn: time.Date(2021, 9, 7, 0, 0, 0, 0, time.UTC), ReceivedOn: time.Date(2021, 9, 8, 0, 0, 0, 0, time.UTC),
		From: "Thành ủy Hà Nội", Symbol: "484-TB/TU", Kind: "Thông báo", Subject: "Kết luận của Ban Thường vụ Thành ủy",
		AdviceBy: "Văn phòng Huyện ủy", Advice: "Sao gửi các cơ quan.\nGiao UBND huyện xây dựng kế hoạch.",
		ApprovalBy: "Thường trực Huyện ủy", Approval: "Đồng ý.",
		Copies:  []string{"Các đ/c UV BTV Huyện ủy", "Lưu VPHU"},
		Chief:   Signer{Title: "Chánh Văn phòng", Name: "Nguyễn Thị Mẫu"},
		Leader:  Signer{Above: "Thường trực Huyện ủy duyệt", Title: "Phó Bí thư Thường trực", Name: "Đàm Văn Mẫu", At: "Đã duyệt 16:20 08/9/2021"},
		Entered: "Nhập thay: Trần Thị B, 16:20 08/9/2021, theo bản giấy.",
	}
}

type made interface {
	DOCX(io.Writer) error
	PDF(io.Writer) error
}

func TestMadeDocumentsAreReadBack(t *testing.T) {
	cases := []struct {
		name   string
		made   made
		want   []string // whole lines
		spread []string // may run over two lines
	}{
		{"state", stateLetter(), []string{"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
			"Số: 20/CT-UBND", "HỎA TỐC", "Bến Trúc, ngày 03 tháng 9 năm 2021", "CHỈ THỊ", "1. Tổ dân phố", "a) Người già yếu, người có bệnh nền.",
			"1.1. Rà soát, lập danh sách người dân trong khu vực phong tỏa, hoàn thành trước 16h00 ngày 08/9/2021, báo cáo Ủy ban nhân dân phường kết quả thực hiện.",
			"Nơi nhận:", "- Ủy ban nhân dân quận (để b/c);", "- Lưu: VT.", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Nguyễn Thị Mẫu Đơn"},
			[]string{"ỦY BAN NHÂN DÂN QUẬN SEN HỒ", "ỦY BAN NHÂN DÂN PHƯỜNG BẾN TRÚC"}},
		{"party", partyLetter(), []string{"QUẬN ỦY SEN HỒ", "ĐẢNG CỘNG SẢN VIỆT NAM", "Số 71-KH/QU", "Sen Hồ, ngày 05 tháng 02 năm 2021", "KẾ HOẠCH", "DỰ THẢO",
			"1. Giao Ban Tuyên giáo Quận ủy chủ trì./.", "T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ THƯỜNG TRỰC", "Trần Văn Mẫu"},
			[]string{"thực hiện Chỉ thị số 06-CT/TU ngày 01/9/2021 của Ban Thường vụ Thành ủy"}},
		{"slip", slip(), []string{"PHIẾU XỬ LÝ VĂN BẢN ĐẾN", "Số văn bản đến: 522", "Ngày, tháng, năm ban hành: 07/9/2021", "Cơ quan ban hành: Thành ủy Hà Nội",
			"Ngày nhận văn bản: 08/9/2021", "Đồng ý.", "- Lưu VPHU.", "CHÁNH VĂN PHÒNG", "THƯỜNG TRỰC HUYỆN ỦY DUYỆT", "Đàm Văn Mẫu"},
			[]string{"Tham mưu, đề xuất hướng giải quyết của Văn phòng Huyện ủy"}},
	}
	for _, c := range cases {
		for format, write := range map[string]func(io.Writer) error{"docx": c.made.DOCX, "pdf": c.made.PDF} {
			var out bytes.Buffer
			if err := write(&out); err != nil {
				t.Fatal(err)
			}
			keep(t, c.name+"."+format, out.Bytes())
			got, err := extract.New(extract.Limit{}).Extract(context.Background(), out.Bytes(), nil)
			if err != nil {
				t.Fatalf("%s %s: %v", c.name, format, err)
			}
			lines, all := "\n"+got.Text, strings.Join(strings.Fields(got.Text), " ")
			for _, want := range c.want {
				if !strings.Contains(lines, "\n"+want+"\n") {
					t.Errorf("%s %s: no line %q in\n%s", c.name, format, want, got.Text)
				}
			}
			for _, want := range c.spread {
				if !strings.Contains(all, want) {
					t.Errorf("%s %s: no %q in\n%s", c.name, format, want, got.Text)
				}
			}
		}
	}
}

func TestSameInputSameBytes(t *testing.T) {
	for _, m := range []made{stateLetter(), partyLetter(), slip(), Letter{Issuer: "x"}, Slip{}} {
		for _, write := range []func(io.Writer) error{m.DOCX, m.PDF} {
			var a, b bytes.Buffer
			if err := errors.Join(write(&a), write(&b)); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(a.Bytes(), b.Bytes()) || a.Len() == 0 {
				t.Errorf("%T: two runs differ", m)
			}
		}
	}
}

func TestPagesAreNumberedFromTheSecond(t *testing.T) {
	var out bytes.Buffer
	if err := stateLetter().PDF(&out); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command("pdftotext", "-layout", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Split(strings.TrimSuffix(string(text), "\f"), "\f")
	if len(pages) < 2 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, page := range pages {
		first, _, _ := strings.Cut(strings.TrimSpace(page), "\n")
		if numbered := strings.TrimSpace(first) == fmt.Sprint(i+1); numbered != (i > 0) {
			t.Errorf("page %d begins with %q", i+1, first)
		}
	}
}

func TestCapacities(t *testing.T) {
	cases := []struct {
		line Line
		sign Sign
		want string
	}{
		{State, Sign{Title: "Chủ tịch"}, "Chủ tịch"},
		{State, Sign{Capacity: OnBehalf, Body: "UBND", Title: "Chủ tịch"}, "TM. UBND|Chủ tịch"},
		{State, Sign{Capacity: ForHead, Body: "UBND", Head: "Chủ tịch", Title: "Phó Chủ tịch"}, "TM. UBND|KT. Chủ tịch|Phó Chủ tịch"},
		{State, Sign{Capacity: ByOrder, Head: "Chủ tịch", Title: "Chánh Văn phòng"}, "TL. Chủ tịch|Chánh Văn phòng"},
		{State, Sign{Capacity: ByMandate, Head: "Chủ tịch", Title: "Giám đốc"}, "TUQ. Chủ tịch|Giám đốc"},
		{State, Sign{Capacity: Acting, Title: "Chủ tịch"}, "Q. Chủ tịch"},
		{Party, Sign{Capacity: OnBehalf, Body: "Ban Thường vụ", Title: "Bí thư"}, "T/M Ban Thường vụ|Bí thư"},
		{Party, Sign{Capacity: ByOrder, Head: "Ban Thường vụ", Title: "Chánh Văn phòng"}, "T/L Ban Thường vụ|Chánh Văn phòng"},
	}
	for _, c := range cases {
		var got []string
		for _, l := range c.sign.lines(c.line) {
			got = append(got, l.text)
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%v: %q, want %q", c.sign, s, c.want)
		}
	}
}

func TestWhatIsNotKnownIsLeftToBeFilledIn(t *testing.T) {
	l := Letter{Line: State, Issuer: "UBND", Symbol: "/CT-UBND"}
	if got := l.symbol(); !strings.HasPrefix(got, "Số: \u00a0") || !strings.HasSuffix(got, "/CT-UBND") {
		t.Errorf("%q", got)
	}
	if got := PlaceDate("Hà Nội", time.Time{}); !strings.HasPrefix(got, "Hà Nội, ngày\u00a0") {
		t.Errorf("%q", got)
	}
}

func TestLongWordsStayOnThePage(t *testing.T) {
	l := Letter{Line: State, Issuer: strings.Repeat("Ủ", 200), Body: []Block{{Text: strings.Repeat("đ", 5000) + "<>&\x00\uffff"}}}
	for _, write := range []func(io.Writer) error{l.DOCX, l.PDF} {
		var out bytes.Buffer
		if err := write(&out); err != nil {
			t.Fatal(err)
		}
		if _, err := extract.New(extract.Limit{}).Extract(context.Background(), out.Bytes(), nil); err != nil {
			t.Error(err)
		}
	}
}

// keep writes what was made into the folder of screenshots, where one is asked
// for.
func keep(t *testing.T, name string, data []byte) {
	t.Helper()
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
		t.Fatal(err)
	}
}
