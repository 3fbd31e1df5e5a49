package people

import (
	"context"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/identity"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/term"
	"phaodai/internal/zoning"
)

// HouseholdInput describes a household.
type HouseholdInput struct {
	Key     string        `json:"key,omitempty"`
	ID      string        `json:"id,omitempty"` // of the household to change
	Version int64         `json:"version,omitempty"`
	Unit    string        `json:"unit"`
	Area    string        `json:"area,omitempty"`
	Code    string        `json:"code,omitempty"`
	Kind    HouseholdKind `json:"kind,omitempty"`
	Lane    string        `json:"lane,omitempty"`
	Address *string       `json:"address,omitempty"` // null leaves it
	Phone   *string       `json:"phone,omitempty"`   // null leaves it, "" takes it away
}

// SaveHousehold adds a household, or changes one.
func (s *Service) SaveHousehold(ctx context.Context, by auth.Actor, in HouseholdInput) (Household, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Household, error) {
		if in.ID == "" {
			return s.addHousehold(tx, by, in)
		}
		return s.changeHousehold(tx, by, in)
	})
}

func (s *Service) addHousehold(tx *db.Tx, by auth.Actor, in HouseholdInput) (Household, error) {
	u, err := org.UnitIn(tx, in.Unit)
	if err != nil {
		return Household{}, err
	}
	if err := by.Require(auth.PeopleKeep, u.Path, auth.Personal); err != nil {
		return Household{}, err
	}
	h := Household{ID: s.ids.New(), Unit: u.ID, UnitPath: u.Path, Kind: Family, From: by.Now, To: instant.Forever}
	if err := s.fillHousehold(tx, &h, in); err != nil {
		return h, err
	}
	h.Version, h.ChangedBy, h.ChangedAt = 1, by.Name, by.Now
	if err := tx.Insert("household", h); err != nil {
		return h, err
	}
	if err := term.Index(tx, "household", h.ID, h.Lane, h.Code); err != nil {
		return h, err
	}
	return h, change{tx, by, "household", h.ID, h.UnitPath}.note("added", "")
}

func (s *Service) changeHousehold(tx *db.Tx, by auth.Actor, in HouseholdInput) (Household, error) {
	if err := tx.Lock("household", in.ID); err != nil {
		return Household{}, err
	}
	h, err := HouseholdIn(tx, in.ID)
	if err != nil {
		return h, err
	}
	if err := by.Require(auth.PeopleKeep, h.UnitPath, auth.Personal); err != nil {
		return h, err
	}
	if in.Version != 0 && in.Version != h.Version {
		return h, stale(h.ChangedBy, h.ChangedAt)
	}
	before := h
	if err := s.fillHousehold(tx, &h, in); err != nil {
		return h, err
	}
	if fields := changedFields(before, h); len(fields) > 0 {
		h.Version, h.ChangedBy, h.ChangedAt = h.Version+1, by.Name, by.Now
		return h, s.storeHousehold(tx, by, h, fields)
	}
	return h, nil
}

func (s *Service) storeHousehold(tx *db.Tx, by auth.Actor, h Household, fields []string) error {
	_, err := tx.Exec(`UPDATE household SET area = $1, code = $2, kind = $3, lane = $4, address = $5, address_index = $6, phone = $7, phone_index = $8,
		sort_key = $9, valid_to = $10, version = $11, changed_by = $12, changed_at = $13 WHERE id = $14`,
		h.Area, h.Code, h.Kind, h.Lane, h.Address, h.AddressIndex, h.Phone, h.PhoneIndex, h.SortKey, int64(h.To), h.Version, h.ChangedBy, int64(h.ChangedAt), h.ID)
	if err != nil {
		return err
	}
	if err := term.Index(tx, "household", h.ID, h.Lane, h.Code); err != nil {
		return err
	}
	return change{tx, by, "household", h.ID, h.UnitPath}.note("changed", "", fields...)
}

// changedFields names what differs between two states of a household.
func changedFields(a, b Household) (out []string) {
	for name, differs := range map[string]bool{
		"area": a.Area != b.Area, "code": a.Code != b.Code, "kind": a.Kind != b.Kind, "lane": a.Lane != b.Lane,
		"address": a.AddressIndex != b.AddressIndex, "phone": a.PhoneIndex != b.PhoneIndex,
	} {
		if differs {
			out = append(out, name)
		}
	}
	return out
}

// fillHousehold checks and takes over what a user gave.
func (s *Service) fillHousehold(tx *db.Tx, h *Household, in HouseholdInput) error {
	f := invalid()
	h.Code, h.Lane = short(f, "code", in.Code, 40), short(f, "lane", in.Lane, 200)
	if in.Kind == Family || in.Kind == Collective {
		h.Kind = in.Kind
	} else if in.Kind != "" {
		f.At("kind", "people.choose")
	}
	if err := s.placed(tx, f, h, in); err != nil {
		return err
	}
	address := ""
	var err error
	if in.Address != nil {
		address = short(f, "address", *in.Address, 200)
	} else if address, err = s.opened("household", "address", h.ID, h.Address); err != nil {
		return err
	}
	h.SortKey = walkingKey(h.Lane, address, h.Code)
	if err := f.OrNil(); err != nil {
		return err
	}
	if in.Address != nil {
		if h.Address, err = s.sealed("household", "address", h.ID, address); err != nil {
			return err
		}
		h.AddressIndex = s.vault.Index("household.address", addressKey(h.UnitPath, h.Lane, address))
	}
	if in.Phone == nil {
		return nil
	}
	h.Phone, h.PhoneIndex, err = s.phone("household", h.ID, *in.Phone)
	return err
}

// placed checks the area and that the ward's own number is free.
func (s *Service) placed(tx *db.Tx, f *fault.Fault, h *Household, in HouseholdInput) error {
	h.Area = in.Area
	if in.Area != "" {
		a, err := zoning.AreaIn(tx, in.Area)
		if err != nil {
			return err
		}
		if a.UnitPath != h.UnitPath {
			f.At("area", "people.area_elsewhere", "Name", a.Name)
		}
	}
	if h.Code == "" {
		return nil
	}
	var n int
	err := tx.Get(&n, "SELECT COUNT(*) FROM household WHERE unit_path = $1 AND code = $2 AND id <> $3 AND valid_to > $4", h.UnitPath, h.Code, h.ID, int64(h.From))
	if n > 0 {
		f.At("code", "people.code_taken", "Code", h.Code)
	}
	return err
}

// phone reads and seals a telephone number.
func (s *Service) phone(table, id, text string) (sealed, index string, err error) {
	if strings.TrimSpace(text) == "" {
		return "", "", nil
	}
	p, err := identity.ParsePhone(text)
	if err != nil {
		f := invalid()
		take(f, "phone", err)
		return "", "", f
	}
	sealed, err = s.sealed(table, "phone", id, string(p))
	return sealed, s.vault.Index("phone", string(p)), err
}

// addressKey makes addresses that differ by blanks, tones or signs one.
func addressKey(unitPath, lane, address string) string {
	words := append(fold.Words(address), fold.Words(lane)...)
	if len(words) == 0 {
		return ""
	}
	return unitPath + " " + strings.Join(words, " ")
}
