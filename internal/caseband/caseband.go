// Package caseband applies the bands of a case rate, those of Decision
// 4800/QĐ-BYT say, to every unit and every day of a past outbreak: an EXERCISE,
// by which a rule can be tried before it is issued. No decision rests on it.
//
// Unknown is never zero. A count is a span: at least the cases that the data put
// into the unit, at most those and all that might lie in it because their ward or
// district is missing, ambiguous or filed under another province. So is the band;
// it is certain where both ends agree. Days before the first of the data, and
// provinces of which the data have no row, leave the upper end open. A ward
// without a row in a province that has some counts as none: the source lists
// every case that was announced.
//
// The rate of a day is criterion.WeeklyRate of the seven days that end with it
// and the seven before. The data do not tell community cases from those found in
// quarantine, so all announced cases count; the rate errs upwards by those.
//
// The package is pure: lists come through readers, bounded in size.
package caseband

import (
	"fmt"
	"time"
)

// Measure is the name of the case rate in criteria tables.
const Measure = "case_rate"

// Unit is a ward, or what stands in the finest rows of a list.
type Unit struct {
	Code     string `json:"code"` // of the GSO; province/district/ward where the list has none
	Name     string `json:"name"`
	District string `json:"district,omitempty"`
	Province string `json:"province"`
	People   int    `json:"people"` // 0: not known

	province string // code
}

// Day is a calendar day, counted from 1 January 1970.
type Day int32

// ParseDay reads 2021-04-27.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("caseband: no day: %w", err)
	}
	return Day(t.Unix() / 86400), nil
}

// Time is the first moment of the day in a zone.
func (d Day) Time(zone *time.Location) time.Time {
	return time.Date(1970, 1, 1+int(d), 0, 0, 0, 0, zone)
}

func (d Day) String() string { return d.Time(time.UTC).Format(time.DateOnly) }

// MarshalText is String.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText is ParseDay.
func (d *Day) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDay(string(b))
	return err
}
