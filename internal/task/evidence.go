package task

import (
	"context"
	"encoding/json"
	"fmt"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// EvidenceKind is the kind of changes by which a capability on the right tells
// that ordered work was done there: a plan was submitted, returned, approved.
const EvidenceKind = "evidence"

// What happened to the evidence.
const (
	EvidenceGiven    = "given"    // the work is reported
	EvidenceRefused  = "refused"  // it goes back, with the reason
	EvidenceAccepted = "accepted" // it is verified
)

// Evidence says which order was carried out by whom, and where that is seen.
type Evidence struct {
	Document string `json:"document"`
	Item     string `json:"item"`   // of the document: "2.2.(1)"
	Office   string `json:"office"` // that did it
	Post     string `json:"post"`   // of who did it, or judged it
	Text     string `json:"text"`   // for the report, or the reason
	Name     string `json:"name"`   // of the proof
	Link     string `json:"link"`   // page that shows it
}

// FollowEvidence reacts to a change of a capability on the right. Other changes are let
// pass; a repeated one changes nothing. A task that cannot take the evidence
// (it was cancelled, it asks for a photo as well) waits for its people.
func (s *Service) FollowEvidence(ctx context.Context, c db.Logged, wall instant.Micros) error {
	if c.Kind != EvidenceKind {
		return nil
	}
	var e Evidence
	if err := json.Unmarshal([]byte(c.Data), &e); err != nil {
		return fmt.Errorf("evidence %s: %w", c.Subject, err)
	}
	tasks, by, err := s.meant(ctx, e, auth.System(c.At, wall))
	if err != nil {
		return err
	}
	for _, t := range tasks {
		key := fmt.Sprintf("evidence/%d/%d/%s", c.Xid, c.Seq, t.ID)
		if err := s.take(ctx, by, c.What, key, t, e); err != nil && !bearable(err) {
			return err
		}
	}
	return nil
}

// bearable tells whether a fault is the task's, not the system's.
func bearable(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.NeedsReason, fault.Denied, fault.NotFound:
		return true
	default:
		return false
	}
}

// meant finds the tasks of an order at an office, and acts in the name of who
// did the work there.
func (s *Service) meant(ctx context.Context, e Evidence, by auth.Actor) (tasks []Task, _ auth.Actor, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		rows, err := find(tx, `t.document = $1 AND t.item = $2 AND t.office = $3 AND t.kind IN ('work', 'period') AND t.live = 1 ORDER BY t.id`,
			e.Document, e.Item, e.Office)
		if err != nil {
			return err
		}
		for _, r := range rows {
			tasks = append(tasks, r.Task)
		}
		holders, err := org.HoldersOf(tx, e.Post, by.Now)
		if err != nil || len(holders) == 0 {
			return err
		}
		h := holders[0]
		by.Post, by.Person, by.Name, by.PostTitle = h.Post.ID, h.Person.ID, h.Person.Name, h.Post.Title
		return nil
	})
	return tasks, by, err
}

func (s *Service) take(ctx context.Context, by auth.Actor, what, key string, t Task, e Evidence) (err error) {
	in := ActInput{Key: key, Task: t.ID, Reason: e.Text}
	switch what {
	case EvidenceGiven:
		_, err = s.Report(ctx, by, ReportInput{Key: key, Task: t.ID, Text: e.Text,
			Proofs: []Proof{{Kind: ProofDocument, Name: e.Name, Link: e.Link}}})
	case EvidenceRefused:
		_, err = s.Return(ctx, by, in)
	case EvidenceAccepted:
		_, err = s.Verify(ctx, by, in)
	}
	return err
}
