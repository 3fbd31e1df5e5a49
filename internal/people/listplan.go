package people

import (
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/listfile"
	"phaodai/internal/zoning"
)

// Fate is what becomes of a row.
type Fate string

// The fates.
const (
	NewRow     Fate = "new"
	ChangedRow Fate = "changed"
	SameRow    Fate = "same"
	WrongRow   Fate = "wrong"
)

// planned is a row with what becomes of it.
type planned struct {
	entry
	fate   Fate
	at     Resident // as it is to be stored
	home   *Household
	fields []string // that change
	fresh  bool     // the household is new
}

// ward is what is known of a ward while a list is held against it.
type ward struct {
	s      *Service
	by     auth.Actor
	list   List
	areas  map[string]string     // id by folded name
	homes  map[string]*Household // by number on the list, and by address
	number map[string]Resident   // by blind index of the number
	person map[string]Resident   // by household, name and birth
	seen   map[string]int        // line of each number
	sorter *fold.Sorter
	reader *listfile.Reader
}

// wardOf reads what is known of the ward of a list.
func (s *Service) wardOf(tx *db.Tx, by auth.Actor, l List, r *listfile.Reader) (*ward, error) {
	w := &ward{s: s, by: by, list: l, areas: map[string]string{}, homes: map[string]*Household{}, number: map[string]Resident{},
		person: map[string]Resident{}, seen: map[string]int{}, sorter: fold.NewSorter(), reader: r}
	areas, err := zoning.AreasOf(tx, l.UnitPath, by.Now)
	if err != nil {
		return nil, err
	}
	for _, a := range areas {
		w.areas[areaKey(a.Name)] = a.ID
	}
	var homes []Household
	if err := tx.Select(&homes, "SELECT "+householdColumns+" FROM household WHERE unit_path = $1 AND valid_to > $2", l.UnitPath, int64(by.Now)); err != nil {
		return nil, err
	}
	for i := range homes {
		w.keepHome(&homes[i])
	}
	var people []Resident
	if err := tx.Select(&people, "SELECT "+residentColumns+" FROM resident WHERE unit_path = $1 AND valid_to > $2", l.UnitPath, int64(by.Now)); err != nil {
		return nil, err
	}
	for _, r := range people {
		w.keep(r)
	}
	return w, nil
}

func (w *ward) keepHome(h *Household) {
	if h.Code != "" {
		w.homes["code "+h.Code] = h
	}
	if h.AddressIndex != "" && w.homes["at "+h.AddressIndex] == nil {
		w.homes["at "+h.AddressIndex] = h
	}
}

func (w *ward) keep(r Resident) {
	if r.NumberIndex != "" {
		w.number[r.NumberIndex] = r
	}
	w.person[personKey(r.Household, r.Name, r.Birth)] = r
}

func personKey(household, name, birth string) string {
	return household + " " + strings.Join(fold.Words(name), " ") + " " + birth
}

// areaKey makes "Tổ dân phố 12", "TDP 12", "Tổ 12" and "12" one.
func areaKey(name string) string {
	words := fold.Words(name)
	if n := len(words); n > 0 && strings.Trim(words[n-1], "0123456789") == "" {
		rest := strings.Join(words[:n-1], " ")
		if slices.Contains([]string{"", "to", "tdp", "to dan pho", "to dp"}, rest) {
			return "tdp " + strings.TrimLeft(words[n-1], "0")
		}
	}
	return strings.Join(words, " ")
}

// plan holds one row against the ward. Later rows see what earlier ones bring.
func (w *ward) plan(row listfile.Row) planned {
	p := planned{entry: understand(row.Line, row.Cells, w.reader.Row(row))}
	w.twice(&p)
	if len(p.faults) == 0 {
		w.house(&p)
	}
	if len(p.faults) == 0 {
		w.match(&p)
	}
	if len(p.faults) > 0 {
		p.fate = WrongRow
		return p
	}
	if p.fresh {
		w.keepHome(p.home)
	}
	w.keep(p.at)
	return p
}

// twice refuses a number that a row above has.
func (w *ward) twice(p *planned) {
	if p.number == "" {
		return
	}
	if line := w.seen[p.number]; line != 0 {
		p.bad("number", "people.row_number_twice", "Line", line)
		return
	}
	w.seen[p.number] = p.line
}

// house finds the household of a row, or makes it.
func (w *ward) house(p *planned) {
	area := ""
	if p.areaName != "" {
		if area = w.areas[areaKey(p.areaName)]; area == "" {
			p.bad("area", "people.row_area", "Text", p.areaName)
			return
		}
	}
	key := "code " + p.entry.home.Code
	if p.entry.home.Code == "" {
		key = "at " + w.s.vault.Index("household.address", addressKey(w.list.UnitPath, p.entry.home.Lane, *p.entry.home.Address))
	}
	if p.home = w.homes[key]; p.home != nil {
		return
	}
	h := Household{ID: w.s.ids.New(), Unit: w.list.Unit, UnitPath: w.list.UnitPath, Area: area, Kind: Family, From: w.by.Now, To: instant.Forever,
		Version: 1, ChangedBy: w.by.Name, ChangedAt: w.by.Now}
	f := invalid()
	h.Code, h.Lane = short(f, "household", p.entry.home.Code, 40), short(f, "lane", p.entry.home.Lane, 200)
	address := short(f, "address", *p.entry.home.Address, 200)
	h.SortKey = walkingKey(h.Lane, address, h.Code)
	var err error
	if h.Address, err = w.s.sealed("household", "address", h.ID, address); err != nil {
		p.wrong("address", err)
	}
	h.AddressIndex = w.s.vault.Index("household.address", addressKey(h.UnitPath, h.Lane, address))
	for _, x := range f.Fields {
		p.bad(x.Name, x.Key, x.Args...)
	}
	p.home, p.fresh = &h, true
}

// match finds the resident of a row, by the number or as one of the household,
// and what of it is news. A blank says nothing: it takes nothing away.
func (w *ward) match(p *planned) {
	had, known := w.number[w.s.vault.Index("number", p.number)]
	if !known {
		had, known = w.person[personKey(p.home.ID, p.in.Name, p.birth.String())]
	}
	if known && p.number != "" && had.NumberIndex != "" && had.NumberIndex != w.s.vault.Index("number", p.number) {
		known = false // two of one name and age in a household
	}
	if !known {
		p.at = Resident{ID: w.s.ids.New(), Household: p.home.ID, UnitPath: w.list.UnitPath, From: w.by.Now, To: instant.Forever, Version: 1,
			ChangedBy: w.by.Name, ChangedAt: w.by.Now}
		p.fate = NewRow
		w.fill(p)
		return
	}
	if had.Household != p.home.ID {
		p.bad("household", "people.row_elsewhere", "Name", had.Name)
		return
	}
	p.at, p.fate = had, SameRow
	overlay(&p.in, had)
	w.fill(p)
	if p.fields = had.differs(p.at); len(p.fields) > 0 {
		p.fate = ChangedRow
		p.at.Version, p.at.ChangedBy, p.at.ChangedAt = had.Version+1, w.by.Name, w.by.Now
	}
}

func (w *ward) fill(p *planned) {
	err := w.s.fillResident(&p.at, p.in, w.by.Now, w.sorter)
	if f, ok := faultOf(err); ok {
		for _, x := range f.Fields {
			p.bad(x.Name, x.Key, x.Args...)
		}
		return
	}
	p.wrong("name", err)
}

// overlay gives a row what is known where it says nothing.
func overlay(in *ResidentInput, had Resident) {
	if in.Sex == "" {
		in.Sex = had.Sex
	}
	if in.Birth == "" {
		in.Birth = had.Birth
	}
	if in.Nationality == "" {
		in.Nationality = had.Nationality
	}
	if in.Relation == "" {
		in.Relation = had.Relation
	}
	if in.Occupation == "" {
		in.Occupation = had.Occupation
	}
	if in.Stay == "" {
		in.Stay = had.Stay
	}
	if len(in.Priority) == 0 {
		in.Priority = had.Groups()
	}
}
