package letter

import (
	"strings"
	"time"
)

// layout arranges the slip: facts of the document, two boxes, copies, two
// signatures.
func (s Slip) layout() paper {
	head := Letter{Line: s.Line, Superior: s.Superior, Issuer: s.Issuer}
	own, common := head.stateIssuer(), head.motto()
	if s.Line == Party {
		own, common = head.partyIssuer(), head.partyName()
	}
	p := paper{title: "Phiếu xử lý văn bản đến " + s.Arrival, date: s.ReceivedOn}
	p.elements = append(p.elements,
		row{cells: []cell{{width: 68, elements: own}, {width: textWidth - 68, elements: common}}},
		para{runs: []run{{text: "PHIẾU XỬ LÝ VĂN BẢN ĐẾN", bold: true}}, size: 16, align: centre, before: 14})
	p.elements = append(p.elements, s.facts()...)
	p.elements = append(p.elements, s.boxes())
	if len(s.Copies) > 0 {
		p.elements = append(p.elements, para{runs: []run{{text: "Sao gửi:", bold: true}}, size: sizeSmall, before: 8, keep: true})
		for i, c := range s.Copies {
			p.elements = append(p.elements, para{runs: []run{{text: "- " + strings.TrimRight(c, ";. ") + listEnd(i, len(s.Copies))}}, size: 12})
		}
	}
	p.elements = append(p.elements, row{before: 10, cells: []cell{
		{width: textWidth / 2, elements: s.Chief.lines()},
		{width: textWidth / 2, elements: s.Leader.lines()},
	}})
	if s.Entered != "" {
		p.elements = append(p.elements, para{runs: []run{{text: s.Entered}}, size: 11, before: 10})
	}
	return p
}

func (s Slip) facts() []element {
	fact := func(name, value string) element {
		return para{runs: []run{{text: name + ": "}, {text: value, bold: true}}, size: sizeSmall, before: 4}
	}
	out := []element{
		para{runs: []run{{text: "Số văn bản đến: "}, {text: s.Arrival, bold: true}}, size: sizeSmall, before: 10},
		fact("Ngày, tháng, năm ban hành", day(s.IssuedOn)),
		fact("Cơ quan ban hành", s.From),
	}
	if s.Symbol != "" {
		out = append(out, fact("Số, ký hiệu", s.Symbol))
	}
	return append(out,
		fact("Ngày nhận văn bản", day(s.ReceivedOn)),
		fact("Trích yếu nội dung văn bản", strings.TrimSpace(upper(s.Kind)+" "+s.Subject)))
}

// boxes are the advice of the office and the opinion of who approves.
func (s Slip) boxes() row {
	box := func(head, by, text string) []element {
		if by != "" {
			head += " của " + by
		}
		out := []element{para{runs: []run{{text: head, bold: true}}, size: 12, align: centre}}
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" {
				out = append(out, para{runs: []run{{text: line}}, size: sizeSmall, before: 4})
			}
		}
		return append(out, para{size: sizeSmall, before: 24})
	}
	return row{before: 8, border: true, cells: []cell{
		{width: textWidth / 2, elements: box("Tham mưu, đề xuất hướng giải quyết", s.AdviceBy, s.Advice)},
		{width: textWidth / 2, elements: box("Ý kiến phê duyệt", s.ApprovalBy, s.Approval)},
	}}
}

func (s Signer) lines() []element {
	line := func(text string, bold bool, before float64) element {
		return para{runs: []run{{text: text, bold: bold}}, size: sizeSmall, align: centre, before: before}
	}
	var out []element
	if s.Above != "" {
		out = append(out, line(upper(s.Above), true, 0))
	}
	if s.Title != "" {
		out = append(out, line(upper(s.Title), s.Above == "", 0))
	}
	gap := 48.0
	if s.At != "" {
		out, gap = append(out, line(s.At, false, 14)), 14
	}
	return append(out, line(s.Name, true, gap))
}

// day is 08/9/2021 as official papers write it; nothing for no day.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if t.Month() <= 2 {
		return t.Format("02/01/2006")
	}
	return t.Format("02/1/2006")
}
