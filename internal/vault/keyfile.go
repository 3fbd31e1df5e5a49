package vault

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"

	"phaodai/internal/db"
	"phaodai/internal/fault"
)

// keyBytes is the length of the key in the file: XChaCha20-Poly1305.
const keyBytes = 32

// next holds a key that is about to come: it is written before the change is
// committed and takes the place of the key file after, so that a crash between
// the two leaves the key where it is found (settle).
const next = ".next"

// errNoKeys is behind every fault of a missing or wrong key file.
var errNoKeys = errors.New("vault: the keys of the database do not open")

// refused says what is wrong with the key file and what to do.
func refused(cause error, path string) error {
	key := "vault.wrong_key"
	var unread *fs.PathError
	if errors.As(cause, &unread) {
		key = "vault.no_key"
	}
	return fault.Wrap(fmt.Errorf("%w: %w", errNoKeys, cause), fault.Unavailable, key, "Path", path)
}

// unlock opens keysets with the key file, or with the one that a change left
// beside it, and says which.
func unlock(kept map[string]string, path string) (k keys, file string, err error) {
	for _, file := range []string{path, path + next} {
		wrap, problem := readKey(file)
		if problem == nil {
			k, problem = unwrapped(kept, wrap)
		}
		if problem == nil {
			return k, file, nil
		}
		if err == nil {
			err = refused(problem, path)
		}
	}
	return keys{}, "", err
}

// settle puts the key file of a committed change in its place.
func (v *Vault) settle(ctx context.Context) error {
	// The lock of the keysets keeps the next change from writing its file meanwhile.
	return v.locked(ctx, func(_ *db.Tx, kept map[string]string) error {
		_, file, err := unlock(kept, v.path)
		if err != nil || file == v.path {
			return err // another server did it
		}
		return errors.Join(os.Rename(file, v.path), syncDir(filepath.Dir(v.path)))
	})
}

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

// readOrMake reads the key file, or makes one: whole, and never over one that is
// there.
func readOrMake(path string) (tink.AEAD, error) {
	wrap, err := readKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return wrap, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "person.key") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	if err = write(f); err == nil {
		err = os.Link(f.Name(), path)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	return readKey(path)
}

// writeNext writes a new key beside the key file. One that stands there belongs
// to a change that was not committed.
func writeNext(path string) (tink.AEAD, error) {
	f, err := os.OpenFile(path+next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(write(f), syncDir(filepath.Dir(path))); err != nil {
		return nil, err
	}
	return readKey(path + next)
}

// write fills a file with a new key and closes it when it would survive a loss
// of power.
func write(f *os.File) error {
	key := make([]byte, keyBytes)
	_, err := rand.Read(key)
	if err == nil {
		_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// syncDir makes the names in a folder durable: a key must not be lost that the
// database counts on.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
