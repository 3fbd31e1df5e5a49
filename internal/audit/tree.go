package audit

import "golang.org/x/mod/sumdb/tlog"

// tree computes a Merkle tree (RFC 6962, as package tlog stores it) entry by
// entry, holding only the newest hash of each level.
type tree struct {
	size int64
	left []tlog.Hash // by level, the newest complete subtree
}

// add returns the hashes that are stored with an entry: its own, then those of
// the subtrees that it completes.
func (t *tree) add(leaf tlog.Hash) []tlog.Hash {
	out := []tlog.Hash{leaf}
	h := leaf
	for level, n := 0, t.size; n&1 == 1; level, n = level+1, n>>1 {
		h = tlog.NodeHash(t.left[level], h)
		out = append(out, h)
	}
	for level, h := range out {
		if level == len(t.left) {
			t.left = append(t.left, h)
		}
		t.left[level] = h
	}
	t.size++
	return out
}

// root is the hash of the whole tree.
func (t *tree) root() tlog.Hash {
	var h tlog.Hash
	first := true
	for level := range t.left {
		if t.size>>level&1 == 0 {
			continue
		}
		if first {
			h, first = t.left[level], false
		} else {
			h = tlog.NodeHash(t.left[level], h)
		}
	}
	return h
}
