package audit

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// origin is the first line of every checkpoint and the name of the key.
const origin = "phaodai-audit"

// Checkpoint is what a signed note says: at this size the log had this hash.
type Checkpoint struct {
	Size int64
	Hash tlog.Hash
}

// text is the body of the note, as in https://c2sp.org/tlog-checkpoint.
func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, c.Size, base64.StdEncoding.EncodeToString(c.Hash[:]))
}

func parseCheckpoint(text string) (Checkpoint, error) {
	line := strings.Split(text, "\n")
	if len(line) < 3 || line[0] != origin {
		return Checkpoint{}, errors.New("audit: no checkpoint of this system")
	}
	size, err := strconv.ParseInt(line[1], 10, 64)
	hash, err2 := base64.StdEncoding.DecodeString(line[2])
	if err != nil || err2 != nil || size < 0 || len(hash) != tlog.HashSize {
		return Checkpoint{}, errors.New("audit: the checkpoint is damaged")
	}
	return Checkpoint{size, tlog.Hash(hash)}, nil
}

// Key signs and checks checkpoints. It lives outside the database, so that who
// can change the database cannot sign.
type Key struct {
	signer   note.Signer
	verifier note.Verifier
	Public   string // to be kept by whoever verifies elsewhere
}

// OpenKey reads the key file of a folder, or makes one. Several processes on
// one database share the file.
func OpenKey(dir string) (*Key, error) {
	path := filepath.Join(dir, "audit.key")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if text, err = makeKey(dir, path); err != nil {
			return nil, fmt.Errorf("audit: make the key: %w", err)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("audit: read the key: %w", err)
	}
	private, public, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	k := &Key{Public: public}
	if k.signer, err = note.NewSigner(private); err != nil {
		return nil, fmt.Errorf("audit: %s: %w", path, err)
	}
	if k.verifier, err = note.NewVerifier(public); err != nil {
		return nil, fmt.Errorf("audit: %s: %w", path, err)
	}
	return k, nil
}

func makeKey(dir, path string) ([]byte, error) {
	private, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	text := []byte(private + "\n" + public + "\n")
	// Exclusive: of two processes that start at once, one makes it.
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return os.ReadFile(path)
	}
	if err != nil {
		return nil, err
	}
	_, err = f.Write(text)
	return text, errors.Join(err, f.Sync(), f.Close())
}

func (k *Key) sign(c Checkpoint) (string, error) {
	signed, err := note.Sign(&note.Note{Text: c.text()}, k.signer)
	return string(signed), err
}

// Open checks the signature of a note and reads it.
func (k *Key) Open(signed string) (Checkpoint, error) {
	n, err := note.Open([]byte(signed), note.VerifierList(k.verifier))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("audit: checkpoint: %w", err)
	}
	return parseCheckpoint(n.Text)
}

// KeepCheckpoint writes the newest checkpoint beside the key, outside the
// database: who cuts the end off the log and its seals is found by it.
func KeepCheckpoint(dir string) func(signed string) error {
	path := filepath.Join(dir, "audit.checkpoint")
	return func(signed string) error {
		if err := os.WriteFile(path+".new", []byte(signed), 0o600); err != nil {
			return err
		}
		return os.Rename(path+".new", path)
	}
}

// KeptCheckpoint reads what KeepCheckpoint wrote; none is "".
func KeptCheckpoint(dir string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, "audit.checkpoint"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(b), err
}
