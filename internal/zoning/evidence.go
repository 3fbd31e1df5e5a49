package zoning

import (
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/task"
)

// planEvidence tells the ward's task what became of its plan.
func planEvidence(tx *db.Tx, by auth.Actor, r Round, p Plan, what, words string) error {
	return evidence(tx, by, r, what, task.Evidence{Item: r.ClausePlan, Office: p.Office, Text: words, Name: "Kế hoạch của phường", Link: "/ke-hoach/" + p.ID})
}

// evidence tells the tasks of the order behind a round that work was done or
// judged. A round that no document orders has none.
func evidence(tx *db.Tx, by auth.Actor, r Round, what string, e task.Evidence) error {
	if r.Document == "" || e.Item == "" {
		return nil
	}
	e.Document, e.Post = r.Document, by.Post
	return tx.ChangedData(by.Now, db.Change{Kind: task.EvidenceKind, Subject: r.ID, Unit: e.Office, What: what}, e)
}

// criteriaEvidence tells the district's own task that criteria are in force.
func criteriaEvidence(tx *db.Tx, by auth.Actor, r Round, document string) error {
	return evidence(tx, by, r, task.EvidenceGiven, task.Evidence{Item: r.ClauseCriteria, Office: r.Office,
		Text: "Đã ban hành khung tiêu chí.", Name: "Quyết định ban hành khung tiêu chí", Link: "/van-ban/" + document})
}

// approvalEvidence tells the district's own task, when every plan is approved.
func approvalEvidence(tx *db.Tx, by auth.Actor, r Round, document string) error {
	var left int
	err := tx.Get(&left, "SELECT COUNT(*) FROM zone_plan WHERE round = $1 AND state NOT IN ('approved', 'superseded')", r.ID)
	if err != nil || left > 0 {
		return err
	}
	return evidence(tx, by, r, task.EvidenceGiven, task.Evidence{Item: r.ClauseApprove, Office: r.Office,
		Text: "Đã phê duyệt kế hoạch của tất cả các phường.", Name: "Quyết định phê duyệt", Link: "/van-ban/" + document})
}
