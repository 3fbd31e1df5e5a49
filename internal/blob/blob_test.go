package blob_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"phaodai/internal/blob"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
)

func put(t *testing.T, d *db.DB, name string, data []byte) (b blob.Blob, err error) {
	t.Helper()
	err = d.Write(t.Context(), func(tx *db.Tx) error {
		b, err = blob.Put(tx, name, "application/pdf", bytes.NewReader(data), 1<<20)
		return err
	})
	return b, err
}

func TestWhatWasPutIsReadBackAndStoredOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		data := bytes.Repeat([]byte("Chỉ thị 17/CT-UBND. "), 30000) // more than two chunks
		first, err := put(t, d, "a.pdf", data)
		if err != nil {
			t.Fatal(err)
		}
		second, err := put(t, d, "b.pdf", data)
		if err != nil || second.Hash != first.Hash || second.Name != "b.pdf" {
			t.Errorf("second = %+v, %v", second, err)
		}
		var chunks int
		err = d.Read(t.Context(), func(tx *db.Tx) error { return tx.Get(&chunks, "SELECT COUNT(*) FROM blob_chunk") })
		if err != nil || chunks != 3 {
			t.Errorf("%d chunks, %v; want 3", chunks, err)
		}
		r, b, err := blob.Open(t.Context(), d, first.Hash)
		if err != nil || b.Size != int64(len(data)) {
			t.Fatalf("open: %+v, %v", b, err)
		}
		defer r.Close()
		if err := iotest.TestReader(r, data); err != nil {
			t.Error(err)
		}
	})
}

func TestAFailedTransactionKeepsNoFile(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		var hash string
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			b, err := blob.Put(tx, "a", "text/plain", strings.NewReader("x"), 10)
			hash = b.Hash
			return errors.Join(err, errors.New("refused"))
		})
		if err == nil {
			t.Fatal("no error")
		}
		if _, _, err := blob.Open(t.Context(), d, hash); fault.KindOf(err) != fault.NotFound {
			t.Errorf("open = %v, want not found", err)
		}
	})
}

func TestBoundsOnSize(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		_, err := put(t, d, "big", make([]byte, 1<<20+1))
		var f *fault.Fault
		if !errors.As(err, &f) || f.Key != "upload.too_large" || f.Args[1] != int64(2) || f.Args[3] != int64(1) {
			t.Errorf("too large: %v", err)
		}
		if _, err = put(t, d, "empty", nil); fault.KeyOf(err) != "upload.empty" {
			t.Errorf("empty: %v", err)
		}
		b, err := put(t, d, "just", make([]byte, 1<<20))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := blob.ReadAll(t.Context(), d, b.Hash, 100); fault.KindOf(err) != fault.TooLarge {
			t.Errorf("ReadAll over its limit: %v", err)
		}
	})
}

func TestADamagedChunkIsAnErrorNotShortContent(t *testing.T) {
	d := testkit.SQLite(t)
	b, err := put(t, d, "a", make([]byte, 600<<10))
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec("UPDATE blob_chunk SET data = $1 WHERE n = 1", []byte("short"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := blob.Open(t.Context(), d, b.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, r); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("err = %v, want damaged", err)
	}
}
