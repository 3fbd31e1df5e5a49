package audit

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// origin is the first line of every checkpoint and the name of every key.
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
