package fieldwork

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
)

// Phone is a phone that works for a ward.
type Phone struct {
	ID        string         `db:"id" json:"id"`
	TokenHash string         `db:"token_hash" json:"-"`
	Pass      string         `db:"pass" json:"pass"`
	UnitPath  string         `db:"unit_path" json:"unit_path"`
	Name      string         `db:"name" json:"name"`
	EnteredAt instant.Micros `db:"entered_at" json:"entered_at"`
	SeenAt    instant.Micros `db:"seen_at" json:"seen_at"`
	Waiting   int            `db:"waiting" json:"waiting"`
	StoppedAt instant.Micros `db:"stopped_at" json:"stopped_at,omitempty"`
	StoppedBy string         `db:"stopped_by" json:"stopped_by,omitempty"`
}

const phoneColumns = `id, token_hash, pass, unit_path, name, entered_at, seen_at, waiting, stopped_at, stopped_by`

// Moment is when something happens, in the world and by the wall.
type Moment struct{ Now, Wall instant.Micros }

// Entered is what a phone gets when it takes a duty.
type Entered struct {
	Phone string         `json:"phone"`
	Key   string         `json:"key"` // of the phone, kept under its PIN
	Title string         `json:"title"`
	Until instant.Micros `json:"until"`
	Left  int64          `json:"left"` // milliseconds until then: the phone's clock may be wrong
}

// Enter lets a phone take the duty of a code. A code works once.
func (s *Service) Enter(ctx context.Context, token, name string, at Moment) (out Entered, err error) {
	key, hash := secret()
	name = fold.Clip(name, 80)
	if name == "" {
		return out, fault.New(fault.Invalid, "input.check").At("name", "input.missing")
	}
	err = s.Store.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock("field_pass", hashed(token)); err != nil {
			return err
		}
		var p Pass
		err := tx.Get(&p, "SELECT "+passColumns+" FROM field_pass WHERE token_hash = $1 AND paper = 0", hashed(token))
		switch {
		case err == db.ErrNoRow:
			return fault.New(fault.Unsigned, "fieldwork.code_unknown")
		case err != nil:
			return err
		case p.Phone != "":
			return fault.New(fault.Unsigned, "fieldwork.code_used")
		case at.Wall >= p.ExpiresAt:
			return fault.New(fault.Unsigned, "fieldwork.code_over")
		}
		x := Phone{ID: s.IDs.New(), TokenHash: hash, Pass: p.ID, UnitPath: p.UnitPath, Name: name, EnteredAt: at.Now, SeenAt: at.Now}
		if err := tx.Insert("field_phone", x); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE field_pass SET phone = $1 WHERE id = $2", x.ID, p.ID); err != nil {
			return err
		}
		out = Entered{x.ID, key, p.Title, p.ExpiresAt, p.ExpiresAt.Sub(at.Wall).Milliseconds()}
		return s.note(tx, actor(x, p, at), "field_phone", x.ID, x.UnitPath, "entered")
	})
	return out, err
}

// actor is who acts through a phone: its duty in its ward, nothing else.
func actor(x Phone, p Pass, at Moment) auth.Actor {
	return auth.Actor{
		Account: "phone:" + x.ID, Name: x.Name, PostTitle: p.Title, UnitPath: x.UnitPath, Now: at.Now, Wall: at.Wall, Lang: "vi",
		Grants: []auth.Grant{{Role: "field_team", Path: x.UnitPath, Level: auth.Personal}},
	}
}

// Held is a phone with its duty and who acts through it.
type Held struct {
	Phone Phone
	Pass  Pass
	Actor auth.Actor
}

// Resume finds the phone of a key. One that the ward stopped is told so and wipes
// itself. Its duty ends with its shift; what it still holds it may send whenever
// it finds a signal.
func (s *Service) Resume(ctx context.Context, key string, at Moment) (h Held, err error) {
	err = s.Store.Read(ctx, func(tx *db.Tx) error {
		err := tx.Get(&h.Phone, "SELECT "+phoneColumns+" FROM field_phone WHERE token_hash = $1", hashed(key))
		if err == db.ErrNoRow {
			return fault.New(fault.Unsigned, "fieldwork.phone_unknown")
		}
		if err != nil {
			return err
		}
		return tx.Get(&h.Pass, "SELECT "+passColumns+" FROM field_pass WHERE id = $1", h.Phone.Pass)
	})
	switch {
	case err != nil:
		return h, err
	case h.Phone.StoppedAt != 0:
		return h, fault.New(fault.Denied, "fieldwork.phone_stopped", "Who", h.Phone.StoppedBy)
	}
	h.Actor = actor(h.Phone, h.Pass, at)
	return h, nil
}

// Stop ends the work of a phone: at its next contact it wipes itself.
func (s *Service) Stop(ctx context.Context, by auth.Actor, id string) (x Phone, err error) {
	err = s.Store.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Get(&x, "SELECT "+phoneColumns+" FROM field_phone WHERE id = $1", id); err == db.ErrNoRow {
			return fault.New(fault.NotFound, "fieldwork.phone_unknown")
		} else if err != nil {
			return err
		}
		if err := by.Require(auth.FieldManage, x.UnitPath, auth.Personal); err != nil {
			return err
		}
		if x.StoppedAt != 0 {
			return nil
		}
		x.StoppedAt, x.StoppedBy = by.Wall, by.Name
		if _, err := tx.Exec("UPDATE field_phone SET stopped_at = $1, stopped_by = $2 WHERE id = $3", int64(x.StoppedAt), x.StoppedBy, id); err != nil {
			return err
		}
		return s.note(tx, by, "field_phone", x.ID, x.UnitPath, "stopped")
	})
	return x, err
}
