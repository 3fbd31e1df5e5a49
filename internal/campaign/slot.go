package campaign

import (
	"time"

	"phaodai/internal/instant"
	"phaodai/internal/sampling"
)

// slots are the parts of a session with the places that are still free.
type slots struct {
	starts instant.Micros
	step   time.Duration
	most   int
	free   []int
}

func slotsOf(x sampling.Session) *slots {
	step := time.Duration(x.SlotMinutes) * time.Minute
	s := &slots{starts: x.Starts, step: step, most: x.SlotPeople, free: make([]int, max(1, int(x.Ends.Sub(x.Starts)/step)))}
	for i := range s.free {
		s.free[i] = x.SlotPeople
	}
	return s
}

// take holds the place of somebody who was called before.
func (s *slots) take(at instant.Micros) {
	if i := int(at.Sub(s.starts) / s.step); i >= 0 && i < len(s.free) {
		s.free[i]--
	}
}

// seat finds the earliest slot with room for a whole household, which comes
// together; one larger than a slot is spread over the earliest places. Those for
// whom there is no room get none: the answer is shorter than the household.
func (s *slots) seat(household int) (out []instant.Micros) {
	for i, free := range s.free {
		if household <= s.most && free >= household {
			s.free[i] -= household
			for range household {
				out = append(out, s.at(i))
			}
			return out
		}
	}
	for i := range s.free {
		for s.free[i] > 0 && len(out) < household {
			s.free[i]--
			out = append(out, s.at(i))
		}
	}
	return out
}

func (s *slots) at(i int) instant.Micros { return s.starts.Add(time.Duration(i) * s.step) }
