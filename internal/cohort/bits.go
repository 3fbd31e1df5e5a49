package cohort

import "math/bits"

// A set of the people of a ward is a []uint64: person i is bit i%64 of word i/64.
// Bits behind the last person are 0.

func words(n int) int { return (n + 63) / 64 }

func has(set []uint64, i int) bool { return set != nil && set[i>>6]>>(i&63)&1 != 0 }

func put(set []uint64, i int, on bool) {
	if on {
		set[i>>6] |= 1 << (i & 63)
	} else {
		set[i>>6] &^= 1 << (i & 63)
	}
}

// trim clears the bits behind the last of n people.
func trim(set []uint64, n int) {
	if n&63 != 0 {
		set[n>>6] &= 1<<(n&63) - 1
	}
}

// fill adds the people from a up to before b.
func fill(set []uint64, a, b int) {
	if a >= b {
		return
	}
	first, last := a>>6, (b-1)>>6
	from, to := edges(a, b)
	if first == last {
		set[first] |= from & to
		return
	}
	set[first] |= from
	for i := first + 1; i < last; i++ {
		set[i] = ^uint64(0)
	}
	set[last] |= to
}

// edges are the bits from a on in its word, and up to before b in its.
func edges(a, b int) (from, to uint64) {
	return ^uint64(0) << (a & 63), ^uint64(0) >> (63 - (b-1)&63)
}

func count(set []uint64) int {
	n := 0
	for _, w := range set {
		n += bits.OnesCount64(w)
	}
	return n
}

// countRange counts the people of the set from a up to before b.
func countRange(set []uint64, a, b int) int {
	if a >= b {
		return 0
	}
	first, last := a>>6, (b-1)>>6
	from, to := edges(a, b)
	if first == last {
		return bits.OnesCount64(set[first] & from & to)
	}
	return bits.OnesCount64(set[first]&from) + count(set[first+1:last]) + bits.OnesCount64(set[last]&to)
}

func countBoth(a, b []uint64) int {
	n := 0
	b = b[:len(a)]
	for i, w := range a {
		n += bits.OnesCount64(w & b[i])
	}
	return n
}

// countEach counts the people that a set has in common with each of others, four
// of them at a time: the words of the set are read once for four.
func countEach(counts []int, set []uint64, others [][]uint64) {
	g := 0
	for ; g+4 <= len(others); g += 4 {
		a, b, c, d := others[g][:len(set)], others[g+1][:len(set)], others[g+2][:len(set)], others[g+3][:len(set)]
		var p, q, r, s int
		for i, w := range set {
			p += bits.OnesCount64(w & a[i])
			q += bits.OnesCount64(w & b[i])
			r += bits.OnesCount64(w & c[i])
			s += bits.OnesCount64(w & d[i])
		}
		counts[g], counts[g+1], counts[g+2], counts[g+3] = p, q, r, s
	}
	for ; g < len(others); g++ {
		counts[g] = countBoth(set, others[g])
	}
}

// sparse is one word of a set that is mostly empty.
type sparse struct {
	at   int
	word uint64
}

// difference are the words of a without b.
func difference(a, b []uint64) (out []sparse) {
	b = b[:len(a)]
	for i, w := range a {
		if w &^= b[i]; w != 0 {
			out = append(out, sparse{i, w})
		}
	}
	return out
}

func countAt(set []uint64, words []sparse) int {
	n := 0
	for _, x := range words {
		n += bits.OnesCount64(set[x.at] & x.word)
	}
	return n
}

func empty(set []uint64) bool {
	for _, w := range set {
		if w != 0 {
			return false
		}
	}
	return true
}

func ones(dst []uint64) {
	for i := range dst {
		dst[i] = ^uint64(0)
	}
}

func and(dst, a, b []uint64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] & b[i]
	}
}

func or(dst, a, b []uint64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] | b[i]
	}
}

func andNot(dst, a, b []uint64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] &^ b[i]
	}
}

func invert(dst []uint64, n int) {
	for i := range dst {
		dst[i] = ^dst[i]
	}
	trim(dst, n)
}
