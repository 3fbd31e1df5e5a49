package org

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
)

// Hotline is a telephone number that people or offices may call.
type Hotline struct {
	ID       string         `db:"id" json:"id"`
	Office   string         `db:"office" json:"office"`
	UnitPath string         `db:"unit_path" json:"unit_path"`
	Number   string         `db:"number" json:"number"`
	Label    string         `db:"label" json:"label"`
	Public   bool           `db:"public" json:"public"` // shown to everybody
	Rank     int            `db:"rank" json:"rank"`
	TestedAt instant.Micros `db:"tested_at" json:"tested_at"` // last test call
	TestOK   bool           `db:"test_ok" json:"test_ok"`
	Period
	Stamp
}

const hotlineColumns = `id, office, unit_path, number, label, public = 1 AS public, rank, tested_at, test_ok = 1 AS test_ok,
	valid_from, valid_to, version, changed_by, changed_at`

// HotlinesOf returns the numbers of a unit itself in force at a moment; those
// for the public only, when asked so.
func HotlinesOf(tx *db.Tx, unitPath string, at instant.Micros, publicOnly bool) ([]Hotline, error) {
	query := "SELECT " + hotlineColumns + ` FROM hotline WHERE unit_path = $1 AND valid_from <= $2 AND valid_to > $3`
	if publicOnly {
		query += " AND hotline.public = 1"
	}
	var lines []Hotline
	err := tx.Select(&lines, query+" ORDER BY rank, id", unitPath, int64(at), int64(at))
	return lines, err
}

// HotlineFor returns the public number to show to people in a territory: its
// own, else that of the nearest unit above. It returns false when there is none.
func HotlineFor(tx *db.Tx, unitPath string, at instant.Micros) (Hotline, bool, error) {
	for p := unitPath; p != Root && p != ""; p = ParentPath(p) {
		lines, err := HotlinesOf(tx, p, at, true)
		if err != nil || len(lines) > 0 {
			return append(lines, Hotline{})[0], err == nil, err
		}
	}
	return Hotline{}, false, nil
}

// PublicNumber returns the number for the foot of every page: the first public
// one of the highest unit that has any, "" when nobody published one. It asks
// no right: the number is for everybody.
func (s *Service) PublicNumber(ctx context.Context, at instant.Micros) (number string, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		err := tx.Get(&number, `SELECT number FROM hotline WHERE hotline.public = 1 AND valid_from <= $1 AND valid_to > $2
			ORDER BY LENGTH(unit_path), rank, id LIMIT 1`, int64(at), int64(at))
		if err == db.ErrNoRow {
			return nil
		}
		return err
	})
	return number, err
}

// HotlinesUnder returns all numbers of a subtree at a moment, by unit.
func HotlinesUnder(tx *db.Tx, unitPath string, at instant.Micros) ([]Hotline, error) {
	var lines []Hotline
	err := tx.Select(&lines, "SELECT "+hotlineColumns+` FROM hotline WHERE unit_path >= $1 AND unit_path < $2
		AND valid_from <= $3 AND valid_to > $4 ORDER BY unit_path, rank, id`, unitPath, end(unitPath), int64(at), int64(at))
	return lines, err
}

// HotlineInput publishes a number.
type HotlineInput struct {
	Key    string         `json:"key,omitempty"`
	Office string         `json:"office"`
	Number string         `json:"number"`
	Label  string         `json:"label"`
	Public bool           `json:"public,omitempty"`
	Rank   int            `json:"rank,omitempty"`
	From   instant.Micros `json:"from,omitempty"`
}

// AddHotline publishes a number of an office.
func (s *Service) AddHotline(ctx context.Context, by auth.Actor, in HotlineInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		o, err := officeOnDuty(tx, by, in.Office)
		if err != nil {
			return Done{}, err
		}
		f := invalid()
		h := Hotline{ID: s.ids.New(), Office: o.ID, UnitPath: o.UnitPath, Public: in.Public, Rank: in.Rank, Stamp: stamp(by)}
		h.Period = period(f, in.From, 0, by.Now)
		h.Number = phone(f, "number", required(f, "number", in.Number))
		h.Label = fold.NFC(short(f, "label", required(f, "label", in.Label), 200))
		if err := f.OrNil(); err != nil {
			return Done{}, err
		}
		if err := tx.Insert("hotline", h); err != nil {
			return Done{}, err
		}
		return Done{h.ID, 1}, record(tx, by, "hotline", h.ID, o.UnitPath, "added", "number")
	})
}

func hotlineToChange(tx *db.Tx, by auth.Actor, id string, version int64) (Hotline, error) {
	if err := tx.Lock("hotline", id); err != nil {
		return Hotline{}, err
	}
	var h Hotline
	if err := tx.Get(&h, "SELECT "+hotlineColumns+" FROM hotline WHERE id = $1", id); err != nil {
		return Hotline{}, missing(err, "org.hotline_unknown", id)
	}
	if err := requireKeeperOf(tx, by, h.Office); err != nil {
		return Hotline{}, err
	}
	return h, h.fresh(version)
}

// RemoveHotline takes a number out of use.
func (s *Service) RemoveHotline(ctx context.Context, by auth.Actor, in EndInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		h, err := hotlineToChange(tx, by, in.ID, in.Version)
		if err != nil {
			return Done{}, err
		}
		at, err := endOf(h.Period, in.At, by.Now)
		if err != nil {
			return Done{}, err
		}
		if err := set(tx, by, "hotline", "id", h.ID, []string{"valid_to"}, int64(at)); err != nil {
			return Done{}, err
		}
		return Done{h.ID, h.Version + 1}, record(tx, by, "hotline", h.ID, h.UnitPath, "removed", "to")
	})
}

// TestInput records a test call.
type TestInput struct {
	Key      string `json:"key,omitempty"`
	Version  int64  `json:"version,omitempty"`
	ID       string `json:"id,omitempty"`
	Answered bool   `json:"answered"`
}

// TestHotline records that somebody called a number to see whether it is
// answered.
func (s *Service) TestHotline(ctx context.Context, by auth.Actor, in TestInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		h, err := hotlineToChange(tx, by, in.ID, in.Version)
		if err != nil {
			return Done{}, err
		}
		if err := set(tx, by, "hotline", "id", h.ID, []string{"tested_at", "test_ok"}, int64(by.Now), bit(in.Answered)); err != nil {
			return Done{}, err
		}
		return Done{h.ID, h.Version + 1}, record(tx, by, "hotline", h.ID, h.UnitPath, "tested", "test_ok")
	})
}
