package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"phaodai/internal/db"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
)

const (
	maxTries = 14 // with the pauses below about two days
	maxAge   = 72 * time.Hour
	lease    = 5 * time.Minute
	timeout  = time.Minute // of one SMTP conversation; well under the lease
	batch    = 50
)

// How the connection is protected.
const (
	TLSMandatory     = "mandatory"     // STARTTLS or nothing
	TLSOpportunistic = "opportunistic" // STARTTLS where offered
	TLSDirect        = "direct"        // TLS from the first byte
	TLSNone          = "none"          // a server on the same machine
)

// Config names the server and the sender.
type Config struct {
	Host     string
	Port     int
	TLS      string // default TLSMandatory
	User     string // "" sends without signing in
	Password string
	From     string // address of the sender
	FromName string
	Domain   string // right side of Message-IDs and the name in HELO; default: of From
	Site     string // "https://phaodai.example": put before links
}

// Translate turns a message key with arguments into a text.
type Translate func(lang, key string, args ...any) string

// Worker sends queued letters. Several, also in several processes, may work on
// one store: a letter is leased to one of them.
type Worker struct {
	store     *db.DB
	config    Config
	translate Translate
	wall      func() time.Time
	log       *slog.Logger
}

// NewWorker returns a worker; wall is the wall clock.
func NewWorker(store *db.DB, config Config, translate Translate, wall func() time.Time, log *slog.Logger) *Worker {
	if config.TLS == "" {
		config.TLS = TLSMandatory
	}
	if config.Domain == "" {
		_, config.Domain, _ = strings.Cut(config.From, "@")
	}
	return &Worker{store: store, config: config, translate: translate, wall: wall, log: log}
}

// Run sends until ctx ends, looking for letters at each tick of poll.
func (w *Worker) Run(ctx context.Context, poll time.Duration) {
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		if _, err := w.Step(ctx); err != nil && ctx.Err() == nil {
			w.log.Error("mail: the store failed; it is tried again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Step sends the letters that may be sent now, oldest first, and returns how
// many servers took. Refusals and broken connections are no error: they are
// recorded with their letters.
func (w *Worker) Step(ctx context.Context) (sent int, err error) {
	for range batch {
		if ctx.Err() != nil {
			return sent, ctx.Err()
		}
		r, ok, err := w.claim(ctx)
		if err != nil || !ok {
			return sent, err
		}
		failure := w.send(ctx, r)
		if failure == nil {
			sent++
		}
		if err := w.settle(ctx, r, failure); err != nil {
			return sent, err
		}
	}
	return sent, nil
}

// claim leases the oldest letter that may be sent. The lease ends by itself,
// so that a letter outlives the process that held it.
func (w *Worker) claim(ctx context.Context) (r row, ok bool, err error) {
	now := instant.Of(w.wall())
	err = w.store.Write(ctx, func(tx *db.Tx) error {
		ok = false
		err := tx.Get(&r, `SELECT id, address, lang, key, args, link, state, tries, next_at, created_at, done_at, error FROM mail
			WHERE state = $1 AND next_at <= $2 ORDER BY state, next_at, id LIMIT 1`, Queued, int64(now))
		if err == db.ErrNoRow {
			return nil
		}
		if err != nil {
			return err
		}
		n, err := tx.Exec("UPDATE mail SET next_at = $1, tries = tries + 1 WHERE id = $2 AND state = $3 AND next_at = $4",
			int64(now.Add(lease)), r.ID, Queued, r.NextAt)
		ok = n == 1
		r.Tries++
		return err
	})
	return r, ok, err
}

// permanent is a failure that trying again cannot mend.
type permanent struct{ cause error }

func (p permanent) Error() string { return p.cause.Error() }
func (p permanent) Unwrap() error { return p.cause }

// send holds one conversation with the server. It returns nil when the server
// has taken the letter, whatever went wrong afterwards.
func (w *Worker) send(ctx context.Context, r row) error {
	if r.CreatedAt != 0 && instant.Of(w.wall()).Sub(instant.Micros(r.CreatedAt)) > maxAge {
		return permanent{errors.New("mail: too old to be sent")}
	}
	message, err := w.compose(r)
	if err != nil {
		return permanent{err}
	}
	client, err := w.client()
	if err != nil {
		return err
	}
	err = client.DialAndSendWithContext(ctx, message)
	if message.IsDelivered() {
		return nil
	}
	var refused *gomail.SendError
	if errors.As(err, &refused) && refused.ErrorCode() >= 500 {
		return permanent{err}
	}
	return err
}

func (w *Worker) client() (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithPort(w.config.Port), gomail.WithTimeout(timeout), gomail.WithHELO(w.config.Domain)}
	switch w.config.TLS {
	case TLSDirect:
		options = append(options, gomail.WithSSL())
	case TLSNone:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	case TLSOpportunistic:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if w.config.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(w.config.User), gomail.WithPassword(w.config.Password))
	}
	client, err := gomail.NewClient(w.config.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("mail: client: %w", err)
	}
	return client, nil
}

// compose writes the letter. Its Message-ID is made of the row's id alone: the
// same each time it is sent.
func (w *Worker) compose(r row) (*gomail.Msg, error) {
	var args map[string]any
	if err := json.Unmarshal([]byte(r.Args), &args); err != nil {
		return nil, fmt.Errorf("mail: arguments of %s: %w", r.ID, err)
	}
	pairs := flat(instant.Unpack(args), i18n.NewFormat(r.Lang, nil))
	m := gomail.NewMsg()
	if err := m.FromFormat(w.config.FromName, w.config.From); err != nil {
		return nil, fmt.Errorf("mail: sender: %w", err)
	}
	if err := m.To(r.Address); err != nil {
		return nil, fmt.Errorf("mail: address: %w", err)
	}
	m.SetMessageIDWithValue(r.ID + "@" + w.config.Domain)
	m.SetDateWithValue(w.wall())
	m.Subject(w.translate(r.Lang, r.Key+".subject", pairs...))
	body := w.translate(r.Lang, r.Key, pairs...)
	if r.Link != "" {
		body += "\n\n" + w.config.Site + r.Link
	}
	m.SetBodyString(gomail.TypeTextPlain, body+"\n")
	return m, nil
}

// flat turns arguments into name, value, name, value, by name; moments are
// written out with their year, since a letter is read who knows when.
func flat(args map[string]any, format i18n.Format) []any {
	names := make([]string, 0, len(args))
	for k := range args {
		names = append(names, k)
	}
	slices.Sort(names)
	out := make([]any, 0, 2*len(names))
	for _, k := range names {
		v := args[k]
		if at, ok := v.(instant.Micros); ok {
			v = format.Deadline(at, 0)
		}
		out = append(out, k, v)
	}
	return out
}

// settle records how a try ended.
func (w *Worker) settle(ctx context.Context, r row, failure error) error {
	now := instant.Of(w.wall())
	state, next, done, reason := Sent, int64(0), int64(now), ""
	if failure != nil {
		reason = failure.Error()
		var final permanent
		if errors.As(failure, &final) || r.Tries >= maxTries {
			state = Failed
			w.log.Warn("mail: given up", "letter", r.ID, "tries", r.Tries, "err", reason)
		} else {
			state, next, done = Queued, int64(now.Add(pause(r.Tries))), 0
		}
	}
	// What the server answered is recorded even when the process is told to stop.
	return w.store.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		_, err := tx.Exec("UPDATE mail SET state = $1, next_at = $2, done_at = $3, error = $4 WHERE id = $5",
			state, next, done, reason, r.ID)
		return err
	})
}

// pause grows with each try: 1, 2, 4 ... minutes, at most 6 hours.
func pause(tries int) time.Duration {
	return min(time.Minute<<min(tries-1, 20), 6*time.Hour)
}

// Pending counts the letters that wait and that failed, for /metrics.
func Pending(tx *db.Tx) (queued, failed int, err error) {
	if err = tx.Get(&queued, "SELECT COUNT(*) FROM mail WHERE state = $1", Queued); err != nil {
		return 0, 0, err
	}
	err = tx.Get(&failed, "SELECT COUNT(*) FROM mail WHERE state = $1", Failed)
	return queued, failed, err
}
