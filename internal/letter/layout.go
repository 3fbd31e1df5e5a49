package letter

import (
	"fmt"
	"strings"
	"time"
)

// The sizes of letters in points.
const (
	sizeBody  = 14.0
	sizeSmall = 13.0
	sizeList  = 11.0
)

// layout arranges the parts of a document from top to bottom.
func (l Letter) layout() paper {
	p := paper{title: strings.TrimSpace(l.Kind + " " + l.Subject), date: l.Date}
	p.elements = append(p.elements, l.heading())
	p.elements = append(p.elements, l.title()...)
	p.elements = append(p.elements, l.addressees()...)
	p.elements = append(p.elements, l.body()...)
	p.elements = append(p.elements, l.ending())
	return p
}

// heading is issuer and number on the left; motto or the Party's name, place
// and date on the right.
func (l Letter) heading() row {
	var own, common []element
	if l.Line == Party {
		own, common = l.partyIssuer(), l.partyName()
	} else {
		own, common = l.stateIssuer(), l.motto()
	}
	own = append(own, para{runs: []run{{text: l.symbol()}}, size: sizeSmall, align: centre, before: 6})
	if l.Kind == "" && l.Subject != "" {
		own = append(own, para{runs: []run{{text: "V/v " + l.Subject}}, size: 12, align: centre})
	}
	for _, mark := range []string{l.Secrecy, l.Urgency} {
		if mark != "" {
			own = append(own, para{runs: []run{{text: upper(mark), bold: true}}, size: sizeSmall, align: centre, before: 6, frame: true})
		}
	}
	common = append(common, para{runs: []run{{text: PlaceDate(l.Place, l.Date), italic: true}}, size: sizeSmall, align: centre, before: 6})
	if l.Circulation != "" {
		common = append(common, mark(l.Circulation))
	}
	if l.Draft {
		common = append(common, mark("DỰ THẢO"))
	}
	return row{cells: []cell{{width: 68, elements: own}, {width: textWidth - 68, elements: common}}}
}

func mark(text string) para {
	return para{runs: []run{{text: upper(text), bold: true}}, size: sizeSmall, align: centre, before: 6, frame: true}
}

func (l Letter) stateIssuer() []element {
	var own []element
	if l.Superior != "" {
		own = append(own, para{runs: []run{{text: upper(l.Superior)}}, size: 12, align: centre})
	}
	return append(own,
		para{runs: []run{{text: upper(l.Issuer), bold: true}}, size: 12, align: centre},
		rule{width: 24, align: centre, gap: 1})
}

func (l Letter) motto() []element {
	return []element{
		para{runs: []run{{text: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold: true}}, size: 12, align: centre},
		para{runs: []run{{text: "Độc lập - Tự do - Hạnh phúc", bold: true}}, size: sizeSmall, align: centre},
		rule{width: 52, align: centre, gap: 1},
	}
}

func (l Letter) partyIssuer() []element {
	var own []element
	if l.Superior != "" {
		own = append(own, para{runs: []run{{text: upper(l.Superior)}}, size: sizeSmall, align: centre})
	}
	return append(own,
		para{runs: []run{{text: upper(l.Issuer), bold: true}}, size: sizeSmall, align: centre},
		para{runs: []run{{text: "*"}}, size: sizeSmall, align: centre})
}

func (l Letter) partyName() []element {
	return []element{
		para{runs: []run{{text: "ĐẢNG CỘNG SẢN VIỆT NAM", bold: true}}, size: 15, align: centre},
		rule{width: 76, align: centre, gap: 1},
	}
}

// symbol is the line of number and symbol: "Số: 20/CT-UBND" of the State,
// "Số 484-TB/TU" of the Party, with room for a number that is not given yet.
func (l Letter) symbol() string {
	symbol := l.Symbol
	if symbol == "" || strings.HasPrefix(symbol, "/") || strings.HasPrefix(symbol, "-") {
		symbol = strings.Repeat("\u00a0", 8) + symbol
	}
	if l.Line == Party {
		return "Số " + symbol
	}
	return "Số: " + symbol
}

// PlaceDate is "Hà Nội, ngày 07 tháng 9 năm 2021", with blanks to fill in where
// there is no date.
func PlaceDate(place string, date time.Time) string {
	day := "ngày\u00a0\u00a0\u00a0\u00a0 tháng\u00a0\u00a0\u00a0\u00a0 năm\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0"
	if !date.IsZero() {
		month := fmt.Sprint(int(date.Month()))
		if date.Month() <= 2 {
			month = "0" + month
		}
		day = fmt.Sprintf("ngày %02d tháng %s năm %d", date.Day(), month, date.Year())
	}
	if place == "" {
		return day
	}
	return place + ", " + day
}

// title is kind and subject in the middle of the page.
func (l Letter) title() []element {
	if l.Kind == "" {
		return nil
	}
	size := sizeBody
	if l.Line == Party {
		size = 16
	}
	out := []element{para{runs: []run{{text: upper(l.Kind), bold: true}}, size: size, align: centre, before: 18, keep: true}}
	if l.Subject != "" {
		out = append(out, para{runs: []run{{text: l.Subject, bold: true}}, size: sizeBody, align: centre, keep: true})
	}
	return append(out, rule{width: 40, align: centre, gap: 2})
}

func (l Letter) addressees() []element {
	switch len(l.Addressees) {
	case 0:
		return nil
	case 1:
		return []element{para{runs: []run{{text: "Kính gửi: " + l.Addressees[0]}}, size: sizeBody, align: centre, before: 12}}
	}
	out := []element{para{runs: []run{{text: "Kính gửi:"}}, size: sizeBody, first: 30, before: 12, keep: true}}
	for i, a := range l.Addressees {
		out = append(out, para{runs: []run{{text: "- " + a + listEnd(i, len(l.Addressees))}}, size: sizeBody, first: 40})
	}
	return out
}

// body is the bases and the numbered paragraphs; the last one ends with "./.".
func (l Letter) body() []element {
	var out []element
	for i, b := range l.Basis {
		end := ";"
		if i == len(l.Basis)-1 {
			end = "."
		}
		out = append(out, para{runs: []run{{text: strings.TrimRight(b, ";., ") + end, italic: true}}, size: sizeBody, align: justified, first: 10, before: 6, spread: 1.15})
	}
	for i, b := range l.Body {
		text := b.Text
		if i == len(l.Body)-1 {
			text = finished(text)
		}
		p := para{size: sizeBody, align: justified, first: 10, before: 6, keep: b.Heading, spread: 1.15}
		if b.Number != "" {
			text = b.Number + " " + text
		}
		p.runs = []run{{text: text, bold: b.Heading}}
		out = append(out, p)
	}
	return out
}

// finished puts the sign of the end, "./.", behind the last paragraph.
func finished(text string) string {
	text = strings.TrimSpace(text)
	if strings.HasSuffix(text, "./.") {
		return text
	}
	return strings.TrimRight(text, " .;/") + "./."
}

// ending is recipients on the left and the signature on the right.
func (l Letter) ending() row {
	return row{before: 12, cells: []cell{
		{width: textWidth / 2, elements: l.recipients()},
		{width: textWidth / 2, elements: l.signature()},
	}}
}

func (l Letter) recipients() []element {
	if len(l.Recipients) == 0 {
		return nil
	}
	head := run{text: "Nơi nhận:", bold: true, italic: true}
	if l.Line == Party {
		head = run{text: "Nơi nhận:", underline: true}
	}
	out := []element{para{runs: []run{head}, size: 12}}
	for i, r := range l.Recipients {
		text := "- " + r.Text
		if r.Remark != "" {
			text += " (" + strings.Trim(r.Remark, "()") + ")"
		}
		out = append(out, para{runs: []run{{text: text + listEnd(i, len(l.Recipients))}}, size: sizeList})
	}
	return out
}

// listEnd closes the i-th of n lines.
func listEnd(i, n int) string {
	if i == n-1 {
		return "."
	}
	return ";"
}

func (l Letter) signature() []element {
	var out []element
	for _, line := range l.Sign.lines(l.Line) {
		out = append(out, para{runs: []run{{text: upper(line.text), bold: line.bold}}, size: sizeBody, align: centre})
	}
	return append(out, para{runs: []run{{text: l.Sign.Name, bold: true}}, size: sizeBody, align: centre, before: 72})
}

// lines are the lines above the name: capacity and title.
func (s Sign) lines(line Line) []run {
	state := line != Party
	of := func(c Capacity) string {
		if state {
			return string(c) + " "
		}
		return map[Capacity]string{OnBehalf: "T/M ", ForHead: "K/T ", ByOrder: "T/L ", ByMandate: "T/UQ ", Acting: "Q. "}[c]
	}
	var out []run
	if s.Body != "" {
		out = append(out, run{text: of(OnBehalf) + s.Body, bold: true})
	}
	switch s.Capacity {
	case ForHead, ByOrder, ByMandate:
		out = append(out, run{text: of(s.Capacity) + s.Head, bold: true})
	case Acting:
		return append(out, run{text: of(Acting) + s.Title, bold: state})
	}
	if s.Title != "" {
		out = append(out, run{text: s.Title, bold: state})
	}
	return out
}

func upper(s string) string { return strings.ToUpper(s) }
