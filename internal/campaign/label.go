package campaign

import (
	"context"
	"fmt"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/sampling"
)

// LabelInput asks for the labels of so many tubes.
type LabelInput struct {
	Key     string `json:"key,omitempty"`
	Session string `json:"session,omitempty"`
	Count   int    `json:"count"`
}

// MostLabels is how many labels are made at once.
const MostLabels = 500

// Labels makes codes of tubes that were never printed before, in their order:
// "CK-1209-0001". A repeat with the same key prints the same codes again.
func (s *Service) Labels(ctx context.Context, by auth.Actor, in LabelInput) ([]string, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) ([]string, error) {
		x, err := sampling.SessionIn(tx, in.Session)
		if err != nil {
			return nil, err
		}
		if err := by.Require(auth.CampaignManage, x.UnitPath, auth.Internal); err != nil {
			return nil, err
		}
		if in.Count < 1 || in.Count > MostLabels {
			return nil, fault.New(fault.Invalid, "input.check").At("count", "sampling.number", "Least", 1, "Most", MostLabels)
		}
		u, err := org.UnitIn(tx, x.Unit)
		if err != nil {
			return nil, err
		}
		return numbered(tx, initials(u.ShortName, u.Code)+"-"+x.Starts.In(instant.Vietnam()).Format("0201"), in.Count)
	})
}

// numbered are the next codes of a series. Wards with the same letters share
// one.
func numbered(tx *db.Tx, prefix string, count int) ([]string, error) {
	last, err := tx.NextOf("tube/"+prefix, count)
	if err != nil {
		return nil, err
	}
	out := make([]string, count)
	for i := range out {
		out[i] = fmt.Sprintf("%s-%04d", prefix, last-int64(count-i-1))
	}
	return out, nil
}

// initials are the first letters of a name, "CK" of "Cự Khối"; of a name without
// letters the code of the unit.
func initials(name, code string) string {
	var b strings.Builder
	for _, word := range strings.Fields(fold.Text(name)) {
		if word[0] >= 'a' && word[0] <= 'z' {
			b.WriteByte(word[0] - 'a' + 'A')
		}
	}
	if b.Len() == 0 {
		return "U" + code
	}
	return b.String()
}
