package sampling

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/org"
)

// BoxView is a box with its tubes, as its list on paper has them.
type BoxView struct {
	Box        Transport `json:"box"`
	Tubes      []Tube    `json:"tubes"`
	Laboratory string    `json:"laboratory_name"`
	From       string    `json:"from"` // name of the unit that sends
}

// Box is a box by its code, for who sends boxes there and for the laboratory that
// receives it.
func (s *Service) Box(ctx context.Context, by auth.Actor, code string) (v BoxView, err error) {
	return v, s.store.Read(ctx, func(tx *db.Tx) error {
		if v.Box, err = TransportByCode(tx, code); err != nil {
			return err
		}
		if !by.Anywhere(auth.LabRead) || by.Office != v.Box.Laboratory {
			if err := by.Require(auth.SampleTake, v.Box.UnitPath, auth.Personal); err != nil {
				return err
			}
		}
		lab, err := org.OfficeIn(tx, v.Box.Laboratory)
		if err != nil {
			return err
		}
		from, err := org.UnitAt(tx, v.Box.UnitPath)
		if err != nil {
			return err
		}
		v.Laboratory, v.From = lab.Name, from.Name
		return tx.Select(&v.Tubes, "SELECT "+tubeColumns+" FROM tube WHERE transport = $1 ORDER BY first_at, code", v.Box.ID)
	})
}
