package people_test

import (
	"slices"
	"testing"

	"phaodai/internal/people"
)

// A name that has a comma is shown to its end.
func TestNamesOfOccupationsAndGroupsAreWhole(t *testing.T) {
	var names []string
	for _, x := range append(people.Occupations(), people.Priorities()...) {
		if x.Vi == "" || x.En == "" || x.Code == "" {
			t.Errorf("%+v lacks a name", x)
		}
		names = append(names, x.Vi)
	}
	for _, want := range []string{"Bán hàng ở chợ, siêu thị", "Trực chốt, chống dịch", "Cán bộ, công chức", "Công an, quân đội", "Học sinh, sinh viên", "Hộ nghèo, cận nghèo"} {
		if !slices.Contains(names, want) {
			t.Errorf("no name %q", want)
		}
	}
}
