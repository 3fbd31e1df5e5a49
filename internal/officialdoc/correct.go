package officialdoc

import "strings"

// correct puts better readings beside words as received: known faults of
// scanning and typing, and faulty or aliased symbols.
func (d *draft) correct() {
	for i := range d.toks {
		end, better := d.phrase(i, len(d.toks), d.c.Ocr)
		if end == 0 {
			continue
		}
		received := d.words(i, end)
		if received == better {
			continue
		}
		d.doc.Corrections = append(d.doc.Corrections, Correction{Span: d.span(i, end), Received: received, Corrected: likeCase(received, better), Why: "correct.word"})
	}
	for i := range d.toks {
		if d.toks[i].kind != numberToken {
			continue
		}
		number, end := d.symbol(i, len(d.toks))
		if end == 0 {
			continue
		}
		if better, why := correctSymbol(number); better != "" {
			d.doc.Corrections = append(d.doc.Corrections, Correction{Span: d.span(i, end), Received: number, Corrected: better, Why: why})
		}
	}
}

// likeCase gives the correction the capital of the word received.
func likeCase(received, better string) string {
	if r := []rune(received); len(r) > 0 && strings.ToUpper(string(r[0])) == string(r[0]) {
		return capital(better)
	}
	return better
}
