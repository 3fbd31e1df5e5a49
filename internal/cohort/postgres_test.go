package cohort_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"phaodai/internal/census"
	"phaodai/internal/id"
	"phaodai/internal/testkit"
)

// postgres is the same city in PostgreSQL, with the indexes that the question
// wants, vacuumed and analysed. A connection has memory for its hashes and may
// use all processors.
type postgres struct {
	tb testing.TB
	db *sql.DB
}

// born_by is the last day on which somebody can have been born.
const tables = `
CREATE UNLOGGED TABLE ward (id smallint PRIMARY KEY, code text NOT NULL, zone text NOT NULL);
CREATE UNLOGGED TABLE person (no int NOT NULL, ward smallint NOT NULL, grp smallint NOT NULL, walk int NOT NULL, household int NOT NULL,
	born_by date, doses smallint, last_sample date);
CREATE UNLOGGED TABLE sample (person int NOT NULL, day date NOT NULL, round smallint NOT NULL);`

// indexes: the ones that PostgreSQL uses for the question, found by trying.
const indexes = `
ALTER TABLE person ADD PRIMARY KEY (no);
CREATE INDEX person_walk ON person (ward, grp, walk, household, no);
CREATE INDEX person_due ON person (ward, born_by) INCLUDE (no, last_sample) WHERE doses = 0;
CREATE INDEX sample_day ON sample (day, person);
CREATE INDEX sample_person ON sample (person, day);`

func (p postgres) do(statement string) {
	p.tb.Helper()
	if _, err := p.db.ExecContext(context.Background(), statement); err != nil {
		p.tb.Fatalf("%.60s: %v", statement, err)
	}
}

func inPostgres(tb testing.TB, c *census.City) postgres {
	tb.Helper()
	db, err := sql.Open("pgx", testkit.PostgresURL(tb))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1) // settings are a connection's
	p := postgres{tb, db}
	p.do("SET work_mem = '512MB'")
	p.do("SET maintenance_work_mem = '1GB'")
	p.do("SET max_parallel_workers_per_gather = 4")
	p.do("SET effective_cache_size = '8GB'")
	p.do("SET random_page_cost = 1.1")
	p.do(tables)
	for i, w := range c.Wards() {
		p.do(fmt.Sprintf("INSERT INTO ward VALUES (%d, '%s', '%s')", i, w.Code, zone(i)))
	}
	p.copy(c)
	p.do(indexes)
	for _, table := range []string{"ward", "person", "sample"} {
		p.do("VACUUM ANALYZE " + table)
	}
	return p
}

// copy writes files that the server reads.
func (p postgres) copy(c *census.City) {
	dir, err := os.MkdirTemp("", "phaodai-cohort")
	if err != nil {
		p.tb.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // the server runs as another user
		p.tb.Fatal(err)
	}
	people, samples := p.file(dir, "person"), p.file(dir, "sample")
	for i := range c.Wards() {
		for x := range c.People(i) {
			r := recordOf(x)
			people.numbers(int64(x.No), int64(i), int64(x.Group), int64(x.Door), int64(x.Household))
			_, last, known := r.birth.Days()
			people.day(known, last.String())
			people.day(r.doses >= 0, strconv.Itoa(r.doses))
			people.day(r.last != 0, r.last.String())
			people.end()
			for k, day := range r.samples {
				if day != 0 {
					samples.numbers(int64(x.No))
					samples.day(true, day.String())
					samples.numbers(int64(k))
					samples.end()
				}
			}
		}
	}
	people.load(p)
	samples.load(p)
}

// lines is a file for COPY.
type lines struct {
	table string
	file  *os.File
	out   *bufio.Writer
	line  []byte
}

func (p postgres) file(dir, table string) *lines {
	f, err := os.Create(filepath.Join(dir, table))
	if err != nil {
		p.tb.Fatal(err)
	}
	return &lines{table: table, file: f, out: bufio.NewWriterSize(f, 1<<20)}
}

func (l *lines) numbers(ns ...int64) {
	for _, n := range ns {
		l.line = append(strconv.AppendInt(l.line, n, 10), '\t')
	}
}

func (l *lines) day(known bool, text string) {
	if !known {
		text = `\N`
	}
	l.line = append(append(l.line, text...), '\t')
}

func (l *lines) end() {
	l.line[len(l.line)-1] = '\n'
	_, _ = l.out.Write(l.line) // Flush tells
	l.line = l.line[:0]
}

func (l *lines) load(p postgres) {
	if err := l.out.Flush(); err != nil {
		p.tb.Fatal(err)
	}
	if err := l.file.Close(); err != nil {
		p.tb.Fatal(err)
	}
	p.do(fmt.Sprintf("COPY %s FROM '%s'", l.table, l.file.Name()))
}

// The question: who holds are those with a yes; a value that is NULL decides
// nothing, as with the engine.
const (
	due = ` FROM person p JOIN ward w ON w.id = p.ward
	WHERE w.zone = 'Z1' AND p.born_by <= $1 AND p.doses = 0
	AND NOT EXISTS (SELECT 1 FROM sample s WHERE s.person = p.no AND s.day > $2)`
	dueByColumn = ` FROM person p JOIN ward w ON w.id = p.ward
	WHERE w.zone = 'Z1' AND p.born_by <= $1 AND p.doses = 0
	AND (p.last_sample IS NULL OR p.last_sample <= $2)`
)

// ask counts all wards and lists one, from the samples or from the day that is
// kept beside each person.
func (p postgres) ask(from, ward string) (counts map[string]int, ids []id.Packed) {
	birth, last := today().YearsBefore(18).String(), (today() - 3).String()
	counts = map[string]int{}
	p.rows(func(r *sql.Rows) error {
		var code string
		var n int
		err := r.Scan(&code, &n)
		counts[code] = n
		return err
	}, "SELECT w.code, n FROM (SELECT p.ward, count(*) n"+from+" GROUP BY p.ward) x JOIN ward w ON w.id = x.ward", birth, last)
	p.rows(func(r *sql.Rows) error {
		var no uint32
		err := r.Scan(&no)
		ids = append(ids, idOf(no))
		return err
	}, "SELECT p.no"+from+" AND w.code = $3 ORDER BY p.grp, p.walk, p.household, p.no", birth, last, ward)
	return counts, ids
}

func (p postgres) rows(each func(*sql.Rows) error, query string, args ...any) {
	p.tb.Helper()
	rows, err := p.db.QueryContext(context.Background(), query, args...)
	if err != nil {
		p.tb.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			p.tb.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		p.tb.Fatal(err)
	}
}

// explain is the plan of the count, for the log of a run.
func (p postgres) explain(from string) (out string) {
	p.rows(func(r *sql.Rows) error {
		var line string
		err := r.Scan(&line)
		out += line + "\n"
		return err
	}, "EXPLAIN (ANALYZE, BUFFERS) SELECT p.ward, count(*)"+from+" GROUP BY p.ward", today().YearsBefore(18).String(), (today() - 3).String())
	return out
}
