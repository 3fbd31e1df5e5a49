package org

import (
	"context"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// CommitteeLine is a committee in a list, with what it lacks.
type CommitteeLine struct {
	Office Office         `json:"office"`
	Unit   Unit           `json:"unit"`
	State  CommitteeState `json:"state"`
	Gaps   []CommitteeGap `json:"gaps"`
	Now    []DutyEntry    `json:"now"`
}

// Committees lists the committees and command centres of a subtree with what
// each lacks, the highest first.
func (s *Service) Committees(ctx context.Context, by auth.Actor, under string) (out []CommitteeLine, err error) {
	err = s.read(ctx, by, func(tx *db.Tx) error {
		for _, kind := range []Kind{Committee, CommandCentre} {
			offices, err := OfficesUnder(tx, under, kind, by.Now)
			if err != nil {
				return err
			}
			for _, o := range offices {
				v, err := committeeView(tx, by, o.ID)
				if err != nil {
					return err
				}
				line := CommitteeLine{Office: o, Unit: v.Unit, State: v.Charter.State, Gaps: v.Gaps, Now: v.Roster.Now}
				out = append(out, line)
			}
		}
		return nil
	})
	sortByDepth(out, under)
	return out, err
}

// sortByDepth puts the committees of the top unit before those below it.
func sortByDepth(lines []CommitteeLine, top string) {
	n := 0
	for i, l := range lines {
		if l.Office.UnitPath == top {
			copy(lines[n+1:i+1], lines[n:i])
			lines[n] = l
			n++
		}
	}
}

// MyShifts returns the shifts of the actor from a day ago until a week ahead.
func (s *Service) MyShifts(ctx context.Context, by auth.Actor) (out []DutyEntry, err error) {
	err = s.read(ctx, by, func(tx *db.Tx) error {
		var shifts []Shift
		err := tx.Select(&shifts, "SELECT "+shiftColumns+` FROM duty_shift WHERE person = $1 AND valid_from < $2 AND valid_to > $3
			ORDER BY valid_from, id`, by.Person, int64(by.Now+week), int64(by.Now.Add(-24*time.Hour)))
		if err != nil {
			return err
		}
		out, err = dutyEntries(tx, by, shifts)
		return err
	})
	return out, err
}

// Shift returns one shift.
func (s *Service) Shift(ctx context.Context, by auth.Actor, id string) (e DutyEntry, err error) {
	err = s.read(ctx, by, func(tx *db.Tx) error {
		var shifts []Shift
		if err := tx.Select(&shifts, "SELECT "+shiftColumns+" FROM duty_shift WHERE id = $1", id); err != nil {
			return err
		}
		if len(shifts) == 0 {
			return missing(db.ErrNoRow, "org.shift_unknown", id)
		}
		entries, err := dutyEntries(tx, by, shifts)
		if err == nil {
			e = entries[0]
		}
		return err
	})
	return e, err
}

// LastNotes returns the newest hand-over notes of an office, the newest first.
func (s *Service) LastNotes(ctx context.Context, by auth.Actor, officeID string, limit int) (out []DutyEntry, err error) {
	err = s.read(ctx, by, func(tx *db.Tx) error {
		var shifts []Shift
		err := tx.Select(&shifts, "SELECT "+shiftColumns+` FROM duty_shift WHERE office = $1 AND handed_at > 0 AND handed_at <= $2
			ORDER BY handed_at DESC, id LIMIT $3`, officeID, int64(by.Now), limit)
		if err != nil {
			return err
		}
		out, err = dutyEntries(tx, by, shifts)
		return err
	})
	return out, err
}

// Hotlines returns all numbers of a subtree.
func (s *Service) Hotlines(ctx context.Context, by auth.Actor, under string) (lines []Hotline, err error) {
	err = s.read(ctx, by, func(tx *db.Tx) error {
		lines, err = HotlinesUnder(tx, under, by.Now)
		return err
	})
	return lines, err
}

// Seat is a post in an office with its holder, for lists and for choosing a
// person.
type Seat struct {
	Office Office     `json:"office"`
	Holder PostHolder `json:"holder"`
}

// Seats returns all posts of a unit, or of its whole subtree, with their
// holders, offices in their order.
func (s *Service) Seats(ctx context.Context, by auth.Actor, unitPath string, below bool) (out []Seat, err error) {
	err = s.read(ctx, by, func(tx *db.Tx) error {
		offices, err := OfficesAt(tx, unitPath, "", by.Now)
		if below {
			offices, err = OfficesUnder(tx, unitPath, "", by.Now)
		}
		if err != nil {
			return err
		}
		out, err = seats(tx, offices, by.Now)
		for i := range out {
			one := []PostHolder{out[i].Holder}
			out[i].Holder = hide(by, out[i].Office.UnitPath, one)[0]
		}
		return err
	})
	return out, err
}

// seats reads the posts of many offices in a few queries.
func seats(tx *db.Tx, offices []Office, at instant.Micros) (out []Seat, err error) {
	byOffice := map[string][]PostHolder{}
	for start := 0; start < len(offices); start += 300 {
		var ids []string
		for _, o := range offices[start:min(start+300, len(offices))] {
			ids = append(ids, o.ID)
		}
		marks, args := list(3, ids)
		var posts []Post
		err := tx.Select(&posts, "SELECT "+postColumns+" FROM post WHERE valid_from <= $1 AND valid_to > $2 AND office IN ("+marks+") ORDER BY rank, id",
			append([]any{int64(at), int64(at)}, args...)...)
		if err != nil {
			return nil, err
		}
		holders, err := holdersOf(tx, posts, at)
		if err != nil {
			return nil, err
		}
		for _, h := range holders {
			byOffice[h.Post.Office] = append(byOffice[h.Post.Office], h)
		}
	}
	for _, o := range offices {
		for _, h := range byOffice[o.ID] {
			out = append(out, Seat{o, h})
		}
	}
	return out, nil
}

// HeldResponsibility is a responsibility with what it is for, by name.
type HeldResponsibility struct {
	Responsibility   Responsibility `json:"responsibility"`
	PersonName       string         `json:"person_name"` // "" is whoever holds the post
	UnitName         string         `json:"unit_name"`
	OrganisationName string         `json:"organisation_name"`
}

// PostView is a post with everybody who holds, held or will hold it.
type PostView struct {
	Post             Post                 `json:"post"`
	Office           Office               `json:"office"`
	Holders          []PostHolder         `json:"holders"` // the newest first
	Responsibilities []HeldResponsibility `json:"responsibilities"`
}

// Post returns a post with its holders over time.
func (s *Service) Post(ctx context.Context, by auth.Actor, id string) (v PostView, err error) {
	err = s.read(ctx, by, func(tx *db.Tx) error {
		if v.Post, err = PostIn(tx, id); err != nil {
			return err
		}
		if v.Office, err = OfficeIn(tx, v.Post.Office); err != nil {
			return err
		}
		var holdings []Holding
		if err := tx.Select(&holdings, "SELECT "+holdingColumns+" FROM holding WHERE post = $1 ORDER BY valid_from DESC, id", id); err != nil {
			return err
		}
		people, err := peopleOf(tx, holdings)
		if err != nil {
			return err
		}
		for _, h := range holdings {
			v.Holders = append(v.Holders, PostHolder{Post: v.Post, Holding: h, Person: people[h.Person]})
		}
		hide(by, v.Office.UnitPath, v.Holders)
		v.Responsibilities, err = responsibilitiesOfPost(tx, id, by.Now)
		return err
	})
	return v, err
}

func responsibilitiesOfPost(tx *db.Tx, post string, at instant.Micros) (out []HeldResponsibility, err error) {
	var rows []Responsibility
	err = tx.Select(&rows, "SELECT "+responsibilityColumns+` FROM responsibility WHERE post = $1 AND valid_to > $2 ORDER BY territory, id`, post, int64(at))
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		h := HeldResponsibility{Responsibility: r}
		if r.Person != "" {
			p, err := PersonIn(tx, r.Person)
			if err != nil {
				return nil, err
			}
			h.PersonName = p.Name
		}
		if r.Territory != "" {
			u, err := UnitAt(tx, r.Territory)
			if err != nil {
				return nil, err
			}
			h.UnitName = u.Name
		}
		if r.Organisation != "" {
			o, err := OfficeIn(tx, r.Organisation)
			if err != nil {
				return nil, err
			}
			h.OrganisationName = o.Name
		}
		out = append(out, h)
	}
	return out, nil
}

// Roster returns the roster of one office over a period.
func (s *Service) Roster(ctx context.Context, by auth.Actor, officeID string, p Period) (r Roster, err error) {
	err = s.read(ctx, by, func(tx *db.Tx) error {
		o, err := OfficeIn(tx, officeID)
		if err != nil {
			return err
		}
		r, err = RosterIn(tx, by, o, p)
		return err
	})
	return r, err
}
