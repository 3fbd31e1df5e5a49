package zonemap

import (
	"encoding/json"

	"phaodai/internal/fold"
)

// whereabouts are features that say nothing of what holds.
type whereabouts struct {
	Type     string  `json:"type"`
	Features []where `json:"features"`
}

type where struct {
	Type       string    `json:"type"`
	ID         string    `json:"id"`
	Geometry   *geometry `json:"geometry"`
	Properties lies      `json:"properties"`
}

type lies struct {
	Name      string      `json:"name"`
	Link      string      `json:"link,omitempty"`
	Label     *[2]float64 `json:"label,omitempty"`  // deepest inside: where its name stands
	Parent    bool        `json:"parent,omitempty"` // the border of a parent
	Estimated bool        `json:"estimated,omitempty"`
}

// Where writes parents and areas as GeoJSON does, but only where they lie, what
// they are called and where the name stands: it stays the same through every
// decision, so that a map that draws itself fetches it once. A parent without a
// name is a ground to divide, nobody's border, and is left out; so is an area
// that is not wanted, and a parent of none that is.
func (m Map) Where(wanted func(Area) bool) ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	s := m.lay(10_000, 0, -1)
	parents := map[string]bool{}
	for _, a := range m.Areas {
		parents[a.Parent] = parents[a.Parent] || wanted(a)
	}
	out := whereabouts{Type: "FeatureCollection", Features: []where{}}
	for i, p := range s.parents {
		if g := s.borders[i]; g != nil && p.Name != "" && parents[p.ID] {
			out.Features = append(out.Features, where{"Feature", p.ID, shaped(p.Shape), lies{Name: fold.NFC(p.Name), Label: s.label(g), Parent: true}})
		}
	}
	for _, p := range s.places {
		if !wanted(p.area) {
			continue
		}
		f := where{"Feature", p.area.ID, s.geometry(p), lies{Name: fold.NFC(p.area.Name), Link: link(p.area.Link), Estimated: p.cell != nil}}
		switch {
		case f.Geometry == nil:
		case f.Geometry.Type == "Point":
			at := position(*p.area.Point)
			f.Properties.Label = &at
		default:
			f.Properties.Label = s.label(p.ground)
		}
		out.Features = append(out.Features, f)
	}
	return json.Marshal(out)
}

// label is where the name of a ground stands.
func (s *scene) label(g poly) *[2]float64 {
	middle, _ := g.pole()
	at := position(s.frame.back(middle))
	return &at
}
