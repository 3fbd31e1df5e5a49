// Package instant is the one form in which moments are stored and compared:
// microseconds since 1970 in UTC. Local time exists only where something is
// read from or shown to people; the zone is always the unit's.
package instant

import (
	"encoding/json"
	"math"
	"time"
)

// Micros is a moment in UTC microseconds. The zero value means "no moment".
type Micros int64

// Forever is later than every moment: the open end of a period.
const Forever Micros = math.MaxInt64

// Of converts a time.Time; the zero time becomes the zero Micros.
func Of(t time.Time) Micros {
	if t.IsZero() {
		return 0
	}
	return Micros(t.UnixMicro())
}

// Time returns the moment in UTC; the zero Micros becomes the zero time.
func (m Micros) Time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(m)).UTC()
}

// In returns the moment in a zone.
func (m Micros) In(loc *time.Location) time.Time { return m.Time().In(loc) }

// IsZero tells whether there is no moment.
func (m Micros) IsZero() bool { return m == 0 }

// Add shifts a moment; Forever and none stay what they are.
func (m Micros) Add(d time.Duration) Micros {
	if m == 0 || m == Forever {
		return m
	}
	return m + Micros(d.Microseconds())
}

// Sub returns the time from other to m.
func (m Micros) Sub(other Micros) time.Duration {
	return time.Duration(m-other) * time.Microsecond
}

// MarshalJSON writes RFC 3339 in UTC, null for none and for Forever.
func (m Micros) MarshalJSON() ([]byte, error) {
	if m == 0 || m == Forever {
		return []byte("null"), nil
	}
	return json.Marshal(m.Time().Format(time.RFC3339Nano))
}

// UnmarshalJSON reads RFC 3339 or null.
func (m *Micros) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*m = 0
		return nil
	}
	var t time.Time
	if err := json.Unmarshal(b, &t); err != nil {
		return err
	}
	*m = Of(t)
	return nil
}

// Vietnam is the zone of every unit until a unit says otherwise: UTC+7 without
// daylight saving, built in so that no machine needs zone files for it.
func Vietnam() *time.Location { return time.FixedZone("+07", 7*60*60) }

// EndOfDay is the last second of the day: "hết ngày 07/9" is 23:59:59.
func EndOfDay(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 23, 59, 59, 0, day.Location())
}
