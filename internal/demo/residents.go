package demo

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/census"
	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/people"
)

// residentsOf is the ward whose residents are in the sample, as many as the
// census counted, in its neighbourhood groups.
const (
	residentsOf = "00154"
	groupsThere = 9
)

// What the census of 1 April 2019 counted (General Statistics Office): the ward,
// and its district by age. The persons made of it are invented.
const (
	countedWard = "province_code,district_code,ward_code,province,district,ward,total\n01,004,00154,Thành phố Hà Nội,Quận Long Biên,Phường Cự Khối,9859\n"
	countedAges = "province_code,district_code,province,district,total,age_0_04,age_05_09,age_10_14,age_15_19,age_20_24,age_25_29,age_30_34,age_35_39,age_40_44,age_45_49,age_50_54,age_55_59,age_60_64,age_65_69,age_70_74,age_75_79,age_80_84,age_85+\n" +
		"01,004,Thành phố Hà Nội,Quận Long Biên,322549,29321,31797,25180,17472,17591,26419,28842,31012,24746,18324,13426,17183,14989,9918,6760,4171,2779,2619\n"
)

// Residents sends the list of a ward as its officer would, and lets a job take it
// in: the first to come see it fill.
func Residents(ctx context.Context, store *db.DB, s *people.Service, who People, wall instant.Micros) error {
	list, err := WardList()
	if err != nil {
		return err
	}
	var by auth.Actor
	var unit string
	err = store.Read(ctx, func(tx *db.Tx) (err error) {
		if by, err = who.Actor(tx, "cukhoi", Start(), wall); err != nil {
			return err
		}
		return tx.Get(&unit, "SELECT id FROM unit WHERE path = $1", WardPath(residentsOf))
	})
	if err != nil {
		return err
	}
	l, err := s.KeepList(ctx, by, unit, "nhan-khau-cu-khoi-2021.csv", bytes.NewReader(list))
	if err != nil {
		return err
	}
	_, err = s.StartList(ctx, by, people.StartInput{Key: "residents", ID: l.ID})
	return err
}

// WardList is the list of residents as the ward keeps it: a spreadsheet with a
// few rows that are wrong, as such lists have.
func WardList() ([]byte, error) {
	table, err := census.Read(strings.NewReader(countedWard), strings.NewReader(countedAges), "01")
	if err != nil {
		return nil, err
	}
	city, err := table.City(census.Plan{Seed: 2021, On: instant.Date(2021, time.September, 5), HouseholdsInGroup: 9859 * 100 / 358 / groupsThere})
	if err != nil {
		return nil, err
	}
	spec, err := readOrg()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	w := &wardList{names: newNamer(spec), rand: rand.New(rand.NewPCG(2021, 154)), out: out}
	w.write("Số hộ", "Tổ dân phố", "Ngõ", "Số nhà", "Quan hệ với chủ hộ", "Họ và tên", "Giới tính", "Ngày sinh", "Số CCCD", "Số điện thoại", "Nghề nghiệp", "Đối tượng ưu tiên", "Quốc tịch", "Cư trú")
	for p := range city.All() {
		w.person(p)
	}
	out.Flush()
	return b.Bytes(), out.Error()
}

// wardList writes the rows of a list.
type wardList struct {
	names *namer
	rand  *rand.Rand
	out   *csv.Writer
	head  census.Person
	row   int
	tel   int
}

func (w *wardList) write(cells ...string) { _ = w.out.Write(cells) } // told by Error at the end

func (w *wardList) person(p census.Person) {
	w.row++
	first := p.Household != w.head.Household
	if first {
		w.head = p
	}
	year, month, day := p.Birth.Date()
	birth := fmt.Sprintf("%02d/%02d/%d", day, month, year)
	number, nationality, stay := w.number(p, year), "", "Thường trú"
	switch {
	case p.Foreign:
		number, nationality, stay = fmt.Sprintf("M%08d", w.rand.IntN(1e8)), "Hàn Quốc", "Người nước ngoài"
	case w.rand.IntN(8) == 0:
		stay = "Tạm trú"
	}
	if year < 1950 && w.rand.IntN(4) == 0 {
		birth = fmt.Sprint(year) // of many older people the year alone is known
	}
	switch w.row {
	case 1200:
		birth = "31/02/1990"
	case 3400:
		number = strings.TrimPrefix(number, "0")
	case 5600:
		number = "001599123456"
	}
	w.write(fmt.Sprintf("%02d-%03d", p.Group, p.Door+1), fmt.Sprintf("Tổ %d", p.Group), fmt.Sprintf("Ngõ %d", p.Group*10+p.Street), fmt.Sprintf("Số %d", p.House),
		w.relation(p, first), w.name(p), map[census.Sex]string{census.Male: "Nam", census.Female: "Nữ"}[p.Sex], birth, number, w.phone(year), occupationName(p.Occupation),
		priorityNames(p), nationality, stay)
}

// number invents a citizen number that agrees with the person; who is under 14
// has none.
func (w *wardList) number(p census.Person, year int) string {
	if year > 2007 {
		return ""
	}
	century := 2 * (year/100 - 19)
	if p.Sex == census.Female {
		century++
	}
	return fmt.Sprintf("001%d%02d%06d", century, year%100, w.rand.IntN(1e6))
}

// phone invents a number, of a range that no operator uses, for adults.
func (w *wardList) phone(year int) string {
	if year > 2003 || w.rand.IntN(3) == 0 {
		return ""
	}
	w.tel++
	return fmt.Sprintf("0900%06d", 700000+w.tel*17)
}

func (w *wardList) name(p census.Person) string {
	half := w.names.spec.Men
	if p.Sex == census.Female {
		half = w.names.spec.Women
	}
	return strings.Join([]string{pick(w.names, w.names.spec.Family), pick(w.names, half.Middle), pick(w.names, half.Given)}, " ")
}

// relation guesses from ages and sexes what lists say.
func (w *wardList) relation(p census.Person, first bool) string {
	years := int(p.Birth-w.head.Birth) / 365 // over 0: younger than the head
	switch {
	case first:
		return "Chủ hộ"
	case years >= 18:
		return "Con"
	case years <= -18 && p.Sex == census.Male:
		return "Bố"
	case years <= -18:
		return "Mẹ"
	case p.Sex != w.head.Sex && p.Sex == census.Male:
		return "Chồng"
	case p.Sex != w.head.Sex:
		return "Vợ"
	}
	return "Khác"
}

func occupationName(code string) string {
	for _, t := range people.Occupations() {
		if t.Code == code {
			return t.Vi
		}
	}
	return ""
}

func priorityNames(p census.Person) string {
	var out []string
	for _, code := range p.Priorities.Codes() {
		for _, t := range people.Priorities() {
			if t.Code == code {
				out = append(out, strings.ReplaceAll(t.Vi, ",", ""))
			}
		}
	}
	return strings.Join(out, "; ")
}
