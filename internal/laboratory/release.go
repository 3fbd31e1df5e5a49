package laboratory

import (
	"context"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/sampling"
)

// ReleaseInput names the entries that the second reader agrees to.
type ReleaseInput struct {
	Key     string   `json:"key,omitempty"`
	Entries []string `json:"entries" minItems:"1" maxItems:"1000"`
	Reason  string   `json:"reason,omitempty" maxLength:"500"` // why this one, where two entries differ
}

// Release gives results out: of all the tubes named, or of none.
func (s *Service) Release(ctx context.Context, by auth.Actor, in ReleaseInput) ([]sampling.Effect, error) {
	if err := require(by, auth.LabRelease); err != nil {
		return nil, err
	}
	if len(in.Entries) == 0 || len(in.Entries) > 1000 {
		return nil, fault.New(fault.Invalid, "lab.nothing_chosen")
	}
	ids := slices.Compact(slices.Sorted(slices.Values(in.Entries)))
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (out []sampling.Effect, err error) {
		for _, id := range ids {
			e, err := s.release(tx, by, id, strings.TrimSpace(in.Reason))
			if err != nil {
				return nil, err
			}
			out = append(out, e)
		}
		return out, nil
	})
}

func (s *Service) release(tx *db.Tx, by auth.Actor, id, reason string) (effect sampling.Effect, err error) {
	e, err := entryToChange(tx, by, id)
	if err != nil {
		return effect, err
	}
	if err := tx.LockAll("tube/" + e.Tube); err != nil { // no entry comes in beside the decision
		return effect, err
	}
	var all []Entry
	err = tx.Select(&all, "SELECT "+entryColumns+" FROM lab_result WHERE laboratory = $1 AND tube = $2 AND state = 'waiting' ORDER BY entered_at, id", by.Office, e.Tube)
	if err != nil {
		return effect, err
	}
	if err := mayRelease(by, e, all, reason); err != nil {
		return effect, err
	}
	effect, err = s.sampling.ResultIn(tx, by, sampling.Finding{Tube: e.Tube, Result: e.Result, Corrects: e.Corrects, Reason: e.Reason})
	if err != nil {
		return effect, err
	}
	if err := s.follow(tx, by, e.Corrects, effect); err != nil {
		return effect, err
	}
	for _, x := range all {
		state, why := Replaced, x.Reason
		if x.ID == e.ID {
			state = Released
			if reason != "" {
				why = reason
			}
		}
		if err := decide(tx, by, x, state, why); err != nil {
			return effect, err
		}
	}
	return effect, nil
}

// mayRelease tells why an entry is not released: it does not wait, the reader
// made one of the entries of the tube, or they differ and no reason is given.
func mayRelease(by auth.Actor, e Entry, all []Entry, reason string) error {
	if e.State != Waiting {
		return fault.New(fault.Conflict, "lab.not_waiting", "Tube", e.Tube)
	}
	for _, x := range all {
		if x.own(by) {
			return fault.New(fault.Denied, "lab.second_reader", "Tube", e.Tube)
		}
		if x.Result != e.Result && reason == "" {
			return fault.New(fault.Conflict, "lab.entries_differ", "Tube", e.Tube).At("reason", "input.missing")
		}
	}
	return nil
}

// DecideInput decides one entry without giving it out.
type DecideInput struct {
	Key    string `json:"key,omitempty"`
	Entry  string `json:"entry,omitempty"`
	Tube   string `json:"tube,omitempty" maxLength:"60"`
	Reason string `json:"reason,omitempty" maxLength:"500"`
}

// SendBack is what a second reader does who does not agree: the tube waits for
// another entry.
func (s *Service) SendBack(ctx context.Context, by auth.Actor, in DecideInput) (Entry, error) {
	return s.decided(ctx, by, in, auth.LabRelease, Waiting, func(tx *db.Tx, e *Entry) error {
		if e.own(by) {
			return fault.New(fault.Denied, "lab.second_reader", "Tube", e.Tube)
		}
		return s.ended(tx, by, e, SentBack, in.Reason)
	})
}

// SetAside ends an entry whose code is in no list.
func (s *Service) SetAside(ctx context.Context, by auth.Actor, in DecideInput) (Entry, error) {
	return s.decided(ctx, by, in, auth.LabEnter, Unmatched, func(tx *db.Tx, e *Entry) error {
		return s.ended(tx, by, e, Aside, in.Reason)
	})
}

// Match says which tube an entry belongs to; the second reader still decides.
func (s *Service) Match(ctx context.Context, by auth.Actor, in DecideInput) (Entry, error) {
	return s.decided(ctx, by, in, auth.LabEnter, Unmatched, func(tx *db.Tx, e *Entry) error {
		code := sampling.TubeCode(in.Tube)
		if err := tx.LockAll("tube/" + code); err != nil {
			return err
		}
		t, err := sampling.TubeIn(tx, code)
		if err != nil {
			return err
		}
		if err := takes(t, by, e.Corrects); err != nil {
			return err
		}
		e.Tube, e.State, e.MatchedBy = t.Code, Waiting, who(by)
		_, err = tx.Exec("UPDATE lab_result SET tube = $1, state = 'waiting', matched_by = $2 WHERE id = $3", e.Tube, e.MatchedBy, e.ID)
		if err != nil {
			return err
		}
		return note(tx, by, *e, "matched", strings.TrimSpace(in.Reason))
	})
}

// decided runs a decision about an entry that is still in the state it needs.
func (s *Service) decided(ctx context.Context, by auth.Actor, in DecideInput, right auth.Right, from State, do func(*db.Tx, *Entry) error) (Entry, error) {
	if err := require(by, right); err != nil {
		return Entry{}, err
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Entry, error) {
		e, err := entryToChange(tx, by, in.Entry)
		if err != nil {
			return e, err
		}
		if e.State != from {
			return e, fault.New(fault.Conflict, "lab.not_waiting", "Tube", e.Tube)
		}
		err = do(tx, &e)
		return e, err
	})
}

func (s *Service) ended(tx *db.Tx, by auth.Actor, e *Entry, state State, reason string) error {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return fault.New(fault.Invalid, "lab.reason_missing").At("reason", "input.missing")
	}
	e.State, e.Reason = state, reason
	return decide(tx, by, *e, state, reason)
}
