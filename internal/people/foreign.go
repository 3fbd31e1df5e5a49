package people

import (
	"context"
	"strings"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/identity"
	"phaodai/internal/instant"
)

// ForeignInput is the residence papers of a foreigner.
type ForeignInput struct {
	Key     string `json:"key,omitempty"`
	ID      string `json:"id,omitempty"` // of the resident
	Version int64  `json:"version,omitempty"`
	Papers  string `json:"papers"` // kind and number of the visa or card
	Until   string `json:"until,omitempty"`
	Note    string `json:"note,omitempty"`
}

// ForeignPapers is what the police keeps of a foreigner's stay.
type ForeignPapers struct {
	Resident  string         `json:"resident"`
	Papers    string         `json:"papers"`
	Until     string         `json:"until"`
	Note      string         `json:"note"`
	Version   int64          `json:"version"`
	ChangedBy string         `json:"changed_by"`
	ChangedAt instant.Micros `json:"changed_at"`
}

type foreignRow struct {
	Resident  string         `db:"resident"`
	Papers    string         `db:"papers"` // sealed
	Until     string         `db:"until"`
	Note      string         `db:"note"` // sealed
	Version   int64          `db:"version"`
	ChangedBy string         `db:"changed_by"`
	ChangedAt instant.Micros `db:"changed_at"`
}

func foreignIn(tx *db.Tx, id string) (row foreignRow, err error) {
	err = tx.Get(&row, "SELECT resident, papers, until, note, version, changed_by, changed_at FROM foreign_stay WHERE resident = $1", id)
	if err == db.ErrNoRow {
		return foreignRow{Resident: id}, nil
	}
	return row, err
}

// mayForeign finds a resident whose papers the actor may see. Teams who reported
// a foreigner do not see them afterwards.
func mayForeign(tx *db.Tx, by auth.Actor, id string) (Resident, error) {
	r, err := ResidentIn(tx, id)
	if err == nil {
		err = by.Require(auth.PeopleForeign, r.UnitPath, auth.Restricted)
	}
	return r, err
}

// SaveForeign keeps the residence papers of a foreigner.
func (s *Service) SaveForeign(ctx context.Context, by auth.Actor, in ForeignInput) (ForeignPapers, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (out ForeignPapers, err error) {
		if err := tx.Lock("foreign_stay", in.ID); err != nil {
			return out, err
		}
		r, err := mayForeign(tx, by, in.ID)
		if err != nil {
			return out, err
		}
		f := invalid()
		papers, note := required(f, "papers", in.Papers, 200), short(f, "note", in.Note, 500)
		until := ""
		if strings.TrimSpace(in.Until) != "" {
			day, err := identity.ParseBirth(in.Until) // a calendar day as people write it
			take(f, "until", err)
			until = day.String()
		}
		if r.Stay != Foreign {
			f.At("id", "people.not_foreign")
		}
		if err := f.OrNil(); err != nil {
			return out, err
		}
		return s.storeForeign(tx, by, r, in, foreignRow{Resident: r.ID, Papers: papers, Until: until, Note: note})
	})
}

func (s *Service) storeForeign(tx *db.Tx, by auth.Actor, r Resident, in ForeignInput, row foreignRow) (out ForeignPapers, err error) {
	old, err := foreignIn(tx, r.ID)
	if err != nil {
		return out, err
	}
	if in.Version != 0 && in.Version != old.Version {
		return out, stale(old.ChangedBy, old.ChangedAt)
	}
	out = ForeignPapers{r.ID, row.Papers, row.Until, row.Note, old.Version + 1, by.Name, by.Now}
	if row.Papers, err = s.sealed("foreign_stay", "papers", r.ID, row.Papers); err != nil {
		return out, err
	}
	if row.Note, err = s.sealed("foreign_stay", "note", r.ID, row.Note); err != nil {
		return out, err
	}
	row.Version, row.ChangedBy, row.ChangedAt = out.Version, by.Name, by.Now
	if _, err := tx.Exec("DELETE FROM foreign_stay WHERE resident = $1", r.ID); err != nil {
		return out, err
	}
	if err := tx.Insert("foreign_stay", row); err != nil {
		return out, err
	}
	return out, change{tx, by, "resident", r.ID, r.UnitPath}.note("papers_changed", "", "papers", "until", "note")
}

// Foreign shows the residence papers of a foreigner.
func (s *Service) Foreign(ctx context.Context, by auth.Actor, id string) (out ForeignPapers, err error) {
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		r, err := mayForeign(tx, by, id)
		if err != nil {
			return err
		}
		return audit.Record(tx, by, audit.Entry{Action: "resident.papers_opened", Kind: "resident", Subject: r.ID, Unit: r.UnitPath, Fields: []string{"papers", "note"}})
	})
	if err != nil {
		return out, err
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		row, err := foreignIn(tx, id)
		if err != nil {
			return err
		}
		out = ForeignPapers{Resident: id, Until: row.Until, Version: row.Version, ChangedBy: row.ChangedBy, ChangedAt: row.ChangedAt}
		if out.Papers, err = s.opened("foreign_stay", "papers", id, row.Papers); err != nil {
			return err
		}
		out.Note, err = s.opened("foreign_stay", "note", id, row.Note)
		return err
	})
	return out, err
}
