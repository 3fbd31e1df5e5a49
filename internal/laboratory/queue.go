package laboratory

import (
	"context"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/sampling"
)

// Soon is how long before its hour a tube is near its limit.
const Soon = sampling.Soon

// Pending is a tube without result at the laboratory or on the way to it.
type Pending struct {
	Code        string             `db:"code" json:"code"`
	Method      sampling.Method    `db:"method" json:"method"`
	Members     int                `db:"members" json:"members"`
	FirstAt     instant.Micros     `db:"first_at" json:"first_at"`
	State       sampling.TubeState `db:"state" json:"state"` // sent, received
	ReceivedAt  instant.Micros     `db:"received_at" json:"received_at,omitempty"`
	DueAt       instant.Micros     `db:"due_at" json:"due_at,omitempty"`
	Entries     int                `db:"entries" json:"entries"`                     // that wait for the second reader; what they say is not here
	MissingFrom string             `db:"missing_from" json:"missing_from,omitempty"` // box that came without it
	SentBack    string             `db:"sent_back" json:"sent_back,omitempty"`       // why the second reader sent the last one back
}

// Queue is the work of a laboratory.
type Queue struct {
	Tubes     []Pending            `json:"tubes"` // the least time left first, without clock last
	Near      int                  `json:"near"`
	Over      int                  `json:"over"`
	Review    int                  `json:"review"`
	Unmatched int                  `json:"unmatched"`
	Boxes     []sampling.Transport `json:"boxes"` // on the way
	More      bool                 `json:"more,omitempty"`
}

// MostShown is how many tubes a queue lists.
const MostShown = 2000

// Queue lists the tubes that wait at the actor's laboratory.
func (s *Service) Queue(ctx context.Context, by auth.Actor) (q Queue, err error) {
	if err := require(by, auth.LabRead); err != nil {
		return q, err
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		q = Queue{Tubes: []Pending{}}
		err := tx.Select(&q.Tubes, `SELECT code, method, members, first_at, state, received_at, due_at,
			(SELECT COUNT(*) FROM lab_result r WHERE r.tube = t.code AND r.state = 'waiting') AS entries,
			COALESCE((SELECT reason FROM lab_result r WHERE r.tube = t.code AND r.state = 'sent_back' ORDER BY decided_at DESC LIMIT 1), '') AS sent_back,
			COALESCE((SELECT b.code FROM tube_transport b WHERE b.id = t.transport AND b.state = 'received' AND t.state = 'sent'), '') AS missing_from FROM tube t
			WHERE laboratory = $1 AND state IN ('sent', 'received')
			ORDER BY CASE WHEN due_at = 0 THEN 1 ELSE 0 END, due_at, first_at, code LIMIT $2`, by.Office, MostShown+1)
		if err != nil {
			return err
		}
		boxes, err := sampling.TransportsIn(tx, by.Office, "sent")
		if err != nil {
			return err
		}
		q.Boxes = append([]sampling.Transport{}, boxes...) // an empty list, not none
		return tx.Get(&q.Unmatched, "SELECT COUNT(*) FROM lab_result WHERE laboratory = $1 AND state = 'unmatched'", by.Office)
	})
	if len(q.Tubes) > MostShown {
		q.Tubes, q.More = q.Tubes[:MostShown], true
	}
	q.count(by.Now)
	return q, err
}

func (q *Queue) count(now instant.Micros) {
	for _, t := range q.Tubes {
		switch {
		case t.DueAt == 0:
		case t.DueAt <= now:
			q.Over++
		case t.DueAt <= now.Add(Soon):
			q.Near++
		}
		if t.Entries > 0 {
			q.Review++
		}
	}
}

// Review is what waits for the second reader, one tube after the other. Where
// two entries of a tube differ, each says so.
type Review struct {
	Entry
	Differs bool `json:"differs"`
}

// Reviews are the entries that the actor may decide as second reader: none of a
// tube of which he made an entry, so that a second entry stays blind.
func (s *Service) Reviews(ctx context.Context, by auth.Actor) ([]Review, error) {
	if err := require(by, auth.LabRelease); err != nil {
		return nil, err
	}
	all, err := s.entries(ctx, by, Waiting)
	if err != nil {
		return nil, err
	}
	out := []Review{}
	for _, e := range all {
		same := func(x Entry) bool { return x.Tube == e.Tube }
		if slices.ContainsFunc(all, func(x Entry) bool { return same(x) && x.own(by) }) {
			continue
		}
		out = append(out, Review{e, slices.ContainsFunc(all, func(x Entry) bool { return same(x) && x.Result != e.Result })})
	}
	return out, nil
}

// Unknown are the entries whose code is in no list, the oldest first.
func (s *Service) Unknown(ctx context.Context, by auth.Actor) ([]Entry, error) {
	if err := require(by, auth.LabEnter); err != nil {
		return nil, err
	}
	return s.entries(ctx, by, Unmatched)
}

func (s *Service) entries(ctx context.Context, by auth.Actor, state State) (out []Entry, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		out = []Entry{}
		return tx.Select(&out, "SELECT "+entryColumns+" FROM lab_result WHERE laboratory = $1 AND state = $2 ORDER BY tube, entered_at, id LIMIT 1000", by.Office, state)
	})
	return out, err
}
