package officialdoc

import (
	"strings"

	"phaodai/internal/fold"
)

// core is what was understood of one sentence or part: its force and who has
// to act.
type core struct {
	kind   ClauseKind
	why    string
	at     int // token where the action begins
	resp   []body
	via    []body
	with   []body
	demand bool // somebody orders somebody
	prefix []body
	act    int  // where the action itself begins, behind those who act; 0: at
	brief  bool // who acts here is not who acts in the sentences that follow
}

func (c core) isOrder() bool { return c.kind == Obligation || c.kind == Prohibition }

// analyse reads tokens [a, b). ordering says that the text around gives
// orders, so that a bare verb is one.
func (d *draft) analyse(a, b int, ordering bool) core {
	i := d.skipConnectors(a, b)
	if i >= b {
		return core{}
	}
	if d.closes(a, b) {
		return core{kind: Metaclause, why: "clause.closing"}
	}
	if d.defines(i, b) {
		return core{kind: Fact, why: "clause.definition"}
	}
	opens := d.has(i, b, d.c.Opener)
	var prefix []body
	if opens {
		prefix = d.prefixBodies(i, b)
	}
	if c, ok := d.documentCore(i, b, ordering); ok {
		return c
	}
	if c, ok := d.afterTime(i, b, ordering); ok {
		return c
	}
	situation := d.says(i, b) || d.has(a, b, d.c.Situation) || d.has(i, b, d.c.Situation) || d.attribution(i, b)
	frame := opens && (d.listed() || d.has(i, b, d.c.Frame))
	recital := d.recital(i, b)
	if !recital {
		if c, ok := d.coreAt(i, b, ordering && !situation, true); ok && !(situation && !c.demand) {
			return c
		}
	}
	if opens || recital || situation {
		long := recital || d.has(i, b, d.c.Longopener)
		if c, ok := d.laterCore(i, b, ordering && !situation, frame && !situation && !long); ok && (!situation || c.demand) {
			return d.withPrefix(c, prefix)
		}
		if long {
			if c, ok := d.laterCore(i, b, ordering && !situation, frame && !situation); ok && (!situation || c.demand) {
				return d.withPrefix(c, prefix)
			}
		}
	}
	if c, ok := d.demandInside(i, b); ok {
		return c
	}
	if situation {
		return core{kind: Fact, why: "clause.situation"}
	}
	return d.fallback(i, b, ordering, opens, prefix)
}

// documentCore reads "Công điện yêu cầu …" and "Chỉ thị nêu rõ, …", where the
// document itself speaks.
func (d *draft) documentCore(i, b int, ordering bool) (core, bool) {
	end, _ := d.phrase(i, b, d.c.Kind)
	if end == 0 || d.listed() || i > 0 && d.is(i-1, b, d.w("hiện")) {
		return core{}, false
	}
	for k := end; k < min(end+9, b); k++ {
		if e, _ := d.phrase(k, b, d.c.Strong); e > 0 && !d.isNoun(k, b) {
			return d.demandCore(k, e, b), true
		}
		if e, _ := d.phrase(k, b, d.c.States); e > 0 {
			if m := d.mark(e); m == ',' || m == ':' {
				c := d.analyse(e+1, b, ordering)
				return c, c.isOrder()
			}
		}
		if d.mark(k) == ',' || d.has(k, b, d.c.Past) {
			break
		}
	}
	return core{}, false
}

// says reports that a news report quotes somebody's words.
func (d *draft) says(i, b int) bool {
	if d.listed() {
		return false
	}
	for k := i; k < b; k++ {
		if d.has(k, b, d.c.Said) {
			return true
		}
	}
	return false
}

// afterTime reads "Từ 0 giờ ngày 5/9 tạm dừng …" and "Mỗi tuần báo cáo một
// lần", where an order opens with its day or period.
func (d *draft) afterTime(i, b int, ordering bool) (core, bool) {
	for _, file := range [...]string{"deadline", "cadence"} {
		f, ok := d.match(d.rules.patterns[file], i, b)
		if !ok || f.end >= b || d.mark(f.end) == ',' || d.mark(f.end) == ':' {
			continue
		}
		if c, ok := d.coreAt(f.end, b, ordering, true); ok {
			return c, true
		}
		for k := i + 1; k < f.end && ordering; k++ {
			if d.isAct(k, b) {
				return core{kind: Obligation, why: "clause.imperative", at: k}, true
			}
		}
	}
	return core{}, false
}

// fallback judges a sentence in which no order was found at a clause's start.
func (d *draft) fallback(i, b int, ordering, opens bool, prefix []body) core {
	if ordering && d.has(i, b, d.c.Agree) {
		return core{kind: Principle, why: "clause.agree"}
	}
	modal, past := 0, false
	for k := i; k < b; k++ {
		if end, _ := d.phrase(k, b, d.c.Modal); modal == 0 && end > 0 && !d.toks[k].upper && (ordering || !d.has(end, b, d.c.Talk)) {
			modal = k
		}
		past = past || d.has(k, b, d.c.Past) && modal == 0
	}
	if list, end := d.organsUpTo(i, modal, b); modal > 0 && !past && end == modal && len(list) > 0 {
		return core{kind: d.force(modal, b), why: "clause.modal", at: modal, resp: list}
	}
	conditional := opens && d.has(i, b, d.c.Condition)
	switch {
	case modal > 0 && (ordering || conditional && !past):
		return core{kind: d.force(modal, b), why: "clause.modal", at: modal, prefix: prefix}
	case past || !ordering:
		return core{kind: d.factOr(past), why: "clause.past"}
	}
	for k := i; k < b; k++ {
		if d.isAct(k, b) && d.listed() {
			if list, end := d.organs(i, b); len(list) > 0 && end < k {
				return core{kind: Obligation, why: "clause.ordered-part", at: k, resp: list}
			}
			return core{kind: Obligation, why: "clause.ordered-part", at: i, prefix: prefix}
		}
	}
	return core{}
}

// laterCore looks for an order behind the commas and colons of a sentence that
// opens with an adverbial part; bare allows verbs without a subject.
func (d *draft) laterCore(i, b int, ordering, bare bool) (core, bool) {
	depth, quoted := 0, -1000
	for k := i; k+1 < b && k < i+200; k++ {
		switch d.mark(k) {
		case '(':
			depth++
		case ')':
			depth--
		case '"':
			if quoted < 0 {
				quoted = k
			} else {
				quoted = -1000
			}
		}
		if m := d.mark(k); depth > 0 || k-quoted < 60 || m != ',' && m != ':' && m != ';' {
			continue
		}
		if c, ok := d.coreAt(d.skipConnectors(k+1, b), b, ordering, bare || d.mark(k) == ':'); ok {
			return c, true
		}
	}
	return core{}, false
}

func (d *draft) withPrefix(c core, prefix []body) core {
	if c.isOrder() && !c.demand && len(c.resp) == 0 {
		c.prefix = prefix
	}
	return c
}

// defines reports "Khu vực 01 là nơi …".
func (d *draft) defines(i, b int) bool {
	for k := i + 1; k < min(i+9, b-1); k++ {
		if d.is(k, b, d.w("là")) {
			return d.has(k+1, b, d.c.Afteris) || d.mark(k+1) == ':'
		}
		if d.predicate(k, b) || d.mark(k) == ',' {
			return false
		}
	}
	return false
}

// attribution reports "Theo Sở Y tế, …": what somebody else says.
func (d *draft) attribution(i, b int) bool {
	if d.listed() {
		return false
	}
	for k := i; k < min(i+16, b); k++ {
		if d.is(k, b, d.w("theo")) && d.is(k+1, b, d.w("ông"), d.w("bà"), d.w("bác")) {
			return !d.spokesman(k+1, b)
		}
	}
	if !d.is(i, b, d.w("theo")) {
		return false
	}
	list, end := d.organs(i+1, b)
	return len(list) > 0 && d.mark(end) == ',' && !d.isIssuer(list)
}

// spokesman reports whether "ông Cường" is the one who gives the orders.
func (d *draft) spokesman(i, b int) bool {
	end := i + 1
	for end < b && d.toks[end].kind == wordToken && d.toks[end].upper {
		end++
	}
	return end > i+1 && strings.HasSuffix(d.head, fold.Text(d.words(i+1, end)))
}

// organsUpTo takes everything from a body's name to the modal verb as the one
// who must act: "Người chế biến đồ ăn, phục vụ tại các cơ sở phải …".
func (d *draft) organsUpTo(i, modal, b int) ([]body, int) {
	if modal == 0 || modal-i > 40 || d.organ(i, b) == 0 {
		return nil, 0
	}
	return []body{{i, modal}}, modal
}

// listed reports whether bare sentences of this part of the text are orders:
// in numbered items of a directive.
func (d *draft) listed() bool { return d.strict || d.numbered }

func (d *draft) factOr(past bool) ClauseKind {
	if past {
		return Fact
	}
	return Unknown
}

// force is Prohibition for "không được" and its like, else Obligation.
func (d *draft) force(i, b int) ClauseKind {
	if d.has(i, b, d.c.Forbid) {
		return Prohibition
	}
	return Obligation
}

func (d *draft) skipConnectors(i, b int) int {
	for i < b {
		if m := d.mark(i); m == '"' || m == ',' || m == '*' || m == '-' || m == '+' || m == ':' || m == ';' {
			i++
			continue
		}
		if k, _, end := d.marker(i, b); k == parenMarker || k == lowerRomanMarker {
			i = end
			continue
		}
		end, _ := d.phrase(i, b, d.c.Connector)
		if end == 0 || end >= b {
			return i
		}
		i = end
	}
	return i
}

// recital reports whether the sentence opens with what it rests on: "Thực
// hiện Công văn số …, …".
func (d *draft) recital(i, b int) bool {
	if !d.is(i, b, d.w("thực"), d.w("căn"), d.w("theo"), d.w("triển")) {
		return false
	}
	for k := i + 1; k < min(i+6, b); k++ {
		if d.has(k, b, d.c.Kind) {
			return true
		}
	}
	return false
}

// prefixBodies reads X in "Đối với X, …".
func (d *draft) prefixBodies(i, b int) []body {
	if !d.is(i, b, d.w("đối")) && !d.is(i, b, d.w("riêng"), d.w("với")) {
		return nil
	}
	for d.is(i, b, d.w("riêng"), d.w("đối"), d.w("với")) {
		i++
	}
	list, _ := d.organs(i, b)
	return list
}

// coreAt reads a clause that begins at token i.
func (d *draft) coreAt(i, b int, ordering, bare bool) (core, bool) {
	if i >= b {
		return core{}, false
	}
	about := d.is(i, b, d.w("đối"), d.w("riêng"))
	for d.is(i, b, d.w("đối"), d.w("riêng")) && d.is(i+1, b, d.w("với"), d.w("đối")) {
		i += 2 // "Đối với các lực lượng y tế cần …"
		if d.is(i, b, d.w("với")) {
			i++
		}
	}
	list, end := d.organs(i, b)
	if len(list) > 0 && d.mark(end) == ':' && d.predicate(end+1, b) {
		end++ // "UBND các huyện: huy động …"
	}
	if len(list) > 0 && d.predicate(end, b) {
		if n := len(list); about && n > 1 && d.plural(list[0]) && !d.plural(list[n-1]) {
			list = list[n-1:] // "Đối với các đơn vị thuộc Bộ, Cục Thú y …"
		}
		c, ok := d.subjectCore(list, end, b, ordering)
		if !about || c.isOrder() {
			return c, ok
		}
		return core{}, false
	}
	if end, _ := d.phrase(i, b, d.c.Demand); end > 0 && !d.isNoun(i, b) && !d.noVerb(i, b) {
		return d.demandCore(i, end, b), true
	}
	if end, _ := d.phrase(i, b, d.c.Mobilise); end > 0 && ordering {
		if list, e := d.organs(end, b); len(list) > 0 && d.predicate(e, b) {
			return core{kind: Obligation, why: "clause.mobilise", at: i, resp: list, brief: true}, true
		}
	}
	if end, _ := d.phrase(i, b, d.c.Role); end > 0 && ordering && bare {
		if list, _ := d.organs(end, b); len(list) > 0 {
			return core{kind: Obligation, why: "clause.role", at: i, resp: list}, true
		}
	}
	if !bare {
		return core{}, false
	}
	if d.has(i, b, d.c.Situation) {
		return core{}, false
	}
	if d.isAct(i, b) || d.isAdverb(i, b) {
		if !ordering {
			return core{}, false
		}
		c := core{kind: d.force(i, b), why: "clause.imperative", at: i}
		d.chain(&c, i, b)
		return c, true
	}
	if d.has(i, b, d.c.Modal) && ordering {
		c := core{kind: d.force(i, b), why: "clause.modal", at: i}
		end, _ := d.phrase(i, b, d.c.Modal)
		if !ordering && d.has(end, b, d.c.Talk) {
			return core{}, false
		}
		d.chain(&c, end, b)
		return c, true
	}
	return core{}, false
}

func (d *draft) plural(x body) bool { return d.has(x.a, x.b, d.c.Det) }

// isNoun reports whether "yêu cầu" at i is a noun: "theo yêu cầu", "yêu cầu
// nhiệm vụ".
func (d *draft) isNoun(i, b int) bool {
	if i > 0 && d.has(i-1, i, d.c.Beforenoun) {
		return true
	}
	return d.is(i+2, b, d.w("nhiệm"), d.w("bắt"), d.w("đặt"), d.w("của"), d.w("đề"), d.w("phòng"))
}

// subjectCore reads "A …" from A's predicate on.
func (d *draft) subjectCore(list []body, p, b int, ordering bool) (core, bool) {
	if end, _ := d.phrase(p, b, d.c.Order); end > 0 {
		if d.isStrong(p, end) || d.isIssuer(list) {
			c := d.demandCore(p, end, b)
			if d.is(end-1, end, d.w("ý")) && len(c.resp) == 0 { // "lưu ý rằng …"
				return core{kind: Fact, why: "clause.report"}, true
			}
			return c, !d.isStrongNoun(end, b)
		}
	}
	if d.isIssuer(list) && !d.listed() || d.isIssuer(list) && d.has(p, b, d.c.Adverb) {
		if c, ok := d.demandAny(p, b, d.c.Demand); ok {
			return c, true
		}
	}
	if at := d.qualified(p, b); ordering && at > 0 {
		list = []body{{list[0].a, at}}
		p = at
	}
	if d.has(p, b, d.c.Past) || d.has(p, b, d.c.Issue) && !ordering && !d.has(p, b, d.c.Modal) {
		if c, ok := d.demandInside(p, b); ok {
			return c, true
		}
		if !d.has(p, b, d.c.Act) || d.has(p, b, d.c.Past) {
			return core{kind: Fact, why: "clause.past"}, true
		}
	}
	if d.has(p, b, d.c.Permission) && !d.has(p, b, d.c.Modal) {
		return core{kind: Permission, why: "clause.permission", resp: list}, true
	}
	c := core{kind: d.force(p, b), why: "clause.subject", at: p, resp: list}
	switch {
	case d.reports(p, b):
		if c, ok := d.demandInside(p, b); ok {
			return c, true
		}
		return core{kind: Fact, why: "clause.report"}, true
	case d.has(p, b, d.c.Modal):
		c.why = "clause.modal"
		p, _ = d.phrase(p, b, d.c.Modal)
		if !ordering && d.has(p, b, d.c.Talk) {
			return core{kind: Fact, why: "clause.talk"}, true
		}
	case d.has(p, b, d.c.Future):
		if !ordering && !d.willBe(list[0].a, b) {
			return core{kind: Fact, why: "clause.future"}, true
		}
		c.why = "clause.future"
		p++
	case !ordering:
		if c, ok := d.demandInside(p, b); ok {
			return c, true
		}
		switch {
		case d.willBe(list[0].a, b):
			c.why = "clause.future"
		case d.resumes(p, b):
			c.why = "clause.resumed"
		default:
			return core{kind: Fact, why: "clause.telling"}, true
		}
	}
	d.chain(&c, p, b)
	return c, true
}

// closes reports the set phrases at the end of a document.
func (d *draft) closes(a, b int) bool {
	for i := a; i < min(a+14, b); i++ {
		if d.has(i, b, d.c.Closing) && (i == d.skipConnectors(a, b) || i == a || d.predicate(i, b)) {
			return true
		}
	}
	return false
}

// resumes reports that a news report goes on with orders behind a remark: a
// body leads, or directs others, and orders were told before.
func (d *draft) resumes(p, b int) bool {
	if len(d.doc.Tasks) < 2 {
		return false
	}
	if d.is(p, b, d.w("chủ")) && d.is(p+1, b, d.w("trì")) {
		return true
	}
	var c core
	d.chain(&c, p, b)
	return len(c.via) > 0
}

// qualified finds what those must do who are doing something now: "Các địa
// phương đang giãn cách tiếp tục …".
func (d *draft) qualified(p, b int) int {
	if !d.is(p, b, d.w("đang")) {
		return 0
	}
	for k := p + 2; k < min(b, p+45); k++ {
		if d.is(k, b, d.w("tiếp")) && d.is(k+1, b, d.w("tục")) || d.is(k, b, d.w("phải"), d.w("cần")) {
			return k
		}
	}
	return 0
}

// willBe reports "sẽ" in a sentence that names a day: a measure announced.
func (d *draft) willBe(a, b int) bool {
	for k := a; k < b; k++ {
		if d.has(k, b, d.c.Future) && !d.toks[k].upper {
			return len(d.findAll(d.rules.patterns["deadline"], max(0, a-20), b)) > 0
		}
	}
	return false
}

// reports tells "cho biết" from "cho phép": the longer phrase decides.
func (d *draft) reports(p, b int) bool {
	for d.has(p, b, d.c.Adverb) && !d.has(p, b, d.c.Report) {
		p++
	}
	said, _ := d.phrase(p, b, d.c.Report)
	act, _ := d.phrase(p, b, d.c.Act)
	return said > 0 && (said > act || d.mark(said) == ',' || d.mark(said) == ':' || d.mark(said) == '"')
}

// isStrong reports whether an order in [p, end) can only come from above:
// "yêu cầu", "đề nghị", "nghiêm cấm", but not "chỉ đạo", "giao".
func (d *draft) isStrong(p, end int) bool {
	for k := p; k < end; k++ {
		if d.has(k, end, d.c.Strong) {
			return true
		}
	}
	return false
}

func (d *draft) isStrongNoun(end, b int) bool {
	return d.is(end, b, d.w("của"), d.w("nhiệm"))
}

// demandCore reads "yêu cầu B làm" from the verb at p, which ends at end.
func (d *draft) demandCore(p, end, b int) core {
	c := core{kind: Obligation, why: "clause.demand", at: p, demand: true}
	if d.has(p, end, d.c.Forbid) || d.is(end-1, end, d.w("cấm")) {
		c.kind = Prohibition
	}
	list, e := d.organs(end, b)
	if len(list) > 0 && (d.predicate(e, b) || e >= b-1 || d.mark(e) == ':' || d.mark(e) == ',' || d.mark(e) == ';' || d.mark(e) == '.') && !(d.is(end, b, d.w("tổ")) && len(list) == 1) {
		c.resp = list
		if m, _ := d.phrase(e, b, d.c.Modal); m > 0 {
			e = m
		}
		d.chain(&c, e, b)
		return c
	}
	d.chain(&c, end, b)
	return c
}

// demandInside finds "… yêu cầu B làm" inside a sentence.
func (d *draft) demandInside(i, b int) (core, bool) { return d.demandAny(i, b, d.c.Strong) }

func (d *draft) demandAny(i, b int, verbs class) (core, bool) {
	for k := i; k < min(b, i+400); k++ {
		if d.toks[k].upper || !d.has(k, b, verbs) || d.isNoun(k, b) || d.noVerb(k, b) {
			continue
		}
		end, _ := d.phrase(k, b, verbs)
		if list, e := d.organs(end, b); len(list) > 0 && (d.predicate(e, b) || d.mark(e) == ':') {
			return d.demandCore(k, end, b), true
		}
	}
	return core{}, false
}

// chain follows "chỉ đạo B phối hợp với C …" from token p.
func (d *draft) chain(c *core, p, b int) {
	acting := false
	for step := 0; step < 8 && p < b; step++ {
		if end, _ := d.phrase(p, b, d.c.With); end > 0 {
			list, e := d.organs(end, b)
			if len(list) > 0 {
				c.with = append(c.with, list...)
				p = e
			} else {
				p = end
			}
			continue
		}
		if end, _ := d.phrase(p, b, d.c.Through); end > 0 {
			list, e := d.organs(end, b)
			if len(list) > 0 && d.predicate(e, b) {
				c.via = append(c.via, list...)
				p, c.act, acting = e, e, false
				continue
			}
			p = end
			continue
		}
		if end, _ := d.phrase(p, b, d.c.Adverb); end > 0 {
			p = end
			continue
		}
		if d.mark(p) == ',' || d.is(p, b, d.w("và")) {
			p++
			continue
		}
		if !acting {
			c.act, acting = max(c.act, p), true
		}
		if end, _ := d.phrase(p, b, d.c.Act); end > 0 && (d.mark(end) == ',' || d.has(end, b, d.c.With)) {
			p = end
			continue
		}
		return
	}
}
