package cohort_test

import (
	"math"
	"runtime"
	"sync"

	"phaodai/internal/census"
	"phaodai/internal/instant"
)

// arrays is the city as plain columns, and the question as a loop over them: the
// least that a machine can do without any preparation.
type arrays struct {
	birth []int32 // first day that it can have been, or unborn
	by    []int32 // last day
	last  []int32 // day, 0 never
	doses []int8  // -1 not known
	no    []uint32
	first []int // of each ward, and the end
	z1    []bool
}

func inArrays(c *census.City) *arrays {
	n := c.Total()
	a := &arrays{birth: make([]int32, 0, n), by: make([]int32, 0, n), last: make([]int32, 0, n), doses: make([]int8, 0, n), no: make([]uint32, 0, n)}
	for i := range c.Wards() {
		a.first = append(a.first, len(a.no))
		a.z1 = append(a.z1, zone(i) == "Z1")
		for p := range c.People(i) {
			r := recordOf(p)
			first, by, known := r.birth.Days()
			if !known {
				first, by = unborn, unborn
			}
			a.birth, a.by, a.last = append(a.birth, int32(first)), append(a.by, int32(by)), append(a.last, int32(r.last))
			a.doses, a.no = append(a.doses, int8(r.doses)), append(a.no, p.No)
		}
	}
	a.first = append(a.first, n)
	return a
}

// unborn stands for a birth that is not known.
const unborn = math.MinInt32

// count counts all wards on all processors, as the engine does, with those who
// cannot be decided.
func (a *arrays) count(today instant.Day) (yes, unknown []int) {
	wards := len(a.z1)
	yes, unknown = make([]int, wards), make([]int, wards)
	var all sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for k := range workers {
		all.Go(func() {
			for w := k; w < wards; w += workers {
				if a.z1[w] {
					yes[w], unknown[w] = a.ward(w, today)
				}
			}
		})
	}
	all.Wait()
	return yes, unknown
}

func (a *arrays) ward(w int, today instant.Day) (yes, unknown int) {
	from, to := a.first[w], a.first[w+1]
	adult, tested := int32(today.YearsBefore(18)), int32(today-3)
	birth, by, last, doses := a.birth[from:to], a.by[from:to], a.last[from:to], a.doses[from:to]
	by, last, doses = by[:len(birth)], last[:len(birth)], doses[:len(birth)]
	for i, b := range birth {
		if d := doses[i]; d > 0 || last[i] > tested || b > adult {
			continue
		} else if d < 0 || b == unborn || by[i] > adult {
			unknown++
		} else {
			yes++
		}
	}
	return yes, unknown
}

func (a *arrays) list(w int, today instant.Day) (out []uint32) {
	adult, tested := int32(today.YearsBefore(18)), int32(today-3)
	for i := a.first[w]; a.z1[w] && i < a.first[w+1]; i++ {
		if a.doses[i] == 0 && a.last[i] <= tested && a.birth[i] != unborn && a.by[i] <= adult {
			out = append(out, a.no[i])
		}
	}
	return out
}
