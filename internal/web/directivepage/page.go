package directivepage

import (
	"context"
	"embed"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/task"
	"phaodai/internal/web"
)

//go:embed template/*.html
var files embed.FS

// Documents is what the pages ask of the capability: *directive.Service.
type Documents = *directive.Service

// Tasks gives out what was reviewed and counts what became of it.
// *task.Service is one.
type Tasks interface {
	DispatchProposals(ctx context.Context, by auth.Actor, document, key string) ([]string, error)
	ProgressOf(ctx context.Context, by auth.Actor, documents ...string) (map[string]task.Progress, error)
	// Given tells which proposals of a document have become which task.
	Given(ctx context.Context, by auth.Actor, document string) (map[string]string, error)
}

// Specimen is a document that a demo offers for trying the whole way out.
type Specimen struct {
	Name      string // of the file
	MediaType string
	Content   []byte
}

// Config is what the pages need. Documents and Store are required.
type Config struct {
	Documents Documents
	Tasks     Tasks     // nil: nothing is given out here
	Store     *db.DB    // names of offices and posts
	Specimen  *Specimen // nil outside a demo

	// Plan is the page of the plan from which a document was drafted, and whose
	// plan it is; "" of any other. nil: there are no plans here.
	Plan func(ctx context.Context, by auth.Actor, document string) (page, whose string, err error)
}

// pages holds the handlers.
type pages struct {
	Config
	doc Documents
}

// upload is the limit of a form with a file: the file and the fields beside it.
const upload = directive.MaxUpload + 1<<20

// Pages adds all routes.
func Pages(config Config) web.Area {
	p := &pages{Config: config, doc: config.Documents}
	return func(k *web.Kit) {
		k.Templates("document", files)
		p.arrivals(k)
		p.documents(k)
		p.slips(k)
		p.reviews(k)
		p.outgoing(k)
		p.meetings(k)
	}
}

func (p *pages) arrivals(k *web.Kit) {
	k.Page("/van-ban-den", auth.DocumentRead, p.book)
	k.Page("/van-ban-den/vao-so", auth.DocumentRegister, p.arrive)
	k.Form("/van-ban-den/vao-so", auth.DocumentRegister, p.enter, p.arrive)
	k.Form("/van-ban-den/nhan", auth.DocumentRegister, p.receive, p.arrive, web.Body(upload))
	k.Page("/van-ban-den/so", auth.DocumentRegister, p.registers)
	k.Form("/van-ban-den/so", auth.DocumentRegister, p.openRegister, p.registers)
	k.Form("/van-ban-den/nhan-ve/{id}", auth.DocumentRegister, p.take, p.book)
	k.Form("/van-ban-den/dung-doc/{id}", auth.DocumentRegister, p.stopReading, p.arrive)
	if p.Specimen != nil {
		k.Page("/van-ban-den/mau", auth.DocumentRegister, p.specimen)
		k.Form("/van-ban-den/mau", auth.DocumentRegister, p.takeSpecimen, p.arrive)
	}
}

func (p *pages) documents(k *web.Kit) {
	k.Page("/van-ban/{id}", auth.DocumentRead, p.document)
	k.Page("/van-ban/{id}/tep/{file}", auth.DocumentRead, p.file)
	k.Form("/van-ban/{id}/tep", auth.DocumentRegister, p.attach, p.document, web.Body(upload))
	k.Page("/van-ban/{id}/sua", auth.DocumentRegister, p.correction)
	k.Form("/van-ban/{id}/sua", auth.DocumentRegister, p.correct, p.correction)
	k.Page("/van-ban/{id}/cong-khai", auth.DocumentPublish, p.publication)
	k.Form("/van-ban/{id}/cong-khai", auth.DocumentPublish, p.publish, p.publication)
	k.Form("/van-ban/{id}/tra-noi-gui", auth.DocumentRegister, p.refuse, p.document)
	k.Form("/van-ban/{id}/luu-ho-so", auth.DocumentRegister, p.store, p.document)
	k.Form("/van-ban/{id}/lien-ket", auth.DocumentRead, p.link, p.document)
	k.Form("/van-ban/{id}/lien-ket/{link}/bo", auth.DocumentRead, p.unlink, p.document)
	k.Form("/van-ban/{id}/lien-ket/{link}/dung", auth.DocumentRead, p.confirmLink, p.document)
	k.Page("/van-ban/{id}/noi-dung", auth.DocumentRead, p.clauses)
	k.Page("/noi-dung", auth.DocumentRead, p.allClauses)
	k.Page("/van-ban", auth.DocumentRead, p.library)
	k.Page("/ho-so", auth.DocumentRead, p.dossiers)
	k.Find("docpage.documents", auth.DocumentRead, p.hits, "/van-ban?tim=")
	k.Find("docpage.clauses", auth.DocumentRead, p.clauseHits, "/noi-dung?tim=")
}

func (p *pages) slips(k *web.Kit) {
	k.Page("/cho-tham-muu", auth.DocumentAdvise, p.awaitingAdvice)
	k.Page("/cho-duyet", auth.DocumentApprove, p.awaitingApproval)
	k.Page("/van-ban/{id}/phieu", auth.DocumentRead, p.slip)
	k.Page("/van-ban/{id}/phieu/{format}", auth.DocumentRead, p.slipForm)
	k.Form("/van-ban/{id}/phieu/tham-muu", auth.DocumentAdvise, p.advise, p.slip)
	k.Form("/van-ban/{id}/phieu/duyet", auth.DocumentApprove, p.approve, p.slip)
	k.Form("/van-ban/{id}/phieu/tra-lai", auth.DocumentApprove, p.giveBack, p.slip)
	k.Form("/van-ban/{id}/phieu/nhap-thay", auth.DocumentRegister, p.onPaper, p.slip, web.Body(upload))
	k.Count("approve", auth.DocumentApprove, p.approvals)
}

func (p *pages) reviews(k *web.Kit) {
	k.Page("/van-ban/{id}/ra-soat", auth.DocumentReview, p.review)
	k.Form("/van-ban/{id}/ra-soat/viec", auth.DocumentReview, p.propose, p.review)
	k.Form("/van-ban/{id}/ra-soat/tach", auth.DocumentReview, p.split, p.review)
	k.Form("/van-ban/{id}/ra-soat/gop", auth.DocumentReview, p.merge, p.review)
	k.Form("/van-ban/{id}/ra-soat/bo", auth.DocumentReview, p.drop, p.review)
	k.Form("/van-ban/{id}/ra-soat/noi-khac", auth.DocumentReview, p.elsewhere, p.review)
	k.Form("/van-ban/{id}/ra-soat/dung", auth.DocumentReview, p.confirm, p.review)
	k.Form("/van-ban/{id}/ra-soat/doan", auth.DocumentReview, p.classify, p.review)
	k.Page("/van-ban/{id}/nhan.json", auth.DocumentReview, p.labels)
	if p.Tasks != nil {
		k.Form("/van-ban/{id}/ra-soat/giao", auth.TaskAssign, p.dispatch, p.review)
	}
}

func (p *pages) outgoing(k *web.Kit) {
	k.Page("/van-ban-di", auth.DocumentRead, p.outbox)
	k.Page("/van-ban-di/soan", auth.DocumentDraft, p.draft)
	k.Form("/van-ban-di/soan", auth.DocumentDraft, p.write, p.draft)
	k.Page("/van-ban-di/{id}", auth.DocumentRead, p.paper)
	k.Page("/van-ban-di/{id}/ban/{n}", auth.DocumentRead, p.version)
	k.Page("/van-ban-di/{id}/ban-in/{format}", auth.DocumentRead, p.letter)
	k.Form("/van-ban-di/{id}/thong-qua", auth.DocumentDraft, p.step("docpage.stepped.adopted", p.doc.Adopt), p.paper)
	k.Form("/van-ban-di/{id}/trinh", auth.DocumentDraft, p.step("docpage.stepped.submitted", p.doc.Submit), p.paper)
	k.Form("/van-ban-di/{id}/tra-lai", auth.DocumentApprove, p.step("docpage.stepped.sent_back", p.doc.SendBack), p.paper)
	k.Form("/van-ban-di/{id}/ky", auth.DocumentApprove, p.step("docpage.stepped.signed", p.doc.Sign), p.paper)
	k.Form("/van-ban-di/{id}/cap-so", auth.DocumentIssue, p.number, p.paper)
	k.Form("/van-ban-di/{id}/phat-hanh", auth.DocumentIssue, p.issue, p.paper)
}

func (p *pages) meetings(k *web.Kit) {
	k.Page("/cuoc-hop", auth.DocumentRead, p.meetingList)
	k.Page("/cuoc-hop/lap", auth.MeetingManage, p.plan)
	k.Form("/cuoc-hop/lap", auth.MeetingManage, p.planMeeting, p.plan)
	k.Page("/cuoc-hop/{id}", auth.DocumentRead, p.meeting)
	k.Form("/cuoc-hop/{id}/da-hop", auth.MeetingManage, p.hold, p.meeting)
	k.Form("/cuoc-hop/{id}/ket-qua", auth.MeetingManage, p.decide, p.meeting)
	k.Form("/cuoc-hop/{id}/ket-luan", auth.MeetingManage, p.conclude, p.meeting)
	k.Form("/cuoc-hop/{id}/huy", auth.MeetingManage, p.cancelMeeting, p.meeting)
}
