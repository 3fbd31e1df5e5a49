package audit

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// sealBatch bounds the transaction of the sealer, which on SQLite holds the
// one writer.
const sealBatch = 200

// Sealer adds committed entries to the Merkle log. Every process runs one; a
// lock lets one at a time work, and sealing goes on from what is stored.
type Sealer struct {
	store *db.DB
	key   *Key
	wall  func() time.Time
	keep  func(signed string) error // puts the newest checkpoint outside the database
	log   *slog.Logger
	hint  chan struct{}
}

// NewSealer returns a sealer; keep may be nil.
func NewSealer(store *db.DB, key *Key, wall func() time.Time, keep func(string) error, log *slog.Logger) *Sealer {
	if keep == nil {
		keep = func(string) error { return nil }
	}
	s := &Sealer{store: store, key: key, wall: wall, keep: keep, log: log, hint: make(chan struct{}, 1)}
	store.OnCommit(func() {
		select {
		case s.hint <- struct{}{}:
		default:
		}
	})
	return s
}

// Run seals until ctx ends. An entry is sealed within a second of its commit:
// sealing waits a moment after a commit, so that many share one checkpoint.
func (s *Sealer) Run(ctx context.Context) {
	const gather, poll = 250 * time.Millisecond, 700 * time.Millisecond
	for {
		if _, err := s.Seal(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("sealing the audit failed; it is tried again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.hint:
		case <-time.After(poll):
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(gather):
		}
	}
}

// Seal seals everything that is committed now and returns how many entries.
func (s *Sealer) Seal(ctx context.Context) (int, error) {
	total := 0
	for {
		waiting, err := s.waiting(ctx)
		if err != nil || !waiting {
			return total, err
		}
		n, signed, err := s.batch(ctx)
		if err != nil || n == 0 {
			return total, err
		}
		total += n
		if err := s.keep(signed); err != nil {
			return total, fmt.Errorf("audit: keep the checkpoint: %w", err)
		}
	}
}

// waiting looks, without writing, whether anything is to be sealed.
func (s *Sealer) waiting(ctx context.Context) (bool, error) {
	var next []placed
	err := s.store.Read(ctx, func(tx *db.Tx) error {
		_, at, err := sealed(tx)
		if err != nil {
			return err
		}
		next, err = unsealed(tx, at, 1)
		return err
	})
	return len(next) > 0, err
}

type placed struct {
	Xid int64 `db:"xid"`
	Logged
}

// The order of the log is the order of commits as in the change log (package
// db): by transaction, of those only that are older than every running one.
const (
	unsealedSQLite = `SELECT xid, ` + columns + ` FROM audit a WHERE (xid, seq) > ($1, $2)
		AND NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.seq = a.seq) ORDER BY xid, seq LIMIT $3`
	unsealedPostgres = `SELECT xid::text::bigint AS xid, ` + columns + ` FROM audit a WHERE (xid, seq) > ($1::text::xid8, $2)
		AND xid < pg_snapshot_xmin(pg_current_snapshot())
		AND NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.seq = a.seq) ORDER BY xid, seq LIMIT $3`
)

// unsealed lists committed entries behind a place in the order of commits.
func unsealed(tx *db.Tx, at db.Cursor, limit int) ([]placed, error) {
	query, xid := unsealedSQLite, any(at.Xid)
	if tx.Engine() == db.Postgres {
		query, xid = unsealedPostgres, any(fmt.Sprint(at.Xid))
	}
	var out []placed
	err := tx.Select(&out, query, xid, at.Seq, limit)
	return out, err
}

// sealed returns the size of the log and the place of its last entry. When
// that entry itself was removed, the place before the first is returned: the
// entries that stand in the log are left out by unsealed anyway.
func sealed(tx *db.Tx) (size int64, at db.Cursor, err error) {
	if err := tx.Get(&size, "SELECT COALESCE(MAX(n), -1) + 1 FROM audit_seal"); err != nil || size == 0 {
		return size, before(tx), err
	}
	xid := "a.xid"
	if tx.Engine() == db.Postgres {
		xid = "a.xid::text::bigint"
	}
	var row struct {
		Xid int64 `db:"xid"`
		Seq int64 `db:"seq"`
	}
	err = tx.Get(&row, "SELECT "+xid+" AS xid, a.seq FROM audit_seal s JOIN audit a ON a.seq = s.seq WHERE s.n = $1", size-1)
	if errors.Is(err, db.ErrNoRow) {
		return size, before(tx), nil
	}
	return size, db.Cursor(row), err
}

// before is the place before every entry. Restored entries of a SQLite store
// have the transaction -1 (see package backup).
func before(tx *db.Tx) db.Cursor {
	if tx.Engine() == db.Postgres {
		return db.Cursor{}
	}
	return db.Cursor{Xid: -2}
}

// batch seals up to sealBatch entries and signs the new size.
func (s *Sealer) batch(ctx context.Context) (count int, signed string, err error) {
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		count, signed = 0, ""
		if err := tx.Lock("audit", "seal"); err != nil {
			return err
		}
		size, at, err := sealed(tx)
		if err != nil {
			return err
		}
		entries, err := unsealed(tx, at, sealBatch)
		if err != nil || len(entries) == 0 {
			return err
		}
		if err := s.takeKey(tx); err != nil {
			return err
		}
		nodes := &nodeStore{tx: tx, fresh: map[int64]tlog.Hash{}}
		if err := nodes.add(size, entries); err != nil {
			return err
		}
		count = len(entries)
		signed, err = s.checkpoint(tx, size+int64(count), nodes)
		return err
	})
	return count, signed, err
}

func (s *Sealer) checkpoint(tx *db.Tx, size int64, nodes *nodeStore) (string, error) {
	hash, err := tlog.TreeHash(size, nodes)
	if err != nil {
		return "", fmt.Errorf("audit: hash of the log: %w", err)
	}
	signed, err := sign(Checkpoint{size, hash}.text(), s.key.now())
	if err != nil {
		return "", err
	}
	wall := s.wall()
	hour := int64(instant.Of(wall.Truncate(time.Hour)))
	if _, err := tx.Exec("DELETE FROM audit_checkpoint WHERE wall >= $1 AND size < $2", hour, size); err != nil {
		return "", err
	}
	_, err = tx.Exec("INSERT INTO audit_checkpoint (size, wall, note) VALUES ($1, $2, $3)", size, int64(instant.Of(wall)), signed)
	return signed, err
}

// nodeStore reads the tree's hashes and adds new ones.
type nodeStore struct {
	tx    *db.Tx
	fresh map[int64]tlog.Hash
}

type nodeRow struct {
	N    int64  `db:"n"`
	Hash string `db:"hash"`
}

type sealRow struct {
	N   int64 `db:"n"`
	Seq int64 `db:"seq"`
}

func (s *nodeStore) add(size int64, entries []placed) error {
	var seals []sealRow
	var nodes []nodeRow
	for i, e := range entries {
		n := size + int64(i)
		leaf, err := e.leaf()
		if err != nil {
			return err
		}
		hashes, err := tlog.StoredHashesForRecordHash(n, leaf, s)
		if err != nil {
			return fmt.Errorf("audit: the tree is damaged: %w", err)
		}
		at := tlog.StoredHashIndex(0, n)
		for k, h := range hashes {
			s.fresh[at+int64(k)] = h
			nodes = append(nodes, nodeRow{at + int64(k), encode(h)})
		}
		seals = append(seals, sealRow{n, e.Seq})
	}
	return errors.Join(db.InsertAll(s.tx, "audit_node", nodes), db.InsertAll(s.tx, "audit_seal", seals))
}

// ReadHashes implements tlog.HashReader.
func (s *nodeStore) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, n := range indexes {
		if h, ok := s.fresh[n]; ok {
			out[i] = h
			continue
		}
		var text string
		if err := s.tx.Get(&text, "SELECT hash FROM audit_node WHERE n = $1", n); err != nil {
			return nil, err
		}
		h, err := decode(text)
		if err != nil {
			return nil, err
		}
		out[i] = h
	}
	return out, nil
}

func encode(h tlog.Hash) string { return base64.RawStdEncoding.EncodeToString(h[:]) }

func decode(text string) (h tlog.Hash, err error) {
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(b) != tlog.HashSize {
		return h, errors.New("audit: a hash of the tree is damaged")
	}
	return tlog.Hash(b), nil
}
