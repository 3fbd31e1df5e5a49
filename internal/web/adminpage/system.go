package adminpage

import (
	"time"

	"phaodai/internal/admin"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/job"
	"phaodai/internal/web"
	"phaodai/internal/worldclock"
)

type systemPage struct {
	Status admin.Status
	Jobs   []jobRow
	Speeds []web.Choice
	Speed  float64
}

type jobRow struct {
	job.Job
	Class, Mark, StateKey string
	Percent               int64 // -1 while unknown
}

func (p Parts) system(r *web.Request) error {
	status, err := p.System.Status(r.Context(), r.By)
	if err != nil {
		return err
	}
	list, err := p.System.Jobs(r.Context(), r.By, "", 30)
	if err != nil {
		return err
	}
	page := systemPage{Status: status}
	if status.Clock != nil {
		page.Speed = status.Clock.Speed
	}
	for _, j := range list {
		page.Jobs = append(page.Jobs, jobRowOf(j))
	}
	return r.Render("admin/system", page)
}

func jobRowOf(j job.Job) jobRow {
	row := jobRow{Job: j, Percent: -1, StateKey: "admin.job_" + string(j.State)}
	switch j.State {
	case job.Done:
		row.Class, row.Mark = "done", "✓"
	case job.Failed:
		row.Class, row.Mark = "late", "!"
	case job.Running:
		row.Class, row.Mark = "soon", "◐"
	default:
		row.Mark = "○"
	}
	if j.Total > 0 {
		row.Percent = 100 * j.Done / j.Total
	}
	return row
}

// aheads are the steps of the buttons that push the clock on.
var aheads = map[string]time.Duration{"10p": 10 * time.Minute, "1g": time.Hour, "6g": 6 * time.Hour, "1n": 24 * time.Hour}

func (p Parts) setClock(r *web.Request) error {
	var in struct {
		World instant.Micros `form:"world"`
		Speed float64        `form:"speed"`
		Ahead string         `form:"ahead"`
		Pause string         `form:"pause"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	c := worldclock.Change{World: in.World}
	if r.Form.Value("speed") != "" {
		c.Speed = &in.Speed
	}
	if in.Pause != "" {
		paused := in.Pause == "1"
		c.Paused = &paused
	}
	if in.Ahead != "" {
		d, ok := aheads[in.Ahead]
		if !ok {
			return fault.New(fault.Invalid, "input.check")
		}
		c.Ahead = d
	}
	if _, err := p.System.SetClock(r.Context(), r.By, c); err != nil {
		return err
	}
	return r.Redirect("/quan-tri/he-thong", "clock.done")
}

func (p Parts) steerJob(r *web.Request) error {
	key, again := r.Form.Value("job"), r.Form.Value("lam") == "lai"
	var err error
	if again {
		err = p.System.RepeatJob(r.Context(), r.By, key)
	} else {
		err = p.System.CancelJob(r.Context(), r.By, key)
	}
	if err != nil {
		return err
	}
	if again {
		return r.Redirect("/quan-tri/he-thong", "admin.job_repeated")
	}
	return r.Redirect("/quan-tri/he-thong", "admin.job_stopped")
}

// backup sends the archive. The file's name carries the wall time.
func (p Parts) backup(r *web.Request) error {
	write, err := p.System.Backup(r.Context(), r.By)
	if err != nil {
		return err
	}
	name := "phaodai-" + r.By.Wall.In(instant.Vietnam()).Format("20060102-1504") + ".backup"
	return r.Download(name, "application/gzip", write)
}
