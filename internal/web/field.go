package web

import (
	"bytes"
	"fmt"
	"html/template"
	"reflect"
	"slices"

	"phaodai/internal/i18n"
	"phaodai/internal/instant"
)

// Field is a field of a form, made in a template by a pipeline:
//
//	{{field $ "due" "task.due" | value .Due | hint "input.date_hint" | required | input}}
//
// A field shows what was typed when the form came back, else the given value.
type Field struct {
	Name     string
	Label    string
	Hint     string
	Kind     string // of the input: text, password, search, tel, email, number, file, date, clock
	Value    string
	Chosen   []string
	Problem  string
	Required bool
	Multiple bool
	Accept   string
	Rows     int
	Options  []Choice
	Draft    bool // area: the script keeps what is typed until it was sent

	sent   bool
	form   string // in which it stands, where a page has several and another came back
	moment instant.Micros
	format i18n.Format
}

// Choice is one option of a select, radio group or list of boxes.
type Choice struct {
	Value string
	Text  string
	Group string // heading under which a select shows it, or ""
}

// ID is the id of the input, for its label and the summary of errors.
func (f *Field) ID() string {
	if f.form != "" {
		return "f-" + f.form + "-" + f.Name
	}
	return "f-" + f.Name
}

// of says to which of several forms on a page the field belongs, and which of
// them came back: only its fields show what was typed and what is wrong.
func (f *Field) of(form, back string) *Field {
	if form != back {
		f.form, f.sent, f.Problem, f.Value, f.Chosen = form, false, "", "", nil
	}
	return f
}

// Is tells whether an option is chosen.
func (f *Field) Is(value string) bool {
	return slices.Contains(f.Chosen, value) || f.Value == value
}

// Groups lists the headings of the options in their order.
func (f *Field) Groups() []string {
	var out []string
	for _, o := range f.Options {
		if !slices.Contains(out, o.Group) {
			out = append(out, o.Group)
		}
	}
	return out
}

func newField(format i18n.Format, translate func(string, ...any) string, v *View, name, label string) *Field {
	f := &Field{
		Name: name, Label: translate(label), Kind: "text", Rows: 3, format: format,
		sent: v.Form.Sent, Problem: v.Form.Problem(name), Draft: true,
	}
	if f.sent {
		f.Value, f.Chosen = v.Form.Value(name), v.Form.Values(name)
	}
	return f
}

// fieldFuncs are the functions of the pipeline. Each takes the field last.
func fieldFuncs(translate func(string, ...any) string, format i18n.Format, set *templateSet) template.FuncMap {
	draw := func(piece string) func(*Field) (template.HTML, error) {
		return func(f *Field) (template.HTML, error) {
			f.write()
			return set.draw(piece, f)
		}
	}
	return template.FuncMap{
		"field":    func(v *View, name, label string) *Field { return newField(format, translate, v, name, label) },
		"of":       func(form, back string, f *Field) *Field { return f.of(form, back) },
		"value":    func(x any, f *Field) *Field { return f.with(x) },
		"kind":     func(kind string, f *Field) *Field { f.Kind = kind; return f },
		"hint":     func(key string, f *Field) *Field { f.Hint = translate(key); return f },
		"hinttext": func(text string, f *Field) *Field { f.Hint = text; return f },
		"required": func(f *Field) *Field { f.Required = true; return f },
		"multiple": func(f *Field) *Field { f.Multiple = true; return f },
		"nodraft":  func(f *Field) *Field { f.Draft = false; return f },
		"accept":   func(types string, f *Field) *Field { f.Accept = types; return f },
		"rows":     func(n int, f *Field) *Field { f.Rows = n; return f },
		"options":  func(o []Choice, f *Field) *Field { f.Options = o; return f },
		"option": func(value, key string, f *Field) *Field {
			f.Options = append(f.Options, Choice{Value: value, Text: translate(key)})
			return f
		},
		"input":  draw("field-input"),
		"area":   draw("field-area"),
		"choice": draw("field-choice"),
		"radios": draw("field-radios"),
		"boxes":  draw("field-boxes"),
		"check":  draw("field-check"),
		"file":   draw("field-file"),
	}
}

// with sets the value unless the form came back with what was typed.
func (f *Field) with(x any) *Field {
	if f.sent {
		return f
	}
	switch x := x.(type) {
	case string:
		f.Value = x
	case []string:
		f.Chosen = x
	case bool:
		if x {
			f.Value = "1"
		}
	case instant.Micros:
		f.moment = x
	default:
		if v := reflect.ValueOf(x); v.IsValid() && !v.IsZero() {
			f.Value = fmt.Sprint(x)
		}
	}
	return f
}

// write turns a moment into the text that people type: a deadline at the end of
// a day is the day alone.
func (f *Field) write() {
	if f.moment.IsZero() || f.moment == instant.Forever {
		return
	}
	typed := i18n.NewFormat(i18n.Vietnamese, f.format.Zone)
	f.Value = typed.Date(f.moment)
	if clock := typed.Clock(f.moment); f.Kind == "moment" && clock != "23:59" {
		f.Value = clock + " " + f.Value
	}
}

func (s *templateSet) draw(piece string, data any) (template.HTML, error) {
	var b bytes.Buffer
	if err := s.piece.ExecuteTemplate(&b, piece, data); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil // made by html/template, which escaped it
}
