package officialdoc

import (
	"strings"

	"phaodai/internal/fold"
)

// metadata completes what the layout has not said: everything of a news
// report, and the issuer of a formal text without a header.
func (d *draft) metadata() {
	m := &d.doc.Metadata
	if d.formal {
		d.fillFormal()
	} else {
		m.Kind = "tin"
		d.reported()
	}
	if m.Number != "" {
		m.NumberCorrected, _ = correctSymbol(m.Number)
		m.System = "state"
		if isParty(m.Number) {
			m.System = "party"
		}
	} else if d.partyIssuer(m.Issuer) {
		m.System = "party"
	}
	m.KindCode = d.kindCode()
	d.marks()
	d.nameIssuer()
}

func (d *draft) partyIssuer(name string) bool {
	f := " " + fold.Text(name) + " "
	for _, w := range []string{" uy ", "thuong vu", "thanh uy", "quan uy", "huyen uy", "tinh uy", "dang uy"} {
		if strings.Contains(f, w) && !strings.Contains(f, "uy ban nhan dan") {
			return true
		}
	}
	return false
}

// kindCode is the code in the number, else the code of the kind.
func (d *draft) kindCode() string {
	m := d.doc.Metadata
	kind := m.Kind
	if kind == "tin" {
		kind = m.ReportedKind
	}
	for _, code := range codes(m.Number) {
		if d.rules.value("code", code) == kind {
			if fixed, _ := correctSymbol(code + "-"); fixed != "" {
				return strings.TrimSuffix(fixed, "-")
			}
			return code
		}
	}
	return kindCodes[kind]
}

var kindCodes = map[string]string{
	"chỉ thị": "CT", "thông báo": "TB", "công điện": "CĐ", "công văn": "CV", "nghị quyết": "NQ", "quyết định": "QĐ",
	"kế hoạch": "KH", "kết luận": "KL", "hướng dẫn": "HD", "chương trình": "CTr", "phương án": "PA", "tờ trình": "TTr",
	"báo cáo": "BC", "quy định": "QyĐ", "quy chế": "QC", "đề án": "ĐA",
}

// marks reads urgency and secrecy, which stand alone on a line of the header.
func (d *draft) marks() {
	for _, l := range d.lines {
		if l.blank() || l.count() > 6 || l.zone != headerZone && l.zone != titleZone {
			continue
		}
		for i := l.first; i < l.last; i++ {
			if _, v := d.phrase(i, l.last, d.c.Urgency); v != "" && d.toks[i].upper && d.doc.Metadata.Urgency == "" {
				d.doc.Metadata.Urgency = v
			}
			if end, v := d.phrase(i, l.last, d.c.Secrecy); v != "" && i == l.first && end == l.last && d.toks[i].caps {
				d.doc.Metadata.Secrecy = v
			}
		}
	}
}

// fillFormal takes the issuer from the lead-in where there is no header.
func (d *draft) fillFormal() {
	m := &d.doc.Metadata
	if m.Issuer != "" {
		return
	}
	for _, s := range d.sentences {
		if list, _ := d.orderer(s.a, s.b); len(list) > 0 {
			m.Issuer = d.withPlace(d.words(list[0].a, list[0].b))
			d.evidence("issuer", list[0].a, list[0].b, "meta.orderer")
			return
		}
	}
}

// withPlace adds the place of the header to a Party body named without one.
func (d *draft) withPlace(name string) string {
	place := d.doc.Metadata.Place
	if place == "" || strings.Contains(name, place) {
		return name
	}
	return name + " " + place
}

// orderer finds the body that orders in tokens [a, b): "A yêu cầu …". The
// second result is the token of the verb.
func (d *draft) orderer(a, b int) ([]body, int) {
	for i := a; i < b; i++ {
		if d.toks[i].kind != wordToken || i > a && d.toks[i-1].kind == wordToken && d.toks[i-1].upper && d.toks[i].upper {
			continue
		}
		list, end := d.organs(i, b)
		if len(list) == 0 {
			continue
		}
		if p := d.skipDash(end, b); d.has(p, b, d.c.Order) && d.has2(p, b) {
			return list, p
		}
		i = list[len(list)-1].b - 1
	}
	return nil, 0
}

// has2 reports whether the order at p comes from above, or is "chỉ đạo", "giao".
func (d *draft) has2(p, b int) bool {
	end, _ := d.phrase(p, b, d.c.Order)
	return end > 0 && !d.isStrongNoun(end, b)
}

// skipDash skips the dash behind "ông A - bí thư Tỉnh ủy -".
func (d *draft) skipDash(i, b int) int {
	if i < b && d.mark(i) == '-' {
		return i + 1
	}
	return i
}

// mention is one place where a report tells of a document being issued.
type mention struct {
	sentence  int
	kindAt    int
	kind      string
	number    string
	end       int // token behind number or kind
	issuer    body
	hasIssuer bool
}

// reported fills the metadata of a news report with those of the directive
// that it tells of.
func (d *draft) reported() {
	best, found := mention{}, false
	for n, s := range d.sentences {
		if d.paras[s.para].zone != bodyZone {
			continue
		}
		m, ok := d.mentionIn(n, s)
		if !ok {
			continue
		}
		if !found || best.number == "" && m.number != "" && (m.hasIssuer || !best.hasIssuer) {
			if found && !m.hasIssuer {
				m.issuer, m.hasIssuer = best.issuer, best.hasIssuer
			}
			best, found = m, true
		}
	}
	if found {
		d.fromMention(best)
	} else {
		d.fromMeeting()
	}
	if d.doc.Metadata.Issuer == "" {
		d.fromOrderer()
	}
}

// mentionIn finds "A (vừa) ban hành Công điện số …" and "Công văn số … A yêu
// cầu" in a sentence.
func (d *draft) mentionIn(n int, s sentence) (mention, bool) {
	for i := s.a; i < s.b; i++ {
		end, kind := d.phrase(i, s.b, d.c.Kind)
		if end == 0 || kind == "luật" || kind == "báo cáo" || kind == "quy định" || kind == "hướng dẫn" || kind == "lời kêu gọi" || kind == "lệnh" {
			continue
		}
		m := mention{sentence: n, kindAt: i, kind: kind, end: end}
		m.number, m.end = d.numberAfter(end, s.b)
		if a, ok := d.issuerBefore(s.a, i); ok {
			m.issuer, m.hasIssuer = a, true
			return m, true
		}
		if a, ok := d.issuerPassive(m.end, s.b); ok {
			m.issuer, m.hasIssuer = a, true
			return m, true
		}
		if a, ok := d.issuerOrders(s.a, i, m.end, s.b); ok {
			m.issuer, m.hasIssuer = a, true
			return m, true
		}
		i = max(i, m.end-1)
	}
	return mention{}, false
}

func (d *draft) numberAfter(i, b int) (string, int) {
	at := i
	for {
		e, _ := d.phrase(at, b, d.c.Numberword)
		if e == 0 {
			break
		}
		at = e
	}
	if number, e := d.symbol(at, b); e > 0 {
		return number, e
	}
	if at > i && d.num(at, b) > 0 {
		return d.tokText(d.toks[at]), at + 1
	}
	return "", i
}

// issuerBefore finds A in "A … (đã) ban hành <kind>": the verb stands within a
// few words of the kind.
func (d *draft) issuerBefore(a, kindAt int) (body, bool) {
	for p := kindAt - 1; p >= max(a, kindAt-8); p-- {
		end, _ := d.phrase(p, kindAt, d.c.Issue)
		if end == 0 || !d.onlyFill(end, kindAt) {
			continue
		}
		for q := p; q >= a; q-- { // the longest form of the verb: "đã ký ban hành"
			if e, _ := d.phrase(q, kindAt, d.c.Issue); e >= end || q < p && d.has(q, p, d.c.Past) && q >= p-2 {
				p = q
				continue
			}
			break
		}
		return d.organEndingAt(a, p)
	}
	return body{}, false
}

// onlyFill reports whether between verb and kind stand only words such as
// "ban hành", "đi", "một".
func (d *draft) onlyFill(a, b int) bool {
	for i := a; i < b; {
		if end, _ := d.phrase(i, b, d.c.Issue); end > 0 {
			i = end
			continue
		}
		if !d.is(i, b, d.w("đi"), d.w("một"), d.w("các"), d.w("nhanh"), d.w("ngay"), d.w("thêm"), d.w("và"), d.w("bản")) {
			return false
		}
		i++
	}
	return true
}

// organEndingAt finds the body whose name ends right before token p.
func (d *draft) organEndingAt(a, p int) (body, bool) {
	for i := max(a, p-60); i < p; i++ {
		if d.toks[i].kind != wordToken {
			continue
		}
		list, end := d.organs(i, p)
		if len(list) == 0 {
			continue
		}
		last := list[len(list)-1]
		if end >= p || d.gapIsMarks(end, p) {
			return last, true
		}
		i = max(i, last.b-1)
	}
	return body{}, false
}

func (d *draft) gapIsMarks(a, b int) bool {
	for i := a; i < b; i++ {
		if d.toks[i].kind != punctToken && !d.has(i, b, d.c.Past) && !d.is(i, b, d.w("cũng"), d.w("qua")) && !d.has(i, b, d.c.Dayword) {
			return false
		}
	}
	return true
}

// issuerPassive finds A in "<kind> … do A (vừa) ban hành" and "<kind> của A".
func (d *draft) issuerPassive(i, b int) (body, bool) {
	for k := i; k < min(b, i+60); k++ {
		if !d.is(k, b, d.w("do")) {
			continue
		}
		list, end := d.organs(k+1, b)
		if len(list) > 0 && d.has(end, b, d.c.Issue) {
			return list[0], true
		}
	}
	return body{}, false
}

// issuerOrders finds A in "Công văn số … (của) A yêu cầu" and "Tại công điện,
// A yêu cầu", but not in "Thực hiện Chỉ thị số …, A yêu cầu".
func (d *draft) issuerOrders(a, kindAt, i, b int) (body, bool) {
	from := d.skipConnectors(a, kindAt)
	inside := d.is(kindAt-1, b, d.w("tại"), d.w("trong"), d.w("theo"), d.w("dung"))
	if from < kindAt && !inside {
		return body{}, false
	}
	if d.mark(i) == '/' {
		if _, end := d.date(i+1, b); end > 0 {
			i = end
		}
	}
	for d.is(i, b, d.w("của"), d.w("ngày")) || inside && (d.mark(i) == ',' || d.is(i, b, d.w("ban"), d.w("hành"), d.w("ký"))) {
		i++
		if _, end := d.date(i, b); end > 0 {
			i = end
		}
	}
	list, end := d.organs(i, b)
	if len(list) > 0 && (d.has(end, b, d.c.Order) || d.has(end, b, d.c.Report)) {
		return list[0], true
	}
	return body{}, false
}

func (d *draft) fromMention(x mention) {
	m := &d.doc.Metadata
	s := d.sentences[x.sentence]
	m.ReportedKind = x.kind
	if x.kind == "văn bản" {
		m.ReportedKind = "công văn"
	}
	if x.number != "" {
		m.Number = x.number
		if len(codes(x.number)) > 0 && x.kind == "văn bản" {
			m.ReportedKind = d.rules.symbolKind(x.number)
		}
		d.evidence("number", x.kindAt, x.end, "meta.reported")
	}
	d.evidence("kind", x.kindAt, x.end, "meta.reported")
	if x.hasIssuer {
		d.setIssuer(x.issuer, s)
	}
	d.reportedDay(x, s)
	d.reportedSubject(x, s)
}

// setIssuer splits "Chủ tịch UBND thành phố Hà Nội Chu Ngọc Anh" into the post
// and the name; the name signs where the text says that it signed or has the
// document.
func (d *draft) setIssuer(x body, s sentence) {
	m := &d.doc.Metadata
	a, b := x.a, x.b
	nameAt := d.nameAt(a, b)
	if nameAt > a && d.has(a, b, d.c.Leader) {
		m.Issuer = strings.TrimRight(d.words(a, nameAt), " -,")
		d.head = fold.Text(d.words(nameAt, b))
		if d.signs(b, s.b) {
			m.Signer, m.SignerTitle = d.words(nameAt, b), m.Issuer
			d.evidence("signer", nameAt, b, "meta.reported-signer")
		}
	} else {
		m.Issuer = d.words(a, b)
	}
	m.Place = d.placeOf(a, b)
	d.evidence("issuer", a, b, "meta.reported")
}

func (d *draft) signs(p, b int) bool {
	for k := p; k < min(p+5, b); k++ {
		if d.is(k, b, d.w("ký"), d.w("có"), d.w("ra")) {
			return true
		}
	}
	return false
}

// nameAt finds a person's name of two to five words at the end of [a, b).
func (d *draft) nameAt(a, b int) int {
	for i := max(a+1, b-5); i <= b-2; i++ {
		if !d.has(i, b, d.c.Family) || !d.toks[i].upper || d.toks[i].caps {
			continue
		}
		all := true
		for k := i; k < b; k++ {
			all = all && d.toks[k].kind == wordToken && d.toks[k].upper
		}
		if later := d.laterName(i, b); all && later > 0 {
			return later
		}
		if all && b-i >= 3 && !d.is(i+1, b, d.w("chí")) { // not "Hồ Chí Minh"
			return i
		}
		if all && (b-i >= 3 || !d.has(i-1, i, d.c.Tier)) && !d.placeStartsAt(i, b) {
			return i
		}
	}
	return 0
}

// laterName finds the name behind the last word of a place that is a family
// name too: "tỉnh Quảng Ninh Nguyễn Đức Long".
func (d *draft) laterName(i, b int) int {
	if i == 0 || !d.toks[i-1].upper {
		return 0
	}
	for k := i + 1; k <= b-3; k++ {
		if d.has(k, b, d.c.Family) {
			return k
		}
	}
	return 0
}

// placeStartsAt reports whether the words from i on are the name of a place:
// right behind "tỉnh", "thành phố" …, and no family name follows.
func (d *draft) placeStartsAt(i, b int) bool {
	for k := max(0, i-2); k < i; k++ {
		if end, _ := d.phrase(k, i, d.c.Tier); end == i {
			return true
		}
	}
	return false
}

// placeOf is the name of the place in a body's name.
func (d *draft) placeOf(a, b int) string {
	for i := a; i < b; i++ {
		end, _ := d.phrase(i, b, d.c.Tier)
		if end == 0 || end >= b || !d.toks[end].upper {
			continue
		}
		if d.nameAt(a, b) == end {
			continue
		}
		to := end
		for to < b && to < end+4 && d.toks[to].upper && !(to > end+1 && d.has(to, b, d.c.Family)) {
			to++
		}
		return d.words(end, to)
	}
	return ""
}

// reportedDay takes the day behind the number, else the day with which the
// sentence opens.
func (d *draft) reportedDay(x mention, s sentence) {
	m := &d.doc.Metadata
	var c Citation
	if x.number != "" {
		d.citedDay(&c, x.end, s.b)
	}
	if c.Date != "" {
		m.IssuedOn = c.Date
		d.evidence("issued_on", x.end, min(x.end+6, s.b), "meta.reported-day")
		return
	}
	for i := x.end; i < min(x.end+8, s.b); i++ {
		if d.is(i, s.b, d.w("ngày")) {
			if day, end := d.date(i+1, s.b); end > 0 {
				d.setDay(day, i, end, "meta.reported-day")
				return
			}
		}
	}
	d.openingDay(s, x.kindAt, x.end)
}

// openingDay reads "Ngày 26/11, …", "Chiều 31/7, …" of a sentence that tells
// of the issue itself, not of an announcement.
func (d *draft) openingDay(s sentence, kindAt, kindEnd int) {
	for i := s.a; i < min(s.a+30, kindAt); i++ {
		if !d.has(i, s.b, d.c.Dayword) {
			continue
		}
		end, _ := d.phrase(i, s.b, d.c.Dayword)
		for d.has(end, s.b, d.c.Dayword) || d.mark(end) == '(' {
			end++
		}
		day, e := d.date(end, s.b)
		if e == 0 {
			continue
		}
		for k := e; k < kindAt; k++ {
			if d.is(k, s.b, d.w("vừa")) || d.has(k, kindAt, d.c.Report) && d.is(k, s.b, d.w("cho")) {
				return
			}
		}
		d.setDay(day, i, e, "meta.opening-day")
		return
	}
}

func (d *draft) setDay(day date, a, b int, why string) {
	day = d.known(day)
	d.doc.Metadata.IssuedOn, d.doc.Metadata.IssuedOnPartial = day.iso(), day.partial()
	d.evidence("issued_on", a, b, why)
}

func (d *draft) reportedSubject(x mention, s sentence) {
	for i := x.end; i < s.b; i++ {
		if d.has(i, s.b, d.c.Subject) || d.has(i, s.b, d.c.Strong) && i <= x.end+2 {
			end := s.b
			if d.fullStop(end - 1) {
				end--
			}
			d.doc.Metadata.Subject = d.words(i, end)
			d.evidence("subject", i, end, "meta.reported")
			return
		}
	}
}

// fromMeeting takes issuer and day of a report of a meeting: "Ngày 05/9/2021,
// Ban Thường vụ Quận uỷ tổ chức phiên họp".
func (d *draft) fromMeeting() {
	m := &d.doc.Metadata
	for _, s := range d.sentences {
		if d.paras[s.para].zone != bodyZone {
			continue
		}
		for i := s.a; i < min(s.a+12, s.b); i++ {
			list, end := d.organs(i, s.b)
			if len(list) != 1 || !d.meetingAt(end, s.b) {
				continue
			}
			d.setIssuer(list[0], s)
			d.openingDay(s, end, end)
			m.ReportedKind = d.conclusionKind()
			return
		}
		if s.para > 3 {
			return
		}
	}
}

func (d *draft) meetingAt(i, b int) bool {
	end, _ := d.phrase(i, b, d.c.Meeting)
	if end == 0 {
		return false
	}
	for k := i; k < min(end+3, b); k++ {
		if d.is(k, b, d.w("họp"), d.w("hội")) {
			return true
		}
	}
	return false
}

// conclusionKind is "thông báo" where the text calls itself so ("Thông báo
// này"), "kết luận" where the meeting concludes.
func (d *draft) conclusionKind() string {
	conclusion := ""
	for i := 0; i+2 < len(d.toks); i++ {
		end, kind := d.phrase(i, len(d.toks), d.c.Kind)
		if end > 0 && d.is(end, len(d.toks), d.w("này")) {
			return kind
		}
		if d.is(i, len(d.toks), d.w("kết")) && d.is(i+1, len(d.toks), d.w("luận")) {
			conclusion = "kết luận"
		}
	}
	return conclusion
}

// fromOrderer takes the issuer from the first order.
func (d *draft) fromOrderer() {
	for _, s := range d.sentences {
		if d.paras[s.para].zone != bodyZone {
			continue
		}
		if list, p := d.orderer(s.a, s.b); len(list) > 0 {
			d.setIssuer(list[0], sentence{s.a, p, s.para})
			d.evidence("issuer", list[0].a, list[0].b, "meta.orderer")
			return
		}
	}
}

// nameIssuer collects the names under which the issuer goes in the text.
func (d *draft) nameIssuer() {
	if m := d.doc.Metadata; m.Issuer != "" {
		name := fold.Text(m.Issuer)
		d.issuer = append(d.issuer, name, bodyName(name), strings.ReplaceAll(name, "uy ban nhan dan", "ubnd"))
	}
}

// isIssuer reports whether one of the bodies is the issuer or its head, so
// that its "chỉ đạo" or "giao" is the order itself.
func (d *draft) isIssuer(list []body) bool {
	if len(d.issuer) == 0 && !d.formal {
		return true
	}
	for _, b := range list {
		name := bodyName(fold.Text(d.words(b.a, b.b)))
		for _, issuer := range d.issuer {
			if name == issuer || len(name) >= 7 && strings.Contains(issuer, name) || strings.HasPrefix(issuer, name+" ") || strings.Contains(name, issuer) && len(name) <= len(issuer)+40 {
				return true
			}
		}
		if end, _ := d.phrase(b.a, b.b, d.c.Selfname); !d.strict && !d.numbered && end == b.b {
			return true // "Thành phố giao …"
		}
		if !d.strict && d.has(b.a, b.b, d.c.Leader) && len(d.doc.Tasks) == 0 {
			return true
		}
		if !d.strict && d.has(b.a, b.b, d.c.Leader) && d.isHead(b) {
			return true
		}
	}
	return false
}

// bodyName drops what only tells which board of a body speaks.
func bodyName(folded string) string {
	for _, board := range []string{"tap the ", "ban thuong vu ", "thuong truc ", "lanh dao "} {
		folded = strings.TrimPrefix(folded, board)
	}
	return folded
}

// isHead reports a leader named without the bodies that could be ordered:
// "Phó Thủ tướng", "Chủ tịch thành phố", "Chủ tịch Hà Nội", "lãnh đạo tỉnh".
func (d *draft) isHead(b body) bool {
	end, _ := d.phrase(b.a, b.b, d.c.Leader)
	if d.has(b.a, b.b, d.c.Officer) {
		rest := fold.Text(d.words(end, b.b))
		return rest != "" && len(d.issuer) > 0 && strings.Contains(d.issuer[0], rest)
	}
	for i := end; i < b.b; i++ {
		if d.is(i, b.b, d.w("các"), d.w("phường"), d.w("xã")) {
			return false
		}
	}
	return true
}
