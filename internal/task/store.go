package task

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// record is a task with what only this package needs.
type record struct {
	Task
	ladder   []Step // its own; nil is the default
	round    int    // how often the ladder was laid
	laidAt   instant.Micros
	resume   State // before a question or a block
	recalled bool
}

// steps is the ladder that holds for the task.
func (r *record) steps() []Step {
	if len(r.ladder) > 0 {
		return r.ladder
	}
	return defaultLadder()
}

// row is a task as the database holds it.
type row struct {
	ID           string         `db:"id"`
	Parent       string         `db:"parent"`
	Path         string         `db:"path"`
	Kind         Kind           `db:"kind"`
	Document     string         `db:"document"`
	Clause       string         `db:"clause"`
	Item         string         `db:"item"`
	Ordinal      int            `db:"ordinal"`
	Proposal     string         `db:"proposal"`
	Line         string         `db:"line"`
	Office       string         `db:"office"`
	OfficeLine   string         `db:"office_line"`
	UnitPath     string         `db:"unit_path"`
	Post         string         `db:"post"`
	Coordinating string         `db:"coordinating"`
	FromOffice   string         `db:"from_office"`
	FromPath     string         `db:"from_path"`
	FromLine     string         `db:"from_line"`
	FromPost     string         `db:"from_post"`
	Title        string         `db:"title"`
	Text         string         `db:"text"`
	Deadline     instant.Micros `db:"deadline"`
	Starts       instant.Micros `db:"starts"`
	UntilAt      instant.Micros `db:"until_at"`
	KeepReason   string         `db:"keep_reason"`
	Cadence      string         `db:"cadence"`
	Number       int            `db:"number"`
	Targets      string         `db:"targets"`
	Proof        string         `db:"proof"`
	Ladder       string         `db:"ladder"`
	Round        int            `db:"round"`
	LaidAt       instant.Micros `db:"laid_at"`
	State        State          `db:"state"`
	Resume       State          `db:"resume"`
	Percent      int            `db:"percent"`
	Reason       string         `db:"reason"`
	AcceptedAt   instant.Micros `db:"accepted_at"`
	AcceptedBy   string         `db:"accepted_by"`
	ReportedAt   instant.Micros `db:"reported_at"`
	MergedInto   string         `db:"merged_into"`
	Recalled     bool           `db:"recalled"`
	CreatedAt    instant.Micros `db:"created_at"`
	ChangedAt    instant.Micros `db:"changed_at"`
	ChangedBy    string         `db:"changed_by"`
	Version      int64          `db:"version"`
	Live         bool           `db:"live"`
	SortAt       instant.Micros `db:"sort_at"`
}

var columnNames = []string{
	"id", "parent", "path", "kind", "document", "clause", "item", "ordinal", "proposal", "line", "office", "office_line",
	"unit_path", "post", "coordinating", "from_office", "from_path", "from_line", "from_post", "title", "text", "deadline",
	"starts", "until_at", "keep_reason", "cadence", "number", "targets", "proof", "ladder", "round", "laid_at", "state",
	"resume", "percent", "reason", "accepted_at", "accepted_by", "reported_at", "merged_into", "recalled", "created_at",
	"changed_at", "changed_by", "version", "live", "sort_at",
}

// columns lists the columns of a task under an alias.
func columns(alias string) string {
	out := make([]string, len(columnNames))
	for i, c := range columnNames {
		out[i] = alias + "." + c
		if c == "recalled" || c == "live" {
			out[i] += " = 1 AS " + c
		}
	}
	return strings.Join(out, ", ")
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("task: %T as JSON: %v", v, err)) // plain data of this package
	}
	return string(b)
}

func (r *record) row() row {
	ladder := ""
	if len(r.ladder) > 0 {
		ladder = text(r.ladder)
	}
	return row{
		ID: r.ID, Parent: r.Parent, Path: r.Path, Kind: r.Kind, Document: r.Document, Clause: r.Clause, Item: r.Item,
		Ordinal: r.Ordinal, Proposal: r.Proposal, Line: r.Line, Office: r.Office, OfficeLine: r.OfficeLine, UnitPath: r.UnitPath,
		Post: r.Post, Coordinating: text(r.Coordinating), FromOffice: r.FromOffice, FromPath: r.FromPath, FromLine: r.FromLine,
		FromPost: r.FromPost, Title: r.Title, Text: r.Text, Deadline: r.Deadline, Starts: r.Start, UntilAt: r.Until,
		KeepReason: r.KeepReason, Cadence: text(r.Cadence), Number: r.Number, Targets: text(r.Targets), Proof: text(r.Proof),
		Ladder: ladder, Round: r.round, LaidAt: r.laidAt, State: r.State, Resume: r.resume, Percent: r.Percent, Reason: r.Reason,
		AcceptedAt: r.AcceptedAt, AcceptedBy: r.AcceptedBy, ReportedAt: r.ReportedAt, MergedInto: r.MergedInto, Recalled: r.recalled,
		CreatedAt: r.CreatedAt, ChangedAt: r.ChangedAt, ChangedBy: r.ChangedBy, Version: r.Version, Live: r.State.Open() || r.State == Reported,
		SortAt: sortAt(r.Task),
	}
}

// sortAt is the moment by which lists are ordered.
func sortAt(t Task) instant.Micros {
	switch {
	case !t.Deadline.IsZero():
		return t.Deadline
	case !t.Start.IsZero():
		return t.Start
	default:
		return instant.Forever
	}
}

func (w row) record() (record, error) {
	r := record{
		Task: Task{
			ID: w.ID, Parent: w.Parent, Path: w.Path, Kind: w.Kind, Document: w.Document, Clause: w.Clause, Item: w.Item,
			Ordinal: w.Ordinal, Proposal: w.Proposal, Line: w.Line, Office: w.Office, OfficeLine: w.OfficeLine,
			UnitPath: w.UnitPath, Post: w.Post, FromOffice: w.FromOffice, FromPath: w.FromPath, FromLine: w.FromLine,
			FromPost: w.FromPost, Title: w.Title, Text: w.Text, Deadline: w.Deadline, Start: w.Starts, Until: w.UntilAt,
			KeepReason: w.KeepReason, Number: w.Number, State: w.State, Percent: w.Percent, Reason: w.Reason,
			AcceptedAt: w.AcceptedAt, AcceptedBy: w.AcceptedBy, ReportedAt: w.ReportedAt, MergedInto: w.MergedInto,
			CreatedAt: w.CreatedAt, ChangedAt: w.ChangedAt, ChangedBy: w.ChangedBy, Version: w.Version,
		},
		round: w.Round, laidAt: w.LaidAt, resume: w.Resume, recalled: w.Recalled,
	}
	for _, f := range []struct {
		text string
		dst  any
	}{{w.Coordinating, &r.Coordinating}, {w.Cadence, &r.Cadence}, {w.Targets, &r.Targets}, {w.Proof, &r.Proof}, {w.Ladder, &r.ladder}} {
		if f.text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(f.text), f.dst); err != nil {
			return r, fmt.Errorf("task: stored JSON of %s: %w", w.ID, err)
		}
	}
	return r, nil
}

// find selects tasks; condition may use the alias t, order included.
func find(tx *db.Tx, condition string, args ...any) ([]record, error) {
	var rows []row
	if err := tx.Select(&rows, "SELECT "+columns("t")+" FROM task t WHERE "+condition, args...); err != nil {
		return nil, err
	}
	out := make([]record, len(rows))
	for i, w := range rows {
		r, err := w.record()
		if err != nil {
			return nil, err
		}
		out[i] = r
	}
	return out, nil
}

// load reads one task.
func load(tx *db.Tx, id string) (record, error) {
	found, err := find(tx, "t.id = $1", id)
	if err != nil {
		return record{}, err
	}
	if len(found) == 0 {
		return record{}, fault.New(fault.NotFound, "task.not_found")
	}
	return found[0], nil
}

// loadAll reads tasks by id, in any order; unknown ids are left out.
func loadAll(tx *db.Tx, ids []string) (map[string]record, error) {
	out := map[string]record{}
	for part := range slices.Chunk(ids, 200) {
		marks, args := marks(1, part)
		found, err := find(tx, "t.id IN ("+marks+")", args...)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			out[r.ID] = r
		}
	}
	return out, nil
}

// lock holds tasks until the end of the transaction, always in one order.
func lock(tx *db.Tx, ids ...string) error {
	ids = slices.Sorted(slices.Values(ids))
	for _, id := range slices.Compact(ids) {
		if err := tx.Lock("task", id); err != nil {
			return err
		}
	}
	return nil
}

// save writes a changed task. The lock makes a lost update impossible; the
// version says so once more.
func save(tx *db.Tx, r *record) error {
	w := r.row()
	w.Version++
	n, err := tx.Exec(`UPDATE task SET post = $1, deadline = $2, ladder = $3, round = $4, laid_at = $5, state = $6, resume = $7,
		percent = $8, reason = $9, accepted_at = $10, accepted_by = $11, reported_at = $12, merged_into = $13, recalled = $14,
		changed_at = $15, changed_by = $16, version = $17, live = $18, sort_at = $19 WHERE id = $20 AND version = $21`,
		w.Post, int64(w.Deadline), w.Ladder, w.Round, int64(w.LaidAt), string(w.State), string(w.Resume), w.Percent, w.Reason,
		int64(w.AcceptedAt), w.AcceptedBy, int64(w.ReportedAt), w.MergedInto, bit(w.Recalled), int64(w.ChangedAt), w.ChangedBy,
		w.Version, bit(w.Live), int64(w.SortAt), w.ID, r.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return stale(r.Task)
	}
	r.Version = w.Version
	return nil
}

// stale is the fault of a form based on an older version.
func stale(t Task) error {
	return fault.New(fault.Conflict, "conflict.changed", "Who", t.ChangedBy, "At", t.ChangedAt)
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// marks makes "$3, $4, $5" and its arguments.
func marks(first int, values []string) (string, []any) {
	var b strings.Builder
	args := make([]any, len(values))
	for i, v := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", first+i)
		args[i] = v
	}
	return b.String(), args
}

// end is the end of the range of strings that begin with a prefix.
func end(prefix string) string { return prefix + "\U0010FFFF" }

// root is the first id of a task's path.
func root(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return first
}
