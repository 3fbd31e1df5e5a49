package fieldwork

import (
	"context"
	"encoding/json"
	"errors"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/id"
	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
)

// mostSent bounds one sending.
const mostSent = 100

// Take takes in what a phone sends: all in one transaction, each record once, in
// its order.
func (s *Service) Take(ctx context.Context, h Held, in Sending) (out []sampling.Receipt, err error) {
	switch {
	case len(in.Records) > mostSent:
		return nil, fault.New(fault.TooLarge, "sampling.batch_large", "Most", mostSent)
	case !id.Valid(in.ID):
		return nil, fault.New(fault.Invalid, "input.broken")
	}
	err = s.Store.Write(ctx, func(tx *db.Tx) error {
		out, err = s.take(tx, h, in)
		return err
	})
	return out, err
}

func (s *Service) take(tx *db.Tx, h Held, in Sending) ([]sampling.Receipt, error) {
	out := make([]sampling.Receipt, len(in.Records))
	d := &doors{s: s, tx: tx, h: h, sent: in}
	if err := d.read(); err != nil {
		return nil, err
	}
	for i, r := range in.Records {
		var err error
		switch r.Kind {
		case VisitKind:
			out[i], err = d.take(r)
		case TakeBackVisit:
			out[i], err = d.takeBack(r)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := d.write(); err != nil {
		return nil, err
	}
	for _, places := range stretches(in.Records) {
		if err := s.takeSome(tx, h, in, places, out); err != nil {
			return nil, err
		}
	}
	for i, r := range out {
		if r.Status == sampling.Rejected {
			if err := s.rejected(tx, h, in.Records[i], r); err != nil {
				return nil, err
			}
		}
	}
	_, err := tx.Exec("UPDATE field_phone SET seen_at = $1, waiting = $2 WHERE id = $3", int64(h.Actor.Now), in.Waiting, h.Phone.ID)
	return out, err
}

// stretches are the places of samples and what goes with them, and of rapid tests
// that were read. A test that asks for another sample ends a stretch: that sample
// comes after it.
func stretches(all []Record) (out [][]int) {
	var places []int
	for i, r := range all {
		switch r.Kind {
		case VisitKind, TakeBackVisit:
		default:
			places = append(places, i)
		}
		if r.Kind == ReadingKind && r.Result != sampling.Negative {
			out, places = append(out, places), nil
		}
	}
	return append(out, places)
}

// takeSome takes in a stretch: its samples, and then what its tests show.
func (s *Service) takeSome(tx *db.Tx, h Held, in Sending, places []int, out []sampling.Receipt) error {
	var records []sampling.Record
	var samples, readings []int
	for _, i := range places {
		if in.Records[i].Kind == ReadingKind {
			readings = append(readings, i)
			continue
		}
		samples, records = append(samples, i), append(records, in.Records[i].Record)
	}
	if len(records) > 0 {
		receipts, err := s.Sampling.TakeIn(tx, h.Actor, sampling.Batch{ID: in.ID, SentAt: in.SentAt, Desk: h.Pass.Desk, Records: records})
		if err != nil {
			return err
		}
		for i, r := range receipts {
			out[samples[i]] = r
		}
	}
	for _, i := range readings {
		var err error
		if out[i], err = s.reading(tx, h, in.Records[i]); err != nil {
			return err
		}
	}
	return nil
}

// reading takes in what a rapid test shows. One that cannot be is refused alone.
func (s *Service) reading(tx *db.Tx, h Held, r Record) (sampling.Receipt, error) {
	_, err := s.Read(tx, h.Actor, laboratory.ReadInput{Tube: r.Tube, Result: r.Result})
	if err == nil {
		return sampling.Receipt{ID: r.ID, Status: sampling.Taken}, nil
	}
	if f := (*fault.Fault)(nil); !errors.As(err, &f) {
		return sampling.Receipt{}, err
	}
	return sampling.Refuse(r.ID, err), nil
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // own types
	}
	return string(b)
}
