package campaign

import (
	"context"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/population"
	"phaodai/internal/sampling"
)

// Guest is somebody on the list of a session.
type Guest struct {
	Invitation
	Person population.Listed `json:"person"`
	Done   string            `json:"done,omitempty"` // sampling.Sampled, or the outcome of the call
}

// GuestList is a session with everybody who is called to it.
type GuestList struct {
	Session  sampling.Session `json:"session"`
	Campaign Campaign         `json:"campaign"`
	Guests   []Guest          `json:"guests"` // by time and number
}

// Guests is the list of a session by time and number. Reading it stands in the
// audit.
func (s *Service) Guests(ctx context.Context, by auth.Actor, session string) (out GuestList, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		if out.Session, err = sampling.SessionIn(tx, session); err != nil {
			return err
		}
		if err := by.Require(auth.PeopleRead, out.Session.UnitPath, auth.Personal); err != nil {
			return err
		}
		if err := by.Require(auth.CampaignRead, out.Session.UnitPath, auth.Personal); err != nil {
			return err
		}
		if out.Session.Campaign != "" {
			if out.Campaign, err = In(tx, out.Session.Campaign); err != nil {
				return err
			}
		}
		out.Guests, err = guestsIn(tx, session)
		return err
	})
	if err != nil {
		return out, err
	}
	return out, s.store.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(tx, by, audit.Entry{Action: "resident.listed", Kind: "sampling_session", Subject: session, Unit: out.Session.UnitPath})
	})
}

func guestsIn(tx *db.Tx, session string) ([]Guest, error) {
	rows, err := InvitationsIn(tx, session)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.Resident
	}
	names, err := population.NamedIn(tx, ids)
	if err != nil {
		return nil, err
	}
	done, err := sampling.AnsweredIn(tx, session)
	out := make([]Guest, len(rows))
	for i, r := range rows {
		out[i] = Guest{Invitation: r, Person: names[i], Done: done[r.Resident]}
	}
	return out, err
}
