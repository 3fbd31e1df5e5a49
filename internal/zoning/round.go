package zoning

import (
	"context"
	"encoding/json"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// Field is a branch whose office gives its opinion on plans.
type Field string

// The fields, in the order of the review.
const (
	Health  Field = "health"
	Economy Field = "economy"
	Urban   Field = "urban"
)

// Fields lists them.
func Fields() []Field { return []Field{Health, Economy, Urban} }

// Round is one going through criteria, plans of wards, approval and start:
// seed 000, 2.2.
type Round struct {
	ID             string           `db:"id" json:"id"`
	Title          string           `db:"title" json:"title"`
	UnitPath       string           `db:"unit_path" json:"unit_path"`
	Office         string           `db:"office" json:"office"` // that approves
	Layer          Layer            `db:"layer" json:"layer"`
	Scheme         string           `db:"scheme" json:"scheme"`
	Document       string           `db:"document" json:"document,omitempty"` // that orders it
	ClauseCriteria string           `db:"clause_criteria" json:"clause_criteria,omitempty"`
	ClausePlan     string           `db:"clause_plan" json:"clause_plan,omitempty"`
	ClauseApprove  string           `db:"clause_approve" json:"clause_approve,omitempty"`
	DueCriteria    instant.Micros   `db:"due_criteria" json:"due_criteria"`
	DuePlan        instant.Micros   `db:"due_plan" json:"due_plan"`
	DueApprove     instant.Micros   `db:"due_approve" json:"due_approve"`
	StartsAt       instant.Micros   `db:"starts_at" json:"starts_at"`
	Asked          string           `db:"opinions" json:"-"`
	Opinions       map[Field]string `db:"-" json:"opinions"` // offices asked
	State          string           `db:"state" json:"state"`
	Version        int64            `db:"version" json:"version"`
	ChangedBy      string           `db:"changed_by" json:"changed_by"`
	ChangedAt      instant.Micros   `db:"changed_at" json:"changed_at"`
}

const roundColumns = `id, title, unit_path, office, layer, scheme, document, clause_criteria, clause_plan, clause_approve,
	due_criteria, due_plan, due_approve, starts_at, opinions, state, version, changed_by, changed_at`

// RoundIn returns a round.
func RoundIn(tx *db.Tx, id string) (Round, error) {
	var r Round
	err := tx.Get(&r, "SELECT "+roundColumns+" FROM zone_round WHERE id = $1", id)
	if err == db.ErrNoRow {
		return r, fault.New(fault.NotFound, "zone.round_unknown")
	}
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(r.Asked), &r.Opinions)
}

// roundsOf are the open rounds of a scheme.
func roundsOf(tx *db.Tx, scheme string) (out []Round, err error) {
	err = tx.Select(&out, "SELECT "+roundColumns+" FROM zone_round WHERE scheme = $1 AND state = 'open' ORDER BY id", scheme)
	return out, err
}

// RoundInput opens a round.
type RoundInput struct {
	Key            string           `json:"key,omitempty"`
	Title          string           `json:"title"`
	Unit           string           `json:"unit"`
	Office         string           `json:"office,omitempty"` // "" is the actor's
	Scheme         string           `json:"scheme"`
	Document       string           `json:"document,omitempty"`
	ClauseCriteria string           `json:"clause_criteria,omitempty"`
	ClausePlan     string           `json:"clause_plan,omitempty"`
	ClauseApprove  string           `json:"clause_approve,omitempty"`
	DueCriteria    instant.Micros   `json:"due_criteria,omitempty"`
	DuePlan        instant.Micros   `json:"due_plan,omitempty"`
	DueApprove     instant.Micros   `json:"due_approve,omitempty"`
	StartsAt       instant.Micros   `json:"starts_at"`
	Opinions       map[Field]string `json:"opinions,omitempty"`
}

// OpenRound opens a round: every ward of the unit gets a plan to fill.
func (s *Service) OpenRound(ctx context.Context, by auth.Actor, in RoundInput) (Round, error) {
	f := invalid()
	r := Round{
		Title: required(f, "title", in.Title, 300), Office: in.Office, Scheme: in.Scheme, Document: in.Document,
		ClauseCriteria: in.ClauseCriteria, ClausePlan: in.ClausePlan, ClauseApprove: in.ClauseApprove,
		DueCriteria: in.DueCriteria, DuePlan: in.DuePlan, DueApprove: in.DueApprove, StartsAt: in.StartsAt,
		Opinions: in.Opinions, Asked: text(in.Opinions), State: "open", Version: 1, ChangedBy: by.Name, ChangedAt: by.Now,
	}
	if in.Opinions == nil {
		r.Opinions, r.Asked = map[Field]string{}, "{}"
	}
	if in.StartsAt <= by.Now {
		f.At("starts_at", "zone.start_past")
	}
	last := in.DueCriteria
	for field, at := range map[string]instant.Micros{"due_plan": in.DuePlan, "due_approve": in.DueApprove} {
		if at != 0 && (at < last || at > in.StartsAt) {
			f.At(field, "zone.due_order")
		}
	}
	if err := f.OrNil(); err != nil {
		return Round{}, err
	}
	if r.Office == "" {
		r.Office = by.Office
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Round, error) { return s.openRound(tx, by, in.Unit, r) })
}

func (s *Service) openRound(tx *db.Tx, by auth.Actor, unit string, r Round) (Round, error) {
	u, err := org.UnitIn(tx, unit)
	if err != nil {
		return r, err
	}
	if err := by.Require(auth.ZoneCriteria, u.Path, auth.Internal); err != nil {
		return r, err
	}
	sc, err := SchemeIn(tx, r.Scheme, 0)
	if err != nil {
		return r, err
	}
	if !org.Within(u.Path, sc.UnitPath) {
		return r, invalid().At("scheme", "zone.scheme_elsewhere")
	}
	if _, err := cited(tx, by, r.Document); err != nil {
		return r, err
	}
	if _, err := s.zoneUnit(tx, by, u); err != nil {
		return r, err
	}
	r.ID, r.UnitPath, r.Layer = s.ids.New(), u.Path, sc.Layer
	if err := tx.Insert("zone_round", r); err != nil {
		return r, err
	}
	if err := s.openPlans(tx, by, r, u); err != nil {
		return r, err
	}
	if sc.State == SchemeIssued && sc.Document != "" {
		if err := criteriaEvidence(tx, by, r, sc.Document); err != nil {
			return r, err
		}
	}
	return r, note(tx, by, "zone_round", r.ID, u.Path, "opened", "starts_at")
}

// openPlans gives every direct part of the unit with a People's Committee a
// plan.
func (s *Service) openPlans(tx *db.Tx, by auth.Actor, r Round, u org.Unit) error {
	wards, err := org.UnitsIn(tx, u.ID, by.Now)
	if err != nil {
		return err
	}
	var plans []Plan
	for _, w := range wards {
		offices, err := org.OfficesAt(tx, w.Path, org.UBND, by.Now)
		if err != nil {
			return err
		}
		if len(offices) == 0 {
			continue
		}
		if _, err := s.zoneUnit(tx, by, w); err != nil {
			return err
		}
		plans = append(plans, Plan{ID: s.ids.New(), Round: r.ID, Unit: w.ID, UnitPath: w.Path, Office: offices[0].ID,
			State: Draft, StartsAt: r.StartsAt, Version: 1, ChangedBy: by.Name, ChangedAt: by.Now})
	}
	if len(plans) == 0 {
		return invalid().At("unit", "zone.no_wards")
	}
	return db.InsertAll(tx, "zone_plan", plans)
}

// Rounds lists the rounds of units that the actor reads, the newest start
// first.
func (s *Service) Rounds(ctx context.Context, by auth.Actor) ([]Round, error) {
	return read(ctx, s, by, func(tx *db.Tx) (out []Round, err error) {
		var all []Round
		if err = tx.Select(&all, "SELECT "+roundColumns+" FROM zone_round ORDER BY starts_at DESC, id"); err != nil {
			return nil, err
		}
		for _, r := range all {
			if by.Can(auth.ZoneRead, r.UnitPath, auth.Internal) || org.Within(by.UnitPath, r.UnitPath) {
				if err := json.Unmarshal([]byte(r.Asked), &r.Opinions); err != nil {
					return nil, err
				}
				out = append(out, r)
			}
		}
		return out, nil
	})
}
