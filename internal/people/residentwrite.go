package people

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/identity"
	"phaodai/internal/instant"
	"phaodai/internal/term"
)

// ResidentInput describes a resident.
type ResidentInput struct {
	Key         string         `json:"key,omitempty"`
	ID          string         `json:"id,omitempty"` // of the resident to change
	Version     int64          `json:"version,omitempty"`
	Household   string         `json:"household"`
	Name        string         `json:"name"`
	Sex         identity.Sex   `json:"sex,omitempty"`
	Birth       string         `json:"birth,omitempty"`       // as people write it: 31/12/1990, 12/1990, 1990
	Nationality string         `json:"nationality,omitempty"` // ISO 3166-1 alpha-2; "" is VN
	Number      *string        `json:"number,omitempty"`      // null leaves it, "" is without papers
	Phone       *string        `json:"phone,omitempty"`
	Relation    Relation       `json:"relation,omitempty"`
	Occupation  string         `json:"occupation,omitempty"`
	Priority    []string       `json:"priority,omitempty"`
	Stay        StayKind       `json:"stay,omitempty"` // "" is permanent
	FromPlace   string         `json:"from_place,omitempty"`
	Since       instant.Micros `json:"since,omitempty"` // of the stay; 0 is now
}

// SaveResident adds a resident to a household, or changes one. Who is like
// another is added all the same and shown for decision.
func (s *Service) SaveResident(ctx context.Context, by auth.Actor, in ResidentInput) (Resident, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Resident, error) {
		if in.ID == "" {
			return s.addResident(tx, by, in)
		}
		return s.changeResident(tx, by, in)
	})
}

func (s *Service) addResident(tx *db.Tx, by auth.Actor, in ResidentInput) (Resident, error) {
	h, err := HouseholdIn(tx, in.Household)
	if err != nil {
		return Resident{}, err
	}
	if err := by.Require(auth.PeopleKeep, h.UnitPath, auth.Personal); err != nil {
		return Resident{}, err
	}
	if !h.Holds(by.Now) {
		return Resident{}, fault.New(fault.Conflict, "people.household_ended", "At", h.To)
	}
	r := Resident{ID: s.ids.New(), Household: h.ID, UnitPath: h.UnitPath, Stay: Permanent, Nationality: "VN", From: by.Now, To: instant.Forever}
	if in.Since != 0 {
		r.From = min(in.Since, by.Now)
	}
	if err := s.fillResident(&r, in, by.Now, fold.NewSorter()); err != nil {
		return r, err
	}
	r.Version, r.ChangedBy, r.ChangedAt = 1, by.Name, by.Now
	if err := tx.Insert("resident", r); err != nil {
		return r, err
	}
	if err := s.begin(tx, by, r, in.FromPlace); err != nil {
		return r, err
	}
	if err := s.indexed(tx, r); err != nil {
		return r, err
	}
	if err := s.compare(tx, by, r); err != nil {
		return r, err
	}
	return r, change{tx, by, "resident", r.ID, r.UnitPath}.note("added", "")
}

// begin opens a stay.
func (s *Service) begin(tx *db.Tx, by auth.Actor, r Resident, from string) error {
	return tx.Insert("stay", stay{s.ids.New(), r.ID, r.Household, r.UnitPath, r.Stay, from, r.From, r.To, by.Name})
}

// indexed keeps the words by which a resident is found.
func (s *Service) indexed(tx *db.Tx, r Resident) error {
	return term.Index(tx, "resident", r.ID, r.Name)
}

func (s *Service) changeResident(tx *db.Tx, by auth.Actor, in ResidentInput) (Resident, error) {
	r, err := s.residentToChange(tx, by, in.ID, in.Version)
	if err != nil {
		return r, err
	}
	before := r
	if err := s.fillResident(&r, in, by.Now, fold.NewSorter()); err != nil {
		return r, err
	}
	fields := before.differs(r)
	if len(fields) == 0 {
		return r, nil
	}
	r.Version, r.ChangedBy, r.ChangedAt = r.Version+1, by.Name, by.Now
	if err := s.storeResident(tx, r); err != nil {
		return r, err
	}
	if err := s.indexed(tx, r); err != nil {
		return r, err
	}
	if err := s.compare(tx, by, r); err != nil {
		return r, err
	}
	return r, change{tx, by, "resident", r.ID, r.UnitPath}.note("changed", "", fields...)
}

// residentToChange locks a resident in force for who may change it.
func (s *Service) residentToChange(tx *db.Tx, by auth.Actor, id string, version int64) (Resident, error) {
	if err := tx.Lock("resident", id); err != nil {
		return Resident{}, err
	}
	r, err := ResidentIn(tx, id)
	switch {
	case err != nil:
		return r, err
	case version != 0 && version != r.Version:
		return r, stale(r.ChangedBy, r.ChangedAt)
	case !r.Holds(by.Now):
		return r, fault.New(fault.Conflict, "people.resident_ended", "Name", r.Name, "At", r.To)
	}
	return r, by.Require(auth.PeopleKeep, r.UnitPath, auth.Personal)
}

func (s *Service) storeResident(tx *db.Tx, r Resident) error {
	_, err := tx.Exec(`UPDATE resident SET household = $1, unit_path = $2, name = $3, sort_key = $4, sex = $5, birth = $6, nationality = $7,
		number_kind = $8, number = $9, number_index = $10, phone = $11, phone_index = $12, likeness = $13, relation = $14, occupation = $15,
		priority = $16, stay = $17, valid_to = $18, ended = $19, into_id = $20, version = $21, changed_by = $22, changed_at = $23 WHERE id = $24`,
		r.Household, r.UnitPath, r.Name, r.SortKey, r.Sex, r.Birth, r.Nationality, r.NumberKind, r.Number, r.NumberIndex, r.Phone, r.PhoneIndex, r.Likeness,
		r.Relation, r.Occupation, r.Priority, r.Stay, int64(r.To), r.Ended, r.Into, r.Version, r.ChangedBy, int64(r.ChangedAt), r.ID)
	return err
}

// differs names what is different in another state of the resident.
func (r Resident) differs(o Resident) (out []string) {
	for name, differs := range map[string]bool{
		"name": r.Name != o.Name, "sex": r.Sex != o.Sex, "birth": r.Birth != o.Birth, "nationality": r.Nationality != o.Nationality,
		"number": r.NumberKind != o.NumberKind || r.NumberIndex != o.NumberIndex, "phone": r.PhoneIndex != o.PhoneIndex,
		"relation": r.Relation != o.Relation, "occupation": r.Occupation != o.Occupation, "priority": r.Priority != o.Priority, "stay": r.Stay != o.Stay,
	} {
		if differs {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// fillResident checks and takes over what a user gave. All that is wrong is told
// at once.
func (s *Service) fillResident(r *Resident, in ResidentInput, now instant.Micros, sorter *fold.Sorter) error {
	f := invalid()
	r.Name = required(f, "name", in.Name, 120)
	r.SortKey = sorter.NameKey(r.Name)
	birth := s.born(f, r, in, now)
	r.Sex = in.Sex
	s.number(f, r, in, birth)
	s.about(f, r, in)
	if err := f.OrNil(); err != nil {
		return err
	}
	var err error
	if in.Phone != nil {
		if r.Phone, r.PhoneIndex, err = s.phone("resident", r.ID, *in.Phone); err != nil {
			return err
		}
	}
	r.Likeness = s.likeness(*r, birth)
	return nil
}

func (s *Service) born(f *fault.Fault, r *Resident, in ResidentInput, now instant.Micros) (b identity.Birth) {
	r.Birth = ""
	if strings.TrimSpace(in.Birth) == "" {
		return b
	}
	b, err := identity.ParseBirthAt(in.Birth, now)
	take(f, "birth", err)
	r.Birth = b.String()
	return b
}

// number reads and seals the number of the papers, which also tells sex and year
// of birth.
func (s *Service) number(f *fault.Fault, r *Resident, in ResidentInput, birth identity.Birth) {
	if in.Number == nil {
		return
	}
	r.NumberKind, r.Number, r.NumberIndex = "", "", ""
	if strings.TrimSpace(*in.Number) == "" {
		return
	}
	n, err := identity.ParseNumber(*in.Number)
	if err == nil {
		err = n.Contradicts(birth, r.Sex)
	}
	if err != nil {
		take(f, "number", err)
		return
	}
	if sex, ok := n.Sex(); ok && r.Sex == "" {
		r.Sex = sex
	}
	r.NumberKind = n.Kind
	r.Number, err = s.sealed("resident", "number", r.ID, n.Text)
	take(f, "number", err)
	r.NumberIndex = s.vault.Index("number", n.Text)
}

// about takes over what rules ask of a resident.
func (s *Service) about(f *fault.Fault, r *Resident, in ResidentInput) {
	r.Nationality = strings.ToUpper(strings.TrimSpace(in.Nationality))
	if r.Nationality == "" {
		r.Nationality = "VN"
	}
	if len(r.Nationality) != 2 {
		f.At("nationality", "people.nationality")
	}
	r.Stay = in.Stay
	if r.Stay == "" {
		r.Stay = Permanent
	}
	if !slices.Contains(StayKinds(), r.Stay) {
		f.At("stay", "people.choose")
	}
	r.Relation = in.Relation
	if r.Relation != "" && !slices.Contains(Relations(), r.Relation) {
		f.At("relation", "people.choose")
	}
	if r.Occupation = in.Occupation; r.Occupation != "" {
		if _, ok := termOf(Occupations(), r.Occupation); !ok {
			f.At("occupation", "people.choose")
		}
	}
	groups := slices.Compact(slices.Sorted(slices.Values(in.Priority)))
	for _, g := range groups {
		if _, ok := termOf(Priorities(), g); !ok {
			f.At("priority", "people.choose")
		}
	}
	r.Priority = jsonOf(append([]string{}, groups...))
}

// likeness is the blind index by which two entries of one person find each
// other when neither has a number in common: name without tones, year of birth,
// telephone.
func (s *Service) likeness(r Resident, birth identity.Birth) string {
	if birth.Year == 0 || r.PhoneIndex == "" {
		return ""
	}
	return s.vault.Index("likeness", strings.Join(fold.Words(r.Name), " ")+" "+strconv.Itoa(birth.Year)+" "+r.PhoneIndex)
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // own types
	}
	return string(b)
}
