package vault

import (
	"bytes"
	"context"
	"encoding/base64"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// keysets in the database, by name.
const (
	valueKeys = "values"
	indexKeys = "index"
)

// keys are the two keysets, open.
type keys struct{ values, index *keyset.Handle }

func newKeys() (k keys, err error) {
	if k.values, err = keyset.NewHandle(aead.AES256GCMKeyTemplate()); err != nil {
		return k, err
	}
	k.index, err = keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate())
	return k, err
}

// wrapped are the keysets as they are stored: encrypted under the key of the
// file and bound to their names.
func (k keys) wrapped(wrap tink.AEAD) (map[string]string, error) {
	out := map[string]string{}
	for name, h := range map[string]*keyset.Handle{valueKeys: k.values, indexKeys: k.index} {
		var b bytes.Buffer
		if err := h.WriteWithAssociatedData(keyset.NewBinaryWriter(&b), wrap, bound(name)); err != nil {
			return nil, err
		}
		out[name] = base64.StdEncoding.EncodeToString(b.Bytes())
	}
	return out, nil
}

func bound(name string) []byte { return []byte("keyset|" + name) }

func unwrapped(kept map[string]string, wrap tink.AEAD) (k keys, err error) {
	for name, into := range map[string]**keyset.Handle{valueKeys: &k.values, indexKeys: &k.index} {
		b, err := base64.StdEncoding.DecodeString(kept[name])
		if err != nil {
			return k, err
		}
		if *into, err = keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(b)), wrap, bound(name)); err != nil {
			return k, err
		}
	}
	return k, nil
}

func keptKeys(ctx context.Context, store *db.DB) (kept map[string]string, err error) {
	err = store.Read(ctx, func(tx *db.Tx) error {
		kept, err = keptIn(tx)
		return err
	})
	return kept, err
}

func keptIn(tx *db.Tx) (map[string]string, error) {
	var rows []struct {
		Name    string `db:"name"`
		Wrapped string `db:"wrapped"`
	}
	if err := tx.Select(&rows, "SELECT name, wrapped FROM keyset"); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, r := range rows {
		out[r.Name] = r.Wrapped
	}
	return out, nil
}

// locked runs do alone among all servers, with the keysets that stand then.
func (v *Vault) locked(ctx context.Context, do func(tx *db.Tx, kept map[string]string) error) error {
	return v.store.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock("keyset", ""); err != nil {
			return err
		}
		kept, err := keptIn(tx)
		if err != nil {
			return err
		}
		return do(tx, kept)
	})
}

// found writes the first keysets, unless another server was faster. The key file
// is durable before they are.
func (v *Vault) found(ctx context.Context, wall instant.Micros) error {
	wrap, err := readOrMake(v.path)
	if err != nil {
		return refused(err, v.path)
	}
	k, err := newKeys()
	if err != nil {
		return err
	}
	wrapped, err := k.wrapped(wrap)
	if err != nil {
		return err
	}
	return v.locked(ctx, func(tx *db.Tx, kept map[string]string) error {
		if len(kept) > 0 {
			return nil
		}
		for name, w := range wrapped {
			if _, err := tx.Exec("INSERT INTO keyset (name, wrapped, made_at) VALUES ($1, $2, $3)", name, w, int64(wall)); err != nil {
				return err
			}
		}
		return nil
	})
}

// load takes the keysets of the database into use.
func (v *Vault) load(ctx context.Context) error {
	kept, err := keptKeys(ctx, v.store)
	if err != nil {
		return err
	}
	k, file, err := unlock(kept, v.path)
	if err != nil {
		return err
	}
	if file != v.path {
		if err := v.settle(ctx); err != nil {
			return err
		}
	}
	return v.use(k)
}

func (v *Vault) use(k keys) error {
	values, err := aead.New(k.values)
	if err != nil {
		return err
	}
	index, err := prf.NewPRFSet(k.index)
	if err != nil {
		return err
	}
	known := map[uint32]bool{}
	for _, i := range k.values.KeysetInfo().GetKeyInfo() {
		known[i.GetKeyId()] = true
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.values, v.known, v.index, v.closed = values, known, index, nil
	return nil
}

// Rotate makes a new key for values that are sealed from now on; older keys go
// on opening what they sealed. Servers that run beside this one take it up when
// they meet a value that it sealed, and seal with it from then on.
func (v *Vault) Rotate(ctx context.Context, by auth.Actor, reason string) error {
	return v.change(ctx, by, audit.Entry{Action: "vault.rotated", Reason: reason}, func(k keys, wrap tink.AEAD) (map[string]string, error) {
		m := keyset.NewManagerFromHandle(k.values)
		added, err := m.Add(aead.AES256GCMKeyTemplate())
		if err != nil {
			return nil, err
		}
		if err := m.SetPrimary(added); err != nil {
			return nil, err
		}
		if k.values, err = m.Handle(); err != nil {
			return nil, err
		}
		return k.wrapped(wrap)
	})
}

// ChangeFile makes a new key file and encrypts the keysets under it. The old
// file then opens backups of before and nothing else. Servers that run beside
// this one go on; those that do not share its folder need a copy of the new file
// before they start again.
func (v *Vault) ChangeFile(ctx context.Context, by auth.Actor, reason string) error {
	return v.change(ctx, by, audit.Entry{Action: "vault.file_changed", Reason: reason}, func(k keys, _ tink.AEAD) (map[string]string, error) {
		wrap, err := writeNext(v.path)
		if err != nil {
			return nil, err
		}
		return k.wrapped(wrap)
	})
}

// change writes other keysets in the place of those that stand, and takes them
// into use. Only who holds the right key file can.
func (v *Vault) change(ctx context.Context, by auth.Actor, e audit.Entry, to func(keys, tink.AEAD) (map[string]string, error)) error {
	if e.Reason == "" {
		return fault.New(fault.NeedsReason, "vault.reason")
	}
	err := v.locked(ctx, func(tx *db.Tx, kept map[string]string) error {
		k, file, err := unlock(kept, v.path)
		if err != nil {
			return err
		}
		if file != v.path { // of a change that has not come to its end
			return fault.New(fault.Conflict, "vault.changed")
		}
		wrap, err := readKey(file)
		if err != nil {
			return err
		}
		wrapped, err := to(k, wrap)
		if err != nil {
			return err
		}
		for name, w := range wrapped {
			if _, err := tx.Exec("UPDATE keyset SET wrapped = $1 WHERE name = $2", w, name); err != nil {
				return err
			}
		}
		e.Kind, e.Subject, e.Unit = "keyset", "person", "/"
		return audit.Record(tx, by, e)
	})
	if err != nil {
		return err
	}
	return v.load(ctx)
}
