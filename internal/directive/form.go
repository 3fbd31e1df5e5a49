package directive

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/letter"
	"phaodai/internal/org"
)

// Media types of the forms.
const (
	mediaPDF  = "application/pdf"
	mediaDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

// paper is what package letter writes.
type paper interface {
	PDF(io.Writer) error
	DOCX(io.Writer) error
}

func printed(name, format string, p paper) (Download, error) {
	var b bytes.Buffer
	switch format {
	case "pdf":
		err := p.PDF(&b)
		return made(name+".pdf", mediaPDF, b.Bytes()), err
	case "docx":
		err := p.DOCX(&b)
		return made(name+".docx", mediaDOCX, b.Bytes()), err
	}
	return Download{}, fault.New(fault.Invalid, "document.form_invalid").At("format", "document.form_choice")
}

// Letter makes the mandated form of a document made here: format docx or pdf.
func (s *Service) Letter(ctx context.Context, by auth.Actor, document, format string) (Download, error) {
	type sheet struct {
		name   string
		letter letter.Letter
	}
	sh, err := read(ctx, s, func(tx *db.Tx) (sheet, error) {
		if err := mustRead(by, tx, document); err != nil {
			return sheet{}, err
		}
		d, err := DocumentIn(tx, document)
		if err != nil {
			return sheet{}, err
		}
		if d.Origin != Made {
			return sheet{}, wrongState(d)
		}
		l, err := letterOf(tx, d)
		return sheet{fileName(d), l}, err
	})
	if err != nil {
		return Download{}, err
	}
	return printed(sh.name, format, sh.letter)
}

// fileName names a file after a document: "71-KH-QU", or its id.
func fileName(d Document) string {
	if d.Symbol == "" {
		return "van-ban-" + d.ID
	}
	return strings.ReplaceAll(d.Symbol, "/", "-")
}

func letterOf(tx *db.Tx, d Document) (letter.Letter, error) {
	o, err := org.OfficeIn(tx, d.IssuerOffice)
	if err != nil {
		return letter.Letter{}, err
	}
	r, err := readingIn(tx, d.ID)
	if err != nil {
		return letter.Letter{}, err
	}
	sh, err := sheetIn(tx, d.ID)
	if err != nil {
		return letter.Letter{}, err
	}
	l := letter.Letter{
		Line: letterLine(d.System), Issuer: strings.ToUpper(o.Name), Symbol: d.Symbol, Subject: d.Subject,
		Addressees: sh.Addressees, Sign: signOf(d), Urgency: strings.ToUpper(urgencyWords[d.Urgency]),
		Draft: drafted(d) && d.State != Signed,
	}
	if d.Kind != "CV" {
		l.Kind = strings.ToUpper(KindName(d.Kind, "vi"))
	}
	if l.Superior, err = superiorName(tx, o); err != nil {
		return l, err
	}
	if l.Place, err = placeOf(tx, o); err != nil {
		return l, err
	}
	if t, err := parseDay(d.IssuedOn); err == nil && d.IssuedOn != "" {
		l.Date = t
	}
	if l.Symbol == "" {
		if l.Symbol, err = blankSymbol(tx, o, d.Kind); err != nil {
			return l, err
		}
	}
	l.Basis, l.Body = letter.Body(r.Text)
	for _, c := range sh.Recipients {
		l.Recipients = append(l.Recipients, letter.Recipient{Text: c.Text, Remark: remarks[c.Purpose]})
	}
	return l, nil
}

func letterLine(system string) letter.Line {
	if system == string(org.Party) {
		return letter.Party
	}
	return letter.State
}

// Words of the printed forms, which are Vietnamese whatever the page's language.
var (
	urgencyWords = map[Urgency]string{Urgent: "Khẩn", VeryUrgent: "Thượng khẩn", Express: "Hỏa tốc"}
	remarks      = map[string]string{ForReport: "để b/c", ForExecution: "để t/h", ForCooperation: "để p/h", ForInformation: "để biết"}
)

func superiorName(tx *db.Tx, o org.Office) (string, error) {
	up, ok, err := org.Superior(tx, o.ID, o.From)
	if err != nil || !ok {
		return "", err
	}
	return strings.ToUpper(up.Name), nil
}

// placeOf is the place of issue: the name of the unit without its form.
func placeOf(tx *db.Tx, o org.Office) (string, error) {
	u, err := org.UnitIn(tx, o.Unit)
	return first(u.ShortName, u.Name), err
}

// blankSymbol is the symbol of what is not numbered yet: "-KH/QU".
func blankSymbol(tx *db.Tx, o org.Office, kind string) (string, error) {
	code, err := issuerCode(tx, o)
	if err != nil {
		return "", err
	}
	return strings.TrimLeft(symbolOf(string(o.Line), kind, code, "VP", 0), "0"), nil
}

var capacities = []struct {
	mark string
	is   letter.Capacity
}{
	{"TM.", letter.OnBehalf}, {"T/M", letter.OnBehalf}, {"KT.", letter.ForHead}, {"K/T", letter.ForHead},
	{"TL.", letter.ByOrder}, {"T/L", letter.ByOrder}, {"TUQ.", letter.ByMandate}, {"Q.", letter.Acting},
}

// signOf takes "TM. ỦY BAN NHÂN DÂN" apart.
func signOf(d Document) letter.Sign {
	sign := letter.Sign{Title: strings.ToUpper(d.SignerTitle), Name: d.Signer}
	for _, c := range capacities {
		rest, ok := strings.CutPrefix(d.SignedFor, c.mark)
		if !ok {
			continue
		}
		sign.Capacity = c.is
		if c.is == letter.OnBehalf {
			sign.Body = strings.TrimSpace(rest)
		} else {
			sign.Head = strings.TrimSpace(rest)
		}
		return sign
	}
	return sign
}

// SlipForm makes the printable slip: format docx or pdf.
func (s *Service) SlipForm(ctx context.Context, by auth.Actor, document, format string) (Download, error) {
	v, err := read(ctx, s, func(tx *db.Tx) (letter.Slip, error) {
		if err := mustRead(by, tx, document); err != nil {
			return letter.Slip{}, err
		}
		return slipForm(tx, document)
	})
	if err != nil {
		return Download{}, err
	}
	return printed("phieu-xu-ly-"+v.Arrival, format, v)
}

func slipForm(tx *db.Tx, document string) (letter.Slip, error) {
	d, err := DocumentIn(tx, document)
	if err != nil {
		return letter.Slip{}, err
	}
	sl, err := slipIn(tx, document)
	if err != nil || sl == nil {
		return letter.Slip{}, firstError(err, wrongState(d))
	}
	o, err := org.OfficeIn(tx, d.Office)
	if err != nil {
		return letter.Slip{}, err
	}
	e, err := entryIn(tx, auth.Actor{Office: d.Office}, d)
	if err != nil {
		return letter.Slip{}, err
	}
	f := letter.Slip{
		Line: letterLine(d.Line), Issuer: strings.ToUpper(o.Name), From: d.Issuer, Symbol: d.Symbol,
		Kind: strings.ToUpper(KindName(d.Kind, "vi")), Subject: d.Subject, AdviceBy: o.Name, Advice: sl.Advice,
		Approval: decisionWords(*sl),
	}
	if f.Superior, err = superiorName(tx, o); err != nil {
		return f, err
	}
	if t, err := parseDay(d.IssuedOn); err == nil && d.IssuedOn != "" {
		f.IssuedOn = t
	}
	if e != nil {
		f.Arrival, f.ReceivedOn = fmt.Sprint(e.No), e.ArrivedAt.In(instant.Vietnam())
	}
	if f.Copies, err = copyLines(tx, document); err != nil {
		return f, err
	}
	return f, signers(tx, *sl, &f)
}

func firstError(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func decisionWords(sl Slip) string {
	switch sl.Decision {
	case ActApproved:
		return "Đồng ý như đề xuất."
	case ActReturned:
		return "Trả lại: " + sl.Opinion
	default:
		return sl.Opinion
	}
}

// copyLines are the lines "Sao gửi" as printed, each once.
func copyLines(tx *db.Tx, document string) ([]string, error) {
	rs, err := recipientsIn(tx, document)
	var out []string
	last := int64(-1)
	for _, r := range rs {
		if r.Source == "slip" && r.Line != last {
			out, last = append(out, r.Text), r.Line
		}
	}
	return out, err
}

func signers(tx *db.Tx, sl Slip, f *letter.Slip) error {
	stamp := func(at instant.Micros) string { return at.In(instant.Vietnam()).Format("15:04 02/01/2006") }
	for _, x := range []struct {
		post, name string
		at         instant.Micros
		into       *letter.Signer
	}{{sl.AdvisePost, sl.AdviseName, sl.AdvisedAt, &f.Chief}, {sl.DecidePost, sl.DecideName, sl.DecidedAt, &f.Leader}} {
		if x.post == "" {
			continue
		}
		p, err := org.PostIn(tx, x.post)
		if err != nil {
			return err
		}
		o, err := org.OfficeIn(tx, p.Office)
		if err != nil {
			return err
		}
		x.into.Title, x.into.Name, x.into.At = strings.ToUpper(p.Title), x.name, "Đã ký "+stamp(x.at)
		if x.into == &f.Leader {
			f.ApprovalBy, x.into.Above, x.into.At = o.Name, strings.ToUpper(o.Name)+" DUYỆT", "Đã duyệt "+stamp(x.at)
		}
	}
	if sl.OnPaper {
		f.Leader.At = ""
		f.Entered = fmt.Sprintf("Nhập thay: %s, %s, theo bản giấy", sl.EnterName, stamp(sl.EnteredAt))
	}
	return nil
}
