package fhir

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"phaodai/internal/fault"
)

// Limit bounds what is read.
type Limit struct {
	Bytes    int // of the text
	Findings int
}

// Looks tells whether a text is meant as FHIR in JSON.
func Looks(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\ufeff")), " \t\r\n"), []byte("{"))
}

// Read returns the findings of a Bundle or an Observation. Resources of other
// kinds are left alone; Specimens among them are found by their reference.
func Read(data []byte, limit Limit) ([]Finding, error) {
	if len(data) > limit.Bytes {
		return nil, fault.New(fault.Invalid, "fhir.large", "Bytes", limit.Bytes)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	b, err := bundleOf(data)
	if err != nil {
		return nil, err
	}
	r := reading{entries: b.Entry, specimens: map[string]specimen{}}
	r.index()
	var out []Finding
	for i, e := range b.Entry {
		if kindOf(e.Resource).ResourceType != "Observation" {
			continue
		}
		if len(out) == limit.Findings {
			return nil, fault.New(fault.Invalid, "fhir.many", "Most", limit.Findings)
		}
		f, err := r.finding(i+1, e.Resource)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "fhir.nothing")
	}
	return out, nil
}

// bundleOf is the bundle; an Observation alone is one of one entry.
func bundleOf(data []byte) (b Bundle, err error) {
	if !utf8.Valid(data) || !json.Valid(data) {
		return b, fault.New(fault.Invalid, "fhir.json")
	}
	switch kind := kindOf(data).ResourceType; kind {
	case "Observation":
		return Bundle{Entry: []Entry{{Resource: data}}}, nil
	case "Bundle":
		if err := json.Unmarshal(data, &b); err != nil {
			return b, fault.Wrap(err, fault.Invalid, "fhir.json")
		}
		return b, nil
	default:
		return b, fault.New(fault.Invalid, "fhir.kind", "Kind", short(kind))
	}
}

func kindOf(data []byte) (h head) {
	_ = json.Unmarshal(data, &h) // what is no resource has no kind
	return h
}

// reading is a bundle with the specimens that its Observations refer to.
type reading struct {
	entries   []Entry
	specimens map[string]specimen // by the full address of the entry, and by "Specimen/ID"
}

func (r *reading) index() {
	for _, e := range r.entries {
		if s, ok := specimenOf(e.Resource); ok {
			r.specimens[e.FullURL] = s
			if s.ID != "" {
				r.specimens["Specimen/"+s.ID] = s
			}
		}
	}
}

func specimenOf(data []byte) (s specimen, ok bool) {
	if kindOf(data).ResourceType != "Specimen" {
		return s, false
	}
	return s, json.Unmarshal(data, &s) == nil
}

// finding is what one Observation says.
func (r *reading) finding(entry int, data []byte) (f Finding, err error) {
	var o observation
	if err := json.Unmarshal(data, &o); err != nil {
		return f, fault.Wrap(err, fault.Invalid, "fhir.entry", "Entry", entry)
	}
	f = Finding{Entry: entry, Corrected: o.Status == "corrected" || o.Status == "amended", Issued: o.Issued}
	if !f.Corrected && o.Status != "final" {
		return f, fault.New(fault.Invalid, "fhir.status", "Entry", entry, "Status", short(o.Status))
	}
	isTest, forAntigen := o.Code.isTest()
	if !isTest {
		return f, fault.New(fault.Invalid, "fhir.test", "Entry", entry)
	}
	var ok bool
	if f.Result, ok = o.resultOf(); !ok {
		return f, fault.New(fault.Invalid, "fhir.result", "Entry", entry)
	}
	if f.Tube = r.tubeOf(o); f.Tube == "" {
		return f, fault.New(fault.Invalid, "fhir.specimen", "Entry", entry)
	}
	f.Antigen = forAntigen
	f.beside(o)
	return f, nil
}

func (f *Finding) beside(o observation) {
	var notes []string
	for _, n := range o.Note {
		if text := strings.TrimSpace(n.Text); text != "" {
			notes = append(notes, text)
		}
	}
	f.Note = strings.Join(notes, " ")
	if len(o.Performer) > 0 {
		f.Performer = o.Performer[0].Display
	}
}

// tubeOf is the code of the tube of an Observation, "" when it names none, or
// several of which none is known to be the tube's.
func (r *reading) tubeOf(o observation) string {
	if o.Specimen == nil {
		return ""
	}
	if id := o.Specimen.Identifier; id != nil && id.Value != "" {
		return id.Value
	}
	if name, inside := strings.CutPrefix(o.Specimen.Reference, "#"); inside {
		for _, c := range o.Contained {
			if s, ok := specimenOf(c); ok && s.ID == name {
				return s.tube()
			}
		}
		return ""
	}
	if o.Specimen.Reference == "" {
		return ""
	}
	return r.specimens[o.Specimen.Reference].tube()
}

// tube is the code of a specimen's tube: the identifier that is said to be one,
// else the only one that it or its container has.
func (s specimen) tube() string {
	all := s.Identifier
	for _, c := range s.Container {
		all = append(all, c.Identifier...)
	}
	only := ""
	for _, id := range all {
		switch {
		case id.System == TubeSystem:
			return id.Value
		case only == "" || only == id.Value:
			only = id.Value
		default:
			only = "\x00"
		}
	}
	return strings.Trim(only, "\x00")
}

// short keeps a message readable whatever stands in a file.
func short(text string) string {
	if r := []rune(text); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return text
}
