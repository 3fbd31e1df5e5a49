package org

import (
	"context"
	"net/mail"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/term"
)

// PostInput describes a post.
type PostInput struct {
	Key       string           `json:"key,omitempty"`
	Version   int64            `json:"version,omitempty"`
	ID        string           `json:"id,omitempty"` // of the post to change
	Office    string           `json:"office,omitempty"`
	Title     string           `json:"title"`
	Rank      int              `json:"rank,omitempty"`
	Head      bool             `json:"head,omitempty"`
	Deputises string           `json:"deputises,omitempty"`
	Roles     []auth.Role      `json:"roles,omitempty"`
	Scope     string           `json:"scope,omitempty"`
	Level     auth.Sensitivity `json:"level,omitempty"`
	From      instant.Micros   `json:"from,omitempty"`
}

// AddPost makes a post in an office.
func (s *Service) AddPost(ctx context.Context, by auth.Actor, in PostInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		o, err := officeToChange(tx, by, in.Office, 0)
		if err != nil {
			return Done{}, err
		}
		if err := InForce(tx, o, by.Now); err != nil {
			return Done{}, err
		}
		f := invalid()
		p := Post{ID: s.ids.New(), Office: o.ID, Stamp: stamp(by)}
		p.Period = period(f, in.From, 0, by.Now)
		if err := fillPost(tx, by, f, &p, o, in); err != nil {
			return Done{}, err
		}
		if err := tx.Insert("post", p); err != nil {
			return Done{}, err
		}
		return Done{p.ID, 1}, record(tx, by, "post", p.ID, o.UnitPath, "added")
	})
}

// fillPost checks and takes over what a user gave for a post.
func fillPost(tx *db.Tx, by auth.Actor, f *fault.Fault, p *Post, o Office, in PostInput) error {
	p.Title = fold.NFC(short(f, "title", required(f, "title", in.Title), 200))
	p.Rank, p.Head, p.Deputises, p.Roles, p.Scope, p.Level = in.Rank, in.Head, in.Deputises, in.Roles, in.Scope, in.Level
	for _, r := range p.Roles {
		if r == "system" || !slices.Contains(auth.Roles(), r) {
			f.At("roles", "org.role_unknown", "Role", string(r))
		}
	}
	if p.Level < auth.Open || p.Level > auth.Restricted {
		f.At("level", "org.choose")
	}
	top := or(p.Scope, o.UnitPath)
	// Nobody gives away rights where he manages nothing.
	if err := by.Require(auth.OrgManage, top, auth.Internal); err != nil {
		return err
	}
	if p.Deputises != "" {
		other, err := PostIn(tx, p.Deputises)
		if err != nil {
			return err
		}
		if other.Office != o.ID || other.ID == p.ID {
			f.At("deputises", "org.deputy_elsewhere")
		}
	}
	return f.OrNil()
}

// ChangePost changes a post's title, order, roles and scope.
func (s *Service) ChangePost(ctx context.Context, by auth.Actor, in PostInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		p, o, err := postToChange(tx, by, in.ID, in.Version)
		if err != nil {
			return Done{}, err
		}
		if err := fillPost(tx, by, invalid(), &p, o, in); err != nil {
			return Done{}, err
		}
		roles, err := p.Roles.Value()
		if err != nil {
			return Done{}, err
		}
		err = set(tx, by, "post", "id", p.ID, []string{"title", "rank", "head", "deputises", "roles", "scope", "level"},
			p.Title, p.Rank, bit(p.Head), p.Deputises, roles, p.Scope, int(p.Level))
		if err != nil {
			return Done{}, err
		}
		return Done{p.ID, p.Version + 1}, record(tx, by, "post", p.ID, o.UnitPath, "changed", "title", "rank", "head", "deputises", "roles", "scope", "level")
	})
}

// EndInput ends a record at a moment (now, when none is given).
type EndInput struct {
	Key     string         `json:"key,omitempty"`
	Version int64          `json:"version,omitempty"`
	ID      string         `json:"id,omitempty"`
	At      instant.Micros `json:"at,omitempty"`
}

// EndPost ends a post with its holdings.
func (s *Service) EndPost(ctx context.Context, by auth.Actor, in EndInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		p, o, err := postToChange(tx, by, in.ID, in.Version)
		if err != nil {
			return Done{}, err
		}
		at, err := endOf(p.Period, in.At, by.Now)
		if err != nil {
			return Done{}, err
		}
		if err := set(tx, by, "post", "id", p.ID, []string{"valid_to"}, int64(at)); err != nil {
			return Done{}, err
		}
		_, err = tx.Exec("UPDATE holding SET valid_to = $1, version = version + 1 WHERE post = $2 AND valid_to > $3", int64(at), p.ID, int64(at))
		if err != nil {
			return Done{}, err
		}
		return Done{p.ID, p.Version + 1}, record(tx, by, "post", p.ID, o.UnitPath, "ended", "to")
	})
}

// endOf checks the end that a user gave.
func endOf(p Period, at, now instant.Micros) (instant.Micros, error) {
	if at == 0 {
		at = now
	}
	if at <= p.From || at >= p.To {
		return 0, invalid().At("at", "org.period_backwards")
	}
	return at, nil
}

func postToChange(tx *db.Tx, by auth.Actor, id string, version int64) (Post, Office, error) {
	if err := tx.Lock("post", id); err != nil {
		return Post{}, Office{}, err
	}
	p, err := PostIn(tx, id)
	if err != nil {
		return Post{}, Office{}, err
	}
	o, err := officeToChange(tx, by, p.Office, 0)
	if err != nil {
		return Post{}, Office{}, err
	}
	return p, o, p.fresh(version)
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// PersonInput describes an officer.
type PersonInput struct {
	Key     string `json:"key,omitempty"`
	Version int64  `json:"version,omitempty"`
	ID      string `json:"id,omitempty"` // of the person to change
	Name    string `json:"name"`
	Phone   string `json:"phone,omitempty"`
	Email   string `json:"email,omitempty"`
}

// AddPerson adds an officer. Any manager of units may.
func (s *Service) AddPerson(ctx context.Context, by auth.Actor, in PersonInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		if !by.Anywhere(auth.OrgManage) {
			return Done{}, by.Require(auth.OrgManage, Root, auth.Internal)
		}
		p := Person{ID: s.ids.New(), Stamp: stamp(by)}
		if err := fillPerson(&p, in); err != nil {
			return Done{}, err
		}
		if err := tx.Insert("person", p); err != nil {
			return Done{}, err
		}
		if err := term.Index(tx, "officer", p.ID, p.Name); err != nil {
			return Done{}, err
		}
		return Done{p.ID, 1}, record(tx, by, "officer", p.ID, by.UnitPath, "added")
	})
}

func fillPerson(p *Person, in PersonInput) error {
	f := invalid()
	p.Name = strings.Join(strings.Fields(fold.NFC(short(f, "name", required(f, "name", in.Name), 100))), " ")
	p.SortKey = fold.NewSorter().NameKey(p.Name)
	p.Phone, p.Email = phone(f, "phone", in.Phone), strings.TrimSpace(in.Email)
	if p.Email != "" {
		if a, err := mail.ParseAddress(p.Email); err != nil || a.Address != p.Email {
			f.At("email", "org.email_wrong")
		}
	}
	return f.OrNil()
}

// phone keeps the digits of a telephone number; a short number such as 1022 is
// one too.
func phone(f *fault.Fault, field, text string) string {
	var digits strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case strings.ContainsRune(" .-()+", r):
		default:
			f.At(field, "org.phone_wrong")
			return ""
		}
	}
	s := digits.String()
	if rest, ok := strings.CutPrefix(s, "84"); ok && strings.HasPrefix(strings.TrimSpace(text), "+") {
		s = "0" + rest
	}
	if s != "" && (len(s) < 3 || len(s) > 12) {
		f.At(field, "org.phone_wrong")
	}
	return s
}

// ChangePerson changes an officer's name and how to reach him. A manager of a
// unit in which he holds a post may, and he himself his telephone and address.
func (s *Service) ChangePerson(ctx context.Context, by auth.Actor, in PersonInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		if err := tx.Lock("person", in.ID); err != nil {
			return Done{}, err
		}
		p, err := PersonIn(tx, in.ID)
		if err != nil {
			return Done{}, err
		}
		if err := mayChangePerson(tx, by, p, in); err != nil {
			return Done{}, err
		}
		if err := p.fresh(in.Version); err != nil {
			return Done{}, err
		}
		if err := fillPerson(&p, in); err != nil {
			return Done{}, err
		}
		err = set(tx, by, "person", "id", p.ID, []string{"name", "sort_key", "phone", "email"}, p.Name, p.SortKey, p.Phone, p.Email)
		if err != nil {
			return Done{}, err
		}
		if err := term.Index(tx, "officer", p.ID, p.Name); err != nil {
			return Done{}, err
		}
		return Done{p.ID, p.Version + 1}, record(tx, by, "officer", p.ID, by.UnitPath, "changed", "name", "phone", "email")
	})
}

func mayChangePerson(tx *db.Tx, by auth.Actor, p Person, in PersonInput) error {
	if by.Person == p.ID && in.Name == p.Name {
		return nil
	}
	posts, err := ActingIn(tx, p.ID, by.Now)
	if err != nil {
		return err
	}
	if len(posts) == 0 && by.Anywhere(auth.OrgManage) {
		return nil
	}
	for _, a := range posts {
		if by.Can(auth.OrgManage, a.Office.UnitPath, auth.Internal) {
			return nil
		}
	}
	return by.Require(auth.OrgManage, "", auth.Internal)
}

// AppointInput puts a person into a post.
type AppointInput struct {
	Key           string         `json:"key,omitempty"`
	Post          string         `json:"post"`
	Person        string         `json:"person"`
	From          instant.Micros `json:"from,omitempty"`
	To            instant.Micros `json:"to,omitempty"`
	Acting        bool           `json:"acting,omitempty"`
	SubstituteFor string         `json:"substitute_for,omitempty"`
	Basis         string         `json:"basis,omitempty"`
}

// Appoint puts a person into a post over a period: for good, acting, or in the
// place of its holder. A head's post has one holder at a time beside those who
// stand in.
func (s *Service) Appoint(ctx context.Context, by auth.Actor, in AppointInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		p, o, err := postToChange(tx, by, in.Post, 0)
		if err != nil {
			return Done{}, err
		}
		if in.Person == "" {
			return Done{}, invalid().At("person", "input.missing")
		}
		if _, err := PersonIn(tx, in.Person); err != nil {
			return Done{}, err
		}
		f := invalid()
		h := Holding{ID: s.ids.New(), Post: p.ID, Person: in.Person, Acting: in.Acting, SubstituteFor: in.SubstituteFor,
			Basis: short(f, "basis", in.Basis, 300), Stamp: stamp(by)}
		h.Period = period(f, in.From, in.To, by.Now)
		if !p.Holds(h.From) || h.To > p.To {
			f.At("from", "org.post_not_in_force")
		}
		if err := checkHolding(tx, f, p, h); err != nil {
			return Done{}, err
		}
		if err := f.OrNil(); err != nil {
			return Done{}, err
		}
		if err := tx.Insert("holding", h); err != nil {
			return Done{}, err
		}
		return Done{h.ID, 1}, record(tx, by, "holding", h.ID, o.UnitPath, "appointed")
	})
}

// checkHolding compares a new holding with those that the post has.
func checkHolding(tx *db.Tx, f *fault.Fault, p Post, h Holding) error {
	var have []Holding
	if err := tx.Select(&have, "SELECT "+holdingColumns+" FROM holding WHERE post = $1 ORDER BY valid_from", p.ID); err != nil {
		return err
	}
	stoodFor := false
	for _, x := range have {
		switch {
		case !x.Meets(h.Period):
		case x.Person == h.Person && x.SubstituteFor == h.SubstituteFor:
			f.At("person", "org.holds_already")
		case p.Head && x.SubstituteFor == "" && h.SubstituteFor == "":
			f.At("from", "org.head_taken")
		case x.Person == h.SubstituteFor:
			stoodFor = true
		}
	}
	if h.SubstituteFor != "" && !stoodFor {
		f.At("substitute_for", "org.substitute_for_nobody")
	}
	return nil
}

// Relieve ends a holding.
func (s *Service) Relieve(ctx context.Context, by auth.Actor, in EndInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		var h Holding
		err := tx.Get(&h, "SELECT "+holdingColumns+" FROM holding WHERE id = $1", in.ID)
		if err != nil {
			return Done{}, missing(err, "org.holding_unknown", in.ID)
		}
		_, o, err := postToChange(tx, by, h.Post, 0)
		if err != nil {
			return Done{}, err
		}
		if err := h.fresh(in.Version); err != nil {
			return Done{}, err
		}
		at, err := endOf(h.Period, in.At, by.Now)
		if err != nil {
			return Done{}, err
		}
		if err := set(tx, by, "holding", "id", h.ID, []string{"valid_to"}, int64(at)); err != nil {
			return Done{}, err
		}
		return Done{h.ID, h.Version + 1}, record(tx, by, "holding", h.ID, o.UnitPath, "relieved", "to")
	})
}

// AssignInput makes a post's holder answer for a territory, a Party
// organisation, or both.
type AssignInput struct {
	Key           string         `json:"key,omitempty"`
	Post          string         `json:"post"`
	Person        string         `json:"person,omitempty"`
	Territory     string         `json:"territory,omitempty"`    // path of a unit
	Organisation  string         `json:"organisation,omitempty"` // office id
	Role          string         `json:"role,omitempty"`
	Basis         string         `json:"basis,omitempty"`
	BasisDocument string         `json:"basis_document,omitempty"`
	From          instant.Micros `json:"from,omitempty"`
	To            instant.Micros `json:"to,omitempty"`
}

// Assign records such a responsibility.
func (s *Service) Assign(ctx context.Context, by auth.Actor, in AssignInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		p, err := PostIn(tx, in.Post)
		if err != nil {
			return Done{}, err
		}
		o, err := officeToKeep(tx, by, p.Office)
		if err != nil {
			return Done{}, err
		}
		f := invalid()
		r := Responsibility{ID: s.ids.New(), Post: p.ID, Person: in.Person, Territory: in.Territory, Organisation: in.Organisation,
			Role: or(short(f, "role", in.Role, 100), "phụ trách"), Basis: short(f, "basis", in.Basis, 300), BasisDocument: in.BasisDocument, Stamp: stamp(by)}
		r.Period = period(f, in.From, in.To, by.Now)
		if err := checkTargets(tx, f, r); err != nil {
			return Done{}, err
		}
		if err := f.OrNil(); err != nil {
			return Done{}, err
		}
		if err := tx.Insert("responsibility", r); err != nil {
			return Done{}, err
		}
		return Done{r.ID, 1}, record(tx, by, "responsibility", r.ID, o.UnitPath, "assigned")
	})
}

func checkTargets(tx *db.Tx, f *fault.Fault, r Responsibility) error {
	if r.Territory == "" && r.Organisation == "" {
		f.At("territory", "org.responsibility_for_nothing")
	}
	if r.Territory != "" {
		if _, err := UnitAt(tx, r.Territory); err != nil {
			return err
		}
	}
	if r.Organisation != "" {
		o, err := OfficeIn(tx, r.Organisation)
		if err != nil {
			return err
		}
		if o.Line != Party {
			f.At("organisation", "org.not_party")
		}
	}
	if r.Person != "" {
		if _, err := PersonIn(tx, r.Person); err != nil {
			return err
		}
	}
	return nil
}

// EndResponsibility ends one.
func (s *Service) EndResponsibility(ctx context.Context, by auth.Actor, in EndInput) (Done, error) {
	return s.write(ctx, by, in.Key, func(tx *db.Tx) (Done, error) {
		var r Responsibility
		err := tx.Get(&r, "SELECT "+responsibilityColumns+" FROM responsibility WHERE id = $1", in.ID)
		if err != nil {
			return Done{}, missing(err, "org.responsibility_unknown", in.ID)
		}
		p, err := PostIn(tx, r.Post)
		if err != nil {
			return Done{}, err
		}
		o, err := officeToKeep(tx, by, p.Office)
		if err != nil {
			return Done{}, err
		}
		if err := r.fresh(in.Version); err != nil {
			return Done{}, err
		}
		at, err := endOf(r.Period, in.At, by.Now)
		if err != nil {
			return Done{}, err
		}
		if err := set(tx, by, "responsibility", "id", r.ID, []string{"valid_to"}, int64(at)); err != nil {
			return Done{}, err
		}
		return Done{r.ID, r.Version + 1}, record(tx, by, "responsibility", r.ID, o.UnitPath, "ended", "to")
	})
}
