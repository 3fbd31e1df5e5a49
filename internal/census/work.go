package census

// Priority is a set of priority groups for vaccines and tests.
type Priority uint8

// The priority groups, as bits.
const (
	FrontLine        Priority = 1 << iota // health staff, checkpoints, teams against the epidemic
	Underlying                            // with an underlying disease
	Elderly                               // 65 and older
	Pregnant                              //
	Foreigner                             // foreigners in the city
	CrowdedWorkplace                      // factories, markets, warehouses
)

// Names are the codes of the groups in the set, in the order of their bits.
func (p Priority) Names() []string {
	var out []string
	for i, name := range [...]string{"front_line", "underlying", "elderly", "pregnant", "foreigner", "crowded_workplace"} {
		if p&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}

// trade is an occupation with its share among the working.
type trade struct {
	code  string
	share float64
	marks Priority
}

func trades() [20]trade {
	return [...]trade{
		{"office_worker", .270, 0}, {"factory_worker", .150, CrowdedWorkplace}, {"self_employed", .150, 0}, {"farmer", .120, 0},
		{"home_maker", .070, 0}, {"builder", .045, 0}, {"market_seller", .035, CrowdedWorkplace}, {"teacher", .025, 0},
		{"jobless", .024, 0}, {"driver", .020, 0}, {"shipper", .018, 0}, {"guard", .015, 0}, {"health_worker", .014, FrontLine},
		{"warehouse_worker", .012, CrowdedWorkplace}, {"environmental_worker", .007, 0}, {"checkpoint_staff", .006, FrontLine},
		{"anti_epidemic_staff", .006, FrontLine}, {"police", .006, FrontLine}, {"pharmacist", .004, 0}, {"fuel_seller", .003, 0},
	}
}

// Occupations are all codes that a person's occupation may have.
func Occupations() []string {
	out := []string{"child", "pupil", "student", "retired"}
	for _, t := range trades() {
		out = append(out, t.code)
	}
	return out
}

func (m *maker) occupation(age int) string {
	switch {
	case age < 6:
		return "child"
	case age < 18:
		return "pupil"
	case age < 23 && m.random.Float64() < .55:
		return "student"
	case age >= 60 && m.random.Float64() < .8, age >= 75:
		return "retired"
	}
	x := m.random.Float64()
	for _, t := range m.trades {
		if x -= t.share; x < 0 {
			return t.code
		}
	}
	return m.trades[0].code
}

func (m *maker) priorities(x member, occupation string) Priority {
	var p Priority
	for _, t := range m.trades {
		if t.marks != 0 && t.code == occupation {
			p |= t.marks
		}
	}
	if x.age >= 65 {
		p |= Elderly
	}
	if m.random.Float64() < illShare(x.age) {
		p |= Underlying
	}
	if x.sex == Female && x.age >= 20 && x.age < 40 && m.random.Float64() < .05 {
		p |= Pregnant
	}
	if m.random.Float64() < .003 {
		p |= Foreigner
	}
	return p
}

func illShare(age int) float64 {
	switch {
	case age < 18:
		return .02
	case age < 40:
		return .05
	case age < 65:
		return .18
	}
	return .45
}
