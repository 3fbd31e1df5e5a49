package org

import "phaodai/internal/instant"

// Line is the chain of command to which an office belongs.
type Line string

// The three lines.
const (
	State Line = "state"
	Party Line = "party"
	Front Line = "front"
)

// Kind says what sort of office it is, the same in every unit.
type Kind string

// The kinds of offices.
const (
	PartyCommittee Kind = "PARTY_COMMITTEE" // Thành ủy, Quận ủy, Đảng ủy phường
	PartyStanding  Kind = "PARTY_STANDING"  // Ban Thường vụ; Thường trực
	PartyOffice    Kind = "PARTY_OFFICE"    // Văn phòng Quận ủy
	PartyBoard     Kind = "PARTY_BOARD"     // Ban Tuyên giáo, Ban Tổ chức, UBKT, Ban Dân vận
	PartyGroup     Kind = "PARTY_GROUP"     // Ban cán sự đảng, đảng đoàn
	PartyCell      Kind = "BRANCH"          // chi bộ: a grass-roots Party organisation
	Council        Kind = "COUNCIL"         // HĐND
	UBND           Kind = "UBND"            // Ủy ban nhân dân
	StateOffice    Kind = "OFFICE"          // Văn phòng HĐND và UBND
	Department     Kind = "DEPARTMENT"      // sở; phòng của quận
	HealthCentre   Kind = "HEALTH_CENTRE"   // trung tâm y tế
	HealthStation  Kind = "HEALTH_STATION"  // trạm y tế
	Police         Kind = "POLICE"          // công an
	Military       Kind = "MILITARY"        // ban chỉ huy quân sự, bộ tư lệnh
	FrontCommittee Kind = "FRONT"           // Ủy ban MTTQ
	Union          Kind = "UNION"           // đoàn thể chính trị - xã hội
	Committee      Kind = "COMMITTEE"       // Ban Chỉ đạo
	CommandCentre  Kind = "COMMAND_CENTRE"  // Sở Chỉ huy
	Team           Kind = "TEAM"            // tổ công tác, đoàn kiểm tra, tổ COVID cộng đồng
	Group          Kind = "GROUP"           // tổ dân phố, thôn
)

// Kinds lists all kinds in the order in which a unit shows its offices.
func Kinds() []Kind {
	return []Kind{
		PartyCommittee, PartyStanding, PartyOffice, PartyBoard, PartyGroup, Council, UBND, StateOffice, Department,
		HealthCentre, HealthStation, Police, Military, FrontCommittee, Union, Committee, CommandCentre, Team, PartyCell, Group,
	}
}

// Lines lists the lines.
func Lines() []Line { return []Line{Party, State, Front} }

// Period is when something holds: from From until before To.
type Period struct {
	From instant.Micros `db:"valid_from" json:"from"`
	To   instant.Micros `db:"valid_to" json:"to"`
}

// Holds tells whether the period includes a moment.
func (p Period) Holds(at instant.Micros) bool { return p.From <= at && at < p.To }

// Meets tells whether two periods share a moment.
func (p Period) Meets(q Period) bool { return p.From < q.To && q.From < p.To }

// orForever makes a period without end open.
func (p Period) orForever() Period {
	if p.To == 0 {
		p.To = instant.Forever
	}
	return p
}

// Stamp says which version of a record this is and who made it.
type Stamp struct {
	Version   int64          `db:"version" json:"version"`
	ChangedBy string         `db:"changed_by" json:"changed_by"`
	ChangedAt instant.Micros `db:"changed_at" json:"changed_at"`
}
