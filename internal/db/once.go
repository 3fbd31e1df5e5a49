package db

import (
	"context"
	"encoding/json"
	"fmt"
)

// WriteOnce is Write for a request that a client may send again: what do
// answers is kept as JSON under the key, and a repeat changes nothing and
// answers the same. An empty key is always new. Keys of different accounts and
// verbs must differ.
func WriteOnce[T any](ctx context.Context, d *DB, key string, do func(*Tx) (T, error)) (out T, err error) {
	err = d.Write(ctx, func(tx *Tx) error {
		out = *new(T) // a transaction may be tried again
		first, kept, err := tx.Once(key)
		if err != nil {
			return err
		}
		if !first {
			return json.Unmarshal([]byte(kept), &out)
		}
		if out, err = do(tx); err != nil {
			return err
		}
		b, err := json.Marshal(out)
		if err != nil {
			return fmt.Errorf("db: keep answer: %w", err)
		}
		return tx.Keep(key, string(b))
	})
	if err != nil {
		return *new(T), err
	}
	return out, nil
}
