package directive

import (
	"context"
	_ "embed"
	"fmt"
	"sync"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

//go:embed number.yaml
var numberYAML []byte

type codeRule struct {
	Kind string `yaml:"kind"`
	Form string `yaml:"form"`
	Code string `yaml:"code"`
}

var codeRules = sync.OnceValue(func() []codeRule {
	var rules []codeRule
	mustYAML("number.yaml", numberYAML, &rules)
	return rules
})

// issuerCode is the code of an office in its numbers: QU, UBND, BCĐ.
func issuerCode(tx *db.Tx, o org.Office) (string, error) {
	u, err := org.UnitIn(tx, o.Unit)
	if err != nil {
		return "", err
	}
	for _, r := range codeRules() {
		if (r.Kind == "" || r.Kind == string(o.Kind)) && (r.Form == "" || r.Form == u.Form) {
			return r.Code, nil
		}
	}
	return "", fmt.Errorf("directive: no code for office %s", o.ID)
}

// symbolOf writes a number: 71-KH/QU of the Party, 20/CT-UBND of the State,
// and 5599/UBND-VP for an official letter of the State. Numbers under ten have
// a zero before them.
func symbolOf(line, kind, code, unit string, n int64) string {
	switch {
	case line == string(org.Party):
		return fmt.Sprintf("%02d-%s/%s", n, kind, code)
	case kind == "CV":
		return fmt.Sprintf("%02d/%s-%s", n, code, unit)
	default:
		return fmt.Sprintf("%02d/%s-%s", n, kind, code)
	}
}

// Mandate is a term (nhiệm kỳ) of a Party committee.
type Mandate struct {
	Office string         `json:"office" db:"office"`
	Name   string         `json:"name" db:"name"`
	From   instant.Micros `json:"from" db:"from_at"`
	To     instant.Micros `json:"to" db:"to_at"`
}

// run names the counter of a number: Party numbers run through a term, State
// numbers through a year, each by kind and issuing office.
func run(tx *db.Tx, o org.Office, kind string, at instant.Micros) (string, error) {
	if o.Line != org.Party {
		return yearRun(o.ID, kind, yearOf(at)), nil
	}
	var m Mandate
	err := tx.Get(&m, "SELECT office, name, from_at, to_at FROM mandate WHERE office = $1 AND from_at <= $2 AND to_at > $3", o.ID, int64(at), int64(at))
	if err == db.ErrNoRow {
		return "", fault.New(fault.Conflict, "document.mandate_missing", "Name", o.Name)
	}
	return mandateRun(o.ID, kind, m.Name), err
}

func yearRun(office, kind string, year int64) string {
	return fmt.Sprintf("number/%s/%s/%d", office, kind, year)
}

func mandateRun(office, kind, mandate string) string {
	return fmt.Sprintf("number/%s/%s/%s", office, kind, mandate)
}

// issuing asks for the right to number in the name of an office: the actor's
// own or one of his circle.
func issuing(tx *db.Tx, by auth.Actor, office string) (org.Office, error) {
	o, err := org.OfficeIn(tx, office)
	if err != nil {
		return o, err
	}
	return o, mayHandle(tx, by, Document{Office: o.ID, UnitPath: o.UnitPath}, auth.DocumentIssue)
}

// SetMandate sets a term of a Party committee and the last numbers of it that
// were given before the software came. Terms of one committee do not meet.
func (s *Service) SetMandate(ctx context.Context, by auth.Actor, in MandateInput) error {
	if in.To == 0 {
		in.To = instant.Forever
	}
	if in.Name == "" || in.From >= in.To {
		return fault.New(fault.Invalid, "document.form_invalid").At("from", "document.form_order")
	}
	_, err := once(ctx, s, by, "mandate", in.Key, func(tx *db.Tx) (bool, error) {
		o, err := issuing(tx, by, in.Office)
		if err != nil {
			return false, err
		}
		if err := tx.Lock("mandate", o.ID); err != nil {
			return false, err
		}
		var meet int64
		err = tx.Get(&meet, "SELECT COUNT(*) FROM mandate WHERE office = $1 AND from_at < $2 AND to_at > $3", o.ID, int64(in.To), int64(in.From))
		if err != nil {
			return false, err
		}
		if meet > 0 {
			return false, fault.New(fault.Conflict, "document.mandate_meets")
		}
		if err := tx.Insert("mandate", Mandate{o.ID, in.Name, in.From, in.To}); err != nil {
			return false, err
		}
		for kind, last := range in.Last {
			if err := startCounter(tx, mandateRun(o.ID, kind, in.Name), last); err != nil {
				return false, err
			}
		}
		return true, noteOffice(tx, by, o, "mandate_set")
	})
	return err
}

// SetLastNumber tells the last number of a kind and year of a State office
// that was given before the software came.
func (s *Service) SetLastNumber(ctx context.Context, by auth.Actor, in LastNumberInput) error {
	kind, ok := KindOf(in.Kind)
	if !ok || in.Last < 1 || in.Year < 2000 || in.Year > 2100 {
		return fault.New(fault.Invalid, "document.form_invalid").At("last", "document.form_number")
	}
	_, err := once(ctx, s, by, "last-number", in.Key, func(tx *db.Tx) (bool, error) {
		o, err := issuing(tx, by, in.Office)
		if err != nil {
			return false, err
		}
		if o.Line == org.Party {
			return false, fault.New(fault.Invalid, "document.form_invalid").At("office", "document.number_by_mandate")
		}
		if err := startCounter(tx, yearRun(o.ID, kind.Code, in.Year), in.Last); err != nil {
			return false, err
		}
		return true, noteOffice(tx, by, o, "last_number_set")
	})
	return err
}

func noteOffice(tx *db.Tx, by auth.Actor, o org.Office, what string) error {
	if err := tx.Changed(by.Now, db.Change{Kind: "numbering", Subject: o.ID, Unit: o.ID, What: what}); err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{Action: "document." + what, Kind: "office", Subject: o.ID, Unit: o.UnitPath, Fields: []string{"number"}})
}

// Number gives a signed document its number: the next of its run, given back
// when anything fails.
func (s *Service) Number(ctx context.Context, by auth.Actor, in StepInput) (Document, error) {
	return s.step(ctx, by, "number", in, []State{Signed}, func(tx *db.Tx, d *documentRow) error {
		if err := mayHandle(tx, by, d.Document, auth.DocumentIssue); err != nil {
			return err
		}
		day := dayOf(by.Now)
		if in.IssuedOn != "" {
			day = in.IssuedOn
		}
		t, err := parseDay(day)
		if err != nil || instant.Of(t) > by.Now {
			return fault.New(fault.Invalid, "document.form_invalid").At("issued_on", "document.form_day")
		}
		o, err := org.OfficeIn(tx, d.IssuerOffice)
		if err != nil {
			return err
		}
		counter, err := run(tx, o, d.Kind, instant.Of(t)+instant.Micros(12*3600e6))
		if err != nil {
			return err
		}
		code, err := issuerCode(tx, o)
		if err != nil {
			return err
		}
		if d.Number, err = tx.Next(counter); err != nil {
			return err
		}
		d.Symbol = symbolOf(string(o.Line), d.Kind, code, "VP", d.Number)
		d.IssuedOn, d.State = day, Numbered
		return nil
	})
}
