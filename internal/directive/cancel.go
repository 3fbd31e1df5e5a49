package directive

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/job"
)

// CancelReading ends the reading of a received document: the file stays, its
// facts are typed in. A reading that has ended meanwhile is left as it is.
func (s *Service) CancelReading(ctx context.Context, by auth.Actor, document string) error {
	return s.store.Write(ctx, func(tx *db.Tx) error {
		d, err := take(tx, by, document, 0)
		if err != nil {
			return err
		}
		if err := mayKeep(by, d.Office, d.UnitPath, auth.DocumentRegister); err != nil {
			return err
		}
		r, err := readingIn(tx, document)
		if err != nil || r.State != "waiting" && r.State != "running" {
			return err
		}
		err = job.Cancel(tx, ReadJob+"/"+document, by.Now, by.Wall)
		if err != nil && fault.KindOf(err) != fault.Conflict {
			return err
		}
		if err := s.setReading(tx, Reading{Document: document, State: "failed", Problem: "document.reading_cancelled", At: by.Now}); err != nil {
			return err
		}
		return note(tx, by, d.Document, "reading_cancelled", "")
	})
}

// underWay fills in how far a reading is from the job that does it.
func underWay(tx *db.Tx, r *Reading) error {
	if r.State != "waiting" && r.State != "running" {
		return nil
	}
	j, err := job.Get(tx, ReadJob+"/"+r.Document)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	switch j.State {
	case job.Running:
		r.State = "running"
	case job.Failed: // given up: a program is missing, or it took too long
		r.State, r.Problem = "failed", j.Error
	}
	r.Done, r.All = j.Done, j.Total
	return err
}
