package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"phaodai/internal/instant"
)

// namer invents persons, each name once.
type namer struct {
	spec orgSpec
	rand *rand.Rand
	seen map[string]bool
	tel  int
}

func newNamer(spec orgSpec) *namer {
	return &namer{spec: spec, rand: rand.New(rand.NewPCG(2021, 905)), seen: map[string]bool{}}
}

func (n *namer) next() string {
	for {
		half := n.spec.Men
		if n.rand.IntN(2) == 0 {
			half = n.spec.Women
		}
		name := strings.Join([]string{pick(n, n.spec.Family), pick(n, half.Middle), pick(n, half.Given)}, " ")
		if !n.seen[name] {
			n.seen[name] = true
			return name
		}
	}
}

func pick(n *namer, from []string) string { return from[n.rand.IntN(len(from))] }

// phone invents a mobile number of a range that no operator uses.
func (n *namer) phone() string {
	n.tel++
	return fmt.Sprintf("0900%06d", 100000+n.tel*37)
}

func date(year int, month time.Month, day int) instant.Micros {
	return instant.Of(time.Date(year, month, day, 0, 0, 0, 0, instant.Vietnam()))
}
