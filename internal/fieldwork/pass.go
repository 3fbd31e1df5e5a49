package fieldwork

import (
	"context"
	"encoding/json"
	"time"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/sampling"
	"phaodai/internal/zoning"
)

// shift is how long a phone may work after its code was made.
const shift = 16 * time.Hour

// illWithin is how soon somebody must look after a person who is ill.
const illWithin = 2 * time.Hour

// Pass is a duty that one phone may take.
type Pass struct {
	ID        string         `db:"id" json:"id"`
	TokenHash string         `db:"token_hash" json:"-"`
	Unit      string         `db:"unit" json:"unit"`
	UnitPath  string         `db:"unit_path" json:"unit_path"`
	Title     string         `db:"title" json:"title"`
	Desk      string         `db:"desk" json:"desk"`
	Sessions  string         `db:"sessions" json:"-"`
	Areas     string         `db:"areas" json:"-"`
	Parts     string         `db:"parts" json:"-"`
	Homes     string         `db:"homes" json:"-"`
	MadeBy    string         `db:"made_by" json:"made_by"`
	MadeAt    instant.Micros `db:"made_at" json:"made_at"`
	ExpiresAt instant.Micros `db:"expires_at" json:"expires_at"`
	Phone     string         `db:"phone" json:"phone,omitempty"`
	Paper     bool           `db:"paper" json:"paper,omitempty"` // a printed list: no phone takes it
}

const passColumns = `id, token_hash, unit, unit_path, title, desk, sessions, areas, parts, homes, made_by, made_at, expires_at, phone, paper`

// list reads a JSON list that this package wrote.
func list(text string) (out []string) {
	_ = json.Unmarshal([]byte(text), &out)
	return out
}

func listed(values []string) string {
	b, err := json.Marshal(append([]string{}, values...))
	if err != nil {
		panic(err) // texts
	}
	return string(b)
}

// PassInput is a duty to give out.
type PassInput struct {
	Unit     string   `json:"unit"`
	Desk     string   `json:"desk"` // "Bàn 2", "Tổ 12"
	Sessions []string `json:"sessions,omitempty"`
	Parts    []Part   `json:"parts,omitempty"` // of areas whose households are visited

	paper bool
}

// Given is a pass with the code that a phone scans, shown once.
type Given struct {
	Pass  Pass   `json:"pass"`
	Token string `json:"token"`
}

// mostGiven bounds sessions and parts of one phone.
const mostGiven = 10

// Give makes a code for one phone.
func (s *Service) Give(ctx context.Context, by auth.Actor, in PassInput) (out Given, err error) {
	token, hash := secret()
	err = s.Store.Write(ctx, func(tx *db.Tx) error {
		out = Given{Token: token}
		u, err := org.UnitIn(tx, in.Unit)
		if err != nil {
			return err
		}
		if err := by.Require(auth.FieldManage, u.Path, auth.Personal); err != nil {
			return err
		}
		p := Pass{ID: s.IDs.New(), TokenHash: hash, Unit: u.ID, UnitPath: u.Path, Desk: fold.Clip(in.Desk, 60), Sessions: listed(in.Sessions), Paper: in.paper,
			MadeBy: by.Name, MadeAt: by.Now, ExpiresAt: by.Wall.Add(shift)}
		if err = s.check(tx, by, u, in, &p); err != nil {
			return err
		}
		out.Pass = p
		if err := tx.Insert("field_pass", p); err != nil {
			return err
		}
		return s.note(tx, by, "field_pass", p.ID, p.UnitPath, "given")
	})
	return out, err
}

// check finds the sessions and households of a duty and names it.
func (s *Service) check(tx *db.Tx, by auth.Actor, u org.Unit, in PassInput, p *Pass) error {
	f := fault.New(fault.Invalid, "input.check")
	title := p.Desk
	if title == "" {
		f.At("desk", "input.missing")
	}
	if len(in.Sessions)+len(in.Parts) == 0 || len(in.Sessions) > mostGiven || len(in.Parts) > mostGiven {
		f.At("sessions", "fieldwork.duty_missing", "Most", mostGiven)
	}
	for _, id := range in.Sessions {
		x, err := sampling.SessionIn(tx, id)
		if err != nil || x.UnitPath != u.Path || x.State != sampling.SessionPlanned {
			f.At("sessions", "sampling.session_unknown")
			continue
		}
		title += " · " + x.Place
	}
	shares, homes, err := checkParts(tx, by, u, in.Parts, f)
	if err != nil {
		return err
	}
	areas := []string{}
	for _, x := range shares {
		title, areas = title+" · "+x.Title(), append(areas, x.Area)
	}
	p.Title, p.Areas, p.Parts, p.Homes = fold.Clip(title, 200), listed(areas), jsonOf(append([]Share{}, shares...)), listed(homes)
	return f.OrNil()
}

func checkParts(tx *db.Tx, by auth.Actor, u org.Unit, parts []Part, f *fault.Fault) ([]Share, []string, error) {
	areas, err := zoning.AreasOf(tx, u.Path, by.Now)
	if err != nil {
		return nil, nil, err
	}
	return cut(tx, u.Path, areas, parts, f)
}

func (s *Service) note(tx *db.Tx, by auth.Actor, kind, id, path, what string) error {
	if err := tx.Changed(by.Now, db.Change{Kind: kind, Subject: id, Unit: path, What: what}); err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{Action: kind + "." + what, Kind: kind, Subject: id, Unit: path})
}
