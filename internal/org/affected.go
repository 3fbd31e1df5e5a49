package org

import (
	"context"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// Ending names what is about to end: one of a unit, an office, a post, or the
// time that a person holds a post.
type Ending struct {
	Unit, Office, Post, Holding string // ids
}

// Affected counts what the end of something takes with it, or leaves without
// somebody, as things stand now.
type Affected struct {
	Units            int // below the unit
	Offices          int // in the unit and below
	Posts            int
	Holders          int // who hold these posts
	Shifts           int // of duty that are not over
	Responsibilities int // for territories and Party organisations
	Members          int // seats in committees
	Path             string
	Office           string // id, where it concerns one office
	Post             string // id, where it concerns one post
}

// Affected counts what an ending concerns. Only who may end it is told.
func (s *Service) Affected(ctx context.Context, by auth.Actor, e Ending) (a Affected, err error) {
	err = s.read(ctx, by, func(tx *db.Tx) error {
		c := &affecting{tx: tx, by: by}
		if err := c.find(e); err != nil {
			return err
		}
		if err := by.Require(auth.OrgManage, c.a.Path, auth.Internal); err != nil {
			return err
		}
		err := c.count()
		a = c.a
		return err
	})
	return a, err
}

// affecting counts for one ending.
type affecting struct {
	tx      *db.Tx
	by      auth.Actor
	a       Affected
	offices []string // that end
	posts   []string // that end, or become vacant
	person  string   // who leaves, if only he does
}

// find says which offices and posts an ending concerns.
func (c *affecting) find(e Ending) error {
	switch {
	case e.Unit != "":
		return c.unit(e.Unit)
	case e.Office != "":
		o, err := OfficeIn(c.tx, e.Office)
		if err != nil {
			return err
		}
		c.a.Path, c.a.Office, c.offices = o.UnitPath, o.ID, []string{o.ID}
		return c.postsOfOffices()
	case e.Post != "":
		return c.post(e.Post)
	default:
		var h Holding
		err := c.tx.Get(&h, "SELECT "+holdingColumns+" FROM holding WHERE id = $1", e.Holding)
		if err != nil {
			return missing(err, "org.holding_unknown", e.Holding)
		}
		c.person = h.Person
		return c.post(h.Post)
	}
}

func (c *affecting) unit(id string) error {
	u, err := UnitIn(c.tx, id)
	if err != nil {
		return err
	}
	c.a.Path = u.Path
	parts, err := UnitsUnder(c.tx, u.Path, "", c.by.Now)
	if err != nil {
		return err
	}
	c.a.Units = len(parts)
	if u.Holds(c.by.Now) {
		c.a.Units--
	}
	offices, err := OfficesUnder(c.tx, u.Path, "", c.by.Now)
	if err != nil {
		return err
	}
	c.a.Offices = len(offices)
	for _, o := range offices {
		c.offices = append(c.offices, o.ID)
	}
	return c.postsOfOffices()
}

func (c *affecting) postsOfOffices() (err error) {
	c.posts, err = c.ids("SELECT id FROM post WHERE valid_from <= $1 AND valid_to > $2 AND office", c.offices)
	c.a.Posts = len(c.posts)
	return err
}

func (c *affecting) post(id string) error {
	p, err := PostIn(c.tx, id)
	if err != nil {
		return err
	}
	o, err := OfficeIn(c.tx, p.Office)
	c.a.Path, c.a.Post, c.posts = o.UnitPath, p.ID, []string{p.ID}
	return err
}

// count looks what hangs on the offices and posts.
func (c *affecting) count() error {
	holders, err := c.ids("SELECT person FROM holding WHERE valid_from <= $1 AND valid_to > $2 AND post", c.posts)
	if err != nil {
		return err
	}
	slices.Sort(holders)
	if c.a.Holders = len(slices.Compact(holders)); c.person != "" {
		c.a.Holders = 0 // it is he
	}
	for _, count := range []func() error{c.shifts, c.responsibilities, c.members} {
		if err := count(); err != nil {
			return err
		}
	}
	return nil
}

// shifts are those of the offices that end, or of who leaves a post.
func (c *affecting) shifts() error {
	query, values := "SELECT id FROM duty_shift WHERE valid_from < $1 AND valid_to > $2 AND office", c.offices
	args := []any{int64(instant.Forever), int64(c.by.Now)}
	if len(c.offices) == 0 {
		query, values = "SELECT id FROM duty_shift WHERE valid_from < $1 AND valid_to > $2 AND post", c.posts
	}
	ids, err := c.in(query, args, values)
	c.a.Shifts = len(ids)
	return err
}

// responsibilities are those of the posts, and those for what ends.
func (c *affecting) responsibilities() error {
	ids, err := c.ids("SELECT id FROM responsibility WHERE valid_from <= $1 AND valid_to > $2 AND post", c.posts)
	if err != nil {
		return err
	}
	more, err := c.ids("SELECT id FROM responsibility WHERE valid_from <= $1 AND valid_to > $2 AND organisation", c.offices)
	if err != nil {
		return err
	}
	ids = append(ids, more...)
	if c.a.Office == "" && c.a.Post == "" { // a territory ends
		var rows []string
		err := c.tx.Select(&rows, "SELECT id FROM responsibility WHERE territory >= $1 AND territory < $2 AND valid_from <= $3 AND valid_to > $4",
			c.a.Path, end(c.a.Path), int64(c.by.Now), int64(c.by.Now))
		if err != nil {
			return err
		}
		ids = append(ids, rows...)
	}
	slices.Sort(ids)
	c.a.Responsibilities = len(slices.Compact(ids))
	return nil
}

func (c *affecting) members() error {
	ids, err := c.ids("SELECT id FROM committee_member WHERE valid_from <= $1 AND valid_to > $2 AND post", c.posts)
	c.a.Members = len(ids)
	return err
}

// ids reads what holds now of a list of offices or posts.
func (c *affecting) ids(query string, values []string) ([]string, error) {
	return c.in(query, []any{int64(c.by.Now), int64(c.by.Now)}, values)
}

// in reads a query that ends in a column which is one of values, in parts that
// both engines take.
func (c *affecting) in(query string, args []any, values []string) (out []string, err error) {
	for part := range slices.Chunk(values, 400) {
		marks, more := list(len(args)+1, part)
		var ids []string
		if err := c.tx.Select(&ids, query+" IN ("+marks+")", append(slices.Clone(args), more...)...); err != nil {
			return nil, err
		}
		out = append(out, ids...)
	}
	return out, nil
}
