package census

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// bands are the age groups of the table: 17 of five years, then 85 and older.
const bands = 18

// Ward is a ward of the table of wards.
type Ward struct {
	Code         string // of the table; where it has none, district code and place: "016-12"
	Name         string
	DistrictCode string
	District     string
	People       int
}

// Table is what the census counted in one province.
type Table struct {
	wards []Ward                // by district, in the order of the table
	ages  map[string][bands]int // by district code
}

// Read takes one province out of both tables. Rows that cannot be read are
// errors with their line.
func Read(wards, ages io.Reader, province string) (*Table, error) {
	t := &Table{ages: map[string][bands]int{}}
	if err := rows(wards, "ward_code", province, t.addWard); err != nil {
		return nil, fmt.Errorf("census: table of wards: %w", err)
	}
	if err := rows(ages, "age_0_04", province, t.addAges); err != nil {
		return nil, fmt.Errorf("census: table of ages: %w", err)
	}
	for _, w := range t.wards {
		if _, ok := t.ages[w.DistrictCode]; !ok {
			return nil, fmt.Errorf("census: district %s has wards but no ages", w.DistrictCode)
		}
	}
	if len(t.wards) == 0 {
		return nil, fmt.Errorf("census: no ward in province %q", province)
	}
	slices.SortStableFunc(t.wards, func(a, b Ward) int { return cmp.Compare(a.DistrictCode, b.DistrictCode) })
	return t, nil
}

// row is one row of a table by the names of its columns.
type row struct {
	columns map[string]int
	cells   []string
}

func (r row) text(name string) string {
	if i, ok := r.columns[name]; ok && i < len(r.cells) {
		return strings.TrimSpace(r.cells[i])
	}
	return ""
}

// most bounds a count of the tables: more than a ward or age group can have.
const most = 1_000_000_000

func (r row) count(name string) (int, error) {
	n, err := strconv.Atoi(r.text(name))
	if err != nil || n < 0 || n > most {
		return 0, fmt.Errorf("%s is %q, wanted is a number of people", name, r.text(name))
	}
	return n, nil
}

func rows(in io.Reader, wanted, province string, add func(row) error) error {
	table := csv.NewReader(in)
	table.FieldsPerRecord = -1
	head, err := table.Read()
	if err != nil {
		return err
	}
	columns := map[string]int{}
	for i, name := range head {
		columns[name] = i
	}
	for _, name := range []string{"province_code", "district_code", wanted} {
		if _, ok := columns[name]; !ok {
			return fmt.Errorf("no column %s", name)
		}
	}
	for {
		cells, err := table.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		r := row{columns, cells}
		if r.text("province_code") != province || r.text("district_code") == "" {
			continue // another province, or the total of this one
		}
		if err := add(r); err != nil {
			line, _ := table.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

func (t *Table) addWard(r row) error {
	n, err := r.count("total")
	if err != nil {
		return err
	}
	w := Ward{Code: r.text("ward_code"), Name: r.text("ward"), DistrictCode: r.text("district_code"), District: r.text("district"), People: n}
	if w.Code == "" {
		w.Code = fmt.Sprintf("%s-%d", w.DistrictCode, len(t.wards)+1)
	}
	if slices.ContainsFunc(t.wards, func(x Ward) bool { return x.Code == w.Code }) {
		return fmt.Errorf("ward %s stands there twice", w.Code)
	}
	t.wards = append(t.wards, w)
	return nil
}

func (t *Table) addAges(r row) error {
	var ages [bands]int
	for b := range ages {
		n, err := r.count(bandColumn(b))
		if err != nil {
			return err
		}
		ages[b] = n
	}
	t.ages[r.text("district_code")] = ages
	return nil
}

func bandColumn(band int) string {
	switch band {
	case 0:
		return "age_0_04"
	case 1:
		return "age_05_09"
	case bands - 1:
		return "age_85+"
	}
	return fmt.Sprintf("age_%d_%d", band*5, band*5+4)
}
