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
// of him before. Whoever is like another is shown for decision there. Its steps
// bear the newcomer's name in their keys: pressed twice, or broken off, it makes
// one entry.
func (s *Service) EnterArrival(ctx context.Context, by auth.Actor, in EnterInput) (r people.Resident, err error) {
	n, err := s.Sampling.Arrival(ctx, by, in.Newcomer)
	if err != nil {
		return r, err
	}
	settle := sampling.SettleInput{Newcomer: n.ID, Resident: n.Resident}
	if in.Key != "" {
		settle.Key = in.Key + "/settle"
	}
	if n.Resident == "" {
		if r, err = s.enterArrival(ctx, by, n, in.Code); err != nil {
			return r, err
		}
		settle.Resident = r.ID
	}
	return s.Sampling.SettleNewcomer(ctx, by, settle)
}

func (s *Service) enterArrival(ctx context.Context, by auth.Actor, n sampling.Arrival, code string) (r people.Resident, err error) {
	var ward org.Unit
	err = s.Store.Read(ctx, func(tx *db.Tx) error {
		ward, err = org.UnitAt(tx, n.UnitPath)
		return err
	})
	if err != nil {
		return r, err
	}
	h, err := s.People.HouseholdByCode(ctx, by, ward.ID, code)
	if err != nil {
		return r, err
	}
	key := "arrival/" + n.ID + "/" + h.ID
	if r, err = s.People.SaveResident(ctx, by, residentOf(n, h, key)); err != nil || n.Papers == "" {
		return r, err
	}
	_, err = s.People.SaveForeign(ctx, by, people.ForeignInput{Key: key + "/papers", ID: r.ID, Papers: n.Papers})
	return r, err
}

// residentOf is the entry of a newcomer.
func residentOf(n sampling.Arrival, h people.Household, key string) people.ResidentInput {
	_, from, _ := strings.Cut(n.Place, "; ") // where he stays; where he came from
	in := people.ResidentInput{
		Key: key, Household: h.ID, Name: n.Name, Birth: n.Birth, Sex: identity.Sex(n.Sex),
		Nationality: n.Nationality, Number: &n.Number, Phone: &n.Phone, Stay: people.Arrival, FromPlace: from, Since: n.At,
	}
	if n.Nationality != "" || n.Papers != "" {
		in.Stay = people.Foreign
	}
	return in
}
