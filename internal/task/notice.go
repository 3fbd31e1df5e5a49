package task

import (
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/inbox"
	"phaodai/internal/instant"
	"phaodai/internal/mail"
	"phaodai/internal/org"
)

// subjectKind is how messages name a task.
const subjectKind = "task"

// receivers finds the posts that a step or notice goes to, each once.
func (s *Service) receivers(tx *db.Tx, r *record, to string, at instant.Micros) ([]org.PostHolder, error) {
	var found []org.PostHolder
	var err error
	switch to {
	case ToAssignee:
		found, err = assignees(tx, r, at)
	case ToAreaOwner:
		found, err = org.AreaOwners(tx, r.Office, at)
	case ToHead:
		var up org.Office
		var ok bool
		if up, ok, err = org.Superior(tx, r.Office, at); err == nil && ok {
			found, err = heads(tx, up.ID, at)
		}
	case ToAssigner:
		found, err = assigners(tx, r, at)
	}
	if err != nil {
		return nil, err
	}
	return once(found), nil
}

// assignees are the post that has the task, or the head of the office, and who
// accepted it. Orders merged into the task bring their offices.
func assignees(tx *db.Tx, r *record, at instant.Micros) ([]org.PostHolder, error) {
	others, err := sources(tx, r.ID)
	if err != nil {
		return nil, err
	}
	var out []org.PostHolder
	for _, t := range append([]record{*r}, others...) {
		var found []org.PostHolder
		if t.Post != "" {
			found, err = postHolders(tx, t.Post, at)
		} else {
			found, err = heads(tx, t.Office, at)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	if r.AcceptedBy == "" {
		return out, nil
	}
	found, err := postHolders(tx, r.AcceptedBy, at)
	return append(out, found...), err
}

// assigners are the post that gave the order, else the head of its office.
func assigners(tx *db.Tx, r *record, at instant.Micros) ([]org.PostHolder, error) {
	if r.FromPost != "" {
		return postHolders(tx, r.FromPost, at)
	}
	return heads(tx, r.FromOffice, at)
}

// heads is who leads an office; where nobody does, its head's vacant post, and
// where it has no such post, all its posts, so that a message is never lost.
func heads(tx *db.Tx, office string, at instant.Micros) ([]org.PostHolder, error) {
	h, ok, err := org.HeadOf(tx, office, at)
	if err != nil {
		return nil, err
	}
	if ok {
		return []org.PostHolder{h}, nil
	}
	all, err := org.PostsOf(tx, office, at)
	if err != nil {
		return nil, err
	}
	for _, h := range all {
		if h.Post.Head {
			return []org.PostHolder{h}, nil
		}
	}
	return all, nil
}

// postHolders is who holds a post, or the vacant post.
func postHolders(tx *db.Tx, post string, at instant.Micros) ([]org.PostHolder, error) {
	found, err := org.HoldersOf(tx, post, at)
	if err != nil || len(found) > 0 {
		return found, err
	}
	p, err := org.PostIn(tx, post)
	return []org.PostHolder{{Post: p}}, err
}

// once keeps the first of each post; its later holders read the same inbox.
func once(found []org.PostHolder) []org.PostHolder {
	seen := map[string]bool{}
	var out []org.PostHolder
	for _, h := range found {
		if !seen[h.Post.ID] {
			seen[h.Post.ID] = true
			out = append(out, h)
		}
	}
	return out
}

// tell writes a message into the inbox of each post, and a letter to the
// holder who has an address, in the running transaction. It returns the posts.
func (s *Service) tell(tx *db.Tx, by auth.Actor, r *record, to []org.PostHolder, key string, args map[string]any) ([]string, error) {
	all, err := s.args(tx, r, args)
	if err != nil {
		return nil, err
	}
	var posts []string
	for _, h := range to {
		id := s.ids.New()
		err := inbox.Send(tx, r.UnitPath, inbox.Message{
			ID: id, Post: h.Post.ID, Person: h.Person.ID, Kind: subjectKind, Subject: r.ID, Key: key, Args: all, At: by.Now,
		})
		if err != nil {
			return nil, err
		}
		posts = append(posts, h.Post.ID)
		if h.Person.Email == "" {
			continue
		}
		err = mail.Queue(tx, mail.Letter{ID: id, To: h.Person.Email, Key: key, Args: all, Link: pageOf(r.ID), At: by.Wall})
		if err != nil {
			return nil, err
		}
	}
	return posts, nil
}

// args are the arguments that every message about a task has.
func (s *Service) args(tx *db.Tx, r *record, more map[string]any) (map[string]any, error) {
	o, err := org.OfficesIn(tx, r.Office, r.FromOffice)
	if err != nil {
		return nil, err
	}
	all := map[string]any{
		"Title": r.Title, "Item": r.Item, "Deadline": r.Deadline, "Start": r.Start,
		"Office": name(o[0]), "From": name(o[1]), "Reason": r.Reason,
	}
	for k, v := range more {
		all[k] = v
	}
	return all, nil
}

// name is the short name of an office where it has one.
func name(o org.Office) string {
	if o.ShortName != "" {
		return o.ShortName
	}
	return o.Name
}

// pageOf is the path of a task's page.
func pageOf(id string) string { return "/viec/" + id }

// told sends a notice about the move to the other side, never to the actor's
// own post.
func (m *move) told(to, key string) error {
	found, err := m.s.receivers(m.tx, m.r, to, m.by.Now)
	if err != nil {
		return err
	}
	var others []org.PostHolder
	for _, h := range found {
		if h.Post.ID != m.by.Post {
			others = append(others, h)
		}
	}
	_, err = m.s.tell(m.tx, m.by, m.r, others, key, map[string]any{"By": actorName(m.by)})
	return err
}

// actorName is "Trần Thị B, Chủ tịch UBND P. Cự Khối".
func actorName(by auth.Actor) string {
	if by.PostTitle == "" {
		return by.Name
	}
	return by.Name + ", " + by.PostTitle
}
