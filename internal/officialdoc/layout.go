package officialdoc

import "unicode"

// zone says what part of the page a line belongs to.
type zone uint8

const (
	bodyZone zone = iota
	residueZone
	headerZone
	titleZone // kind and subject
	slipZone
	stampZone
	esignZone
	recipientZone
	signatureZone
	headlineZone
	captionZone
)

// line is one line of the text: code points [start, end) and its tokens
// [first, last).
type line struct {
	start, end, first, last int
	zone                    zone
}

func (l line) blank() bool { return l.first == l.last }
func (l line) count() int  { return l.last - l.first }

// layout finds the parts of the page and returns whether the text is a
// document itself rather than a report of one.
func (d *draft) layout() {
	d.markSlip()
	d.markSignatureBlock()
	d.markStamps()
	d.markRecipients()
	d.markTitle()
	if d.formal {
		d.markHeader()
		d.markSigner()
	} else {
		d.markNews()
	}
}

// starts reports whether a line begins with a phrase of the list.
func (d *draft) starts(l line, c class) bool {
	i := l.first
	for i < l.last && d.toks[i].kind == punctToken {
		i++
	}
	return i < l.last && d.has(i, l.last, c)
}

// allCaps reports whether every word of the line with more than one letter is
// in capitals.
func (d *draft) allCaps(l line) bool {
	n := 0
	for i := l.first; i < l.last; i++ {
		t := d.toks[i]
		if t.kind == wordToken && t.end-t.start > 1 {
			if !t.caps {
				return false
			}
			n++
		}
	}
	return n > 0
}

func (d *draft) mark_(from, to int, z zone) {
	for i := from; i < to; i++ {
		if d.lines[i].zone == bodyZone && !d.lines[i].blank() {
			d.lines[i].zone = z
		}
	}
}

// markSlip marks a processing slip in front of the document: up to the motto
// or to a signature block.
func (d *draft) markSlip() {
	for i := 0; i < min(len(d.lines), 60); i++ {
		if !d.starts(d.lines[i], d.c.Slip) {
			continue
		}
		for j := i + 1; j < min(len(d.lines), i+120); j++ {
			l := d.lines[j]
			if d.starts(l, d.c.Motto) || d.starts(l, d.c.Signature) {
				d.mark_(i, j, slipZone)
				d.slip = [2]int{i, j}
				return
			}
		}
		return
	}
}

// markSignatureBlock marks the visible block of a digital signature.
func (d *draft) markSignatureBlock() {
	for i, l := range d.lines {
		if !d.starts(l, d.c.Signature) || d.mark(l.first+2) != ':' && d.mark(l.first+3) != ':' {
			continue
		}
		j := i
		for j < len(d.lines) && j < i+8 && !d.lines[j].blank() {
			j++
		}
		d.mark_(i, j, esignZone)
		d.esign = [2]int{i, j}
		return
	}
}

// markStamps marks arrival stamps: a line that begins with ĐẾN, or an office
// with "C.V", among lines with a number and a day.
func (d *draft) markStamps() {
	for i := 0; i < len(d.lines); i++ {
		l := d.lines[i]
		if l.zone != bodyZone || l.blank() || l.count() > 12 || !d.starts(l, d.c.Stamp) || !d.allCapsWord(l.first) {
			continue
		}
		from, to := i, i+1
		for from > 0 && !d.lines[from-1].blank() && d.lines[from-1].zone == bodyZone && d.lines[from-1].count() <= 12 && i-from < 4 && !d.ofHeader(d.lines[from-1]) {
			from--
		}
		for to < len(d.lines) && !d.lines[to].blank() && d.lines[to].count() <= 12 && to-i < 6 && !d.allCaps(d.lines[to]) {
			to++
		}
		from, to = d.stretchStamp(from, to)
		if d.stampNumber(from, to) == "" && d.firstDate(d.lines[from].first, d.lines[to-1].last).month == 0 {
			continue
		}
		d.mark_(from, to, stampZone)
		d.stamps = append(d.stamps, [2]int{from, to})
		i = to
	}
}

func (d *draft) allCapsWord(i int) bool { return i < len(d.toks) && d.toks[i].caps }

// markRecipients marks "Nơi nhận" and its lines.
func (d *draft) markRecipients() {
	for i := len(d.lines) - 1; i >= 0; i-- {
		l := d.lines[i]
		if l.zone != bodyZone || !d.starts(l, d.c.Recipients) || l.count() > 12 && !d.bulletInside(l) {
			continue
		}
		j := i + 1
		for j < len(d.lines) && !d.endsRecipients(d.lines[j]) {
			j++
		}
		d.mark_(i, j, recipientZone)
		d.recipients = [2]int{i, j}
		return
	}
}

func (d *draft) bulletInside(l line) bool {
	for i := l.first + 2; i < min(l.first+6, l.last); i++ {
		if d.mark(i) == '-' {
			return true
		}
	}
	return false
}

func (d *draft) endsRecipients(l line) bool {
	if l.blank() || d.mark(l.first) != 0 {
		return false
	}
	return d.starts(l, d.c.Signfor) && d.toks[l.first].upper || d.allCaps(l)
}

// markTitle finds the line that names the kind of a document in capitals, or
// "Kính gửi" of an official letter, and decides whether the text is formal.
func (d *draft) markTitle() {
	d.title = -1
	motto, number, placed := false, false, false
	for i, l := range d.lines {
		if l.zone != bodyZone || l.blank() {
			continue
		}
		motto = motto || d.mottoIn(l)
		number = number || l.count() <= 20 && d.headerNumber(l) != ""
		placed = placed || d.placeLine(l) > 0
		if end, _ := d.phrase(l.first, l.last, d.c.Kind); end > 0 && d.capsRange(l.first, end) && d.title < 0 {
			if end == l.last || end == l.last-1 || motto || number || placed {
				d.title = i
			}
		}
		if d.starts(l, d.c.Addressees) && d.title < 0 {
			d.title, d.letter = i, true
		}
	}
	d.formal = d.title >= 0 && (motto || number || placed || d.recipients[1] > 0 || d.lines[d.title].count() <= 4)
	d.formal = d.formal || motto && number
}

// mottoIn reports whether the motto begins in the line, which may break it.
func (d *draft) mottoIn(l line) bool {
	for i := l.first; i < l.last; i++ {
		if d.toks[i].upper && d.has(i, len(d.toks), d.c.Motto) {
			return true
		}
	}
	return false
}

func (d *draft) capsRange(a, b int) bool {
	for i := a; i < b; i++ {
		if d.toks[i].kind == wordToken && !d.toks[i].caps {
			return false
		}
	}
	return true
}

// placeLine returns the token behind the place in "Hà Nội, ngày 07 tháng 9
// năm 2021", or 0.
func (d *draft) placeLine(l line) int {
	if l.count() > 24 || l.blank() {
		return 0
	}
	limit := min(len(d.toks), l.last+10)
	for i := l.first; i < l.last; i++ {
		if d.mark(i) != ',' || !d.is(i+1, limit, d.w("ngày")) || !d.is(i+3, limit, d.w("tháng")) {
			continue
		}
		day, end := d.date(i+2, limit)
		if end > 0 && day.year > 0 && (end >= len(d.toks) || d.toks[end].line != d.toks[end-1].line || end >= l.last-2) {
			return i
		}
	}
	return 0
}

// markHeader marks what stands above the title, and the title with the
// subject below it.
func (d *draft) markHeader() {
	if d.title < 0 {
		return
	}
	for i := 0; i < d.title; i++ {
		if d.starts(d.lines[i], d.c.Recital) || d.lines[i].count() > 40 {
			break
		}
		d.mark_(i, i+1, headerZone)
	}
	d.lines[d.title].zone = titleZone
	if d.letter {
		d.markAddressees()
		return
	}
	from := d.lines[d.title]
	if d.mark(from.last-1) == ':' { // "QUYẾT ĐỊNH:" behind the grounds
		return
	}
	end, _ := d.phrase(from.first, from.last, d.c.Kind)
	d.subject = [2]int{end, from.last}
	for i, started := d.title+1, end < from.last-1; i < len(d.lines) && i < d.title+14; i++ {
		l := d.lines[i]
		if l.blank() {
			if started {
				return
			}
			continue
		}
		if l.zone != bodyZone || started && d.opensBody(l) || !started && l.count() > 90 {
			return
		}
		if !started {
			d.subject = [2]int{l.first, l.last}
		}
		d.subject[1], started = l.last, true
		d.lines[i].zone = titleZone
		if end, _ := d.sentenceEnd(l.last - 1); end {
			return
		}
	}
}

func (d *draft) opensBody(l line) bool {
	if d.allCaps(l) {
		return d.has(l.first, l.last, d.c.Head) && !d.has(l.first, l.last, d.c.Weak)
	}
	return d.starts(l, d.c.Preamble) || d.isNumbered(l) || l.count() > 60
}

// markAddressees marks "Kính gửi" and its list.
func (d *draft) markAddressees() {
	d.addressees = [2]int{d.title, d.title + 1}
	for i := d.title + 1; i < len(d.lines) && i < d.title+20; i++ {
		l := d.lines[i]
		if l.blank() {
			continue
		}
		m := d.mark(l.first)
		if m != '-' && m != '+' && m != '•' && l.count() > 14 || d.starts(l, d.c.Preamble) {
			return
		}
		d.lines[i].zone = titleZone
		d.addressees[1] = i + 1
	}
}

// markSigner marks "TM. ỦY BAN NHÂN DÂN", the title and the name below.
func (d *draft) markSigner() {
	for i := len(d.lines) - 1; i > max(d.title, 0); i-- {
		l := d.lines[i]
		if l.blank() || l.zone != bodyZone && l.zone != recipientZone || l.count() > 14 {
			continue
		}
		isFor := d.starts(l, d.c.Signfor) && d.allCaps(l)
		isTitle := d.starts(l, d.c.Signtitle) && d.allCaps(l)
		if !isFor && !isTitle {
			continue
		}
		from, to := i, i+1
		for from > 0 && from > i-4 && d.lines[from-1].zone == bodyZone && !d.lines[from-1].blank() && d.allCaps(d.lines[from-1]) {
			from--
		}
		for to < len(d.lines) && to < i+16 && (d.lines[to].blank() || d.lines[to].zone == bodyZone && (d.personName(d.lines[to]) || d.allCaps(d.lines[to]) || d.starts(d.lines[to], d.c.Signed))) {
			to++
		}
		d.signer = [2]int{from, to}
		d.mark_(from, to, signatureZone)
		return
	}
}

// personName reports whether the line is two to six capitalised words.
func (d *draft) personName(l line) bool {
	n := 0
	for i := l.first; i < l.last; i++ {
		t := d.toks[i]
		if t.kind != wordToken {
			if d.mark(i) == '.' && n > 0 { // "TS. Nguyễn Văn A", "PGS.TS."
				continue
			}
			return false
		}
		if !unicode.IsUpper(d.runes[t.start]) {
			return false
		}
		n++
	}
	return n >= 2 && n <= 7
}

// markNews marks time stamps, headlines, page residue and captions.
func (d *draft) markNews() {
	seen, width := 0, d.wrapWidth()
	for i, l := range d.lines {
		if l.blank() || l.zone != bodyZone {
			continue
		}
		seen++
		if width > 0 && d.runsOn(i, width) {
			continue
		}
		full, _ := d.sentenceEnd(l.last - 1)
		switch {
		case l.count() <= 20 && d.timestamp(l):
			d.lines[i].zone = residueZone
		case l.count() <= 14 && d.starts(l, d.c.Headline):
			d.lines[i].zone = residueZone
		case d.isCaption(l):
			d.lines[i].zone = captionZone
		case seen <= 6 && !full && l.count() < 45 && d.mark(l.last-1) != ':' && d.mark(l.last-1) != ';' && !d.isNumbered(l) && d.moreBelow(i):
			d.lines[i].zone = headlineZone
		case seen > 1 && !full && l.count() < 22 && d.mark(l.last-1) != ':' && d.mark(l.last-1) != ';' && d.mark(l.last-1) != ',' && !d.isNumbered(l) && d.alone(i):
			d.lines[i].zone = headlineZone
		}
	}
	d.markCaptionBlocks()
}

// runsOn reports a line of wrapped text that goes on in the next line, or goes
// on with the line above.
func (d *draft) runsOn(i, width int) bool {
	full := func(k int) bool {
		return k >= 0 && k < len(d.lines) && !d.lines[k].blank() && d.lines[k].end-d.lines[k].start >= width*3/4
	}
	next := i+1 < len(d.lines) && !d.lines[i+1].blank()
	return full(i) && next || full(i-1) && !d.isNumbered(d.lines[i])
}

// alone reports whether a line has blank lines (or the end) around it.
func (d *draft) alone(i int) bool {
	return (i == 0 || d.lines[i-1].blank()) && (i+1 >= len(d.lines) || d.lines[i+1].blank())
}

func (d *draft) moreBelow(i int) bool {
	for j := i + 1; j < len(d.lines); j++ {
		if d.lines[j].count() > 12 {
			return true
		}
	}
	return false
}

// timestamp reads a line such as "Ngày đăng 05/09/2021 | 18:35".
func (d *draft) timestamp(l line) bool {
	var day date
	hour, minute, have := 0, 0, false
	other := 0
	for i := l.first; i < l.last; {
		if v, end := d.date(i, l.last); end > 0 && v.year > 0 {
			day, i = v, end
			continue
		}
		if h, m, end := d.time(i, l.last); end > 0 && !have {
			hour, minute, have, i = h, m, true, end
			continue
		}
		if d.toks[i].kind == wordToken {
			other++
		}
		i++
	}
	if day.year == 0 || !have || other > 8 {
		return false
	}
	if d.doc.Metadata.PublishedOn.IsZero() {
		d.doc.Metadata.PublishedOn = day.at(hour, minute, 0)
		d.evidence("published_on", l.first, l.last, "meta.timestamp")
	}
	return true
}

func (d *draft) isCaption(l line) bool {
	for i := l.first; i+1 < l.last; i++ {
		if d.has(i, l.last, d.c.Caption) && d.mark(i+1) == ':' && d.toks[i].upper {
			return true
		}
	}
	return false
}

// markCaptionBlocks knows pages whose body is one block of lines: the block
// before is the summary, those after it are captions.
func (d *draft) markCaptionBlocks() {
	type run struct{ from, to int }
	var blocks []run
	for i := 0; i < len(d.lines); i++ {
		if d.lines[i].blank() {
			continue
		}
		j := i
		for j < len(d.lines) && !d.lines[j].blank() {
			j++
		}
		blocks = append(blocks, run{i, j})
		i = j
	}
	for k, b := range blocks {
		if b.to-b.from < 4 || 2*(b.to-b.from) < d.lineCount() || k == 0 {
			continue
		}
		for _, after := range blocks[k+1:] {
			d.mark_(after.from, after.to, captionZone)
		}
		if k >= 1 {
			d.summary = blocks[k-1].to
		}
		return
	}
	if len(blocks) > 3 && len(blocks) > d.firstBodyBlock() {
		for _, b := range blocks {
			if d.lines[b.from].zone == headlineZone {
				continue
			}
			if d.lines[b.from].zone == bodyZone {
				if b.to == b.from+1 && d.lines[b.from].count() <= 70 && b.from > 0 {
					d.summary = b.to
				}
				return
			}
		}
	}
}

func (d *draft) firstBodyBlock() int { return 2 }

func (d *draft) lineCount() int {
	n := 0
	for _, l := range d.lines {
		if !l.blank() {
			n++
		}
	}
	return n
}
