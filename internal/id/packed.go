package id

import (
	"fmt"
	"strings"

	"github.com/oklog/ulid/v2"
)

// Packed is an identifier in 16 bytes, for those who hold millions. It sorts as
// the text does. The zero Packed is no identifier.
type Packed [16]byte

// Pack packs an identifier. A text that is none is an error.
func Pack(s string) (Packed, error) {
	if !Valid(s) {
		return Packed{}, fmt.Errorf("id: %q is no identifier", s)
	}
	p, err := ulid.ParseStrict(strings.ToUpper(s))
	return Packed(p), err
}

func (p Packed) String() string { return strings.ToLower(ulid.ULID(p).String()) }
