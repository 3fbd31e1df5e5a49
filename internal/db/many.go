package db

import (
	"slices"
	"strconv"
	"strings"
)

// mostIn bounds the values of one statement.
const mostIn = 500

// SelectIn reads the rows whose key is one of many values: the query has the
// mark $in where the values go ("id IN ($in)") and no other argument. SQLite
// reads hundreds of numbered parameters many times slower than plain ones, so
// that it gets those.
func SelectIn[T any](t *Tx, query string, values []string) (out []T, err error) {
	for part := range slices.Chunk(values, mostIn) {
		marks, args := make([]string, len(part)), make([]any, len(part))
		for i, v := range part {
			marks[i], args[i] = "?", v
			if t.db.engine == Postgres {
				marks[i] = "$" + strconv.Itoa(i+1)
			}
		}
		var rows []T
		if err := t.Select(&rows, strings.Replace(query, "$in", strings.Join(marks, ", "), 1), args...); err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// LockAll holds many named subjects until the end of the transaction, always in
// the same order, so that two writers never wait for each other.
func (t *Tx) LockAll(subjects ...string) error {
	if t.db.engine == SQLite || len(subjects) == 0 {
		return nil
	}
	names := slices.Compact(slices.Sorted(slices.Values(subjects)))
	_, err := t.Exec(`SELECT pg_advisory_xact_lock(hashtextextended(k, 0)) FROM (
		SELECT k FROM unnest(string_to_array($1, chr(10))) WITH ORDINALITY AS x(k, n) ORDER BY n) AS sorted`, strings.Join(names, "\n"))
	return err
}
