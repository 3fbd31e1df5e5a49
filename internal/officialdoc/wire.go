package officialdoc

import (
	"encoding/json"
	"time"
)

// MarshalJSON writes null for what was not found, as the label format asks.
func (m Metadata) MarshalJSON() ([]byte, error) {
	type plain Metadata
	return json.Marshal(struct {
		plain
		Number          *string    `json:"number"`
		NumberCorrected *string    `json:"number_corrected"`
		Kind            *string    `json:"kind"`
		KindCode        *string    `json:"kind_code"`
		ReportedKind    *string    `json:"reported_kind"`
		System          *string    `json:"system"`
		Issuer          *string    `json:"issuer"`
		IssuedOn        *string    `json:"issued_on"`
		IssuedOnPartial *string    `json:"issued_on_partial"`
		Place           *string    `json:"place"`
		Subject         *string    `json:"subject"`
		Signer          *string    `json:"signer"`
		SignerCorrected *string    `json:"signer_corrected"`
		SignerTitle     *string    `json:"signer_title"`
		SignedFor       *string    `json:"signed_for"`
		Urgency         *string    `json:"urgency"`
		Secrecy         *string    `json:"secrecy"`
		PublishedOn     *time.Time `json:"published_on"`
	}{
		plain: plain(m), Number: orNull(m.Number), NumberCorrected: orNull(m.NumberCorrected),
		Kind: orNull(m.Kind), KindCode: orNull(m.KindCode), ReportedKind: orNull(m.ReportedKind),
		System: orNull(m.System), Issuer: orNull(m.Issuer), IssuedOn: orNull(m.IssuedOn),
		IssuedOnPartial: orNull(m.IssuedOnPartial), Place: orNull(m.Place), Subject: orNull(m.Subject),
		Signer: orNull(m.Signer), SignerCorrected: orNull(m.SignerCorrected),
		SignerTitle: orNull(m.SignerTitle), SignedFor: orNull(m.SignedFor),
		Urgency: orNull(m.Urgency), Secrecy: orNull(m.Secrecy), PublishedOn: instantOrNull(m.PublishedOn),
	})
}

// MarshalJSON writes null for what was not found.
func (c Citation) MarshalJSON() ([]byte, error) {
	type plain Citation
	return json.Marshal(struct {
		plain
		Number          *string `json:"number"`
		NumberCorrected *string `json:"number_corrected"`
		Date            *string `json:"date"`
		Issuer          *string `json:"issuer"`
	}{plain(c), orNull(c.Number), orNull(c.NumberCorrected), orNull(c.Date), orNull(c.Issuer)})
}

// MarshalJSON writes a null item for a clause outside numbered items.
func (c Clause) MarshalJSON() ([]byte, error) {
	type plain Clause
	return json.Marshal(struct {
		Item *string `json:"item"`
		plain
	}{orNull(c.Item), plain(c)})
}

// MarshalJSON writes a null item for a task outside numbered items.
func (t Task) MarshalJSON() ([]byte, error) {
	type plain Task
	return json.Marshal(struct {
		Item *string `json:"item"`
		plain
	}{orNull(t.Item), plain(t)})
}

// MarshalJSON writes a null instant where the deadline is relative or has no
// known year.
func (d Deadline) MarshalJSON() ([]byte, error) {
	type plain Deadline
	return json.Marshal(struct {
		At *time.Time `json:"at"`
		plain
	}{instantOrNull(d.At), plain(d)})
}

// MarshalJSON writes a null time where the block states none.
func (s SignatureBlock) MarshalJSON() ([]byte, error) {
	type plain SignatureBlock
	return json.Marshal(struct {
		SignedAt *time.Time `json:"signed_at"`
		plain
	}{instantOrNull(s.SignedAt), plain(s)})
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func instantOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
