package audit

import (
	"encoding/json"

	"golang.org/x/mod/sumdb/tlog"

	"phaodai/internal/instant"
)

// Logged is an entry as stored.
type Logged struct {
	Seq     int64          `db:"seq" json:"seq"`
	Wall    instant.Micros `db:"wall" json:"wall"`
	World   instant.Micros `db:"world" json:"world"`
	Account string         `db:"account" json:"account"`
	Person  string         `db:"person" json:"person"`
	Post    string         `db:"post" json:"post"`
	Office  string         `db:"office" json:"office"`
	Action  string         `db:"action" json:"action"`
	Kind    string         `db:"kind" json:"kind"`
	Subject string         `db:"subject" json:"subject"`
	Unit    string         `db:"unit" json:"unit"`
	Fields  string         `db:"fields" json:"fields"`
	Reason  string         `db:"reason" json:"reason"`
	Request string         `db:"request" json:"request"`
}

const columns = `seq, wall, world, account, person, post, office, action, kind, subject, unit, fields, reason, request`

// leaf is the hash of an entry: every column but the database's own
// transaction number, as a JSON array, so that no two entries have one text.
func (l Logged) leaf() (tlog.Hash, error) {
	text, err := json.Marshal([]any{
		l.Seq, int64(l.Wall), int64(l.World), l.Account, l.Person, l.Post, l.Office,
		l.Action, l.Kind, l.Subject, l.Unit, l.Fields, l.Reason, l.Request,
	})
	return tlog.RecordHash(text), err
}

// FieldNames lists the fields that the entry names.
func (l Logged) FieldNames() []string {
	var out []string
	if json.Unmarshal([]byte(l.Fields), &out) != nil {
		return nil // a tampered row; Verify names it
	}
	return out
}
