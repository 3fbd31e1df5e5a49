package sampling

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/identity"
	"phaodai/internal/instant"
	"phaodai/internal/vault"
)

// Call is somebody who was called and gave no sample.
type Call struct {
	ID         string         `db:"id" json:"id"`
	Session    string         `db:"session" json:"session"`
	Campaign   string         `db:"campaign" json:"campaign,omitempty"`
	UnitPath   string         `db:"unit_path" json:"unit_path"`
	Resident   string         `db:"resident" json:"resident"`
	Outcome    Outcome        `db:"outcome" json:"outcome"`
	Reason     string         `db:"reason" json:"reason,omitempty"`
	At         instant.Micros `db:"at" json:"at"`
	RecordedAt instant.Micros `db:"recorded_at" json:"recorded_at"`
	Taker      string         `db:"taker" json:"taker"`
	Batch      string         `db:"batch" json:"-"`
	Withdrawn  bool           `db:"withdrawn" json:"withdrawn,omitempty"`
}

const callColumns = `id, session, campaign, unit_path, resident, outcome, reason, at, recorded_at, taker, batch, withdrawn`

func (in *intake) call(r Record, _ *Receipt) error {
	s, err := in.session(r)
	if err != nil {
		return err
	}
	p := in.persons[r.Resident]
	switch {
	case p == nil:
		return fault.New(fault.NotFound, "sampling.person_unknown")
	case !slices.Contains([]Outcome{Refused, Absent, Postponed}, r.Outcome):
		return fault.New(fault.Invalid, "input.broken")
	}
	in.calls = append(in.calls, Call{r.ID, s.ID, s.Campaign, s.UnitPath, p.id, r.Outcome, short(r.Reason), in.at(r), in.by.Now, in.by.Name, in.batch.ID, false})
	in.touched = append(in.touched, s.UnitPath)
	return nil
}

// newcomer is somebody at a table whom the registry does not know.
type newcomer struct {
	ID        string         `db:"id"`
	Session   string         `db:"session"`
	UnitPath  string         `db:"unit_path"`
	Name      string         `db:"name"`
	Birth     string         `db:"birth"`
	Sex       string         `db:"sex"`
	Number    string         `db:"number"` // sealed
	Phone     string         `db:"phone"`  // sealed
	Place     string         `db:"place"`  // sealed
	At        instant.Micros `db:"at"`
	Taker     string         `db:"taker"`
	Batch     string         `db:"batch"`
	Resident  string         `db:"resident"`
	SettledBy string         `db:"settled_by"`
	SettledAt instant.Micros `db:"settled_at"`

	Nationality string         `db:"nationality"` // sealed
	Papers      string         `db:"papers"`      // sealed
	PoliceBy    string         `db:"police_by"`
	PoliceAt    instant.Micros `db:"police_at"`
}

const newcomerColumns = `id, session, unit_path, name, birth, sex, number, phone, place, at, taker, batch, resident, settled_by, settled_at, nationality, papers, police_by, police_at`

func (in *intake) newcomer(r Record, _ *Receipt) error {
	path := in.by.UnitPath // found at a door, by a team of the ward
	if r.Session != "" {
		s, err := in.session(r)
		if err != nil {
			return err
		}
		path = s.UnitPath
	}
	if err := in.may(path); err != nil {
		return err
	}
	n := newcomer{ID: r.ID, Session: r.Session, UnitPath: path, Name: short(r.Name), At: in.at(r), Taker: in.by.Name, Batch: in.batch.ID}
	if n.Name == "" {
		return fault.New(fault.Invalid, "input.check").At("name", "input.missing")
	}
	if strings.TrimSpace(r.Birth) != "" {
		b, err := identity.ParseBirthAt(r.Birth, in.by.Now)
		if err != nil {
			return err
		}
		n.Birth = b.String()
	}
	if sex, err := identity.ParseSex(r.Sex); err == nil {
		n.Sex = string(sex)
	}
	if err := in.s.sealNewcomer(&n, r); err != nil {
		return err
	}
	in.newcomers = append(in.newcomers, n)
	in.persons[n.ID] = &person{id: n.ID, path: n.UnitPath}
	in.touched = append(in.touched, path)
	return nil
}

// sealNewcomer checks and seals what identifies a newcomer.
func (s *Service) sealNewcomer(n *newcomer, r Record) (err error) {
	number, phone := "", ""
	if strings.TrimSpace(r.Number) != "" {
		x, err := identity.ParseNumber(r.Number)
		if err != nil {
			return err
		}
		number = x.Text
	}
	if strings.TrimSpace(r.Phone) != "" {
		x, err := identity.ParsePhone(r.Phone)
		if err != nil {
			return err
		}
		phone = string(x)
	}
	for _, v := range []struct {
		column, plain string
		into          *string
	}{{"number", number, &n.Number}, {"phone", phone, &n.Phone}, {"place", short(r.Place), &n.Place}, {"nationality", short(r.Nationality), &n.Nationality}, {"papers", short(r.Papers), &n.Papers}} {
		if *v.into, err = s.vault.Seal(vault.Place{Table: "sampling_newcomer", Column: v.column, ID: n.ID}, v.plain); err != nil {
			return err
		}
	}
	return nil
}

// SymptomReport is somebody who was seen ill.
type SymptomReport struct {
	ID       string         `db:"id" json:"id"`
	Resident string         `db:"resident" json:"resident"`
	UnitPath string         `db:"unit_path" json:"unit_path"`
	Symptoms string         `db:"symptoms" json:"-"` // JSON list
	Onset    string         `db:"onset" json:"onset"`
	Source   string         `db:"source" json:"source"`
	At       instant.Micros `db:"at" json:"at"`
	ByName   string         `db:"by_name" json:"by_name"`
	Sample   string         `db:"sample" json:"sample,omitempty"`
	Closed   string         `db:"closed" json:"closed,omitempty"`
}

const symptomColumns = `id, resident, unit_path, symptoms, onset, source, at, by_name, sample, closed`

// Sources are where symptoms are seen.
func Sources() []string { return []string{"pharmacy", "clinic", "door", "other"} }

// Signs are the symptoms that are told apart.
func Signs() []string { return []string{Cough, Fever, Breathless, OtherSign} }

// ill reports symptoms: the person is due at once.
func (in *intake) ill(r Record, _ *Receipt) error {
	p := in.persons[r.Resident]
	if p == nil {
		return fault.New(fault.NotFound, "sampling.person_unknown")
	}
	if err := in.may(p.path); err != nil {
		return err
	}
	signs := slices.Compact(slices.Sorted(slices.Values(r.Symptoms)))
	if len(signs) == 0 || slices.ContainsFunc(signs, func(s string) bool { return !slices.Contains(Signs(), s) }) {
		return fault.New(fault.Invalid, "sampling.signs_missing")
	}
	at := in.at(r)
	onset := instant.DayOf(at.In(instant.Vietnam())).String()
	if r.Onset != "" {
		day, err := time.Parse(time.DateOnly, r.Onset)
		if err != nil || instant.DayOf(day) > instant.DayOf(at.In(instant.Vietnam())) {
			return fault.New(fault.Invalid, "sampling.onset")
		}
		onset = instant.DayOf(day).String()
	}
	if !slices.Contains(Sources(), r.Source) {
		r.Source = "other"
	}
	list, err := json.Marshal(signs)
	if err != nil {
		return err
	}
	in.reports = append(in.reports, SymptomReport{ID: r.ID, Resident: p.id, UnitPath: p.path, Symptoms: string(list), Onset: onset, Source: r.Source, At: at, ByName: in.by.Name})
	p.ill = append(p.ill, r.ID)
	in.changes = append(in.changes, db.Change{Kind: "resident", Subject: p.id, Unit: p.path, What: "ill"})
	in.touched = append(in.touched, p.path)
	return nil
}
