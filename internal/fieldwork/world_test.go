package fieldwork_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fieldwork"
	"phaodai/internal/inbox"
	"phaodai/internal/instant"
	"phaodai/internal/laboratory"
	"phaodai/internal/officialdoc"
	"phaodai/internal/org"
	"phaodai/internal/people"
	"phaodai/internal/sampling"
	"phaodai/internal/sampling/samplingtest"
	"phaodai/internal/task"
	"phaodai/internal/zoning"
)

const (
	unit = samplingtest.Unit
	ward = samplingtest.Ward
)

// world is the shared ward with a neighbourhood group of households, in each of
// which one person lives.
type world struct {
	*samplingtest.World
	F     *fieldwork.Service
	area  zoning.Area
	homes []people.Household
	who   []people.Resident
}

func newWorld(t *testing.T, d *db.DB, homes int) *world {
	t.Helper()
	w := &world{World: samplingtest.New(t, d, 1)}
	w.F = fieldwork.New(fieldwork.Parts{Store: d, IDs: w.IDs, Vault: w.V, People: w.People, Sampling: w.S,
		Read: laboratory.New(d, w.IDs, w.S, task.New(d, w.IDs)).ReadIn})
	zones := zoning.New(d, w.IDs, directive.New(d, w.IDs, directive.Tools{Reader: officialdoc.New()}))
	var err error
	w.area, err = zones.AddArea(t.Context(), w.As(ward, "staff"), zoning.AreaInput{Unit: unit, Kind: "neighbourhood_group", Name: "Tổ dân phố 12"})
	w.Must(err)
	for i := range homes {
		address := fmt.Sprint("Số ", i+1)
		h, err := w.People.SaveHousehold(t.Context(), w.Station, people.HouseholdInput{Unit: unit, Area: w.area.ID, Code: fmt.Sprintf("12-%03d", i+1), Lane: "Ngõ 45", Address: &address})
		w.Must(err)
		r, err := w.People.SaveResident(t.Context(), w.Station, people.ResidentInput{Household: h.ID, Name: fmt.Sprintf("Trần Văn %d", i+1), Birth: "1975"})
		w.Must(err)
		w.homes, w.who = append(w.homes, h), append(w.who, r)
	}
	return w
}

// post is a post of an office of the ward with roles.
func (w *world) post(kind org.Kind, roles ...auth.Role) string {
	w.T.Helper()
	id, always := w.IDs.New(), org.Period{From: 1, To: instant.Forever}
	w.Must(w.D.Write(w.T.Context(), func(tx *db.Tx) error {
		err := tx.Insert("office", org.Office{ID: "o" + id, Unit: unit, UnitPath: ward, Line: "state", Kind: kind, Name: string(kind), Period: always})
		if err != nil {
			return err
		}
		return tx.Insert("post", org.Post{ID: id, Office: "o" + id, Title: "Trưởng", Head: true, Roles: roles, Period: always})
	}))
	return id
}

// told are the messages to a post.
func (w *world) told(post string) []inbox.Message {
	w.T.Helper()
	l, err := inbox.New(w.D).Messages(w.T.Context(), auth.Actor{Account: "x", Post: post, Now: w.Now}, inbox.Filter{})
	w.Must(err)
	return l.Messages
}

func (w *world) moment() fieldwork.Moment { return fieldwork.Moment{Now: w.Now, Wall: w.Now} }

func (w *world) part(n, of int) fieldwork.Part { return fieldwork.Part{Area: w.area.ID, N: n, Of: of} }

func (w *world) give(in fieldwork.PassInput) fieldwork.Given {
	w.T.Helper()
	in.Unit = unit
	g, err := w.F.Give(w.T.Context(), w.Station, in)
	w.Must(err)
	return g
}

// phone is a phone that took the duty of some parts.
func (w *world) phone(name string, parts ...fieldwork.Part) fieldwork.Held {
	w.T.Helper()
	in, err := w.F.Enter(w.T.Context(), w.give(fieldwork.PassInput{Desk: "Tổ 12", Parts: parts}).Token, name, w.moment())
	w.Must(err)
	return w.held(in.Key)
}

func (w *world) held(key string) fieldwork.Held {
	w.T.Helper()
	h, err := w.F.Resume(w.T.Context(), key, w.moment())
	w.Must(err)
	return h
}

func (w *world) duty(h fieldwork.Held) fieldwork.Duty {
	w.T.Helper()
	d, err := w.F.Duty(w.T.Context(), h)
	w.Must(err)
	return d
}

// visit is a record of a visit that is made now.
func (w *world) visit(home people.Household, found fieldwork.Outcome, persons ...string) fieldwork.Record {
	return fieldwork.Record{Record: sampling.Record{ID: w.IDs.New(), Kind: fieldwork.VisitKind, At: w.Now}, Household: home.ID, Found: found, Persons: persons}
}

func (w *world) send(h fieldwork.Held, records ...fieldwork.Record) []sampling.Receipt {
	w.T.Helper()
	out, err := w.F.Take(w.T.Context(), h, fieldwork.Sending{ID: w.IDs.New(), SentAt: w.Now, Records: records})
	w.Must(err)
	return out
}

func (w *world) round(since instant.Micros) fieldwork.Round {
	w.T.Helper()
	r, err := w.F.Round(w.T.Context(), w.Station, ward, since)
	w.Must(err)
	return r
}

func (w *world) rows(what string) (n int) {
	w.T.Helper()
	w.Must(w.D.Read(w.T.Context(), func(tx *db.Tx) error { return tx.Get(&n, "SELECT COUNT(*) FROM "+what) }))
	return n
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func statuses(receipts []sampling.Receipt) (out []sampling.Status) {
	for _, r := range receipts {
		out = append(out, r.Status)
	}
	return out
}
