package blob

import (
	"context"
	"errors"
	"fmt"
	"io"

	"phaodai/internal/db"
)

// Open returns a stored file. It is read chunk by chunk in short transactions,
// so a slow reader holds nothing, and it can seek (http.ServeContent).
func Open(ctx context.Context, store *db.DB, hash string) (io.ReadSeekCloser, Blob, error) {
	var b Blob
	err := store.Read(ctx, func(tx *db.Tx) (err error) {
		b, err = Stat(tx, hash)
		return err
	})
	if err != nil {
		return nil, Blob{}, err
	}
	return &reader{ctx: ctx, store: store, blob: b, have: -1}, b, nil
}

// ReadAll returns a whole stored file of at most limit bytes.
func ReadAll(ctx context.Context, store *db.DB, hash string, limit int64) ([]byte, Blob, error) {
	r, b, err := Open(ctx, store, hash)
	if err != nil {
		return nil, Blob{}, err
	}
	defer r.Close()
	if b.Size > limit {
		return nil, b, tooLarge(r, limit)
	}
	data := make([]byte, b.Size)
	if _, err := io.ReadFull(r, data); err != nil {
		return nil, b, err
	}
	return data, b, nil
}

type reader struct {
	ctx   context.Context
	store *db.DB
	blob  Blob
	at    int64
	have  int64 // number of the chunk in hand, -1 for none
	chunk []byte
}

func (r *reader) Read(p []byte) (int, error) {
	if r.at >= r.blob.Size {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	if err := r.load(r.at / chunkSize); err != nil {
		return 0, err
	}
	n := copy(p, r.chunk[r.at%chunkSize:])
	r.at += int64(n)
	return n, nil
}

func (r *reader) load(n int64) error {
	if r.have == n {
		return nil
	}
	err := r.store.Read(r.ctx, func(tx *db.Tx) error {
		return tx.Get(&r.chunk, "SELECT data FROM blob_chunk WHERE hash = $1 AND n = $2", r.blob.Hash, n)
	})
	want := min(chunkSize, r.blob.Size-n*chunkSize)
	switch {
	case errors.Is(err, db.ErrNoRow) || err == nil && int64(len(r.chunk)) != want:
		return fmt.Errorf("blob: chunk %d of %s is damaged", n, r.blob.Hash)
	case err != nil:
		return err
	}
	r.have = n
	return nil
}

func (r *reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.blob.Size
	}
	if offset < 0 {
		return 0, errors.New("blob: seek before the start")
	}
	r.at = offset
	return offset, nil
}

func (r *reader) Close() error { return nil }
