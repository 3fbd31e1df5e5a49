package population

import (
	"fmt"
	"slices"
	"strings"

	"phaodai/internal/db"
)

// named adds to people their names and homes.
func named(tx *db.Tx, list []Listed) error {
	at := map[string]*Listed{}
	var ids []any
	for i := range list {
		at[list[i].Resident] = &list[i]
		ids = append(ids, list[i].Resident)
	}
	for part := range slices.Chunk(ids, 500) {
		marks := make([]string, len(part))
		for i := range part {
			marks[i] = fmt.Sprintf("$%d", i+1)
		}
		var rows []struct {
			ID        string `db:"id"`
			Household string `db:"household"`
			Name      string `db:"name"`
			Birth     string `db:"birth"`
			Lane      string `db:"lane"`
			Code      string `db:"code"`
		}
		err := tx.Select(&rows, "SELECT r.id, r.household, r.name, r.birth, h.lane, h.code"+homes+"WHERE r.id IN ("+strings.Join(marks, ", ")+")", part...)
		if err != nil {
			return err
		}
		for _, r := range rows {
			x := at[r.ID]
			x.Household, x.Name, x.Birth, x.Lane, x.Code = r.Household, r.Name, r.Birth, r.Lane, r.Code
		}
	}
	return nil
}
