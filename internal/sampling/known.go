package sampling

import (
	"maps"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// intake is what is known of all that a batch names, read at once, and what the
// batch adds to it.
type intake struct {
	s     *Service
	tx    *db.Tx
	by    auth.Actor
	batch Batch

	known    map[string]bool // records that were taken before
	sessions map[string]Session
	tubes    map[string]*held
	order    []string // of tubes, as they were first named
	persons  map[string]*person
	asked    map[string]asked // by sample: what it answers

	samples   []Sample
	calls     []Call
	newcomers []newcomer
	reports   []SymptomReport
	problems  []Problem
	answers   []answer
	touched   []string // paths of units
	changes   []db.Change
}

// held is a tube while a batch is taken in.
type held struct {
	Tube
	fresh, changed bool
	alone          bool // holds a single resample
}

// person is what counts of somebody when a sample is taken.
type person struct {
	id       string
	path     string
	had      []given // samples that were not withdrawn
	resample string  // open resample of his, ""
	ill      []string
}

// asked is what a sample answers, and is asked again when it is taken back.
type asked struct {
	resample string
	ill      []string // reports of symptoms
}

// given is a sample that somebody gave before.
type given struct {
	ID       string         `db:"id"`
	Resident string         `db:"resident"`
	Session  string         `db:"session"`
	Campaign string         `db:"campaign"`
	At       instant.Micros `db:"at"`
	Turn     int            `db:"turn"`
	Purpose  Purpose        `db:"purpose"`
	State    State          `db:"state"`
	Result   Result         `db:"result"`
}

// read locks and reads all that the records name.
func (in *intake) read() error {
	all := in.named()
	in.tubes, in.asked = map[string]*held{}, map[string]asked{}
	var locks []string
	for _, t := range all.tubes {
		locks = append(locks, "tube/"+t)
	}
	for _, p := range all.persons {
		locks = append(locks, "person/"+p)
	}
	if err := in.tx.LockAll(locks...); err != nil {
		return err
	}
	for _, step := range []func(names) error{in.readKnown, in.readSessions, in.readTubes, in.readPersons} {
		if err := step(all); err != nil {
			return err
		}
	}
	return nil
}

// names are the identifiers in a batch.
type names struct{ records, sessions, tubes, persons []string }

func (in *intake) named() (n names) {
	for _, r := range in.batch.Records {
		n.records = append(n.records, r.ID)
		n.sessions = append(n.sessions, r.Session)
		n.tubes = append(n.tubes, TubeCode(r.Tube))
		n.persons = append(n.persons, r.Resident)
	}
	for _, list := range []*[]string{&n.records, &n.sessions, &n.tubes, &n.persons} {
		slices.Sort(*list)
		*list = slices.DeleteFunc(slices.Compact(*list), func(s string) bool { return s == "" })
	}
	return n
}

// readKnown finds the records that were taken before.
func (in *intake) readKnown(n names) error {
	in.known = map[string]bool{}
	for _, table := range []string{"sample", "sampling_call", "sampling_newcomer", "symptom_report"} {
		ids, err := db.SelectIn[string](in.tx, "SELECT id FROM "+table+" WHERE id IN ($in)", n.records)
		if err != nil {
			return err
		}
		for _, id := range ids {
			in.known[id] = true
		}
	}
	return nil
}

func (in *intake) readSessions(n names) error {
	rows, err := db.SelectIn[Session](in.tx, "SELECT "+sessionColumns+" FROM sampling_session WHERE id IN ($in)", n.sessions)
	in.sessions = map[string]Session{}
	for _, s := range rows {
		in.sessions[s.ID] = s
	}
	return err
}

func (in *intake) readTubes(n names) error {
	rows, err := db.SelectIn[Tube](in.tx, "SELECT "+tubeColumns+" FROM tube WHERE code IN ($in)", n.tubes)
	if err != nil {
		return err
	}
	for _, t := range rows {
		in.tubes[t.Code] = &held{Tube: t}
		in.order = append(in.order, t.Code)
	}
	alone, err := db.SelectIn[string](in.tx, "SELECT DISTINCT tube FROM sample WHERE purpose = 'resample' AND state <> 'withdrawn' AND tube IN ($in)", n.tubes)
	for _, code := range alone {
		if t := in.tubes[code]; t != nil {
			t.alone = true
		}
	}
	return err
}

// readPersons finds who the records name, with what they gave before.
func (in *intake) readPersons(n names) error {
	in.persons = map[string]*person{}
	type row struct {
		ID   string `db:"id"`
		Path string `db:"unit_path"`
		Into string `db:"into_id"`
	}
	rows, err := db.SelectIn[row](in.tx, "SELECT id, unit_path, into_id FROM resident WHERE id IN ($in)", n.persons)
	if err != nil {
		return err
	}
	guests, err := db.SelectIn[row](in.tx, "SELECT id, unit_path, resident AS into_id FROM sampling_newcomer WHERE id IN ($in)", n.persons)
	if err != nil {
		return err
	}
	for _, r := range append(rows, guests...) {
		// Who was merged, or entered into the registry, since the phone had its
		// list is the entry that was kept.
		p := in.persons[r.Into]
		if p == nil {
			p = &person{id: r.ID, path: r.Path}
			if r.Into != "" {
				p.id = r.Into
			}
		}
		in.persons[r.ID], in.persons[p.id] = p, p
	}
	return in.readGiven()
}

func (in *intake) readGiven() error {
	ids := slices.Sorted(maps.Keys(in.persons))
	had, err := db.SelectIn[given](in.tx, `SELECT id, resident, session, campaign, at, turn, purpose, state, result FROM sample
		WHERE state <> 'withdrawn' AND resident IN ($in) ORDER BY at`, ids)
	if err != nil {
		return err
	}
	for _, g := range had {
		p := in.persons[g.Resident]
		p.had = append(p.had, g)
	}
	type open struct {
		ID       string `db:"id"`
		Resident string `db:"resident"`
	}
	again, err := db.SelectIn[open](in.tx, "SELECT id, resident FROM resample WHERE state = 'open' AND resident IN ($in) ORDER BY at", ids)
	if err != nil {
		return err
	}
	for _, o := range again {
		in.persons[o.Resident].resample = o.ID
	}
	ill, err := db.SelectIn[open](in.tx, "SELECT id, resident FROM symptom_report WHERE sample = '' AND closed = '' AND resident IN ($in)", ids)
	for _, o := range ill {
		p := in.persons[o.Resident]
		p.ill = append(p.ill, o.ID)
	}
	return err
}
