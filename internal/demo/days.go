package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"phaodai/internal/criterion"
	"phaodai/internal/directive"
	"phaodai/internal/instant"
	"phaodai/internal/zoning"
)

// Days is how far the three days from the criteria to the switch have come:
// what a server keeps to go on with them.
type Days struct {
	Conclusion string   `json:"conclusion"` // document
	Scheme     string   `json:"scheme,omitempty"`
	Round      string   `json:"round,omitempty"`
	Campaign   string   `json:"campaign,omitempty"`
	Tables     []string `json:"tables,omitempty"` // sessions of the round of testing
	Done       int      `json:"done"`             // steps that were taken
}

// Step is what the officers whom nobody plays do at a moment of the three days.
type Step struct {
	At   instant.Micros
	What string
	do   func(*story, *Days)
}

// Ground draws the areas of the exercise and says what holds on the evening on
// which it begins.
func Ground(ctx context.Context, s Services, people People, wall instant.Micros) (Days, error) {
	t := &story{ctx: ctx, s: s, people: people, wall: wall}
	var d Days
	t.do("conclusion", func() error {
		page, err := s.Directive.Outgoing(ctx, t.as("chanhvp", Start()), directive.Filter{Limit: 1})
		if err == nil && len(page.Items) > 0 {
			d.Conclusion = page.Items[0].ID
		}
		return err
	})
	t.draw(At(5, 18, 20))
	t.before()
	return d, t.err
}

// before is what the city and the district had decided by the evening of the
// fifth.
func (t *story) before() {
	district := t.unitOf(DistrictPath).ID
	change := func(what string, in zoning.ChangeInput) {
		t.do(what, func() error {
			in.Units = []string{district}
			_, err := t.s.Zoning.Change(t.ctx, t.as("chutich", At(5, 18, 25)), in)
			return err
		})
	}
	july := instant.Of(time.Date(2021, time.July, 24, 6, 0, 0, 0, instant.Vietnam()))
	change("17/CT-UBND", zoning.ChangeInput{Layer: zoning.CityZone, Class: "HN17", Bundle: "HN17", From: july, To: At(6, 6, 0),
		Symbol: "17/CT-UBND", Reason: "Nhập quyết định của Thành phố đang có hiệu lực"})
	change("20/CT-UBND", zoning.ChangeInput{Layer: zoning.CityZone, Class: "Z2", Bundle: "HN20_ZONE2", From: At(6, 6, 0), To: At(21, 6, 0),
		Symbol: "20/CT-UBND", Additions: []string{"Sản xuất theo “3 tại chỗ” hoặc “1 cung đường, 2 điểm đến”."}, Reason: "Nhập quyết định của Thành phố: Long Biên thuộc vùng 2"})
	change("the conclusion of the fifth", zoning.ChangeInput{Layer: zoning.DistrictArea, Class: "KEEP", Bundle: "HN17", From: At(5, 18, 30),
		Symbol: "17/CT-UBND", Reason: "Kết luận của Ban Thường vụ Quận ủy ngày 05/9: tiếp tục 17/CT-UBND đến khi kế hoạch của phường được áp dụng"})
}

// Steps are the three days in order, with the round of testing that begins when
// the areas switch.
func Steps() []Step {
	out := []Step{
		{At(6, 7, 30), "the district rules which document goes before", (*story).rule},
		{At(6, 10, 0), "the criteria are drafted and the round is opened", (*story).openRound},
		{At(6, 17, 0), "the criteria are signed and issued", (*story).issueCriteria},
		{At(8, 9, 0), "the departments give their opinions", (*story).opinions},
		{At(8, 13, 50), "Sài Đồng gets its plan back", (*story).sendBack},
		{At(8, 15, 30), "Sài Đồng sends it again", func(t *story, d *Days) { t.submit(d, "00142", At(8, 15, 30)) }},
		{At(8, 16, 0), "the district approves", func(t *story, d *Days) { t.approve(d, At(8, 16, 0)) }},
		{At(9, 9, 0), "Thạch Bàn, which was late, sends its plan", func(t *story, d *Days) { t.submit(d, late, At(9, 9, 0)) }},
		{At(9, 15, 0), "Thạch Bàn is approved", func(t *story, d *Days) { t.approve(d, At(9, 15, 0)) }},
	}
	for ward, when := range submissions() {
		out = append(out, Step{when, "ward " + ward + " sends its plan", func(t *story, d *Days) { t.submit(d, ward, when) }})
	}
	out = append(out, roundSteps()...)
	slices.SortFunc(out, func(a, b Step) int {
		if a.At != b.At {
			return int(a.At - b.At)
		}
		return int(len(a.What) - len(b.What))
	})
	return out
}

// late is Thạch Bàn.
const late = "00148"

// submissions is when each ward sends its plan, on the seventh.
func submissions() map[string]instant.Micros {
	return map[string]instant.Micros{
		"00115": At(7, 10, 5), "00118": At(7, 10, 40), "00121": At(7, 11, 15), "00124": At(7, 13, 50), "00142": At(7, 14, 2),
		"00127": At(7, 14, 30), "00136": At(7, 15, 12), "00130": At(7, 16, 0), "00133": At(7, 16, 45), "00139": At(7, 17, 20),
		"00145": At(7, 18, 5), "00151": At(7, 19, 30), "00154": At(7, 21, 10),
	}
}

// Take takes one step. What a player did already is left as it is.
func (x Step) Take(ctx context.Context, s Services, people People, d *Days, wall instant.Micros) error {
	t := &story{ctx: ctx, s: s, people: people, wall: wall}
	x.do(t, d)
	return t.err
}

func (t *story) rule(d *Days) {
	t.do("ruling", func() error {
		_, err := t.s.Zoning.Rule(t.ctx, t.as("chutich", At(6, 7, 30)), zoning.RuleInput{
			Unit: t.unitOf(DistrictPath).ID, Winner: zoning.DistrictArea, Loser: zoning.CityZone, From: At(6, 7, 30), Document: "",
			Reason: "Theo kết luận ngày 05/9/2021 của Ban Thường vụ Quận ủy: quận chia khu vực và quyết định biện pháp trên địa bàn",
		})
		return err
	})
}

// table is the shipped example, taken over as the district's own draft.
func table() (*criterion.Table, error) {
	tables, err := criterion.Examples()
	if err != nil {
		return nil, err
	}
	for _, x := range tables {
		if x.ID == "LBAREA" {
			x.Title = criterion.Name{Vi: "Khung tiêu chí chia khu vực 01, 02, 03 (diễn tập)", En: "Criteria for areas 01, 02, 03 (exercise)"}
			return x, nil
		}
	}
	return nil, fmt.Errorf("no example of areas 01 to 03")
}

func (t *story) openRound(d *Days) {
	by := t.as("chanhvp.ubnd", At(6, 10, 0))
	district := t.unitOf(DistrictPath).ID
	t.do("criteria", func() error {
		x, err := table()
		if err != nil {
			return err
		}
		sc, err := t.s.Zoning.SaveScheme(t.ctx, by, zoning.SchemeInput{Unit: district, Table: x, Bundles: map[string]zoning.Choice{
			"A01": {Bundle: "HN17"},
			"A02": {Bundle: "CT15PLUS", Additions: []string{"Đi chợ theo thẻ: mỗi thẻ một người một lượt, đúng ngày, đúng khung giờ, trong phường.", "Ai ở khu vực nào ở khu vực đó."}},
			"A03": {Bundle: "CT15"},
		}})
		d.Scheme = sc.ID
		return err
	})
	t.do("round", func() error {
		r, err := t.s.Zoning.OpenRound(t.ctx, t.as("chanhvp.ubnd", At(6, 10, 30)), zoning.RoundInput{
			Title: "Chia khu vực theo mức độ nguy cơ, áp dụng từ 06:00 ngày 09/9", Unit: district, Office: t.people.Offices["ubnd"], Scheme: d.Scheme,
			Document: d.Conclusion, ClauseCriteria: "1.1", ClausePlan: "2.1", ClauseApprove: "1.2",
			DueCriteria: At(6, 23, 59), DuePlan: At(7, 23, 59), DueApprove: At(8, 23, 59), StartsAt: At(9, 6, 0),
			Opinions: map[zoning.Field]string{zoning.Health: t.people.Offices["phong-y-te"], zoning.Economy: t.people.Offices["phong-kinh-te"],
				zoning.Urban: t.people.Offices["phong-qldt"]},
		})
		d.Round = r.ID
		return err
	})
}

func (t *story) issueCriteria(d *Days) {
	var doc directive.Document
	t.do("decision on the criteria", func() (err error) {
		doc, err = t.s.Zoning.DraftScheme(t.ctx, t.as("chanhvp.ubnd", At(6, 16, 0)), zoning.IssueInput{
			ID: d.Scheme, Signer: t.people.Posts["chu-tich@ubnd"], Issuer: t.people.Offices["ubnd"],
		})
		return err
	})
	t.out(doc.ID, At(6, 17, 0))
}

// out takes a drafted document of the People's Committee to its recipients.
func (t *story) out(document string, when instant.Micros) {
	step := directive.StepInput{Document: document}
	t.do("for signature", func() error {
		_, err := t.s.Directive.Submit(t.ctx, t.as("chanhvp.ubnd", when), step)
		return err
	})
	t.do("signature", func() error {
		_, err := t.s.Directive.Sign(t.ctx, t.as("chutich", when.Add(20*time.Minute)), step)
		return err
	})
	t.do("number", func() error {
		_, err := t.s.Directive.Number(t.ctx, t.as("vanthu.ubnd", when.Add(30*time.Minute)), step)
		return err
	})
	t.do("issue", func() error {
		_, err := t.s.Directive.Issue(t.ctx, t.as("vanthu.ubnd", when.Add(35*time.Minute)), directive.IssueInput{Document: document})
		return err
	})
	t.do("public", func() error {
		_, err := t.s.Directive.Publish(t.ctx, t.as("vanthu.ubnd", when.Add(36*time.Minute)), directive.PublishInput{Document: document, Public: true})
		return err
	})
}

// planOf is the plan of a ward in the round.
func (t *story) planOf(d *Days, ward string, now instant.Micros) (p zoning.Plan) {
	t.do("plan of "+ward, func() error {
		plans, err := t.s.Zoning.PlansOf(t.ctx, t.asHead(ward, now), WardPath(ward))
		for _, x := range plans {
			if x.Round == d.Round {
				p = x
			}
		}
		return err
	})
	return p
}

// submit fills the plan of a ward and sends it, unless its player did.
func (t *story) submit(d *Days, ward string, now instant.Micros) {
	p := t.planOf(d, ward, now)
	if t.err != nil || !p.Open() {
		return
	}
	by := t.asHead(ward, now)
	t.do("suggestions", func() error {
		_, err := t.s.Zoning.TakeSuggestions(t.ctx, by, p.ID, "")
		return err
	})
	t.fill(by, p.ID)
	t.do("submit", func() error {
		_, err := t.s.Zoning.Submit(t.ctx, by, zoning.StepInput{Plan: p.ID})
		return err
	})
}

// sendBack returns the plan of Sài Đồng.
func (t *story) sendBack(d *Days) {
	p := t.planOf(d, "00142", At(8, 13, 50))
	if t.err != nil || p.State != zoning.Submitted {
		return
	}
	t.do("return", func() error {
		_, err := t.s.Zoning.Return(t.ctx, t.as("chutich", At(8, 13, 50)), zoning.StepInput{Plan: p.ID,
			Reason: "Khu công nghiệp Sài Đồng B chưa ghi phương án đưa đón công nhân; bổ sung rồi trình lại trong hôm nay."})
		return err
	})
}
