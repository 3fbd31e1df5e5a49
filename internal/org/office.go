package org

import (
	"fmt"
	"phaodai/internal/auth"
	"strings"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// Office is a body that is given work and answers for it: a People's
// Committee, a Party committee, a department, a committee, a Party cell.
type Office struct {
	ID        string `db:"id" json:"id"`
	Unit      string `db:"unit" json:"unit"`
	UnitPath  string `db:"unit_path" json:"unit_path"`
	Kind      Kind   `db:"kind" json:"kind"`
	Line      Line   `db:"line" json:"line"`
	Name      string `db:"name" json:"name"`             // "UBND phường Cự Khối"
	ShortName string `db:"short_name" json:"short_name"` // "UBND P. Cự Khối"
	SortKey   string `db:"sort_key" json:"-"`
	Superior  string `db:"superior" json:"superior"`   // office that supervises it, where the rule of Superior does not hold
	Successor string `db:"successor" json:"successor"` // office that took over when it ended
	Period
	Stamp
}

const officeColumns = `id, unit, unit_path, kind, line, name, short_name, sort_key, superior, successor,
	valid_from, valid_to, version, changed_by, changed_at`

// OfficeIn returns an office, ended or not.
func OfficeIn(tx *db.Tx, id string) (Office, error) {
	var o Office
	err := tx.Get(&o, "SELECT "+officeColumns+" FROM office WHERE id = $1", id)
	return o, missing(err, "org.office_unknown", id)
}

// OfficesIn returns offices by id, in the order of the ids. An unknown id is a
// fault.
func OfficesIn(tx *db.Tx, ids ...string) ([]Office, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found := map[string]Office{}
	for start := 0; start < len(ids); start += 500 {
		var offices []Office
		part := ids[start:min(start+500, len(ids))]
		marks, args := list(1, part)
		if err := tx.Select(&offices, "SELECT "+officeColumns+" FROM office WHERE id IN ("+marks+")", args...); err != nil {
			return nil, err
		}
		for _, o := range offices {
			found[o.ID] = o
		}
	}
	out := make([]Office, len(ids))
	for i, id := range ids {
		o, ok := found[id]
		if !ok {
			return nil, fault.New(fault.NotFound, "org.office_unknown", "ID", id)
		}
		out[i] = o
	}
	return out, nil
}

// OfficesUnder returns the offices of a kind ("" for all) in a subtree of
// units that are in force at a moment, units in Vietnamese order.
func OfficesUnder(tx *db.Tx, unitPath string, kind Kind, at instant.Micros) ([]Office, error) {
	query := "SELECT " + prefixed("o", officeColumns) + ` FROM office o JOIN unit u ON u.id = o.unit
		WHERE o.unit_path >= $1 AND o.unit_path < $2 AND o.valid_from <= $3 AND o.valid_to > $4`
	args := []any{unitPath, end(unitPath), int64(at), int64(at)}
	if kind != "" {
		query += " AND o.kind = $5"
		args = append(args, kind)
	}
	var offices []Office
	err := tx.Select(&offices, query+" ORDER BY u.sort_key, u.id, o.sort_key, o.id", args...)
	return offices, err
}

// OfficesAt returns the offices of one unit itself, without its parts.
func OfficesAt(tx *db.Tx, unitPath string, kind Kind, at instant.Micros) ([]Office, error) {
	query := "SELECT " + officeColumns + ` FROM office WHERE unit_path = $1 AND valid_from <= $2 AND valid_to > $3`
	args := []any{unitPath, int64(at), int64(at)}
	if kind != "" {
		query += " AND kind = $4"
		args = append(args, kind)
	}
	var offices []Office
	err := tx.Select(&offices, query+" ORDER BY sort_key, id", args...)
	return offices, err
}

// OfficesWith returns the offices anywhere that have a post with a role in force
// at a moment.
func OfficesWith(tx *db.Tx, role auth.Role, at instant.Micros) (out []Office, err error) {
	return out, tx.Select(&out, "SELECT "+prefixed("o", officeColumns)+` FROM office o JOIN unit u ON u.id = o.unit
		WHERE o.valid_from <= $1 AND o.valid_to > $1 AND EXISTS (SELECT 1 FROM post p WHERE p.office = o.id AND p.valid_from <= $1 AND p.valid_to > $1
			AND ',' || p.roles || ',' LIKE $2) ORDER BY u.sort_key, u.id, o.sort_key, o.id`, int64(at), "%,"+string(role)+",%")
}

// InForce returns a fault that names the successor when an office does not
// exist at a moment. Whoever gives an office something to do asks it first.
func InForce(tx *db.Tx, o Office, at instant.Micros) error {
	if o.Holds(at) {
		return nil
	}
	if at < o.From {
		return fault.New(fault.Conflict, "org.office_not_yet", "Name", o.Name, "At", o.From)
	}
	next, ok, err := SuccessorOf(tx, o, at)
	switch {
	case err != nil:
		return err
	case ok:
		return fault.New(fault.Conflict, "org.office_ended_successor", "Name", o.Name, "At", o.To, "Successor", next.Name, "SuccessorID", next.ID)
	default:
		return fault.New(fault.Conflict, "org.office_ended", "Name", o.Name, "At", o.To)
	}
}

// SuccessorOf follows the successors of an ended office to the one in force at
// a moment.
func SuccessorOf(tx *db.Tx, o Office, at instant.Micros) (Office, bool, error) {
	seen := map[string]bool{}
	for o.Successor != "" && !seen[o.ID] {
		seen[o.ID] = true
		next, err := OfficeIn(tx, o.Successor)
		if err != nil {
			return Office{}, false, err
		}
		if next.Holds(at) {
			return next, true, nil
		}
		o = next
	}
	return Office{}, false, nil
}

// Superior returns the office that supervises one: an explicit superior, else
// for the leading offices of a unit (UBND, Party committee, Front, council)
// the same kind one unit up, else the leading office of its own unit and line.
// It returns false at the top.
func Superior(tx *db.Tx, officeID string, at instant.Micros) (Office, bool, error) {
	o, err := OfficeIn(tx, officeID)
	if err != nil {
		return Office{}, false, err
	}
	if o.Superior != "" {
		up, err := OfficeIn(tx, o.Superior)
		if err != nil || up.Holds(at) {
			return up, err == nil, err
		}
		return SuccessorOf(tx, up, at)
	}
	kind, path := leader(o)
	for path != Root && path != "" {
		offices, err := OfficesAt(tx, path, kind, at)
		if err != nil {
			return Office{}, false, err
		}
		if len(offices) > 0 && offices[0].ID != o.ID {
			return offices[0], true, nil
		}
		path = ParentPath(path)
	}
	return Office{}, false, nil
}

// leader says which kind of office leads another, and from which unit upwards
// to look for it.
func leader(o Office) (Kind, string) {
	up := ParentPath(o.UnitPath)
	switch o.Kind {
	case UBND, PartyCommittee, FrontCommittee, Council:
		return o.Kind, up
	case Committee, CommandCentre:
		return o.Kind, up
	case Group:
		return UBND, up
	}
	switch o.Line {
	case Party:
		return PartyCommittee, o.UnitPath
	case Front:
		return FrontCommittee, o.UnitPath
	default:
		return UBND, o.UnitPath
	}
}

// list makes "$3, $4, $5" and its arguments.
func list(first int, values []string) (marks string, args []any) {
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", first+i)
		args = append(args, v)
	}
	return b.String(), args
}

// prefixed puts a table's name before each column.
func prefixed(table, columns string) string {
	parts := strings.Split(columns, ",")
	for i, p := range parts {
		parts[i] = table + "." + strings.TrimSpace(p)
	}
	return strings.Join(parts, ", ")
}
