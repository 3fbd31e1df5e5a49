package cap

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"phaodai/internal/fault"
	"phaodai/internal/geo"
	"phaodai/internal/instant"
)

// Bounds of an alert. The standard gives 160 letters for headlines that go out
// as short messages; the others keep a feed readable.
const (
	maxName        = 200
	maxHeadline    = 160
	maxDescription = 4000
	maxAreas       = 1000
	maxCorners     = 20_000 // of all areas together
	maxValues      = 20
	maxReferences  = 50
	maxMetres      = 100_000
)

// Check says what is wrong with an alert: a fault with a field for each place,
// nil nothing.
func (a Alert) Check() error {
	f := fault.New(fault.Invalid, "cap.refused")
	a.checkHead(f)
	a.checkTimes(f)
	a.checkText(f, "vi", a.Vi, maxHeadline-marks(a.Exercise))
	a.checkText(f, "en", a.En, maxHeadline-marks(a.Exercise))
	a.checkPage(f)
	a.checkAreas(f)
	checkValues(f, "parameters", a.Parameters)
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// marks is the room that the mark of an exercise takes in a headline.
func marks(exercise bool) int {
	if exercise {
		return utf8.RuneCountInString("[Diễn tập] ")
	}
	return 0
}

// token is what the standard allows in senders and identifiers, with a bound.
var token = regexp.MustCompile(`^[^\s,<&\pC]{1,200}$`)

func (a Alert) checkHead(f *fault.Fault) {
	if !token.MatchString(a.Sender) {
		f.At("sender", "cap.token")
	}
	kind := cmp.Or(a.Kind, First)
	switch {
	case !slices.Contains([]Kind{First, Update, Cancel}, kind):
		f.At("kind", "cap.choose")
	case kind == First && len(a.References) > 0:
		f.At("references", "cap.references_first")
	case kind != First && len(a.References) == 0:
		f.At("references", "cap.references_missing")
	case len(a.References) > maxReferences:
		f.At("references", "cap.too_many", "Most", maxReferences)
	}
	for _, r := range a.References {
		if !token.MatchString(r.Sender) || !token.MatchString(r.Identifier) || !written(r.Sent) {
			f.At("references", "cap.reference")
			break
		}
	}
	text(f, "note", a.Note, maxDescription, a.Exercise || kind == Cancel)
}

func (a Alert) checkTimes(f *fault.Fault) {
	if !written(a.Sent) {
		f.At("sent", "cap.moment")
	}
	if !written(a.Onset) {
		f.At("onset", "cap.moment")
	}
	if open := a.Expires.IsZero() || a.Expires == instant.Forever; !open && (!written(a.Expires) || a.Expires <= a.Onset || a.Expires <= a.Sent) {
		f.At("expires", "cap.expires")
	}
}

// written tells whether a moment has the four figures of a year that the schema
// asks for.
func written(m instant.Micros) bool {
	if m.IsZero() || m == instant.Forever {
		return false
	}
	year := m.In(instant.Vietnam()).Year()
	return year >= 1 && year <= 9999
}

func (a Alert) checkText(f *fault.Fault, language string, t Text, headline int) {
	text(f, language+".sender", t.Sender, maxName, true)
	text(f, language+".event", t.Event, maxName, true)
	text(f, language+".headline", t.Headline, headline, true)
	text(f, language+".description", t.Description, maxDescription, true)
	text(f, language+".instruction", t.Instruction, maxDescription, false)
}

func text(f *fault.Fault, field, s string, most int, needed bool) {
	switch {
	case needed && strings.TrimSpace(s) == "":
		f.At(field, "cap.needed")
	case utf8.RuneCountInString(s) > most:
		f.At(field, "cap.too_long", "Most", most)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unprintable):
		f.At(field, "cap.letters")
	}
}

// unprintable are letters that XML cannot hold, that people cannot see, or that
// turn the direction of what follows.
func unprintable(r rune) bool {
	return r != '\n' && r != '\t' && unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF || r == utf8.RuneError || unicode.Is(unicode.Bidi_Control, r)
}

func (a Alert) checkPage(f *fault.Fault) {
	if !slices.Contains([]Severity{Extreme, Severe, Moderate, Minor}, a.Severity) {
		f.At("severity", "cap.choose")
	}
	known := []Response{Shelter, Prepare, Execute, Avoid, Monitor, AllClear}
	if slices.ContainsFunc(a.Responses, func(r Response) bool { return !slices.Contains(known, r) }) || len(a.Responses) > len(known) {
		f.At("responses", "cap.choose")
	}
	if u, err := url.Parse(a.Web); a.Web != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(a.Web) > 2000) {
		f.At("web", "cap.web")
	}
	text(f, "contact", a.Contact, maxName, false)
}

func (a Alert) checkAreas(f *fault.Fault) {
	if len(a.Areas) == 0 {
		f.At("areas", "cap.needed")
	}
	if len(a.Areas) > maxAreas {
		f.At("areas", "cap.too_many", "Most", maxAreas)
		return
	}
	left := maxCorners
	for i, x := range a.Areas {
		field := "areas." + strconv.Itoa(i+1)
		text(f, field+".vi", x.Vi, maxName, true)
		text(f, field+".en", x.En, maxName, true)
		checkValues(f, field+".codes", x.Codes)
		if len(x.Shape) > 0 {
			if bad := geo.Check(x.Shape, max(left, 0)); bad != nil {
				f.At(field+".shape", bad.Key, bad.Args...)
			}
		}
		left -= corners(x.Shape)
		x.checkCircles(f, field)
	}
}

func corners(s geo.Shape) (n int) {
	for _, polygon := range s {
		for _, ring := range polygon {
			n += len(ring)
		}
	}
	return n
}

func (x Area) checkCircles(f *fault.Fault, field string) {
	if len(x.Circles) > maxValues {
		f.At(field+".circles", "cap.too_many", "Most", maxValues)
	}
	for _, c := range x.Circles {
		p := c.Centre
		if !(p.Lat() >= -90 && p.Lat() <= 90 && p.Lon() >= -180 && p.Lon() <= 180) || !(c.Metres >= 1 && c.Metres <= maxMetres) {
			f.At(field+".circles", "cap.circle", "Most", maxMetres/1000)
			return
		}
	}
}

func checkValues(f *fault.Fault, field string, all []Value) {
	if len(all) > maxValues {
		f.At(field, "cap.too_many", "Most", maxValues)
	}
	for _, v := range all {
		text(f, field, v.Name, maxName, true)
		text(f, field, v.Value, maxName, true)
	}
}
