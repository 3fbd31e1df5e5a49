package fold_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/fold"
)

func TestTextIgnoresTonesMarksAndCase(t *testing.T) {
	for in, want := range map[string]string{
		"Đà Nẵng":                  "da nang",
		"Nguyễn Thị Thu Nga":       "nguyen thi thu nga",
		"ủy ban uỷ ban":            "uy ban uy ban",
		"CỰ KHỐI":                  "cu khoi",
		"e\u0302\u0301 (NFD of ế)": "e (nfd of e)",
	} {
		if got := fold.Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWordsSplitSymbols(t *testing.T) {
	got := fold.Words("Số 484 - TB/TU, Thành ủy")
	if diff := cmp.Diff([]string{"so", "484", "tb", "tu", "thanh", "uy"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestNamesSortByGivenNameInVietnameseOrder(t *testing.T) {
	names := []string{"Trần Đức Đạt", "Lê Thị Dung", "Nguyễn Văn An", "Phạm Ánh", "Đỗ Văn Ân", "Bùi Dũng"}
	s := fold.NewSorter()
	slices.SortFunc(names, func(a, b string) int {
		if s.NameKey(a) < s.NameKey(b) {
			return -1
		}
		return 1
	})
	want := []string{"Nguyễn Văn An", "Phạm Ánh", "Đỗ Văn Ân", "Lê Thị Dung", "Bùi Dũng", "Trần Đức Đạt"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}
