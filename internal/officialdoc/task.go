package officialdoc

import (
	"strings"
	"time"
)

// addressee is who has to act, as far as the text has said so.
type addressee struct {
	resp, via []string
	why       string // how it was found, where it is inherited
}

func (a addressee) empty() bool { return len(a.resp) == 0 && len(a.via) == 0 }

// flow is what carries over from sentence to sentence.
type flow struct {
	ordering bool                 // the text around gives orders
	lead     addressee            // of the lead-in: "… yêu cầu các … thực hiện các nội dung sau:"
	items    map[string]addressee // of an item's heading or opening sentence
	last     addressee            // named last
	para     int
	item     string
	starts   []time.Time // "từ 06h00 ngày 09/9/2021, áp dụng …"
	heading  [2]int      // tokens of the item's heading, for the topic
	aims     bool        // under a heading such as "Mục tiêu"
	aimItem  string
}

// understand makes clauses of all sentences and tasks of the orders.
func (d *draft) understand() {
	f := flow{items: map[string]addressee{}, para: -1}
	d.strict = d.formal
	f.ordering = false
	hasLead := d.formal && d.findLead() >= 0
	for n, s := range d.sentences {
		p := d.paras[s.para]
		if s.para != f.para {
			d.enterPara(&f, s.para)
		}
		d.doc.Clauses = append(d.doc.Clauses, Clause{Item: p.item, Text: d.words(s.a, s.b), Span: d.span(s.a, s.b)})
		if p.zone != bodyZone {
			d.judge(core{kind: Unknown, why: "clause." + zoneName(p.zone)})
			continue
		}
		if hasLead && n < d.findLead() {
			d.preface(s, &f)
			continue
		}
		d.sentence(n, s, &f)
	}
	if d.doc.Tasks == nil {
		d.doc.Tasks = []Task{}
	}
	d.dropSummary()
}

func zoneName(z zone) string {
	if z == captionZone {
		return "caption"
	}
	return "headline"
}

// findLead is the first sentence that leads over to the orders of a formal
// text, or -1.
func (d *draft) findLead() int {
	if d.lead != 0 {
		return d.lead - 2
	}
	d.lead = 1
	for n, s := range d.sentences {
		if d.paras[s.para].own && d.lead > 1 {
			break
		}
		if d.paras[s.para].zone == bodyZone && (d.isLead(s.a, s.b) || d.mark(s.b-1) == ':' && d.demands(s.a, s.b)) {
			d.lead = n + 2
			if !d.numberedBelow(n) {
				break
			}
		}
		if d.paras[s.para].own && n > 0 {
			d.lead = n + 2
			break
		}
	}
	return d.lead - 2
}

func (d *draft) numberedBelow(n int) bool {
	return d.sentences[n].para <= d.lastOwn()
}

// lastOwn is the last numbered paragraph, or -1.
func (d *draft) lastOwn() int {
	if d.own == 0 {
		d.own = 1
		for i, p := range d.paras {
			if p.own {
				d.own = i + 2
			}
		}
	}
	return d.own - 2
}

func (d *draft) demands(a, b int) bool {
	for i := a; i < b; i++ {
		if d.has(i, b, d.c.Demand) || d.has(i, b, d.c.Decide) {
			return true
		}
	}
	return false
}

// judge sets the kind of the clause that was added last.
func (d *draft) judge(c core) {
	x := &d.doc.Clauses[len(d.doc.Clauses)-1]
	x.Kind, x.Why = c.kind, c.why
}

// preface handles a sentence before the lead-in: situation and grounds.
func (d *draft) preface(s sentence, f *flow) {
	d.judge(core{kind: Fact, why: "clause.preface"})
}

func (d *draft) enterPara(f *flow, n int) {
	p := d.paras[n]
	if p.own || p.item != f.item {
		f.heading = [2]int{}
	}
	f.para = n
	if d.strict || p.item != "" {
		f.last = addressee{}
	}
	if p.item != "" && !f.ordering && p.own {
		f.ordering = true
	}
	f.item = p.item
}

// isLead reports a sentence that only leads over to what follows: "… thực
// hiện các nội dung sau:".
func (d *draft) isLead(a, b int) bool {
	if d.mark(b-1) != ':' {
		return false
	}
	for i := max(a, b-8); i < b; i++ {
		if end, _ := d.phrase(i, b, d.c.Leadverb); end == b-1 {
			return true // "… yêu cầu:"
		}
		if d.has(i, b, d.c.Leadin) && d.hasBefore(i, 8, d.c.Leadnoun) {
			return true
		}
	}
	return d.addresses(a, b)
}

// addresses reports "… yêu cầu các sở, ngành:", which names those who act and
// leaves what they do to the items below.
func (d *draft) addresses(a, b int) bool {
	for i := max(a, b-100); i < b; i++ {
		end, _ := d.phrase(i, b, d.c.Strong)
		if end == 0 {
			continue
		}
		if list, e := d.organs(end, b); len(list) > 0 && e == b-1 {
			return true
		}
	}
	return false
}

func (d *draft) hasBefore(i, n int, c class) bool {
	for k := max(0, i-n); k <= i; k++ {
		if d.has(k, len(d.toks), c) {
			return true
		}
	}
	return false
}

// sentence understands one sentence of the body.
func (d *draft) sentence(n int, s sentence, f *flow) {
	p := d.paras[s.para]
	opens := s.a <= p.a+1
	d.numbered = p.item != ""
	if d.isLead(s.a, s.b) {
		d.leadIn(s, f, opens)
		return
	}
	if d.aim(s, f, opens) {
		return
	}
	if d.heading(s, f, opens) {
		d.judge(core{kind: Metaclause, why: "clause.heading"})
		return
	}
	if d.recap(s, f) {
		d.judge(core{kind: Goal, why: "clause.recap"})
		return
	}
	c := d.analyse(s.a, s.b, f.ordering)
	d.judge(c)
	if !c.isOrder() {
		if !d.strict && c.kind == Fact && p.item == "" {
			f.ordering = false
		}
		return
	}
	f.ordering = true
	d.tasks(s, c, f, opens)
}

// leadIn notes whom the lead-in addresses.
func (d *draft) leadIn(s sentence, f *flow, opens bool) {
	c := d.analyse(s.a, s.b, true)
	d.judge(core{kind: Metaclause, why: "clause.lead-in"})
	f.ordering = true
	to := addressee{resp: d.texts(c.resp), via: d.texts(c.via)}
	if !c.demand && d.isIssuer(c.resp) {
		return // "UBND tỉnh ban hành kế hoạch như sau"
	}
	if to.empty() {
		return
	}
	if item := d.paras[s.para].item; item != "" && opens {
		f.items[item] = to
	} else {
		f.lead = to
	}
	f.last = to
}

// aim knows aims, situation and grounds by their headings, and what a decision
// does by itself ("Điều 1. Phê duyệt …").
func (d *draft) aim(s sentence, f *flow, opens bool) bool {
	p := d.paras[s.para]
	i := d.skipConnectors(s.a, s.b)
	if opens && p.own {
		f.aims = d.has(i, s.b, d.c.Aim) && !d.is(i, s.b, d.w("căn"))
		f.aimItem = p.item
		if end, _ := d.phrase(i, s.b, d.c.Aim); f.aims && end < s.b && d.mark(end) != ':' && end < s.b-1 && s.b-s.a > 14 {
			f.aims = false
		}
	}
	switch {
	case f.aims && (p.item == f.aimItem || strings.HasPrefix(p.item, f.aimItem+".")):
		d.judge(core{kind: Goal, why: "clause.aim"})
	case opens && strings.HasPrefix(p.item, "Điều") && d.has(i, s.b, d.c.Enact):
		d.judge(core{kind: Fact, why: "clause.enacts"})
	default:
		return false
	}
	return true
}

// heading notes the addressee in "5. Đảng ủy phường:" and reports whether the
// sentence is a heading.
func (d *draft) heading(s sentence, f *flow, opens bool) bool {
	p := d.paras[s.para]
	if !opens || !p.own && d.mark(s.b-1) != ':' {
		return false
	}
	closed := d.mark(s.b-1) == ':'
	i := s.a
	about := d.is(i, s.b, d.w("đối"), d.w("với"))
	for d.is(i, s.b, d.w("đối"), d.w("với")) {
		i++
	}
	list, end := d.organs(i, s.b)
	if end, _ := d.phrase(i, s.b, d.c.Through); end > 0 && closed {
		if via, e := d.organs(end, s.b); len(via) > 0 && e >= s.b-1 {
			f.items[p.item] = addressee{resp: d.inherited(f, p).resp, via: d.texts(via)}
			f.heading = [2]int{s.a, s.b}
			return true
		}
	}
	if p.own && !closed && !d.fullStop(s.b-1) && s.b-s.a <= 14 && d.deeperBelow(s.para) {
		if len(list) > 0 && end >= s.b-1 {
			f.items[p.item] = addressee{resp: d.texts(list)}
			f.last = f.items[p.item]
		}
		f.heading = [2]int{s.a, s.b}
		return true
	}
	bare := len(list) > 0 && (end >= s.b-1 || d.mark(end) == ':' && end >= s.b-2)
	short := s.b-s.a <= 25 && !d.fullStop(s.b-1)
	switch {
	case bare && (closed || short || about):
		f.items[p.item] = addressee{resp: d.texts(list)}
		f.last = f.items[p.item]
	case closed && d.is(s.a, s.b, d.w("về")):
	case (closed || short) && !d.hasAction(s.a, s.b):
	case short && p.own && d.is(s.a, s.b, d.w("về"), d.w("công"), d.w("mục"), d.w("nhiệm")):
	default:
		return false
	}
	f.heading = [2]int{s.a, s.b}
	return true
}

// deeperBelow reports whether bullets or deeper items follow a paragraph.
func (d *draft) deeperBelow(n int) bool {
	if n+1 >= len(d.paras) {
		return false
	}
	next := d.paras[n+1]
	return next.bullet || strings.HasPrefix(next.item, d.paras[n].item+".")
}

func (d *draft) fullStop(i int) bool {
	m := d.mark(i)
	return m == '.' || m == ';' || m == '!' || m == '…'
}

func (d *draft) hasAction(a, b int) bool {
	c := d.analyse(a, b, true)
	return c.isOrder() && (c.why != "clause.ordered-part" || d.quantified(a, b))
}

// recap gives the day of "Việc … hoàn thành trước 16h ngày …" to the tasks
// before it in the paragraph or item.
func (d *draft) recap(s sentence, f *flow) bool {
	i := d.skipConnectors(s.a, s.b)
	if !d.has(i, s.b, d.c.Recap) || len(d.doc.Tasks) == 0 {
		return false
	}
	days := d.deadlines(s.a, s.b)
	if len(days) == 0 || days[0].Span[1] < d.span(s.a, s.b)[1]-30 && !d.has(i, s.b, d.c.Finish) {
		return false
	}
	if c := d.analyse(i, s.b, false); c.demand || len(c.resp) > 0 {
		return false
	}
	if !d.finishes(s.a, s.b) && !d.is(i, s.b, d.w("thời")) {
		return false
	}
	for k := range days {
		days[k].Coref = true
		if days[k].Kind == Until {
			days[k].Kind = By
		}
	}
	given := false
	for k := len(d.doc.Tasks) - 1; k >= max(0, len(d.doc.Tasks)-50); k-- {
		t := &d.doc.Tasks[k]
		if d.taskPara[k] != s.para && (t.Item == "" || t.Item != d.paras[s.para].item) && given {
			break
		}
		if d.taskPara[k] != s.para && s.para-d.taskPara[k] > 1 && given {
			break
		}
		if len(t.Deadlines) == 0 {
			t.Deadlines = append(t.Deadlines, days...)
		}
		given = true
	}
	return true
}

// tasks makes the tasks of an order: one, or more where the parts of the
// sentence differ in who acts, by when, how often or how much.
func (d *draft) tasks(s sentence, c core, f *flow, opens bool) {
	groups := d.groups(s.a, s.b, c)
	for g, group := range groups {
		own := c
		if g > 0 {
			own = group.core
		}
		d.task(s, group, own, f, opens && g == 0, g)
	}
}

func (d *draft) task(s sentence, g group, c core, f *flow, opens bool, index int) {
	p := d.paras[s.para]
	t := Task{Item: joinItem(p.item, g.label), Clause: len(d.doc.Clauses) - 1, Why: []string{c.why}}
	t.Span, t.Text = d.span(g.a, g.b), d.words(g.a, g.b)
	d.assign(&t, c, f, p, opens)
	t.Coordinating = d.texts(c.with)
	t.Deadlines = append(d.deadlines(g.a, g.b), g.shared...)
	var taken []Span
	for i := range t.Deadlines {
		x := &t.Deadlines[i]
		d.atStart(x, f.starts)
		if x.Kind == From && !x.At.IsZero() {
			f.starts = append(f.starts, x.At)
		}
		taken = append(taken, x.Span)
	}
	t.Cadence = d.cadences(g.a, g.b)
	for _, x := range t.Cadence {
		taken = append(taken, x.Span)
	}
	t.Targets = d.targets(g.a, g.b, taken)
	var why string
	t.Topic, why = d.topic(g.a, g.b, max(c.at, c.act), f.heading)
	t.Why = append(t.Why, why)
	d.doc.Tasks = append(d.doc.Tasks, fillTask(t))
	d.taskPara = append(d.taskPara, s.para)
}

func joinItem(item, label string) string {
	switch {
	case label == "":
		return item
	case item == "":
		return label
	}
	return item + "." + label
}

// fillTask writes [] rather than null for empty lists.
func fillTask(t Task) Task {
	if t.Responsible == nil {
		t.Responsible = []string{}
	}
	if t.Via == nil {
		t.Via = []string{}
	}
	if t.Deadlines == nil {
		t.Deadlines = []Deadline{}
	}
	if t.Cadence == nil {
		t.Cadence = []Cadence{}
	}
	if t.Targets == nil {
		t.Targets = []Target{}
	}
	return t
}

// assign decides who is responsible: whom the sentence names, else the last
// one named, the item's heading, the item above it, the lead-in.
func (d *draft) assign(t *Task, c core, f *flow, p para, opens bool) {
	named := addressee{resp: d.refer(c.resp), via: d.texts(c.via)}
	if len(named.resp) == 0 && len(c.prefix) > 0 {
		named.resp = d.texts(c.prefix)
	}
	t.Via = named.via
	if len(named.resp) > 0 {
		t.Responsible = named.resp
		t.Why = append(t.Why, "who.named")
		if c.brief {
			return
		}
		f.last = named
		if opens && p.own {
			f.items[p.item] = named
		}
		return
	}
	if c.demand { // the issuer orders without naming anybody
		if d.strict || p.item != "" {
			d.inherit(t, f, p)
			return
		}
		f.last = addressee{}
		t.Why = append(t.Why, "who.nobody")
		return
	}
	d.inherit(t, f, p)
}

func (d *draft) inherit(t *Task, f *flow, p para) {
	from := d.inherited(f, p)
	if from.empty() {
		t.Why = append(t.Why, "who.nobody")
		return
	}
	t.Responsible, t.Inherited = from.resp, true
	if len(t.Via) == 0 {
		t.Via = from.via
	}
	t.Why = append(t.Why, from.why)
}

// inherited is whom a sentence without a subject addresses.
func (d *draft) inherited(f *flow, p para) addressee {
	from := f.last
	from.why = "who.last"
	for item := p.item; from.empty() && item != ""; item = parentItem(item) {
		from = f.items[item]
		from.why = "who.item"
	}
	if from.empty() {
		from = f.lead
		from.why = "who.lead-in"
	}
	return from
}

// parentItem is the item above: "2" for "2.1", "2.1" for "2.1.(3)".
func parentItem(item string) string {
	for i := len(item) - 1; i > 0; i-- {
		if item[i] == '.' {
			return item[:i]
		}
	}
	return ""
}

// dropSummary removes the tasks of a news report's summary where the body
// gives orders itself.
func (d *draft) dropSummary() {
	if d.formal || d.summary == 0 {
		return
	}
	n := 0
	for n < len(d.doc.Tasks) && d.paras[d.taskPara[n]].lastLine < d.summary {
		n++
	}
	if n > 0 && n < len(d.doc.Tasks) {
		for _, t := range d.doc.Tasks[:n] {
			d.doc.Clauses[t.Clause].Kind, d.doc.Clauses[t.Clause].Why = Unknown, "clause.summary"
		}
		d.doc.Tasks = d.doc.Tasks[n:]
		d.taskPara = d.taskPara[n:]
	}
}
