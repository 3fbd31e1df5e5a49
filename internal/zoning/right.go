package zoning

import (
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/fault"
)

// deciding is the unit that decides what holds at a path: the district, or
// where there is none the ward below the province. A ward does not decide about
// itself.
func deciding(path string) string {
	parts := strings.SplitAfter(path, "/") // "/", "01/", "01-004/", ...
	return strings.Join(parts[:min(len(parts), 3)], "")
}

// requireDecide asks for the right to decide at once, over the unit that
// decides there.
func requireDecide(by auth.Actor, path string) error {
	return by.Require(auth.ZoneDecide, deciding(path), auth.Internal)
}

// mayDraw tells whether the actor keeps the areas at a path: officers of the
// ward itself, and those of the district who work on criteria; other offices of
// the district have no business there.
func mayDraw(by auth.Actor, path string) bool {
	return by.Can(auth.ZonePlan, path, auth.Internal) && (by.UnitPath == path || by.Can(auth.ZoneCriteria, path, auth.Internal))
}

func requireDraw(by auth.Actor, path string) error {
	if err := by.Require(auth.ZonePlan, path, auth.Internal); err != nil {
		return err
	}
	if !mayDraw(by, path) {
		return fault.New(fault.Denied, "zone.areas_of_ward")
	}
	return nil
}
