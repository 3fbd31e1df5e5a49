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

// ReadInput is a rapid test that was read where it was taken.
type ReadInput struct {
	Key      string          `json:"key,omitempty"`
	Tube     string          `json:"tube" maxLength:"60"`
	Result   sampling.Result `json:"result" enum:"negative,positive,invalid"`
	Corrects bool            `json:"corrects,omitempty"` // takes the place of what was read before
	Reason   string          `json:"reason,omitempty" maxLength:"500"`
}

// Read gives out what a rapid test shows, by the station or a phone of its teams:
// it needs no laboratory and no second reader, for nobody is positive by it. A
// positive one asks for a single sample, as a positive pool does.
func (s *Service) Read(ctx context.Context, by auth.Actor, in ReadInput) (sampling.Effect, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (sampling.Effect, error) { return s.ReadIn(tx, by, in) })
}

// ReadIn is Read within the caller's transaction. What was read before and is
// read so again changes nothing.
func (s *Service) ReadIn(tx *db.Tx, by auth.Actor, in ReadInput) (effect sampling.Effect, err error) {
	in.Tube, in.Reason = sampling.TubeCode(in.Tube), strings.TrimSpace(in.Reason)
	if err := tx.LockAll("tube/" + in.Tube); err != nil {
		return effect, err
	}
	t, err := sampling.TubeIn(tx, in.Tube)
	if err != nil {
		return effect, err
	}
	if err := sampling.MayTake(by, t.UnitPath); err != nil {
		return effect, err
	}
	if err := in.check(t); err != nil {
		return effect, err
	}
	if t.State == sampling.TubeResulted && t.Result == in.Result {
		return sampling.Effect{Tube: t}, nil
	}
	effect, err = s.sampling.ResultIn(tx, by, sampling.Finding{Tube: t.Code, Result: in.Result, Corrects: in.Corrects, Reason: in.Reason})
	if err != nil {
		return effect, err
	}
	return effect, s.follow(tx, by, in.Corrects, effect)
}

// check tells why a tube cannot be read so.
func (in ReadInput) check(t sampling.Tube) error {
	switch {
	case !slices.Contains(results(), in.Result):
		return fault.New(fault.Invalid, "sampling.result_unknown").At("result", "sampling.result_unknown")
	case t.Method != sampling.Rapid:
		return fault.New(fault.Conflict, "lab.not_rapid", "Tube", t.Code)
	case t.State == sampling.Sent || t.State == sampling.Received:
		return fault.New(fault.Conflict, "lab.rapid_sent", "Tube", t.Code)
	case t.State == sampling.TubeResulted && t.Result != in.Result && !in.Corrects:
		return fault.New(fault.Conflict, "lab.read_differs", "Tube", t.Code)
	case in.Corrects && in.Reason == "":
		return fault.New(fault.Invalid, "lab.reason_missing").At("reason", "input.missing")
	}
	return nil
}

// results are what a test can come to.
func results() []sampling.Result {
	return []sampling.Result{sampling.Negative, sampling.Positive, sampling.Invalid}
}
