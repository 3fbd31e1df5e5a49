package people

import (
	"strings"

	"phaodai/internal/db"
)

// inForce is the end of what has none: instant.Forever.
const inForce = "9223372036854775807"

// Door is a household as a team needs it that walks along the lane: where it is
// and who lives there, without numbers.
type Door struct {
	ID      string       `json:"id"`
	Area    string       `json:"area"` // id
	Code    string       `json:"code,omitempty"`
	Lane    string       `json:"lane,omitempty"`
	Address string       `json:"address,omitempty"`
	People  []DoorPerson `json:"people"`
}

// DoorPerson is somebody behind a door.
type DoorPerson struct {
	ID    string `json:"id" db:"id"`
	Name  string `json:"name" db:"name"`
	Birth string `json:"birth,omitempty" db:"birth"` // year
	House string `json:"-" db:"household"`
}

// DoorsIn are the households of areas in walking order. The caller has the right
// to show them and keeps in the audit that it did.
func (s *Service) DoorsIn(tx *db.Tx, areas []string) ([]Door, error) {
	homes, err := db.SelectIn[Household](tx, "SELECT "+householdColumns+" FROM household WHERE area IN ($in) AND valid_to = "+inForce+" ORDER BY area, sort_key, id", areas)
	if err != nil {
		return nil, err
	}
	return s.doors(tx, homes)
}

// DoorsOf are households by their ids, those that are in force; see DoorsIn.
func (s *Service) DoorsOf(tx *db.Tx, ids []string) ([]Door, error) {
	homes, err := db.SelectIn[Household](tx, "SELECT "+householdColumns+" FROM household WHERE id IN ($in) AND valid_to = "+inForce, ids)
	if err != nil {
		return nil, err
	}
	return s.doors(tx, homes)
}

func (s *Service) doors(tx *db.Tx, homes []Household) ([]Door, error) {
	out, at, ids := make([]Door, len(homes)), map[string]int{}, make([]string, len(homes))
	for i, h := range homes {
		address, err := s.opened("household", "address", h.ID, h.Address)
		if err != nil {
			return nil, err
		}
		out[i] = Door{ID: h.ID, Area: h.Area, Code: h.Code, Lane: h.Lane, Address: address, People: []DoorPerson{}}
		at[h.ID], ids[i] = i, h.ID
	}
	people, err := db.SelectIn[DoorPerson](tx, "SELECT id, name, birth, household FROM resident WHERE household IN ($in) AND valid_to = "+inForce+" ORDER BY birth, id", ids)
	for _, p := range people {
		p.Birth, _, _ = strings.Cut(p.Birth, "-")
		d := &out[at[p.House]]
		d.People = append(d.People, p)
	}
	return out, err
}
