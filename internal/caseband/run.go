package caseband

import "errors"

// Why says what limits a band, or that nothing does.
type Why string

// The reasons; each has a message under caseband.because.
const (
	Counted  Why = "counted"   // both ends fall into one band
	Open     Why = "open"      // cases of which the ward is not known might be here
	Short    Why = "short"     // the two weeks begin before the data
	NoReport Why = "no_report" // the data have no row of this province
	NoPeople Why = "no_people" // no population
)

// Span is a number of cases in the week looked at and in the one before.
type Span struct {
	Week   int `json:"week"`
	Before int `json:"before"`
}

// Numbers are what was seen of a unit on a day.
type Numbers struct {
	Day    Day  `json:"day"`
	Span        // cases that are this unit's
	Open   Span `json:"open"`         // cases that may be
	Absent int  `json:"days_missing"` // days of the two weeks before the data begin
	People int  `json:"people"`
	// Rate is the least it can be, RateMost the most; nil is not known.
	Rate     *float64 `json:"rate"`
	RateMost *float64 `json:"rate_most"`
}

// Run is a stretch of days on which a unit has one band for one reason.
type Run struct {
	From    Day    `json:"from"`
	To      Day    `json:"to"` // inclusive
	Least   string `json:"least"`
	Most    string `json:"most"` // the same as Least where it is certain
	Because Why    `json:"because"`
	// First are the numbers with which it began, Peak those of its highest rate.
	First Numbers `json:"first"`
	Peak  Numbers `json:"peak"`
}

// Certain tells whether the data leave one band only.
func (r Run) Certain() bool { return r.Least == r.Most }

// Band is "2", or "1-4" when it is not certain.
func (r Run) Band() string {
	if r.Certain() {
		return r.Least
	}
	return r.Least + "-" + r.Most
}

// runs decides the days of a unit and joins those that agree.
func runs(s *scale, u Unit, c *counts, mine share) (out []Run) {
	for day := range c.days {
		r := decide(s, u, c, mine, day)
		if n := len(out); n > 0 && out[n-1].Least == r.Least && out[n-1].Most == r.Most && out[n-1].Because == r.Because {
			last := &out[n-1]
			last.To = r.To
			if higher(r.First, last.Peak) {
				last.Peak = r.First
			}
			continue
		}
		out = append(out, r)
	}
	return out
}

func higher(a, b Numbers) bool { return a.Rate != nil && b.Rate != nil && *a.Rate > *b.Rate }

// decide is the run of one day.
func decide(s *scale, u Unit, c *counts, mine share, day int) Run {
	n := mine.at(day)
	n.Day, n.People = c.first+Day(day), u.People
	r := Run{From: n.Day, To: n.Day, Least: s.lowest(), Most: s.highest()}
	switch err := r.bands(s, &n); {
	case err != nil:
		r.Because = NoPeople
	case !c.reported[u.province]:
		n.RateMost, r.Most, r.Because = nil, s.highest(), NoReport
	case r.Certain():
		r.Because = Counted
	case n.Absent > 0:
		r.Because = Short
	default:
		r.Because = Open
	}
	r.First, r.Peak = n, n
	return r
}

var errNoPeople = errors.New("caseband: no population")

// bands sets both ends.
func (r *Run) bands(s *scale, n *Numbers) error {
	if n.People == 0 {
		return errNoPeople
	}
	least, rate, err := s.band(*n, Span{})
	if err != nil {
		return err
	}
	r.Least, n.Rate = least, &rate
	if n.Absent > 0 {
		return nil
	}
	most, high, err := s.band(*n, n.Open)
	if err != nil {
		return err
	}
	r.Most, n.RateMost = most, &high
	return nil
}

// at counts the two weeks that end with a day.
func (m share) at(day int) (n Numbers) {
	n.Week, n.Before = m.own.between(day-6, day+1), m.own.between(day-13, day-6)
	for _, s := range m.open {
		n.Open.Week += s.between(day-6, day+1)
		n.Open.Before += s.between(day-13, day-6)
	}
	n.Absent = max(13-day, 0)
	return n
}
