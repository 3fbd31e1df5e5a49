package zoning

import (
	"context"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// Ruling is a person's decision which of two layers goes before where both
// claim the same hours. The program never chooses by itself.
type Ruling struct {
	Seq      int64          `db:"seq" json:"seq"`
	UnitPath string         `db:"unit_path" json:"unit_path"`
	Winner   Layer          `db:"winner" json:"winner"`
	Loser    Layer          `db:"loser" json:"loser"`
	From     instant.Micros `db:"valid_from" json:"from"`
	To       instant.Micros `db:"valid_to" json:"to"`
}

const rulingColumns = "seq, unit_path, winner, loser, valid_from, valid_to"

// ruling finds the newest ruling about layers that both decide here.
func (b *Board) ruling(n *node, r *Regime, at instant.Micros, seq int64) *Ruling {
	for i := len(b.rulings) - 1; i >= 0; i-- {
		x := &b.rulings[i]
		meant := x.Seq <= seq && x.From <= at && at < x.To && strings.HasPrefix(n.placeAt(at, seq).path, x.UnitPath)
		if meant && !r.Of(x.Winner).Value.Inherits() && !r.Of(x.Loser).Value.Inherits() {
			return x
		}
	}
	return nil
}

// RuleInput says which layer goes before.
type RuleInput struct {
	Key      string         `json:"key,omitempty"`
	Unit     string         `json:"unit"`
	Winner   Layer          `json:"winner"`
	Loser    Layer          `json:"loser"`
	From     instant.Micros `json:"from,omitempty"` // 0 is now
	To       instant.Micros `json:"to,omitempty"`   // 0 is until something else is ruled
	Document string         `json:"document,omitempty"`
	Clause   string         `json:"clause,omitempty"`
	Reason   string         `json:"reason"`
}

// Rule records a ruling with its reason and the document that it relies on.
func (s *Service) Rule(ctx context.Context, by auth.Actor, in RuleInput) (Ruling, error) {
	f := invalid()
	reason := required(f, "reason", in.Reason, 2000)
	if !in.Winner.Known() {
		f.At("winner", "zone.choose")
	}
	if !in.Loser.Known() || in.Loser == in.Winner {
		f.At("loser", "zone.choose")
	}
	from, to := orNow(in.From, by.Now), orForever(in.To)
	if to <= from {
		f.At("to", "zone.period_backwards")
	}
	if err := f.OrNil(); err != nil {
		return Ruling{}, err
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Ruling, error) {
		u, err := org.UnitIn(tx, in.Unit)
		if err != nil {
			return Ruling{}, err
		}
		if err := by.Require(auth.ZoneRule, deciding(u.Path), auth.Internal); err != nil {
			return Ruling{}, err
		}
		if _, err := cited(tx, by, in.Document); err != nil {
			return Ruling{}, err
		}
		rec, err := begin(tx, by, Record{What: Ruled, UnitPath: u.Path, Document: in.Document, Clause: in.Clause, Reason: reason})
		if err != nil {
			return Ruling{}, err
		}
		r := Ruling{rec.Seq, u.Path, in.Winner, in.Loser, from, to}
		if err := tx.Insert("zone_ruling", r); err != nil {
			return r, err
		}
		return r, s.noted(tx, by, rec, "zone", u.ID)
	})
}

func orNow(at, now instant.Micros) instant.Micros {
	if at == 0 {
		return now
	}
	return at
}

func orForever(at instant.Micros) instant.Micros {
	if at == 0 {
		return instant.Forever
	}
	return at
}

// noted ends a decision: change log, audit, and the board of this process.
func (s *Service) noted(tx *db.Tx, by auth.Actor, r Record, kind, subject string) error {
	if err := note(tx, by, kind, subject, r.UnitPath, r.What, "value"); err != nil {
		return err
	}
	// What fails here is made good by the follower of the change log.
	tx.AfterCommit(func() { _ = s.board.Refresh(context.WithoutCancel(tx.Context())) })
	return nil
}
