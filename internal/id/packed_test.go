package id_test

import (
	"cmp"
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"phaodai/internal/id"
)

func TestAPackedIdentifierIsTheTextAgainAndSortsAsIt(t *testing.T) {
	at := time.Unix(1_600_000_000, 0)
	s := id.NewSource(func() time.Time { at = at.Add(time.Hour); return at }, rand.Reader)
	var texts []string
	var packed []id.Packed
	for range 100 {
		text := s.New()
		p, err := id.Pack(text)
		if err != nil || p.String() != text {
			t.Fatalf("%s becomes %s, %v", text, p, err)
		}
		texts, packed = append([]string{text}, texts...), append([]id.Packed{p}, packed...)
	}
	slices.Sort(texts)
	slices.SortFunc(packed, func(a, b id.Packed) int { return cmp.Compare(string(a[:]), string(b[:])) })
	for i, p := range packed {
		if p.String() != texts[i] {
			t.Fatalf("at %d stands %s, wanted %s", i, p, texts[i])
		}
	}
	for _, bad := range []string{"", "x", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "8zzzzzzzzzzzzzzzzzzzzzzzzz"} {
		if p, err := id.Pack(bad); err == nil {
			t.Errorf("%q becomes %s", bad, p)
		}
	}
}
