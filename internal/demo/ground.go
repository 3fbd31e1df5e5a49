package demo

import (
	_ "embed"
	"fmt"
	"math"

	"gopkg.in/yaml.v3"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/zoning"
)

//go:embed ground.yaml
var groundYAML []byte

// ground is what lies in the wards.
type ground struct {
	Wards map[string]struct {
		Lat   float64 `yaml:"lat"`
		Lon   float64 `yaml:"lon"`
		State string  `yaml:"state"`
	} `yaml:"wards"`
	Places [][5]any `yaml:"places"`
}

// asHead is the chairman of a ward at a moment of the story, a player or not.
func (t *story) asHead(ward string, now instant.Micros) auth.Actor {
	return t.asPost("chu-tich."+ward, now)
}

// asPost is who holds a post at a moment of the story.
func (t *story) asPost(key string, now instant.Micros) (by auth.Actor) {
	if t.err != nil {
		return by
	}
	t.err = t.s.Store.Read(t.ctx, func(tx *db.Tx) error {
		posts, err := org.ActingIn(tx, t.people.Persons[key], now)
		for _, a := range posts {
			if a.Post.ID != t.people.Posts[key] {
				continue
			}
			p, err := org.PersonIn(tx, t.people.Persons[key])
			by = auth.Actor{Account: "dien-tap:" + key, Person: p.ID, Name: p.Name, Post: a.Post.ID, PostTitle: a.Title, Office: a.Office.ID,
				UnitPath: a.Office.UnitPath, Grants: a.Grants, Now: now, Wall: t.wall, Lang: "vi"}
			return err
		}
		if err == nil {
			err = fmt.Errorf("nobody holds %s", key)
		}
		return err
	})
	return by
}

func (t *story) unitOf(path string) (u org.Unit) {
	if t.err != nil {
		return u
	}
	t.err = t.s.Store.Read(t.ctx, func(tx *db.Tx) (err error) {
		u, err = org.UnitAt(tx, path)
		return err
	})
	return u
}

// draw makes the areas of every ward with their numbers.
func (t *story) draw(now instant.Micros) {
	var g ground
	t.do("ground.yaml", func() error { return yaml.Unmarshal(groundYAML, &g) })
	var spec orgSpec
	t.do("org.yaml", func() (err error) { spec, err = readOrg(); return err })
	for _, w := range spec.Wards {
		code, groups := fmt.Sprint(w[0]), w[2].(int)
		by := t.asHead(code, now)
		var in []zoning.AreaInput
		at := g.Wards[code]
		for i := range groups {
			households := int64(70 + (i*37+len(code)*11)%80)
			people := households*35/10 + int64(i%7)
			in = append(in, place("neighbourhood_group", fmt.Sprintf("Tổ dân phố %d", i+1), households, people, at.Lat, at.Lon, i))
		}
		for i, p := range g.Places {
			if fmt.Sprint(p[0]) == code {
				in = append(in, place(fmt.Sprint(p[1]), fmt.Sprint(p[2]), int64(p[3].(int)), int64(p[4].(int)), at.Lat, at.Lon, groups+i))
			}
		}
		var made []zoning.Area
		unit := t.unitOf(WardPath(code))
		t.do("areas of "+code, func() (err error) {
			made, err = t.s.Zoning.AddAreas(t.ctx, by, unit.ID, "", in)
			return err
		})
		t.do("numbers of "+code, func() error {
			_, err := t.s.Zoning.EnterNumbers(t.ctx, by, "", numbers(made, at.State, now))
			return err
		})
	}
}

// place is an area whose point stands on a spiral around the centre of its
// ward, so that points keep their distance (H. Vogel, A better way to construct
// the sunflower head, Mathematical Biosciences 44, 1979, equation 1).
func place(kind, name string, households, people int64, lat, lon float64, n int) zoning.AreaInput {
	const metres, degree, golden = 90.0, 111_195.0, 137.508
	r, angle := metres*math.Sqrt(float64(n)+0.5), float64(n)*golden*math.Pi/180
	y, x := lat+r*math.Sin(angle)/degree, lon+r*math.Cos(angle)/(degree*math.Cos(lat*math.Pi/180))
	in := zoning.AreaInput{Kind: kind, Name: name, People: &people, Lon: &x, Lat: &y}
	if households > 0 {
		in.Households = &households
	}
	return in
}

// numbers are what the health station of a ward knows. A market has none yet:
// its ward must look for itself.
func numbers(areas []zoning.Area, state string, now instant.Micros) (out []zoning.NumberInput) {
	for i, a := range areas {
		if a.Kind == "wet_market" {
			continue
		}
		days, contacts := 60.0, 0.0
		switch {
		case state == "hot" && i%3 != 2:
			days, contacts = float64(3+i%9), float64(12+i%14)
		case state == "hot", state == "warm" && i%4 == 0:
			days, contacts = float64(18+i%8), float64(2+i%6)
		case state == "warm":
			contacts = float64(i % 3)
		}
		for name, v := range map[string]any{"days_since_case": days, "contacts": contacts, "unknown_source": state == "hot" && i == 0,
			"crowded_place": a.Kind == "industrial_park"} {
			out = append(out, zoning.NumberInput{Area: a.ID, Measure: name, At: now, Value: v, Source: "Trạm y tế phường (diễn tập)"})
		}
	}
	return out
}
