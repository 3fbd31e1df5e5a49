package task

import (
	"cmp"
	"context"
	"maps"
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
		units, organisations, err := charge(tx, by)
		if err != nil {
			return err
		}
		g := surveyor{tx: tx, sc: sc, urgent: map[string][]*Ground{}}
		out.Units, out.Organisations = make([]Ground, len(units)), make([]Ground, len(organisations))
		for i, u := range units {
			if err := g.unit(&out.Units[i], u); err != nil {
				return err
			}
		}
		for i, o := range organisations {
			if err := g.organisation(&out.Organisations[i], o); err != nil {
				return err
			}
		}
		if err := g.deal(); err != nil {
			return err
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

// surveyor collects what is known of a ground.
type surveyor struct {
	tx     *db.Tx
	sc     *scope
	urgent map[string][]*Ground // by task, the grounds whose most pressing one it is
}

func (g *surveyor) unit(ground *Ground, u org.Unit) error {
	*ground = Ground{Unit: u.ID, UnitPath: u.Path, Name: cmp.Or(u.ShortName, u.Name), OnDuty: []Reach{}, Heads: []Reach{}}
	if err := g.work(ground, Filter{Unit: u.Path}); err != nil {
		return err
	}
	return g.people(ground, u.Path)
}

func (g *surveyor) organisation(ground *Ground, o org.Office) error {
	*ground = Ground{Office: o.ID, UnitPath: o.UnitPath, Name: name(o), OnDuty: []Reach{}, Heads: []Reach{}}
	if err := g.work(ground, Filter{Office: o.ID}); err != nil {
		return err
	}
	return g.head(ground, o)
}

// remindable is how many late tasks of a ground are named for "Đôn đốc".
const remindable = 200

// work counts the tasks of a ground and finds the pressing ones, all from one
// reading of what is live there.
func (g *surveyor) work(ground *Ground, f Filter) error {
	nodes, err := live(g.tx, g.sc, f)
	if err != nil {
		return err
	}
	t := tie(g.sc.by.Now, nodes)
	var leaves []node
	for _, n := range t.tops {
		leaves = append(leaves, t.leaves(n, true)...)
	}
	ground.Progress, ground.LateTasks = t.count(leaves), []string{}
	pressing := soonest(nodes, remindable)
	for _, n := range pressing {
		if t.now > n.Deadline {
			ground.LateTasks = append(ground.LateTasks, n.ID)
		}
	}
	if len(pressing) > 0 {
		g.urgent[pressing[0].ID] = append(g.urgent[pressing[0].ID], ground)
	}
	return nil
}

// live reads what somebody still has to act on, as far as counting needs it.
// It is read without a join and row by row: a chairman's page reads all that is
// open in the territory.
func live(tx *db.Tx, sc *scope, f Filter) ([]node, error) {
	f.Live = true // leaves out merged orders, so that no row has a card elsewhere
	b := f.condition(sc)
	var nodes []node
	err := tx.Rows("SELECT t.id, t.parent, t.kind, t.office, t.number, t.cadence, t.state, t.deadline, t.percent FROM task t WHERE "+b.where(), b.args,
		func(scan func(...any) error) error {
			var n node
			err := scan(&n.ID, &n.Parent, &n.Kind, &n.Office, &n.Number, &n.Cadence, &n.State, &n.Deadline, &n.Percent)
			nodes = append(nodes, n)
			return err
		})
	return nodes, err
}

// soonest are the first open pieces of work by deadline. Few of many are kept
// while they pass by, which come from the database nearly in order.
func soonest(nodes []node, most int) []node {
	var out []node
	for _, n := range nodes {
		if n.Deadline == 0 || !n.State.Open() || n.Kind != Work && n.Kind != Period {
			continue
		}
		if len(out) == most && sooner(out[most-1], n) < 0 {
			continue
		}
		i, _ := slices.BinarySearchFunc(out, n, sooner)
		out = slices.Insert(out, i, n)
		out = out[:min(len(out), most)]
	}
	return out
}

func sooner(a, b node) int {
	return cmp.Or(cmp.Compare(a.Deadline, b.Deadline), cmp.Compare(a.ID, b.ID))
}

// deal makes the cards of the most pressing tasks, of all grounds at once.
func (g *surveyor) deal() error {
	found, err := loadAll(g.tx, slices.Sorted(maps.Keys(g.urgent)))
	if err != nil {
		return err
	}
	tasks := slices.SortedFunc(maps.Values(found), func(a, b record) int { return cmp.Compare(a.ID, b.ID) })
	cards, err := newDealer(g.tx, g.sc).deal(tasks)
	for _, c := range cards {
		for _, ground := range g.urgent[c.ID] {
			ground.Urgent = &c
		}
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
