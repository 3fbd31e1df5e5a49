package org

import (
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// Post is an office's chair: whoever holds it acts with its roles.
type Post struct {
	ID        string           `db:"id" json:"id"`
	Office    string           `db:"office" json:"office"`
	Title     string           `db:"title" json:"title"` // "Chủ tịch UBND phường"
	Rank      int              `db:"rank" json:"rank"`   // order inside the office
	Head      bool             `db:"head" json:"head"`
	Deputises string           `db:"deputises" json:"deputises"` // post for which its holder stands in when that is empty
	Roles     Roles            `db:"roles" json:"roles"`
	Scope     string           `db:"scope" json:"scope"` // path of the subtree in which the roles count; "" is the office's unit
	Level     auth.Sensitivity `db:"level" json:"level"`
	Period
	Stamp
}

// Roles are stored as words with commas.
type Roles []auth.Role

// Value implements driver.Valuer.
func (r Roles) Value() (driver.Value, error) {
	words := make([]string, len(r))
	for i, role := range r {
		words[i] = string(role)
	}
	return strings.Join(words, ","), nil
}

// Scan implements sql.Scanner.
func (r *Roles) Scan(src any) error {
	var text string
	switch v := src.(type) {
	case string:
		text = v
	case []byte:
		text = string(v)
	default:
		return fmt.Errorf("org: roles from %T", src)
	}
	*r = nil
	for w := range strings.SplitSeq(text, ",") {
		if w != "" {
			*r = append(*r, auth.Role(w))
		}
	}
	return nil
}

// Person is an officer: somebody who holds or held a post.
type Person struct {
	ID      string `db:"id" json:"id"`
	Name    string `db:"name" json:"name"`
	SortKey string `db:"sort_key" json:"-"`
	Phone   string `db:"phone" json:"phone"`
	Email   string `db:"email" json:"email"`
	Stamp
}

// Holding is a person in a post over a period.
type Holding struct {
	ID            string `db:"id" json:"id"`
	Post          string `db:"post" json:"post"`
	Person        string `db:"person" json:"person"`
	Acting        bool   `db:"acting" json:"acting"`                 // quyền, phụ trách
	SubstituteFor string `db:"substitute_for" json:"substitute_for"` // person for whom this one stands in
	Basis         string `db:"basis" json:"basis"`                   // decision by which
	Period
	Stamp
}

// PostHolder is a post with the person who holds it at a moment. A vacant post
// has no person.
type PostHolder struct {
	Post    Post    `json:"post"`
	Holding Holding `json:"holding"`
	Person  Person  `json:"person"` // without id when the post is vacant
	// Deputising says that the head's post is empty and this is the deputy who
	// stands in (HeadOf only).
	Deputising bool `json:"deputising,omitempty"`
}

// Vacant tells whether nobody holds the post.
func (h PostHolder) Vacant() bool { return h.Person.ID == "" }

const (
	postColumns = `id, office, title, rank, head = 1 AS head, deputises, roles, scope, level,
	valid_from, valid_to, version, changed_by, changed_at`
	personColumns  = `id, name, sort_key, phone, email, version, changed_by, changed_at`
	holdingColumns = `id, post, person, acting = 1 AS acting, substitute_for, basis,
	valid_from, valid_to, version, changed_by, changed_at`
)

// PostIn returns a post, ended or not.
func PostIn(tx *db.Tx, id string) (Post, error) {
	var p Post
	err := tx.Get(&p, "SELECT "+postColumns+" FROM post WHERE id = $1", id)
	return p, missing(err, "org.post_unknown", id)
}

// PersonIn returns an officer.
func PersonIn(tx *db.Tx, id string) (Person, error) {
	var p Person
	err := tx.Get(&p, "SELECT "+personColumns+" FROM person WHERE id = $1", id)
	return p, missing(err, "org.person_unknown", id)
}

// PostsOf returns the posts of an office at a moment with those who hold them,
// in the order of the office. A post with several holders comes several times,
// a vacant one once without a person.
func PostsOf(tx *db.Tx, officeID string, at instant.Micros) ([]PostHolder, error) {
	var posts []Post
	err := tx.Select(&posts, "SELECT "+postColumns+` FROM post WHERE office = $1 AND valid_from <= $2 AND valid_to > $3
		ORDER BY rank, id`, officeID, int64(at), int64(at))
	if err != nil {
		return nil, err
	}
	return holdersOf(tx, posts, at)
}

// HoldersOf returns who holds a post at a moment, those standing in first.
func HoldersOf(tx *db.Tx, postID string, at instant.Micros) ([]PostHolder, error) {
	p, err := PostIn(tx, postID)
	if err != nil {
		return nil, err
	}
	holders, err := holdersOf(tx, []Post{p}, at)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(holders, PostHolder.Vacant), nil
}

// holdersOf joins posts with their holders.
func holdersOf(tx *db.Tx, posts []Post, at instant.Micros) ([]PostHolder, error) {
	if len(posts) == 0 {
		return nil, nil
	}
	ids := make([]string, len(posts))
	for i, p := range posts {
		ids[i] = p.ID
	}
	marks, args := list(1, ids)
	n := len(args)
	var holdings []Holding
	err := tx.Select(&holdings, "SELECT "+holdingColumns+" FROM holding WHERE post IN ("+marks+")"+
		fmt.Sprintf(" AND valid_from <= $%d AND valid_to > $%d ORDER BY CASE WHEN substitute_for <> '' THEN 0 ELSE 1 END, acting, valid_from, id", n+1, n+2),
		append(args, int64(at), int64(at))...)
	if err != nil {
		return nil, err
	}
	people, err := peopleOf(tx, holdings)
	if err != nil {
		return nil, err
	}
	var out []PostHolder
	for _, p := range posts {
		vacant := true
		for _, h := range holdings {
			if h.Post == p.ID {
				out, vacant = append(out, PostHolder{Post: p, Holding: h, Person: people[h.Person]}), false
			}
		}
		if vacant {
			out = append(out, PostHolder{Post: p})
		}
	}
	return out, nil
}

func peopleOf(tx *db.Tx, holdings []Holding) (map[string]Person, error) {
	ids := make([]string, len(holdings))
	for i, h := range holdings {
		ids[i] = h.Person
	}
	return PeopleIn(tx, ids...)
}

// PeopleIn returns officers by id; unknown ids are left out.
func PeopleIn(tx *db.Tx, ids ...string) (map[string]Person, error) {
	out := map[string]Person{}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for start := 0; start < len(ids); start += 500 {
		marks, args := list(1, ids[start:min(start+500, len(ids))])
		var people []Person
		if err := tx.Select(&people, "SELECT "+personColumns+" FROM person WHERE id IN ("+marks+")", args...); err != nil {
			return nil, err
		}
		for _, p := range people {
			out[p.ID] = p
		}
	}
	return out, nil
}

// HeadOf returns who leads an office at a moment: the one who stands in for the
// head, else the head, else the first deputy while the head's post is vacant.
// It returns false when there is nobody.
func HeadOf(tx *db.Tx, officeID string, at instant.Micros) (PostHolder, bool, error) {
	holders, err := PostsOf(tx, officeID, at)
	if err != nil {
		return PostHolder{}, false, err
	}
	head := ""
	for _, h := range holders {
		if h.Post.Head {
			head = h.Post.ID
			if !h.Vacant() {
				return h, true, nil
			}
		}
	}
	for _, h := range holders {
		if head != "" && h.Post.Deputises == head && !h.Vacant() {
			h.Deputising = true
			return h, true, nil
		}
	}
	return PostHolder{}, false, nil
}
