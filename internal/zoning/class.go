package zoning

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"gopkg.in/yaml.v3"
)

// Class is a class of a layer as it is shown.
type Class struct {
	Code  string `yaml:"code" json:"code"`
	Badge string `yaml:"badge" json:"badge"`
	Risk  string `yaml:"risk" json:"risk"` // very_high, high, at_risk, normal, blocked
	Vi    string `yaml:"vi" json:"vi"`
	En    string `yaml:"en" json:"en"`
}

//go:embed class.yaml
var classYAML []byte

var classes = sync.OnceValue(func() map[Layer][]Class {
	var out map[Layer][]Class
	if err := yaml.Unmarshal(classYAML, &out); err != nil {
		panic(fmt.Sprintf("zoning: class.yaml: %v", err)) // embedded: wrong only in development
	}
	return out
})

// Classes lists the classes of a layer, the strictest first.
func Classes(l Layer) []Class { return classes()[l] }

// ClassOf finds a class. One that a table of a district brings along is shown
// by its code.
func ClassOf(l Layer, code string) Class {
	if i := slices.IndexFunc(Classes(l), func(c Class) bool { return c.Code == code }); i >= 0 {
		return Classes(l)[i]
	}
	return Class{Code: code, Badge: code, Risk: "none", Vi: code, En: code}
}

// strictness is the place of a class in its layer, 0 the strictest; a class
// that the list does not have comes after all.
func strictness(l Layer, code string) int {
	i := slices.IndexFunc(Classes(l), func(c Class) bool { return c.Code == code })
	if i < 0 {
		return len(Classes(l))
	}
	return i
}
