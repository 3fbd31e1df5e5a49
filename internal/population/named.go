package population

import (
	"fmt"
	"slices"
	"strings"

	"phaodai/internal/db"
)

// named adds to people their names and homes.
func named(tx *db.Tx, list []Listed) error {
	at := map[int64]*Listed{}
	var numbers []any
	for i := range list {
		at[int64(list[i].No)] = &list[i]
		numbers = append(numbers, int64(list[i].No))
	}
	for part := range slices.Chunk(numbers, 500) {
		marks := make([]string, len(part))
		for i := range part {
			marks[i] = fmt.Sprintf("$%d", i+1)
		}
		var rows []struct {
			No        int64  `db:"no"`
			ID        string `db:"id"`
			Household string `db:"household"`
			Name      string `db:"name"`
			Birth     string `db:"birth"`
			Lane      string `db:"lane"`
			Code      string `db:"code"`
		}
		err := tx.Select(&rows, "SELECT r.no, r.id, r.household, r.name, r.birth, h.lane, h.code"+homes+"WHERE r.no IN ("+strings.Join(marks, ", ")+")", part...)
		if err != nil {
			return err
		}
		for _, r := range rows {
			x := at[r.No]
			x.Resident, x.Household, x.Name, x.Birth, x.Lane, x.Code = r.ID, r.Household, r.Name, r.Birth, r.Lane, r.Code
		}
	}
	return nil
}
