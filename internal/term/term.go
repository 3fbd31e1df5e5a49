// Package term finds records by words without tones, case or order: "da nang"
// finds Đà Nẵng on both databases, by range-prefix look-ups on one table.
package term

import (
	"fmt"
	"strings"

	"phaodai/internal/db"
	"phaodai/internal/fold"
)

// maxWords bounds how many different words of one record are indexed.
const maxWords = 2000

// Index replaces the words of a record.
func Index(tx *db.Tx, kind, subject string, texts ...string) error {
	if _, err := tx.Exec("DELETE FROM term WHERE kind = $1 AND subject = $2", kind, subject); err != nil {
		return err
	}
	type row struct {
		Kind    string `db:"kind"`
		Subject string `db:"subject"`
		Word    string `db:"word"`
	}
	seen := map[string]bool{}
	var rows []row
	for _, w := range fold.Words(strings.Join(texts, " ")) {
		if !seen[w] && len(rows) < maxWords {
			seen[w] = true
			rows = append(rows, row{kind, subject, w})
		}
	}
	return db.InsertAll(tx, "term", rows)
}

// IndexNew adds the words of many records that have none yet.
func IndexNew(tx *db.Tx, kind string, texts map[string]string) error {
	type row struct {
		Kind    string `db:"kind"`
		Subject string `db:"subject"`
		Word    string `db:"word"`
	}
	var rows []row
	for subject, text := range texts {
		seen := map[string]bool{}
		for _, w := range fold.Words(text) {
			if !seen[w] && len(seen) < maxWords {
				seen[w] = true
				rows = append(rows, row{kind, subject, w})
			}
		}
	}
	return db.InsertAll(tx, "term", rows)
}

// Match returns a condition on a column of record ids, true for records of the
// kind that have every word of the query, each as the beginning of a word. Its
// arguments start at $first. A query without words matches everything.
func Match(column, kind, query string, first int) (condition string, args []any) {
	words := fold.Words(query)
	if len(words) > 8 {
		words = words[:8]
	}
	var parts []string
	for _, w := range words {
		n := first + len(args)
		parts = append(parts, fmt.Sprintf(
			"%s IN (SELECT subject FROM term WHERE kind = $%d AND word >= $%d AND word < $%d)", column, n, n+1, n+2))
		args = append(args, kind, w, w+"\U0010FFFF")
	}
	if len(parts) == 0 {
		return "1 = 1", nil
	}
	return strings.Join(parts, " AND "), args
}
