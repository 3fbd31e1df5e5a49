package fieldwork

import (
	"context"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/identity"
	"phaodai/internal/org"
	"phaodai/internal/people"
	"phaodai/internal/sampling"
)

// EnterInput enters somebody who arrived into a household of the registry.
type EnterInput struct {
	Key      string `json:"key,omitempty"`
	Newcomer string `json:"newcomer,omitempty"`
	Code     string `json:"code"` // of the household, on the ward's list
}

// EnterArrival enters a newcomer into the registry and gives him what was recorded
// of him before. Whoever is like another is shown for decision there. A repeat
// goes on where it stopped.
func (s *Service) EnterArrival(ctx context.Context, by auth.Actor, in EnterInput) (r people.Resident, err error) {
	n, err := s.Sampling.Arrival(ctx, by, in.Newcomer)
	if err != nil {
		return r, err
	}
	var ward org.Unit
	err = s.Store.Read(ctx, func(tx *db.Tx) error {
		ward, err = org.UnitAt(tx, n.UnitPath)
		return err
	})
	if err != nil {
		return r, err
	}
	h, err := s.People.HouseholdByCode(ctx, by, ward.ID, in.Code)
	if err != nil {
		return r, err
	}
	if r, err = s.People.SaveResident(ctx, by, residentOf(n, h, in.Key)); err != nil {
		return r, err
	}
	if n.Papers != "" {
		if _, err := s.People.SaveForeign(ctx, by, people.ForeignInput{Key: part(in.Key, "papers"), ID: r.ID, Papers: n.Papers}); err != nil {
			return r, err
		}
	}
	return s.Sampling.SettleNewcomer(ctx, by, sampling.SettleInput{Key: part(in.Key, "settle"), Newcomer: n.ID, Resident: r.ID})
}

// residentOf is the entry of a newcomer.
func residentOf(n sampling.Arrival, h people.Household, key string) people.ResidentInput {
	_, from, _ := strings.Cut(n.Place, "; ") // where he stays; where he came from
	in := people.ResidentInput{
		Key: part(key, "resident"), Household: h.ID, Name: n.Name, Birth: n.Birth, Sex: identity.Sex(n.Sex),
		Nationality: n.Nationality, Number: &n.Number, Phone: &n.Phone, Stay: people.Arrival, FromPlace: from, Since: n.At,
	}
	if n.Nationality != "" || n.Papers != "" {
		in.Stay = people.Foreign
	}
	return in
}

// part is the key of one step of a request that has several.
func part(key, step string) string {
	if key == "" {
		return ""
	}
	return key + "/" + step
}
