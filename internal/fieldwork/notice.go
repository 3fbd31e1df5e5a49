package fieldwork

import (
	"phaodai/internal/db"
	"phaodai/internal/inbox"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// tellStation writes to the health station of the ward of each household in which
// somebody is ill. The message says which door; who it is stands on the page.
func (d *doors) tellStation() error {
	for _, v := range d.rows {
		if v.Outcome != Ill || v.Withdrawn {
			continue
		}
		if err := d.s.tellStation(d.tx, v); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tellStation(tx *db.Tx, v Visit) error {
	posts, err := org.PostsWith(tx, v.UnitPath, org.HealthStation, "health_station", v.RecordedAt)
	if err != nil || len(posts) == 0 {
		return err
	}
	where, err := doorOf(tx, v.Household)
	if err != nil {
		return err
	}
	for _, h := range posts {
		err := inbox.Send(tx, v.UnitPath, inbox.Message{
			ID: s.IDs.New(), Post: h.Post.ID, Person: h.Person.ID, Kind: "visit", Subject: v.ID, Key: "fieldwork.notice.ill",
			Args: map[string]any{"Code": where.Code, "Lane": where.Lane, "Who": v.ByName, "When": v.At, "Until": v.Due()}, At: v.RecordedAt,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// doorName is how a door is called in a message: without names and house number.
type doorName struct {
	Code string `db:"code"`
	Lane string `db:"lane"`
}

func doorOf(tx *db.Tx, household string) (n doorName, err error) {
	err = tx.Get(&n, "SELECT code, lane FROM household WHERE id = $1", household)
	return n, err
}

// Due is when somebody must have looked after what was found: an ill person
// within two hours; 0 no such time.
func (v Visit) Due() instant.Micros {
	if v.Outcome != Ill {
		return 0
	}
	return v.At.Add(illWithin)
}
