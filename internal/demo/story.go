package demo

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/campaign"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
	"phaodai/internal/task"
	"phaodai/internal/zoning"
)

//go:embed specimen/conclusion.txt
var conclusionText string

// Start is when the exercise begins: 18:35 on 5 September 2021.
func Start() instant.Micros { return At(5, 18, 35) }

// At is a moment of September 2021 in Vietnam.
func At(day, hour, minute int) instant.Micros {
	return instant.Of(time.Date(2021, time.September, day, hour, minute, 0, 0, instant.Vietnam()))
}

func day(year int, month time.Month, day int) instant.Micros {
	return instant.Of(time.Date(year, month, day, 0, 0, 0, 0, instant.Vietnam()))
}

// Services are what the story acts through: the same verbs as people.
type Services struct {
	Store     *db.DB
	Directive *directive.Service
	Task      *task.Service
	Zoning    *zoning.Service

	// Without these no round of testing is played.
	IDs        *id.Source
	Campaign   *campaign.Service
	Sampling   *sampling.Service
	Laboratory *laboratory.Service
}

// story acts as the players, step after step, until something fails.
type story struct {
	ctx    context.Context
	s      Services
	people People
	wall   instant.Micros
	err    error
}

// Story fills the days before Start through the ordinary verbs: two directives
// of the city registered and approved, a meeting of the standing committee whose
// conclusion is numbered, issued and cut into tasks, and the first answers of
// the wards.
func Story(ctx context.Context, s Services, people People, wall instant.Micros) error {
	t := &story{ctx: ctx, s: s, people: people, wall: wall}
	book := t.books()
	t.arrivals(book)
	conclusion := t.meeting()
	t.issue(conclusion)
	t.dispatch(conclusion)
	t.answers(conclusion)
	return t.err
}

// as is a player at a moment of the story.
func (t *story) as(login string, now instant.Micros) (by auth.Actor) {
	if t.err != nil {
		return by
	}
	t.err = t.s.Store.Read(t.ctx, func(tx *db.Tx) (err error) {
		by, err = t.people.Actor(tx, login, now, t.wall)
		return err
	})
	return by
}

// do runs one step unless an earlier one failed, and names it in the error.
func (t *story) do(what string, step func() error) {
	if t.err != nil {
		return
	}
	if err := step(); err != nil {
		t.err = fmt.Errorf("demo: %s: %w", what, err)
	}
}

// books opens the registers of the Party Office, which have been kept on paper
// until now, and tells the numbers given so far.
func (t *story) books() (incoming string) {
	by := t.as("vanthu", At(1, 8, 0))
	t.do("books", func() error {
		r, err := t.s.Directive.OpenRegister(t.ctx, by, directive.RegisterInput{
			Name: "Văn bản cấp trên", Year: 2021, Last: 608, Sort: 1,
		})
		if err != nil {
			return err
		}
		incoming = r.ID
		_, err = t.s.Directive.OpenRegister(t.ctx, by, directive.RegisterInput{
			Name: "Văn bản khác", Year: 2021, Last: 1240, Sort: 2,
		})
		return err
	})
	for _, office := range []string{"quan-uy", "btv"} {
		t.do("numbers so far", func() error {
			return t.s.Directive.SetMandate(t.ctx, by, directive.MandateInput{
				Office: t.people.Offices[office], Name: "2020-2025", From: day(2020, 8, 1), To: day(2025, 8, 1),
				Last: map[string]int64{"TB": 102, "KH": 71, "CV": 640, "QĐ": 415},
			})
		})
	}
	return incoming
}

// arrival is one document that came before the exercise begins.
type arrival struct {
	at     instant.Micros
	facts  directive.Facts
	advice string
	copies []directive.Copy
	passed bool // the standing leader has approved the slip
}

func arrivals() []arrival {
	wards := []directive.Copy{{Text: "Đảng ủy các phường"}, {Text: "UBND các phường"}}
	return []arrival{
		{At(1, 17, 30), directive.Facts{
			Symbol: "06-CT/TU", Kind: "CT", Issuer: "Thành ủy Hà Nội", IssuedOn: "2021-09-01", Urgency: directive.Urgent,
			Subject: "Tiếp tục nâng cao hiệu quả công tác phòng, chống dịch Covid-19 trên địa bàn Thành phố",
		}, "Tổ chức phiên họp Ban Thường vụ để quán triệt; sao gửi Đảng ủy và UBND các phường.", wards, true},
		{At(3, 16, 20), directive.Facts{
			Symbol: "20/CT-UBND", Kind: "CT", Issuer: "UBND Thành phố Hà Nội", IssuedOn: "2021-09-03", Urgency: directive.Urgent,
			Subject: "Tăng cường các biện pháp phòng, chống dịch Covid-19 trên địa bàn Thành phố Hà Nội",
		}, "Giao UBND Quận xây dựng kế hoạch thực hiện, trình Ban Thường vụ tại phiên họp ngày 05/9.", wards, true},
		{At(5, 18, 5), directive.Facts{
			Symbol: "1305/CĐ-BYT", Kind: "CĐ", Issuer: "Bộ Y tế", IssuedOn: "2021-09-02", Urgency: directive.Express,
			Subject: "Hướng dẫn xét nghiệm phát hiện sớm các trường hợp lây nhiễm",
		}, "UBND Quận chủ trì, giao Trung tâm Y tế Quận tham mưu thực hiện; sao gửi UBND các phường.",
			[]directive.Copy{{Text: "UBND Quận", Purpose: directive.ForExecution}, {Text: "UBND các phường"}}, false},
	}
}

func (t *story) arrivals(book string) {
	for _, a := range arrivals() {
		var id string
		t.do("arrival of "+a.facts.Symbol, func() error {
			a.facts.Scope, a.facts.Secrecy = directive.ToRecipients, directive.NoSecret
			in, err := t.s.Directive.Enter(t.ctx, t.as("vanthu", a.at), directive.EnterInput{Register: book, Facts: a.facts})
			id = in.Document.ID
			return err
		})
		t.do("advice on "+a.facts.Symbol, func() error {
			_, err := t.s.Directive.Advise(t.ctx, t.as("chanhvp", a.at.Add(15*time.Minute)), directive.AdviseInput{
				Document: id, Advice: a.advice, Copies: a.copies,
			})
			return err
		})
		if !a.passed {
			continue
		}
		t.do("approval of "+a.facts.Symbol, func() error {
			_, err := t.s.Directive.Approve(t.ctx, t.as("thuongtruc", a.at.Add(40*time.Minute)), directive.ApproveInput{Document: id})
			return err
		})
	}
}

// meeting holds the extraordinary session of 5 September and concludes it.
func (t *story) meeting() (conclusion string) {
	var m directive.Meeting
	t.do("meeting", func() (err error) {
		m, err = t.s.Directive.PlanMeeting(t.ctx, t.as("chanhvp", At(5, 9, 0)), directive.PlanInput{
			Body: t.people.Offices["btv"], Kind: "extraordinary", Place: "Phòng họp Quận ủy", PlannedAt: At(5, 15, 0),
			Title:     "Phiên họp đột xuất về phòng, chống dịch Covid-19",
			ChairPost: t.people.Posts["bi-thu"],
			Agenda: []directive.AgendaItem{
				{Title: "Kế hoạch thực hiện Chỉ thị 06-CT/TU của Ban Thường vụ Thành ủy"},
				{Title: "Thành lập Ban Chỉ đạo phòng, chống dịch của quận và quy chế làm việc"},
				{Title: "Kế hoạch của UBND Quận thực hiện Chỉ thị 20/CT-UBND"},
			},
		})
		return err
	})
	t.do("session", func() (err error) {
		m, err = t.s.Directive.HoldMeeting(t.ctx, t.as("chanhvp", At(5, 15, 5)), directive.HoldInput{ID: m.ID, HeldAt: At(5, 15, 0)})
		return err
	})
	for n := range 3 {
		t.do("agenda", func() (err error) {
			m, err = t.s.Directive.DecideItem(t.ctx, t.as("chanhvp", At(5, 17, 0)), directive.DecideInput{
				Meeting: m.ID, N: int64(n + 1), Result: "adopted", For: 11,
			})
			return err
		})
	}
	t.do("conclusion", func() error {
		d, err := t.s.Directive.Conclude(t.ctx, t.as("chanhvp", At(5, 17, 20)), directive.ConcludeInput{
			Meeting: m.ID, Text: conclusionText, SignerPost: t.people.Posts["pho-bi-thu"], SignedFor: "T/M BAN THƯỜNG VỤ",
			Subject: "Kết luận của Ban Thường vụ Quận ủy về chia khu vực theo mức độ nguy cơ và kế hoạch phòng, chống dịch tại các phường (diễn tập)",
			Recipients: []directive.Copy{
				{Text: "UBND Quận", Purpose: directive.ForExecution},
				{Text: "Đảng ủy các phường", Purpose: directive.ForExecution},
				{Text: "UBND các phường", Purpose: directive.ForExecution},
				{Text: "Ban Tuyên giáo Quận ủy", Purpose: directive.ForExecution},
				{Text: "Ủy ban MTTQ Quận", Purpose: directive.ForExecution},
			},
		})
		conclusion = d.ID
		return err
	})
	return conclusion
}

// issue signs, numbers and sends the conclusion out.
func (t *story) issue(document string) {
	step := directive.StepInput{Document: document}
	t.do("for signature", func() error {
		_, err := t.s.Directive.Submit(t.ctx, t.as("chanhvp", At(5, 17, 25)), step)
		return err
	})
	t.do("signature", func() error {
		_, err := t.s.Directive.Sign(t.ctx, t.as("thuongtruc", At(5, 17, 40)), step)
		return err
	})
	t.do("number", func() error {
		_, err := t.s.Directive.Number(t.ctx, t.as("vanthu", At(5, 17, 45)), step)
		return err
	})
	t.do("issue", func() error {
		_, err := t.s.Directive.Issue(t.ctx, t.as("vanthu", At(5, 17, 50)), directive.IssueInput{Document: document})
		return err
	})
}

// dispatch confirms what was read in the conclusion and gives the tasks out.
func (t *story) dispatch(document string) {
	t.do("review", func() error {
		_, err := t.s.Directive.Confirm(t.ctx, t.as("chanhvp", At(5, 17, 55)), directive.ConfirmInput{Document: document, All: true})
		return err
	})
	t.do("dispatch", func() error {
		made, err := t.s.Task.DispatchProposals(t.ctx, t.as("chanhvp", At(5, 18, 0)), document, "")
		if err == nil && len(made) == 0 {
			return fmt.Errorf("the conclusion gave no task")
		}
		return err
	})
}

// answers are what the wards did in the half hour before the exercise begins.
func (t *story) answers(document string) {
	t.accept("cukhoi", document, At(5, 18, 10), 1)
	t.accept("phucloi", document, At(5, 18, 12), 10)
	t.accept("chutich", document, At(5, 18, 20), 10)
}

// accept takes up to most of the open tasks of a document that are a player's.
func (t *story) accept(login, document string, now instant.Micros, most int) {
	by := t.as(login, now)
	t.do(login+" accepts", func() error {
		page, err := t.s.Task.Tasks(t.ctx, by, task.Filter{Document: document, Mine: true, Open: true, State: []task.State{task.Assigned}})
		if err != nil {
			return err
		}
		for _, card := range page.Cards[:min(most, len(page.Cards))] {
			if _, err := t.s.Task.Accept(t.ctx, by, task.ActInput{Task: card.ID}); err != nil {
				return err
			}
		}
		return nil
	})
}
