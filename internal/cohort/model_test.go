package cohort_test

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"phaodai/internal/cohort"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/rule"
)

// epoch is when the epidemic of these tests began.
func epoch() instant.Day { return instant.Date(2020, 1, 1) }

func schema() cohort.Schema {
	return cohort.Schema{Epoch: epoch(), Layers: []rule.Var{
		{Name: "zone", Type: rule.Text, Vi: "vùng"}, {Name: "district_area", Type: rule.Text, Vi: "khu vực"},
	}}
}

// idOf is an identifier for a number, in the same order.
func idOf(n uint32) (p id.Packed) {
	binary.BigEndian.PutUint32(p[12:], n)
	return p
}

// model is the population as a list, decided person by person: what the engine
// must agree with. It shares no code with it.
type model struct {
	areas  map[string]cohort.PutArea
	class  map[[2]string]string // by area and layer
	people map[id.Packed]cohort.Person
}

func newModel() *model {
	return &model{map[string]cohort.PutArea{}, map[[2]string]string{}, map[id.Packed]cohort.Person{}}
}

func (m *model) around(code string) []string {
	var out []string
	for ; code != ""; code = m.areas[code].Parent {
		out = append(out, code)
	}
	return out
}

func home(p cohort.Person) string { return cmp.Or(p.Area, p.Ward) }

// values are what package rule gets of a person.
func (m *model) values(p cohort.Person, asked cohort.Asked) map[string]any {
	v := map[string]any{"ward": p.Ward, "areas": m.around(home(p))}
	if ages := agesOf(p, asked.Day); len(ages) == 1 {
		v["age"] = ages[0]
	}
	if p.Sex != "" {
		v["sex"] = p.Sex
	}
	if p.Residence != "" {
		v["residence"] = p.Residence
	}
	if p.Occupations != nil {
		v["occupations"] = p.Occupations
	}
	if p.Priorities != nil {
		v["priorities"] = p.Priorities
	}
	if n, ok := p.Doses.Number(); ok {
		v["doses"] = n
	}
	for name, w := range map[string]cohort.When{"last_dose": p.LastDose, "last_sample": p.LastSample, "symptoms": p.Symptoms, "arrival": p.Arrival} {
		if d, ok := w.Day(); ok {
			v[name] = int(asked.Day - d)
		} else if w.Known() {
			v[name] = rule.Never
		}
	}
	if p.Symptoms.Known() {
		d, ok := p.Symptoms.Day()
		v["symptomatic"] = ok && d <= asked.Day
	}
	for _, layer := range []string{"zone", "district_area"} {
		for _, a := range m.around(home(p)) {
			if c := m.class[[2]string{a, layer}]; c != "" {
				v[layer] = c
				break
			}
		}
	}
	if asked.Round != "" {
		v["samples_in_round"] = samples(p, asked.Round)
	}
	return v
}

// agesOf are the ages that a person can have on a day, looked for at days on which
// he can have been born, the first and the last among them.
func agesOf(p cohort.Person, on instant.Day) (out []int) {
	first, last, known := p.Birth.Days()
	for _, d := range []instant.Day{first, first + (last-first)/3, first + (last-first)/2, last} {
		if !known {
			return nil
		}
		year, _, _ := d.Date()
		now, _, _ := on.Date()
		age := now - year - 2
		for birthday(d, age+1, on) {
			age++
		}
		if !slices.Contains(out, age) {
			out = append(out, age)
		}
	}
	return out
}

// decide decides one person: with all ages that he can have, if they agree.
func (m *model) decide(naive *rule.Rule, p cohort.Person, asked cohort.Asked) (rule.Truth, error) {
	values, ages := m.values(p, asked), agesOf(p, asked.Day)
	if len(ages) < 2 {
		got, _, err := naive.Decide(values)
		return got, err
	}
	var all []rule.Truth
	for _, age := range ages {
		values["age"] = age
		got, _, err := naive.Decide(values)
		if err != nil {
			return got, err
		}
		all = append(all, got)
	}
	if len(slices.Compact(all)) > 1 {
		return rule.Unknown, nil
	}
	return all[0], nil
}

// birthday tells whether somebody had the birthday with that number by a day.
func birthday(birth instant.Day, age int, by instant.Day) bool {
	y, mo, d := birth.Date()
	return instant.Date(y+age, mo, d) <= by // 29 February carries over to 1 March
}

func samples(p cohort.Person, round string) int {
	for _, r := range p.Rounds {
		if r.Round == round {
			return min(cohort.MaxCount, r.N)
		}
	}
	return 0
}

// order is the walking order of a ward.
func (m *model) order(ward string) []cohort.Person {
	var out []cohort.Person
	for _, p := range m.people {
		if p.Ward == ward {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b cohort.Person) int {
		return cmp.Or(cmp.Compare(m.areas[home(a)].Order, m.areas[home(b)].Order), cmp.Compare(home(a), home(b)),
			cmp.Compare(a.Walk, b.Walk), cmp.Compare(string(a.Household[:]), string(b.Household[:])), cmp.Compare(string(a.ID[:]), string(b.ID[:])))
	})
	return out
}

// do is what an edit means, in words of a person.
func (m *model) do(e cohort.Edit) {
	change := func(no id.Packed, f func(p *cohort.Person)) {
		if p, ok := m.people[no]; ok {
			f(&p)
			m.people[no] = p
		}
	}
	switch e := e.(type) {
	case cohort.PutArea:
		m.areas[e.Code] = e
	case cohort.SetClass:
		m.class[[2]string{e.Area, e.Layer}] = e.Class
	case cohort.Put:
		m.people[e.ID] = e.Person
	case cohort.Remove:
		delete(m.people, e.ID)
	case cohort.Move:
		change(e.ID, func(p *cohort.Person) { p.Ward, p.Area, p.Walk, p.Household = e.Ward, e.Area, e.Walk, e.Household })
	case cohort.SetBirth:
		change(e.ID, func(p *cohort.Person) { p.Birth = e.Birth })
	case cohort.SetSex:
		change(e.ID, func(p *cohort.Person) { p.Sex = e.Sex })
	case cohort.SetResidence:
		change(e.ID, func(p *cohort.Person) { p.Residence = e.Residence })
	case cohort.SetOccupations:
		change(e.ID, func(p *cohort.Person) { p.Occupations = e.Occupations })
	case cohort.SetPriorities:
		change(e.ID, func(p *cohort.Person) { p.Priorities = e.Priorities })
	case cohort.SetSymptoms:
		change(e.ID, func(p *cohort.Person) { p.Symptoms = e.Since })
	case cohort.SetArrival:
		change(e.ID, func(p *cohort.Person) { p.Arrival = e.Day })
	case cohort.Dosed:
		change(e.ID, func(p *cohort.Person) {
			if n, ok := p.Doses.Number(); ok {
				p.Doses = cohort.Times(n + 1)
			}
			p.LastDose = later(p.LastDose, e.Day)
		})
	case cohort.Sampled:
		change(e.ID, func(p *cohort.Person) {
			p.LastSample = later(p.LastSample, e.Day)
			if e.Round != "" {
				p.Rounds = with(p.Rounds, e.Round)
			}
		})
	case cohort.DropRound:
		for no := range m.people {
			change(no, func(p *cohort.Person) {
				if p.Rounds = slices.DeleteFunc(slices.Clone(p.Rounds), func(r cohort.RoundCount) bool { return r.Round == e.Round }); len(p.Rounds) == 0 {
					p.Rounds = nil
				}
			})
		}
	}
}

func later(w cohort.When, day instant.Day) cohort.When {
	if d, ok := w.Day(); ok && d >= day {
		return w
	}
	return cohort.On(day)
}

func with(rounds []cohort.RoundCount, round string) []cohort.RoundCount {
	out := slices.Clone(rounds)
	for i := range out {
		if out[i].Round == round {
			out[i].N = min(cohort.MaxCount, out[i].N+1)
			return out
		}
	}
	return append(out, cohort.RoundCount{Round: round, N: 1})
}

// world are the areas of the tests: a city of two districts, three wards with
// groups, one with a building in a group.
func world() []cohort.Edit {
	out := []cohort.Edit{cohort.PutArea{Code: "city"}}
	for _, d := range []string{"d1", "d2"} {
		out = append(out, cohort.PutArea{Code: d, Parent: "city"})
	}
	for i, w := range wards() {
		out = append(out, cohort.PutArea{Code: w, Parent: []string{"d1", "d1", "d2"}[i]})
		for g := range 3 {
			out = append(out, cohort.PutArea{Code: fmt.Sprintf("%s-g%d", w, g), Parent: w, Order: 3 - g})
		}
		out = append(out, cohort.PutArea{Code: w + "-b", Parent: w + "-g1", Order: 2})
	}
	return out
}

func wards() []string { return []string{"w1", "w2", "w3"} }

// draws of the parts of a population.

func drawDay(t *rapid.T) instant.Day {
	return epoch() + instant.Day(rapid.IntRange(0, 400).Draw(t, "day"))
}

func drawWhen(t *rapid.T) cohort.When {
	switch rapid.IntRange(0, 3).Draw(t, "when") {
	case 0:
		return cohort.When{}
	case 1:
		return cohort.Never()
	}
	return cohort.On(drawDay(t))
}

func drawBirth(t *rapid.T) cohort.Birth {
	year := rapid.IntRange(1920, 2020).Draw(t, "year")
	day := instant.Date(year, 1, rapid.IntRange(1, 366).Draw(t, "day of year"))
	y, mo, _ := day.Date()
	text := ""
	switch rapid.IntRange(0, 7).Draw(t, "born") {
	case 0:
	case 1:
		text = "2004-02-29"
	case 2:
		text = fmt.Sprintf("%04d-%02d", y, mo)
	case 3:
		text = fmt.Sprint(y)
	default:
		return cohort.BornOn(day)
	}
	b, err := cohort.Born(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func drawTexts(t *rapid.T, from ...string) []string {
	if rapid.IntRange(0, 4).Draw(t, "texts") == 0 {
		return nil
	}
	out := []string{}
	for _, s := range from {
		if rapid.Bool().Draw(t, s) {
			out = append(out, s)
		}
	}
	return out
}

func drawHome(t *rapid.T) (ward, area, walk string, household id.Packed) {
	ward = rapid.SampledFrom(wards()).Draw(t, "ward")
	area = rapid.SampledFrom([]string{"", "-g0", "-g1", "-g2", "-b"}).Draw(t, "area")
	if area != "" {
		area = ward + area
	}
	walk = rapid.SampledFrom([]string{"", "ngo", "ngo 00000002", "ngo 00000010", "pho"}).Draw(t, "walk")
	return ward, area, walk, idOf(uint32(rapid.IntRange(0, 5).Draw(t, "household")))
}

func drawPerson(t *rapid.T, no id.Packed) cohort.Person {
	p := cohort.Person{
		ID: no, Birth: drawBirth(t), LastDose: drawWhen(t), LastSample: drawWhen(t), Symptoms: drawWhen(t), Arrival: drawWhen(t),
		Sex:         rapid.SampledFrom([]string{"", "male", "female"}).Draw(t, "sex"),
		Residence:   rapid.SampledFrom([]string{"", "permanent", "temporary", "arrival"}).Draw(t, "residence"),
		Occupations: drawTexts(t, "nurse", "shipper", "guard"), Priorities: drawTexts(t, "elderly", "pregnant"),
	}
	p.Ward, p.Area, p.Walk, p.Household = drawHome(t)
	if n := rapid.IntRange(-1, 4).Draw(t, "doses"); n >= 0 {
		p.Doses = cohort.Times(n)
	}
	for _, r := range []string{"r1", "r2"} {
		if n := rapid.IntRange(-2, 3).Draw(t, r); n > 0 {
			p.Rounds = append(p.Rounds, cohort.RoundCount{Round: r, N: n})
		}
	}
	return p
}

func drawRound(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "r1", "r2", "r3"}).Draw(t, "round")
}

const numbers = 40 // of persons that edits are about

func drawEdit(t *rapid.T, m *model) cohort.Edit {
	no := idOf(uint32(rapid.IntRange(1, numbers).Draw(t, "no")))
	if _, ok := m.people[no]; !ok {
		return cohort.Put{Person: drawPerson(t, no)}
	}
	switch rapid.IntRange(0, 16).Draw(t, "edit") {
	case 0:
		return cohort.Put{Person: drawPerson(t, no)}
	case 1:
		return cohort.Remove{ID: no}
	case 2:
		e := cohort.Move{ID: no}
		e.Ward, e.Area, e.Walk, e.Household = drawHome(t)
		return e
	case 3:
		return cohort.SetBirth{ID: no, Birth: drawBirth(t)}
	case 4:
		return cohort.SetSex{ID: no, Sex: rapid.SampledFrom([]string{"", "male", "female"}).Draw(t, "sex")}
	case 5:
		return cohort.SetResidence{ID: no, Residence: rapid.SampledFrom([]string{"", "permanent", "visitor"}).Draw(t, "residence")}
	case 6:
		return cohort.SetOccupations{ID: no, Occupations: drawTexts(t, "nurse", "driver")}
	case 7:
		return cohort.SetPriorities{ID: no, Priorities: drawTexts(t, "elderly", "foreigner")}
	case 8:
		return cohort.SetSymptoms{ID: no, Since: drawWhen(t)}
	case 9:
		return cohort.SetArrival{ID: no, Day: drawWhen(t)}
	case 10:
		return cohort.Dosed{ID: no, Day: drawDay(t)}
	case 11:
		return cohort.DropRound{Round: drawRound(t)}
	case 12:
		p := m.people[no] // a correction: another value, the same home
		p.Doses, p.Rounds = cohort.Times(1), []cohort.RoundCount{{Round: "r2", N: 2}}
		return cohort.Put{Person: p}
	case 13:
		a := rapid.SampledFrom(slices.Sorted(keys(m.areas))).Draw(t, "area")
		return cohort.SetClass{Area: a, Layer: rapid.SampledFrom([]string{"zone", "district_area"}).Draw(t, "layer"), Class: rapid.SampledFrom([]string{"", "Z1", "Z2", "A03"}).Draw(t, "class")}
	case 14:
		a := m.areas[rapid.SampledFrom(slices.Sorted(keys(m.areas))).Draw(t, "area")]
		a.Order = rapid.IntRange(0, 4).Draw(t, "order")
		return a
	}
	return cohort.Sampled{ID: no, Day: drawDay(t), Round: drawRound(t)}
}

func keys[V any](m map[string]V) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// drawRule draws an expression.
func drawRule(t *rapid.T, depth int) string {
	if depth > 0 && rapid.IntRange(0, 2).Draw(t, "deep") > 0 {
		a, b := drawRule(t, depth-1), drawRule(t, depth-1)
		return rapid.SampledFrom([]string{"(" + a + " && " + b + ")", "(" + a + " || " + b + ")", "!(" + a + ")", "!(" + a + ") && " + b}).Draw(t, "join")
	}
	op := rapid.SampledFrom([]string{"==", "!=", "<", "<=", ">", ">="}).Draw(t, "op")
	n := func(most int) string { return fmt.Sprint(rapid.IntRange(-2, most).Draw(t, "n")) }
	since := "days_since(" + rapid.SampledFrom([]string{"last_dose", "last_sample", "symptoms", "arrival"}).Draw(t, "since") + ")"
	text := func(texts ...string) string { return "'" + rapid.SampledFrom(texts).Draw(t, "text") + "'" }
	switch rapid.IntRange(0, 18).Draw(t, "leaf") {
	case 0, 1:
		return "age " + op + " " + n(100)
	case 2:
		return "age " + rapid.SampledFrom([]string{"<", ">="}).Draw(t, "op") + " " + n(90) + ".5"
	case 3:
		return n(5) + " " + op + " doses"
	case 4, 5:
		return since + " " + op + " " + n(420)
	case 6:
		return "samples_in_round " + op + " " + n(3)
	case 7:
		return "sex " + rapid.SampledFrom([]string{"==", "!="}).Draw(t, "op") + " " + text("male", "female", "x")
	case 8:
		return "residence in [" + text("permanent", "x") + ", " + text("arrival", "visitor") + "]"
	case 9:
		return text("nurse", "driver", "nobody") + " in occupations"
	case 10:
		return text("elderly", "foreigner") + " in priorities"
	case 11:
		return text("city", "d1", "w2", "w1-g1", "w1-b", "nowhere") + " in areas"
	case 12:
		return "ward in [" + text("w1", "w2") + ", " + text("w3", "x") + "]"
	case 13:
		return rapid.SampledFrom([]string{"zone", "district_area"}).Draw(t, "layer") + " " + rapid.SampledFrom([]string{"==", "!="}).Draw(t, "op") + " " + text("Z1", "Z2", "A03", "x")
	case 14:
		return rapid.SampledFrom([]string{"symptomatic", "symptomatic == true", "symptomatic != true", "false == symptomatic"}).Draw(t, "ill")
	case 15:
		return "known(" + rapid.SampledFrom([]string{"age", "sex", "ward", "areas", "zone", "doses", "last_sample", "samples_in_round", "symptomatic", "occupations"}).Draw(t, "name") + ")"
	case 16:
		return "doses in [" + n(4) + ", " + n(4) + "]"
	case 17:
		return rapid.SampledFrom([]string{"true", "false", since + " >= 1000000000000", "doses > -5"}).Draw(t, "always")
	}
	return "zone in [" + text("Z1", "Z2") + "]"
}

// agree compares an answer with deciding person by person.
func (m *model) agree(t rapid.TB, v *cohort.View, rules *cohort.Rules, env *rule.Env, source string, asked cohort.Asked) {
	t.Helper()
	r, err := rules.Compile(source)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	m.compare(t, v.Ask(r, asked), env, source)
}

func (m *model) compare(t rapid.TB, a *cohort.Answer, env *rule.Env, source string) {
	t.Helper()
	naive, err := env.Compile(source)
	if err != nil {
		t.Fatal(err)
	}
	tally := map[string]cohort.Tally{}
	for _, x := range a.Wards() {
		tally[x.Area] = x
	}
	for _, ward := range wards() {
		var yes, unknown []id.Packed
		areas := map[string]cohort.Tally{}
		people := m.order(ward)
		for _, p := range people {
			got, err := m.decide(naive, p, a.Asked)
			if err != nil {
				t.Fatal(err)
			}
			switch got {
			case rule.Yes:
				yes = append(yes, p.ID)
			case rule.Unknown:
				unknown = append(unknown, p.ID)
			}
			for _, area := range m.around(home(p)) {
				x := areas[area]
				x.Area = area
				x.People++
				if got == rule.Yes {
					x.Yes++
				} else if got == rule.Unknown {
					x.Unknown++
				}
				areas[area] = x
				if area == ward {
					break
				}
			}
		}
		if len(people) == 0 {
			continue
		}
		if x := tally[ward]; x.Yes != len(yes) || x.Unknown != len(unknown) || x.People != len(people) {
			t.Fatalf("%s\non %v, ward %s: %+v; one by one %d yes, %d unknown of %d", source, a.Asked, ward, x, len(yes), len(unknown), len(people))
		}
		gotYes, gotUnknown, err := a.IDs(ward)
		if err != nil || !slices.Equal(gotYes, yes) || !slices.Equal(gotUnknown, unknown) {
			t.Fatalf("%s\non %v, ward %s: yes %v unknown %v; one by one %v and %v; %v", source, a.Asked, ward, gotYes, gotUnknown, yes, unknown, err)
		}
		parts, err := a.Areas(ward)
		if err != nil || len(parts) != len(areas) {
			t.Fatalf("%s: areas %v, want %v; %v", source, parts, areas, err)
		}
		for _, x := range parts {
			if areas[x.Area] != x {
				t.Fatalf("%s: %+v, one by one %+v", source, x, areas[x.Area])
			}
		}
	}
}

func setup(t testing.TB) (*cohort.Rules, *rule.Env) {
	t.Helper()
	rules, err := schema().Rules()
	if err != nil {
		t.Fatal(err)
	}
	env, err := rule.NewEnv(schema().Kind())
	if err != nil {
		t.Fatal(err)
	}
	return rules, env
}
