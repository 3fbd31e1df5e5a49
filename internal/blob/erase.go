package blob

import "phaodai/internal/db"

// Erase removes a file that must not be here at all: a document that turned
// out to be marked secret. It is the one exception to "never removed"; the
// caller knows that nothing else of his names it.
func Erase(tx *db.Tx, hash string) error {
	if _, err := tx.Exec("DELETE FROM blob_chunk WHERE hash = $1", hash); err != nil {
		return err
	}
	_, err := tx.Exec("DELETE FROM blob WHERE hash = $1", hash)
	return err
}
