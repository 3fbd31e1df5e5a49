package zonepage

import (
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

func reviewPath(r *web.Request) string { return "/phe-duyet/" + r.Path("round") }

// approve drafts the decision that approves the ticked plans.
func (p Parts) approve(r *web.Request) error {
	var in struct {
		Plans  []string `form:"plans"`
		Signer string   `form:"signer"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	bad := fault.New(fault.Invalid, "input.check")
	if len(in.Plans) == 0 {
		bad.At("plans", "zonepage.tick_some")
	}
	if in.Signer == "" {
		bad.At("signer", "zonepage.signer_missing")
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	_, err := p.Zones.Decide(r.Context(), r.By, zoning.DecideInput{Key: r.Key(), Round: r.Path("round"), Plans: in.Plans, Signer: in.Signer})
	if err != nil {
		return err
	}
	return r.Redirect(reviewPath(r)+"#quyet-dinh", "zonepage.decision_drafted", "Count", len(in.Plans))
}

// sendBack returns the ticked plans, all or none: one that was decided or
// recalled meanwhile is found before the first goes.
func (p Parts) sendBack(r *web.Request) error {
	var in struct {
		Plans  []string `form:"plans"`
		Reason string   `form:"reason"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	bad := fault.New(fault.Invalid, "input.check")
	if len(in.Plans) == 0 {
		bad.At("plans", "zonepage.tick_some")
	}
	if in.Reason == "" {
		bad.At("reason", "zonepage.return_reason_missing")
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	v, err := p.Zones.Review(r.Context(), r.By, r.Path("round"))
	if err != nil {
		return err
	}
	for _, row := range v.Rows {
		if slices.Contains(in.Plans, row.Plan.ID) && row.Plan.State != zoning.Submitted {
			return fault.New(fault.Conflict, "zone.plan_is."+string(row.Plan.State), "Who", row.Plan.ChangedBy, "At", row.Plan.ChangedAt)
		}
	}
	for _, id := range in.Plans {
		if _, err := p.Zones.Return(r.Context(), r.By, zoning.StepInput{Key: r.Key() + "-" + id, Plan: id, Reason: in.Reason}); err != nil {
			return err
		}
	}
	return r.Redirect(reviewPath(r), "zonepage.sent_back", "Count", len(in.Plans))
}

// unbind takes a plan out of a draft decision.
func (p Parts) unbind(r *web.Request) error {
	_, err := p.Zones.Unbind(r.Context(), r.By, zoning.StepInput{Key: r.Key(), Plan: r.Form.Value("plan")})
	if err != nil {
		return err
	}
	return r.Redirect(reviewPath(r), "zonepage.taken_out")
}

func formPlan(r *web.Request) string { return r.Form.Value("plan") }

// roundsPage lists the rounds, with the form that opens one.
type roundsPage struct {
	Rounds    []roundItem
	MayOpen   bool
	Schemes   []web.Choice
	Documents []web.Choice
	Offices   []web.Choice
	Fields    []fieldHead
	Unit      string // whose wards get plans
	Document  string // that orders the round, from the address
	Opened    bool
}

type roundItem struct {
	zoning.Round
	Begun bool
	Path  string // the review, or for a ward its own plans
}

func (p Parts) rounds(r *web.Request) error {
	rounds, err := p.Zones.Rounds(r.Context(), r.By)
	if err != nil {
		return err
	}
	page := roundsPage{Document: r.Query("van-ban"), Opened: r.Form.Sent || r.Query("van-ban") != ""}
	for _, x := range rounds {
		item := roundItem{x, x.StartsAt <= r.Now(), "/ke-hoach"}
		if r.By.Can(auth.ZoneRead, x.UnitPath, auth.Internal) {
			item.Path = "/phe-duyet/" + x.ID
		}
		page.Rounds = append(page.Rounds, item)
	}
	if page.MayOpen = r.By.Anywhere(auth.ZoneCriteria); page.MayOpen {
		if err := p.offers(r, &page); err != nil {
			return err
		}
	}
	return r.Render("zone/rounds", page)
}

// offers fills the choices of the form that opens a round.
func (p Parts) offers(r *web.Request, page *roundsPage) error {
	unit, _, err := p.Zones.UnitAt(r.Context(), r.By, r.By.UnitPath)
	if err != nil {
		return err
	}
	page.Unit = unit.ID
	schemes, err := p.Zones.Schemes(r.Context(), r.By)
	if err != nil {
		return err
	}
	for _, s := range schemes {
		text := s.Title
		if s.State != zoning.SchemeIssued {
			text += " (" + r.T("zonepage.not_issued") + ")"
		}
		page.Schemes = append(page.Schemes, web.Choice{Value: s.ID, Text: text})
	}
	found, err := p.Documents.Search(r.Context(), r.By, directive.Filter{Limit: 50})
	if err != nil {
		return err
	}
	page.Documents = []web.Choice{{Value: "", Text: r.T("zonepage.no_document")}}
	for _, d := range found.Items {
		page.Documents = append(page.Documents, web.Choice{Value: d.ID, Text: d.Symbol + " · " + d.Subject})
	}
	offices, err := p.Units.FindOffices(r.Context(), r.By, org.Find{Under: r.By.UnitPath, Kind: org.Department, Limit: 200})
	if err != nil {
		return err
	}
	page.Offices = []web.Choice{{Value: "", Text: r.T("zonepage.nobody_asked")}}
	for _, o := range offices.Rows {
		page.Offices = append(page.Offices, web.Choice{Value: o.ID, Text: o.Name})
	}
	for _, f := range zoning.Fields() {
		page.Fields = append(page.Fields, fieldHead{f, r.T("zonepage.field." + string(f))})
	}
	return nil
}

func (p Parts) openRound(r *web.Request) error {
	var in struct {
		Unit           string         `form:"unit"`
		Title          string         `form:"title"`
		Scheme         string         `form:"scheme"`
		Document       string         `form:"document"`
		ClauseCriteria string         `form:"clause_criteria"`
		ClausePlan     string         `form:"clause_plan"`
		ClauseApprove  string         `form:"clause_approve"`
		DueCriteria    instant.Micros `form:"due_criteria,end"`
		DuePlan        instant.Micros `form:"due_plan,end"`
		DueApprove     instant.Micros `form:"due_approve,end"`
		StartsAt       instant.Micros `form:"starts_at"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	if in.StartsAt.IsZero() {
		return fault.New(fault.Invalid, "input.check").At("starts_at", "zonepage.start_missing")
	}
	asked := map[zoning.Field]string{}
	for _, f := range zoning.Fields() {
		if office := r.Form.Value("ask-" + string(f)); office != "" {
			asked[f] = office
		}
	}
	round, err := p.Zones.OpenRound(r.Context(), r.By, zoning.RoundInput{
		Key: r.Key(), Title: in.Title, Unit: in.Unit, Scheme: in.Scheme, Document: in.Document,
		ClauseCriteria: in.ClauseCriteria, ClausePlan: in.ClausePlan, ClauseApprove: in.ClauseApprove,
		DueCriteria: in.DueCriteria, DuePlan: in.DuePlan, DueApprove: in.DueApprove, StartsAt: in.StartsAt, Opinions: asked,
	})
	if err != nil {
		return err
	}
	return r.Redirect("/phe-duyet/"+round.ID, "zonepage.round_opened")
}
