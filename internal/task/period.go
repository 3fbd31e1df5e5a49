package task

import (
	"fmt"
	"strconv"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/due"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// stepNumber names a period's due row; periods of one moment come in order.
func stepNumber(n int) string { return fmt.Sprintf("%06d", n) }

// period computes when the n-th period of a series opens and by when its work
// is due. The first day is the day on which the series takes effect, or the
// next when that day's hour has passed already. A period covers EveryMaxDays
// days and is due at the cadence's hour of its last day. It opens with its
// first day; the first opens with the series.
func (s *Service) period(r *record, n int) (opens, deadline instant.Micros) {
	begin := r.CreatedAt
	if r.Start > begin {
		begin = r.Start
	}
	every := max(r.Cadence.EveryMaxDays, 1)
	day := dayOf(begin, s.zone)
	if s.dueOn(r, day.AddDate(0, 0, every-1)) <= begin {
		day = day.AddDate(0, 0, 1)
	}
	first := day.AddDate(0, 0, (n-1)*every)
	deadline = s.dueOn(r, first.AddDate(0, 0, every-1))
	if opens = instant.Of(first); n == 1 || opens < begin {
		opens = begin
	}
	return opens, deadline
}

// dueOn is the cadence's hour of a day, or the end of the day.
func (s *Service) dueOn(r *record, day time.Time) instant.Micros {
	hour, err := time.Parse("15:04", r.Cadence.AtTime)
	if err != nil {
		return instant.Of(instant.EndOfDay(day))
	}
	return instant.Of(time.Date(day.Year(), day.Month(), day.Day(), hour.Hour(), hour.Minute(), 0, 0, day.Location()))
}

// dayOf is the midnight with which a moment's day begins.
func dayOf(at instant.Micros, zone *time.Location) time.Time {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// open opens a period of a series and plans the next. A series that was
// accepted hands its periods on as accepted.
func (s *Service) open(tx *db.Tx, by auth.Actor, it due.Item) error {
	if err := lock(tx, it.Subject); err != nil {
		return err
	}
	series, err := load(tx, it.Subject)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(it.Step)
	if err != nil || series.Kind != Series || !series.State.Open() {
		return err
	}
	o, err := org.OfficeIn(tx, series.Office)
	if err != nil {
		return err
	}
	p := record{Task: series.Task, ladder: series.ladder}
	p.ID, p.Kind, p.Parent, p.Number = s.ids.New(), Period, series.ID, n
	p.Path = series.Path + p.ID + "/"
	p.Cadence, p.Start, p.Until = Cadence{}, 0, 0
	_, p.Deadline = s.period(&series, n)
	p.State, p.Percent, p.Reason, p.ReportedAt, p.MergedInto = Assigned, 0, "", 0, ""
	if series.State != Assigned {
		p.State = Accepted
	} else {
		p.AcceptedAt, p.AcceptedBy = 0, ""
	}
	p.CreatedAt, p.ChangedAt, p.ChangedBy = by.Now, by.Now, by.Name
	if err := s.insert(tx, by, &p, o); err != nil {
		return err
	}
	return s.plan(tx, &series, n+1)
}

// completeSeries verifies a series with its last period: nothing more will
// open, and what opened is verified or dropped. last is not saved yet.
func (s *Service) completeSeries(tx *db.Tx, by auth.Actor, last *record) error {
	if err := lock(tx, last.Parent); err != nil {
		return err
	}
	series, err := load(tx, last.Parent)
	if err != nil || !series.State.Open() {
		return err
	}
	var waiting int
	err = tx.Get(&waiting, "SELECT COUNT(*) FROM due WHERE kind = $1 AND subject = $2 AND done_at = 0", periodKind, series.ID)
	if err != nil || waiting > 0 {
		return err
	}
	var open int
	err = tx.Get(&open, `SELECT COUNT(*) FROM task WHERE parent = $1 AND kind = 'period' AND id <> $2
		AND state NOT IN ('VERIFIED', 'CLOSED', 'SUPERSEDED', 'CANCELLED')`, series.ID, last.ID)
	if err != nil || open > 0 {
		return err
	}
	before := series.State
	series.State, series.Percent, series.ChangedAt, series.ChangedBy = Verified, 100, by.Now, by.Name
	if err := save(tx, &series); err != nil {
		return err
	}
	if err := due.Cancel(tx, stepKind, series.ID); err != nil {
		return err
	}
	return happened(tx, by, &series, note{what: "completed", before: before})
}
