// Package audit records who did and who read what. An entry is written in the
// transaction of the change it describes, without personal values: ids, field
// names and keyed hashes only. A sealer adds committed entries to a Merkle log
// and signs checkpoints, so that the first altered, removed or inserted entry
// can be named (Verify).
package audit

import (
	"encoding/json"

	"phaodai/internal/auth"
	"phaodai/internal/db"
)

// Entry is one act to be recorded.
type Entry struct {
	Action  string   // a verb of the field: "task.accepted", "person.opened", "auth.signed_in"
	Kind    string   // of the subject: "task", "document", "person"
	Subject string   // its id
	Unit    string   // path of the unit it belongs to, for search by jurisdiction
	Fields  []string // names of what was changed or shown, never values
	Reason  string   // why, where a reason is asked for; free text of the actor
}

type row struct {
	Wall    int64  `db:"wall"`
	World   int64  `db:"world"`
	Account string `db:"account"`
	Person  string `db:"person"`
	Post    string `db:"post"`
	Office  string `db:"office"`
	Action  string `db:"action"`
	Kind    string `db:"kind"`
	Subject string `db:"subject"`
	Unit    string `db:"unit"`
	Fields  string `db:"fields"`
	Reason  string `db:"reason"`
	Request string `db:"request"`
}

// Record writes an entry in the running transaction.
func Record(tx *db.Tx, by auth.Actor, e Entry) error {
	if e.Fields == nil {
		e.Fields = []string{}
	}
	fields, err := json.Marshal(e.Fields)
	if err != nil {
		return err
	}
	return tx.Insert("audit", row{
		Wall: int64(by.Wall), World: int64(by.Now),
		Account: by.Account, Person: by.Person, Post: by.Post, Office: by.Office,
		Action: e.Action, Kind: e.Kind, Subject: e.Subject, Unit: e.Unit,
		Fields: string(fields), Reason: e.Reason, Request: by.Request,
	})
}
