// Package mail sends letters by SMTP. A letter is a row that is written in the
// transaction of what it tells of; a worker sends it on wall time.
//
// Guarantees: a letter is sent at least once and recorded as sent; it goes out
// twice only when the process ends between the server's answer and the commit,
// and then with the same Message-ID, by which servers and readers know it as
// the same. A refusal for good (5xx) ends a letter, anything else is tried
// again with growing pauses until it has failed maxTries times. A letter that is
// older than maxAge is not sent any more: a reminder of last week misleads.
//
// A letter holds a message key with arguments; it becomes a text when it is
// sent.
package mail

import (
	"encoding/json"
	"fmt"

	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// Letter is one letter to be sent.
type Letter struct {
	ID   string // opaque; the local part of the Message-ID
	To   string // address
	Lang string // default "vi"
	Key  string // message key of the text; Key + ".subject" is the subject
	Args map[string]any
	Link string         // path of the page that it leads to
	At   instant.Micros // wall time of writing; it is not sent before
}

// State of a letter.
const (
	Queued = "queued"
	Sent   = "sent"
	Failed = "failed"
)

type row struct {
	ID        string `db:"id"`
	Address   string `db:"address"`
	Lang      string `db:"lang"`
	Key       string `db:"key"`
	Args      string `db:"args"`
	Link      string `db:"link"`
	State     string `db:"state"`
	Tries     int    `db:"tries"`
	NextAt    int64  `db:"next_at"`
	CreatedAt int64  `db:"created_at"`
	DoneAt    int64  `db:"done_at"`
	Error     string `db:"error"`
}

// Queue writes a letter in the running transaction. The same ID again changes
// nothing.
func Queue(tx *db.Tx, l Letter) error {
	if l.Lang == "" {
		l.Lang = "vi"
	}
	args, err := json.Marshal(instant.Pack(l.Args))
	if err != nil {
		return fmt.Errorf("mail: arguments: %w", err)
	}
	_, err = tx.Exec(`INSERT INTO mail (id, address, lang, key, args, link, state, tries, next_at, created_at, done_at, error)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, 0, '') ON CONFLICT (id) DO NOTHING`,
		l.ID, l.To, l.Lang, l.Key, string(args), l.Link, Queued, int64(l.At), int64(l.At))
	return err
}
