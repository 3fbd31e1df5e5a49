package officialdoc

// maxBodies bounds one list of bodies, and with it the work on a text made to
// be slow.
const maxBodies = 40

// body is a body or group of people that the text names.
type body struct {
	a, b int // tokens
}

// organ reads the name of one body or group of people at token i: the token
// after it, or 0.
func (d *draft) organ(i, limit int) int {
	limit = min(limit, i+40)
	j, det := d.determiner(i, limit)
	end, _ := d.phrase(j, limit, d.c.Head)
	if end == 0 {
		return d.person(j, limit)
	}
	if weak, _ := d.phrase(j, limit, d.c.Weak); weak == end && !det && !d.named(j, end, limit) {
		return 0
	}
	return d.extend(j, end, limit)
}

// person reads "ông Nguyễn Văn A" and "đồng chí Nguyễn Văn A - bí thư …".
func (d *draft) person(j, limit int) int {
	if j == 0 || j >= limit || !d.has(j, limit, d.c.Family) || !d.toks[j].upper || !d.has(j-1, j, d.c.Leader) {
		if j == 0 || j >= limit || !d.toks[j].upper || !d.is(j-1, j, d.w("ông"), d.w("bà")) {
			return 0
		}
	}
	end := j
	for end < limit && end < j+6 && d.toks[end].kind == wordToken && d.toks[end].upper {
		end++
	}
	return d.extend(j, end, limit)
}

// determiner skips "các đồng chí", "14", "toàn bộ".
func (d *draft) determiner(i, limit int) (int, bool) {
	j, det := i, false
	for j < limit {
		if end, _ := d.phrase(j, limit, d.c.Courtesy); end > 0 {
			j = end
			continue
		}
		if end, _ := d.phrase(j, limit, d.c.Det); end > 0 {
			j, det = end, true
			continue
		}
		if n := d.num(j, limit); n > 0 && d.toks[j].digits <= 3 && j+1 < limit && d.toks[j+1].kind == wordToken {
			j, det = j+1, true
			continue
		}
		if d.num(j, limit) > 0 && d.mark(j+1) == '%' { // "100% UBND các cấp"
			j, det = j+2, true
			continue
		}
		break
	}
	return j, det
}

// named reports whether a weak head is used as a name: with a capital, before
// a name or number, or right before "phải", "cần".
func (d *draft) named(j, end, limit int) bool {
	if end < limit && d.toks[j].caps && d.toks[end].caps {
		return false // "TỔ CHỨC THỰC HIỆN"
	}
	if end >= limit {
		return d.toks[j].upper
	}
	next := d.toks[end]
	if next.kind == wordToken && next.upper || next.kind == numberToken && !next.glued {
		return true
	}
	if d.toks[j].upper && j > 0 && d.mark(j-1) == 0 {
		return true
	}
	if d.toks[j].upper && d.has(j, end, d.c.Selfname) && d.predicate(end, limit) {
		return true
	}
	if _, ok := d.scopeAt(end, limit); ok {
		return true
	}
	return d.has(end, limit, d.c.Modal) || d.is(end, limit, d.w("tập")) || d.is(end, limit, d.w("thuộc"), d.w("của")) || d.is(end, limit, d.w("trực")) && d.is(end+1, limit, d.w("thuộc"))
}

// scopeAt reports a following body, as in "thường trực Huyện ủy".
func (d *draft) scopeAt(i, limit int) (int, bool) {
	end, _ := d.phrase(i, limit, d.c.Head)
	if end == 0 {
		return 0, false
	}
	weak, _ := d.phrase(i, limit, d.c.Weak)
	return end, weak != end
}

// extend goes on from the head of a name to its end: before a verb, a mark, or
// the next body of a list.
func (d *draft) extend(start, j, limit int) int {
	for j < limit {
		t := d.toks[j]
		if t.kind == punctToken {
			next := d.nameMark(j, limit)
			if next == 0 {
				return j
			}
			j = next
			continue
		}
		if end, _ := d.phrase(j, limit, d.c.Keep); end > 0 && !t.caps {
			j = end
			continue
		}
		if end, _ := d.phrase(j, limit, d.c.Carried); end > 0 && d.carries(j-1) {
			j = end
			continue
		}
		if !t.upper {
			if d.has(j, limit, d.c.Stop) || d.predicate(j, limit) {
				return j
			}
			if d.is(j, limit, d.w("và"), d.w("cùng"), d.w("hoặc")) {
				if !d.goesOn(j+1, limit) {
					return j
				}
			}
		}
		j++
	}
	return j
}

// nameMark is the token behind a mark inside a name, or 0 where the mark ends
// the name.
func (d *draft) nameMark(j, limit int) int {
	switch d.mark(j) {
	case '(':
		for k := j + 1; k < min(limit, j+16); k++ {
			if d.mark(k) == ')' {
				return k + 1
			}
		}
	case '&', '/':
		return j + 1
	case '-':
		if j+1 < limit && d.toks[j].glued && d.toks[j+1].glued && d.toks[j+1].kind == numberToken {
			return j + 2 // Covid-19
		}
		if j+1 < limit && !d.toks[j].glued && !d.toks[j+1].upper {
			if end := d.organ(j+1, limit); end > 0 {
				return end // "ông A - bí thư Tỉnh ủy"
			}
			if end, _ := d.phrase(j+1, limit, d.c.Bare); end > 0 {
				return end // "các xã - thị trấn"
			}
		}
		if j+1 < limit && d.toks[j+1].kind == wordToken && (d.toks[j+1].upper || d.toks[j].glued || d.is(j+1, limit, d.w("xã"))) {
			return j + 1
		}
	case '.':
		if j+1 < limit && d.toks[j].glued && d.has(j-1, j, d.c.Abbreviation) {
			return j + 1
		}
	}
	return 0
}

func (d *draft) carries(i int) bool {
	for k := max(0, i-2); k <= i; k++ {
		if end, _ := d.phrase(k, i+1, d.c.Carrier); end == i+1 {
			return true
		}
	}
	return false
}

// goesOn reports whether a name goes on behind "và": "Thông tin và Truyền
// thông", not "Sở Y tế và UBND quận".
func (d *draft) goesOn(i, limit int) bool {
	if i >= limit {
		return false
	}
	if d.has(i, limit, d.c.Kind) || d.organ(i, limit) > 0 {
		return false
	}
	if end, _ := d.phrase(i, limit, d.c.Bare); end > 0 {
		return true
	}
	return d.toks[i].upper || d.has(i, limit, d.c.Keep)
}

// predicate reports whether what is said of a body begins at token i.
func (d *draft) predicate(i, limit int) bool {
	if i >= limit || d.toks[i].upper && !d.toks[i].caps || d.noVerb(i, limit) {
		return false
	}
	return d.isAct(i, limit) || d.has(i, limit, d.c.Adverb) || d.has(i, limit, d.c.Modal) ||
		d.has(i, limit, d.c.Order) || d.has(i, limit, d.c.Past) || d.has(i, limit, d.c.Future) ||
		d.has(i, limit, d.c.Permission) || d.has(i, limit, d.c.Report) || d.has(i, limit, d.c.Issue) || d.has(i, limit, d.c.With)
}

// isAdverb reports an adverb at token i that is no part of a longer opener.
func (d *draft) isAdverb(i, limit int) bool {
	end, _ := d.phrase(i, limit, d.c.Adverb)
	opener, _ := d.phrase(i, limit, d.c.Opener)
	connector, _ := d.phrase(i, limit, d.c.Connector)
	return end > 0 && opener <= end && connector <= end
}

// noVerb reports words that only look like the verb they begin with: "giao
// thông".
func (d *draft) noVerb(i, limit int) bool { return d.has(i, limit, d.c.Noverb) }

// isAct reports an action at token i that is no part of a longer phrase of
// another sense: "phát" in "phát biểu".
func (d *draft) isAct(i, limit int) bool {
	end, _ := d.phrase(i, limit, d.c.Act)
	if end == 0 {
		return false
	}
	if d.noVerb(i, limit) {
		return false
	}
	for _, c := range [...]class{d.c.Opener, d.c.Report, d.c.Connector, d.c.Situation} {
		if e, _ := d.phrase(i, limit, c); e > end {
			return false
		}
	}
	return !d.is(end, limit, d.w("của"))
}

// organs reads a list of bodies at token i and returns the token behind it and
// behind what may stand before the predicate.
func (d *draft) organs(i, limit int) (list []body, end int) {
	j := i
	for {
		e := d.organ(j, limit)
		if e == 0 || len(list) == maxBodies {
			break
		}
		a, _ := d.skipCourtesy(j, limit)
		list, end = append(list, body{a, e}), e
		e = d.joinBare(&list[len(list)-1], e, limit)
		end = e
		e = d.skipAside(e, limit)
		if sub := d.skipEmphasis(e, limit); sub > e {
			end = sub // "…, nhất là người đứng đầu …": no other body
			break
		}
		next := e
		if sep, _ := d.phrase(e, limit, d.c.And); sep > 0 {
			next = sep
			for {
				more, _ := d.phrase(next, limit, d.c.And)
				if more == 0 || d.mark(next) != 0 {
					break
				}
				next = more
			}
		}
		if next == e || d.organ(next, limit) == 0 {
			end = e
			break
		}
		j = next
	}
	if len(list) > 0 && d.mark(end) == '-' && d.predicate(end+1, limit) {
		end++ // "ông A - bí thư Tỉnh ủy - yêu cầu"
	}
	return d.shareQualifier(list), end
}

// skipEmphasis skips ", nhất là A, B" behind a list, which only stresses some
// of those named.
func (d *draft) skipEmphasis(i, limit int) int {
	at := i
	if d.mark(at) == ',' {
		at++
	}
	if !d.is(at, limit, d.w("nhất")) || !d.is(at+1, limit, d.w("là")) {
		return i
	}
	if list, end := d.organs(at+2, limit); len(list) > 0 {
		return end
	}
	return i
}

// shareQualifier joins "Ban Chỉ đạo, Sở Chỉ huy phòng chống dịch Thành phố":
// a bare name before a comma shares what qualifies the next.
func (d *draft) shareQualifier(list []body) []body {
	var out []body
	for _, b := range list {
		if n := len(out); n > 0 {
			last := out[n-1]
			end, _ := d.phrase(last.a, last.b, d.c.Head)
			if end == last.b && d.has(last.a, last.b, d.c.Sharing) && d.mark(last.b) == ',' && b.a == last.b+1 && d.has(b.a, b.b, d.c.Sharing) {
				out[n-1].b = b.b
				continue
			}
		}
		out = append(out, b)
	}
	return out
}

// skipCourtesy is the token where a name begins behind "các đồng chí", "Giao".
func (d *draft) skipCourtesy(i, limit int) (int, bool) {
	for {
		end, _ := d.phrase(i, limit, d.c.Courtesy)
		if end == 0 {
			if d.num(i, limit) > 0 && d.mark(i+1) == '%' {
				i += 2
				continue
			}
			return i, true
		}
		i = end
	}
}

// joinBare adds ", ngành, địa phương" to the body before.
func (d *draft) joinBare(b *body, end, limit int) int {
	limit = min(limit, end+120)
	for {
		sep := end
		if d.mark(sep) == ',' {
			sep++
		}
		if d.is(sep, limit, d.w("và"), d.w("hoặc")) {
			sep++
		}
		if sep == end {
			return end
		}
		e, _ := d.phrase(sep, limit, d.c.Bare)
		if head, _ := d.phrase(sep, limit, d.c.Head); e == 0 || head > e {
			return end
		}
		e = d.extend(sep, e, limit)
		b.b, end = e, e
	}
}

// skipAside skips "theo chức năng, nhiệm vụ được giao", "theo Thông báo số 22".
func (d *draft) skipAside(i, limit int) int {
	for {
		at := i
		if d.mark(at) == ',' {
			at++
		}
		if end, _ := d.phrase(at, limit, d.c.Aside); end > 0 {
			if d.mark(end) == ',' {
				end++
			}
			i = end
			continue
		}
		if f, ok := d.match(d.rules.patterns["deadline"], at, limit); ok {
			i = f.end
			continue
		}
		if at == i && d.is(at, limit, d.w("theo")) && d.has(at+1, limit, d.c.Kind) {
			for at < limit && d.mark(at) != ',' && d.mark(at) != ';' && d.mark(at) != ':' && !(at > i+4 && d.predicate(at, limit)) {
				at++
			}
			i = at
			continue
		}
		return i
	}
}

// texts are the names of the bodies as the text has them.
func (d *draft) texts(list []body) []string {
	out := make([]string, 0, len(list))
	for _, b := range list {
		out = append(out, d.words(b.a, b.b))
	}
	return out
}
