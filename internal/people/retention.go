package people

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/term"
)

// Retention says how long what is kept of residents who are gone. Of the rules
// of several units around a resident that of the narrowest counts; without a
// rule everything is kept.
type Retention struct {
	UnitPath  string         `db:"unit_path" json:"unit_path"`
	Ended     Ended          `db:"ended" json:"ended"`
	Days      int64          `db:"days" json:"days"` // after the end
	Action    Action         `db:"action" json:"action"`
	Document  string         `db:"document" json:"document"` // by which it was decided, in words
	ChangedBy string         `db:"changed_by" json:"changed_by"`
	ChangedAt instant.Micros `db:"changed_at" json:"changed_at"`
}

// Action is what is done when the time is over.
type Action string

// The actions.
const (
	// Pseudonymise takes away name, numbers, telephone, day and month of birth;
	// counts by ward, sex, year of birth and time stay right.
	Pseudonymise Action = "pseudonymise"
	// Delete removes the entry with its stays.
	Delete Action = "delete"
)

const retentionColumns = "unit_path, ended, days, action, document, changed_by, changed_at"

// Retentions lists the rules that count in a unit and below it.
func (s *Service) Retentions(ctx context.Context, by auth.Actor, unitPath string) (out []Retention, err error) {
	if err := by.Require(auth.PeopleRead, unitPath, auth.Personal); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		var all []Retention
		if err := tx.Select(&all, "SELECT "+retentionColumns+" FROM retention ORDER BY unit_path, ended"); err != nil {
			return err
		}
		out = slices.DeleteFunc(all, func(r Retention) bool { return !org.Within(r.UnitPath, unitPath) && !org.Within(unitPath, r.UnitPath) })
		return nil
	})
	return out, err
}

// RetentionInput decides how long what is kept.
type RetentionInput struct {
	Key      string `json:"key,omitempty"`
	UnitPath string `json:"unit_path"`
	Ended    Ended  `json:"ended"`
	Days     int64  `json:"days"` // 0 takes the rule away
	Action   Action `json:"action"`
	Document string `json:"document"`
}

// longestKept bounds a rule: a hundred years.
const longestKept = 36_500

// Retain decides how long what is kept of those who are gone.
func (s *Service) Retain(ctx context.Context, by auth.Actor, in RetentionInput) (Retention, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Retention, error) {
		if err := by.Require(auth.PeopleExport, in.UnitPath, auth.Personal); err != nil {
			return Retention{}, err
		}
		f := invalid()
		r := Retention{in.UnitPath, in.Ended, in.Days, in.Action, required(f, "document", in.Document, 200), by.Name, by.Now}
		if r.Ended != MovedAway && r.Ended != Died && r.Ended != Mistake {
			f.At("ended", "people.choose")
		}
		if r.Action != Pseudonymise && r.Action != Delete {
			f.At("action", "people.choose")
		}
		if r.Days < 0 || r.Days > longestKept {
			f.At("days", "people.days_range", "Limit", longestKept)
		}
		if err := f.OrNil(); err != nil {
			return r, err
		}
		if _, err := tx.Exec("DELETE FROM retention WHERE unit_path = $1 AND ended = $2", r.UnitPath, r.Ended); err != nil {
			return r, err
		}
		if r.Days > 0 {
			if err := tx.Insert("retention", r); err != nil {
				return r, err
			}
		}
		return r, change{tx, by, "retention", r.UnitPath, r.UnitPath}.note("changed", r.Document, "ended", "days", "action")
	})
}

// forgetAtOnce bounds how many entries one transaction forgets.
const forgetAtOnce = 200

// Forget does what the rules ask of entries whose time is over, and tells how
// many there were. It is for the system, from time to time.
func (s *Service) Forget(ctx context.Context, by auth.Actor) (done int, err error) {
	var rules []Retention
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		return tx.Select(&rules, "SELECT "+retentionColumns+" FROM retention ORDER BY LENGTH(unit_path) DESC, unit_path, ended")
	})
	if err != nil {
		return 0, err
	}
	for i, r := range rules {
		for {
			n := 0
			err := s.store.Write(ctx, func(tx *db.Tx) (err error) {
				n, err = s.forget(tx, by, r, narrower(rules[:i], r))
				return err
			})
			if err != nil {
				return done, err
			}
			if done += n; n < forgetAtOnce {
				break
			}
		}
	}
	return done, nil
}

// narrower are the units whose own rule goes before.
func narrower(rules []Retention, r Retention) (out []string) {
	for _, x := range rules {
		if x.Ended == r.Ended && x.UnitPath != r.UnitPath && strings.HasPrefix(x.UnitPath, r.UnitPath) {
			out = append(out, x.UnitPath)
		}
	}
	return out
}

// forget does what a rule asks of some entries.
func (s *Service) forget(tx *db.Tx, by auth.Actor, rule Retention, but []string) (int, error) {
	const day = 24 * 3600 * 1_000_000
	where, args := "ended = $1 AND valid_to <= $2 AND unit_path >= $3 AND unit_path < $4 AND name <> ''",
		[]any{rule.Ended, int64(by.Now) - rule.Days*day, rule.UnitPath, org.Beyond(rule.UnitPath)}
	for _, path := range but {
		args = append(args, len(path), path)
		where += " AND SUBSTR(unit_path, 1, $" + strconv.Itoa(len(args)-1) + ") <> $" + strconv.Itoa(len(args))
	}
	var rows []Resident
	err := tx.Select(&rows, "SELECT "+residentColumns+" FROM resident WHERE "+where+" ORDER BY id LIMIT "+strconv.Itoa(forgetAtOnce), args...)
	if err != nil {
		return 0, err
	}
	for _, r := range rows {
		if err := s.forgetOne(tx, by, rule, r); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

func (s *Service) forgetOne(tx *db.Tx, by auth.Actor, rule Retention, r Resident) error {
	if err := term.Index(tx, "resident", r.ID); err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM foreign_stay WHERE resident = $1", r.ID); err != nil {
		return err
	}
	if rule.Action == Delete {
		for _, q := range []string{"DELETE FROM stay WHERE resident = $1", "DELETE FROM twin WHERE $1 IN (first, second)", "DELETE FROM resident WHERE id = $1"} {
			if _, err := tx.Exec(q, r.ID); err != nil {
				return err
			}
		}
		return s.forgotten(tx, by, rule, r, "deleted")
	}
	r.Name, r.SortKey, r.NumberKind, r.Number, r.NumberIndex, r.Phone, r.PhoneIndex, r.Likeness = "", "", "", "", "", "", "", ""
	r.Birth = r.Birth[:min(4, len(r.Birth))]
	if err := s.stamped(tx, by, &r); err != nil {
		return err
	}
	return s.forgotten(tx, by, rule, r, "pseudonymised")
}

func (s *Service) forgotten(tx *db.Tx, by auth.Actor, rule Retention, r Resident, what string) error {
	if err := tx.Changed(by.Now, db.Change{Kind: "resident", Subject: r.ID, Unit: r.UnitPath, What: what}); err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{Action: "resident." + what, Kind: "resident", Subject: r.ID, Unit: r.UnitPath, Reason: rule.Document})
}
