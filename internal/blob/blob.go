// Package blob keeps files inside the database, addressed by the SHA-256 of
// their content, so that one data file (or one PostgreSQL) and one consistent
// backup hold everything.
//
// Guarantees: what Put returned is stored with the rest of the transaction or
// not at all; the same content is stored once however often it comes; content
// never changes and is never removed, so that readers need no lock.
package blob

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"phaodai/internal/db"
	"phaodai/internal/fault"
)

// chunkSize is how much of a file one row holds.
const chunkSize = 256 << 10

// Blob describes a stored file.
type Blob struct {
	Hash      string `db:"hash" json:"hash"` // SHA-256 in hex, 64 characters
	Size      int64  `db:"size" json:"size"` // in bytes
	Name      string `db:"name" json:"name"` // as Put was given it; Open and Stat tell the first one
	MediaType string `db:"media_type" json:"media_type"`
}

// Put stores a file of at most limit bytes. r must be local (memory, a file, a
// parsed form), because the database's writer waits for it; it is read twice
// from its start, and again when the transaction is repeated. A larger file
// gives the fault "upload.too_large", an empty one "upload.empty".
func Put(tx *db.Tx, name, mediaType string, r io.ReadSeeker, limit int64) (Blob, error) {
	hash, size, err := Hash(r, limit)
	if err != nil {
		return Blob{}, err
	}
	b := Blob{Hash: hash, Size: size, Name: name, MediaType: mediaType}
	n, err := tx.Exec(`INSERT INTO blob (hash, size, name, media_type) VALUES ($1, $2, $3, $4)
		ON CONFLICT (hash) DO NOTHING`, b.Hash, b.Size, b.Name, b.MediaType)
	if err != nil || n == 0 {
		return b, err
	}
	return b, putChunks(tx, b, r)
}

// Hash returns the address and size of a file without storing it.
func Hash(r io.ReadSeeker, limit int64) (hash string, size int64, err error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return "", 0, fmt.Errorf("blob: rewind: %w", err)
	}
	h := sha256.New()
	size, err = io.Copy(h, io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return "", 0, fmt.Errorf("blob: read: %w", err)
	case size > limit:
		return "", 0, tooLarge(r, limit)
	case size == 0:
		return "", 0, fault.New(fault.Invalid, "upload.empty")
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}

// tooLarge names both sizes in whole MB, the file's rounded up so that "50 MB,
// at most 50" never appears.
func tooLarge(r io.Seeker, limit int64) error {
	size, err := r.Seek(0, io.SeekEnd)
	if err != nil {
		size = limit + 1
	}
	const mb = 1 << 20
	return fault.New(fault.TooLarge, "upload.too_large", "Size", (size+mb-1)/mb, "Limit", limit/mb)
}

func putChunks(tx *db.Tx, b Blob, r io.ReadSeeker) error {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("blob: rewind: %w", err)
	}
	h := sha256.New()
	buf := make([]byte, chunkSize)
	for n, left := 0, b.Size; left > 0; n++ {
		part := buf[:min(left, chunkSize)]
		if _, err := io.ReadFull(r, part); err != nil {
			return fmt.Errorf("blob: read again: %w", err)
		}
		h.Write(part)
		if _, err := tx.Exec("INSERT INTO blob_chunk (hash, n, data) VALUES ($1, $2, $3)", b.Hash, n, part); err != nil {
			return err
		}
		left -= int64(len(part))
	}
	if hex.EncodeToString(h.Sum(nil)) != b.Hash {
		return errors.New("blob: the file changed while it was stored")
	}
	return nil
}

// Stat describes a stored file, or gives fault.NotFound.
func Stat(tx *db.Tx, hash string) (Blob, error) {
	var b Blob
	err := tx.Get(&b, "SELECT hash, size, name, media_type FROM blob WHERE hash = $1", hash)
	if errors.Is(err, db.ErrNoRow) {
		return Blob{}, fault.New(fault.NotFound, "upload.not_found")
	}
	return b, err
}
