// Package inbox keeps the messages that posts receive: reminders, escalations,
// orders, answers. A message belongs to a post, so that whoever takes over a
// post finds what it was told; who held the post at the time is kept.
//
// Guarantees: a message is written in the transaction of what it tells of,
// exactly once; reading and acknowledging are recorded once and never undone;
// the change log names the post of every new message ("inbox", "sent"), so
// that pages are live without reload.
//
// Texts are message keys with arguments and are translated at the edge.
package inbox

import (
	"context"
	"encoding/json"
	"fmt"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// Message is one message to a post.
type Message struct {
	ID             string         `json:"id"`
	Post           string         `json:"post"`
	Person         string         `json:"person,omitempty"` // who held the post then
	Kind           string         `json:"kind"`             // of the subject: "task"
	Subject        string         `json:"subject"`          // its id
	Key            string         `json:"key"`              // message key
	Args           map[string]any `json:"args"`
	At             instant.Micros `json:"at"`
	ReadAt         instant.Micros `json:"read_at"`
	AcknowledgedAt instant.Micros `json:"acknowledged_at"`
	AcknowledgedBy string         `json:"acknowledged_by,omitempty"` // name
}

type row struct {
	ID             string         `db:"id"`
	Post           string         `db:"post"`
	Person         string         `db:"person"`
	Kind           string         `db:"kind"`
	Subject        string         `db:"subject"`
	Key            string         `db:"key"`
	Args           string         `db:"args"`
	At             instant.Micros `db:"at"`
	ReadAt         instant.Micros `db:"read_at"`
	AcknowledgedAt instant.Micros `db:"acknowledged_at"`
	AcknowledgedBy string         `db:"acknowledged_by"`
}

const columns = `id, post, person, kind, subject, key, args, at, read_at, acknowledged_at, acknowledged_by`

func (r row) message() (Message, error) {
	m := Message{
		ID: r.ID, Post: r.Post, Person: r.Person, Kind: r.Kind, Subject: r.Subject, Key: r.Key,
		At: r.At, ReadAt: r.ReadAt, AcknowledgedAt: r.AcknowledgedAt, AcknowledgedBy: r.AcknowledgedBy,
	}
	if err := json.Unmarshal([]byte(r.Args), &m.Args); err != nil {
		return m, fmt.Errorf("inbox: arguments of %s: %w", r.ID, err)
	}
	instant.Unpack(m.Args)
	return m, nil
}

func messages(rows []row) ([]Message, error) {
	out := make([]Message, 0, len(rows))
	for _, r := range rows {
		m, err := r.message()
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// Send writes a message in the running transaction. unit is the path of the
// unit that it concerns, for the change log.
func Send(tx *db.Tx, unit string, m Message) error {
	args, err := json.Marshal(instant.Pack(m.Args))
	if err != nil {
		return fmt.Errorf("inbox: arguments: %w", err)
	}
	err = tx.Insert("inbox", row{
		ID: m.ID, Post: m.Post, Person: m.Person, Kind: m.Kind, Subject: m.Subject,
		Key: m.Key, Args: string(args), At: m.At,
	})
	if err != nil {
		return err
	}
	return tx.ChangedData(m.At, db.Change{Kind: "inbox", Subject: m.ID, Unit: unit, What: "sent"}, map[string]string{"post": m.Post})
}

// About returns the messages about a subject, oldest first.
func About(tx *db.Tx, kind, subject string) ([]Message, error) {
	var rows []row
	err := tx.Select(&rows, "SELECT "+columns+" FROM inbox WHERE kind = $1 AND subject = $2 ORDER BY at, id", kind, subject)
	if err != nil {
		return nil, err
	}
	return messages(rows)
}

// Service shows an actor the messages of the post that he acts as.
type Service struct{ store *db.DB }

// New returns the service over a store.
func New(store *db.DB) *Service { return &Service{store: store} }

// Filter narrows a list.
type Filter struct {
	Unread bool
	After  string // cursor of the page before
	Limit  int    // default 30, at most 200
}

// List is a page of messages, newest first.
type List struct {
	Messages []Message `json:"messages"`
	Next     string    `json:"next,omitempty"`
	Unread   int       `json:"unread"`
}

// Messages lists the messages of the actor's post.
func (s *Service) Messages(ctx context.Context, by auth.Actor, f Filter) (List, error) {
	if !by.SignedIn() {
		return List{}, fault.New(fault.Unsigned, "auth.unsigned")
	}
	if f.Limit <= 0 || f.Limit > 200 {
		f.Limit = 30
	}
	at, lastID, err := cursor(f.After)
	if err != nil {
		return List{}, err
	}
	var rows []row
	var out List
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		query := "SELECT " + columns + ` FROM inbox WHERE post = $1 AND (at < $2 OR (at = $2 AND id < $3))`
		if f.Unread {
			query += " AND read_at = 0"
		}
		if err := tx.Select(&rows, query+" ORDER BY at DESC, id DESC LIMIT $4", by.Post, int64(at), lastID, f.Limit+1); err != nil {
			return err
		}
		return tx.Get(&out.Unread, "SELECT COUNT(*) FROM inbox WHERE post = $1 AND read_at = 0", by.Post)
	})
	if err != nil {
		return List{}, err
	}
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		last := rows[f.Limit-1]
		out.Next = fmt.Sprintf("%d.%s", last.At, last.ID)
	}
	out.Messages, err = messages(rows)
	return out, err
}

func cursor(after string) (at instant.Micros, id string, err error) {
	if after == "" {
		return instant.Forever, "", nil
	}
	if _, err := fmt.Sscanf(after, "%d.%s", &at, &id); err != nil {
		return 0, "", fault.New(fault.Invalid, "inbox.cursor")
	}
	return at, id, nil
}

// Unread counts the messages that the actor's post has not read.
func (s *Service) Unread(ctx context.Context, by auth.Actor) (n int, err error) {
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		return tx.Get(&n, "SELECT COUNT(*) FROM inbox WHERE post = $1 AND read_at = 0", by.Post)
	})
	return n, err
}

// Read marks messages of the actor's post as read; none named means all.
func (s *Service) Read(ctx context.Context, by auth.Actor, ids ...string) error {
	if !by.SignedIn() {
		return fault.New(fault.Unsigned, "auth.unsigned")
	}
	return s.store.Write(ctx, func(tx *db.Tx) error {
		if len(ids) == 0 {
			if err := tx.Select(&ids, "SELECT id FROM inbox WHERE post = $1 AND read_at = 0", by.Post); err != nil {
				return err
			}
		}
		for _, id := range ids {
			n, err := tx.Exec("UPDATE inbox SET read_at = $1 WHERE id = $2 AND post = $3 AND read_at = 0", int64(by.Now), id, by.Post)
			if err != nil {
				return err
			}
			if n == 0 {
				continue
			}
			if err := s.changed(tx, by, id, "read"); err != nil {
				return err
			}
		}
		return nil
	})
}

// Acknowledge says that the holder of the post knows of it and acts. Who
// acknowledged first stays; a repeat changes nothing.
func (s *Service) Acknowledge(ctx context.Context, by auth.Actor, id string) (Message, error) {
	var out Message
	err := s.store.Write(ctx, func(tx *db.Tx) error {
		var r row
		err := tx.Get(&r, "SELECT "+columns+" FROM inbox WHERE id = $1 AND post = $2", id, by.Post)
		if err == db.ErrNoRow || by.Post == "" {
			return fault.New(fault.NotFound, "inbox.not_found")
		}
		if err != nil {
			return err
		}
		n, err := tx.Exec(`UPDATE inbox SET acknowledged_at = $1, acknowledged_by = $2,
			read_at = CASE WHEN read_at = 0 THEN $3 ELSE read_at END
			WHERE id = $4 AND acknowledged_at = 0`, int64(by.Now), by.Name, int64(by.Now), id)
		if err != nil {
			return err
		}
		if n == 1 {
			if err := s.changed(tx, by, id, "acknowledged"); err != nil {
				return err
			}
		}
		if err := tx.Get(&r, "SELECT "+columns+" FROM inbox WHERE id = $1", id); err != nil {
			return err
		}
		out, err = r.message()
		return err
	})
	return out, err
}

func (s *Service) changed(tx *db.Tx, by auth.Actor, id, what string) error {
	err := tx.ChangedData(by.Now, db.Change{Kind: "inbox", Subject: id, Unit: by.UnitPath, What: what}, map[string]string{"post": by.Post})
	if err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{Action: "inbox." + what, Kind: "inbox", Subject: id, Unit: by.UnitPath})
}
