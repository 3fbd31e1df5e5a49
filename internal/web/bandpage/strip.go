package bandpage

import (
	"phaodai/internal/caseband"
	"phaodai/internal/exercise"
)

// strip is the bands over the days, as rectangles of a picture.
type strip struct {
	Width int
	Parts []part
	Marks []mark
}

// part is one run. Its letter stands in it where there is room, and its fill is
// never all that tells it: what is not certain has a broken edge too.
type part struct {
	X, Width    int
	Fill, Ink   string
	Letter      string
	Uncertain   bool
	Middle      int
	Description caseband.Run
}

type mark struct {
	X   int
	Day caseband.Day
}

const (
	dayWidth    = 5
	letterWidth = 9 // of one letter, at the size of the picture
)

// fills are the colours of risk, the mildest band first.
var fills = map[string][2]string{
	"1": {"#A6D8A8", "#16202A"}, "2": {"#F6D44D", "#16202A"}, "3": {"#F08A24", "#16202A"}, "4": {"#B3261E", "#FFFFFF"},
}

func stripOf(result *exercise.Result, runs []caseband.Run) strip {
	s := strip{Width: (int(result.To-result.From) + 1) * dayWidth}
	for _, run := range runs {
		x := part{X: int(run.From-result.From) * dayWidth, Width: days(run) * dayWidth, Fill: "#D5DBE0", Ink: "#16202A", Uncertain: !run.Certain(), Description: run}
		if colours, ok := fills[run.Least]; ok && run.Certain() {
			x.Fill, x.Ink = colours[0], colours[1]
		}
		x.Middle = x.X + x.Width/2
		if letter := run.Band(); len(letter)*letterWidth <= x.Width {
			x.Letter = letter
		}
		s.Parts = append(s.Parts, x)
	}
	s.Marks = []mark{{0, result.From}, {s.Width, result.To}}
	return s
}
