package org

import (
	"slices"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// PostsWith are the posts with a role in the offices of a kind that stand at a
// unit, each once, with who holds it; where no office of that kind has any, those
// of its other offices.
func PostsWith(tx *db.Tx, unitPath string, kind Kind, role auth.Role, at instant.Micros) (out []PostHolder, err error) {
	for _, k := range []Kind{kind, ""} {
		offices, err := OfficesAt(tx, unitPath, k, at)
		if err != nil {
			return nil, err
		}
		for _, o := range offices {
			posts, err := PostsOf(tx, o.ID, at)
			if err != nil {
				return nil, err
			}
			out = append(out, posts...)
		}
		out = slices.DeleteFunc(out, func(h PostHolder) bool { return !slices.Contains(h.Post.Roles, role) })
		if len(out) > 0 {
			break
		}
	}
	return slices.CompactFunc(out, func(a, b PostHolder) bool { return a.Post.ID == b.Post.ID }), nil
}
