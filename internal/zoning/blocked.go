package zoning

import (
	"context"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/instant"
)

// NeedWithin is how soon a need of a blocked household is answered (J7).
const NeedWithin = 6 * time.Hour

// Gate is a gate of a blocked area.
type Gate struct {
	ID        string         `db:"id" json:"id"`
	Area      string         `db:"area" json:"area"`
	Place     string         `db:"place" json:"place"`
	Person    string         `db:"person" json:"person"`
	Phone     string         `db:"phone" json:"phone"`
	Hours     string         `db:"hours" json:"hours"`
	State     string         `db:"state" json:"state"` // open, closed
	Version   int64          `db:"version" json:"version"`
	ChangedBy string         `db:"changed_by" json:"changed_by"`
	ChangedAt instant.Micros `db:"changed_at" json:"changed_at"`
}

// Need is what a household, or a group of them, asked for.
type Need struct {
	ID          string         `db:"id" json:"id"`
	Area        string         `db:"area" json:"area"`
	Household   string         `db:"household" json:"household"`
	What        string         `db:"what" json:"what"`
	Amount      string         `db:"amount" json:"amount"`
	AskedAt     instant.Micros `db:"asked_at" json:"asked_at"`
	State       NeedState      `db:"state" json:"state"`
	DeliveredAt instant.Micros `db:"delivered_at" json:"delivered_at,omitempty"`
	DeliveredBy string         `db:"delivered_by" json:"delivered_by,omitempty"`
	Proof       string         `db:"proof" json:"proof,omitempty"` // or why it was cancelled
	Version     int64          `db:"version" json:"version"`
	ChangedBy   string         `db:"changed_by" json:"changed_by"`
	ChangedAt   instant.Micros `db:"changed_at" json:"changed_at"`
}

// NeedState is how far a need is.
type NeedState string

// The states; a need that was delivered or cancelled stays so.
const (
	NeedOpen      NeedState = "open"
	NeedDelivered NeedState = "delivered"
	NeedCancelled NeedState = "cancelled"
)

// Late tells whether it was not delivered in time.
func (n Need) Late(now instant.Micros) bool {
	return n.State == NeedOpen && now.Sub(n.AskedAt) > NeedWithin
}

const (
	gateColumns = "id, area, place, person, phone, hours, state, version, changed_by, changed_at"
	needColumns = "id, area, household, what, amount, asked_at, state, delivered_at, delivered_by, proof, version, changed_by, changed_at"
)

// Lifting is when the area may be lifted, as written.
type Lifting struct {
	Area      string         `db:"area" json:"area"`
	Criteria  string         `db:"criteria" json:"criteria"`
	Version   int64          `db:"version" json:"version"` // 0: nothing written yet
	ChangedBy string         `db:"changed_by" json:"changed_by"`
	ChangedAt instant.Micros `db:"changed_at" json:"changed_at"`
}

// BlockedView is an area as one that is, was or will be blocked.
type BlockedView struct {
	Look
	Block   *Said          `json:"block,omitempty"` // nil: not blocked now
	Since   instant.Micros `json:"since,omitempty"`
	Until   instant.Micros `json:"until,omitempty"`
	Gates   []Gate         `json:"gates"`
	Needs   []Need         `json:"needs"` // the open ones first, the oldest before
	Lifting Lifting        `json:"lifting"`
	Late    int            `json:"late"`
	MayWork bool           `json:"may_work"` // gates, needs, criteria
	Decides bool           `json:"decides"`  // sets up, lifts
}

// BlockedPage is for those who work in the unit: needs tell of households.
func (s *Service) BlockedPage(ctx context.Context, by auth.Actor, area string) (BlockedView, error) {
	return read(ctx, s, by, func(tx *db.Tx) (v BlockedView, err error) {
		a, err := AreaIn(tx, area)
		if err != nil {
			return v, err
		}
		if err := by.Require(auth.ZoneRead, a.UnitPath, auth.Internal); err != nil {
			return v, err
		}
		may := func(d directive.Document) (bool, error) { return directive.MayRead(by, tx, d.ID) }
		if v.Look, err = s.look(tx, by.Now, Asked{Area: a.ID}, may); err != nil {
			return v, err
		}
		v.MayWork = mayDraw(by, a.UnitPath)
		v.Decides = by.Can(auth.ZoneDecide, deciding(a.UnitPath), auth.Internal)
		s.stretch(&v)
		return v, v.load(tx, by.Now)
	})
}

// stretch is how long the block that holds now lasts, whatever changes beside it.
func (s *Service) stretch(v *BlockedView) {
	for i := range v.Now.Said {
		if v.Now.Said[i].Layer == Blocked && v.Now.Said[i].Class.Code != "" {
			v.Block = &v.Now.Said[i]
		}
	}
	if v.Block == nil {
		return
	}
	v.Since, v.Until = v.Now.From, v.Now.To
	history := s.board.History(v.Area.ID)
	for i := len(history) - 1; i >= 0; i-- {
		if h := history[i]; h.To == v.Since && blocks(h) {
			v.Since = h.From
		}
	}
	for _, h := range history {
		if h.From == v.Until && blocks(h) {
			v.Until = h.To
		}
	}
}

func blocks(h Held) bool { return h.Regime.Of(Blocked).Value.Class != "" }

func (v *BlockedView) load(tx *db.Tx, now instant.Micros) error {
	v.Gates, v.Needs = []Gate{}, []Need{}
	if err := tx.Select(&v.Gates, "SELECT "+gateColumns+" FROM blocked_gate WHERE area = $1 ORDER BY state DESC, place, id", v.Area.ID); err != nil {
		return err
	}
	err := tx.Select(&v.Needs, "SELECT "+needColumns+` FROM blocked_need WHERE area = $1
		ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END, asked_at, id`, v.Area.ID)
	if err != nil {
		return err
	}
	for _, n := range v.Needs {
		if n.Late(now) {
			v.Late++
		}
	}
	v.Lifting, err = liftingOf(tx, v.Area.ID)
	return err
}

func liftingOf(tx *db.Tx, area string) (Lifting, error) {
	l := Lifting{Area: area}
	err := tx.Get(&l, "SELECT area, criteria, version, changed_by, changed_at FROM blocked_area WHERE area = $1", area)
	if err == db.ErrNoRow {
		return l, nil
	}
	return l, err
}
