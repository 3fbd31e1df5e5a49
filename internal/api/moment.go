package api

import (
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// Moment reads a moment of the world from a query, RFC 3339; "" is 0.
func Moment(text string) (at instant.Micros, err error) {
	if text == "" {
		return 0, nil
	}
	if err := at.UnmarshalJSON([]byte(`"` + text + `"`)); err != nil {
		return 0, fault.New(fault.Invalid, "input.check").At("at", "input.date", "Text", text)
	}
	return at, nil
}
