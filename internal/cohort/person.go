package cohort

import (
	"slices"

	"phaodai/internal/fault"
	"phaodai/internal/id"
	"phaodai/internal/instant"
)

// When is the day of something: not known (the zero When), never, or a day.
type When struct {
	day   instant.Day
	state state
}

type state uint8

const (
	unknown state = iota
	never
	happened
)

// On is a day that is known.
func On(day instant.Day) When { return When{day, happened} }

// Never is known not to have happened.
func Never() When { return When{state: never} }

// Day returns the day, if there is one.
func (w When) Day() (instant.Day, bool) { return w.day, w.state == happened }

// Known tells whether it is known when it happened, or that it never did.
func (w When) Known() bool { return w.state != unknown }

// Count is how often: not known (the zero Count) or a number.
type Count struct {
	n     uint8
	known bool
}

// Times is a number that is known; more than MaxCount counts as MaxCount.
func Times(n int) Count { return Count{uint8(min(max(n, 0), MaxCount)), true} }

// Number returns the number, if it is known.
func (c Count) Number() (int, bool) { return int(c.n), c.known }

// RoundCount is how many samples of a person were taken in one round.
type RoundCount struct {
	Round string
	N     int
}

// Person is all that the engine holds of one person. What is left out is not
// known, except rounds: a round that is not named has no sample.
type Person struct {
	ID          id.Packed
	Ward        string // code of the area in which the home is counted
	Area        string // code of the smallest area around the home; "" the ward
	Walk        string // place of the door on the way through the area, compared byte by byte
	Household   id.Packed
	Birth       Birth
	Sex         string
	Residence   string
	Occupations []string // nil not known, empty none
	Priorities  []string // nil not known, empty none
	Doses       Count
	LastDose    When
	LastSample  When
	Symptoms    When // the day they began; Never: has none
	Arrival     When
	Rounds      []RoundCount
}

// maxCode bounds the codes of columns of days: 2,800 years, and births to 3947.
const maxCode = 1<<20 - 1

// value is a cell of a column: a code and whether it is known. The code of what
// is not known is 0.
type value struct {
	code  uint64
	known bool
}

func (s Schema) dated(w When) (value, error) {
	switch w.state {
	case unknown:
		return value{}, nil
	case never:
		return value{0, true}, nil
	}
	if code := int(w.day) - int(s.Epoch) + 1; code >= 1 && code <= maxCode {
		return value{uint64(code), true}, nil
	}
	return value{}, fault.New(fault.Invalid, "cohort.day_out_of_range", "Day", w.day.String())
}

func (s Schema) when(v value) When {
	switch {
	case !v.known:
		return When{}
	case v.code == 0:
		return Never()
	}
	return On(s.Epoch + instant.Day(v.code) - 1)
}

// maxNames is how many different sexes, residences, occupations or priorities
// there may be.
const maxNames = 64

// names is a list of texts that columns hold as numbers. It only grows, and a
// reader keeps the length that it found.
type names []string

func (l *names) number(text string, most int) (int, error) {
	if i := slices.Index(*l, text); i >= 0 {
		return i, nil
	}
	if len(*l) >= most {
		return 0, fault.New(fault.TooLarge, "cohort.too_many_names", "Name", text, "Most", most)
	}
	*l = append(*l, text)
	return len(*l) - 1, nil
}

func (l *names) one(text string) (value, error) {
	if text == "" {
		return value{}, nil
	}
	i, err := l.number(text, maxNames)
	return value{uint64(i), err == nil}, err
}

func (l *names) several(texts []string) (value, error) {
	if texts == nil {
		return value{}, nil
	}
	v := value{known: true}
	for _, t := range texts {
		i, err := l.number(t, maxNames)
		if err != nil {
			return value{}, err
		}
		v.code |= 1 << i
	}
	return v, nil
}

func (l names) text(v value) string {
	if !v.known || v.code >= uint64(len(l)) {
		return ""
	}
	return l[v.code]
}

func (l names) texts(v value) []string {
	if !v.known {
		return nil
	}
	out := []string{}
	for i, t := range l {
		if v.code>>i&1 != 0 {
			out = append(out, t)
		}
	}
	return out
}
