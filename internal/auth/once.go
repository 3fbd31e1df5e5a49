package auth

import (
	"context"

	"phaodai/internal/db"
)

// Once runs a write once for a key that an actor's client made; a repeat answers
// the same and changes nothing. Keys of different accounts and areas are apart,
// and an empty key is always new.
func Once[T any](ctx context.Context, store *db.DB, by Actor, area, key string, do func(*db.Tx) (T, error)) (T, error) {
	if key != "" {
		key = area + "/" + by.Account + "/" + key
	}
	return db.WriteOnce(ctx, store, key, do)
}
