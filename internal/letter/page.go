package letter

import "time"

// paper is a laid-out document, the same for both formats: elements from top to
// bottom of A4 with the margins of both sets of rules.
type paper struct {
	title    string
	date     time.Time // of the file's properties; never the clock's
	elements []element
}

// The page in millimetres: margins top and bottom 20, left 30, right 15.
const (
	pageWidth    = 210.0
	pageHeight   = 297.0
	marginTop    = 20.0
	marginBottom = 20.0
	marginLeft   = 30.0
	marginRight  = 15.0
	textWidth    = pageWidth - marginLeft - marginRight
)

type align int

const (
	left align = iota
	centre
	right
	justified
)

// element is a para, a rule or a row.
type element interface{ isElement() }

// para is one paragraph.
type para struct {
	runs   []run
	size   float64 // points
	align  align
	first  float64 // indent of the first line, mm
	before float64 // space above, points
	keep   bool    // on one page with the next element
	frame  bool    // in a frame as wide as its text
	spread float64 // line spacing; 0 is single
}

// run is a part of a paragraph in one style.
type run struct {
	text                    string
	bold, italic, underline bool
}

// rule is a horizontal line.
type rule struct {
	width float64 // mm
	align align
	gap   float64 // space above, points
}

// row sets cells side by side. A row is never broken across pages.
type row struct {
	cells  []cell
	before float64 // space above, points
	border bool
}

type cell struct {
	width    float64 // mm
	elements []element
}

func (para) isElement() {}
func (rule) isElement() {}
func (row) isElement()  {}
