package fold

import "strings"

// Clip is what people typed: composed, blanks run together, and no longer than
// so many letters. Who must be told that a text is too long checks it instead.
func Clip(text string, most int) string {
	r := []rune(strings.Join(strings.Fields(NFC(text)), " "))
	return string(r[:min(len(r), most)])
}
