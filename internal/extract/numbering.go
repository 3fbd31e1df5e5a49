package extract

import (
	"encoding/xml"
	"errors"
	"strconv"
	"strings"
)

// lists are the automatic numbers of a Word file: what stands before "Giao
// UBND Quận" as "2." is not in its paragraph but in numbering.xml.
type lists struct {
	abstract map[string]*formsOf     // by abstractNumId
	list     map[string]list         // by numId
	styles   map[string]styled       // by styleId
	counters map[string]*[levels]int // by abstractNumId
}

// levels is how deep Word numbers.
const levels = 9

// level is the form of the numbers of one depth.
type level struct {
	start  int
	format string
	text   string // "%1.%2."
	legal  bool   // all numbers in it are written as 1, 2, 3
}

// formsOf are the levels of one kind of list.
type formsOf [levels]level

type list struct {
	abstract string
	start    map[int]int // of a level, where this list starts anew
}

type styled struct {
	list  string
	level int
	based string
}

// The parts of numbering.xml and styles.xml that matter.
type numberingXML struct {
	Abstract []struct {
		ID     string     `xml:"abstractNumId,attr"`
		Levels []levelXML `xml:"lvl"`
	} `xml:"abstractNum"`
	Num []struct {
		ID       string `xml:"numId,attr"`
		Abstract valXML `xml:"abstractNumId"`
		Override []struct {
			Level int     `xml:"ilvl,attr"`
			Start *valXML `xml:"startOverride"`
		} `xml:"lvlOverride"`
	} `xml:"num"`
}

type levelXML struct {
	Level  int     `xml:"ilvl,attr"`
	Start  valXML  `xml:"start"`
	Format valXML  `xml:"numFmt"`
	Text   valXML  `xml:"lvlText"`
	Legal  *valXML `xml:"isLgl"`
}

type valXML struct {
	Val string `xml:"val,attr"`
}

type stylesXML struct {
	Style []struct {
		ID    string `xml:"styleId,attr"`
		Based valXML `xml:"basedOn"`
		List  valXML `xml:"pPr>numPr>numId"`
		Level valXML `xml:"pPr>numPr>ilvl"`
	} `xml:"style"`
}

// lists reads both parts; a file without them numbers nothing.
func (a *archived) lists() (*lists, error) {
	l := &lists{
		abstract: map[string]*formsOf{}, list: map[string]list{},
		styles: map[string]styled{}, counters: map[string]*[levels]int{},
	}
	var n numberingXML
	if err := a.decode("word/numbering.xml", &n); err != nil {
		return nil, err
	}
	var s stylesXML
	if err := a.decode("word/styles.xml", &s); err != nil {
		return nil, err
	}
	l.take(n)
	for _, style := range s.Style {
		l.styles[style.ID] = styled{list: style.List.Val, level: whole(style.Level.Val), based: style.Based.Val}
	}
	return l, nil
}

func (a *archived) decode(name string, into any) error {
	r, err := a.open(name)
	if errors.Is(err, errNoPart) {
		return nil
	}
	if err != nil {
		return err
	}
	defer r.Close()
	return xml.NewDecoder(r).Decode(into)
}

func (l *lists) take(n numberingXML) {
	for _, abstract := range n.Abstract {
		forms := &formsOf{}
		for _, x := range abstract.Levels {
			if x.Level >= 0 && x.Level < levels {
				forms[x.Level] = level{start: whole(x.Start.Val), format: x.Format.Val, text: x.Text.Val, legal: x.Legal != nil && x.Legal.Val != "0"}
			}
		}
		l.abstract[abstract.ID] = forms
	}
	for _, num := range n.Num {
		made := list{abstract: num.Abstract.Val, start: map[int]int{}}
		for _, o := range num.Override {
			if o.Start != nil {
				made.start[o.Level] = whole(o.Start.Val)
			}
		}
		l.list[num.ID] = made
	}
}

// mark counts on and returns the number of a paragraph with a blank, or "".
func (l *lists) mark(style, id string, depth int, own bool) string {
	for hops := 0; !own && style != "" && hops < 20; hops++ {
		s := l.styles[style]
		if s.list != "" {
			id, depth, own = s.list, s.level, true
		}
		style = s.based
	}
	use, ok := l.list[id]
	forms := l.abstract[use.abstract]
	if !ok || forms == nil || depth < 0 || depth >= levels || id == "0" {
		return ""
	}
	counters := l.counters[use.abstract]
	if counters == nil {
		counters = &[levels]int{}
		l.counters[use.abstract] = counters
	}
	if start, ok := use.start[depth]; ok {
		counters[depth] = start - 1 // the first paragraph of this list
		delete(use.start, depth)
	} else if counters[depth] == 0 {
		counters[depth] = forms[depth].start - 1
	}
	counters[depth]++
	clear(counters[depth+1:])
	if s := forms.write(counters, depth); s != "" {
		return s + " "
	}
	return ""
}

func (forms *formsOf) write(counters *[levels]int, depth int) string {
	form := forms[depth]
	switch form.format {
	case "none":
		return ""
	case "bullet":
		return bullet(form.text)
	}
	text := form.text
	for i := 0; i <= depth; i++ {
		format := forms[i].format
		if form.legal {
			format = "decimal"
		}
		text = strings.ReplaceAll(text, "%"+strconv.Itoa(i+1), numeral(max(counters[i], 1), format))
	}
	return strings.TrimSpace(text)
}

// bullet writes the signs of symbol fonts as the dash of official papers.
func bullet(text string) string {
	switch text = strings.TrimSpace(text); text {
	case "+", "*", "•", "–":
		return text
	default:
		return "-"
	}
}

func numeral(n int, format string) string {
	switch format {
	case "lowerLetter":
		return strings.ToLower(alphabetic(n))
	case "upperLetter":
		return alphabetic(n)
	case "lowerRoman":
		return strings.ToLower(roman(n))
	case "upperRoman":
		return roman(n)
	case "decimalZero":
		if n < 10 {
			return "0" + strconv.Itoa(n)
		}
	}
	return strconv.Itoa(n)
}

// alphabetic is A to Z, AA to ZZ, as Word counts.
func alphabetic(n int) string {
	return strings.Repeat(string(rune('A'+(n-1)%26)), min((n-1)/26+1, 20))
}

func roman(n int) string {
	if n > 3999 {
		return strconv.Itoa(n)
	}
	var out strings.Builder
	for _, step := range []struct {
		value int
		sign  string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; n >= step.value; n -= step.value {
			out.WriteString(step.sign)
		}
	}
	return out.String()
}

// whole reads a number; what is none is 0.
func whole(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1<<20 {
		return 0
	}
	return n
}
