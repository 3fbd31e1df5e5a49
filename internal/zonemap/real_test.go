package zonemap

import (
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"phaodai/internal/geo"
	"phaodai/internal/testkit"
)

// features are those of a file of real boundaries.
func features(t testing.TB, name string) []geo.Feature {
	t.Helper()
	file, err := os.Open(testkit.Shared(t, "data", "ward-geometry", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var r io.Reader = file
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	out, _, err := geo.Parse(data, geo.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var words = Words{
	Unclassified: "Chưa phân loại", Unplaced: "Chưa có vị trí trên bản đồ", North: "B", Metres: "m", Kilometres: "km",
	Estimated: "Nét mảnh là ranh giới ước lượng quanh điểm đã biết.",
}

// areaClasses are three classes of a district, and a blocked area.
func areaClasses() []Class {
	return []Class{
		{Code: "PT", Layer: DistrictArea, Badge: "PT", Letter: "PT", Name: "Khu vực phong tỏa", Fill: "#2B2B2B", Pattern: Double},
		{Code: "A01", Layer: DistrictArea, Badge: "01", Letter: "C", Name: "Khu vực 01 · Nguy cơ cao", Fill: "#F08A24", Pattern: Diagonal},
		{Code: "A02", Layer: DistrictArea, Badge: "02", Letter: "V", Name: "Khu vực 02 · Nguy cơ", Fill: "#F6D44D", Pattern: Dots},
		{Code: "A03", Layer: DistrictArea, Badge: "03", Letter: "X", Name: "Khu vực 03 · Bình thường mới", Fill: "#A6D8A8"},
	}
}

// longBien is the district with its 14 wards and n areas, most of them points:
// neighbourhood groups, buildings, markets. The points are drawn by lot.
func longBien(t testing.TB, n int) Map {
	t.Helper()
	m := Map{
		Lang: "vi", Title: "Khu vực phòng, chống dịch quận Long Biên", Notice: "DIỄN TẬP · 06:00 09/9/2021", AsOf: "Áp dụng từ 06:00 thứ Năm 09/9/2021 · số liệu lúc 20:10 08/9",
		Description: "14 phường.", Weld: 120, Words: words, Classes: areaClasses(),
	}
	for _, f := range features(t, "hanoi-wards-2013-lowres.geojson.gz") {
		if f.Properties["gso_district_code_2021"] == "004" {
			m.Parents = append(m.Parents, Parent{ID: fmt.Sprint(f.Properties["gso_ward_code_2021"]), Name: strings.TrimPrefix(fmt.Sprint(f.Properties["name"]), "Phường "), Shape: f.Shape})
		}
	}
	if len(m.Parents) != 14 {
		t.Fatalf("%d wards", len(m.Parents))
	}
	r := rand.New(rand.NewPCG(9, 9))
	for i := range n {
		m.Areas = append(m.Areas, lot(r, m.Parents[i%14], i))
	}
	m.Areas[0].Class, m.Areas[0].Emphasis, m.Areas[0].Name = "PT", true, "Ngõ 45 Tư Đình"
	m.Areas[21].Class = ""
	m.Areas[40].Point, m.Areas[40].Name = nil, "Chợ dân sinh Ế Ộ ự"
	return m
}

func lot(r *rand.Rand, p Parent, i int) Area {
	x := geo.NewIndex(map[string]geo.Shape{p.ID: p.Shape})
	b := p.Shape.Bound()
	at := geo.Centre(p.Shape)
	for range 100 {
		try := geo.Point{b.Min[0] + r.Float64()*(b.Max[0]-b.Min[0]), b.Min[1] + r.Float64()*(b.Max[1]-b.Min[1])}
		if len(x.At(try)) == 1 {
			at = try
			break
		}
	}
	class := []string{"A01", "A02", "A02", "A03", "A03", "A03", "A03"}[r.IntN(7)]
	return Area{ID: fmt.Sprint("a", i), Name: fmt.Sprintf("Tổ dân phố %d", i/14+1), Parent: p.ID, Point: &at, Class: class, Link: fmt.Sprintf("/khu-vuc/01FF2A3B4C5D6E7F8G9H0J%04d", i)}
}

// wards are shapes as areas, with classes by lot.
func wards(t testing.TB, file, name string, most int) Map {
	t.Helper()
	m := Map{
		Lang: "vi", Title: "Cấp độ dịch theo phường, xã, thành phố Hà Nội", AsOf: "Số liệu lúc 17:00 08/9/2021", Description: "Hà Nội.", Words: words,
		Classes: []Class{
			{Code: "L4", Layer: EpiRisk, Badge: "Cấp 4", Letter: "Đ", Name: "Nguy cơ rất cao", Fill: "#B3261E", Pattern: Cross},
			{Code: "L3", Layer: EpiRisk, Badge: "Cấp 3", Letter: "C", Name: "Nguy cơ cao", Fill: "#F08A24", Pattern: Diagonal},
			{Code: "L2", Layer: EpiRisk, Badge: "Cấp 2", Letter: "V", Name: "Nguy cơ", Fill: "#F6D44D", Pattern: Dots},
			{Code: "L1", Layer: EpiRisk, Badge: "Cấp 1", Letter: "X", Name: "Bình thường mới", Fill: "#A6D8A8"},
		},
	}
	r := rand.New(rand.NewPCG(4, 4))
	for i, f := range features(t, file) {
		if i == most {
			break
		}
		class := []string{"L4", "L3", "L2", "L2", "L1", "L1", "L1"}[r.IntN(7)]
		m.Areas = append(m.Areas, Area{ID: fmt.Sprint(i), Name: fmt.Sprint(f.Properties[name]), Shape: f.Shape, Class: class, Link: fmt.Sprint("/khu-vuc/", i)})
	}
	return m
}
