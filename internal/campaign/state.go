package campaign

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/population"
	"phaodai/internal/sampling"
	"phaodai/internal/zoning"
)

// Row is how far a ward or area is. Due are those to sample today; of the rest
// of Obliged some are done and some wait for their next day.
type Row struct {
	Code    string             `json:"code,omitempty"`
	Name    string             `json:"name"`
	Unit    string             `json:"unit,omitempty"`
	Path    string             `json:"path,omitempty"` // of the unit
	Area    string             `json:"area,omitempty"` // id; "" the ward
	Obliged int                `json:"obliged"`
	Taken   int                `json:"taken"` // had as many turns as were asked about, or their line asks for
	Due     int                `json:"due"`
	Absent  int                `json:"absent"`
	Refused int                `json:"refused"`
	Again   int                `json:"again"`   // of a positive or invalid tube: a single sample is asked for
	Unknown int                `json:"unknown"` // it cannot be decided to which line they belong, if any
	Next    []sampling.Session `json:"next,omitempty"`
}

// Left are those who must still be sampled.
func (r Row) Left() int { return r.Obliged - r.Taken }

// Cover is how far a line is.
type Cover struct {
	Line    Line  `json:"line"`
	Obliged int   `json:"obliged"`
	Due     int   `json:"due"`
	Unknown int   `json:"unknown"` // may belong to it; one person may stand so at several lines
	Taken   []int `json:"taken"`   // with one turn or more, two or more ...
}

// Progress is a campaign as it is now.
type Progress struct {
	Campaign Campaign       `json:"campaign"`
	AsOf     instant.Micros `json:"as_of"`
	Round    int            `json:"round"`  // turns that Taken asks for
	Rounds   int            `json:"rounds"` // of the line with the most
	Rows     []Row          `json:"rows"`   // wards, each with its areas behind it, without lines that are due at once
	Total    Row            `json:"total"`
	AtOnce   []Row          `json:"at_once,omitempty"` // one row for each line that is due at once
	Lines    []Cover        `json:"lines"`
}

// Progress counts a campaign, or of it what the actor may see. round is how many
// turns count as taken, 0 is 1.
func (s *Service) Progress(ctx context.Context, by auth.Actor, campaign string, round int) (Progress, error) {
	c, paths, err := s.opened(ctx, by, campaign)
	if err != nil {
		return Progress{}, err
	}
	p := Progress{Campaign: c, AsOf: by.Now, Rounds: mostRounds(c.Lines)}
	p.Round = min(max(round, 1), p.Rounds)
	n := counter{s: s, ctx: ctx, now: by.Now, p: &p, rows: map[place]int{}}
	for _, l := range c.Lines {
		p.Lines = append(p.Lines, Cover{Line: l, Taken: make([]int, max(l.Rounds, 1))})
	}
	for _, under := range paths {
		if err := n.count(under); err != nil {
			return p, err
		}
	}
	for _, r := range p.Rows {
		if r.Area == "" {
			p.Total.add(r)
		}
	}
	return p, nil
}

func (r *Row) add(x Row) {
	r.Obliged, r.Taken, r.Due = r.Obliged+x.Obliged, r.Taken+x.Taken, r.Due+x.Due
	r.Absent, r.Refused, r.Again, r.Unknown = r.Absent+x.Absent, r.Refused+x.Refused, r.Again+x.Again, r.Unknown+x.Unknown
}

type place struct{ unit, area string }

// counter gathers the rows of a campaign.
type counter struct {
	s    *Service
	ctx  context.Context
	now  instant.Micros
	p    *Progress
	rows map[place]int
}

func (n *counter) ask(rule, under string) (population.Answer, error) {
	return n.s.population.Counted(n.ctx, n.now, population.Question{Rule: rule, Under: under, Areas: true, Round: n.p.Campaign.ID})
}

// row finds the row of a line of an answer.
func (n *counter) row(l population.Line) *Row {
	at := place{l.Unit, l.Area}
	i, ok := n.rows[at]
	if !ok {
		i = len(n.p.Rows)
		n.rows[at] = i
		n.p.Rows = append(n.p.Rows, Row{Code: l.Code, Name: l.Name, Unit: l.Unit, Path: l.Path, Area: l.Area})
	}
	return &n.p.Rows[i]
}

func (n *counter) count(under string) error {
	if err := n.undecided(under); err != nil {
		return err
	}
	for i := range n.p.Campaign.Lines {
		if err := n.line(i, under); err != nil {
			return err
		}
	}
	return n.s.store.Read(n.ctx, func(tx *db.Tx) error {
		if err := n.calls(tx, under); err != nil {
			return err
		}
		return n.sessions(tx, under)
	})
}

// undecided begins with all who belong or may belong to some line; each line
// takes away who belongs to it. Those who remain are counted once, however many
// lines are open for them.
func (n *counter) undecided(under string) error {
	a, err := n.ask(anyRule(n.p.Campaign.Lines), under)
	if err != nil {
		return err
	}
	for _, l := range a.Lines {
		n.row(l).Unknown += l.Yes + l.Unknown
	}
	return nil
}

// line counts one line: who belongs to it, who is due, who has had each turn.
func (n *counter) line(i int, under string) error {
	lines, cover := n.p.Campaign.Lines, &n.p.Lines[i]
	belongs, err := n.ask(member(lines, i), under)
	if err != nil {
		return err
	}
	owed, err := n.ask(due(lines, i), under)
	if err != nil {
		return err
	}
	cover.Obliged, cover.Unknown = cover.Obliged+belongs.Total.Yes, cover.Unknown+belongs.Total.Unknown
	if n.p.Campaign.State == Open {
		cover.Due += owed.Total.Yes
	}
	for _, l := range belongs.Lines {
		n.row(l).Unknown -= l.Yes
	}
	if lines[i].AtOnce {
		return n.atOnce(i, under, belongs.Total)
	}
	for k, l := range belongs.Lines {
		r := n.row(l)
		r.Obliged += l.Yes
		if n.p.Campaign.State == Open {
			r.Due += owed.Lines[k].Yes
		}
	}
	return n.turns(i, under)
}

func (n *counter) turns(i int, under string) error {
	lines, cover := n.p.Campaign.Lines, &n.p.Lines[i]
	for k := range cover.Taken {
		a, err := n.ask(member(lines, i)+" && "+lines[i].done(k+1), under)
		if err != nil {
			return err
		}
		cover.Taken[k] += a.Total.Yes
		if k+1 != min(n.p.Round, len(cover.Taken)) {
			continue
		}
		for _, l := range a.Lines {
			n.row(l).Taken += l.Yes
		}
	}
	return nil
}

// atOnce counts people with symptoms since the campaign began: those who wait
// and those whom a sample answered. It names no place: who was sampled belongs
// to another line again.
func (n *counter) atOnce(i int, under string, waiting population.Line) error {
	cover := &n.p.Lines[i]
	var answered int
	err := n.s.store.Read(n.ctx, func(tx *db.Tx) error {
		return tx.Get(&answered, "SELECT COUNT(DISTINCT resident) FROM symptom_report WHERE unit_path >= $1 AND unit_path < $2 AND sample <> '' AND at >= $3",
			under, org.Beyond(under), int64(n.p.Campaign.Starts))
	})
	if err != nil {
		return err
	}
	cover.Obliged, cover.Taken[0] = cover.Obliged+answered, cover.Taken[0]+answered
	for k := range n.p.AtOnce {
		if n.p.AtOnce[k].Name == cover.Line.Name {
			n.p.AtOnce[k].add(Row{Obliged: waiting.Yes + answered, Taken: answered, Due: waiting.Yes})
			return nil
		}
	}
	n.p.AtOnce = append(n.p.AtOnce, Row{Name: cover.Line.Name, Obliged: waiting.Yes + answered, Taken: answered, Due: waiting.Yes})
	return nil
}

// called is somebody who was called in the campaign and gave no sample since.
type called struct {
	Resident string           `db:"resident"`
	Unit     string           `db:"unit"`
	Area     string           `db:"area"`
	Outcome  sampling.Outcome `db:"outcome"`
	At       instant.Micros   `db:"at"`
}

// calledIn are the latest calls without a sample after them, of a subtree.
func calledIn(tx *db.Tx, campaign, under string) (map[string]called, error) {
	var rows []called
	err := tx.Select(&rows, `SELECT c.resident AS resident, h.unit AS unit, h.area AS area, c.outcome AS outcome, c.at AS at FROM sampling_call c
		JOIN resident r ON r.id = c.resident JOIN household h ON h.id = r.household
		WHERE c.campaign = $1 AND c.withdrawn = 0 AND r.ended = '' AND h.unit_path >= $2 AND h.unit_path < $3
		AND NOT EXISTS (SELECT 1 FROM sample x WHERE x.resident = c.resident AND x.campaign = c.campaign AND x.at >= c.at AND x.state <> 'withdrawn' AND x.state <> 'lost')
		ORDER BY c.at, c.id`, campaign, under, org.Beyond(under))
	out := make(map[string]called, len(rows))
	for _, r := range rows {
		out[r.Resident] = r
	}
	return out, err
}

// againIn are those of a subtree of whom a single sample is asked for.
func againIn(tx *db.Tx, under string) (out []called, err error) {
	return out, tx.Select(&out, `SELECT r.id AS resident, h.unit AS unit, h.area AS area, x.at AS at FROM resample x
		JOIN resident r ON r.id = x.resident JOIN household h ON h.id = r.household
		WHERE x.state = 'open' AND r.ended = '' AND h.unit_path >= $1 AND h.unit_path < $2`, under, org.Beyond(under))
}

// calls puts those who were called, or must come again, at their ward and areas.
func (n *counter) calls(tx *db.Tx, under string) error {
	latest, err := calledIn(tx, n.p.Campaign.ID, under)
	if err != nil {
		return err
	}
	again, err := againIn(tx, under)
	if err != nil {
		return err
	}
	around := map[string]string{}
	for _, c := range latest {
		n.each(tx, around, c, func(r *Row) {
			if c.Outcome == sampling.Refused {
				r.Refused++
			} else {
				r.Absent++
			}
		})
	}
	for _, c := range again {
		n.each(tx, around, c, func(r *Row) { r.Again++ })
	}
	return nil
}

// each does something at every row that stands for where somebody lives.
func (n *counter) each(tx *db.Tx, around map[string]string, c called, do func(*Row)) {
	for _, at := range n.around(tx, around, c) {
		if i, ok := n.rows[at]; ok {
			do(&n.p.Rows[i])
		}
	}
}

// around are the ward and areas in which somebody lives.
func (n *counter) around(tx *db.Tx, parents map[string]string, c called) []place {
	out := []place{{c.Unit, ""}}
	for area, steps := c.Area, 0; area != "" && steps < 10; area, steps = parents[area], steps+1 {
		out = append(out, place{c.Unit, area})
		if _, known := parents[area]; !known {
			a, err := zoning.AreaIn(tx, area)
			if err != nil {
				break
			}
			parents[area] = a.Parent
		}
	}
	return out
}

// sessions puts the next sessions at their rows.
func (n *counter) sessions(tx *db.Tx, under string) error {
	next, err := sampling.SessionsIn(tx, sampling.SessionFilter{Campaign: n.p.Campaign.ID, Path: under, From: n.now})
	if err != nil {
		return err
	}
	for _, x := range next {
		if i, ok := n.rows[place{x.Unit, x.Area}]; ok && x.State == sampling.SessionPlanned {
			n.p.Rows[i].Next = append(n.p.Rows[i].Next, x)
		}
	}
	return nil
}
