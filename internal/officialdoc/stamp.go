package officialdoc

import "strings"

// stretchStamp takes the lines of a stamp from a copy read off paper, where
// empty lines stand between them: above, a bare number ("C.V Số: 522") and one
// office in capitals; below, names of fields that were left empty.
func (d *draft) stretchStamp(from, to int) (int, int) {
	if k := d.lineAbove(from); k >= 0 && d.stampNumber(from, to) == "" && d.stampNumber(k, k+1) != "" && d.headerNumber(d.lines[k]) == "" {
		from = k
	}
	if k := d.lineAbove(from); k >= 0 && d.allCaps(d.lines[k]) && d.headOf(d.lines[k].first, d.lines[k].last) && !d.headOf(d.lines[from].first, d.lines[from].last) {
		from = k
	}
	for k := d.lineBelow(to); k >= 0 && d.emptyField(d.lines[k]); k = d.lineBelow(to) {
		to = k + 1
	}
	return from, to
}

// lineAbove is the line over line i, beyond one empty line at most, while it
// may belong to a stamp; -1 is none.
func (d *draft) lineAbove(i int) int {
	k := i - 1
	if k >= 0 && d.lines[k].blank() {
		k--
	}
	if k < 0 || d.lines[k].blank() || d.lines[k].zone != bodyZone || d.lines[k].count() > 12 {
		return -1
	}
	return k
}

// lineBelow is the first line from line i on, beyond one empty line at most.
func (d *draft) lineBelow(i int) int {
	if i < len(d.lines) && d.lines[i].blank() {
		i++
	}
	if i >= len(d.lines) || d.lines[i].blank() || d.lines[i].zone != bodyZone {
		return -1
	}
	return i
}

// ofHeader reports the lines of a document's own header: number and symbol,
// place and day.
func (d *draft) ofHeader(l line) bool { return d.headerNumber(l) != "" || d.placeLine(l) > 0 }

// emptyField reports "Chuyển:" or "Lưu hồ sơ số:" with nothing behind.
func (d *draft) emptyField(l line) bool {
	if l.count() > 5 || d.mark(l.last-1) != ':' {
		return false
	}
	word := strings.ToLower(d.tokText(d.toks[l.first]))
	return word == "lưu" || strings.HasPrefix(word, "chuy")
}
