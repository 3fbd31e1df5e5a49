package cohort

import (
	"hash/maphash"
	"sync"

	"phaodai/internal/id"
)

// roll numbers people as they come, from 1 without gaps: columns and indexes are
// by number. A number stays with its identifier, also of one who left, and is
// never given to another. Readers look up while the one writer adds.
type roll struct {
	mu    sync.RWMutex
	seed  maphash.Seed
	ids   []*[pageSize]id.Packed // by number; [0] of the first page is nobody
	table []uint32               // numbers, each at the hash of its identifier or behind it; 0 free
	last  uint32
}

const pageSize = 4096

// maxPeopleEver is how many identifiers a roll takes.
const maxPeopleEver = 1 << 30

func newRoll() *roll {
	return &roll{seed: maphash.MakeSeed(), table: make([]uint32, 1<<10)}
}

// number is the number of an identifier.
func (r *roll) number(of id.Packed) (uint32, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	no := r.table[r.slot(of)]
	return no, no != 0
}

// slot is where an identifier stands, or would.
func (r *roll) slot(of id.Packed) int {
	mask := len(r.table) - 1
	for i := r.hash(of) & mask; ; i = (i + 1) & mask {
		if no := r.table[i]; no == 0 || r.ids[no/pageSize][no%pageSize] == of {
			return i
		}
	}
}

func (r *roll) hash(of id.Packed) int { return int(maphash.Bytes(r.seed, of[:])) }

// add is number for one who may be new; false: there is no room.
func (r *roll) add(of id.Packed) (uint32, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	no, _ := r.insert(of)
	return no, no != 0
}

// insert is add of a roll that nobody else has yet, or that is locked.
func (r *roll) insert(of id.Packed) (no uint32, fresh bool) {
	i := r.slot(of)
	if no := r.table[i]; no != 0 || r.last >= maxPeopleEver {
		return no, false
	}
	r.last++
	if int(r.last/pageSize) >= len(r.ids) {
		r.ids = append(r.ids, new([pageSize]id.Packed))
	}
	r.ids[r.last/pageSize][r.last%pageSize] = of
	r.table[i] = r.last
	if int(r.last) > len(r.table)/2 {
		r.grow()
	}
	return r.last, true
}

// grow makes room for twice as many. All are different, so that nothing has
// to be compared.
func (r *roll) grow() {
	r.table = make([]uint32, 2*len(r.table))
	mask := len(r.table) - 1
	for no := uint32(1); no <= r.last; no++ {
		i := r.hash(r.ids[no/pageSize][no%pageSize]) & mask
		for r.table[i] != 0 {
			i = (i + 1) & mask
		}
		r.table[i] = no
	}
}

// pages are the identifiers by number, for a view: what is there does not change
// any more.
func (r *roll) pages() []*[pageSize]id.Packed {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.ids
}

func (r *roll) bytes() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return 4*len(r.table) + len(r.ids)*(16*pageSize+8)
}
