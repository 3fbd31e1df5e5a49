package directive

import (
	"phaodai/internal/db"
	"phaodai/internal/fold"
)

// rare is up to how many records a word leads a search; a word of more records
// is tested on the records of the list one by one, where it is soon met.
const rare = 2000

const maxWords = 8

// words are the words of a query, the rarest first.
type words struct {
	kind string
	list []string
	lead bool // the first word is rare
}

// wordsOf looks which word of a query is rare, counting no further than needed.
func wordsOf(tx *db.Tx, kind, query string) (words, error) {
	w := words{kind: kind, list: fold.Words(query)}
	if len(w.list) > maxWords {
		w.list = w.list[:maxWords]
	}
	least := rare + 1
	for i, text := range w.list {
		var n int
		err := tx.Get(&n, "SELECT COUNT(*) FROM (SELECT 1 FROM term WHERE kind = $1 AND word >= $2 AND word < $3 LIMIT 2001) AS counted",
			kind, text, text+last)
		if err != nil {
			return w, err
		}
		if n < least {
			least, w.lead = n, true
			w.list[0], w.list[i] = w.list[i], w.list[0]
		}
	}
	return w, nil
}

// last ends the range of words that begin alike.
const last = "\U0010FFFF"

// add asks that a record has all words, each as the beginning of a word.
func (w words) add(c *conditions, id string) {
	for i, text := range w.list {
		if i == 0 && w.lead {
			c.add(id+" IN (SELECT subject FROM term WHERE kind = $ AND word >= $ AND word < $)", w.kind, text, text+last)
			continue
		}
		c.add("EXISTS (SELECT 1 FROM term t WHERE t.kind = $ AND t.subject = "+id+" AND t.word >= $ AND t.word < $)", w.kind, text, text+last)
	}
}
