package zoning

import (
	"crypto/sha256"
	"encoding/hex"

	"phaodai/internal/db"
)

// Seen names what a mark says, for the form on which it is changed: the rows of
// a plan are saved one by one, by several people, and a row that somebody else
// changed meanwhile is looked at again instead of overwritten. What the criteria
// suggested beside it does not count.
func (m Mark) Seen() string {
	m.Plan, m.Stored, m.Suggested = "", "", ""
	if m.Additions == nil {
		m.Additions = []string{}
	}
	sum := sha256.Sum256([]byte(text(m)))
	return hex.EncodeToString(sum[:6])
}

// unchanged refuses a form whose row is not any more what its author saw.
func unchanged(tx *db.Tx, p Plan, in MarkInput) error {
	if in.Seen == "" {
		return nil
	}
	marks, err := marksOf(tx, p.ID)
	if err != nil {
		return err
	}
	now := marks[in.Area]
	now.Area = in.Area
	if now.Seen() != in.Seen {
		return stale(p.ChangedBy, p.ChangedAt)
	}
	return nil
}
