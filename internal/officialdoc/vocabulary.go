package officialdoc

import "unicode/utf8"

// wordID is the number of a word in the vocabulary of the rules; 0 is a word
// that no rule names.
type wordID int32

// vocabulary numbers every word that a rule names. A text is looked up once,
// while it is cut into tokens; all rules then compare numbers.
type vocabulary struct {
	ids map[string]wordID
}

func newVocabulary() *vocabulary { return &vocabulary{ids: map[string]wordID{}} }

// add returns the number of a normalised word, giving it one if it is new.
func (v *vocabulary) add(word string) wordID {
	id, ok := v.ids[word]
	if !ok {
		id = wordID(len(v.ids) + 1)
		v.ids[word] = id
	}
	return id
}

// lookup finds a word without allocating.
func (v *vocabulary) lookup(word []rune) wordID {
	var buf [64]byte
	b := buf[:0]
	for _, r := range word {
		b = utf8.AppendRune(b, r)
	}
	return v.ids[string(b)]
}

// splitWords cuts the text of a rule into normalised words, as tokenize does
// with the text of a document.
func splitWords(text string) []string {
	runes := []rune(text)
	s := tokenize(runes, newVocabulary())
	var out []string
	for _, t := range s.toks {
		out = append(out, string(s.normal(t)))
	}
	return out
}
