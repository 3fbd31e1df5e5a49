// Package vault seals personal values (citizen numbers, telephones, addresses)
// before they are stored, and makes blind indexes by which an exact value is
// found without being opened.
//
// What it protects: whoever gets the database, a backup or a disk without the
// key file reads no sealed value, cannot move one to another row or column
// (the place is authenticated), and cannot test guesses against an index. What
// it does not: whoever controls the running server sees what it sees, and equal
// values of one column have equal indexes.
//
// Values are sealed by AEAD keys, indexes made by a PRF key; both keysets stand
// in the database, encrypted under the key of a file that does not
// (person.key). Servers of one database share that file. Without it the server
// runs and personal values cannot be read or written; with a wrong one too, and
// keys are never made anew over those that are there.
package vault

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// Place is where a value stands. A value opens only there.
type Place struct{ Table, Column, ID string }

func (p Place) bytes() []byte { return []byte(p.Table + "|" + p.Column + "|" + p.ID) }

// Vault seals and opens. It is safe for concurrent use.
type Vault struct {
	store *db.DB
	wrap  tink.AEAD

	mu     sync.RWMutex
	values tink.AEAD
	index  *prf.Set
	closed error // why nothing can be sealed or opened
}

// keysets in the database.
const (
	valueKeys = "values"
	indexKeys = "index"
)

// Open opens the vault of a database with the key file at a path. Where neither
// keys nor the file are there yet, both are made, once even when two servers
// start together.
func Open(ctx context.Context, store *db.DB, path string, wall instant.Micros) (*Vault, error) {
	v := &Vault{store: store}
	kept, err := v.kept(ctx)
	if err != nil {
		return nil, err
	}
	if v.wrap, err = readKey(path); errors.Is(err, fs.ErrNotExist) && len(kept) == 0 {
		if err = makeKey(path); err == nil {
			v.wrap, err = readKey(path)
		}
	}
	if err != nil {
		v.closed = fault.Wrap(err, fault.Unavailable, "vault.no_key", "Path", path)
		return v, nil
	}
	if len(kept) == 0 {
		if err := v.make(ctx, wall); err != nil {
			return nil, err
		}
		if kept, err = v.kept(ctx); err != nil {
			return nil, err
		}
	}
	if err := v.use(kept); err != nil {
		v.closed = fault.Wrap(err, fault.Unavailable, "vault.wrong_key", "Path", path)
	}
	return v, nil
}

// Ready returns why the vault cannot be used, or nil.
func (v *Vault) Ready() error {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.closed
}

func (v *Vault) kept(ctx context.Context) (map[string]string, error) {
	var rows []struct {
		Name    string `db:"name"`
		Wrapped string `db:"wrapped"`
	}
	err := v.store.Read(ctx, func(tx *db.Tx) error { return tx.Select(&rows, "SELECT name, wrapped FROM keyset") })
	out := map[string]string{}
	for _, r := range rows {
		out[r.Name] = r.Wrapped
	}
	return out, err
}

// make writes new keysets, unless another server was faster.
func (v *Vault) make(ctx context.Context, wall instant.Micros) error {
	values, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return err
	}
	index, err := keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate())
	if err != nil {
		return err
	}
	wrapped := map[string]string{}
	for name, h := range map[string]*keyset.Handle{valueKeys: values, indexKeys: index} {
		if wrapped[name], err = v.wrapped(name, h); err != nil {
			return err
		}
	}
	return v.store.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock("keyset", ""); err != nil {
			return err
		}
		var n int
		if err := tx.Get(&n, "SELECT COUNT(*) FROM keyset"); err != nil || n > 0 {
			return err
		}
		for name, w := range wrapped {
			if _, err := tx.Exec("INSERT INTO keyset (name, wrapped, made_at) VALUES ($1, $2, $3)", name, w, int64(wall)); err != nil {
				return err
			}
		}
		return nil
	})
}

// wrapped is a keyset encrypted under the key of the file and bound to its name.
func (v *Vault) wrapped(name string, h *keyset.Handle) (string, error) {
	var b bytes.Buffer
	if err := h.WriteWithAssociatedData(keyset.NewBinaryWriter(&b), v.wrap, []byte("keyset|"+name)); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

func (v *Vault) unwrapped(name, wrapped string) (*keyset.Handle, error) {
	b, err := base64.StdEncoding.DecodeString(wrapped)
	if err != nil {
		return nil, err
	}
	return keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(b)), v.wrap, []byte("keyset|"+name))
}

// use takes the keysets into use.
func (v *Vault) use(kept map[string]string) error {
	handle, err := v.unwrapped(valueKeys, kept[valueKeys])
	if err != nil {
		return fmt.Errorf("vault: keys of values: %w", err)
	}
	values, err := aead.New(handle)
	if err != nil {
		return err
	}
	h, err := v.unwrapped(indexKeys, kept[indexKeys])
	if err != nil {
		return fmt.Errorf("vault: key of indexes: %w", err)
	}
	index, err := prf.NewPRFSet(h)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.values, v.index, v.closed = values, index, nil
	return nil
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
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.closed != nil {
		return "", v.closed
	}
	b, err := base64.RawURLEncoding.DecodeString(sealed)
	if err == nil {
		b, err = v.values.Decrypt(b, p.bytes())
	}
	if err != nil {
		return "", fmt.Errorf("vault: %s.%s of %s does not open: %w", p.Table, p.Column, p.ID, err)
	}
	return string(b), nil
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

// Rotate makes a new key for values that are sealed from now on; older keys go
// on opening what they sealed. Servers that run beside this one learn of it when
// they start: rotate while they are stopped.
func (v *Vault) Rotate(ctx context.Context) error {
	if err := v.Ready(); err != nil {
		return err
	}
	kept, err := v.kept(ctx)
	if err != nil {
		return err
	}
	handle, err := v.unwrapped(valueKeys, kept[valueKeys])
	if err != nil {
		return err
	}
	m := keyset.NewManagerFromHandle(handle)
	added, err := m.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return err
	}
	if err := m.SetPrimary(added); err != nil {
		return err
	}
	if handle, err = m.Handle(); err != nil {
		return err
	}
	next, err := v.wrapped(valueKeys, handle)
	if err != nil {
		return err
	}
	err = v.store.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec("UPDATE keyset SET wrapped = $1 WHERE name = $2 AND wrapped = $3", next, valueKeys, kept[valueKeys])
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "vault.changed")
		}
		return err
	})
	if err != nil {
		return err
	}
	kept[valueKeys] = next
	return v.use(kept)
}

// keyBytes is the length of the key in the file: XChaCha20-Poly1305.
const keyBytes = 32

func readKey(path string) (tink.AEAD, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != keyBytes {
		return nil, errors.New("vault: the file does not hold a key of 64 hexadecimal digits")
	}
	return subtle.NewXChaCha20Poly1305(key)
}

// makeKey writes a new key file, whole and never over one that is there.
func makeKey(path string) error {
	key := make([]byte, keyBytes)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "person.key") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}
