package people

import (
	"context"
	"slices"
	"strings"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/identity"
	"phaodai/internal/org"
	"phaodai/internal/zoning"
)

// blank stands in a column where an empty cell would repeat the one above.
const blank = "-"

// exportTitles are the columns of a ward's list as it goes out, with titles by
// which it is read again.
var exportTitles = []struct{ field, title string }{
	{"household", "Số hộ"}, {"area", "Tổ dân phố"}, {"lane", "Đường, ngõ"}, {"address", "Số nhà"}, {"relation", "Quan hệ với chủ hộ"},
	{"name", "Họ và tên"}, {"sex", "Giới tính"}, {"birth", "Ngày sinh"}, {"number", "Số CCCD"}, {"phone", "Điện thoại"},
	{"occupation", "Nghề nghiệp"}, {"priority", "Đối tượng ưu tiên"}, {"nationality", "Quốc tịch"}, {"stay", "Cư trú"}, {"from", "Đến từ"},
}

// ExportTitles are the titles of the columns of Export.
func ExportTitles() (out []string) {
	for _, t := range exportTitles {
		out = append(out, t.title)
	}
	return out
}

// exported is a resident in force with the household and the place from which he
// came.
type exported struct {
	Resident
	home Household
	from string
}

// Export hands out the list of a ward in walking order, numbers and telephones
// in clear, one row for each resident, for a reason that the audit keeps. Taken
// in again, the list changes nothing.
func (s *Service) Export(ctx context.Context, by auth.Actor, unit, reason string, each func(row []string) error) error {
	f := invalid()
	if reason = required(f, "reason", reason, 300); reason != "" && len([]rune(reason)) < 5 {
		f.At("reason", "people.reason_short")
	}
	var u org.Unit
	err := s.store.Write(ctx, func(tx *db.Tx) (err error) {
		if u, err = org.UnitIn(tx, unit); err != nil {
			return err
		}
		if err := by.Require(auth.PeopleExport, u.Path, auth.Personal); err != nil {
			return err
		}
		if err := f.OrNil(); err != nil {
			return err
		}
		return audit.Record(tx, by, audit.Entry{Action: "people_list.exported", Kind: "unit", Subject: u.ID, Unit: u.Path, Fields: []string{"number", "phone", "address"}, Reason: reason})
	})
	if err != nil {
		return err
	}
	rows, areas, err := s.exportRows(ctx, by, u.Path)
	if err != nil {
		return err
	}
	for _, r := range rows {
		row, err := s.exportRow(r, areas)
		if err != nil {
			return err
		}
		if err := each(row); err != nil {
			return err
		}
	}
	return nil
}

// exportRows reads the residents of a ward in walking order, with the names of
// its areas.
func (s *Service) exportRows(ctx context.Context, by auth.Actor, path string) (out []exported, areas map[string]string, err error) {
	areas = map[string]string{}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		named, err := zoning.AreasOf(tx, path, by.Now)
		if err != nil {
			return err
		}
		for _, a := range named {
			areas[a.ID] = a.Name
		}
		var homes []Household
		var people []Resident
		var stays []struct{ Resident, Place string }
		if err := tx.Select(&homes, "SELECT "+householdColumns+" FROM household WHERE unit_path = $1 AND valid_to > $2 ORDER BY "+walkingOrder, path, int64(by.Now)); err != nil {
			return err
		}
		if err := tx.Select(&people, "SELECT "+residentColumns+" FROM resident WHERE unit_path = $1 AND valid_to > $2", path, int64(by.Now)); err != nil {
			return err
		}
		if err := tx.Select(&stays, "SELECT resident, from_place AS place FROM stay WHERE unit_path = $1 AND valid_to > $2 AND from_place <> ''", path, int64(by.Now)); err != nil {
			return err
		}
		from, at := map[string]string{}, map[string][]Resident{}
		for _, x := range stays {
			from[x.Resident] = x.Place
		}
		for _, r := range people {
			at[r.Household] = append(at[r.Household], r)
		}
		for _, h := range homes {
			slices.SortFunc(at[h.ID], byRank)
			for _, r := range at[h.ID] {
				out = append(out, exported{r, h, from[r.ID]})
			}
		}
		return nil
	})
	return out, areas, err
}

// exportRow writes a resident as a list says it.
func (s *Service) exportRow(r exported, areas map[string]string) ([]string, error) {
	address, err := s.opened("household", "address", r.home.ID, r.home.Address)
	if err != nil {
		return nil, err
	}
	number, err := s.opened("resident", "number", r.ID, r.Number)
	if err != nil {
		return nil, err
	}
	phone, err := s.opened("resident", "phone", r.ID, r.Phone)
	if err != nil {
		return nil, err
	}
	occupation, _ := termOf(Occupations(), r.Occupation)
	var groups []string
	for _, g := range r.Groups() {
		t, _ := termOf(Priorities(), g)
		name, _, _ := strings.Cut(t.Vi, ",") // a comma parts groups
		groups = append(groups, name)
	}
	return []string{
		orBlank(r.home.Code), orBlank(areas[r.home.Area]), orBlank(r.home.Lane), orBlank(address), relationWords[r.Relation],
		r.Name, map[identity.Sex]string{identity.Male: "Nam", identity.Female: "Nữ", identity.Other: "Khác"}[r.Sex], birthWritten(r.Birth), number, identity.Phone(phone).Local(),
		occupation.Vi, strings.Join(groups, "; "), r.Nationality, stayWords[r.Stay], r.from,
	}, nil
}

func orBlank(text string) string {
	if text == "" {
		return blank
	}
	return text
}

// birthWritten turns 1990-12-31 into 31/12/1990, and 1990-12 into 12/1990.
func birthWritten(birth string) string {
	parts := strings.Split(birth, "-")
	slices.Reverse(parts)
	return strings.Join(parts, "/")
}

// The words of relations and stays that lists are read by.
var (
	relationWords = map[Relation]string{Head: "Chủ hộ", Spouse: "Vợ, chồng", Child: "Con", Parent: "Bố, mẹ", Relative: "Quan hệ khác"}
	stayWords     = map[StayKind]string{Permanent: "Thường trú", Temporary: "Tạm trú", Arrival: "Mới đến", Foreign: "Người nước ngoài"}
)
