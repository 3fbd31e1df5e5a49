package directive

import (
	"context"
	"fmt"
	"strings"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

const registerColumns = "id, office, unit_path, direction, name, sort, closed_at, version"

// OpenRegister opens a book of the actor's office. Last is the last number that
// was given in Year before the software came.
func (s *Service) OpenRegister(ctx context.Context, by auth.Actor, in RegisterInput) (Register, error) {
	in.Name = strings.TrimSpace(fold.NFC(in.Name))
	if in.Direction == "" {
		in.Direction = "in"
	}
	return once(ctx, s, by, "register", in.Key, func(tx *db.Tx) (Register, error) {
		o, err := org.OfficeIn(tx, by.Office)
		if err != nil {
			return Register{}, err
		}
		if err := mayKeep(by, o.ID, o.UnitPath, auth.DocumentRegister); err != nil {
			return Register{}, err
		}
		if err := in.check(); err != nil {
			return Register{}, err
		}
		r := Register{
			ID: s.ids.New(), Office: o.ID, UnitPath: o.UnitPath, Direction: in.Direction,
			Name: in.Name, Sort: in.Sort, Version: 1, Next: 1,
		}
		if err := tx.Insert("register", r); db.Duplicate(err) {
			return r, fault.New(fault.Conflict, "document.register_exists", "Name", in.Name)
		} else if err != nil {
			return r, err
		}
		if in.Last > 0 {
			r.Next = in.Last + 1
			if err := startCounter(tx, entryCounter(r.ID, in.Year), in.Last); err != nil {
				return r, err
			}
		}
		return r, noteRegister(tx, by, r, "register_opened")
	})
}

func (in RegisterInput) check() error {
	f := fault.New(fault.Invalid, "document.form_invalid")
	if in.Name == "" {
		f.At("name", "document.form_required")
	}
	if in.Direction != "in" && in.Direction != "out" {
		f.At("direction", "document.form_choice")
	}
	if in.Last < 0 || in.Last > 0 && (in.Year < 2000 || in.Year > 2100) {
		f.At("last", "document.form_number")
	}
	return f.OrNil()
}

// CloseRegister closes a book: nothing is entered in it any more.
func (s *Service) CloseRegister(ctx context.Context, by auth.Actor, key, register string) (Register, error) {
	return once(ctx, s, by, "close-register", key, func(tx *db.Tx) (Register, error) {
		r, err := registerIn(tx, by, register)
		if err != nil {
			return r, err
		}
		if err := mayKeep(by, r.Office, r.UnitPath, auth.DocumentRegister); err != nil {
			return r, err
		}
		r.ClosedAt, r.Version = by.Now, r.Version+1
		if _, err := tx.Exec("UPDATE register SET closed_at = $1, version = $2 WHERE id = $3", int64(r.ClosedAt), r.Version, r.ID); err != nil {
			return r, err
		}
		return r, noteRegister(tx, by, r, "register_closed")
	})
}

func noteRegister(tx *db.Tx, by auth.Actor, r Register, what string) error {
	if err := tx.Changed(by.Now, db.Change{Kind: "register", Subject: r.ID, Unit: r.Office, What: what}); err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{Action: "document." + what, Kind: "register", Subject: r.ID, Unit: r.UnitPath, Fields: []string{"name"}})
}

// Registers lists the open books of the actor's office with their next numbers.
func (s *Service) Registers(ctx context.Context, by auth.Actor) ([]Register, error) {
	if err := by.Require(auth.DocumentRead, by.UnitPath, auth.Internal); err != nil {
		return nil, err
	}
	return read(ctx, s, func(tx *db.Tx) ([]Register, error) {
		out := []Register{}
		err := tx.Select(&out, "SELECT "+registerColumns+` FROM register WHERE office = $1 AND closed_at = 0
			ORDER BY direction, sort, name`, by.Office)
		for i := range out {
			if err == nil {
				out[i].Next, err = peek(tx, entryCounter(out[i].ID, yearOf(by.Now)))
			}
		}
		return out, err
	})
}

// registerIn gives an open book of incoming documents of the actor's office.
func registerIn(tx *db.Tx, by auth.Actor, id string) (Register, error) {
	var r Register
	err := tx.Get(&r, "SELECT "+registerColumns+" FROM register WHERE id = $1", id)
	switch {
	case err == db.ErrNoRow || err == nil && r.Office != by.Office:
		return r, fault.New(fault.NotFound, "document.register_not_found")
	case err != nil:
		return r, err
	case r.ClosedAt > 0:
		return r, fault.New(fault.Conflict, "document.register_closed", "Name", r.Name)
	}
	return r, nil
}

func entryCounter(register string, year int64) string {
	return fmt.Sprintf("entry/%s/%d", register, year)
}

// startCounter begins a counter behind numbers that were given elsewhere. It
// never touches one that runs.
func startCounter(tx *db.Tx, name string, last int64) error {
	n, err := tx.Exec("INSERT INTO counter (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", name, last)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "document.numbers_run")
	}
	return err
}

// peek tells the next number without taking it.
func peek(tx *db.Tx, counter string) (int64, error) {
	var n int64
	err := tx.Get(&n, "SELECT value FROM counter WHERE name = $1", counter)
	if err == db.ErrNoRow {
		return 1, nil
	}
	return n + 1, err
}

func yearOf(at instant.Micros) int64 { return int64(at.In(instant.Vietnam()).Year()) }

func dayOf(at instant.Micros) string { return at.In(instant.Vietnam()).Format("2006-01-02") }
