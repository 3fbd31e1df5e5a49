package web

import (
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"phaodai/internal/fault"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
)

// FormState is what was typed into the form of a page and what is wrong with it.
// On a page that shows a form for the first time it is empty.
type FormState struct {
	Sent     bool       // the form was sent and came back
	Kind     fault.Kind // why it came back
	Message  string     // the first line of the summary
	Problems []Problem  // one for each field

	values url.Values
	files  map[string][]*multipart.FileHeader
	args   map[string]any // of the fault's message
}

// Arg is an argument of the fault's message as text: the id of the document
// that was there before, for a page that shows both.
func (f *FormState) Arg(name string) string {
	if f == nil || f.args[name] == nil {
		return ""
	}
	return fmt.Sprint(f.args[name])
}

// Problem is what is wrong with one field, in the reader's words.
type Problem struct {
	Name string
	Text string
}

// Value is what was typed into a field, without blanks around it, in NFC.
func (f *FormState) Value(name string) string {
	if f == nil {
		return ""
	}
	return clean(f.values.Get(name))
}

// Values are all values of a field: boxes that were ticked.
func (f *FormState) Values(name string) []string {
	if f == nil {
		return nil
	}
	out := make([]string, 0, len(f.values[name]))
	for _, s := range f.values[name] {
		if s = clean(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Problem is the message at a field, or "".
func (f *FormState) Problem(name string) string {
	for _, p := range f.Problems {
		if p.Name == name {
			return p.Text
		}
	}
	return ""
}

func clean(s string) string {
	return strings.TrimSpace(norm.NFC.String(strings.ReplaceAll(s, "\r\n", "\n")))
}

// Upload is a file of a form. It lies in memory or in a temporary file that the
// request removes at its end.
type Upload struct {
	Name string
	Size int64
	Open func() (multipart.File, error)
}

// Files are the files sent in a field; an empty file field has none.
func (r *Request) Files(name string) []Upload {
	var out []Upload
	for _, h := range r.Form.files[name] {
		if h.Size > 0 || h.Filename != "" {
			out = append(out, Upload{Name: norm.NFC.String(h.Filename), Size: h.Size, Open: h.Open})
		}
	}
	return out
}

// File is the one file that a field asks for; without one the form comes back.
func (r *Request) File(name string) (Upload, error) {
	files := r.Files(name)
	if len(files) == 0 {
		return Upload{}, fault.New(fault.Invalid, "input.check").At(name, "input.missing")
	}
	return files[0], nil
}

// Read fills the tagged fields of a struct from the form: string, bool, int,
// int64, float64, []string, []int64 and instant.Micros, each with the tag
// `form:"name"`. A moment reads the field name and, when there is one, the
// field name_clock; with `form:"name,end"` a date without an hour is the end of
// the day. What cannot be read is one fault with a message at each field.
func (r *Request) Read(dst any) error {
	bad := fault.New(fault.Invalid, "input.check")
	v := reflect.ValueOf(dst).Elem()
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag.Get("form")
		if tag == "" {
			continue
		}
		name, option, _ := strings.Cut(tag, ",")
		if err := r.set(v.Field(i), name, option); err != nil {
			var f *fault.Fault
			if !errors.As(err, &f) {
				return err
			}
			bad.At(name, f.Key, f.Args...)
		}
	}
	return bad.OrNil()
}

func (r *Request) set(field reflect.Value, name, option string) error {
	text := r.Form.Value(name)
	switch p := field.Addr().Interface().(type) {
	case *string:
		*p = text
	case *bool:
		*p = text != "" && text != "0"
	case *[]string:
		*p = r.Form.Values(name)
	case *int64:
		return readNumber(text, p)
	case *int:
		var n int64
		err := readNumber(text, &n)
		*p = int(n)
		return err
	case *float64:
		return readDecimal(text, p)
	case *[]int64:
		for _, s := range r.Form.Values(name) {
			var n int64
			if err := readNumber(s, &n); err != nil {
				return err
			}
			*p = append(*p, n)
		}
	case *instant.Micros:
		at, err := r.readMoment(text, r.Form.Value(name+"_clock"), option == "end")
		*p = at
		return err
	default:
		return errors.New("web: form field " + name + " has a type that Read does not know")
	}
	return nil
}

// readNumber reads a whole number as people type it: 4812, 4.812, 4,812.
func readNumber(text string, p *int64) error {
	if text == "" {
		return nil
	}
	n, err := strconv.ParseInt(strings.NewReplacer(".", "", ",", "", " ", "").Replace(text), 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "input.number", "Text", text)
	}
	*p = n
	return nil
}

// readDecimal reads 65,3 and 65.3.
func readDecimal(text string, p *float64) error {
	if text == "" {
		return nil
	}
	x, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", "."), 64)
	if err != nil {
		return fault.New(fault.Invalid, "input.number", "Text", text)
	}
	*p = x
	return nil
}

func (r *Request) readMoment(text, clock string, end bool) (instant.Micros, error) {
	if text == "" {
		return 0, nil
	}
	at, err := i18n.ParseMoment(strings.TrimSpace(text+" "+clock), r.By.Now, r.kit.config.Zone)
	if err != nil {
		return 0, err
	}
	if end && clock == "" && !strings.ContainsAny(text, " T") {
		return instant.Of(instant.EndOfDay(at.In(r.kit.config.Zone))), nil
	}
	return at, nil
}

// memory is how much of an upload stays in memory; the rest goes to a file.
const memory = 1 << 20

// parseForm reads the body up to the limit of the route.
func parseForm(w http.ResponseWriter, h *http.Request, limit int64) (*FormState, error) {
	started := time.Now()
	state := &FormState{values: url.Values{}}
	if h.ContentLength > limit {
		drain(h, started)
		return state, tooLarge(h.ContentLength, limit)
	}
	h.Body = http.MaxBytesReader(w, h.Body, limit)
	var err error
	if strings.HasPrefix(h.Header.Get("Content-Type"), "multipart/form-data") {
		err = h.ParseMultipartForm(memory)
	} else {
		err = h.ParseForm()
	}
	state.values = h.PostForm
	if h.MultipartForm != nil {
		state.files = h.MultipartForm.File
	}
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big):
		return state, tooLarge(limit+1, limit)
	case err != nil:
		return state, fault.Wrap(err, fault.Invalid, "input.broken")
	}
	return state, nil
}
