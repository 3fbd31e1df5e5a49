package publicpage

import (
	"net/http/httptest"
	"net/url"
	"testing"

	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// FuzzAsked reads whatever a program may write into an address: it is a place
// and a moment, or refused as wrong input; nothing else.
func FuzzAsked(f *testing.F) {
	for _, s := range [][3]string{
		{"00154-01", "2021-09-09T06:00", "21.0349,105.8981"}, {"00154", "2021-09-09", "21,105,50"}, {"", "", ""},
		{"%2e%2e", "0000-00-00", "NaN,Inf"}, {"x", "9999-12-31T23:59", "91,181"}, {"ỡ", "1700-01-01", "21.0,105.0,-1"}, {"a", "2021-02-30", " 1e3 , 1e-3 ,1e308"},
	} {
		f.Add(s[0], s[1], s[2])
	}
	p := &Pages{zone: instant.Vietnam()}
	f.Fuzz(func(t *testing.T, place, moment, position string) {
		h := httptest.NewRequest("GET", "/o/x?"+url.Values{"luc": {moment}}.Encode(), nil)
		h.SetPathValue("ma", place)
		q, err := p.asked(&request{Request: h})
		if err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("luc=%q: %v", moment, err)
		}
		if err == nil && (q.Area != place || (q.At == 0) != (moment == "" || q.At.Time().IsZero())) {
			t.Errorf("ma=%q luc=%q was read as %+v", place, moment, q)
		}
		near(t, position)
	})
}

func near(t *testing.T, text string) {
	at, metres, err := position(text)
	switch {
	case err != nil && fault.KindOf(err) != fault.Invalid:
		t.Errorf("vi-tri=%q: %v", text, err)
	case err == nil && !(at[1] >= -90 && at[1] <= 90 && at[0] >= -180 && at[0] <= 180 && metres >= 0 && metres <= 500):
		t.Errorf("vi-tri=%q was read as %v, to %v m", text, at, metres)
	}
}
