package officialdoc

// group is a part of a sentence that makes one task.
type group struct {
	a, b   int
	label  string // "(ii)" of an item inside the sentence
	body   int    // token where the item begins, behind what stands in front of "(i)"
	core   core
	shared []Deadline // stated in front for all parts: "Đến ngày 15/9/2021: (i) …"
}

// groups cuts a sentence where the body that acts changes, or where a day, a
// period or a number belongs to one part only. It does not cut by topic.
func (d *draft) groups(a, b int, c core) []group {
	parts := d.parts(a, b)
	for len(parts) > 1 && parts[0].b <= c.at { // the subject or its past stands in front
		parts[1].a, parts[1].label = parts[0].a, parts[0].label
		if c.demand && d.mark(c.at-1) == ',' {
			parts[1].a = c.at
		}
		parts = parts[1:]
	}
	if len(parts) == 1 {
		return []group{{a: parts[0].a, b: b}}
	}
	var shared []Deadline
	if parts[0].label != "" { // words in front of "(i)"
		shared = d.deadlines(a, parts[0].body)
		for i := range shared {
			shared[i].Coref = true
		}
	}
	out := []group{{a: parts[0].a, b: parts[0].b, label: parts[0].label}}
	quant := d.quantified(max(parts[0].a, parts[0].body), parts[0].b)
	for _, p := range parts[1:] {
		cur := &out[len(out)-1]
		i := d.skipConnectors(p.a, p.b)
		own, isOwn := d.coreAt(i, p.b, true, true)
		named := isOwn && own.isOrder() && (len(own.resp) > 0 || own.demand && len(own.resp) > 0)
		q := d.quantified(p.a, p.b)
		acts := isOwn && own.isOrder() || p.label != ""
		if d.onlyDeadline(i, p.b) || !acts {
			cur.b = p.b
			quant = quant || q
			continue
		}
		if !named && p.label == "" && q == quant && !(q && quant) {
			cur.b = p.b
			continue
		}
		if !named && p.label != "" && !q && !quant && len(shared) == 0 {
			cur.b = p.b
			continue
		}
		own.at = i
		if !isOwn {
			own = core{kind: Obligation, why: "clause.part", at: i}
		}
		out = append(out, group{a: p.a, b: p.b, label: p.label, core: own, shared: shared})
		quant = q
	}
	return out
}

// quantified reports whether a part states a day, a period or a number to
// meet.
func (d *draft) quantified(a, b int) bool {
	for _, x := range d.deadlines(a, b) {
		if !x.Relative {
			return true
		}
	}
	return len(d.cadences(a, b)) > 0 || len(d.targets(a, b, nil)) > 0
}

// onlyDeadline reports a part such as "hoàn thành trước ngày 30/9".
func (d *draft) onlyDeadline(i, b int) bool {
	f, ok := d.match(d.rules.patterns["deadline"], i, b)
	return ok && f.end >= b-3
}

// parts cuts at semicolons, at "(i)" behind a colon or semicolon, and before
// ", đồng thời" and ", giao …".
func (d *draft) parts(a, b int) []group {
	var out []group
	from, label, depth, lead := a, "", 0, 0
	quoted := false
	cut := func(end, next int, lab string) {
		if end > from {
			out = append(out, group{a: from, b: end, label: label, body: lead})
		}
		from, label = next, lab
	}
	for i := a; i < b; i++ {
		m := d.mark(i)
		switch {
		case m == '"':
			quoted = !quoted
		case m == '(':
			if k, lab, end := d.marker(i, b); (k == parenMarker || k == lowerRomanMarker) && i > a && (d.mark(i-1) == ':' || d.mark(i-1) == ';' || d.mark(i-1) == ',') && depth == 0 {
				if d.mark(i-1) == ':' && len(out) == 0 {
					label, lead = lab, i // what stands in front stays with the first part
				} else {
					cut(i, end, lab)
				}
				i = end - 1
				continue
			}
			depth++
		case m == ')':
			depth = max(0, depth-1)
		case depth > 0 || quoted:
		case m == ';':
			cut(i, i+1, "")
			if k, lab, end := d.marker(i+1, b); k == parenMarker || k == lowerRomanMarker {
				from, label = end, lab
				i = end - 1
			}
		case m == ',' && d.startsPart(i+1, b):
			cut(i, i+1, "")
		}
	}
	cut(b, b, "")
	if len(out) == 0 {
		out = []group{{a: a, b: b}}
	}
	return out
}

// startsPart reports whether behind a comma somebody else is ordered: "đồng
// thời …", "giao Sở Y tế …".
func (d *draft) startsPart(i, b int) bool {
	if d.is(i, b, d.w("đồng")) && d.is(i+1, b, d.w("thời")) {
		return true
	}
	end, _ := d.phrase(i, b, d.c.Demand)
	if end == 0 || d.is(i, b, d.w("đề")) {
		return false
	}
	list, e := d.organs(end, b)
	return len(list) > 0 && d.predicate(e, b)
}
