package org

import (
	"fmt"
	"strings"

	"phaodai/internal/fold"
)

// forms are the words with which names of units begin, the longer first.
var forms = []string{"Thành phố", "Thị xã", "Thị trấn", "Đặc khu", "Tỉnh", "Quận", "Huyện", "Phường", "Xã", "Tổ dân phố", "Thôn"}

// splitForm cuts "Phường Cự Khối" into "Phường" and "Cự Khối". A name that is a
// number keeps its form: "Quận 1" is not called "1".
func splitForm(name string) (form, short string) {
	for _, f := range forms {
		rest, ok := strings.CutPrefix(name, f+" ")
		if !ok {
			continue
		}
		if rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			return f, name
		}
		return f, rest
	}
	return "", name
}

// unitSortKey orders units in Vietnamese order of their short names, numbers by
// value: "Phường 2" before "Phường 10".
func unitSortKey(s *fold.Sorter, u Unit) string {
	words := strings.Fields(u.ShortName)
	for i, w := range words {
		if len(w) < 4 && strings.Trim(w, "0123456789") == "" {
			words[i] = fmt.Sprintf("%4s", w)
			words[i] = strings.ReplaceAll(words[i], " ", "0")
		}
	}
	return s.Key(strings.Join(words, " "))
}
