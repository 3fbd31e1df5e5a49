package fieldwork

import (
	"cmp"
	"context"
	"math"
	"slices"

	"phaodai/internal/audit"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/people"
	"phaodai/internal/sampling"
	"phaodai/internal/zoning"
)

// Duty is what a phone takes along.
type Duty struct {
	Title    string         `json:"title"`
	Ward     string         `json:"ward"`
	Desk     string         `json:"desk"`
	Name     string         `json:"name"` // of who holds the phone
	Until    instant.Micros `json:"until"`
	Hotline  string         `json:"hotline,omitempty"`
	Sessions []Table        `json:"sessions"`
	Homes    []Home         `json:"homes"`
}

// Table is a session with who is called to it.
type Table struct {
	ID      string         `json:"id"`
	Place   string         `json:"place"`
	Method  string         `json:"method"`
	PoolMax int            `json:"pool_max"`
	Starts  instant.Micros `json:"starts"`
	Ends    instant.Micros `json:"ends"`
	People  []Called       `json:"people"`
}

// Called is somebody on the list of a session.
type Called struct {
	people.DoorPerson
	Where  string         `json:"where,omitempty"`  // address and lane
	Number int            `json:"number,omitempty"` // on the list of the invited; 0 not invited
	Slot   instant.Micros `json:"slot,omitempty"`   // when they were told to come
	Done   string         `json:"done,omitempty"`   // sample or outcome that is there already
}

// Home is a household to visit.
type Home struct {
	people.Door
	Where string `json:"where"` // name of the area
	No    int    `json:"no"`    // in its walking order
	Last  string `json:"last,omitempty"`
}

// mostHomes bounds what one phone takes along.
const mostHomes = 400

// Duty is the duty of a phone. Taking it along stands in the audit.
func (s *Service) Duty(ctx context.Context, h Held) (d Duty, err error) {
	if h.Actor.Wall >= h.Pass.ExpiresAt {
		return d, fault.New(fault.Unsigned, "fieldwork.phone_over")
	}
	d = Duty{Title: h.Pass.Title, Desk: h.Pass.Desk, Name: h.Phone.Name, Until: h.Pass.ExpiresAt, Sessions: []Table{}, Homes: []Home{}}
	err = s.Store.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec("UPDATE field_phone SET seen_at = $1 WHERE id = $2", int64(h.Actor.Now), h.Phone.ID); err != nil {
			return err
		}
		return audit.Record(tx, h.Actor, audit.Entry{Action: "field_phone.duty", Kind: "field_phone", Subject: h.Phone.ID, Unit: h.Phone.UnitPath, Fields: []string{"households", "residents"}})
	})
	if err != nil {
		return d, err
	}
	return d, s.Store.Read(ctx, func(tx *db.Tx) error {
		u, err := org.UnitIn(tx, h.Pass.Unit)
		if err != nil {
			return err
		}
		d.Ward = u.Name
		if err := s.tables(tx, h, &d); err != nil {
			return err
		}
		return s.homes(tx, h, &d)
	})
}

func (s *Service) tables(tx *db.Tx, h Held, d *Duty) error {
	for _, id := range list(h.Pass.Sessions) {
		x, err := sampling.SessionIn(tx, id)
		if err != nil {
			return err
		}
		t := Table{ID: x.ID, Place: x.Place, Method: string(x.Method), PoolMax: x.PoolMax, Starts: x.Starts, Ends: x.Ends}
		if t.People, err = s.called(tx, x, h.Actor.Now); err != nil {
			return err
		}
		d.Sessions = append(d.Sessions, t)
	}
	return nil
}

// mostCalled bounds the list of one session on a phone.
const mostCalled = 2000

// worksIn are the areas whose people come to a session.
func worksIn(tx *db.Tx, x sampling.Session, now instant.Micros) (areas []string, err error) {
	if x.Area != "" {
		return zoning.InsideIn(tx, x.Area, now)
	}
	return areas, tx.Select(&areas, "SELECT DISTINCT area FROM household WHERE unit_path = $1 ORDER BY area", x.UnitPath)
}

// called are those invited to a session by number, then all others who live
// where it works: whoever comes to the table is found.
func (s *Service) called(tx *db.Tx, x sampling.Session, now instant.Micros) ([]Called, error) {
	areas, err := worksIn(tx, x, now)
	if err != nil {
		return nil, err
	}
	doors, err := s.People.DoorsIn(tx, areas)
	if err != nil {
		return nil, err
	}
	done, err := sampling.AnsweredIn(tx, x.ID)
	if err != nil {
		return nil, err
	}
	guests := map[string]Guest{}
	if s.Invited != nil {
		if guests, err = s.Invited(tx, x.ID); err != nil {
			return nil, err
		}
	}
	out := []Called{}
	for _, d := range doors {
		for _, p := range d.People {
			g := guests[p.ID]
			out = append(out, Called{DoorPerson: p, Where: place(d), Number: g.Number, Slot: g.Slot, Done: done[p.ID]})
		}
	}
	slices.SortStableFunc(out, func(a, b Called) int { return cmp.Compare(turn(a), turn(b)) })
	return out[:min(len(out), mostCalled)], nil
}

// turn puts who was not invited behind all who were.
func turn(c Called) int {
	if c.Number == 0 {
		return math.MaxInt
	}
	return c.Number
}

func place(d people.Door) string {
	switch {
	case d.Address != "" && d.Lane != "":
		return d.Address + ", " + d.Lane
	case d.Address != "":
		return d.Address
	}
	return d.Lane
}

// homes are the households of the duty, in walking order, with what was found
// there last.
func (s *Service) homes(tx *db.Tx, h Held, d *Duty) (err error) {
	if d.Homes, err = s.homesOf(tx, h.Pass); err != nil {
		return err
	}
	rows, err := db.SelectIn[Visit](tx, "SELECT "+visitColumns+" FROM visit WHERE withdrawn = 0 AND household IN ($in) ORDER BY at", list(h.Pass.Homes))
	last := map[string]string{}
	for _, v := range rows {
		last[v.Household] = string(v.Outcome)
	}
	for i := range d.Homes {
		d.Homes[i].Last = last[d.Homes[i].ID]
	}
	return err
}

// homesOf are the households of a pass that are still there.
func (s *Service) homesOf(tx *db.Tx, p Pass) ([]Home, error) {
	ids := list(p.Homes)
	doors, err := s.People.DoorsOf(tx, ids)
	if err != nil {
		return nil, err
	}
	by := map[string]people.Door{}
	for _, d := range doors {
		by[d.ID] = d
	}
	out := []Home{}
	for _, x := range sharesOf(p.Parts) {
		n := x.To - x.From + 1
		for i, id := range ids[:n] {
			if d, there := by[id]; there {
				out = append(out, Home{Door: d, Where: x.Name, No: x.From + i})
			}
		}
		ids = ids[n:]
	}
	return out, nil
}
