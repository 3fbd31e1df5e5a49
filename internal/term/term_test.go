package term_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/db"
	"phaodai/internal/term"
	"phaodai/internal/testkit"
)

func TestSearchIgnoresTonesCaseAndOrder(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			for id, text := range map[string]string{
				"1": "UBND thành phố Đà Nẵng", "2": "Thông báo số 484-TB/TU", "3": "Nguyễn Thị Thu Nga",
			} {
				if err := term.Index(tx, "x", id, text); err != nil {
					return err
				}
			}
			return term.Index(tx, "y", "9", "Đà Nẵng")
		})
		if err != nil {
			t.Fatal(err)
		}
		for query, want := range map[string][]string{
			"da nang": {"1"}, "Đà Nẵng": {"1"}, "nang da": {"1"}, "đa": {"1"},
			"484 tb tu": {"2"}, "nga nguyen": {"3"}, "th": {"1", "2", "3"}, "khong co": nil, "": {"1", "2", "3"},
		} {
			var got []string
			err := d.Read(t.Context(), func(tx *db.Tx) error {
				where, args := term.Match("subject", "x", query, 1)
				return tx.Select(&got, "SELECT DISTINCT subject FROM term WHERE kind = 'x' AND "+where+" ORDER BY subject", args...)
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q: %s", query, diff)
			}
		}
	})
}
