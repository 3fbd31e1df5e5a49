package sampling

import (
	"context"
	"slices"
	"time"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// SessionInput describes a session.
type SessionInput struct {
	Key         string         `json:"key,omitempty"`
	ID          string         `json:"id,omitempty"` // of the session to change
	Version     int64          `json:"version,omitempty"`
	Campaign    string         `json:"campaign,omitempty"`
	Unit        string         `json:"unit"`
	Kind        SessionKind    `json:"kind,omitempty"` // "" is a table
	Place       string         `json:"place"`
	Area        string         `json:"area,omitempty"`
	Team        string         `json:"team,omitempty"`
	Method      Method         `json:"method"`
	PoolMax     int            `json:"pool_max,omitempty"` // 0: 10 for pools, else 1
	SpacingDays int            `json:"spacing_days,omitempty"`
	ClockHours  int            `json:"clock_hours,omitempty"` // 0: 12 for PCR
	ClockFrom   ClockFrom      `json:"clock_from,omitempty"`  // "" is sampling
	Starts      instant.Micros `json:"starts"`
	Ends        instant.Micros `json:"ends"`
	SlotMinutes int            `json:"slot_minutes,omitempty"` // 0: 15
	SlotPeople  int            `json:"slot_people,omitempty"`  // 0: 30
	Desks       int            `json:"desks,omitempty"`        // 0: 1
}

// Bounds and defaults of a session.
const (
	MostInPool     = 20
	defaultPool    = 10
	defaultClock   = 12
	longestSession = 24 * time.Hour
)

// SaveSession plans a session, or changes one that nobody has closed.
func (s *Service) SaveSession(ctx context.Context, by auth.Actor, in SessionInput) (Session, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Session, error) { return s.SaveSessionIn(tx, by, in) })
}

// SaveSessionIn is SaveSession within the caller's transaction.
func (s *Service) SaveSessionIn(tx *db.Tx, by auth.Actor, in SessionInput) (x Session, err error) {
	what := "planned"
	if in.ID != "" {
		what = "changed"
		if x, err = s.sessionToChange(tx, by, in.ID, in.Version); err != nil {
			return x, err
		}
	} else {
		u, err := org.UnitIn(tx, in.Unit)
		if err != nil {
			return x, err
		}
		if err := by.Require(auth.CampaignManage, u.Path, auth.Personal); err != nil {
			return x, err
		}
		x = Session{ID: s.ids.New(), Campaign: in.Campaign, Unit: u.ID, UnitPath: u.Path, State: SessionPlanned}
	}
	if err := x.fill(in); err != nil {
		return x, err
	}
	return x, s.storeSession(tx, by, &x, what)
}

// fill takes over what was given; all that is wrong is told at once.
func (x *Session) fill(in SessionInput) error {
	x.Kind, x.Place, x.Area, x.Team = in.Kind, short(in.Place), in.Area, short(in.Team)
	x.Method, x.PoolMax, x.SpacingDays = in.Method, in.PoolMax, in.SpacingDays
	x.ClockHours, x.ClockFrom, x.Starts, x.Ends = in.ClockHours, in.ClockFrom, in.Starts, in.Ends
	x.SlotMinutes, x.SlotPeople, x.Desks = in.SlotMinutes, in.SlotPeople, in.Desks
	x.defaults()
	f := fault.New(fault.Invalid, "input.check")
	within := func(field string, n, least, most int) {
		if n < least || n > most {
			f.At(field, "sampling.number", "Least", least, "Most", most)
		}
	}
	if x.Place == "" {
		f.At("place", "input.missing")
	}
	if !slices.Contains(Methods(), x.Method) {
		f.At("method", "input.missing")
	}
	if !slices.Contains(SessionKinds(), x.Kind) || x.ClockFrom != FromSampling && x.ClockFrom != FromReceipt {
		f.At("kind", "input.missing")
	}
	if x.Method == PCRSingle && x.PoolMax != 1 {
		f.At("pool_max", "sampling.single_pool")
	}
	within("pool_max", x.PoolMax, 1, MostInPool)
	within("spacing_days", x.SpacingDays, 0, 60)
	within("clock_hours", x.ClockHours, 0, 240)
	within("slot_minutes", x.SlotMinutes, 5, 240)
	within("slot_people", x.SlotPeople, 1, 1000)
	within("desks", x.Desks, 1, 50)
	switch {
	case x.Starts == 0 || x.Ends == 0:
		f.At("starts", "input.missing")
	case x.Ends <= x.Starts:
		f.At("ends", "sampling.ends_before")
	case x.Ends.Sub(x.Starts) > longestSession:
		f.At("ends", "sampling.session_long")
	}
	return f.OrNil()
}

func (x *Session) defaults() {
	zero := func(n *int, standard int) {
		if *n == 0 {
			*n = standard
		}
	}
	if x.Kind == "" {
		x.Kind = AtTable
	}
	if x.ClockFrom == "" {
		x.ClockFrom = FromSampling
	}
	pool, clock := 1, 0
	if x.Method == PCRPool {
		pool = defaultPool
	}
	if x.Method != Rapid {
		clock = defaultClock
	}
	zero(&x.PoolMax, pool)
	zero(&x.ClockHours, clock)
	zero(&x.SlotMinutes, 15)
	zero(&x.SlotPeople, 30)
	zero(&x.Desks, 1)
}

// sessionToChange locks a session that is not closed, for who plans sessions.
func (s *Service) sessionToChange(tx *db.Tx, by auth.Actor, id string, version int64) (Session, error) {
	if err := tx.Lock("sampling_session", id); err != nil {
		return Session{}, err
	}
	x, err := SessionIn(tx, id)
	switch {
	case err != nil:
		return x, err
	case version != 0 && version != x.Version:
		return x, fault.New(fault.Conflict, "conflict.changed", "Who", x.ChangedBy, "At", x.ChangedAt)
	case x.State != SessionPlanned:
		return x, fault.New(fault.Conflict, "sampling.session_over")
	}
	return x, by.Require(auth.CampaignManage, x.UnitPath, auth.Personal)
}

// storeSession writes a session as changed by the actor.
func (s *Service) storeSession(tx *db.Tx, by auth.Actor, x *Session, what string) error {
	x.Version, x.ChangedBy, x.ChangedAt = x.Version+1, by.Name, by.Now
	if x.Version > 1 {
		if _, err := tx.Exec("DELETE FROM sampling_session WHERE id = $1", x.ID); err != nil {
			return err
		}
	}
	if err := tx.Insert("sampling_session", *x); err != nil {
		return err
	}
	if err := tx.Changed(by.Now, db.Change{Kind: "sampling_session", Subject: x.ID, Unit: x.UnitPath, What: what}); err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{Action: "sampling_session." + what, Kind: "sampling_session", Subject: x.ID, Unit: x.UnitPath})
}

// EndInput closes or cancels a session.
type EndInput struct {
	Key     string `json:"key,omitempty"`
	ID      string `json:"id,omitempty"`
	Version int64  `json:"version,omitempty"`
	Cancel  bool   `json:"cancel,omitempty"` // it does not take place
}

// EndSession closes a session, or cancels one in which nothing was taken. What
// phones still hold arrives all the same.
func (s *Service) EndSession(ctx context.Context, by auth.Actor, in EndInput) (Session, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Session, error) {
		x, err := s.sessionToChange(tx, by, in.ID, in.Version)
		if err != nil {
			return x, err
		}
		x.State = SessionClosed
		if in.Cancel {
			b, err := BalanceIn(tx, Scope{Session: x.ID})
			if err != nil {
				return x, err
			}
			if b.Taken > 0 {
				return x, fault.New(fault.Conflict, "sampling.session_used", "N", b.Taken)
			}
			x.State = SessionCancelled
		}
		if _, err := tx.Exec("UPDATE tube SET state = 'closed' WHERE session = $1 AND state = 'filling'", x.ID); err != nil {
			return x, err
		}
		return x, s.storeSession(tx, by, &x, string(x.State))
	})
}

// once runs a write once for a client's key; a repeat answers the same.
func once[T any](ctx context.Context, s *Service, by auth.Actor, key string, do func(*db.Tx) (T, error)) (T, error) {
	return auth.Once(ctx, s.store, by, "sampling", key, do)
}
