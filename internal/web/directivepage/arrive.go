package directivepage

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/web"
)

// arrivePage takes a document in: first its file, then its line of the book.
type arrivePage struct {
	factsFields
	Registers []directive.Register
	Register  directive.Register
	Reading   directive.Reading
	File      *directive.Attachment
	Manual    bool // the fields are shown before, or without, a reading
	Specimen  bool
	Ready     []listed
	Today     instant.Micros
	Stamps    []stamp    // of other offices, seen on the scan
	Signed    *signature // block of a digital signature
	Other     *twin      // the document that this one may repeat
	Sealed    bool       // the text carries a secrecy mark
	First     string     // field that the cursor stands in
}

type stamp struct {
	Office, Number string
	Date           instant.Micros
	Slip           bool
}

type signature struct {
	Body string
	At   instant.Micros
}

// twin is a document of the same issuer, symbol and day, or the same content.
type twin struct {
	paper
	No   int64
	At   instant.Micros
	Year int64
}

// Loading tells whether the page waits for the reader.
func (a *arrivePage) Loading() bool {
	return !a.Manual && (a.Reading.State == "waiting" || a.Reading.State == "running")
}

// Percent is how far the reading is.
func (a *arrivePage) Percent() int64 {
	if a.Reading.All == 0 {
		return 0
	}
	return a.Reading.Done * 100 / a.Reading.All
}

func (p *pages) arrive(r *web.Request) error {
	page := &arrivePage{Manual: r.Query("tay") != "", Specimen: p.Specimen != nil, Today: r.Now()}
	var err error
	if page.Registers, err = p.booksIn(r.Context(), r.By); err != nil {
		return err
	}
	page.choose(first(r.Form.Value("register"), r.Query("so")))
	id := first(r.Form.Value("document"), r.Query("van-ban"))
	if id == "" {
		return p.arriveEmpty(r, page)
	}
	view, err := p.doc.Document(r.Context(), r.By, id)
	if err != nil {
		return err
	}
	page.factsFields = factsFieldsOf(r, view.Document)
	page.Reading = view.Reading
	for i, a := range view.Attachments {
		if a.Kind == "source" {
			page.File = &view.Attachments[i]
		}
	}
	page.found(view.Reading.Found)
	page.First = page.firstMissing()
	return p.arriveShow(r, page)
}

// arriveEmpty is the page before a file was chosen, or for a paper without one.
func (p *pages) arriveEmpty(r *web.Request, page *arrivePage) error {
	page.factsFields = factsFieldsOf(r, directive.Document{})
	ready, err := p.doc.Incoming(r.Context(), r.By, directive.Filter{State: directive.Received, Limit: 20})
	if err != nil {
		return err
	}
	page.Ready, page.First = listedAll(ready.Items), "issuer"
	return p.arriveShow(r, page)
}

func (p *pages) arriveShow(r *web.Request, page *arrivePage) error {
	if id := r.Form.Arg("ID"); id != "" {
		other, err := p.doc.Document(r.Context(), r.By, id)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if err == nil {
			page.Other = &twin{paper: paper{other.Document}}
			if other.Entry != nil {
				page.Other.No, page.Other.At, page.Other.Year = other.Entry.No, other.Entry.ArrivedAt, other.Entry.Year
			}
		}
	}
	return r.Render("document/arrive", page)
}

func (a *arrivePage) choose(id string) {
	b := &bookPage{Registers: a.Registers}
	b.choose(id)
	a.Register = b.Register
}

// found shows what the reader saw beside the facts: stamps and slips of other
// offices, a signature block, a secrecy mark.
func (a *arrivePage) found(doc *officialdoc.Document) {
	if doc == nil {
		return
	}
	for _, s := range doc.Stamps {
		a.Stamps = append(a.Stamps, stamp{Office: s.Office, Number: s.Number, Date: dayOf(s.Date)})
	}
	if s := doc.Slip; s != nil && s.ArrivalNumber != "" && !slices.ContainsFunc(a.Stamps, func(t stamp) bool { return t.Number == s.ArrivalNumber }) {
		a.Stamps = append(a.Stamps, stamp{Number: s.ArrivalNumber, Date: dayOf(s.ReceivedOn), Slip: true})
	}
	if s := doc.Signature; s != nil {
		a.Signed = &signature{Body: first(s.Body, s.Signer), At: instant.Of(s.SignedAt)}
	}
	a.Sealed = doc.Metadata.Secrecy != ""
}

// firstMissing is the first field that the clerk has to fill; "" means that a
// single key registers the document.
func (a *arrivePage) firstMissing() string {
	d := a.Document
	switch {
	case d.Issuer == "":
		return "issuer"
	case d.IssuedOn == "":
		return "issued_on"
	case d.Subject == "":
		return "subject"
	default:
		return ""
	}
}

// receive takes an uploaded file, or a text that was pasted, in.
func (p *pages) receive(r *web.Request) error {
	in := directive.ReceiveInput{Key: r.Key(), Text: r.Form.Value("text")}
	if files := r.Files("file"); len(files) > 0 {
		content, err := files[0].Open()
		if err != nil {
			return err
		}
		defer content.Close()
		in.File = &directive.Upload{Name: files[0].Name, Content: content}
	}
	return p.received(r, in)
}

func (p *pages) received(r *web.Request, in directive.ReceiveInput) error {
	if in.File == nil && in.Text == "" {
		return fault.New(fault.Invalid, "input.check").At("file", "docpage.file_missing")
	}
	d, err := p.doc.Receive(r.Context(), r.By, in)
	if err != nil {
		return at("file", err)
	}
	return r.Redirect("/van-ban-den/vao-so?van-ban=" + d.ID)
}

// at puts a fault that names no field beside one, so that it is read there.
func at(field string, err error) error {
	var f *fault.Fault
	if !errors.As(err, &f) || len(f.Fields) > 0 || f.Kind == fault.Internal || f.Kind == fault.Denied || f.Kind == fault.NotFound {
		return err
	}
	return fault.Wrap(f.Cause, f.Kind, f.Key, f.Args...).At(field, f.Key, f.Args...)
}

func (p *pages) specimen(r *web.Request) error {
	return r.Download(p.Specimen.Name, p.Specimen.MediaType, func(w io.Writer) error {
		_, err := w.Write(p.Specimen.Content)
		return err
	})
}

func (p *pages) takeSpecimen(r *web.Request) error {
	return p.received(r, directive.ReceiveInput{Key: r.Key(), File: &directive.Upload{
		Name: p.Specimen.Name, MediaType: p.Specimen.MediaType, Content: bytes.NewReader(p.Specimen.Content),
	}})
}

func (p *pages) stopReading(r *web.Request) error {
	if err := p.doc.CancelReading(r.Context(), r.By, r.Path("id")); err != nil {
		return err
	}
	return r.Redirect("/van-ban-den/vao-so?tay=1&van-ban="+r.Path("id"), "docpage.reading_stopped")
}

// enterForm is the line of the book as the clerk checked it.
type enterForm struct {
	Register string         `form:"register"`
	Document string         `form:"document"`
	Version  int64          `form:"version"`
	Arrived  instant.Micros `form:"arrived"` // with arrived_clock
	Late     bool           `form:"late"`
	Reason   string         `form:"reason"`
	Text     string         `form:"text"`
}

func (p *pages) enter(r *web.Request) error {
	var in enterForm
	var facts factsForm
	err := errors.Join(r.Read(&in), r.Read(&facts))
	if err != nil {
		return joined(err)
	}
	before := directive.Document{}
	if in.Document != "" {
		view, err := p.doc.Document(r.Context(), r.By, in.Document)
		if err != nil {
			return err
		}
		before = view.Document
	}
	done, err := p.doc.Enter(r.Context(), r.By, directive.EnterInput{
		Key: r.Key(), Register: in.Register, Document: in.Document, Version: in.Version, ArrivedAt: in.Arrived,
		Late: in.Late, Reason: in.Reason, Text: in.Text, Facts: facts.facts(before),
	})
	if err != nil {
		return named(err)
	}
	return r.Redirect("/van-ban/"+done.Document.ID, "docpage.entered", "No", done.Entry.No)
}

// joined makes one fault of several, so that every field shows its own.
func joined(err error) error {
	out := fault.New(fault.Invalid, "input.check")
	list, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return err
	}
	for _, e := range list.Unwrap() {
		var f *fault.Fault
		if !errors.As(e, &f) {
			return err
		}
		out.Fields = append(out.Fields, f.Fields...)
	}
	return out
}

func (p *pages) take(r *web.Request) error {
	done, err := p.doc.Take(r.Context(), r.By, directive.TakeInput{
		Key: r.Key(), Document: r.Path("id"), Register: r.Form.Value("register"),
	})
	if err != nil {
		return err
	}
	return r.Redirect("/van-ban/"+r.Path("id"), "docpage.entered", "No", done.Entry.No)
}

// registersPage lists the books of the office and opens another.
type registersPage struct {
	Registers []directive.Register
	Year      int
}

func (p *pages) registers(r *web.Request) error {
	all, err := p.doc.Registers(r.Context(), r.By)
	if err != nil {
		return err
	}
	return r.Render("document/registers", registersPage{all, r.Now().In(instant.Vietnam()).Year()})
}

func (p *pages) openRegister(r *web.Request) error {
	var in struct {
		Name      string `form:"name"`
		Direction string `form:"direction"`
		Last      int64  `form:"last"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.doc.OpenRegister(r.Context(), r.By, directive.RegisterInput{
		Key: r.Key(), Name: in.Name, Direction: in.Direction, Last: in.Last,
		Year: int64(r.Now().In(instant.Vietnam()).Year()),
	})
	if err != nil {
		return err
	}
	return r.Redirect("/van-ban-den/so", "docpage.register_opened", "Name", in.Name)
}

// first is the first text that is not empty.
func first(texts ...string) string {
	for _, s := range texts {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}
