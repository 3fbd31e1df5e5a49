package people

import (
	"strings"

	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/identity"
)

// RowFault is one thing that is wrong with a row.
type RowFault struct {
	Field string `json:"field,omitempty"`
	Key   string `json:"key"` // message
	Args  []any  `json:"args,omitempty"`
}

// entry is a row as it was understood.
type entry struct {
	line     int
	cells    []string
	home     HouseholdInput // Area by name until it is found
	areaName string
	in       ResidentInput
	number   string // normalised, "" without
	birth    identity.Birth
	faults   []RowFault
}

func (e *entry) bad(field, key string, args ...any) {
	e.faults = append(e.faults, RowFault{field, key, args})
}

// wrong adds what a parser found.
func (e *entry) wrong(field string, err error) {
	if f, ok := err.(*fault.Fault); ok {
		key, args := f.Key, f.Args
		if len(f.Fields) > 0 {
			key, args = f.Fields[0].Key, f.Fields[0].Args
		}
		e.bad(field, key, args...)
	} else if err != nil {
		e.bad(field, "error.internal")
	}
}

// understand reads the cells of a row.
func understand(line int, cells []string, c map[string]string) entry {
	for _, field := range []string{"household", "area", "lane", "address"} {
		if len(fold.Words(c[field])) == 0 {
			c[field] = "" // a dash says that there is none
		}
	}
	e := entry{line: line, cells: cells, areaName: c["area"]}
	address, phone := c["address"], c["phone"]
	e.home = HouseholdInput{Code: c["household"], Lane: c["lane"], Address: &address}
	e.in = ResidentInput{Name: strings.Join(strings.Fields(fold.NFC(c["name"])), " "), Birth: c["birth"], Nationality: countryNamed(c["nationality"]), FromPlace: c["from"]}
	if phone != "" {
		e.in.Phone = &phone
		if _, err := identity.ParsePhone(phone); err != nil {
			e.wrong("phone", err)
		}
	}
	if e.in.Name == "" {
		e.bad("name", "input.missing")
	}
	if e.home.Code == "" && e.home.Lane == "" && address == "" {
		e.bad("household", "people.row_no_household")
	}
	e.sexed(c)
	e.numbered(c["number"])
	e.named(c)
	return e
}

// sexed reads sex and birth, also from lists with a column of birth for each
// sex.
func (e *entry) sexed(c map[string]string) {
	if text := c["sex"]; text != "" {
		sex, err := identity.ParseSex(text)
		e.in.Sex = sex
		e.wrong("sex", err)
	}
	for sex, text := range map[identity.Sex]string{identity.Male: c["birth_male"], identity.Female: c["birth_female"]} {
		if text == "" {
			continue
		}
		if e.in.Birth != "" && e.in.Birth != text {
			e.bad("birth", "people.row_two_births")
			return
		}
		e.in.Birth = text
		if e.in.Sex == "" {
			e.in.Sex = sex
		}
	}
	if e.in.Birth == "" {
		return
	}
	b, err := identity.ParseBirth(e.in.Birth)
	e.birth = b
	e.wrong("birth", err)
}

func (e *entry) numbered(text string) {
	if text == "" {
		return
	}
	n, err := identity.ParseNumber(text)
	if err == nil {
		err = n.Contradicts(e.birth, e.in.Sex)
	}
	e.wrong("number", err)
	e.number, e.in.Number = n.Text, &text
}

// named reads what lists write in words.
func (e *entry) named(c map[string]string) {
	if text := c["relation"]; text != "" {
		e.in.Relation = relationNamed(text)
	}
	if text := c["occupation"]; text != "" {
		t, ok := termNamed(Occupations(), text)
		if !ok {
			t.Code = "other"
		}
		e.in.Occupation = t.Code
	}
	if text := c["priority"]; text != "" {
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;/", r) }) {
			if t, ok := termNamed(Priorities(), part); ok {
				e.in.Priority = append(e.in.Priority, t.Code)
			}
		}
	}
	switch words := strings.Join(fold.Words(c["stay"]), " "); {
	case words == "":
	case strings.HasPrefix(words, "thuong") || words == "permanent" || words == "kt1":
		e.in.Stay = Permanent
	case strings.HasPrefix(words, "tam") || words == "temporary" || strings.HasPrefix(words, "kt"):
		e.in.Stay = Temporary
	case strings.HasPrefix(words, "moi den") || words == "arrival":
		e.in.Stay = Arrival
	case strings.Contains(words, "nuoc ngoai") || words == "foreign":
		e.in.Stay = Foreign
	default:
		e.bad("stay", "people.row_stay", "Text", c["stay"])
	}
	if e.in.Nationality == "?" {
		e.bad("nationality", "people.nationality")
	}
}

// relationNamed reads the relation to the head; what it does not know is a
// relative.
func relationNamed(text string) Relation {
	words := " " + strings.Join(fold.Words(text), " ") + " "
	for _, x := range []struct {
		relation Relation
		words    []string
	}{
		{Head, []string{" chu ho ", " head "}}, {Spouse, []string{" vo ", " chong ", " spouse "}},
		{Child, []string{" con ", " child "}}, {Parent, []string{" bo ", " me ", " cha ", " parent "}},
	} {
		for _, w := range x.words {
			if strings.Contains(words, w) {
				return x.relation
			}
		}
	}
	return Relative
}

// countryNamed reads a nationality: a code, or the names that lists use.
func countryNamed(text string) string {
	words := strings.Join(fold.Words(text), " ")
	names := map[string]string{"": "", "viet nam": "VN", "vietnam": "VN", "trung quoc": "CN", "han quoc": "KR", "nhat ban": "JP", "nhat": "JP", "lao": "LA",
		"campuchia": "KH", "my": "US", "hoa ky": "US", "phap": "FR", "anh": "GB", "duc": "DE", "nga": "RU", "dai loan": "TW", "an do": "IN", "uc": "AU", "thai lan": "TH"}
	if code, ok := names[words]; ok {
		return code
	}
	if len(text) == 2 {
		return strings.ToUpper(text)
	}
	return "?"
}
