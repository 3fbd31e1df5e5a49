package auth

import (
	"fmt"
	"strings"
)

// Paths lists the tops of the subtrees in which the actor has a right, none
// inside another: what a list is limited to.
func (a Actor) Paths(right Right, level Sensitivity) []string {
	var out []string
	for _, g := range a.Grants {
		if g.Level >= level && g.Role.Has(right) {
			out = addPath(out, g.Path)
		}
	}
	return out
}

func addPath(paths []string, p string) []string {
	kept := paths[:0:0]
	for _, q := range paths {
		if strings.HasPrefix(p, q) {
			return paths
		}
		if !strings.HasPrefix(q, p) {
			kept = append(kept, q)
		}
	}
	return append(kept, p)
}

// Within returns a condition on a path column, true inside any of the
// subtrees, with its arguments, which start at $first. No subtree is nothing.
func Within(column string, paths []string, first int) (condition string, args []any) {
	var parts []string
	for _, p := range paths {
		n := first + len(args)
		parts = append(parts, fmt.Sprintf("%s >= $%d AND %s < $%d", column, n, column, n+1))
		args = append(args, p, p+"\U0010FFFF")
	}
	if len(parts) == 0 {
		return "1 = 0", nil
	}
	return "(" + strings.Join(parts, " OR ") + ")", args
}
