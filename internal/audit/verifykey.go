package audit

import (
	"fmt"
	"slices"

	"phaodai/internal/db"
)

// holdKey notes what the key files say. It is asked before and after the
// snapshot is taken, so that a change in between is no finding.
func (v *verifier) holdKey(key *Key) {
	if key != nil {
		v.held = append(v.held, key.held()...)
	}
}

// keys reads the periods: each must be signed by its own key and by the one
// before, begin where it ends, and have its entry in the audit; the last must
// be the key that is held outside. Each key is so held from both sides: who
// has not the newest cannot put another before it, nor one behind it who has
// not the oldest.
func (v *verifier) keys(tx *db.Tx, key *Key) error {
	rows, err := keyRows(tx)
	if err != nil {
		return err
	}
	v.holdKey(key)
	var changes []changeRow
	if err := tx.Select(&changes, "SELECT seq, subject FROM audit WHERE action = $1 ORDER BY seq", KeyChanged); err != nil {
		return err
	}
	if len(rows) == 0 && len(changes) == 0 {
		v.only()
		return nil
	}
	for i, r := range rows {
		p, why := v.period(r, i, changes)
		if why != "" {
			v.wrongKey(p.Begin, "key %d: %s", i+1, why)
			return nil
		}
		v.report.Keys = append(v.report.Keys, p)
		if p.Begin > 0 {
			if err := v.sign(Checkpoint{p.Begin, p.root}); err != nil {
				v.wrongKey(p.Begin, "key %d: %v", i+1, err)
			}
		}
	}
	v.lastKey(len(rows), changes, key)
	return nil
}

type changeRow struct {
	Seq     int64  `db:"seq"`
	Subject string `db:"subject"`
}

// only is the state before the first sealing, and that of a log older than the
// periods: the key outside is the only one there is.
func (v *verifier) only() {
	if len(v.held) > 0 {
		v.report.Keys = []Period{{Number: 1, Public: v.held[0]}}
	}
}

// period checks a row against the one before it and the audit; why is "" when
// it holds.
func (v *verifier) period(r keyRow, i int, changes []changeRow) (p Period, why string) {
	p, err := openPeriod(r.Note)
	switch {
	case err != nil:
		return Period{Begin: v.begun()}, err.Error()
	case r.N != int64(i+1) || p.Number != r.N:
		return p, fmt.Sprintf("it stands at place %d and says that it is number %d", r.N, p.Number)
	case i == 0 && p.before == "":
		return p, ""
	case i == 0 || p.before != v.report.Keys[i-1].Public || p.Begin < v.begun():
		return p, "it does not follow the key before it"
	case i > len(changes):
		return p, "no entry of the audit tells of the change"
	case changes[i-1].Subject != p.digest():
		return p, fmt.Sprintf("entry %d tells of another change", changes[i-1].Seq)
	}
	return p, ""
}

// lastKey holds the newest key against the audit and the one outside.
func (v *verifier) lastKey(rows int, changes []changeRow, key *Key) {
	switch {
	case len(changes) >= max(rows, 1):
		v.wrongKey(v.begun(), "entry %d tells of a change to a key that is not kept", changes[max(rows, 1)-1].Seq)
	case key == nil:
	case len(v.held) == 0:
		v.wrongKey(v.begun(), "the key file is gone")
	case slices.Contains(v.held, v.report.Keys[rows-1].Public):
	default:
		v.wrongKey(v.begun(), "the database names %s as the newest key, the data folder holds %s",
			v.report.Keys[rows-1].Name(), nameOf(v.held[0]))
	}
}

func (v *verifier) begun() int64 {
	if n := len(v.report.Keys); n > 0 {
		return v.report.Keys[n-1].Begin
	}
	return 0
}

// wrongKey keeps the first thing that is wrong with the keys.
func (v *verifier) wrongKey(size int64, format string, args ...any) {
	if v.report.Key == "" {
		v.badKey, v.report.Key = size, fmt.Sprintf(format, args...)
	}
}
