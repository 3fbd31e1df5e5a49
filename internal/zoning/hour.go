package zoning

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"phaodai/internal/directive"
)

var weekdays = [...]string{"Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"}

// spoken is a moment as it is read out.
func spoken(t time.Time) string {
	hour := fmt.Sprintf("%d giờ", t.Hour())
	if t.Minute() != 0 {
		hour += fmt.Sprintf(" %d phút", t.Minute())
	}
	return fmt.Sprintf("%s %s, ngày %d tháng %d năm %d", hour, weekdays[t.Weekday()], t.Day(), t.Month(), t.Year())
}

func publicOnly(d directive.Document) (bool, error) { return d.Public, nil }

func sortTurns(turns []Turn) {
	slices.SortFunc(turns, func(a, b Turn) int { return cmp.Compare(a.At, b.At) })
}
