package orgapi

import (
	"context"
	"time"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/org"
)

type underInput struct {
	Under string `query:"under" doc:"Path of a unit; the actor's own when left out"`
}

func (u underInput) path(by auth.Actor) string {
	if u.Under == "" {
		return by.UnitPath
	}
	return u.Under
}

func committees(k *api.Kit, s *org.Service) {
	get(k, "list-committees", "/committees", "Committees of a subtree with what each lacks",
		func(ctx context.Context, by auth.Actor, in *underInput) ([]org.CommitteeLine, error) {
			return s.Committees(ctx, by, in.path(by))
		})
	get(k, "get-committee", "/committees/{id}", "Everything that a committee must be able to show",
		func(ctx context.Context, by auth.Actor, in *one) (org.CommitteeView, error) {
			return s.Committee(ctx, by, in.ID)
		})
	add(k, "establish-committee", "/committees", auth.DutyManage, "Found a committee with charter and members", s.Establish)
	change(k, "change-charter", "/committees/{id}/charter", auth.DutyManage, "Enter founding decision, regulation, spokesperson",
		func(in *org.CharterInput, id string) { in.Office = id }, s.ChangeCharter)
	change(k, "add-member", "/committees/{id}/members", auth.DutyManage, "Add a member",
		func(in *org.MemberInput, id string) { in.Committee = id }, s.AddMember)
	change(k, "change-member", "/members/{id}", auth.DutyManage, "Change a member's role or duty",
		func(in *org.MemberInput, id string) { in.ID = id }, s.ChangeMember)
	end(k, "remove-member", "/members/{id}/end", auth.DutyManage, "End a membership", s.RemoveMember)
}

type rosterInput struct {
	underInput
	From string `query:"from" doc:"RFC 3339; now when left out"`
	To   string `query:"to" doc:"RFC 3339; a week after from when left out"`
}

func (in rosterInput) period(by auth.Actor) (p org.Period, err error) {
	if p.From, err = api.Moment(in.From); err != nil {
		return p, err
	}
	if p.To, err = api.Moment(in.To); err != nil {
		return p, err
	}
	if p.From == 0 {
		p.From = by.Now
	}
	if p.To == 0 {
		p.To = p.From.Add(7 * 24 * time.Hour)
	}
	return p, nil
}

func duty(k *api.Kit, s *org.Service) {
	get(k, "list-rosters", "/rosters", "Duty rosters of a unit and those below it, with gaps",
		func(ctx context.Context, by auth.Actor, in *rosterInput) ([]org.Roster, error) {
			p, err := in.period(by)
			if err != nil {
				return nil, err
			}
			return s.Rosters(ctx, by, in.path(by), p)
		})
	get(k, "my-shifts", "/my-shifts", "The actor's own shifts", func(ctx context.Context, by auth.Actor, _ *empty) ([]org.DutyEntry, error) {
		return s.MyShifts(ctx, by)
	})
	get(k, "get-shift", "/shifts/{id}", "One shift", func(ctx context.Context, by auth.Actor, in *one) (org.DutyEntry, error) {
		return s.Shift(ctx, by, in.ID)
	})
	add(k, "plan-shift", "/shifts", auth.DutyManage, "Put a person on duty", s.PlanShift)
	end(k, "cancel-shift", "/shifts/{id}/cancel", auth.DutyManage, "Take a shift out of the roster", s.CancelShift)
	change(k, "check-in", "/shifts/{id}/check-in", auth.OrgRead, "Take over a shift",
		func(in *org.CheckInInput, id string) { in.ID = id }, s.CheckIn)
	change(k, "hand-over", "/shifts/{id}/hand-over", auth.OrgRead, "Write the note for the next shift",
		func(in *org.HandOverInput, id string) { in.ID = id }, s.HandOver)
	get(k, "list-notes", "/offices/{id}/hand-over-notes", "Newest hand-over notes of an office",
		func(ctx context.Context, by auth.Actor, in *one) ([]org.DutyEntry, error) {
			return s.LastNotes(ctx, by, in.ID, 20)
		})
	get(k, "list-hotlines", "/hotlines", "Hotlines of a subtree", func(ctx context.Context, by auth.Actor, in *underInput) ([]org.Hotline, error) {
		return s.Hotlines(ctx, by, in.path(by))
	})
	add(k, "add-hotline", "/hotlines", auth.DutyManage, "Publish a number", s.AddHotline)
	end(k, "remove-hotline", "/hotlines/{id}/end", auth.DutyManage, "Take a number out of use", s.RemoveHotline)
	change(k, "test-hotline", "/hotlines/{id}/test", auth.DutyManage, "Record a test call",
		func(in *org.TestInput, id string) { in.ID = id }, s.TestHotline)
}
