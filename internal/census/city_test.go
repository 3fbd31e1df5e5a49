package census_test

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"phaodai/internal/census"
	"phaodai/internal/instant"
	"phaodai/internal/testkit"
)

const wardTable = `province_code,district_code,ward_code,district,ward,total
01,001,00001,Quận Một,Phường A,4000
01,001,,Quận Một,Phường B,1001
01,002,00101,Quận Hai,Phường C,7
02,010,09999,Nơi khác,Xã X,900
`

func ageTable() string {
	head := "province_code,district_code,district,total,age_0_04,age_05_09"
	for b := 2; b < 17; b++ {
		head += fmt.Sprintf(",age_%d_%d", b*5, b*5+4)
	}
	row := strings.Repeat(",300", 16)
	return head + ",age_85+\n01,,Tỉnh,5008" + row + ",100,101\n01,001,Quận Một,5001" + row + ",100,101\n01,002,Quận Hai,7" + strings.Repeat(",0", 5) + ",7" + strings.Repeat(",0", 12) + "\n"
}

func small(t testing.TB, p census.Plan) *census.City {
	t.Helper()
	table, err := census.Read(strings.NewReader(wardTable), strings.NewReader(ageTable()), "01")
	if err != nil {
		t.Fatal(err)
	}
	return plan(t, table, p)
}

func plan(t testing.TB, table *census.Table, p census.Plan) *census.City {
	t.Helper()
	if p.On == 0 {
		p.On = instant.Date(2021, 9, 8)
	}
	c, err := table.City(p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// hanoi is the city of the real tables.
func hanoi(t testing.TB) *census.Table {
	t.Helper()
	table, err := census.Read(unzip(t, "data", "population", "census2019-population-by-ward.csv.gz"),
		unzip(t, "data", "population", "census2019-population-by-district-age.csv.gz"), "01")
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func unzip(t testing.TB, elem ...string) io.Reader {
	t.Helper()
	f, err := os.Open(testkit.Shared(t, elem...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestEveryWardHasItsPeopleAndEveryDistrictItsAges(t *testing.T) {
	on := instant.Date(2021, 9, 8)
	c := small(t, census.Plan{Seed: 1})
	wards, bands, next := map[string]int{}, [18]int{}, uint32(1)
	for p := range c.All() {
		if p.No != next {
			t.Fatalf("person %d follows %d", p.No, next-1)
		}
		next++
		wards[p.Ward]++
		if p.Ward != "00101" {
			bands[min(17, on.Age(p.Birth)/5)]++
		} else if age := on.Age(p.Birth); age < 25 || age > 29 {
			t.Errorf("a person of %d years in a district of people from 25 to 29", age)
		}
	}
	if wards["00001"] != 4000 || wards["001-2"] != 1001 || wards["00101"] != 7 || len(wards) != 3 {
		t.Errorf("wards %v", wards)
	}
	if want := [18]int{300, 300, 300, 300, 300, 300, 300, 300, 300, 300, 300, 300, 300, 300, 300, 300, 100, 101}; bands != want {
		t.Errorf("ages %v", bands)
	}
}

func TestACityIsScaledByLargestRemainders(t *testing.T) {
	c := small(t, census.Plan{Total: 50_081})
	if w := c.Wards(); c.Total() != 50_081 || w[0].People != 40_001 || w[1].People != 10_010 || w[2].People != 70 {
		t.Errorf("%+v", w)
	}
	if c := small(t, census.Plan{Districts: []string{"002"}}); c.Total() != 7 {
		t.Errorf("one district has %d people", c.Total())
	}
}

func digest(c *census.City, ward int) uint64 {
	h := fnv.New64a()
	for p := range c.People(ward) {
		fmt.Fprint(h, p)
	}
	return h.Sum64()
}

func TestTheSameSeedMakesTheSamePeopleInAnyOrderOfWards(t *testing.T) {
	one, two, other := small(t, census.Plan{Seed: 7}), small(t, census.Plan{Seed: 7}), small(t, census.Plan{Seed: 8})
	sums := make([]uint64, len(one.Wards()))
	var all sync.WaitGroup
	for i := range sums {
		all.Go(func() { sums[i] = digest(one, i) })
	}
	all.Wait()
	for i := len(sums) - 1; i >= 0; i-- {
		if digest(two, i) != sums[i] {
			t.Errorf("ward %d differs in another order", i)
		}
		if digest(other, i) == sums[i] {
			t.Errorf("ward %d is the same with another seed", i)
		}
	}
}

func TestPeopleComeInWalkingOrder(t *testing.T) {
	c := small(t, census.Plan{Seed: 3, HouseholdsInGroup: 50})
	var last census.Person
	seen := map[uint32]bool{}
	for p := range c.People(0) {
		switch {
		case p.Household == last.Household:
			if p.Door != last.Door || p.Group != last.Group || p.House != last.House {
				t.Fatalf("a household at two doors: %+v, %+v", last, p)
			}
		case seen[p.Household] || p.Household != p.No:
			t.Fatalf("household %d twice, or not begun by its head", p.Household)
		case p.Group == last.Group && p.Door != last.Door+1, p.Group != last.Group && (p.Group != last.Group+1 || p.Door != 0):
			t.Fatalf("%+v follows %+v", p, last)
		}
		seen[p.Household] = true
		last = p
	}
	if last.Group < 20 || last.Group > 25 {
		t.Errorf("%d groups of 50 households for 4,000 people", last.Group)
	}
}

func TestTablesThatCannotBeReadAreErrorsWithTheLine(t *testing.T) {
	for name, c := range map[string]struct{ wards, ages, province, says string }{
		"no such province":  {wardTable, ageTable(), "99", "no ward"},
		"no column":         {"a,b\n", ageTable(), "01", "no column province_code"},
		"a word for people": {strings.Replace(wardTable, "4000", "many", 1), ageTable(), "01", `line 2: total is "many"`},
		"a ward twice":      {strings.Replace(wardTable, "00101", "00001", 1), ageTable(), "01", "line 4: ward 00001"},
		"no ages":           {wardTable, ageTable(), "02", "district 010 has wards but no ages"},
		"negative":          {strings.Replace(wardTable, "4000", "-4", 1), ageTable(), "01", "line 2"},
	} {
		_, err := census.Read(strings.NewReader(c.wards), strings.NewReader(c.ages), c.province)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestHaNoiIsTheCityOfTheCensus makes a tenth of the city by the real tables.
func TestHaNoiIsTheCityOfTheCensus(t *testing.T) {
	on := instant.Date(2021, 9, 8)
	table := hanoi(t)
	if n := plan(t, table, census.Plan{}).Total(); n != 8_053_663 {
		t.Errorf("%d people, the census counted 8,053,663", n)
	}
	const total = 833_000
	c := plan(t, table, census.Plan{Seed: 1, Total: total})
	var bands [18]float64
	sizes, men, jobs := map[uint32]int{}, 0.0, map[string]int{}
	for p := range c.All() {
		bands[min(17, on.Age(p.Birth)/5)]++
		sizes[p.Household]++
		if p.Sex == census.Male {
			men++
		}
		jobs[p.Occupation]++
		for _, code := range p.Priorities.Codes() {
			jobs[code]++
		}
	}
	census19 := [18]float64{694775, 744255, 584755, 532528, 607971, 707976, 715284, 667128, 527374, 448797, 377049, 431541, 356618, 229746, 157428, 108409, 79498, 82531}
	for b, n := range bands {
		if want := census19[b] / 8053663 * total; math.Abs(n-want) > 40 {
			t.Errorf("%d to %d years: %.0f people, the census has %.0f", b*5, b*5+4, n, want)
		}
	}
	if mean := total / float64(len(sizes)); mean < 3.5 || mean > 3.65 {
		t.Errorf("%.2f persons in a household, the census has 3.58", mean)
	}
	if share := men / total; share < .485 || share > .505 {
		t.Errorf("%.1f %% men", share*100)
	}
	known, err := os.ReadFile(filepath.Join(testkit.Root(), "internal", "people", "occupation.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	codes := append(census.Occupations(), census.Priority(63).Codes()...)
	for _, code := range codes {
		if !strings.Contains(string(known), "{code: "+code+",") {
			t.Errorf("the registry has no code %s", code)
		}
		if jobs[code] == 0 {
			t.Errorf("nobody is a %s", code)
		}
	}
}

// household is how many live in one, and how many of them are under 18.
type household struct{ size, children int }

func shape(homes map[string]household) (sizes [20]float64, mixed float64) {
	for _, h := range homes {
		sizes[min(19, h.size)] += 1 / float64(len(homes))
		if h.children > 0 && h.size > h.children {
			mixed += 1 / float64(len(homes))
		}
	}
	return sizes, mixed
}

// TestHouseholdsLookLikeThoseOfASurvey asks for the sizes that the households
// of Vinh Phuc have and compares: sizes, and how many households have children.
func TestHouseholdsLookLikeThoseOfASurvey(t *testing.T) {
	survey := map[string]household{}
	in := csv.NewReader(unzip(t, "data", "households-synthetic", "vinh_phuc_population.csv.gz"))
	in.Comma = ';'
	all, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all[1:] {
		age := 0
		if _, err := fmt.Sscan(r[5], &age); err != nil {
			t.Fatal(err)
		}
		survey[r[7]] = survey[r[7]].with(age)
	}
	want, wantMixed := shape(survey)

	on := instant.Date(2021, 9, 8)
	made := map[string]household{}
	c := plan(t, hanoi(t), census.Plan{Seed: 5, Total: 100_000, Sizes: want[1:]})
	for p := range c.All() {
		key := fmt.Sprint(p.Household)
		made[key] = made[key].with(on.Age(p.Birth))
	}
	got, mixed := shape(made)
	distance := 0.0
	for i := range want {
		distance += math.Abs(want[i]-got[i]) / 2
	}
	if distance > .03 {
		t.Errorf("sizes differ in %.1f %% of households:\n%.3f\n%.3f", distance*100, want, got)
	}
	if math.Abs(mixed-wantMixed) > .12 {
		t.Errorf("%.0f %% of households have children and grown-ups, of the survey's %.0f %%", mixed*100, wantMixed*100)
	}
	for key, h := range made {
		if h.size == h.children {
			t.Errorf("household %s has only children", key)
		}
	}
}

func (h household) with(age int) household {
	h.size++
	if age < 18 {
		h.children++
	}
	return h
}

// BenchmarkCensusCity makes the city of 8.3 million on one processor.
func BenchmarkCensusCity(b *testing.B) {
	c := plan(b, hanoi(b), census.Plan{Seed: 1, Total: 8_330_000})
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for p := range c.All() {
			n += int(p.No & 1)
		}
		if n != 4_165_000 {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/8_330_000, "ns/person")
}
