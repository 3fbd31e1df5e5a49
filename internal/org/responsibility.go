package org

import (
	"sort"
	"strings"

	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// Responsibility is what a member answers for beside his office: a territory,
// a Party organisation, or both ("ủy viên BTV phụ trách địa bàn, phụ trách tổ
// chức cơ sở đảng").
type Responsibility struct {
	ID            string `db:"id" json:"id"`
	Post          string `db:"post" json:"post"`
	Person        string `db:"person" json:"person"`             // "" is whoever holds the post
	Territory     string `db:"territory" json:"territory"`       // path of a unit, or ""
	Organisation  string `db:"organisation" json:"organisation"` // id of a Party organisation, or ""
	Role          string `db:"role" json:"role"`                 // "phụ trách", "theo dõi"
	Basis         string `db:"basis" json:"basis"`               // "Thông báo số 22-TB/QU"
	BasisDocument string `db:"basis_document" json:"basis_document"`
	Period
	Stamp
}

const responsibilityColumns = `id, post, person, territory, organisation, role, basis, basis_document,
	valid_from, valid_to, version, changed_by, changed_at`

// AreaOwners returns the members in charge of an office (its id) or of a
// territory (a path, "/.../"): those in charge of exactly it first, then those
// in charge of what contains it. Vacant posts are left out.
func AreaOwners(tx *db.Tx, officeOrPath string, at instant.Micros) ([]PostHolder, error) {
	path, office := officeOrPath, ""
	if !strings.HasPrefix(officeOrPath, "/") {
		o, err := OfficeIn(tx, officeOrPath)
		if err != nil {
			return nil, err
		}
		path, office = o.UnitPath, o.ID
	}
	args := []any{int64(at), int64(at)}
	var paths []string
	for p := path; p != Root && p != ""; p = ParentPath(p) {
		paths = append(paths, p)
	}
	marks, more := list(3, append(paths, "-"))
	args = append(args, more...)
	// A row without organisation has '', which no office has as its id.
	if office == "" {
		office = "-"
	}
	om, oa := list(3+len(more), []string{office})
	var rows []Responsibility
	err := tx.Select(&rows, "SELECT "+responsibilityColumns+` FROM responsibility WHERE valid_from <= $1 AND valid_to > $2
		AND (territory IN (`+marks+`) OR organisation IN (`+om+`)) ORDER BY id`, append(args, oa...)...)
	if err != nil {
		return nil, err
	}
	sort.SliceStable(rows, func(i, j int) bool { return near(rows[i], office) > near(rows[j], office) })
	return ownersOf(tx, rows, at)
}

// near orders responsibilities: the office itself before the territory, the
// smaller territory before the larger.
func near(r Responsibility, office string) int {
	if r.Organisation == office {
		return 1 << 20
	}
	return len(r.Territory)
}

func ownersOf(tx *db.Tx, rows []Responsibility, at instant.Micros) ([]PostHolder, error) {
	var out []PostHolder
	seen := map[[2]string]bool{}
	for _, r := range rows {
		holders, err := HoldersOf(tx, r.Post, at)
		if err != nil {
			return nil, err
		}
		for _, h := range holders {
			key := [2]string{h.Post.ID, h.Person.ID}
			mine := r.Person == "" || h.Person.ID == r.Person || h.Holding.SubstituteFor == r.Person
			if mine && !seen[key] {
				seen[key] = true
				out = append(out, h)
			}
		}
	}
	return out, nil
}

// ResponsibilitiesOf returns what a person answers for at a moment, through the
// posts that he holds then.
func ResponsibilitiesOf(tx *db.Tx, personID string, at instant.Micros) ([]Responsibility, error) {
	var rows []Responsibility
	err := tx.Select(&rows, "SELECT "+prefixed("r", responsibilityColumns)+` FROM responsibility r
		JOIN holding h ON h.post = r.post WHERE h.person = $1 AND h.valid_from <= $2 AND h.valid_to > $3
		AND r.valid_from <= $4 AND r.valid_to > $5 AND (r.person = '' OR r.person = h.person OR r.person = h.substitute_for)
		ORDER BY r.territory, r.id`, personID, int64(at), int64(at), int64(at), int64(at))
	return rows, err
}
