package directive

import (
	"strings"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// clean brings what a person typed into the stored form.
func (f *Facts) clean() {
	for _, s := range []*string{&f.Issuer, &f.Place, &f.Subject, &f.Signer, &f.SignerTitle} {
		*s = strings.Join(strings.Fields(fold.NFC(*s)), " ")
	}
	f.Symbol = CleanSymbol(f.Symbol)
	if f.Urgency == "" {
		f.Urgency = Normal
	}
	if f.Secrecy == "" {
		f.Secrecy = NoSecret
	}
	if f.Scope == "" {
		f.Scope = ToRecipients
	}
}

// check collects what is wrong with facts, seen from the moment of arrival.
func (f *Facts) check(arrived instant.Micros) *fault.Fault {
	bad := fault.New(fault.Invalid, "document.form_invalid")
	if f.Issuer == "" {
		bad.At("issuer", "document.form_required")
	}
	if f.Subject == "" && f.Secrecy == NoSecret {
		bad.At("subject", "document.form_required")
	}
	if len(f.Subject) > 2000 || len(f.Issuer) > 500 || len(f.Symbol) > 100 {
		bad.At("subject", "document.form_too_long", "Max", 2000)
	}
	if f.Kind != "" {
		if _, ok := KindOf(f.Kind); !ok {
			bad.At("kind", "document.form_choice")
		}
	}
	f.checkDay(bad, arrived)
	f.checkChoices(bad)
	return bad
}

func (f *Facts) checkDay(bad *fault.Fault, arrived instant.Micros) {
	if f.IssuedOn == "" {
		return
	}
	day, err := parseDay(f.IssuedOn)
	switch {
	case err != nil:
		bad.At("issued_on", "document.form_day")
	case arrived > 0 && instant.Of(day) > arrived:
		bad.At("issued_on", "document.issued_after_arrival")
	}
	if f.To > 0 && f.From > f.To {
		bad.At("to", "document.form_order")
	}
}

func (f *Facts) checkChoices(bad *fault.Fault) {
	switch f.Urgency {
	case Normal, Urgent, VeryUrgent, Express:
	default:
		bad.At("urgency", "document.form_choice")
	}
	switch f.Secrecy {
	case NoSecret, Secret, TopSecret, Absolute:
	default:
		bad.At("secrecy", "document.form_choice")
	}
	switch f.Scope {
	case ToRecipients, ToOffice, ToUnit:
	default:
		bad.At("scope", "document.form_choice")
	}
}

// parseDay reads a day as the start of it in the unit's zone.
func parseDay(day string) (time.Time, error) {
	return time.ParseInLocation("2006-01-02", day, instant.Vietnam())
}

// apply puts checked facts into a document and says which fields changed.
func (f Facts) apply(d *documentRow) (changed []string) {
	symbol := ParseSymbol(f.Symbol)
	set := func(name string, field *string, value string) {
		if *field != value {
			*field, changed = value, append(changed, name)
		}
	}
	if seen := f.Symbol; seen != symbol.Text {
		d.SymbolSeen = seen // kept as spelled, beside what it means
	}
	set("symbol", &d.Symbol, symbol.Text)
	d.Number, d.System = symbol.Number, symbol.System
	kind := symbol.Kind
	if k, ok := KindOf(f.Kind); ok && f.Kind != "" {
		kind = k.Code
	}
	set("kind", &d.Kind, kind)
	set("issuer", &d.Issuer, f.Issuer)
	set("issued_on", &d.IssuedOn, f.IssuedOn)
	set("place", &d.Place, f.Place)
	set("subject", &d.Subject, f.Subject)
	set("signer", &d.Signer, f.Signer)
	set("signer_title", &d.SignerTitle, f.SignerTitle)
	set("urgency", (*string)(&d.Urgency), string(f.Urgency))
	set("secrecy", (*string)(&d.Secrecy), string(f.Secrecy))
	set("scope", (*string)(&d.Scope), string(f.Scope))
	if f.Scope == ToUnit {
		set("scope_path", &d.ScopePath, f.ScopePath)
	}
	if d.From != f.From || d.To != f.To {
		d.From, d.To, changed = f.From, f.To, append(changed, "force")
	}
	return changed
}

// checkScope makes sure that a scope lies in the keeper's own territory.
func checkScope(tx *db.Tx, d *documentRow) error {
	if d.Scope != ToUnit {
		return nil
	}
	if d.ScopePath == "" {
		d.ScopePath = d.UnitPath
	}
	if !org.Within(d.ScopePath, d.UnitPath) {
		return fault.New(fault.Invalid, "document.form_invalid").At("scope_path", "document.scope_outside")
	}
	_, err := org.UnitAt(tx, d.ScopePath)
	return err
}
