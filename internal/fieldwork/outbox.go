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
	var records []sampling.Record
	var places []int
	for i, r := range in.Records {
		var err error
		switch r.Kind {
		case VisitKind:
			out[i], err = d.take(r)
		case TakeBackVisit:
			out[i], err = d.takeBack(r)
		case ReadingKind: // after the samples of this sending
		default:
			records, places = append(records, r.Record), append(places, i)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := d.write(); err != nil {
		return nil, err
	}
	receipts, err := s.Sampling.TakeIn(tx, h.Actor, sampling.Batch{ID: in.ID, SentAt: in.SentAt, Desk: h.Pass.Desk, Records: records})
	if err != nil {
		return nil, err
	}
	for i, r := range receipts {
		out[places[i]] = r
	}
	if err := s.readings(tx, h, in, out); err != nil {
		return nil, err
	}
	for i, r := range out {
		if r.Status == sampling.Rejected {
			if err := s.rejected(tx, h, in.Records[i], r); err != nil {
				return nil, err
			}
		}
	}
	_, err = tx.Exec("UPDATE field_phone SET seen_at = $1, waiting = $2 WHERE id = $3", int64(h.Actor.Now), in.Waiting, h.Phone.ID)
	return out, err
}

// readings takes in what rapid tests show. One that cannot be is refused alone.
func (s *Service) readings(tx *db.Tx, h Held, in Sending, out []sampling.Receipt) error {
	for i, r := range in.Records {
		if r.Kind != ReadingKind {
			continue
		}
		_, err := s.Read(tx, h.Actor, laboratory.ReadInput{Tube: r.Tube, Result: r.Result})
		if f := (*fault.Fault)(nil); err != nil && !errors.As(err, &f) {
			return err
		}
		out[i] = sampling.Receipt{ID: r.ID, Status: sampling.Taken}
		if err != nil {
			out[i] = sampling.Refuse(r.ID, err)
		}
	}
	return nil
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // own types
	}
	return string(b)
}
