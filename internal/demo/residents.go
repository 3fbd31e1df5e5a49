package demo

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"phaodai/internal/census"
	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/people"
)

// What the census of 1 April 2019 counted (General Statistics Office): the wards
// of the district, and the district by age. The persons made of it are invented.
const countedAges = "province_code,district_code,province,district,total,age_0_04,age_05_09,age_10_14,age_15_19,age_20_24,age_25_29,age_30_34,age_35_39,age_40_44,age_45_49,age_50_54,age_55_59,age_60_64,age_65_69,age_70_74,age_75_79,age_80_84,age_85+\n" +
	"01,004,Thành phố Hà Nội,Quận Long Biên,322549,29321,31797,25180,17472,17591,26419,28842,31012,24746,18324,13426,17183,14989,9918,6760,4171,2779,2619\n"

// counted is the people of each ward. Cự Khối, where the players keep the
// registry, comes in first, then Phúc Lợi, where the round of testing is.
var counted = [...]struct {
	code, name string
	people     int
}{
	{"00154", "Cự Khối", 9859}, {roundIn, "Phúc Lợi", 19019}, {"00115", "Thượng Thanh", 28936}, {"00118", "Ngọc Thụy", 39565}, {"00121", "Giang Biên", 24315},
	{"00124", "Đức Giang", 27694}, {"00127", "Việt Hưng", 22375}, {"00130", "Gia Thụy", 15076}, {"00133", "Ngọc Lâm", 23923}, {"00139", "Bồ Đề", 31466},
	{"00142", "Sài Đồng", 17655}, {"00145", "Long Biên", 22028}, {"00148", "Thạch Bàn", 26427}, {"00151", "Phúc Đồng", 14211},
}

// Wards are the codes of the district's wards in the order in which their people
// come in.
func Wards() (out []string) {
	for _, w := range counted {
		out = append(out, w.code)
	}
	return out
}

// Residents sends the lists of wards as their officers would, and lets jobs take
// them in, one after the other: the first to come see them fill.
func Residents(ctx context.Context, store *db.DB, s *people.Service, who People, wall instant.Micros, wards ...string) error {
	t := &story{ctx: ctx, s: Services{Store: store}, people: who, wall: wall}
	for _, code := range wards {
		by, unit := t.asHead(code, Start()), t.unitOf(WardPath(code))
		t.do("list of "+code, func() error {
			list, err := WardList(code)
			if err != nil {
				return err
			}
			l, err := s.KeepList(ctx, by, unit.ID, "nhan-khau-"+code+"-2021.csv", bytes.NewReader(list))
			if err != nil {
				return err
			}
			_, err = s.StartList(ctx, by, people.StartInput{Key: "residents-" + code, ID: l.ID})
			return err
		})
	}
	return t.err
}

// WardList is the list of residents as a ward keeps it: a spreadsheet with a few
// rows that are wrong, as such lists have.
func WardList(code string) ([]byte, error) {
	spec, err := readOrg()
	if err != nil {
		return nil, err
	}
	w, err := newWardList(spec, code)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w.out = csv.NewWriter(&b)
	w.write("Số hộ", "Tổ dân phố", "Ngõ", "Số nhà", "Quan hệ với chủ hộ", "Họ và tên", "Giới tính", "Ngày sinh", "Số CCCD", "Số điện thoại", "Nghề nghiệp", "Đối tượng ưu tiên", "Quốc tịch", "Cư trú")
	for p := range w.city.All() {
		w.person(p)
	}
	w.out.Flush()
	return b.Bytes(), w.out.Error()
}

// groups is how many neighbourhood groups a ward has.
func (o orgSpec) groups(ward string) int {
	for _, w := range o.Wards {
		if n, ok := w[2].(int); ok && w[0] == ward {
			return n
		}
	}
	return 1
}

// newWardList makes the people of a ward, in as many groups as it has.
func newWardList(spec orgSpec, code string) (*wardList, error) {
	seed, err := strconv.ParseUint(code, 10, 64)
	if err != nil {
		return nil, err
	}
	w := &wardList{names: newNamer(spec), rand: rand.New(rand.NewPCG(2021, seed))}
	w.names.rand = rand.New(rand.NewPCG(2021, 905+seed))
	for i, c := range counted {
		if c.code != code {
			w.before += c.people
			continue
		}
		w.ward = i
		wards := fmt.Sprintf("province_code,district_code,ward_code,province,district,ward,total\n01,004,%s,Thành phố Hà Nội,Quận Long Biên,Phường %s,%d\n", code, c.name, c.people)
		table, err := census.Read(strings.NewReader(wards), strings.NewReader(countedAges), "01")
		if err != nil {
			return nil, err
		}
		w.city, err = table.City(census.Plan{Seed: 2021 + uint64(i), On: instant.Date(2021, time.September, 5), HouseholdsInGroup: c.people * 100 / 358 / spec.groups(code)})
		return w, err
	}
	return nil, fmt.Errorf("demo: no ward %s", code)
}

// wardList writes the rows of a list.
type wardList struct {
	ward   int // place in counted
	before int // people of the wards before it
	city   *census.City
	names  *namer
	rand   *rand.Rand
	out    *csv.Writer
	head   census.Person
	row    int
	tel    int
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

// eachWard is how many serial numbers a ward has for itself, so that no two of its
// people share a number: 7919 is coprime to it.
const eachWard = 70_000

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
	return fmt.Sprintf("001%d%02d%06d", century, year%100, w.ward*eachWard+w.row*7919%eachWard)
}

// phone invents a number, of a range that no operator uses, for adults.
func (w *wardList) phone(year int) string {
	if year > 2003 || w.rand.IntN(3) == 0 {
		return ""
	}
	w.tel++
	return fmt.Sprintf("0900%06d", (w.before+w.tel)*3)
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
