package officialdoc

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"unicode/utf8"

	"phaodai/internal/fault"
)

// MaxBytes is the longest text that is read: some three hundred pages.
const MaxBytes = 512 << 10

// Reader holds the compiled rules. It never changes after New and may be used
// by many goroutines.
type Reader struct {
	rules *rules
	c     classes
}

// classes are the word lists that the code asks for, by their names in the
// rule files.
type classes struct {
	Kind, Code, Numberword, Draft, Urgency, Secrecy                                                                                                                                 class
	Order, Demand, Strong, Through, With, Modal, Permission, Future                                                                                                                 class
	Adverb, Act, Past, Report, Connector, Opener, Situation, Closing                                                                                                                class
	Recap, Leadin, Leadnoun, Issue, Meeting, Leader, Forbid, Condition                                                                                                              class
	Frame, Talk, Selfname, Longopener, Mobilise, Role, Afteris, This, Place, Enact, Aim, States, Recital, Tierword, Openend, Leadverb, Agree, Proper, Said, Noverb, Officer, Signed class
	Beforenoun, Finish, Notcadence, Feast, Decide                                                                                                                                   class
	Head, Weak, Det, Courtesy, Keep, Carried, Carrier, Stop, Bare, And                                                                                                              class
	Aside, Sharing                                                                                                                                                                  class
	Motto, Slip, Recipients, Addressees, Signfor, Signtitle, Signature                                                                                                              class
	Stamp, Subject, Caption, Headline, Preamble, Family, Tier, Dayword                                                                                                              class
	Abbreviation, Unit, Topic, Slipfield, Remark, Ocr                                                                                                                               class
}

// New compiles the rules. It panics where an embedded rule file has a defect;
// the tests compile them all.
func New() *Reader {
	r, err := loadRules("deadline", "cadence", "target")
	if err != nil {
		panic(err)
	}
	x := &Reader{rules: r}
	v := reflect.ValueOf(&x.c).Elem()
	for i := range v.NumField() {
		name := strings.ToLower(v.Type().Field(i).Name)
		c, ok := r.classes[name]
		if !ok {
			panic(fmt.Sprintf("rules: no list %q", name))
		}
		v.Field(i).SetUint(uint64(c))
	}
	return x
}

// Default returns a Reader that is compiled at the first call.
var Default = sync.OnceValue(New)

// Read reads one text. It fails only for a text over MaxBytes or one that is
// not UTF-8.
func (r *Reader) Read(text string) (*Document, error) {
	if len(text) > MaxBytes {
		return nil, fault.New(fault.TooLarge, "reader.too_long", "Kilobytes", len(text)>>10, "Max", MaxBytes>>10)
	}
	if !utf8.ValidString(text) {
		return nil, fault.New(fault.Invalid, "reader.not_utf8")
	}
	d := &draft{reading: r.rules.read([]rune(text)), c: r.c, doc: &Document{}}
	d.doc.Metadata.Evidence = map[string]Evidence{}
	d.layout()
	d.readLayout()
	d.paragraphs()
	for n := range d.paras {
		d.split(n)
	}
	d.findYear()
	d.metadata()
	d.findYear()
	d.cite()
	d.understand()
	d.correct()
	d.finish()
	return d.doc, nil
}

// draft is a document while it is read.
type draft struct {
	*reading
	c   classes
	doc *Document

	formal, letter, strict bool
	numbered               bool   // reading a numbered item
	title                  int    // line of the kind, -1 where there is none
	slip, esign            [2]int // lines
	recipients, signer     [2]int
	addressees             [2]int
	stamps                 [][2]int
	subject                [2]int // tokens
	summary                int    // line behind a news report's summary

	paras     []para
	sentences []sentence
	lead      int // sentence of the lead-in + 2; 0 not looked for yet
	own       int // last numbered paragraph + 2; 0 not looked for yet
	year      int
	yearGuess bool
	head      string   // of the issuer, by name, folded
	issuer    []string // normalised names under which the issuer goes
	taskPara  []int
}

// w is the number of a word that some rule names.
func (d *draft) w(word string) wordID { return d.rules.words.ids[word] }

func (d *draft) evidence(field string, a, b int, why string) {
	d.doc.Metadata.Evidence[field] = Evidence{d.span(a, b), why}
}

// finish replaces missing lists by empty ones, so that JSON has [].
func (d *draft) finish() {
	x := d.doc
	if x.Clauses == nil {
		x.Clauses = []Clause{}
	}
	if x.Corrections == nil {
		x.Corrections = []Correction{}
	}
	if x.Stamps == nil {
		x.Stamps = []Stamp{}
	}
	if x.Notes == nil {
		x.Notes = []Note{}
	}
	m := &x.Metadata
	for _, list := range []*[]string{&m.Addressees, &m.Recipients} {
		if *list == nil {
			*list = []string{}
		}
	}
	if m.RecipientGroups == nil {
		m.RecipientGroups = []Recipient{}
	}
	for i := range x.Tasks {
		if x.Tasks[i].Coordinating == nil {
			x.Tasks[i].Coordinating = []string{}
		}
	}
}
