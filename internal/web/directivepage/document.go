package directivepage

import (
	"errors"
	"mime"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/task"
	"phaodai/internal/web"
)

// documentPage is one document with what belongs to it.
type documentPage struct {
	View       directive.View
	Document   paper
	Kind       string // name of the kind
	Files      []directive.Attachment
	Facts      []fact
	Text       []segment
	Recipients []directive.Recipient
	Opened     int
	Force      directive.Force
	Behind     []step // orders that it rests on, nearest first
	Ahead      []step // documents that rest on it
	Links      []link // to be confirmed or corrected
	Unsure     int
	Progress   task.Progress
	Next       action // what comes next, as the primary button
	Stamp      *stampBox
	LinkKinds  []web.Choice
	At         instant.Micros // "?luc=": in force as it was then
}

// fact is one field with the place in the text that it was read from.
type fact struct {
	Key   string
	Value string
	Quote string
	Why   string
}

// action is a step of a document's way.
type action struct {
	Key  string // of the words on the button; "" for none
	Path string
}

// stampBox is the arrival stamp (dấu đến) to be printed on the paper.
type stampBox struct {
	Office string
	No     int64
	At     instant.Micros
	Hour   bool
}

// step is a document reached over links.
type step struct {
	directive.Step
	paper
}

// link is an edge as read, which a person confirms or takes away.
type link struct {
	directive.Link
	Paper paper
	Key   string // message key of the edge seen from this document
}

func (p *pages) document(r *web.Request) error {
	id := r.Path("id")
	open := p.doc.Open
	if r.Form.Sent || r.HTTP.Header.Get("HX-Request") != "" {
		open = p.doc.Document // the page again, not another reading
	}
	view, err := open(r.Context(), r.By, id)
	if err != nil {
		return err
	}
	page := &documentPage{View: view, Document: paper{view.Document}, Kind: kindName(r, view.Document.Kind), Files: view.Attachments, At: r.Now()}
	if at := r.Query("luc"); at != "" {
		if page.At, err = i18n.ParseMoment(at, r.Now(), instant.Vietnam()); err != nil {
			return err
		}
	}
	page.recipients()
	page.facts(r)
	page.links(r)
	page.Text = textOf(view.Reading)
	page.Next = p.next(r.By, view)
	page.stamp()
	if err := p.graph(r, page); err != nil {
		return err
	}
	return r.Render("document/document", page)
}

// graph asks what stands behind and before the document and whether it holds.
func (p *pages) graph(r *web.Request, page *documentPage) error {
	ctx, id := r.Context(), page.Document.ID
	var err error
	if page.Force, err = p.doc.InForce(ctx, r.By, id, page.At); err != nil {
		return err
	}
	behind, err := p.doc.Behind(ctx, r.By, id, page.At)
	if err != nil {
		return err
	}
	ahead, err := p.doc.Ahead(ctx, r.By, id, page.At)
	if err != nil {
		return err
	}
	page.Behind, page.Ahead = steps(behind), steps(ahead)
	if p.Tasks == nil || !r.By.Anywhere(auth.TaskRead) {
		return nil
	}
	progress, err := p.Tasks.ProgressOf(ctx, r.By, id)
	page.Progress = progress[id]
	return err
}

func steps(in []directive.Step) []step {
	out := make([]step, len(in))
	for i, s := range in {
		out[i] = step{s, paper{s.Document}}
	}
	return out
}

func (d *documentPage) recipients() {
	for _, r := range d.View.Recipients {
		if r.SentAt == 0 {
			continue
		}
		d.Recipients = append(d.Recipients, r)
		if r.OpenedAt != 0 {
			d.Opened++
		}
	}
}

// links lists the edges that are drawn from or to this document.
func (d *documentPage) links(r *web.Request) {
	for _, l := range d.View.Links {
		key := "document.link." + string(l.Kind)
		if l.Backwards {
			key = "docpage.linked_from." + string(l.Kind)
		}
		d.Links = append(d.Links, link{Link: l, Paper: paper{l.Other}, Key: key})
		if !l.Confirmed {
			d.Unsure++
		}
	}
	for _, k := range []directive.LinkKind{directive.Cites, directive.Amends, directive.Supersedes, directive.Repeals, directive.Extends, directive.Reports} {
		d.LinkKinds = append(d.LinkKinds, web.Choice{Value: string(k), Text: r.T("document.link." + string(k))})
	}
}

// facts shows each field with the words it was read from and the rule.
func (d *documentPage) facts(r *web.Request) {
	found := d.View.Reading.Found
	text := []rune(d.View.Reading.Text)
	add := func(key, value, evidence string) {
		if value == "" {
			return
		}
		f := fact{Key: key, Value: value}
		if found != nil {
			if e, ok := found.Metadata.Evidence[evidence]; ok {
				f.Quote, f.Why = quote(text, e.Span), explain(r, e.Why)
			}
		}
		d.Facts = append(d.Facts, f)
	}
	doc := d.Document
	add("docpage.issuer", doc.Issuer, "issuer")
	add("docpage.symbol", doc.Symbol, "number")
	if doc.SymbolSeen != "" && doc.SymbolSeen != doc.Symbol {
		add("docpage.symbol_seen", doc.SymbolSeen, "number")
	}
	add("docpage.issued_on", r.Format().Date(doc.Issued()), "issued_on")
	add("docpage.kind", d.Kind, "kind")
	add("docpage.subject", doc.Subject, "subject")
	add("docpage.signer", join(doc.SignedFor, doc.SignerTitle, doc.Signer), "signer")
	add("docpage.place", doc.Place, "place")
	add("docpage.urgency", r.T("document.urgency."+string(doc.Urgency)), "urgency")
	add("docpage.secrecy", r.T("document.secrecy."+string(doc.Secrecy)), "secrecy")
	add("docpage.scope", r.T("document.scope."+string(doc.Scope)), "")
	if s := signatureOf(found); s != nil {
		d.Facts = append(d.Facts, fact{
			Key: "docpage.signed_digitally", Value: join(s.Body, r.Format().Moment(s.At)),
			Quote: quote(text, found.Signature.Span), Why: explain(r, found.Signature.Why),
		})
	}
}

func signatureOf(found *officialdoc.Document) *signature {
	if found == nil || found.Signature == nil {
		return nil
	}
	s := found.Signature
	return &signature{Body: first(s.Body, s.Signer), At: instant.Of(s.SignedAt)}
}

// join puts what is there behind one another.
func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" || s == "—" }), ", ")
}

// quote is the words of a span on one line, cut where they run long.
func quote(text []rune, span officialdoc.Span) string {
	start, end := max(span[0], 0), min(span[1], len(text))
	if start >= end {
		return ""
	}
	const most = 160
	words := strings.Join(strings.Fields(string(text[start:min(end, start+2*most)])), " ")
	if r := []rune(words); len(r) > most {
		return string(r[:most]) + "…"
	}
	return words
}

// stamp is the arrival stamp of the reader's office.
func (d *documentPage) stamp() {
	if e := d.View.Entry; e != nil && e.No > 0 {
		d.Stamp = &stampBox{Office: d.View.OfficeName, No: e.No, At: e.ArrivedAt, Hour: e.HourWritten}
	}
}

// next is the step that the document waits for and this actor may do.
func (p *pages) next(by auth.Actor, v directive.View) action {
	d, base := v.Document, "/van-ban/"+v.Document.ID
	can := func(right auth.Right) bool { return by.Anywhere(right) }
	switch {
	case d.State == directive.Received && can(auth.DocumentRegister):
		return action{"docpage.enter_now", "/van-ban-den/vao-so?van-ban=" + d.ID}
	case d.State == directive.Registered && can(auth.DocumentAdvise):
		return action{"docpage.advise", base + "/phieu"}
	case d.State == directive.Advised && can(auth.DocumentApprove):
		return action{"docpage.see_slip_approve", base + "/phieu"}
	case (d.State == directive.Passed || d.State == directive.Issued) && can(auth.DocumentReview):
		return action{"docpage.review_it", base + "/ra-soat"}
	case d.State == directive.Working && can(auth.TaskRead):
		return action{"docpage.follow_it", "/theo-doi?van-ban=" + d.ID}
	case d.Origin == directive.Made && d.State != directive.Issued && d.State != directive.Filed:
		return action{"docpage.to_outgoing", "/van-ban-di/" + d.ID}
	default:
		return action{}
	}
}

// file sends a file of the document: pictures and PDFs are shown, everything
// else is downloaded.
func (p *pages) file(r *web.Request) error {
	file, err := p.doc.OpenAttachment(r.Context(), r.By, r.Path("id"), r.Path("file"))
	if err != nil {
		return err
	}
	kind, _, err := mime.ParseMediaType(file.MediaType)
	shown := err == nil && (kind == "application/pdf" || kind == "image/png" || kind == "image/jpeg")
	return send(r, file, shown && r.Query("tai") == "")
}

func (p *pages) attach(r *web.Request) error {
	files := r.Files("file")
	if len(files) == 0 {
		return fault.New(fault.Invalid, "input.check").At("file", "docpage.file_missing")
	}
	content, err := files[0].Open()
	if err != nil {
		return err
	}
	defer content.Close()
	_, err = p.doc.Attach(r.Context(), r.By, directive.AttachInput{
		Key: r.Key(), Document: r.Path("id"), File: directive.Upload{Name: files[0].Name, Content: content},
	})
	if err != nil {
		return at("file", err)
	}
	return r.Redirect("/van-ban/"+r.Path("id"), "docpage.attached", "Name", files[0].Name)
}

// correctionPage corrects the facts of a document.
type correctionPage struct {
	factsFields
	Reason bool // it is in the book: a correction needs a reason
}

func (p *pages) correction(r *web.Request) error {
	view, err := p.doc.Document(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	return r.Render("document/correction", correctionPage{factsFieldsOf(r, view.Document), view.Document.State != directive.Received})
}

func (p *pages) correct(r *web.Request) error {
	var in struct {
		Version int64  `form:"version"`
		Reason  string `form:"reason"`
	}
	var facts factsForm
	if err := errors.Join(r.Read(&in), r.Read(&facts)); err != nil {
		return joined(err)
	}
	view, err := p.doc.Document(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	_, err = p.doc.Correct(r.Context(), r.By, directive.CorrectInput{
		Key: r.Key(), Document: r.Path("id"), Version: in.Version, Reason: in.Reason, Facts: facts.facts(view.Document),
	})
	if err != nil {
		return named(err)
	}
	return r.Redirect("/van-ban/"+r.Path("id"), "docpage.corrected")
}

// publicationPage asks again before a document is made public.
type publicationPage struct {
	Document paper
	Party    bool
}

func (p *pages) publication(r *web.Request) error {
	view, err := p.doc.Document(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	d := view.Document
	return r.Render("document/publication", publicationPage{paper{d}, d.System == "party" || d.Line == "party"})
}

func (p *pages) publish(r *web.Request) error {
	var in struct {
		Version int64 `form:"version"`
		Public  bool  `form:"public"`
		Sure    bool  `form:"sure"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	if in.Public && !in.Sure {
		return fault.New(fault.Invalid, "input.check").At("sure", "docpage.public_tick")
	}
	_, err := p.doc.Publish(r.Context(), r.By, directive.PublishInput{
		Key: r.Key(), Document: r.Path("id"), Version: in.Version, Public: in.Public,
	})
	if err != nil {
		return err
	}
	message := "docpage.made_public"
	if !in.Public {
		message = "docpage.made_private"
	}
	return r.Redirect("/van-ban/"+r.Path("id"), message)
}

func (p *pages) refuse(r *web.Request) error {
	var in struct {
		Version int64  `form:"version"`
		Reason  string `form:"refuse_reason"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.doc.Refuse(r.Context(), r.By, directive.RefuseInput{
		Key: r.Key(), Document: r.Path("id"), Version: in.Version, Reason: in.Reason,
	})
	if err != nil {
		return renamed(err, "reason", "refuse_reason")
	}
	return r.Redirect("/van-ban-den", "docpage.refused")
}

func (p *pages) store(r *web.Request) error {
	var in struct {
		Version int64  `form:"version"`
		Dossier string `form:"dossier"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.doc.File(r.Context(), r.By, directive.FileInput{
		Key: r.Key(), Document: r.Path("id"), Version: in.Version, Dossier: in.Dossier,
	})
	if err != nil {
		return err
	}
	return r.Redirect("/van-ban/"+r.Path("id"), "docpage.filed")
}

func (p *pages) link(r *web.Request) error {
	var in struct {
		Symbol string         `form:"link_symbol"`
		Kind   string         `form:"link_kind"`
		Issuer string         `form:"link_issuer"`
		Date   instant.Micros `form:"link_date"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.doc.Link(r.Context(), r.By, directive.LinkInput{
		Key: r.Key(), From: r.Path("id"), Symbol: in.Symbol, Kind: directive.LinkKind(in.Kind), Issuer: in.Issuer, Date: dayText(in.Date),
	})
	if err != nil {
		return renamed(renamed(err, "symbol", "link_symbol"), "date", "link_date")
	}
	return r.Redirect("/van-ban/"+r.Path("id")+"#quan-he", "docpage.linked")
}

func (p *pages) unlink(r *web.Request) error {
	err := p.doc.Unlink(r.Context(), r.By, directive.UnlinkInput{Key: r.Key(), Link: r.Path("link"), Reason: r.Form.Value("reason")})
	if err != nil {
		return err
	}
	return r.Redirect("/van-ban/"+r.Path("id")+"#quan-he", "docpage.unlinked")
}

func (p *pages) confirmLink(r *web.Request) error {
	if _, err := p.doc.ConfirmLink(r.Context(), r.By, r.Key(), r.Path("link")); err != nil {
		return err
	}
	return r.Redirect("/van-ban/" + r.Path("id") + "#quan-he")
}

// fieldNames are the names on the pages of fields that the capability names
// otherwise.
var fieldNames = map[string]string{
	"arrived_at":  "arrived",
	"signer_post": "signer", "offices": "office", "coordinating": "with", "planned_at": "planned", "held_at": "held",
	"chair_post": "chair", "cadence": "every_min", "parts": "part",
}

// named puts the messages of a fault beside the fields of the page.
func named(err error) error {
	for from, to := range fieldNames {
		err = renamed(err, from, to)
	}
	return err
}

// renamed moves the messages of a field to the name that it has on the page.
func renamed(err error, from, to string) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		for i := range f.Fields {
			if f.Fields[i].Name == from {
				f.Fields[i].Name = to
			}
		}
	}
	return err
}
