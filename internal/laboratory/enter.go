package laboratory

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/sampling"
)

// MaxRows is how many results come in at once.
const MaxRows = 5000

// Row is one result as it is entered.
type Row struct {
	Line     int             `json:"line,omitempty"` // in the file
	Tube     string          `json:"tube" maxLength:"60"`
	Result   sampling.Result `json:"result" enum:"negative,positive,invalid"`
	Corrects bool            `json:"corrects,omitempty"` // takes the place of what was released
	Reason   string          `json:"reason,omitempty" maxLength:"500"`
}

// EnterInput are results that one person enters.
type EnterInput struct {
	Key    string `json:"key,omitempty"`
	Source string `json:"source,omitempty" enum:"typed,file,fhir"`
	Rows   []Row  `json:"rows" minItems:"1" maxItems:"5000"`
}

// Entered says how many results wait for the second reader, and whose codes are
// in no list.
type Entered struct {
	Waiting int      `json:"waiting"`
	Unknown []string `json:"unknown"`
}

// Enter keeps results for the second reader: all of them, or none.
func (s *Service) Enter(ctx context.Context, by auth.Actor, in EnterInput) (Entered, error) {
	if err := require(by, auth.LabEnter); err != nil {
		return Entered{}, err
	}
	rows, err := checked(in.Rows)
	if err != nil {
		return Entered{}, err
	}
	if in.Source != "file" && in.Source != "fhir" {
		in.Source = "typed"
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Entered, error) { return s.enter(tx, by, in.Source, rows) })
}

// checked are the rows, each tube once; rows that disagree refuse them all.
func checked(in []Row) (out []Row, err error) {
	switch {
	case len(in) == 0:
		return nil, fault.New(fault.Invalid, "lab.nothing")
	case len(in) > MaxRows:
		return nil, fault.New(fault.Invalid, "lab.many", "Most", MaxRows)
	}
	first := map[string]Row{}
	for _, r := range in {
		r.Tube, r.Reason = sampling.TubeCode(r.Tube), strings.TrimSpace(r.Reason)
		if err := r.check(); err != nil {
			return nil, err
		}
		f, seen := first[r.Tube]
		if seen && f.Result != r.Result {
			return nil, fault.New(fault.Invalid, "lab.disagree", "Tube", r.Tube, "First", f.Line, "Second", r.Line)
		}
		if !seen {
			first[r.Tube] = r
			out = append(out, r)
		}
	}
	return out, nil
}

func (r Row) check() error {
	switch {
	case r.Tube == "" || utf8.RuneCountInString(r.Tube) > 60:
		return fault.New(fault.Invalid, "lab.tube_missing", "Line", r.Line).At("tube", "input.missing")
	case !slices.Contains(results(), r.Result):
		return fault.New(fault.Invalid, "sampling.result_unknown").At("result", "sampling.result_unknown")
	case utf8.RuneCountInString(r.Reason) > 500:
		return fault.New(fault.Invalid, "lab.reason_long")
	case r.Corrects && r.Reason == "":
		return fault.New(fault.Invalid, "lab.reason_missing").At("reason", "input.missing")
	}
	return nil
}

func (s *Service) enter(tx *db.Tx, by auth.Actor, source string, rows []Row) (out Entered, err error) {
	out.Unknown = []string{}
	for _, r := range rows {
		state, err := stateOf(tx, by, r)
		if err != nil {
			return out, err
		}
		e := Entry{
			ID: s.ids.New(), Laboratory: by.Office, Tube: r.Tube, Given: r.Tube, Result: r.Result, Source: source, Line: r.Line,
			Corrects: r.Corrects, Reason: r.Reason, State: state, EnteredBy: who(by), EnteredName: by.Name, EnteredAt: by.Now,
		}
		if err := s.keep(tx, by, e); err != nil {
			return out, err
		}
		if state == Unmatched {
			out.Unknown = append(out.Unknown, r.Tube)
		} else {
			out.Waiting++
		}
	}
	return out, nil
}

// keep stores an entry; what the same person had entered for the tube gives way.
func (s *Service) keep(tx *db.Tx, by auth.Actor, e Entry) error {
	_, err := tx.Exec(`UPDATE lab_result SET state = 'replaced', decided_by = $1, decided_name = $2, decided_at = $3
		WHERE laboratory = $4 AND tube = $5 AND entered_by = $1 AND state IN ('waiting', 'unmatched')`,
		who(by), by.Name, int64(by.Now), by.Office, e.Tube)
	if err != nil {
		return err
	}
	if err := tx.Insert("lab_result", e); err != nil {
		return err
	}
	return note(tx, by, e, "entered", e.Reason)
}

// stateOf is where a result goes first: to the second reader, or, where the tube
// is in no list, to those that wait for a match. A tube that takes no result
// refuses it.
func stateOf(tx *db.Tx, by auth.Actor, r Row) (State, error) {
	if err := tx.LockAll("tube/" + r.Tube); err != nil {
		return "", err
	}
	t, err := sampling.TubeIn(tx, r.Tube)
	if fault.KindOf(err) == fault.NotFound {
		return Unmatched, nil
	}
	if err != nil {
		return "", err
	}
	return Waiting, takes(t, by, r.Corrects)
}

// takes tells why a tube takes no result of this laboratory.
func takes(t sampling.Tube, by auth.Actor, corrects bool) error {
	switch {
	case t.Laboratory != "" && t.Laboratory != by.Office:
		return fault.New(fault.Denied, "lab.other_laboratory", "Tube", t.Code)
	case t.State == sampling.TubeLost:
		return fault.New(fault.Conflict, "sampling.tube_lost", "Tube", t.Code)
	case t.Members == 0:
		return fault.New(fault.Conflict, "sampling.tube_empty", "Tube", t.Code)
	case t.State == sampling.TubeResulted && !corrects:
		return fault.New(fault.Conflict, "lab.resulted", "Tube", t.Code)
	case t.State != sampling.TubeResulted && corrects:
		return fault.New(fault.Conflict, "sampling.tube_not_resulted", "Tube", t.Code)
	case t.State != sampling.TubeResulted && t.State != sampling.Received:
		return fault.New(fault.Conflict, "lab.not_here", "Tube", t.Code)
	}
	return nil
}
