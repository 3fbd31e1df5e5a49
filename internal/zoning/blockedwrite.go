package zoning

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// GateInput adds a gate, or changes or closes the one with the id.
type GateInput struct {
	Key     string `json:"key,omitempty"`
	Area    string `json:"area,omitempty"`
	ID      string `json:"id,omitempty"`
	Version int64  `json:"version,omitempty"`
	Place   string `json:"place"`
	Person  string `json:"person"`
	Phone   string `json:"phone"`
	Hours   string `json:"hours"`
	Close   bool   `json:"close,omitempty"`
}

func (in *GateInput) check() error {
	f := invalid()
	in.Place, in.Person = required(f, "place", in.Place, 200), required(f, "person", in.Person, 100)
	in.Phone, in.Hours = required(f, "phone", in.Phone, 30), required(f, "hours", in.Hours, 50)
	return f.OrNil()
}

// SaveGate writes a gate of an area.
func (s *Service) SaveGate(ctx context.Context, by auth.Actor, in GateInput) (Gate, error) {
	if err := in.check(); err != nil {
		return Gate{}, err
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (g Gate, err error) {
		a, err := workIn(tx, by, in.Area)
		if err != nil {
			return g, err
		}
		g = Gate{ID: s.ids.New(), Area: a.ID}
		what := "gate_added"
		if in.ID != "" {
			what = "gate_changed"
			if err := kept(tx, &g, "SELECT "+gateColumns+" FROM blocked_gate WHERE id = $1 AND area = $2", in.ID, a.ID); err != nil {
				return g, err
			}
			if in.Version != 0 && in.Version != g.Version {
				return g, stale(g.ChangedBy, g.ChangedAt)
			}
		}
		g.Place, g.Person, g.Phone, g.Hours, g.State = in.Place, in.Person, in.Phone, in.Hours, "open"
		if in.Close {
			g.State, what = "closed", "gate_closed"
		}
		g.Version, g.ChangedBy, g.ChangedAt = g.Version+1, by.Name, by.Now
		if err := replace(tx, "blocked_gate", g.ID, g); err != nil {
			return g, err
		}
		return g, note(tx, by, "blocked", a.ID, a.UnitPath, what, "place", "person", "phone", "hours", "state")
	})
}

// NeedInput is what somebody asked for.
type NeedInput struct {
	Key       string         `json:"key,omitempty"`
	Area      string         `json:"area,omitempty"`
	Household string         `json:"household"`
	What      string         `json:"what"`
	Amount    string         `json:"amount,omitempty"`
	AskedAt   instant.Micros `json:"asked_at,omitempty"` // 0 is now
}

// AddNeed enters a need of a blocked household.
func (s *Service) AddNeed(ctx context.Context, by auth.Actor, in NeedInput) (Need, error) {
	f := invalid()
	n := Need{State: NeedOpen, AskedAt: orNow(in.AskedAt, by.Now), Household: required(f, "household", in.Household, 200),
		What: required(f, "what", in.What, 500), Amount: short(f, "amount", in.Amount, 100), Version: 1, ChangedBy: by.Name, ChangedAt: by.Now}
	if n.AskedAt > by.Now {
		f.At("asked_at", "blocked.not_yet")
	}
	if err := f.OrNil(); err != nil {
		return n, err
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Need, error) {
		a, err := workIn(tx, by, in.Area)
		if err != nil {
			return n, err
		}
		if h, ok := s.board.At(a.ID, by.Now); !ok || !blocks(h) {
			return n, fault.New(fault.Conflict, "blocked.not_blocked", "Name", a.Name)
		}
		n.ID, n.Area = s.ids.New(), a.ID
		if err := tx.Insert("blocked_need", n); err != nil {
			return n, err
		}
		return n, note(tx, by, "blocked", a.ID, a.UnitPath, "need_added", "household", "what", "amount")
	})
}

// CloseNeedInput says that a need was met, or fell away.
type CloseNeedInput struct {
	Key     string         `json:"key,omitempty"`
	Area    string         `json:"area,omitempty"`
	ID      string         `json:"id"`
	Version int64          `json:"version,omitempty"`
	Cancel  bool           `json:"cancel,omitempty"`
	At      instant.Micros `json:"at,omitempty"`  // 0 is now
	Who     string         `json:"who,omitempty"` // delivered it; "" is the actor
	Proof   string         `json:"proof"`         // who received it, photo; or why it fell away
}

// CloseNeed ends a need with its proof.
func (s *Service) CloseNeed(ctx context.Context, by auth.Actor, in CloseNeedInput) (Need, error) {
	f := invalid()
	at, who, proof := orNow(in.At, by.Now), short(f, "who", in.Who, 100), required(f, "proof", in.Proof, 500)
	if at > by.Now {
		f.At("at", "blocked.not_yet")
	}
	if err := f.OrNil(); err != nil {
		return Need{}, err
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (n Need, err error) {
		a, err := workIn(tx, by, in.Area)
		if err != nil {
			return n, err
		}
		if err := kept(tx, &n, "SELECT "+needColumns+" FROM blocked_need WHERE id = $1 AND area = $2", in.ID, a.ID); err != nil {
			return n, err
		}
		switch {
		case n.State != NeedOpen || in.Version != 0 && in.Version != n.Version:
			return n, stale(n.ChangedBy, n.ChangedAt)
		case at < n.AskedAt:
			return n, invalid().At("at", "blocked.before_asked")
		}
		what := "need_cancelled"
		n.State, n.Proof = NeedCancelled, proof
		if !in.Cancel {
			what = "need_delivered"
			n.State, n.DeliveredAt, n.DeliveredBy = NeedDelivered, at, who
			if who == "" {
				n.DeliveredBy = by.Name
			}
		}
		n.Version, n.ChangedBy, n.ChangedAt = n.Version+1, by.Name, by.Now
		if err := replace(tx, "blocked_need", n.ID, n); err != nil {
			return n, err
		}
		return n, note(tx, by, "blocked", a.ID, a.UnitPath, what, "state", "delivered_at", "delivered_by", "proof")
	})
}

// LiftingInput writes when an area may be lifted.
type LiftingInput struct {
	Key      string `json:"key,omitempty"`
	Area     string `json:"area,omitempty"`
	Version  int64  `json:"version"` // seen; 0 where nothing was written
	Criteria string `json:"criteria"`
}

// SaveLifting keeps the criteria to lift an area.
func (s *Service) SaveLifting(ctx context.Context, by auth.Actor, in LiftingInput) (Lifting, error) {
	f := invalid()
	criteria := required(f, "criteria", in.Criteria, 2000)
	if err := f.OrNil(); err != nil {
		return Lifting{}, err
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (l Lifting, err error) {
		a, err := workIn(tx, by, in.Area)
		if err != nil {
			return l, err
		}
		if l, err = liftingOf(tx, a.ID); err != nil {
			return l, err
		}
		if in.Version != l.Version {
			return l, stale(l.ChangedBy, l.ChangedAt)
		}
		l = Lifting{a.ID, criteria, l.Version + 1, by.Name, by.Now}
		if _, err := tx.Exec("DELETE FROM blocked_area WHERE area = $1", a.ID); err != nil {
			return l, err
		}
		if err := tx.Insert("blocked_area", l); err != nil {
			return l, err
		}
		return l, note(tx, by, "blocked", a.ID, a.UnitPath, "criteria_written", "criteria")
	})
}

// workIn locks an area in which the actor works.
func workIn(tx *db.Tx, by auth.Actor, area string) (Area, error) {
	if err := tx.Lock("blocked", area); err != nil {
		return Area{}, err
	}
	a, err := AreaIn(tx, area)
	if err != nil {
		return a, err
	}
	return a, requireDraw(by, a.UnitPath)
}

// kept reads one row of an area.
func kept(tx *db.Tx, dst any, query string, args ...any) error {
	err := tx.Get(dst, query, args...)
	if err == db.ErrNoRow {
		return fault.New(fault.NotFound, "blocked.unknown")
	}
	return err
}

// replace writes a row anew.
func replace(tx *db.Tx, table, id string, row any) error {
	if _, err := tx.Exec("DELETE FROM "+table+" WHERE id = $1", id); err != nil {
		return err
	}
	return tx.Insert(table, row)
}
