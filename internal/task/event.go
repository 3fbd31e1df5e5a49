package task

import (
	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// eventRow is one line of a task's history.
type eventRow struct {
	Task   string         `db:"task"`
	At     instant.Micros `db:"at"`
	What   string         `db:"what"`
	Before State          `db:"before"`
	After  State          `db:"after"`
	Person string         `db:"person"`
	Post   string         `db:"post"`
	Title  string         `db:"title"`
	Note   string         `db:"note"`
	Data   string         `db:"data"`
}

// note is what an event says besides who and when.
type note struct {
	what   string
	before State
	reason string
	data   any
	fields []string // for the audit
}

// happened writes what was done to a task in every book at once: its history,
// the change log, the audit.
func happened(tx *db.Tx, by auth.Actor, r *record, n note) error {
	data := ""
	if n.data != nil {
		data = text(n.data)
	}
	person := by.Name
	if by.Account == "system" {
		person = ""
	}
	err := tx.Insert("task_event", eventRow{
		Task: r.ID, At: by.Now, What: n.what, Before: n.before, After: r.State,
		Person: person, Post: by.Post, Title: by.PostTitle, Note: n.reason, Data: data,
	})
	if err != nil {
		return err
	}
	err = tx.ChangedData(by.Now, db.Change{Kind: "task", Subject: r.ID, Unit: r.Office, What: n.what}, map[string]string{
		"document": r.Document, "state": string(r.State),
	})
	if err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{
		Action: "task." + n.what, Kind: "task", Subject: r.ID, Unit: r.UnitPath, Fields: n.fields, Reason: n.reason,
	})
}
