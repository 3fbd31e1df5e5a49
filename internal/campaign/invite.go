package campaign

import (
	"cmp"
	"context"
	"slices"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/population"
	"phaodai/internal/sampling"
)

// Invitation calls somebody to a session.
type Invitation struct {
	Session  string           `db:"session" json:"session"`
	Resident string           `db:"resident" json:"resident"`
	Campaign string           `db:"campaign" json:"campaign"`
	Line     int              `db:"line" json:"line"` // 0 a single sample that a tube asks for
	Position int              `db:"position" json:"position"`
	Slot     instant.Micros   `db:"slot" json:"slot"`
	Again    sampling.Outcome `db:"again" json:"again,omitempty"` // what the last call came to
	MadeBy   string           `db:"made_by" json:"made_by"`
	MadeAt   instant.Micros   `db:"made_at" json:"made_at"`
}

const invitationColumns = "session, resident, campaign, line, position, slot, again, made_by, made_at"

// InviteInput names the session to which people are called.
type InviteInput struct {
	Key     string `json:"key,omitempty"`
	Session string `json:"session,omitempty"`
}

// Invited says what a call to a session came to.
type Invited struct {
	Session   string `json:"session"`
	People    int    `json:"people"`    // on the list now
	Added     int    `json:"added"`     // who were not on it before
	Removed   int    `json:"removed"`   // who are not due any more
	NoRoom    int    `json:"no_room"`   // due, and without a place: another session must call them
	Undecided int    `json:"undecided"` // of whom it cannot be decided whether they are due
}

// wanted is somebody who is due where a session works.
type wanted struct {
	population.Listed
	line int
}

// Invite calls to a session those who are due where it works: people with
// symptoms first, then along the lanes, households together. Asked again, it
// keeps everybody's time, adds who became due since and lets go who is not due
// any more. Nobody is called to two sessions at once.
func (s *Service) Invite(ctx context.Context, by auth.Actor, in InviteInput) (Invited, error) {
	x, c, err := s.toInvite(ctx, by, in.Session)
	if err != nil {
		return Invited{}, err
	}
	due, undecided, err := s.dueAt(ctx, by, c, x)
	if err != nil {
		return Invited{}, err
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Invited, error) {
		out := Invited{Session: x.ID, Undecided: undecided}
		if err := tx.Lock("campaign", c.ID); err != nil { // nobody is called twice by two at once
			return out, err
		}
		if x, err = sampling.SessionIn(tx, x.ID); err != nil {
			return out, err
		}
		if x.State != sampling.SessionPlanned {
			return out, fault.New(fault.Conflict, "sampling.session_over")
		}
		return out, s.invite(tx, by, c, x, due, &out)
	})
}

// toInvite reads a session and its campaign for who may call people to it.
func (s *Service) toInvite(ctx context.Context, by auth.Actor, session string) (x sampling.Session, c Campaign, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		if x, err = sampling.SessionIn(tx, session); err != nil {
			return err
		}
		if err := by.Require(auth.CampaignManage, x.UnitPath, auth.Personal); err != nil {
			return err
		}
		if x.Campaign == "" {
			return fault.New(fault.Conflict, "campaign.no_campaign")
		}
		if c, err = In(tx, x.Campaign); err != nil {
			return err
		}
		return c.takesPlace(0)
	})
	return x, c, err
}

// dueAt are those who are due at the place of a session, line after line, and
// how many may be. Who must give a single sample keeps apart from others: a team
// goes to him.
func (s *Service) dueAt(ctx context.Context, by auth.Actor, c Campaign, x sampling.Session) (out []wanted, undecided int, err error) {
	open := map[string]bool{}
	there, err := s.within(ctx, x.Area, by.Now)
	if err != nil {
		return nil, 0, err
	}
	if x.Kind == sampling.AtHome {
		again, err := s.Names(ctx, by, NamesQuery{Campaign: c.ID, Unit: x.Unit, Area: x.Area, Which: Again})
		if err != nil {
			return nil, 0, err
		}
		for _, p := range again {
			out = append(out, wanted{p, 0})
		}
	}
	for i, l := range c.Lines {
		list, err := s.population.ListIn(ctx, by, population.Question{Rule: due(c.Lines, i), Round: c.ID, At: x.Starts}, x.Unit, c.UnitPath)
		if err != nil {
			return nil, 0, err
		}
		for _, p := range list {
			switch {
			case !there(p):
			case p.Undecided:
				open[p.Resident] = true
			default:
				out = append(out, wanted{p, l.Position})
			}
		}
	}
	for _, w := range out {
		delete(open, w.Resident)
	}
	slices.SortStableFunc(out, func(a, b wanted) int { return cmp.Compare(c.rank(a.line), c.rank(b.line)) })
	return out, len(open), nil
}

// rank puts single samples and lines that are due at once before all others,
// which go by place.
func (c Campaign) rank(line int) int {
	if line == 0 {
		return 0
	}
	for _, l := range c.Lines {
		if l.Position == line && l.AtOnce {
			return 0
		}
	}
	return 1
}

func (s *Service) invite(tx *db.Tx, by auth.Actor, c Campaign, x sampling.Session, due []wanted, out *Invited) error {
	before, err := InvitationsIn(tx, x.ID)
	if err != nil {
		return err
	}
	busy, err := busyIn(tx, c.ID, x.ID, by.Now)
	if err != nil {
		return err
	}
	answered, err := sampling.AnsweredIn(tx, x.ID)
	if err != nil {
		return err
	}
	again, err := calledIn(tx, c.ID, x.UnitPath)
	if err != nil {
		return err
	}
	list := list{x: x, slots: slotsOf(x), by: by}
	list.keep(before, due, answered)
	out.Removed = len(before) - len(list.rows)
	for _, home := range households(due, list.there, busy) {
		list.add(home, again)
	}
	out.People, out.NoRoom, out.Added = len(list.rows), list.noRoom, len(list.rows)+out.Removed-len(before)
	return list.store(tx)
}

// busyIn are those whom another session of the campaign calls that is not over.
func busyIn(tx *db.Tx, campaign, session string, now instant.Micros) (map[string]bool, error) {
	var ids []string
	err := tx.Select(&ids, `SELECT i.resident FROM invitation i JOIN sampling_session s ON s.id = i.session
		WHERE i.campaign = $1 AND i.session <> $2 AND s.state = 'planned' AND s.ends > $3`, campaign, session, int64(now))
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}

// households groups people who are to be called by household, in their order.
func households(due []wanted, there, busy map[string]bool) (out [][]wanted) {
	at := map[string]int{}
	for _, w := range due {
		if there[w.Resident] || busy[w.Resident] {
			continue
		}
		i, ok := at[w.Household]
		if !ok {
			i = len(out)
			at[w.Household], out = i, append(out, nil)
		}
		out[i] = append(out[i], w)
	}
	return out
}

// InvitationsIn are the invitations of a session by time and number.
func InvitationsIn(tx *db.Tx, session string) (out []Invitation, err error) {
	return out, tx.Select(&out, "SELECT "+invitationColumns+" FROM invitation WHERE session = $1 ORDER BY slot, position", session)
}

// list is the list of a session while it is made.
type list struct {
	x      sampling.Session
	slots  *slots
	by     auth.Actor
	rows   []Invitation
	there  map[string]bool
	noRoom int
}

// keep holds the places of those who are still due, or were there already.
func (l *list) keep(before []Invitation, due []wanted, answered map[string]string) {
	still := map[string]bool{}
	for _, w := range due {
		still[w.Resident] = true
	}
	l.there = map[string]bool{}
	for _, i := range before {
		if still[i.Resident] || answered[i.Resident] != "" {
			l.slots.take(i.Slot)
			l.there[i.Resident], l.rows = true, append(l.rows, i)
		}
	}
}

func (l *list) add(home []wanted, again map[string]called) {
	seats := l.slots.seat(len(home))
	l.noRoom += len(home) - len(seats)
	for i, at := range seats {
		w := home[i]
		l.rows = append(l.rows, Invitation{Session: l.x.ID, Resident: w.Resident, Campaign: l.x.Campaign, Line: w.line, Slot: at,
			Again: again[w.Resident].Outcome, MadeBy: l.by.Name, MadeAt: l.by.Now})
	}
}

// store numbers the list by time and writes it.
func (l *list) store(tx *db.Tx) error {
	slices.SortStableFunc(l.rows, func(a, b Invitation) int { return cmp.Compare(a.Slot, b.Slot) })
	for i := range l.rows {
		l.rows[i].Position = i + 1
	}
	if _, err := tx.Exec("DELETE FROM invitation WHERE session = $1", l.x.ID); err != nil {
		return err
	}
	if err := db.InsertAll(tx, "invitation", l.rows); err != nil {
		return err
	}
	if err := tx.Changed(l.by.Now, db.Change{Kind: "sampling_session", Subject: l.x.ID, Unit: l.x.UnitPath, What: "invited"}); err != nil {
		return err
	}
	return audit.Record(tx, l.by, audit.Entry{Action: "sampling_session.invited", Kind: "sampling_session", Subject: l.x.ID, Unit: l.x.UnitPath})
}
