package org

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// MemberView is a member with the person and post behind it.
type MemberView struct {
	Member Member `json:"member"`
	Person Person `json:"person"` // without ID when the post is vacant
	Post   Post   `json:"post"`
	Office string `json:"office"` // name of the post's office
}

// CommitteeGap names something that a committee must have and lacks.
type CommitteeGap string

// What a committee may lack, in the order in which an inspector asks.
const (
	NoDecision     CommitteeGap = "founding"
	NotActive      CommitteeGap = "state"
	NoRegulation   CommitteeGap = "regulation"
	NoHead         CommitteeGap = "head"
	VacantMember   CommitteeGap = "vacant"
	MemberIdle     CommitteeGap = "duty" // a member without a task
	NoSpokesperson CommitteeGap = "spokesperson"
	NobodyOnDuty   CommitteeGap = "on_duty"
	NotCheckedIn   CommitteeGap = "checked_in"
	RosterGap      CommitteeGap = "roster" // in the next seven days
	NoHotline      CommitteeGap = "hotline"
)

// CommitteeView is the one page of a committee.
type CommitteeView struct {
	Office             Office         `json:"office"`
	Unit               Unit           `json:"unit"`
	Charter            Charter        `json:"charter"`
	Spokesperson       Person         `json:"spokesperson"`
	DeputySpokesperson Person         `json:"deputy_spokesperson"`
	Members            []MemberView   `json:"members"`
	Roster             Roster         `json:"roster"` // of seven days from the moment
	LastNote           *DutyEntry     `json:"last_note"`
	Hotlines           []Hotline      `json:"hotlines"`
	Gaps               []CommitteeGap `json:"gaps"`
	At                 instant.Micros `json:"at"`
}

// Lacks tells whether the committee has a gap.
func (v CommitteeView) Lacks(g CommitteeGap) bool {
	for _, have := range v.Gaps {
		if have == g {
			return true
		}
	}
	return false
}

// week is how far ahead the roster of a committee is looked at.
const week = 7 * 24 * 60 * 60 * 1_000_000

// Committee returns the page of a committee or command centre now.
func (s *Service) Committee(ctx context.Context, by auth.Actor, officeID string) (v CommitteeView, err error) {
	err = s.read(ctx, by, func(tx *db.Tx) error {
		v, err = committeeView(tx, by, officeID)
		return err
	})
	return v, err
}

func committeeView(tx *db.Tx, by auth.Actor, officeID string) (v CommitteeView, err error) {
	v.At = by.Now
	if v.Office, err = OfficeIn(tx, officeID); err != nil {
		return v, err
	}
	if v.Office.Kind != Committee && v.Office.Kind != CommandCentre {
		return v, missing(db.ErrNoRow, "org.office_unknown", officeID)
	}
	if v.Unit, err = UnitIn(tx, v.Office.Unit); err != nil {
		return v, err
	}
	if v.Charter, _, err = CharterIn(tx, officeID); err != nil {
		return v, err
	}
	if err = v.readMembers(tx, by); err != nil {
		return v, err
	}
	if v.Roster, err = RosterIn(tx, by, v.Office, Period{by.Now, by.Now + week}); err != nil {
		return v, err
	}
	note, ok, err := LastNote(tx, by, officeID)
	if err != nil {
		return v, err
	}
	if ok {
		v.LastNote = &note
	}
	if v.Hotlines, err = HotlinesOf(tx, v.Office.UnitPath, by.Now, false); err != nil {
		return v, err
	}
	v.Gaps = v.gaps()
	return v, nil
}

func (v *CommitteeView) readMembers(tx *db.Tx, by auth.Actor) error {
	speakers, err := PeopleIn(tx, v.Charter.Spokesperson, v.Charter.DeputySpokesperson)
	if err != nil {
		return err
	}
	v.Spokesperson = masked(by, v.Office.UnitPath, speakers[v.Charter.Spokesperson])
	v.DeputySpokesperson = masked(by, v.Office.UnitPath, speakers[v.Charter.DeputySpokesperson])
	members, err := MembersIn(tx, v.Office.ID, by.Now)
	if err != nil {
		return err
	}
	for _, m := range members {
		mv, err := memberView(tx, m, by.Now)
		if err != nil {
			return err
		}
		mv.Person = masked(by, v.Office.UnitPath, mv.Person)
		v.Members = append(v.Members, mv)
	}
	return nil
}

func memberView(tx *db.Tx, m Member, at instant.Micros) (mv MemberView, err error) {
	mv.Member = m
	if m.Post != "" {
		if mv.Post, err = PostIn(tx, m.Post); err != nil {
			return mv, err
		}
		o, err := OfficeIn(tx, mv.Post.Office)
		if err != nil {
			return mv, err
		}
		mv.Office = o.Name
	}
	if m.Person != "" {
		mv.Person, err = PersonIn(tx, m.Person)
		return mv, err
	}
	holders, err := HoldersOf(tx, m.Post, at)
	if err == nil && len(holders) > 0 {
		mv.Person = holders[0].Person
	}
	return mv, err
}

// gaps lists what is missing, in the order of an inspection.
func (v *CommitteeView) gaps() (out []CommitteeGap) {
	add := func(missing bool, g CommitteeGap) {
		if missing {
			out = append(out, g)
		}
	}
	head, vacant, idle := false, false, false
	for _, m := range v.Members {
		head = head || m.Member.Role == "head" && m.Person.ID != ""
		vacant = vacant || m.Person.ID == ""
		idle = idle || m.Member.Duty == ""
	}
	checked := false
	for _, e := range v.Roster.Now {
		checked = checked || e.Shift.CheckedInAt != 0
	}
	add(v.Charter.FoundingText == "" && v.Charter.FoundingDocument == "", NoDecision)
	add(v.Charter.State != Active, NotActive)
	add(v.Charter.RegulationText == "" && v.Charter.RegulationDocument == "", NoRegulation)
	add(!head, NoHead)
	add(vacant, VacantMember)
	add(idle, MemberIdle)
	add(v.Charter.Spokesperson == "", NoSpokesperson)
	add(len(v.Roster.Now) == 0, NobodyOnDuty)
	add(len(v.Roster.Now) > 0 && !checked, NotCheckedIn)
	add(len(v.Roster.Gaps) > 0, RosterGap)
	add(len(v.Hotlines) == 0, NoHotline)
	return out
}

// AreaCard is one territory or Party organisation for which a person answers,
// with whom to call there.
type AreaCard struct {
	Responsibility Responsibility `json:"responsibility"`
	Unit           Unit           `json:"unit"`         // without ID when it is an organisation only
	Organisation   Office         `json:"organisation"` // without ID when it is a territory only
	OnDuty         []DutyEntry    `json:"on_duty"`
	Head           PostHolder     `json:"head"` // of the unit's People's Committee, or of the organisation
	Hotlines       []Hotline      `json:"hotlines"`
}

// MyArea returns what the actor answers for, territories first: "Địa bàn tôi
// phụ trách".
func (s *Service) MyArea(ctx context.Context, by auth.Actor) (cards []AreaCard, err error) {
	err = s.read(ctx, by, func(tx *db.Tx) error {
		cards, err = AreaOf(tx, by)
		return err
	})
	return cards, err
}

// AreaOf is MyArea inside a transaction.
func AreaOf(tx *db.Tx, by auth.Actor) ([]AreaCard, error) {
	rows, err := ResponsibilitiesOf(tx, by.Person, by.Now)
	if err != nil {
		return nil, err
	}
	var territories, organisations []AreaCard
	for _, r := range rows {
		card, err := areaCard(tx, by, r)
		if err != nil {
			return nil, err
		}
		if card.Unit.ID != "" {
			territories = append(territories, card)
		} else {
			organisations = append(organisations, card)
		}
	}
	return append(territories, organisations...), nil
}

func areaCard(tx *db.Tx, by auth.Actor, r Responsibility) (card AreaCard, err error) {
	card.Responsibility = r
	if r.Organisation != "" {
		if card.Organisation, err = OfficeIn(tx, r.Organisation); err != nil {
			return card, err
		}
		if card.Head, _, err = HeadOf(tx, r.Organisation, by.Now); err != nil {
			return card, err
		}
	}
	if r.Territory == "" {
		return card, nil
	}
	if card.Unit, err = UnitAt(tx, r.Territory); err != nil {
		return card, err
	}
	if card.OnDuty, err = OnDuty(tx, by, r.Territory, by.Now); err != nil {
		return card, err
	}
	if card.Hotlines, err = HotlinesOf(tx, r.Territory, by.Now, false); err != nil {
		return card, err
	}
	offices, err := OfficesAt(tx, r.Territory, UBND, by.Now)
	if err == nil && len(offices) > 0 {
		card.Head, _, err = HeadOf(tx, offices[0].ID, by.Now)
	}
	return card, err
}
