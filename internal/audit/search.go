package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// Filter chooses entries; zero fields do not limit.
type Filter struct {
	Account string         // id of who did it
	Login   string         // or his login
	Person  string         // id of who did it, as a person
	Kind    string         // of the subject
	Subject string         // its id
	Action  string         // beginning of the action: "auth.", "task.accepted"
	Unit    string         // path of a unit: it and everything below
	From    instant.Micros // wall time, from this moment
	To      instant.Micros // up to before this one
	Request string         // number of a request
	Before  int64          // Seq of the last one shown; the list goes backwards in time
	Limit   int            // at most 500
}

// Found is an entry with the login of who did it.
type Found struct {
	Logged
	Login string `db:"login" json:"login"`
	Name  string `db:"name" json:"name"`
	Place int64  `db:"place" json:"place"` // in the sealed log, -1 while it waits for its seal
}

// Search lists entries of the units whose audit the actor may read, the newest
// first. Entries of no unit are for who may read all of them. That somebody
// searched is itself recorded.
func Search(ctx context.Context, store *db.DB, by auth.Actor, f Filter) ([]Found, error) {
	paths := by.Paths(auth.AuditRead, auth.Internal)
	if len(paths) == 0 {
		return nil, by.Require(auth.AuditRead, "/", auth.Internal)
	}
	query, args := f.query(paths)
	var out []Found
	err := store.Read(ctx, func(tx *db.Tx) error { return tx.Select(&out, query, args...) })
	if err != nil || f.Before != 0 { // one entry for one search, not for each page of it
		return out, err
	}
	return out, store.Write(ctx, func(tx *db.Tx) error {
		return Record(tx, by, Entry{Action: "audit.searched", Kind: "audit", Unit: paths[0], Fields: f.names()})
	})
}

func (f Filter) query(paths []string) (string, []any) {
	var where []string
	var args []any
	add := func(condition string, values ...any) {
		numbers := make([]any, len(values))
		for i := range values {
			numbers[i] = len(args) + 1 + i
		}
		where = append(where, fmt.Sprintf(condition, numbers...))
		args = append(args, values...)
	}
	equal := func(column, value string) {
		if value != "" {
			add(column+" = $%d", value)
		}
	}
	if paths[0] != "/" {
		condition, scope := auth.Within("a.unit", paths, 1)
		where, args = append(where, condition), append(args, scope...)
	}
	equal("a.account", f.Account)
	equal("c.login", strings.ToLower(f.Login))
	equal("a.person", f.Person)
	equal("a.kind", f.Kind)
	equal("a.subject", f.Subject)
	equal("a.request", f.Request)
	if f.Action != "" {
		add("a.action >= $%d AND a.action < $%d", f.Action, f.Action+"\U0010FFFF")
	}
	if f.Unit != "" {
		add("a.unit >= $%d AND a.unit < $%d", f.Unit, f.Unit+"\U0010FFFF")
	}
	if f.From != 0 {
		add("a.wall >= $%d", int64(f.From))
	}
	if f.To != 0 {
		add("a.wall < $%d", int64(f.To))
	}
	if f.Before != 0 {
		add("a.seq < $%d", f.Before)
	}
	if len(where) == 0 {
		where = []string{"1 = 1"}
	}
	args = append(args, min(max(f.Limit, 1), 500))
	return `SELECT a.` + strings.ReplaceAll(columns, ", ", ", a.") + `,
		COALESCE(c.login, '') AS login, COALESCE(c.name, '') AS name, COALESCE(s.n, -1) AS place
		FROM audit a LEFT JOIN account c ON c.id = a.account LEFT JOIN audit_seal s ON s.seq = a.seq
		WHERE ` + strings.Join(where, " AND ") + fmt.Sprintf(" ORDER BY a.seq DESC LIMIT $%d", len(args)), args
}

// names lists which filters were set, for the entry about the search itself.
func (f Filter) names() []string {
	var out []string
	for name, set := range map[string]bool{
		"account": f.Account != "" || f.Login != "", "person": f.Person != "", "kind": f.Kind != "",
		"subject": f.Subject != "", "action": f.Action != "", "unit": f.Unit != "", "time": f.From != 0 || f.To != 0,
	} {
		if set {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Checkpoints lists the signed checkpoints, the newest first, to be kept
// elsewhere.
func Checkpoints(tx *db.Tx, limit int) ([]string, error) {
	var out []string
	err := tx.Select(&out, "SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT $1", limit)
	return out, err
}
