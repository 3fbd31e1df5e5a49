package zoning

// Layer is one classification of the ground beside others.
type Layer string

// The layers, from the widest decision to the narrowest.
const (
	EpiRisk      Layer = "epi_risk"      // cấp độ dịch of a scheme of the Ministry
	CityZone     Layer = "city_zone"     // vùng 1 to 3 of the city
	DistrictArea Layer = "district_area" // khu vực 01 to 03 of the district
	Blocked      Layer = "blocked"       // phong tỏa
)

// Layers lists them in their order.
func Layers() []Layer { return []Layer{EpiRisk, CityZone, DistrictArea, Blocked} }

// Known tells whether there is such a layer.
func (l Layer) Known() bool { return l.Rank() >= 0 }

// Rank is the place in the order, -1 of none.
func (l Layer) Rank() int {
	for i, x := range Layers() {
		if x == l {
			return i
		}
	}
	return -1
}

// Level is whose decision a layer carries: 1 the province, 2 the district, 3
// the ward, whatever the area is to which it was given.
func (l Layer) Level() int {
	switch l {
	case DistrictArea:
		return 2
	case Blocked:
		return 3
	default:
		return 1
	}
}

// Value is what a decision says of an area on one layer. The zero value says
// nothing of its own: what the wider area has holds here too.
type Value struct {
	Class     string   `json:"class,omitempty"`
	Scheme    string   `json:"scheme,omitempty"`
	Version   int64    `json:"version,omitempty"` // of the scheme
	Bundle    string   `json:"bundle,omitempty"`
	Additions []string `json:"additions,omitempty"` // measures beyond the bundle, as written
	Document  string   `json:"document,omitempty"`
	Symbol    string   `json:"symbol,omitempty"` // of the document, as cited
	Clause    string   `json:"clause,omitempty"`
	Plan      string   `json:"plan,omitempty"`
}

// Inherits tells whether the value leaves the matter to the wider area.
func (v Value) Inherits() bool { return v.Class == "" && v.Bundle == "" }
