package demo

import (
	"fmt"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/campaign"
	"phaodai/internal/instant"
	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
	"phaodai/internal/zoning"
)

// roundIn is the ward in whose areas 01 and 02 the round is seen: Phúc Lợi.
const roundIn = "00136"

// What the round comes to: tables in two areas of class 01 and one of class 02,
// each taking so many people between two looks, ten to a tube.
const (
	tablesIn01 = 2
	tablesIn02 = 1
	eachLook   = 60
	inTube     = 10
	absentOf   = 25 // one of so many is not there
	refusedOf  = 70
)

// roundSteps are the round of testing: the campaign of clause 3.1 of the city's
// notice, tables in the areas 01 and 02, the way to the laboratory, and results
// with one positive pool.
func roundSteps() []Step {
	out := []Step{
		{At(8, 17, 30), "the health centre opens the campaign of clause 3.1", (*story).openCampaign},
		{At(9, 6, 5), "Phúc Lợi calls its areas 01 and 02 to tables", (*story).planTables},
		{At(9, 10, 45), "the tubes go to the laboratory", (*story).sendTubes},
		{At(9, 11, 15), "the laboratory scans the box in", (*story).receiveTubes},
		{At(9, 13, 30), "the laboratory enters the results", (*story).enterResults},
		{At(9, 13, 50), "a second person releases them", (*story).releaseResults},
	}
	for at := At(9, 7, 0); at <= At(9, 10, 30); at = at.Add(30 * time.Minute) {
		out = append(out, Step{at, "the tables take samples", func(t *story, d *Days) { t.takeSamples(d, at) }})
	}
	return out
}

// tested tells whether the world has what a round needs.
func (t *story) tested(d *Days) bool { return t.s.Campaign != nil && d.Campaign != "" }

func (t *story) openCampaign(d *Days) {
	if t.s.Campaign == nil {
		return
	}
	t.do("campaign", func() error {
		c, err := t.s.Campaign.Save(t.ctx, t.asPost("gd-ttyt", At(8, 17, 30)), campaign.Input{
			Title: "Xét nghiệm diện rộng đến 15/9", Unit: t.unitOf(DistrictPath).ID, Symbol: "484-TB/TU", Clause: "3.1", Method: sampling.PCRPool,
			Starts: At(9, 0, 0), Deadline: At(15, 23, 59), Lines: campaign.Clause31(campaign.DefaultHigh()),
		})
		d.Campaign = c.ID
		return err
	})
}

// planTables makes a table in each of the areas and calls who is due there.
func (t *story) planTables(d *Days) {
	if !t.tested(d) {
		return
	}
	by, ward := t.asPost("tram-truong."+roundIn, At(9, 6, 5)), t.unitOf(WardPath(roundIn))
	for _, a := range t.tableAreas() {
		t.do("table in "+a.Name, func() error {
			x, err := t.s.Campaign.Plan(t.ctx, by, campaign.PlanInput{
				Campaign: d.Campaign, Unit: ward.ID, Area: a.ID, Place: "Sân chơi " + a.Name, Team: "Tổ lấy mẫu số " + fmt.Sprint(len(d.Tables)+1),
				Starts: At(9, 6, 30), Ends: At(9, 10, 30), SlotPeople: 40,
			})
			if err != nil {
				return err
			}
			d.Tables = append(d.Tables, x.ID)
			_, err = t.s.Campaign.Invite(t.ctx, by, campaign.InviteInput{Session: x.ID})
			return err
		})
	}
}

// tableAreas are the areas in which tables stand, those of class 01 first.
func (t *story) tableAreas() (out []zoning.Area) {
	for _, want := range []struct {
		class string
		n     int
	}{{"A01", tablesIn01}, {"A02", tablesIn02}} {
		n := 0
		for _, a := range t.s.Zoning.Board().Areas(WardPath(roundIn), At(9, 6, 5)) {
			held, ok := t.s.Zoning.Board().At(a.ID, At(9, 6, 5))
			if ok && n < want.n && a.Kind == "neighbourhood_group" && held.Regime.Of(zoning.DistrictArea).Value.Class == want.class {
				n, out = n+1, append(out, a)
			}
		}
	}
	return out
}

// takeSamples takes the next people of every table, on the phone of its team.
func (t *story) takeSamples(d *Days, now instant.Micros) {
	if !t.tested(d) {
		return
	}
	by := t.asPost("tram-truong."+roundIn, now)
	for i, table := range d.Tables {
		t.do("samples at table "+fmt.Sprint(i+1), func() error {
			list, err := t.s.Campaign.Guests(t.ctx, by, table)
			if err != nil {
				return err
			}
			labels, err := t.s.Campaign.Labels(t.ctx, by, campaign.LabelInput{Session: table, Count: eachLook / inTube})
			if err != nil {
				return err
			}
			batch := sampling.Batch{ID: t.s.IDs.New(), Desk: fmt.Sprintf("Bàn %d", i+1), Records: t.records(list.Guests, labels, now)}
			if len(batch.Records) == 0 {
				return nil
			}
			_, err = t.s.Sampling.Take(t.ctx, by, batch)
			return err
		})
	}
}

// records are what a table records of the next people on its list.
func (t *story) records(guests []campaign.Guest, labels []string, now instant.Micros) (out []sampling.Record) {
	taken := 0
	for _, g := range guests {
		if g.Done != "" || len(out) == eachLook {
			continue
		}
		r := sampling.Record{ID: t.s.IDs.New(), Kind: sampling.TakeSample, At: now.Add(-time.Duration(eachLook-len(out)) * 20 * time.Second), Session: g.Session, Resident: g.Resident}
		switch {
		case g.Position%refusedOf == 0:
			r.Kind, r.Outcome, r.Reason = sampling.MarkCall, sampling.Refused, "Đã xét nghiệm ở cơ quan"
		case g.Position%absentOf == 0:
			r.Kind, r.Outcome = sampling.MarkCall, sampling.Absent
		default:
			r.Tube = labels[taken/inTube]
			taken++
		}
		out = append(out, r)
	}
	return out
}

// tubes are all tubes of the tables that are in a state.
func (t *story) tubes(d *Days, now instant.Micros, states ...sampling.TubeState) (out []string) {
	by := t.asPost("tram-truong."+roundIn, now)
	for _, table := range d.Tables {
		t.do("tubes", func() error {
			v, err := t.s.Sampling.SessionView(t.ctx, by, table)
			for _, x := range v.Tubes {
				for _, s := range states {
					if x.State == s {
						out = append(out, x.Code)
					}
				}
			}
			return err
		})
	}
	return out
}

const boxOfRound = "PL-0909-1"

func (t *story) sendTubes(d *Days) {
	if !t.tested(d) || len(d.Tables) == 0 {
		return
	}
	now := At(9, 10, 45)
	codes := t.tubes(d, now, sampling.Filling, sampling.Closed)
	if len(codes) == 0 { // players sent them
		return
	}
	t.do("box", func() error {
		_, err := t.s.Sampling.Send(t.ctx, t.asPost("tram-truong."+roundIn, now), sampling.SendInput{
			Code: boxOfRound, Unit: t.unitOf(WardPath(roundIn)).ID, Laboratory: t.laboratory(now).Office, Tubes: codes, Carrier: "Xe Trạm Y tế", ExpectedAt: At(9, 11, 20),
		})
		return err
	})
}

func (t *story) laboratory(now instant.Micros) auth.Actor { return t.asPost("ktv-xn", now) }

func (t *story) receiveTubes(d *Days) {
	if !t.tested(d) || len(d.Tables) == 0 {
		return
	}
	now := At(9, 11, 15)
	codes := t.tubes(d, now, sampling.Sent)
	if len(codes) == 0 { // players received them, or sent them in a box of their own
		return
	}
	t.do("box in", func() error {
		_, err := t.s.Sampling.Receive(t.ctx, t.laboratory(now), sampling.ReceiveInput{Code: boxOfRound, Tubes: codes})
		return err
	})
}

// positiveTube is which tube of the first table is positive.
const positiveTube = 2

func (t *story) enterResults(d *Days) {
	if !t.tested(d) || len(d.Tables) == 0 {
		return
	}
	now := At(9, 13, 30)
	in := laboratory.EnterInput{}
	for i, code := range t.tubes(d, now, sampling.Received) {
		row := laboratory.Row{Tube: code, Result: sampling.Negative}
		if i == positiveTube {
			row.Result = sampling.Positive
		}
		in.Rows = append(in.Rows, row)
	}
	if len(in.Rows) == 0 { // players were faster
		return
	}
	t.do("results", func() error {
		_, err := t.s.Laboratory.Enter(t.ctx, t.laboratory(now), in)
		return err
	})
}

func (t *story) releaseResults(d *Days) {
	if !t.tested(d) || len(d.Tables) == 0 {
		return
	}
	by := t.asPost("truong-xn", At(9, 13, 50))
	t.do("release", func() error {
		waiting, err := t.s.Laboratory.Reviews(t.ctx, by)
		if err != nil {
			return err
		}
		var in laboratory.ReleaseInput
		seen := map[string]bool{}
		for _, r := range waiting { // what players entered otherwise stays for them to decide
			if !r.Differs && !seen[r.Tube] {
				seen[r.Tube], in.Entries = true, append(in.Entries, r.ID)
			}
		}
		if len(in.Entries) == 0 {
			return nil // players released it all
		}
		_, err = t.s.Laboratory.Release(t.ctx, by, in)
		return err
	})
}
