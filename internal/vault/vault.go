// Package vault seals personal values (citizen numbers, telephones, addresses)
// before they are stored, and makes blind indexes by which an exact value is
// found without being opened.
//
// What it protects: whoever gets the database, a backup or a disk without the
// key file reads no sealed value, cannot move one to another row or column
// (the place is authenticated), and cannot test guesses against an index. What
// it does not: whoever controls the running server sees what it sees, equal
// values of one column have equal indexes, lengths show, and whoever can write
// the database can put an older value of the same place back.
//
// Values are sealed by AEAD keys, indexes made by a PRF key; both keysets stand
// in the database, encrypted under the key of a file that does not
// (person.key). Servers of one database share that file. Without it the server
// runs and personal values cannot be read or written; with a wrong one too, and
// keys are never made anew over those that are there.
//
// Life of keys: Rotate adds a key for what is sealed from then on and keeps the
// older ones for what they sealed; servers that run beside take it up when they
// meet it. ChangeFile encrypts the keysets under a new key file, at which a copy
// of the old file opens only backups of before. The key of the indexes is never
// changed: every index in every row would have to be made again.
package vault

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"

	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// Place is where a value stands. A value opens only there.
type Place struct{ Table, Column, ID string }

func (p Place) bytes() []byte { return []byte(p.Table + "|" + p.Column + "|" + p.ID) }

// Vault seals and opens. It is safe for concurrent use.
type Vault struct {
	store *db.DB
	path  string // of the key file

	reload sync.Mutex // held while keysets are read again

	mu     sync.RWMutex
	values tink.AEAD
	known  map[uint32]bool // ids of the keys in values
	index  *prf.Set
	closed error // why nothing can be sealed or opened
}

// Open opens the vault of a database with the key file at a path. Where neither
// keys nor the file are there yet, both are made, once even when two servers
// start together. A missing or wrong file is told by Ready, not here.
func Open(ctx context.Context, store *db.DB, path string, wall instant.Micros) (*Vault, error) {
	v := &Vault{store: store, path: path}
	kept, err := keptKeys(ctx, store)
	if err != nil {
		return nil, err
	}
	if len(kept) == 0 {
		err = v.found(ctx, wall)
	}
	if err == nil {
		err = v.load(ctx)
	}
	if errors.Is(err, errNoKeys) {
		v.closed, err = err, nil
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// Check tells whether a key file opens the keys of a database, without making or
// changing anything. Before the first start there is nothing to open.
func Check(ctx context.Context, store *db.DB, path string) error {
	kept, err := keptKeys(ctx, store)
	if err != nil || len(kept) == 0 {
		return err
	}
	_, _, err = unlock(kept, path)
	return err
}

// Ready returns why the vault cannot be used, or nil.
func (v *Vault) Ready() error {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.closed
}

// Seal seals a value for a place, as text for a column. "" stays "".
func (v *Vault) Seal(p Place, plain string) (string, error) {
	if plain == "" {
		return "", nil
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.closed != nil {
		return "", v.closed
	}
	b, err := v.values.Encrypt([]byte(plain), p.bytes())
	return base64.RawURLEncoding.EncodeToString(b), err
}

// Open opens a value that was sealed for a place. A value of another place, or
// one that was changed, is an error.
func (v *Vault) Open(p Place, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(sealed)
	if err == nil {
		b, err = v.open(p, b)
	}
	if err != nil {
		return "", fmt.Errorf("vault: %s.%s of %s does not open: %w", p.Table, p.Column, p.ID, err)
	}
	return string(b), nil
}

func (v *Vault) open(p Place, sealed []byte) ([]byte, error) {
	v.takeUp(sealed)
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.closed != nil {
		return nil, v.closed
	}
	return v.values.Decrypt(sealed, p.bytes())
}

// patience bounds how long a value waits for keys that another server made: the
// caller may hold a connection that others wait for.
const patience = 2 * time.Second

// takeUp reads the keysets again when a value was sealed by a key that came
// after them. A failure shows when the value does not open.
func (v *Vault) takeUp(sealed []byte) {
	if v.knows(sealed) {
		return
	}
	v.reload.Lock()
	defer v.reload.Unlock()
	if v.knows(sealed) {
		return // another value waited for the same key
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_ = v.load(ctx)
}

// knows tells whether a value was sealed by a key that is held. Tink puts a
// version, 1, and the id of the key in four bytes before what it sealed; what
// does not look so will not open with any key.
func (v *Vault) knows(sealed []byte) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.closed != nil || len(sealed) < 5 || sealed[0] != 1 || v.known[binary.BigEndian.Uint32(sealed[1:5])]
}

// indexBytes are enough that two values of one column never meet by chance.
const indexBytes = 16

// Index is the blind index of a value in a column: equal for equal values of
// one column, telling nothing without the key. Values are normalised by the
// caller. "" stays "". Without keys it is "" as well: what is not sealed is not
// found.
func (v *Vault) Index(column, value string) string {
	if value == "" {
		return ""
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.closed != nil {
		return ""
	}
	b, err := v.index.ComputePrimaryPRF([]byte(column+"|"+value), indexBytes)
	if err != nil {
		return "" // HMAC of a bounded length does not fail
	}
	return hex.EncodeToString(b)
}
