package sampling

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/org"
)

// Balance counts samples: Taken = Resulted + Open + Lost, always.
type Balance struct {
	Taken     int `json:"taken"`
	Resulted  int `json:"resulted"`
	Open      int `json:"open"`
	Lost      int `json:"lost"`
	Withdrawn int `json:"withdrawn"` // recorded by mistake, not taken
	Problem   int `json:"problem"`   // of the open ones: wait for a person's decision
	Refused   int `json:"refused"`   // people, of those called
	Absent    int `json:"absent"`
	Postponed int `json:"postponed"`
	Tubes     int `json:"tubes"`
}

// Scope is what a balance is about: those that are given must all match.
type Scope struct{ Campaign, Session, Path string }

func (s Scope) path() string {
	if s.Path == "" {
		return "/"
	}
	return s.Path
}

const inScope = " WHERE unit_path >= $1 AND unit_path < $2 AND ($3 = '' OR campaign = $3) AND ($4 = '' OR session = $4)"

func (s Scope) args() []any { return []any{s.path(), org.Beyond(s.path()), s.Campaign, s.Session} }

// BalanceIn counts the samples of a scope.
func BalanceIn(tx *db.Tx, s Scope) (b Balance, err error) {
	type tally struct {
		What    string `db:"what"`
		N       int    `db:"n"`
		Problem int    `db:"problem"`
	}
	var rows []tally
	err = tx.Select(&rows, "SELECT state AS what, COUNT(*) AS n, SUM(CASE WHEN problem = '' THEN 0 ELSE 1 END) AS problem FROM sample"+inScope+" GROUP BY state", s.args()...)
	if err != nil {
		return b, err
	}
	into := map[string]*int{"resulted": &b.Resulted, "open": &b.Open, "lost": &b.Lost, "withdrawn": &b.Withdrawn}
	for _, r := range rows {
		*into[r.What] = r.N
		if r.What != "withdrawn" {
			b.Taken += r.N
		}
		b.Problem += r.Problem
	}
	if err := tx.Select(&rows, "SELECT outcome AS what, COUNT(DISTINCT resident) AS n, 0 AS problem FROM sampling_call"+inScope+" AND withdrawn = 0 GROUP BY outcome", s.args()...); err != nil {
		return b, err
	}
	into = map[string]*int{"refused": &b.Refused, "absent": &b.Absent, "postponed": &b.Postponed}
	for _, r := range rows {
		*into[r.What] = r.N
	}
	return b, tx.Get(&b.Tubes, "SELECT COUNT(*) FROM tube"+inScope, s.args()...)
}

// Balance counts the samples of a scope for who may see it.
func (s *Service) Balance(ctx context.Context, by auth.Actor, scope Scope) (b Balance, err error) {
	if err := by.Require(auth.CampaignRead, scope.path(), auth.Internal); err != nil {
		return b, err
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		b, err = BalanceIn(tx, scope)
		return err
	})
	return b, err
}
