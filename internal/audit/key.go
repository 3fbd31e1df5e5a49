package audit

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"

	"phaodai/internal/fault"
)

// keyFile holds the key that signs. nextFile holds one that is about to: it is
// written before the change is committed and takes the place of keyFile after,
// so that a crash between the two leaves the key where it is found (use).
const (
	keyFile  = "audit.key"
	nextFile = "audit.key.next"
)

// Key signs checkpoints. It lives outside the database, so that who can change
// the database cannot sign. It is safe for concurrent use.
type Key struct {
	dir string
	mu  sync.RWMutex
	pair
}

type pair struct {
	private, public string
	signer          note.Signer
}

// OpenKey reads the key file of a folder, or makes one. Several processes on
// one database share the file.
func OpenKey(dir string) (*Key, error) {
	k, err := ReadKey(dir)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	if err := makeKey(dir); err != nil {
		return nil, fmt.Errorf("audit: make the key: %w", err)
	}
	return ReadKey(dir)
}

// ReadKey reads the key file of a folder; it is fs.ErrNotExist when there is none.
func ReadKey(dir string) (*Key, error) {
	p, err := readPair(filepath.Join(dir, keyFile))
	if err != nil {
		return nil, fmt.Errorf("audit: read the key: %w", err)
	}
	return &Key{dir: dir, pair: p}, nil
}

func readPair(path string) (pair, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return pair{}, err
	}
	private, public, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	return newPair(private, public)
}

func newPair(private, public string) (pair, error) {
	signer, err := note.NewSigner(private)
	if err != nil {
		return pair{}, err
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		return pair{}, err
	}
	if signer.KeyHash() != verifier.KeyHash() {
		return pair{}, errors.New("the two halves of the key belong to different keys")
	}
	return pair{private, public, signer}, nil
}

func generate() (pair, error) {
	private, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return pair{}, err
	}
	return newPair(private, public)
}

func makeKey(dir string) error {
	p, err := generate()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	// Exclusive: of two processes that start at once, one makes it.
	err = p.write(dir, keyFile, os.O_EXCL)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// write returns when the file and its name would survive a loss of power.
func (p pair) write(dir, name string, flag int) error {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC|flag, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(p.private + "\n" + p.public + "\n")
	return errors.Join(err, f.Sync(), f.Close(), syncDir(dir))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Public is the key by which others check checkpoints.
func (k *Key) Public() string { return k.now().public }

func (k *Key) now() pair {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.pair
}

// use makes the key that the database names the one that signs here: another
// process may have changed it, or a crash may have left it in nextFile. The
// caller holds the lock of the sealer.
func (k *Key) use(public string) error {
	if k.now().public == public {
		return nil
	}
	for _, name := range []string{keyFile, nextFile} {
		p, err := readPair(filepath.Join(k.dir, name))
		if errors.Is(err, fs.ErrNotExist) || err == nil && p.public != public {
			continue
		}
		if err != nil {
			return fmt.Errorf("audit: read the key: %w", err)
		}
		if name == nextFile {
			err = os.Rename(filepath.Join(k.dir, nextFile), filepath.Join(k.dir, keyFile))
			if err = errors.Join(err, syncDir(k.dir)); err != nil {
				return fmt.Errorf("audit: put the new key in place: %w", err)
			}
		}
		k.mu.Lock()
		k.pair = p
		k.mu.Unlock()
		return nil
	}
	return fault.New(fault.Conflict, "audit.key_unknown", "Named", nameOf(public), "Held", nameOf(k.Public()))
}

// held lists the public keys in the folder now.
func (k *Key) held() []string {
	var out []string
	for _, name := range []string{keyFile, nextFile} {
		if p, err := readPair(filepath.Join(k.dir, name)); err == nil {
			out = append(out, p.public)
		}
	}
	return out
}

// nameOf is a key as a signature names it.
func nameOf(public string) string {
	v, err := note.NewVerifier(public)
	if err != nil {
		return "?"
	}
	return fmt.Sprintf("%s+%08x", v.Name(), v.KeyHash())
}

// sign signs a text with keys of which the first is the one that counts.
func sign(text string, by ...pair) (string, error) {
	var signers []note.Signer
	for _, p := range by {
		signers = append(signers, p.signer)
	}
	signed, err := note.Sign(&note.Note{Text: text}, signers...)
	return string(signed), err
}
