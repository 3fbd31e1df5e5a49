package task

import (
	"context"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/org"
)

// Territory gives what a member of the standing committee is in charge of:
// each unit and Party organisation with what is late there, its most pressing
// task and whom to call, late ones first. Who has no such charge but leads a
// unit sees the units under it.
func (s *Service) Territory(ctx context.Context, by auth.Actor) (out Territory, err error) {
	out = Territory{At: by.Now, Units: []Ground{}, Organisations: []Ground{}}
	if !by.Anywhere(auth.TaskRead) {
		return out, fault.New(fault.Denied, "auth.denied", "Right", string(auth.TaskRead))
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		sc, err := scopeOf(tx, by)
		if err != nil {
			return err
		}
		g := surveyor{tx: tx, sc: sc, dealer: newDealer(tx, sc)}
		units, organisations, err := charge(tx, by)
		if err != nil {
			return err
		}
		for _, u := range units {
			ground, err := g.unit(u)
			if err != nil {
				return err
			}
			out.Units = append(out.Units, ground)
		}
		for _, o := range organisations {
			ground, err := g.organisation(o)
			if err != nil {
				return err
			}
			out.Organisations = append(out.Organisations, ground)
		}
		lateFirst(out.Units)
		lateFirst(out.Organisations)
		return nil
	})
	return out, err
}

// charge finds the actor's units and Party organisations.
func charge(tx *db.Tx, by auth.Actor) (units []org.Unit, organisations []org.Office, err error) {
	rows, err := org.ResponsibilitiesOf(tx, by.Person, by.Now)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		if r.Post != by.Post {
			continue
		}
		if r.Territory != "" {
			u, err := org.UnitAt(tx, r.Territory)
			if err != nil {
				return nil, nil, err
			}
			units = append(units, u)
		}
		if r.Organisation != "" {
			o, err := org.OfficeIn(tx, r.Organisation)
			if err != nil {
				return nil, nil, err
			}
			organisations = append(organisations, o)
		}
	}
	if len(units)+len(organisations) > 0 || !by.Can(auth.TaskRead, by.UnitPath, auth.Internal) {
		return units, organisations, nil
	}
	own, err := org.UnitAt(tx, by.UnitPath)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	units, err = org.UnitsIn(tx, own.ID, by.Now)
	return units, nil, err
}

func lateFirst(grounds []Ground) {
	slices.SortStableFunc(grounds, func(a, b Ground) int { return b.Progress.Late - a.Progress.Late })
}

// surveyor collects what is known of a unit.
type surveyor struct {
	tx     *db.Tx
	sc     *scope
	dealer *dealer
}

func (g *surveyor) unit(u org.Unit) (Ground, error) {
	ground := Ground{Unit: u.ID, UnitPath: u.Path, Name: u.ShortName, OnDuty: []Reach{}, Heads: []Reach{}}
	if ground.Name == "" {
		ground.Name = u.Name
	}
	if err := g.work(&ground, Filter{Unit: u.Path, Live: true}); err != nil {
		return ground, err
	}
	return ground, g.people(&ground, u.Path)
}

func (g *surveyor) organisation(o org.Office) (Ground, error) {
	ground := Ground{Office: o.ID, UnitPath: o.UnitPath, Name: name(o), OnDuty: []Reach{}, Heads: []Reach{}}
	if err := g.work(&ground, Filter{Office: o.ID, Live: true}); err != nil {
		return ground, err
	}
	return ground, g.head(&ground, o)
}

// work counts the tasks of a ground and finds the most pressing one.
func (g *surveyor) work(ground *Ground, f Filter) error {
	b := f.condition(g.sc)
	t, err := grow(g.tx, g.sc.by.Now, b.where(), b.args...)
	if err != nil {
		return err
	}
	var leaves []node
	for _, n := range t.tops {
		leaves = append(leaves, t.leaves(n, true)...)
	}
	ground.Progress = t.count(leaves)
	f.Open, f.Kind = true, []Kind{Work, Period}
	b = f.condition(g.sc)
	b.add("t.deadline > 0")
	pressing, err := pick(g.tx, b, 200)
	if err != nil {
		return err
	}
	ground.LateTasks = []string{}
	for _, r := range pressing {
		if r.Late(g.sc.by.Now) {
			ground.LateTasks = append(ground.LateTasks, r.ID)
		}
	}
	if len(pressing) == 0 {
		return nil
	}
	cards, err := g.dealer.deal(pressing[:1])
	if err == nil {
		ground.Urgent = &cards[0]
	}
	return err
}

// people finds who is on duty in a unit and who leads it.
func (g *surveyor) people(ground *Ground, path string) error {
	onDuty, err := org.OnDuty(g.tx, g.sc.by, path, g.sc.by.Now)
	if err != nil {
		return err
	}
	for _, e := range onDuty {
		ground.OnDuty = append(ground.OnDuty, Reach{Office: e.OfficeName, Name: e.Person.Name, Phone: e.Phone})
	}
	for _, kind := range []org.Kind{org.PartyCommittee, org.UBND} {
		offices, err := org.OfficesAt(g.tx, path, kind, g.sc.by.Now)
		if err != nil {
			return err
		}
		for _, o := range offices {
			if err := g.head(ground, o); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *surveyor) head(ground *Ground, o org.Office) error {
	h, ok, err := org.HeadOf(g.tx, o.ID, g.sc.by.Now)
	if err != nil || !ok {
		return err
	}
	ground.Heads = append(ground.Heads, Reach{Office: name(o), Title: h.Post.Title, Name: h.Person.Name, Phone: h.Person.Phone})
	return nil
}
