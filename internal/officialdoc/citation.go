package officialdoc

import "strings"

// cite finds the documents that the text names.
func (d *draft) cite() {
	index := map[string]int{}
	for i := 0; i < len(d.toks); {
		c, end := d.citation(i)
		if end == 0 {
			i++
			continue
		}
		i = end
		d.addCitation(index, c)
	}
	d.shareIssuers()
	if d.doc.Citations == nil {
		d.doc.Citations = []Citation{}
	}
}

func (d *draft) citable(i int) bool {
	switch d.lines[d.toks[i].line].zone {
	case slipZone, stampZone, esignZone, recipientZone, signatureZone, headerZone, residueZone:
		return false
	}
	return true
}

// citation reads a citation that begins at token i.
func (d *draft) citation(i int) (Citation, int) {
	if !d.citable(i) {
		return Citation{}, 0
	}
	n := len(d.toks)
	limit := min(n, i+60)
	end, kind := d.phrase(i, limit, d.c.Kind)
	at, hasKind := i, end > 0
	if hasKind {
		at = end
	}
	numbered := at
	for {
		e, _ := d.phrase(at, limit, d.c.Numberword)
		if e == 0 {
			break
		}
		at = e
	}
	hasWord := at > numbered
	number, e := d.symbol(at, limit)
	why := "cite.symbol"
	switch {
	case e > 0 && (hasKind || hasWord || len(codes(number)) >= 2 && d.boundary(i) && d.rules.value("code", codes(number)[0]) != ""):
	case hasKind && hasWord && d.num(at, limit) > 0 && d.toks[at].digits <= 5 && !d.isQuantity(at, limit):
		number, e, why = d.tokText(d.toks[at]), at+1, "cite.short"
	case hasKind && kind == "chỉ thị" && d.num(at, limit) > 0 && d.toks[at].digits <= 2 && !d.isQuantity(at, limit):
		number, e, why = d.tokText(d.toks[at]), at+1, "cite.short"
	case hasKind && (kind == "luật" || kind == "lời kêu gọi"):
		return d.unnumbered(i, end, kind)
	default:
		return Citation{}, 0
	}
	if d.formal && number == d.doc.Metadata.Number || d.isDraft(i) {
		return Citation{}, 0
	}
	if !hasKind || kind == "văn bản" {
		kind = d.rules.symbolKind(number)
		if why == "cite.short" {
			kind = "văn bản"
		}
	}
	c := Citation{Kind: kind, Number: number, Why: why}
	c.NumberCorrected, _ = correctSymbol(number)
	e = d.citedDay(&c, e, limit)
	c.Span = d.span(i, e)
	c.Text = d.words(i, e)
	e = d.citedIssuer(&c, e, limit)
	return c, e
}

// boundary reports whether token i is no tail of a longer number.
func (d *draft) boundary(i int) bool {
	return i == 0 || !d.toks[i].glued || d.mark(i-1) == '(' || d.mark(i-1) == '"'
}

// isQuantity reports whether the number counts something: "Chỉ thị 3 điểm".
func (d *draft) isQuantity(i, limit int) bool {
	return d.mark(i+1) == '%' || d.mark(i+1) == '/' && d.toks[i+1].glued && d.num(i+2, limit) >= 0 && d.num(i+2, limit) < 13 && d.toks[i+2].glued && d.mark(i+3) != '-' && d.mark(i+3) != '/'
}

func (d *draft) isDraft(i int) bool {
	for k := max(0, i-4); k < i; k++ {
		if end, _ := d.phrase(k, i, d.c.Draft); end > 0 {
			return true
		}
	}
	return false
}

// citedDay reads the day behind a number.
func (d *draft) citedDay(c *Citation, i, limit int) int {
	at := i
	if d.mark(at) == ',' {
		at++
	}
	if d.mark(at) == '/' && d.num(at+1, limit) > 0 { // 1342/14-3-2019
		if day, end := d.date(at+1, limit); end > 0 {
			c.Date = d.known(day).iso()
			return end
		}
	}
	if d.is(at, limit, d.w("ngày"), d.w("ra")) {
		at++
		if d.is(at, limit, d.w("ngày")) {
			at++
		}
		if day, end := d.date(at, limit); end > 0 {
			c.Date = d.known(day).iso()
			return end
		}
	}
	return i
}

// citedIssuer reads "của Thủ tướng Chính phủ" behind a citation.
func (d *draft) citedIssuer(c *Citation, i, limit int) int {
	at := i
	if d.mark(at) == '(' && d.mark(at+1) == '+' && d.mark(at+2) == ')' {
		at += 3
	}
	if d.is(at, limit, d.w("của"), d.w("do")) {
		if end := d.organ(at+1, limit); end > 0 {
			c.Issuer = d.words(at+1, end)
			return end
		}
	}
	return i
}

// unnumbered reads a law or an appeal by its name.
func (d *draft) unnumbered(i, end int, kind string) (Citation, int) {
	c := Citation{Kind: kind, Why: "cite.name"}
	limit := min(len(d.toks), end+12)
	if kind == "luật" {
		if end >= limit || !d.toks[end].upper || !d.toks[i].upper {
			return Citation{}, 0
		}
		stop := end
		for stop < limit && (d.toks[stop].kind == wordToken && !d.has(stop, limit, d.c.Stop) || d.mark(stop) == ',' && d.has(stop-1, limit, d.c.Keep)) && stop < end+8 {
			if d.toks[stop].line != d.toks[i].line {
				break
			}
			stop++
		}
		end = stop
	} else if after := d.citedDay(&c, end, limit); after > end {
		end = after
	}
	c.Span, c.Text = d.span(i, end), d.words(i, end)
	return c, d.citedIssuer(&c, end, min(len(d.toks), end+20))
}

// addCitation adds a citation or joins it to the one with the same kind and
// number, also a short form ("Chỉ thị số 30") to the full one.
func (d *draft) addCitation(index map[string]int, c Citation) {
	key := citationKey(c.Kind, c.Number)
	short := c.Kind + " " + leadingNumber(c.Number)
	at, known := index[key]
	if !known && c.Why == "cite.short" {
		at, known = index[short]
	}
	if c.Number == "" {
		at, known = index[c.Kind+" "+strings.ToLower(c.Text)]
		key = c.Kind + " " + strings.ToLower(c.Text)
	}
	if !known {
		c.Mentions = []Span{c.Span}
		d.doc.Citations = append(d.doc.Citations, c)
		index[key] = len(d.doc.Citations) - 1
		if _, taken := index[short]; !taken && c.Number != "" {
			index[short] = len(d.doc.Citations) - 1
		}
		return
	}
	old := &d.doc.Citations[at]
	old.Mentions = append(old.Mentions, c.Span)
	if old.Why == "cite.short" && c.Why != "cite.short" {
		old.Number, old.NumberCorrected, old.Why = c.Number, c.NumberCorrected, c.Why
	}
	if old.Date == "" {
		old.Date = c.Date
	}
	if old.Issuer == "" {
		old.Issuer = c.Issuer
	}
}

func citationKey(kind, number string) string {
	if fixed, _ := correctSymbol(number); fixed != "" {
		number = fixed
	}
	return strings.ToLower(kind + " " + number)
}

func leadingNumber(number string) string {
	n := 0
	for n < len(number) && number[n] >= '0' && number[n] <= '9' {
		n++
	}
	return strings.TrimLeft(number[:n], "0")
}

// shareIssuers gives an issuer to citations without one: that of the next in
// the same row ("số 71…, số 72… của Thủ tướng"), else the one in the symbol.
func (d *draft) shareIssuers() {
	cs := d.doc.Citations
	for i := len(cs) - 2; i >= 0; i-- {
		if cs[i].Issuer == "" && cs[i+1].Issuer != "" && cs[i+1].Span[0]-cs[i].Span[1] <= 6 && cs[i].Number != "" {
			cs[i].Issuer = cs[i+1].Issuer
		}
	}
	for i := range cs {
		list := "issuercode"
		for _, code := range codes(cs[i].Number) {
			if name := d.rules.value(list, code); name != "" && cs[i].Issuer == "" {
				cs[i].Issuer = name
			}
		}
	}
}
