package people

import (
	"cmp"
	"context"
	"slices"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/identity"
	"phaodai/internal/org"
	"phaodai/internal/zoning"
)

// Household is the page of a household.
func (s *Service) Household(ctx context.Context, by auth.Actor, id string) (HouseholdView, error) {
	h, err := s.mayRead(ctx, by, func(tx *db.Tx) (Household, string, error) {
		h, err := HouseholdIn(tx, id)
		return h, h.UnitPath, err
	})
	if err != nil {
		return HouseholdView{}, err
	}
	return audited(ctx, s, by, reading{action: "household.opened", subject: h.ID, unit: h.UnitPath}, func(tx *db.Tx) (HouseholdView, error) {
		return s.householdView(tx, by, h)
	})
}

// mayRead finds a thing of the registry for who may read there.
func (s *Service) mayRead(ctx context.Context, by auth.Actor, find func(*db.Tx) (Household, string, error)) (h Household, err error) {
	path := ""
	err = s.store.Read(ctx, func(tx *db.Tx) (err error) {
		h, path, err = find(tx)
		return err
	})
	if err == nil {
		err = by.Require(auth.PeopleRead, path, auth.Personal)
	}
	return h, err
}

func (s *Service) householdView(tx *db.Tx, by auth.Actor, h Household) (v HouseholdView, err error) {
	v = HouseholdView{Household: h, MayKeep: by.Can(auth.PeopleKeep, h.UnitPath, auth.Personal), Residents: []ResidentView{}}
	if v.Unit, err = org.UnitIn(tx, h.Unit); err != nil {
		return v, err
	}
	if h.Area != "" {
		a, err := zoning.AreaIn(tx, h.Area)
		if err != nil {
			return v, err
		}
		v.Area = &a
	}
	if v.Address, err = s.opened("household", "address", h.ID, h.Address); err != nil {
		return v, err
	}
	phone, err := s.opened("household", "phone", h.ID, h.Phone)
	if err != nil {
		return v, err
	}
	if phone != "" {
		v.Phone = identity.Phone(phone).Masked()
	}
	var rows []Resident
	if err := tx.Select(&rows, "SELECT "+residentColumns+" FROM resident WHERE household = $1 AND valid_to > $2", h.ID, int64(by.Now)); err != nil {
		return v, err
	}
	slices.SortFunc(rows, byRank)
	for _, r := range rows {
		x, err := s.masked(r)
		if err != nil {
			return v, err
		}
		v.Residents = append(v.Residents, x)
	}
	v.Before = []Former{}
	return v, tx.Select(&v.Before, `SELECT t.resident, r.name, t.kind, t.valid_from, t.valid_to FROM stay t JOIN resident r ON r.id = t.resident
		WHERE t.household = $1 AND t.valid_to <= $2 ORDER BY t.valid_to DESC, t.id LIMIT 100`, h.ID, int64(by.Now))
}

// byRank orders a household: its head, then by relation, the older first.
func byRank(a, b Resident) int {
	rank := func(r Resident) int {
		if i := slices.Index(Relations(), r.Relation); i >= 0 {
			return i
		}
		return len(Relations())
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Birth, b.Birth), cmp.Compare(a.ID, b.ID))
}

// Card is the page of a resident.
type Card struct {
	Resident  ResidentView `json:"resident"`
	Household Household    `json:"household"`
	Unit      org.Unit     `json:"unit"`
	Stays     []Former     `json:"stays"`
	Places    []string     `json:"places"` // households of the stays
	Mergers   []Merger     `json:"mergers"`
	MayKeep   bool         `json:"may_keep"`
	MayOpen   bool         `json:"may_open"`    // number, telephone and address, with a reason
	Foreign   bool         `json:"may_foreign"` // residence papers of a foreigner
}

// Resident is the page of a resident.
func (s *Service) Resident(ctx context.Context, by auth.Actor, id string) (Card, error) {
	var r Resident
	_, err := s.mayRead(ctx, by, func(tx *db.Tx) (h Household, path string, err error) {
		r, err = ResidentIn(tx, id)
		return h, r.UnitPath, err
	})
	if err != nil {
		return Card{}, err
	}
	return audited(ctx, s, by, reading{action: "resident.opened", subject: r.ID, unit: r.UnitPath}, func(tx *db.Tx) (c Card, err error) {
		if c.Resident, err = s.view(tx, r); err != nil {
			return c, err
		}
		if c.Household, err = HouseholdIn(tx, r.Household); err != nil {
			return c, err
		}
		if c.Unit, err = org.UnitIn(tx, c.Household.Unit); err != nil {
			return c, err
		}
		c.MayKeep = by.Can(auth.PeopleKeep, r.UnitPath, auth.Personal)
		c.MayOpen = by.Can(auth.PeopleOpen, r.UnitPath, auth.Personal)
		c.Foreign = r.Stay == Foreign && by.Can(auth.PeopleForeign, r.UnitPath, auth.Restricted)
		c.Stays, c.Mergers = []Former{}, []Merger{}
		err = tx.Select(&c.Stays, `SELECT t.household AS resident, t.from_place AS name, t.kind, t.valid_from, t.valid_to FROM stay t
			WHERE t.resident = $1 ORDER BY t.valid_from DESC, t.id LIMIT 100`, r.ID)
		if err != nil {
			return c, err
		}
		return c, tx.Select(&c.Mergers, `SELECT id, kept, gone, unit_path, before, reason, at, by_name, undone_at FROM resident_merge
			WHERE kept = $1 OR gone = $2 ORDER BY at DESC, id LIMIT 20`, r.ID, r.ID)
	})
}

// Opened is what identifies a resident, in clear.
type Opened struct {
	Number  string `json:"number"`
	Phone   string `json:"phone"`
	Address string `json:"address"`
}

// OpenInput asks to see what identifies a resident.
type OpenInput struct {
	ID     string `json:"id,omitempty"`
	Reason string `json:"reason"`
}

// Open shows what identifies a resident, for a reason that the audit keeps.
func (s *Service) Open(ctx context.Context, by auth.Actor, in OpenInput) (o Opened, err error) {
	f := invalid()
	reason := required(f, "reason", in.Reason, 300)
	if reason != "" && len([]rune(reason)) < 5 {
		f.At("reason", "people.reason_short")
	}
	if err := f.OrNil(); err != nil {
		return o, err
	}
	var r Resident
	err = s.store.Write(ctx, func(tx *db.Tx) (err error) {
		if r, err = ResidentIn(tx, in.ID); err != nil {
			return err
		}
		if err := by.Require(auth.PeopleOpen, r.UnitPath, auth.Personal); err != nil {
			return err
		}
		return audit.Record(tx, by, audit.Entry{Action: "resident.unmasked", Kind: "resident", Subject: r.ID, Unit: r.UnitPath, Fields: []string{"number", "phone", "address"}, Reason: reason})
	})
	if err != nil {
		return o, err
	}
	return o, s.store.Read(ctx, func(tx *db.Tx) error {
		h, err := HouseholdIn(tx, r.Household)
		if err != nil {
			return err
		}
		if o.Number, err = s.opened("resident", "number", r.ID, r.Number); err != nil {
			return err
		}
		if o.Phone, err = s.opened("resident", "phone", r.ID, r.Phone); err != nil {
			return err
		}
		o.Address, err = s.opened("household", "address", h.ID, h.Address)
		return err
	})
}
