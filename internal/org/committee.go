package org

import (
	"context"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
)

// CommitteeState is where a committee stands in its life.
type CommitteeState string

// The states of committees.
const (
	Draft     CommitteeState = "DRAFT"  // the founding decision is not signed
	Active    CommitteeState = "ACTIVE" // it works
	Dormant   CommitteeState = "DORMANT"
	Dissolved CommitteeState = "DISSOLVED"
)

// CommitteeStates lists them.
func CommitteeStates() []CommitteeState {
	return []CommitteeState{Draft, Active, Dormant, Dissolved}
}

// Charter is what a committee or command centre (an Office) must be able to
// show an inspector within a minute: its founding decision, its working
// regulation, who speaks for it.
type Charter struct {
	Office             string         `db:"office" json:"office"`
	State              CommitteeState `db:"state" json:"state"`
	FoundingDocument   string         `db:"founding_document" json:"founding_document"` // id of a document, or ""
	FoundingText       string         `db:"founding_text" json:"founding_text"`         // "Quyết định số ... ngày ..."
	FoundedAt          instant.Micros `db:"founded_at" json:"founded_at"`
	RegulationDocument string         `db:"regulation_document" json:"regulation_document"`
	RegulationText     string         `db:"regulation_text" json:"regulation_text"`
	Spokesperson       string         `db:"spokesperson" json:"spokesperson"` // person
	DeputySpokesperson string         `db:"deputy_spokesperson" json:"deputy_spokesperson"`
	Stamp
}

// Member is a person, or whoever holds a post, in a committee with a duty.
type Member struct {
	ID        string `db:"id" json:"id"`
	Committee string `db:"committee" json:"committee"`
	Post      string `db:"post" json:"post"`
	Person    string `db:"person" json:"person"`
	Role      string `db:"role" json:"role"` // "head", "standing", "deputy", "member"
	Rank      int    `db:"rank" json:"rank"`
	Duty      string `db:"duty" json:"duty"`
	Period
	Stamp
}

// MemberRoles lists the roles of members in their order.
func MemberRoles() []string { return []string{"head", "standing", "deputy", "member"} }

const (
	charterColumns = `office, state, founding_document, founding_text, founded_at, regulation_document, regulation_text,
	spokesperson, deputy_spokesperson, version, changed_by, changed_at`
	memberColumns = `id, committee, post, person, role, rank, duty, valid_from, valid_to, version, changed_by, changed_at`
)

// CharterIn returns the charter of a committee; an office without one gives
// false.
func CharterIn(tx *db.Tx, officeID string) (Charter, bool, error) {
	var c Charter
	err := tx.Get(&c, "SELECT "+charterColumns+" FROM committee WHERE office = $1", officeID)
	if err == db.ErrNoRow {
		return Charter{Office: officeID}, false, nil
	}
	return c, err == nil, err
}

// MembersIn returns the members of a committee at a moment, in their order.
func MembersIn(tx *db.Tx, officeID string, at instant.Micros) ([]Member, error) {
	var members []Member
	err := tx.Select(&members, "SELECT "+memberColumns+` FROM committee_member WHERE committee = $1 AND valid_from <= $2 AND valid_to > $3
		ORDER BY rank, id`, officeID, int64(at), int64(at))
	return members, err
}

// EstablishInput founds a committee or command centre in one go.
type EstablishInput struct {
	Key       string         `json:"key,omitempty"`
	Unit      string         `json:"unit"`
	Kind      Kind           `json:"kind" enum:"COMMITTEE,COMMAND_CENTRE"`
	Line      Line           `json:"line"`
	Name      string         `json:"name"`
	ShortName string         `json:"short_name,omitempty"`
	Aliases   []string       `json:"aliases,omitempty"`
	Charter   CharterInput   `json:"charter"`
	Members   []MemberInput  `json:"members,omitempty"`
	From      instant.Micros `json:"from,omitempty"`
}

// Establish founds a committee with its charter and members. It needs the
// right to manage units or duty in the unit.
func (s *Service) Establish(ctx context.Context, by auth.Actor, in EstablishInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		if in.Kind != Committee && in.Kind != CommandCentre {
			return Done{}, invalid().At("kind", "org.choose")
		}
		done, err := s.addOffice(tx, by, OfficeInput{
			Unit: in.Unit, Kind: in.Kind, Line: in.Line, Name: in.Name, ShortName: in.ShortName, Aliases: in.Aliases, From: in.From,
		}, auth.DutyManage)
		if err != nil {
			return Done{}, err
		}
		if err := requireKeeperOf(tx, by, done.ID); err != nil {
			return Done{}, err
		}
		c := Charter{Office: done.ID, Stamp: stamp(by)}
		if err := fillCharter(tx, &c, in.Charter); err != nil {
			return Done{}, err
		}
		if err := tx.Insert("committee", c); err != nil {
			return Done{}, err
		}
		for _, m := range in.Members {
			m.Committee = done.ID
			if _, err := s.addMember(tx, by, m); err != nil {
				return Done{}, err
			}
		}
		return done, nil
	})
}

// CharterInput changes a committee's charter.
type CharterInput struct {
	Key                string         `json:"key,omitempty"`
	Version            int64          `json:"version,omitempty"`
	Office             string         `json:"office,omitempty"`
	State              CommitteeState `json:"state,omitempty"`
	FoundingDocument   string         `json:"founding_document,omitempty"`
	FoundingText       string         `json:"founding_text,omitempty"`
	FoundedAt          instant.Micros `json:"founded_at,omitempty"`
	RegulationDocument string         `json:"regulation_document,omitempty"`
	RegulationText     string         `json:"regulation_text,omitempty"`
	Spokesperson       string         `json:"spokesperson,omitempty"`
	DeputySpokesperson string         `json:"deputy_spokesperson,omitempty"`
}

func fillCharter(tx *db.Tx, c *Charter, in CharterInput) error {
	f := invalid()
	c.State = in.State
	if c.State == "" {
		c.State = Draft
	}
	if !slices.Contains(CommitteeStates(), c.State) {
		f.At("state", "org.choose")
	}
	c.FoundingDocument, c.RegulationDocument, c.FoundedAt = in.FoundingDocument, in.RegulationDocument, in.FoundedAt
	c.FoundingText = fold.NFC(short(f, "founding_text", in.FoundingText, 500))
	c.RegulationText = fold.NFC(short(f, "regulation_text", in.RegulationText, 500))
	// A committee is a draft until a signed decision is entered.
	if c.State != Draft && c.FoundingText == "" && c.FoundingDocument == "" {
		f.At("founding_text", "org.founding_missing")
	}
	c.Spokesperson, c.DeputySpokesperson = in.Spokesperson, in.DeputySpokesperson
	for _, id := range []string{c.Spokesperson, c.DeputySpokesperson} {
		if id != "" {
			if _, err := PersonIn(tx, id); err != nil {
				return err
			}
		}
	}
	return f.OrNil()
}

// ChangeCharter enters the founding decision, the regulation or the
// spokesperson of a committee.
func (s *Service) ChangeCharter(ctx context.Context, by auth.Actor, in CharterInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		o, err := officeToKeep(tx, by, in.Office)
		if err != nil {
			return Done{}, err
		}
		c, ok, err := CharterIn(tx, o.ID)
		if err != nil {
			return Done{}, err
		}
		if !ok {
			return Done{}, fault.New(fault.NotFound, "org.office_unknown", "ID", o.ID)
		}
		if err := c.fresh(in.Version); err != nil {
			return Done{}, err
		}
		if err := fillCharter(tx, &c, in); err != nil {
			return Done{}, err
		}
		columns := []string{"state", "founding_document", "founding_text", "founded_at", "regulation_document", "regulation_text", "spokesperson", "deputy_spokesperson"}
		err = set(tx, by, "committee", "office", o.ID, columns, string(c.State), c.FoundingDocument, c.FoundingText, int64(c.FoundedAt),
			c.RegulationDocument, c.RegulationText, c.Spokesperson, c.DeputySpokesperson)
		if err != nil {
			return Done{}, err
		}
		return Done{o.ID, c.Version + 1}, record(tx, by, "committee", o.ID, o.UnitPath, "changed", columns...)
	})
}

// MemberInput adds or changes a member.
type MemberInput struct {
	Key       string         `json:"key,omitempty"`
	Version   int64          `json:"version,omitempty"`
	ID        string         `json:"id,omitempty"` // of the member to change
	Committee string         `json:"committee,omitempty"`
	Post      string         `json:"post,omitempty"`
	Person    string         `json:"person,omitempty"`
	Role      string         `json:"role,omitempty" enum:"head,standing,deputy,member"`
	Duty      string         `json:"duty,omitempty"`
	From      instant.Micros `json:"from,omitempty"`
}

// AddMember adds a member: a person, or whoever holds a post.
func (s *Service) AddMember(ctx context.Context, by auth.Actor, in MemberInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) { return s.addMember(tx, by, in) })
}

func (s *Service) addMember(tx *db.Tx, by auth.Actor, in MemberInput) (Done, error) {
	o, err := officeToKeep(tx, by, in.Committee)
	if err != nil {
		return Done{}, err
	}
	f := invalid()
	m := Member{ID: s.ids.New(), Committee: o.ID, Post: in.Post, Person: in.Person, Stamp: stamp(by)}
	m.Period = period(f, in.From, 0, by.Now)
	if err := fillMember(tx, f, &m, in); err != nil {
		return Done{}, err
	}
	others, err := MembersIn(tx, o.ID, m.From)
	if err != nil {
		return Done{}, err
	}
	for _, x := range others {
		if x.Post == m.Post && x.Person == m.Person {
			f.At("person", "org.member_already")
		}
		if x.Role == "head" && m.Role == "head" {
			f.At("role", "org.committee_has_head")
		}
	}
	m.Rank = 100*slices.Index(MemberRoles(), m.Role) + len(others) + 1
	if err := f.OrNil(); err != nil {
		return Done{}, err
	}
	if err := tx.Insert("committee_member", m); err != nil {
		return Done{}, err
	}
	return Done{m.ID, 1}, record(tx, by, "committee", o.ID, o.UnitPath, "member_added", "members")
}

func fillMember(tx *db.Tx, f *fault.Fault, m *Member, in MemberInput) error {
	m.Role, m.Duty = or(in.Role, "member"), fold.NFC(short(f, "duty", in.Duty, 1000))
	if !slices.Contains(MemberRoles(), m.Role) {
		f.At("role", "org.choose")
	}
	if m.Post == "" && m.Person == "" {
		f.At("person", "input.missing")
	}
	if m.Post != "" {
		if _, err := PostIn(tx, m.Post); err != nil {
			return err
		}
	}
	if m.Person != "" {
		if _, err := PersonIn(tx, m.Person); err != nil {
			return err
		}
	}
	return nil
}

func memberToChange(tx *db.Tx, by auth.Actor, id string, version int64) (Member, Office, error) {
	var m Member
	err := tx.Get(&m, "SELECT "+memberColumns+" FROM committee_member WHERE id = $1", id)
	if err != nil {
		return Member{}, Office{}, missing(err, "org.member_unknown", id)
	}
	o, err := officeToKeep(tx, by, m.Committee)
	if err != nil {
		return Member{}, Office{}, err
	}
	return m, o, m.fresh(version)
}

// ChangeMember gives a member another role or duty.
func (s *Service) ChangeMember(ctx context.Context, by auth.Actor, in MemberInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		m, o, err := memberToChange(tx, by, in.ID, in.Version)
		if err != nil {
			return Done{}, err
		}
		f := invalid()
		if err := fillMember(tx, f, &m, in); err != nil {
			return Done{}, err
		}
		if err := f.OrNil(); err != nil {
			return Done{}, err
		}
		rank := 100*slices.Index(MemberRoles(), m.Role) + m.Rank%100
		if err := set(tx, by, "committee_member", "id", m.ID, []string{"role", "duty", "rank"}, m.Role, m.Duty, rank); err != nil {
			return Done{}, err
		}
		return Done{m.ID, m.Version + 1}, record(tx, by, "committee", o.ID, o.UnitPath, "member_changed", "members")
	})
}

// RemoveMember ends a membership.
func (s *Service) RemoveMember(ctx context.Context, by auth.Actor, in EndInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		m, o, err := memberToChange(tx, by, in.ID, in.Version)
		if err != nil {
			return Done{}, err
		}
		at, err := endOf(m.Period, in.At, by.Now)
		if err != nil {
			return Done{}, err
		}
		if err := set(tx, by, "committee_member", "id", m.ID, []string{"valid_to"}, int64(at)); err != nil {
			return Done{}, err
		}
		return Done{m.ID, m.Version + 1}, record(tx, by, "committee", o.ID, o.UnitPath, "member_removed", "members")
	})
}
