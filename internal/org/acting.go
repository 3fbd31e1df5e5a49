package org

import (
	"context"
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// ActingPost is a post as which a person may act now, with what it grants.
type ActingPost struct {
	Post   Post         `json:"post"`
	Office Office       `json:"office"`
	Grants []auth.Grant `json:"-"`
	Title  string       `json:"title"` // "Chủ tịch · UBND P. Cự Khối"
}

// Acting returns the posts that a person holds at a moment, substitutions
// included, the main one first: seats in bodies that meet come after posts in
// offices that work every day, and heads before others. It asks no right: sign-in needs it to make an actor.
func (s *Service) Acting(ctx context.Context, personID string, at instant.Micros) (out []ActingPost, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		out, err = ActingIn(tx, personID, at)
		return err
	})
	return out, err
}

// ActingIn is Acting inside a transaction.
func ActingIn(tx *db.Tx, personID string, at instant.Micros) ([]ActingPost, error) {
	var posts []Post
	err := tx.Select(&posts, "SELECT "+postColumns+` FROM post WHERE valid_from <= $1 AND valid_to > $2
		AND id IN (SELECT post FROM holding WHERE person = $3 AND valid_from <= $4 AND valid_to > $5)
		ORDER BY head DESC, rank, id`, int64(at), int64(at), personID, int64(at), int64(at))
	if err != nil {
		return nil, err
	}
	areas, err := ResponsibilitiesOf(tx, personID, at)
	if err != nil {
		return nil, err
	}
	var out []ActingPost
	for _, p := range posts {
		o, err := OfficeIn(tx, p.Office)
		if err != nil {
			return nil, err
		}
		if !o.Holds(at) {
			continue
		}
		out = append(out, ActingPost{Post: p, Office: o, Grants: grants(p, o, areas), Title: titleOf(p, o)})
	}
	slices.SortStableFunc(out, func(a, b ActingPost) int { return seat(a.Office.Kind) - seat(b.Office.Kind) })
	return out, nil
}

// seat is 1 for an office in which a post is a seat beside somebody's daily work.
func seat(kind Kind) int {
	switch kind {
	case PartyStanding, PartyGroup, Council, Committee, CommandCentre, Team:
		return 1
	default:
		return 0
	}
}

// grants are the roles of a post in its scope; the role of a member in charge
// of a territory counts there as well.
func grants(p Post, o Office, areas []Responsibility) []auth.Grant {
	scope := p.Scope
	if scope == "" {
		scope = o.UnitPath
	}
	var out []auth.Grant
	for _, role := range p.Roles {
		out = append(out, auth.Grant{Role: role, Path: scope, Level: p.Level})
		if role != "area_member" {
			continue
		}
		for _, a := range areas {
			if a.Post == p.ID && a.Territory != "" && !Within(a.Territory, scope) {
				out = append(out, auth.Grant{Role: role, Path: a.Territory, Level: p.Level})
			}
		}
	}
	return out
}

func titleOf(p Post, o Office) string {
	if o.ShortName != "" {
		return p.Title + " · " + o.ShortName
	}
	return p.Title + " · " + o.Name
}
