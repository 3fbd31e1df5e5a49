package officialdoc

import (
	"strings"
	"time"
	"unicode"

	"phaodai/internal/fold"
)

// headerNumber reads the number of a document from a header line: "Số: 20/CT-UBND".
func (d *draft) headerNumber(l line) string {
	limit := min(len(d.toks), l.last+8) // the number may stand in the next line
	for i := l.first; i < l.last; i++ {
		end, _ := d.phrase(i, limit, d.c.Numberword)
		if end == 0 || i > l.first && !d.toks[i].upper {
			continue
		}
		for {
			e, _ := d.phrase(end, limit, d.c.Numberword)
			if e == 0 {
				break
			}
			end = e
		}
		if number, e := d.symbol(end, limit); e > 0 {
			return number
		}
	}
	return ""
}

// readLayout takes from header, slip, stamps, signature and recipients what
// they say.
func (d *draft) readLayout() {
	if d.formal {
		d.readHeader()
		d.readSigner()
		d.readRecipients()
		d.readAddressees()
	}
	d.readSlip()
	d.readStamps()
	d.readSignatureBlock()
}

func (d *draft) readHeader() {
	m := &d.doc.Metadata
	for _, l := range d.lines {
		if l.zone != headerZone && l.zone != titleZone && l.zone != bodyZone {
			continue
		}
		if l.blank() {
			continue
		}
		if n := d.headerNumber(l); n != "" && m.Number == "" && l.count() <= 24 && l.zone == headerZone {
			m.Number = n
			d.evidence("number", l.first, l.last, "meta.header-number")
		}
		if comma := d.placeLine(l); comma > 0 && m.IssuedOn == "" {
			day, _ := d.date(comma+2, len(d.toks))
			from := d.placeStart(l.first, comma)
			m.IssuedOn, m.Place = day.iso(), d.words(from, comma)
			d.evidence("issued_on", from, l.last, "meta.place-and-day")
		}
	}
	if d.title >= 0 && !d.letter {
		l := d.lines[d.title]
		end, kind := d.phrase(l.first, l.last, d.c.Kind)
		if kind != "" && kind != "văn bản" {
			m.Kind = kind
			d.evidence("kind", l.first, end, "meta.title")
		}
	}
	if m.Kind == "" && m.Number != "" {
		m.Kind = d.rules.symbolKind(m.Number)
	}
	if m.Kind == "" {
		m.Kind = "công văn"
	}
	if d.subject[1] > d.subject[0] {
		m.Subject = strings.Trim(d.words(d.subject[0], d.subject[1]), " *\"")
		d.evidence("subject", d.subject[0], d.subject[1], "meta.subject")
	}
	d.readLetterSubject()
	d.readHeaderIssuer()
}

// placeStart is where the place begins: behind the number that may share its
// line in a two-column header.
func (d *draft) placeStart(first, comma int) int {
	i := comma
	for i > first && d.toks[i-1].kind == wordToken && d.toks[i-1].upper && !d.toks[i-1].caps {
		i--
	}
	if i == comma {
		return first
	}
	return i
}

// readLetterSubject reads "V/v …" of an official letter.
func (d *draft) readLetterSubject() {
	if d.doc.Metadata.Subject != "" {
		return
	}
	for i, l := range d.lines {
		if l.zone != headerZone || l.blank() || !d.starts(l, d.c.Subject) {
			continue
		}
		end := l.last
		for j := i + 1; j < len(d.lines) && !d.lines[j].blank() && d.lines[j].zone == headerZone && d.placeLine(d.lines[j]) == 0; j++ {
			end = d.lines[j].last
		}
		d.doc.Metadata.Subject = d.words(l.first, end)
		d.evidence("subject", l.first, end, "meta.about")
		return
	}
}

// readHeaderIssuer joins the header's words in capitals that name a body, over
// line breaks; the last body named is the issuer, those above it are its
// superiors.
func (d *draft) readHeaderIssuer() {
	from, to := -1, -1
	for i := 0; i < len(d.toks); i++ {
		t := d.toks[i]
		if d.lines[t.line].zone != headerZone {
			if from >= 0 && d.title >= 0 && int(t.line) > d.title {
				break
			}
			continue
		}
		if end, _ := d.phrase(i, len(d.toks), d.c.Motto); end > 0 {
			i = end - 1
			continue
		}
		if !t.caps {
			continue
		}
		end := d.capsEnd(i)
		if d.has(i, end, d.c.Head) && !d.onlyTier(i, end) {
			from, to = i, end
		} else if from >= 0 && t.line-d.toks[to-1].line <= 1 && d.onlyTier(i, end) {
			to = end
		}
		i = end - 1
	}
	if from < 0 {
		return
	}
	d.doc.Metadata.Issuer = d.properCase(from, to)
	d.evidence("issuer", from, to, "meta.header-issuer")
}

// onlyTier reports "TỈNH HÀ GIANG", which says where a body is, but not
// "TỈNH ỦY".
func (d *draft) onlyTier(i, b int) bool {
	tier, _ := d.phrase(i, b, d.c.Tierword)
	head, _ := d.phrase(i, b, d.c.Head)
	return tier > 0 && head <= tier
}

// capsEnd is the end of the words in capitals from i on: over a line break
// where the next line goes on with the name.
func (d *draft) capsEnd(i int) int {
	end := i + 1
	for end < len(d.toks) {
		t := d.toks[end]
		word := t.kind == wordToken && (t.caps || t.upper && t.end-t.start == 1)
		joins := (d.mark(end) == ',' || d.mark(end) == '-' && !(end+1 < len(d.toks) && d.mark(end+1) == '-')) && end+1 < len(d.toks) && d.toks[end+1].caps && d.toks[end+1].line == t.line
		number := t.kind == numberToken && d.toks[end-1].caps && t.line == d.toks[end-1].line
		if !word && !joins && !number || d.lines[t.line].zone != headerZone {
			break
		}
		if word && d.has(end, len(d.toks), d.c.Motto) {
			break
		}
		if t.line != d.toks[end-1].line && (t.line-d.toks[end-1].line > 1 || d.has(end, len(d.toks), d.c.Head) && !d.onlyTier(end, len(d.toks)) && !d.has(end-1, end, d.c.Openend)) {
			break
		}
		end++
	}
	return end
}

func (d *draft) motto(a, b int) bool {
	for i := a; i < b; i++ {
		if d.has(i, len(d.toks), d.c.Motto) {
			return true
		}
	}
	return false
}

func (d *draft) headOf(a, b int) bool { return d.has(a, b, d.c.Head) }

// capsRun is the leading words in capitals of a header line.
func (d *draft) capsRun(l line) (int, int) {
	a := l.first
	for a < l.last && d.toks[a].kind == punctToken {
		a++
	}
	b := a
	for b < l.last && (d.toks[b].caps || d.mark(b) == ',' || d.mark(b) == '-' || d.toks[b].kind == numberToken || d.toks[b].kind == wordToken && d.toks[b].upper && d.toks[b].end-d.toks[b].start == 1) {
		if d.motto(b, b+1) {
			break
		}
		b++
	}
	if b < l.last && d.toks[b].kind == wordToken && b-a < 2 {
		return a, a
	}
	for b > a && d.toks[b-1].kind != wordToken && d.toks[b-1].kind != numberToken {
		b--
	}
	return a, b
}

// properCase writes a name in capitals as in running text: "Thành ủy Hà Nội".
func (d *draft) properCase(a, b int) string {
	var out []string
	for i := a; i < b; {
		if end, name := d.phrase(i, b, d.c.Proper); end > 0 {
			out = append(out, name)
			i = end
			continue
		}
		end, _ := d.phrase(i, b, d.c.Head)
		if end == 0 {
			end, _ = d.phrase(i, b, d.c.Tier)
		}
		if end > 0 {
			w := strings.ToLower(d.words(i, end))
			if i == a || i > 0 && d.has(i-1, i, d.c.Openend) {
				w = capital(w)
			}
			if d.has(i, end, d.c.Sharing) || len(w) <= 5 && strings.Trim(w, "ubndhđmtqc") == "" {
				w = strings.ToUpper(w)
			}
			out = append(out, w)
			i = end
			continue
		}
		w := d.tokText(d.toks[i])
		if d.toks[i].caps && len([]rune(w)) > 1 {
			w = capital(strings.ToLower(w))
		}
		if i > a && d.toks[i].glued && len(out) > 0 {
			out[len(out)-1] += w
		} else {
			out = append(out, w)
		}
		i++
	}
	return strings.Join(out, " ")
}

func capital(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

func (d *draft) readSigner() {
	m := &d.doc.Metadata
	if d.signer[1] == 0 {
		return
	}
	for i := d.signer[0]; i < d.signer[1]; i++ {
		l := d.lines[i]
		if l.blank() {
			continue
		}
		switch {
		case d.starts(l, d.c.Signfor) && d.allCaps(l):
			m.SignedFor = d.words(l.first, l.last)
			if at := d.titleInside(l); at > 0 && m.SignerTitle == "" {
				m.SignerTitle = d.words(at, l.last)
			}
		case d.allCaps(l):
			m.SignerTitle = d.words(l.first, l.last)
		case d.personName(l) && m.Signer == "":
			m.Signer = d.words(l.first, l.last)
			d.evidence("signer", l.first, l.last, "meta.signature")
		}
	}
}

// titleInside finds the title in "KT. CHỦ TỊCH".
func (d *draft) titleInside(l line) int {
	for i := l.first + 1; i < l.last; i++ {
		if d.has(i, l.last, d.c.Signtitle) {
			return i
		}
	}
	return 0
}

func (d *draft) readAddressees() {
	if d.addressees[1] == 0 {
		return
	}
	m := &d.doc.Metadata
	for i := d.addressees[0]; i < d.addressees[1]; i++ {
		l := d.lines[i]
		if l.blank() {
			continue
		}
		a := l.first
		if end, _ := d.phrase(a, l.last, d.c.Addressees); end > 0 {
			a = end
		}
		for a < l.last && d.toks[a].kind == punctToken && d.mark(a) != '(' {
			a++
		}
		if text := strings.TrimRight(d.words(a, l.last), " ;.,:"); text != "" {
			m.Addressees = append(m.Addressees, text)
		}
	}
	d.evidence("addressees", d.lines[d.addressees[0]].first, d.lines[d.addressees[1]-1].last, "meta.addressees")
}

// readRecipients reads "Nơi nhận" line by line; a remark covers the lines
// above it back to the remark before.
func (d *draft) readRecipients() {
	m := &d.doc.Metadata
	open := 0
	for i := d.recipients[0]; i < d.recipients[1]; i++ {
		l := d.lines[i]
		if l.blank() || l.zone != recipientZone {
			continue
		}
		a, b := l.first, l.last
		if end, _ := d.phrase(a, b, d.c.Recipients); end > 0 {
			a = end
			for a < b && d.mark(a) == ':' {
				a++
			}
		}
		for a < b && (d.mark(a) == '-' || d.mark(a) == '+' || d.mark(a) == '•' || d.mark(a) == '*') {
			a++
		}
		b, purpose := d.cutRemark(a, b)
		if a < b {
			text := strings.TrimRight(d.words(a, b), " ;.,:")
			g := Recipient{Text: text, Span: d.span(a, b), Why: "meta.recipient"}
			if d.is(a, b, d.w("lưu")) {
				g.Purpose = PurposeFile
			}
			if text != "" {
				m.Recipients = append(m.Recipients, text)
				m.RecipientGroups = append(m.RecipientGroups, g)
			}
		}
		if purpose != "" {
			for ; open < len(m.RecipientGroups); open++ {
				if m.RecipientGroups[open].Purpose == "" {
					m.RecipientGroups[open].Purpose = purpose
				}
			}
		}
	}
}

// cutRemark takes "(để b/c)" off the end of a line.
func (d *draft) cutRemark(a, b int) (int, Purpose) {
	for i := a; i < b; i++ {
		if d.mark(i) != '(' {
			continue
		}
		if end, v := d.phrase(i+1, b, d.c.Remark); end > 0 {
			return i, Purpose(v)
		}
		if d.is(i+1, b, d.w("để")) || d.is(i+1, b, d.w("đề")) {
			return i, PurposeReport
		}
	}
	return b, ""
}

func (d *draft) readSlip() {
	if d.slip[1] == 0 {
		return
	}
	first, last := d.lines[d.slip[0]].first, d.lines[d.slip[1]-1].last
	s := &Slip{Span: d.span(first, last), Why: "layout.slip"}
	field := ""
	for i := d.slip[0]; i < d.slip[1]; i++ {
		l := d.lines[i]
		if l.blank() {
			continue
		}
		a := l.first
		if end, f := d.phrase(a, l.last, d.c.Slipfield); end > 0 {
			field, a = f, end
			if d.mark(a) == ':' {
				a++
			}
		}
		d.slipField(s, field, a, l.last)
		if d.personName(l) && !d.allCaps(l) && field == "copies" {
			s.Signers = append(s.Signers, Signer{Title: d.titleAbove(i), Name: d.words(l.first, l.last), Span: d.span(l.first, l.last)})
		}
	}
	d.doc.Slip = s
}

func (d *draft) slipField(s *Slip, field string, a, b int) {
	if a >= b {
		return
	}
	text := d.words(a, b)
	switch field {
	case "number":
		if s.ArrivalNumber == "" {
			s.ArrivalNumber = text
		}
	case "issued":
		if s.IssuedOn == "" {
			s.IssuedOn = d.firstDate(a, b).iso()
		}
	case "received":
		if s.ReceivedOn == "" {
			s.ReceivedOn = d.firstDate(a, b).iso()
		}
	case "issuer":
		if s.Issuer == "" {
			s.Issuer = text
		}
	case "subject":
		if d.mark(a) != '*' {
			s.Subject = strings.TrimSpace(s.Subject + " " + text)
		}
	case "copies":
		if d.mark(a) == '-' {
			s.CopiesTo = append(s.CopiesTo, strings.TrimRight(d.words(a+1, b), " ;.,"))
		}
	}
}

// titleAbove is the nearest line in capitals above a name.
func (d *draft) titleAbove(i int) string {
	for j := i - 1; j >= max(0, i-8); j-- {
		if !d.lines[j].blank() && d.allCaps(d.lines[j]) {
			return d.words(d.lines[j].first, d.lines[j].last)
		}
	}
	return ""
}

func (d *draft) firstDate(a, b int) date {
	for i := a; i < b; i++ {
		if day, end := d.date(i, b); end > 0 {
			return day
		}
	}
	return date{}
}

func (d *draft) stampNumber(from, to int) string {
	for i := from; i < to; i++ {
		for k := d.lines[i].first; k < d.lines[i].last; k++ {
			if end, _ := d.phrase(k, d.lines[i].last, d.c.Numberword); end > 0 && d.num(end, d.lines[i].last) > 0 {
				return d.tokText(d.toks[end])
			}
		}
	}
	return ""
}

func (d *draft) readStamps() {
	for _, x := range d.stamps {
		first, last := d.lines[x[0]].first, d.lines[x[1]-1].last
		s := Stamp{Number: d.stampNumber(x[0], x[1]), Date: d.firstDate(first, last).iso(), Text: d.words(first, last), Span: d.span(first, last), Why: "layout.stamp"}
		if l := d.lines[x[0]]; d.headOf(l.first, l.last) {
			a, b := d.capsRun(l)
			s.Office = d.properCase(a, b)
		}
		d.doc.Stamps = append(d.doc.Stamps, s)
		d.doc.Notes = append(d.doc.Notes, Note{Span: s.Span, Why: "note.foreign-stamp", Text: s.Number})
	}
}

func (d *draft) readSignatureBlock() {
	if d.esign[1] == 0 {
		return
	}
	b := &SignatureBlock{Why: "layout.e-signature"}
	first, last := d.lines[d.esign[0]].first, d.lines[d.esign[1]-1].last
	b.Span = d.span(first, last)
	for i := d.esign[0]; i < d.esign[1]; i++ {
		l := d.lines[i]
		colon := l.first
		for colon < l.last && d.mark(colon) != ':' {
			colon++
		}
		if colon+1 >= l.last {
			continue
		}
		text := d.words(colon+1, l.last)
		label := fold.Text(d.words(l.first, colon))
		switch {
		case strings.HasPrefix(label, "nguoi ky") || strings.HasPrefix(label, "ky boi"):
			b.Signer = text
		case label == "email":
			b.Email = text
			for j := i + 1; j < d.esign[1] && d.mark(d.lines[j].first) == '/'; j++ {
				b.Email += " " + d.words(d.lines[j].first, d.lines[j].last)
			}
		case strings.HasPrefix(label, "co quan"):
			b.Body = text
		case strings.HasPrefix(label, "thoi gian"):
			b.SignedAt = d.signedAt(colon+1, last)
		}
	}
	d.doc.Signature = b
}

// signedAt reads "08.09.2021 11:22:18 +07:00".
func (d *draft) signedAt(a, b int) time.Time {
	for i := a; i < b; i++ {
		day, end := d.date(i, b)
		if end == 0 || day.year == 0 {
			continue
		}
		for k := end; k < min(b, end+4); k++ {
			if hour, minute, e := d.time(k, b); e > 0 {
				sec := 0
				if e-k == 5 {
					sec = d.num(e-1, b)
				}
				return day.at(hour, minute, sec)
			}
		}
	}
	return time.Time{}
}
