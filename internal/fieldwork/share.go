package fieldwork

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/zoning"
)

// Least and most households that one phone walks, and what it gets unasked.
const (
	LeastShare = 20
	MostShare  = 70
	UsualShare = 45
)

// Part is one of several even parts of an area, in walking order.
type Part struct {
	Area string `json:"area"`
	N    int    `json:"n"`  // from 1
	Of   int    `json:"of"` // 1: the whole area
}

// ParseParts reads parts as they are written in forms: "area/2/4".
func ParseParts(texts []string) ([]Part, error) {
	out := make([]Part, len(texts))
	for i, text := range texts {
		if n, err := fmt.Sscanf(strings.ReplaceAll(text, "/", " "), "%s %d %d", &out[i].Area, &out[i].N, &out[i].Of); n < 3 || err != nil {
			return nil, fault.New(fault.Invalid, "input.check").At("areas", "fieldwork.part_unknown")
		}
	}
	return out, nil
}

// String writes a part as ParseParts reads it.
func (p Part) String() string { return fmt.Sprintf("%s/%d/%d", p.Area, p.N, p.Of) }

// bounds are the first household of a part and the one behind its last, of n.
func (p Part) bounds(n int) (from, to int) { return n * (p.N - 1) / p.Of, n * p.N / p.Of }

// valid tells whether such a part can be of an area of n households.
func (p Part) valid(n int) bool { return p.N >= 1 && p.N <= p.Of && p.Of <= n }

// Share is a part with what it holds and who has it today.
type Share struct {
	Part
	Name  string `json:"name"`  // of the area
	From  int    `json:"from"`  // number in walking order, from 1
	To    int    `json:"to"`    // of the last
	Given int    `json:"given"` // of its households given out today already
}

// Title names a part on phones and lists: "Tổ dân phố 12 (2/4: 43-84)".
func (s Share) Title() string {
	if s.Of == 1 {
		return s.Name
	}
	return fmt.Sprintf("%s (%d/%d: %d-%d)", s.Name, s.N, s.Of, s.From, s.To)
}

// Shares cuts every area of a ward into parts of about so many households; 0 is
// the usual number.
func (s *Service) Shares(ctx context.Context, by auth.Actor, path string, size int) (out []Share, err error) {
	if err := by.Require(auth.FieldManage, path, auth.Personal); err != nil {
		return nil, err
	}
	if size == 0 {
		size = UsualShare
	}
	size = min(max(size, LeastShare), MostShare)
	err = s.Store.Read(ctx, func(tx *db.Tx) error {
		areas, err := zoning.AreasOf(tx, path, by.Now)
		if err != nil {
			return err
		}
		walks, err := walksIn(tx, path)
		if err != nil {
			return err
		}
		given, err := givenIn(tx, path, by.Wall)
		out = []Share{}
		for _, a := range areas {
			out = append(out, shares(a, walks[a.ID], size, given)...)
		}
		return err
	})
	return out, err
}

// shares are the parts of one area.
func shares(a zoning.Area, walk []string, size int, given map[string]bool) (out []Share) {
	if len(walk) == 0 {
		return nil // nobody walks where nobody lives
	}
	of := max((len(walk)+size/2)/size, (len(walk)+MostShare-1)/MostShare)
	for n := 1; n <= max(of, 1); n++ {
		p := Part{Area: a.ID, N: n, Of: max(of, 1)}
		from, to := p.bounds(len(walk))
		x := Share{Part: p, Name: a.Name, From: from + 1, To: to}
		for _, h := range walk[from:to] {
			if given[h] {
				x.Given++
			}
		}
		out = append(out, x)
	}
	return out
}

// walksIn are the households of each area of a ward in walking order.
func walksIn(tx *db.Tx, path string) (map[string][]string, error) {
	var rows []struct {
		ID   string `db:"id"`
		Area string `db:"area"`
	}
	err := tx.Select(&rows, "SELECT id, area FROM household WHERE unit_path = $1 AND valid_to = $2 ORDER BY area, sort_key, id", path, int64(instant.Forever))
	out := map[string][]string{}
	for _, r := range rows {
		out[r.Area] = append(out[r.Area], r.ID)
	}
	return out, err
}

// givenIn are the households of a ward in parts that are out now.
func givenIn(tx *db.Tx, path string, wall instant.Micros) (map[string]bool, error) {
	var lists []string
	err := tx.Select(&lists, `SELECT p.homes FROM field_pass p WHERE p.unit_path = $1 AND p.expires_at > $2 AND NOT EXISTS
		(SELECT 1 FROM field_phone f WHERE f.id = p.phone AND f.stopped_at > 0)`, path, int64(wall))
	out := map[string]bool{}
	for _, text := range lists {
		for _, h := range list(text) {
			out[h] = true
		}
	}
	return out, err
}

// cut finds the shares of a duty with their households, in the order asked for.
func cut(tx *db.Tx, path string, areas []zoning.Area, parts []Part, f *fault.Fault) (out []Share, homes []string, err error) {
	walks, err := walksIn(tx, path)
	for _, p := range parts {
		i, walk := slices.IndexFunc(areas, func(a zoning.Area) bool { return a.ID == p.Area }), walks[p.Area]
		if i < 0 || !p.valid(len(walk)) {
			f.At("areas", "fieldwork.part_unknown")
			continue
		}
		from, to := p.bounds(len(walk))
		out, homes = append(out, Share{Part: p, Name: areas[i].Name, From: from + 1, To: to}), append(homes, walk[from:to]...)
	}
	if len(homes) > mostHomes {
		f.At("areas", "fieldwork.part_large", "Most", mostHomes)
	}
	return out, homes, err
}

// sharesOf reads the shares that this package wrote.
func sharesOf(text string) (out []Share) {
	_ = json.Unmarshal([]byte(text), &out)
	return out
}
