package directive_test

import (
	"slices"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/testkit"
)

// library fills a store with n documents, straight into the tables: half of
// them in the book of the Party Office, the rest of other offices, every
// fourth sent to a ward, each with a clause and a dozen words.
func library(b *testing.B, n int) (w *world, one string) {
	b.Helper()
	d := testkit.SQLite(b)
	w = newWorld(b, d)
	one = w.passed(notice484(), "Khẩn trương truy vết F1.", directive.Copy{Office: "ubnd-ck"}).ID
	series := "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) "
	must := func(query string, args ...any) {
		b.Helper()
		if err := d.Write(b.Context(), func(tx *db.Tx) error { _, err := tx.Exec(series+query, args...); return err }); err != nil {
			b.Fatal(err)
		}
	}
	must(`INSERT INTO document SELECT 'X' || substr('000000000' || i, -9), origin, state, CASE i % 2 WHEN 0 THEN 'vpqu' ELSE 'o' || (i % 50) END,
		unit_path, line, register, system, kind, i, i || '-TB/TU', symbol_seen, i || ' tb tu', 'Cơ quan ' || (i % 300), 'co quan ' || (i % 300),
		issuer_office, date('2015-01-01', (i % 2400) || ' days'), place, subject || ' ' || i, signer, signer_title, signed_for,
		CASE i % 20 WHEN 0 THEN 'urgent' ELSE 'normal' END, secrecy, 'recipients', '', 0, from_at, to_at, dossier, meeting, '',
		created_at, created_post, created_person, changed_at - i, changed_name, version FROM n, document WHERE document.id = $2`, n, one)
	must(`INSERT INTO entry SELECT 'E' || i, 'X' || substr('000000000' || i, -9), $2, 'vpqu', 2015 + i / 30000, i, $3 + i, 0, 0, '', '', '', 0, '', '' FROM n WHERE i % 2 = 0`,
		n, w.book, int64(w.now)-int64(n))
	must(`INSERT INTO recipient SELECT 'R' || i, 'X' || substr('000000000' || i, -9), 'ubnd-ck', 'UBND', 'INFORM', 'slip', 1, 5, 0, '', '', '' FROM n WHERE i % 4 = 0`, n)
	must(`INSERT INTO clause SELECT 'C' || i, 'X' || substr('000000000' || i, -9), 1, '1', 'FACT', 'Khẩn trương truy vết', 0, 10, '', 0, 1 FROM n`, n)
	for _, kind := range []string{"document", "clause"} {
		prefix := map[string]string{"document": "'X' || substr('000000000' || i, -9)", "clause": "'C' || i"}[kind]
		for _, word := range []string{"'phong'", "'chong'", "'dich'", "'quan'", "'w' || (i % 5000)", "'so' || i", "'nam' || (i % 7)"} {
			must("INSERT INTO term SELECT $2, "+prefix+", "+word+" FROM n", n, kind)
		}
	}
	return w, one
}

// BenchmarkListsOf200000Documents measures what a person waits for; the store
// must answer within 100 ms (p95-ms).
func BenchmarkListsOf200000Documents(b *testing.B) {
	w, one := library(b, 200000)
	incoming := func(by auth.Actor, f directive.Filter) func() error {
		return func() error { _, err := w.s.Incoming(b.Context(), by, f); return err }
	}
	search := func(by auth.Actor, f directive.Filter) func() error {
		return func() error { _, err := w.s.Search(b.Context(), by, f); return err }
	}
	clauses := func(by auth.Actor, query string) func() error {
		return func() error {
			_, err := w.s.SearchClauses(b.Context(), by, directive.ClauseFilter{Query: query})
			return err
		}
	}
	for name, run := range map[string]func() error{
		"book":                         incoming(w.clerk, directive.Filter{}),
		"book by issuer":               incoming(w.clerk, directive.Filter{Sort: "issuer"}),
		"book by day":                  incoming(w.clerk, directive.Filter{Sort: "-issued"}),
		"book with a common word":      incoming(w.clerk, directive.Filter{Query: "phòng chống dịch"}),
		"book of open documents":       incoming(w.clerk, directive.Filter{Open: true}),
		"book of a rare kind":          incoming(w.clerk, directive.Filter{Kind: "KH"}),
		"book with a rare word":        incoming(w.clerk, directive.Filter{Query: "w77 dịch"}),
		"search a common word, clerk":  search(w.clerk, directive.Filter{Query: "phòng chống dịch"}),
		"search a common word, ward":   search(w.ward, directive.Filter{Query: "phòng chống dịch"}),
		"search common words, doctor":  search(w.doctor, directive.Filter{Query: "phòng chống dịch"}),
		"search a rare word, ward":     search(w.ward, directive.Filter{Query: "w77 dịch"}),
		"search a rare word by issuer": search(w.ward, directive.Filter{Query: "w77 dịch", Sort: "issuer"}),
		"everything by day, ward":      search(w.ward, directive.Filter{Sort: "-issued"}),
		"search one document, clerk":   search(w.clerk, directive.Filter{Query: "so4242"}),
		"everything, ward":             search(w.ward, directive.Filter{}),
		"clauses, a common word, ward": clauses(w.ward, "phong chong"),
		"clauses, a rare word, clerk":  clauses(w.clerk, "w99 dich"),
		"open": func() error {
			_, err := w.s.Document(b.Context(), w.ward, one)
			return err
		},
	} {
		b.Run(name, func(b *testing.B) { timed(b, run) })
	}
}

// timed reports what 95 of 100 runs stay under.
func timed(b *testing.B, run func() error) {
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		if err := run(); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}
