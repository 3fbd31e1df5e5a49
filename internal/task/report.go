package task

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/blob"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
)

type reportRow struct {
	ID       string         `db:"id"`
	Task     string         `db:"task"`
	Number   int            `db:"number"`
	At       instant.Micros `db:"at"`
	Post     string         `db:"post"`
	Person   string         `db:"person"`
	Title    string         `db:"title"`
	OnBehalf string         `db:"on_behalf"`
	Text     string         `db:"text"`
	Figures  string         `db:"figures"`
}

type proofRow struct {
	ID     string `db:"id"`
	Task   string `db:"task"`
	Report string `db:"report"`
	Kind   string `db:"kind"`
	Blob   string `db:"blob"`
	Name   string `db:"name"`
	Link   string `db:"link"`
}

// Report reports a task done, with its proof. Reporting again before the
// answer adds a version; what it leaves blank stays as it was reported.
func (s *Service) Report(ctx context.Context, by auth.Actor, in ReportInput) (Task, error) {
	if err := in.check(); err != nil {
		return Task{}, err
	}
	o := order{act: ActReport, key: in.Key, task: in.Task, version: in.Version}
	return s.move(ctx, by, o, func(m *move) error {
		if m.r.AcceptedAt.IsZero() {
			m.r.AcceptedAt, m.r.AcceptedBy = by.Now, by.Post
		}
		m.r.ReportedAt, m.r.resume = by.Now, ""
		number, err := s.keepReport(m.tx, by, in)
		if err != nil {
			return err
		}
		if err := complete(m.tx, m.r); err != nil {
			return err
		}
		m.note.reason = in.Text
		m.note.data = map[string]any{"number": number, "proofs": len(in.Proofs)}
		m.note.fields = []string{"report"}
		if m.note.before == Reported {
			return nil // who waits for it knows of it
		}
		return m.told(ToAssigner, "task.notice.reported")
	})
}

func (in ReportInput) check() error {
	f := fault.New(fault.Invalid, "input.check")
	if len(in.Proofs) > 50 {
		f.At("proofs", "task.too_many_proofs")
	}
	for i, p := range in.Proofs {
		at := fmt.Sprintf("proofs[%d]", i)
		switch p.Kind {
		case ProofFile, ProofPhoto:
			if p.Blob == "" {
				f.At(at, "task.proof_file")
			}
		case ProofDocument:
			if p.Blob == "" && p.Link == "" {
				f.At(at, "task.proof_file")
			}
		case ProofRecord:
			if p.Link == "" {
				f.At(at, "task.proof_link")
			}
		case ProofLink:
			if !strings.HasPrefix(p.Link, "https://") && !strings.HasPrefix(p.Link, "http://") {
				f.At(at, "task.proof_link")
			}
		default:
			f.At(at, "task.proof_kind")
		}
	}
	return f.OrNil()
}

// keepReport writes the version as it was entered.
func (s *Service) keepReport(tx *db.Tx, by auth.Actor, in ReportInput) (number int, err error) {
	if err := tx.Get(&number, "SELECT COALESCE(MAX(number), 0) + 1 FROM task_report WHERE task = $1", in.Task); err != nil {
		return 0, err
	}
	if in.Figures == nil {
		in.Figures = map[string]float64{}
	}
	r := reportRow{
		ID: s.ids.New(), Task: in.Task, Number: number, At: by.Now, Post: by.Post, Person: by.Name, Title: by.PostTitle,
		OnBehalf: fold.NFC(strings.TrimSpace(in.For)), Text: fold.NFC(strings.TrimSpace(in.Text)), Figures: text(in.Figures),
	}
	if err := tx.Insert("task_report", r); err != nil {
		return 0, err
	}
	for _, p := range in.Proofs {
		if p.Blob != "" {
			if _, err := blob.Stat(tx, p.Blob); err != nil {
				return 0, err
			}
		}
		row := proofRow{s.ids.New(), in.Task, r.ID, p.Kind, p.Blob, fold.NFC(p.Name), p.Link}
		if err := tx.Insert("task_proof", row); err != nil {
			return 0, err
		}
	}
	return number, nil
}

// complete checks that all versions together say something and carry what the
// order asks for.
func complete(tx *db.Tx, r *record) error {
	versions, err := reports(tx, r.ID)
	if err != nil {
		return err
	}
	now := latest(versions)
	if now.Text == "" && len(now.Figures) == 0 && len(now.Proofs) == 0 {
		return fault.New(fault.Invalid, "task.report_empty").At("text", "task.report_empty")
	}
	missing := fault.New(fault.Invalid, "task.proof_missing")
	for _, kind := range r.Proof {
		if !now.carries(kind) {
			missing.At("proofs", "task.proof_missing."+kind)
		}
	}
	return missing.OrNil()
}

// carries tells whether a report has a kind of proof. A photo is a file too
// (the signed paper, taken with a phone), and a file may be the issued document
// or the record that is asked for.
func (r *Report) carries(kind string) bool {
	if kind == ProofFigures {
		return len(r.Figures) > 0
	}
	also := map[string][]string{
		ProofFile:     {ProofPhoto, ProofDocument},
		ProofDocument: {ProofFile, ProofPhoto, ProofRecord},
		ProofRecord:   {ProofDocument, ProofFile, ProofPhoto},
	}[kind]
	return slices.ContainsFunc(r.Proofs, func(p Proof) bool { return p.Kind == kind || slices.Contains(also, p.Kind) })
}

// reports reads all versions of a task's report, newest first.
func reports(tx *db.Tx, task string) ([]Report, error) {
	var rows []reportRow
	err := tx.Select(&rows, `SELECT id, task, number, at, post, person, title, on_behalf, text, figures
		FROM task_report WHERE task = $1 ORDER BY number DESC`, task)
	if err != nil {
		return nil, err
	}
	var proofs []proofRow
	err = tx.Select(&proofs, "SELECT id, task, report, kind, blob, name, link FROM task_proof WHERE task = $1 ORDER BY id", task)
	if err != nil {
		return nil, err
	}
	out := []Report{}
	for _, w := range rows {
		r := Report{ID: w.ID, Number: w.Number, At: w.At, Post: w.Post, By: w.Person, For: w.OnBehalf, Text: w.Text, Proofs: []Proof{}}
		if w.Title != "" {
			r.By += ", " + w.Title
		}
		if err := json.Unmarshal([]byte(w.Figures), &r.Figures); err != nil {
			return nil, fmt.Errorf("task: figures of report %s: %w", w.ID, err)
		}
		for _, p := range proofs {
			if p.Report == w.ID {
				r.Proofs = append(r.Proofs, Proof{ID: p.ID, Kind: p.Kind, Blob: p.Blob, Name: p.Name, Link: p.Link})
			}
		}
		out = append(out, r)
	}
	return out, nil
}

// latest is the newest version with its blanks filled from earlier ones, and
// all proofs of all versions, newest first. A blank never overwrites.
func latest(newestFirst []Report) Report {
	if len(newestFirst) == 0 {
		return Report{Figures: map[string]float64{}, Proofs: []Proof{}}
	}
	out := newestFirst[0]
	out.Figures, out.Proofs = maps.Clone(out.Figures), slices.Clone(out.Proofs)
	for _, r := range newestFirst[1:] {
		if out.Text == "" {
			out.Text = r.Text
		}
		if out.For == "" {
			out.For = r.For
		}
		for k, v := range r.Figures {
			if _, ok := out.Figures[k]; !ok {
				out.Figures[k] = v
			}
		}
		out.Proofs = append(out.Proofs, r.Proofs...)
	}
	return out
}

// ProofBlob gives a proof of a report whose file the actor may open, or
// NotFound. Who opens it is audited.
func (s *Service) ProofBlob(ctx context.Context, by auth.Actor, task, proof string) (Proof, error) {
	var out Proof
	err := s.store.Read(ctx, func(tx *db.Tx) error {
		if _, err := readableTask(tx, by, task); err != nil {
			return err
		}
		var p proofRow
		err := tx.Get(&p, "SELECT id, task, report, kind, blob, name, link FROM task_proof WHERE id = $1 AND task = $2", proof, task)
		if err == db.ErrNoRow || err == nil && p.Blob == "" {
			return fault.New(fault.NotFound, "task.proof_not_found")
		}
		out = Proof{ID: p.ID, Kind: p.Kind, Blob: p.Blob, Name: p.Name, Link: p.Link}
		return err
	})
	return out, err
}

// readableTask loads a task that the actor may see.
func readableTask(tx *db.Tx, by auth.Actor, id string) (record, error) {
	r, err := load(tx, id)
	if err != nil {
		return r, err
	}
	sc, err := scopeOf(tx, by)
	if err != nil {
		return r, err
	}
	ok, err := sc.readable(r)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "task.not_found")
	}
	return r, err
}
