package population

import "phaodai/internal/db"

// named adds to people their names and homes.
func named(tx *db.Tx, list []Listed) error {
	at, ids := map[string]*Listed{}, make([]string, len(list))
	for i := range list {
		at[list[i].Resident], ids[i] = &list[i], list[i].Resident
	}
	rows, err := db.SelectIn[struct {
		ID        string `db:"id"`
		Household string `db:"household"`
		Name      string `db:"name"`
		Birth     string `db:"birth"`
		Lane      string `db:"lane"`
		Code      string `db:"code"`
		Area      string `db:"area"`
	}](tx, "SELECT r.id, r.household, r.name, r.birth, h.lane, h.code, h.area"+homes+"WHERE r.id IN ($in)", ids)
	for _, r := range rows {
		x := at[r.ID]
		x.Household, x.Name, x.Birth, x.Lane, x.Code = r.Household, r.Name, r.Birth, r.Lane, r.Code
		if x.AreaID == "" {
			x.AreaID = r.Area
		}
	}
	return err
}

// NamedIn are residents by their ids, in the order given, as lists name them. The
// caller has the right to show them and keeps in the audit that it did.
func NamedIn(tx *db.Tx, residents []string) ([]Listed, error) {
	out := make([]Listed, len(residents))
	for i, id := range residents {
		out[i].Resident = id
	}
	return out, named(tx, out)
}
