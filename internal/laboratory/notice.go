package laboratory

import (
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/inbox"
	"phaodai/internal/org"
	"phaodai/internal/sampling"
)

// tellFollows writes to the health station of the ward what came of a tube: one
// person who is positive, a result that took the place of another. Single samples
// are a task, which tells of itself. Who the people are stands on the page.
func (s *Service) tellFollows(tx *db.Tx, by auth.Actor, corrects bool, e sampling.Effect) error {
	key := "lab.notice."
	switch {
	case corrects:
		key += "corrected_" + string(e.Tube.Result)
	case e.Positive != nil:
		key += "one_positive"
	default:
		return nil
	}
	posts, err := org.PostsWith(tx, e.Tube.UnitPath, org.HealthStation, "health_station", by.Now)
	if err != nil {
		return err
	}
	m := inbox.Message{Kind: "tube", Subject: e.Tube.Code, Key: key, At: by.Now, Args: map[string]any{"Tube": e.Tube.Code, "Count": len(e.Resample)}}
	if e.Tube.Campaign != "" {
		m.Kind, m.Subject = "campaign", e.Tube.Campaign
	}
	return s.send(tx, e.Tube.UnitPath, posts, m)
}
