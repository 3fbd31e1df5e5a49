package fieldwork

import (
	"context"
	"slices"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// PaperHome is a household of a printed list with what was entered of it.
type PaperHome struct {
	Home
	Visit *Visit `json:"visit,omitempty"`
	Text  string `json:"text,omitempty"` // its note, opened
}

// PaperList is a printed list of parts: who has no phone walks with it, and
// somebody else enters what came of it.
type PaperList struct {
	Pass    Pass        `json:"pass"`
	Homes   []PaperHome `json:"homes"`
	Sheets  []Note      `json:"sheets,omitempty"` // photographs of it
	Entered int         `json:"entered"`
}

// GivePaper makes a printed list in place of a code for a phone.
func (s *Service) GivePaper(ctx context.Context, by auth.Actor, in PassInput) (Pass, error) {
	in.Sessions, in.paper = nil, true
	g, err := s.Give(ctx, by, in)
	return g.Pass, err
}

// Papers are the printed lists of a ward, the newest first.
func (s *Service) Papers(ctx context.Context, by auth.Actor, path string) (out []PaperList, err error) {
	if err := by.Require(auth.FieldManage, path, auth.Personal); err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, func(tx *db.Tx) error {
		var passes []Pass
		if err := tx.Select(&passes, "SELECT "+passColumns+" FROM field_pass WHERE unit_path = $1 AND paper = 1 ORDER BY made_at DESC, id DESC LIMIT 100", path); err != nil {
			return err
		}
		out = make([]PaperList, len(passes))
		entered, err := enteredIn(tx, passes...)
		for i, p := range passes {
			out[i].Pass, out[i].Homes, out[i].Entered = p, make([]PaperHome, len(list(p.Homes))), len(entered[p.ID])
		}
		return err
	})
	return out, err
}

// Paper is a printed list with its households. Reading it stands in the audit.
func (s *Service) Paper(ctx context.Context, by auth.Actor, id string) (out PaperList, err error) {
	err = s.Store.Write(ctx, func(tx *db.Tx) error {
		if out.Pass, err = paperIn(tx, by, id); err != nil {
			return err
		}
		return audit.Record(tx, by, audit.Entry{Action: "field_paper.read", Kind: "field_pass", Subject: id, Unit: out.Pass.UnitPath, Fields: []string{"households", "residents"}})
	})
	if err != nil {
		return out, err
	}
	err = s.Store.Read(ctx, func(tx *db.Tx) error {
		out.Sheets = nil
		if err := tx.Select(&out.Sheets, "SELECT "+noteColumns+" FROM visit_note WHERE visit = $1 ORDER BY at, id", id); err != nil {
			return err
		}
		out.Homes, out.Entered, err = s.paperHomes(tx, out.Pass)
		return err
	})
	return out, err
}

func (s *Service) paperHomes(tx *db.Tx, p Pass) (out []PaperHome, entered int, err error) {
	homes, err := s.homesOf(tx, p)
	if err != nil {
		return nil, 0, err
	}
	visits, err := enteredIn(tx, p)
	for _, h := range homes {
		x := PaperHome{Home: h}
		if v, there := visits[p.ID][h.ID]; there {
			x.Visit = &v
			entered++
			if x.Text, err = s.Vault.Open(visitPlace(v.ID), v.Note); err != nil {
				return nil, 0, err
			}
		}
		out = append(out, x)
	}
	return out, entered, err
}

// enteredIn are the visits of printed lists, by list and household.
func enteredIn(tx *db.Tx, passes ...Pass) (map[string]map[string]Visit, error) {
	var homes []string
	out := map[string]map[string]Visit{}
	for _, p := range passes {
		homes, out[p.ID] = append(homes, list(p.Homes)...), map[string]Visit{}
	}
	slices.Sort(homes)
	rows, err := db.SelectIn[Visit](tx, "SELECT "+visitColumns+" FROM visit WHERE withdrawn = 0 AND phone = '' AND household IN ($in)", slices.Compact(homes))
	for _, v := range rows {
		if of, there := out[v.Batch]; there {
			of[v.Household] = v
		}
	}
	return out, err
}

// paperIn is a printed list for who looks after the rounds of its ward.
func paperIn(tx *db.Tx, by auth.Actor, id string) (p Pass, err error) {
	err = tx.Get(&p, "SELECT "+passColumns+" FROM field_pass WHERE id = $1 AND paper = 1", id)
	if err == db.ErrNoRow {
		return p, fault.New(fault.NotFound, "fieldwork.paper_unknown")
	}
	if err == nil {
		err = by.Require(auth.FieldManage, p.UnitPath, auth.Personal)
	}
	return p, err
}

// PaperInput is what somebody enters from a printed list.
type PaperInput struct {
	Key    string         `json:"key,omitempty"`
	Pass   string         `json:"pass,omitempty"`
	Walker string         `json:"walker"` // who walked
	At     instant.Micros `json:"at"`     // when
	Rows   []PaperRow     `json:"rows"`
}

// PaperRow is a row that was ticked.
type PaperRow struct {
	Household string   `json:"household"`
	Found     Outcome  `json:"found"`
	Note      string   `json:"note,omitempty"`
	Persons   []string `json:"persons,omitempty"` // who is ill
	Symptoms  []string `json:"symptoms,omitempty"`
	Name      string   `json:"name,omitempty"` // of who arrived
	Birth     string   `json:"birth,omitempty"`
}
