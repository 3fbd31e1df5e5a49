package people_test

import (
	"crypto/rand"
	"path/filepath"
	"testing"
	"time"

	"phaodai/internal/id"
	"phaodai/internal/people"
	"phaodai/internal/testkit"
	"phaodai/internal/vault"
)

// Without its key a vault makes no index. A search by number must then find
// nobody, not everybody who has no number.
func TestASearchByNumberWithoutTheKeyFindsNobody(t *testing.T) {
	d := testkit.SQLite(t)
	w := newWorld(t, d)
	w.resident(people.ResidentInput{Household: w.household("12-034", "").ID, Name: "Nguyễn Văn Thử"})
	lost, err := vault.Open(t.Context(), d, filepath.Join(t.TempDir(), "person.key"), 1)
	w.must(err)
	s := people.New(d, id.NewSource(time.Now, rand.Reader), lost, people.Tools{})
	for text, want := range map[string]int{"001089012345": 0, "0912345678": 0, "nguyen van thu": 1} {
		found, err := s.Search(t.Context(), w.keeper, people.Query{Text: text, Under: ward})
		if err != nil || len(found.Rows) != want {
			t.Errorf("%s: %d found, want %d, %v", text, len(found.Rows), want, err)
		}
	}
}
