package directivepage

import (
	"cmp"
	"strings"

	"phaodai/internal/directive"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
	"phaodai/internal/web"
)

// factsForm is what a person types about a document.
type factsForm struct {
	Symbol      string         `form:"symbol"`
	Kind        string         `form:"kind"`
	Issuer      string         `form:"issuer"`
	IssuedOn    instant.Micros `form:"issued_on"`
	Subject     string         `form:"subject"`
	Signer      string         `form:"signer"`
	SignerTitle string         `form:"signer_title"`
	Urgency     string         `form:"urgency"`
	Secrecy     string         `form:"secrecy"`
	Scope       string         `form:"scope"`
}

func (f factsForm) facts(before directive.Document) directive.Facts {
	return directive.Facts{
		Symbol: f.Symbol, Kind: f.Kind, Issuer: f.Issuer, IssuedOn: dayText(f.IssuedOn), Place: before.Place,
		Subject: f.Subject, Signer: f.Signer, SignerTitle: f.SignerTitle,
		Urgency: directive.Urgency(cmp.Or(f.Urgency, string(directive.Normal))),
		Secrecy: directive.Secrecy(cmp.Or(f.Secrecy, string(directive.NoSecret))),
		Scope:   directive.Scope(cmp.Or(f.Scope, string(directive.ToRecipients))), ScopePath: before.ScopePath,
		From: before.From, To: before.To,
	}
}

// factsFields is what the fields of facts show and offer.
type factsFields struct {
	Document  paper
	Kinds     []web.Choice
	Urgencies []web.Choice
	Secrecies []web.Choice
	Scopes    []web.Choice
}

// Issued is the printed day as a moment.
func (f factsFields) Issued() instant.Micros { return f.Document.Issued() }

func factsFieldsOf(r *web.Request, d directive.Document) factsFields {
	if d.Urgency == "" {
		d.Urgency, d.Secrecy, d.Scope = directive.Normal, directive.NoSecret, directive.ToRecipients
	}
	f := factsFields{Document: paper{d}, Kinds: kinds(r), Urgencies: urgencies(r)}
	for _, s := range []directive.Secrecy{directive.NoSecret, directive.Secret, directive.TopSecret, directive.Absolute} {
		f.Secrecies = append(f.Secrecies, web.Choice{Value: string(s), Text: r.T("document.secrecy." + string(s))})
	}
	f.Scopes = scopes(r)
	return f
}

func scopes(r *web.Request) []web.Choice {
	var out []web.Choice
	for _, s := range []directive.Scope{directive.ToRecipients, directive.ToOffice, directive.ToUnit} {
		out = append(out, web.Choice{Value: string(s), Text: r.T("document.scope." + string(s))})
	}
	return out
}

// kindCodes are the kinds that a page offers, the common ones first.
var kindCodes = strings.Fields("CT TB CĐ CV KH QĐ KL NQ BC TTr HD QC QyĐ CTr PA ĐA TC GM BB")

func kinds(r *web.Request) []web.Choice {
	out := []web.Choice{{Value: "", Text: r.T("docpage.kind_by_symbol")}}
	for _, code := range kindCodes {
		out = append(out, web.Choice{Value: code, Text: kindName(r, code)})
	}
	return out
}

// kindName is the name of a kind of documents; a code without a name stays.
func kindName(r *web.Request, code string) string {
	key := "document.kind." + code
	if !i18n.Default().Has(r.Lang, key) {
		return code
	}
	return r.T(key)
}

// readDay reads a day of a filter into the form of documents.
func readDay(r *web.Request, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	at, err := i18n.ParseMoment(text, r.Now(), instant.Vietnam())
	if err != nil {
		return "", err
	}
	return dayText(at), nil
}
