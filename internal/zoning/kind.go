package zoning

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"gopkg.in/yaml.v3"
)

// Kind is a sort of area.
type Kind struct {
	Code string `yaml:"code" json:"code"`
	Vi   string `yaml:"vi" json:"vi"`
	En   string `yaml:"en" json:"en"`
}

// UnitKind is the kind of an area that is a whole administrative unit.
const UnitKind = "unit"

// blockedKind is the kind of an area that lies across others while it is blocked.
const blockedKind = "blocked"

//go:embed kind.yaml
var kindYAML []byte

// Kinds lists the kinds of areas.
var Kinds = sync.OnceValue(func() []Kind {
	var out []Kind
	if err := yaml.Unmarshal(kindYAML, &out); err != nil {
		panic(fmt.Sprintf("zoning: kind.yaml: %v", err)) // embedded: wrong only in development
	}
	return out
})

// KindOf finds a kind by its code.
func KindOf(code string) (Kind, bool) {
	i := slices.IndexFunc(Kinds(), func(k Kind) bool { return k.Code == code })
	if i < 0 {
		return Kind{}, false
	}
	return Kinds()[i], true
}
