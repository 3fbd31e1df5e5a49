package auth

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"gopkg.in/yaml.v3"
)

// Right names one thing that a post may be allowed to do.
type Right string

// The rights. A route, page or API call names exactly one of them, or Anyone.
const (
	Anyone   Right = "anyone"   // no session needed
	SignedIn Right = "signedin" // any session: own settings, sign-out

	DocumentRead     Right = "document.read"
	DocumentRegister Right = "document.register" // vào sổ
	DocumentAdvise   Right = "document.advise"   // tham mưu
	DocumentApprove  Right = "document.approve"  // duyệt phiếu
	DocumentDraft    Right = "document.draft"
	DocumentIssue    Right = "document.issue"   // cấp số, phát hành
	DocumentReview   Right = "document.review"  // rà soát nội dung, giao việc
	DocumentPublish  Right = "document.publish" // công khai
	MeetingManage    Right = "meeting.manage"

	TaskRead    Right = "task.read"
	TaskAssign  Right = "task.assign"
	TaskPerform Right = "task.perform" // nhận, báo cáo, xin gia hạn
	TaskVerify  Right = "task.verify"
	TaskRemind  Right = "task.remind" // đôn đốc

	OrgRead    Right = "org.read"
	OrgManage  Right = "org.manage"
	DutyManage Right = "duty.manage"
	DutyStand  Right = "duty.stand" // trực, bàn giao ca

	ZoneRead     Right = "zone.read"
	ZonePlan     Right = "zone.plan"     // phường: khu vực, kế hoạch, trình duyệt
	ZoneCriteria Right = "zone.criteria" // khung tiêu chí, đợt chia khu vực
	ZoneOpine    Right = "zone.opine"    // ý kiến của phòng, ban chuyên môn
	ZoneApprove  Right = "zone.approve"  // trả lại, lập quyết định phê duyệt kế hoạch
	ZoneDecide   Right = "zone.decide"   // thay đổi ngay, phong tỏa, dỡ bỏ
	ZoneRule     Right = "zone.rule"     // quyết định khi hai văn bản trái nhau

	PeopleRead    Right = "people.read"    // danh sách dân cư, che số định danh
	PeopleKeep    Right = "people.keep"    // ghi, sửa, nạp danh sách, gộp trùng
	PeopleOpen    Right = "people.open"    // xem số định danh, điện thoại khi có lý do
	PeopleExport  Right = "people.export"  // xuất danh sách có số định danh
	PeopleForeign Right = "people.foreign" // giấy tờ cư trú của người nước ngoài: công an

	CampaignRead   Right = "campaign.read"   // đợt xét nghiệm, buổi lấy mẫu, độ bao phủ
	CampaignManage Right = "campaign.manage" // lập đợt, buổi, danh sách
	SampleTake     Right = "sample.take"     // ghi mẫu, vắng, từ chối; xử lý mẫu chưa khớp
	LabRead        Right = "lab.read"        // mẫu chờ xét nghiệm
	LabEnter       Right = "lab.enter"       // nhận thùng, nhập kết quả
	LabRelease     Right = "lab.release"     // người duyệt thứ hai, trả kết quả
	FieldManage    Right = "field.manage"    // cấp mã QR cho điện thoại, giao hộ, thu hồi
	FieldWork      Right = "field.work"      // điện thoại của tổ: chỉ việc được giao hôm nay

	AuditRead     Right = "audit.read"
	AccountManage Right = "account.manage"
	ClockSet      Right = "clock.set"
	SystemManage  Right = "system.manage"
)

// Role is a bundle of rights that posts are given.
type Role string

//go:embed roles.yaml
var rolesYAML []byte

// roles is the table of roles.yaml, read once.
var roles = sync.OnceValue(func() map[Role][]Right {
	var table map[Role][]Right
	if err := yaml.Unmarshal(rolesYAML, &table); err != nil {
		panic(fmt.Sprintf("auth: roles.yaml: %v", err)) // embedded: wrong only in development
	}
	return table
})

// Has tells whether the role includes a right.
func (r Role) Has(right Right) bool {
	rights := roles()[r]
	return slices.Contains(rights, right) || slices.Contains(rights, "*")
}

// Roles lists the roles by name.
func Roles() []Role {
	var out []Role
	for r := range roles() {
		out = append(out, r)
	}
	slices.Sort(out)
	return out
}

// Rights lists every right that a role may hold.
func Rights() []Right {
	return []Right{
		DocumentRead, DocumentRegister, DocumentAdvise, DocumentApprove, DocumentDraft, DocumentIssue,
		DocumentReview, DocumentPublish, MeetingManage, TaskRead, TaskAssign, TaskPerform, TaskVerify,
		TaskRemind, OrgRead, OrgManage, DutyManage, DutyStand, ZoneRead, ZonePlan, ZoneCriteria, ZoneOpine, ZoneApprove,
		ZoneDecide, ZoneRule, PeopleRead, PeopleKeep, PeopleOpen, PeopleExport, PeopleForeign,
		CampaignRead, CampaignManage, SampleTake, LabRead, LabEnter, LabRelease, FieldManage, FieldWork, AuditRead, AccountManage, ClockSet, SystemManage,
	}
}
