package fieldwork_test

import (
	"errors"
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fieldwork"
	"phaodai/internal/org"
	"phaodai/internal/testkit"
)

func (w *world) paper(parts ...fieldwork.Part) fieldwork.Pass {
	w.T.Helper()
	p, err := w.F.GivePaper(w.T.Context(), w.Station, fieldwork.PassInput{Unit: unit, Desk: "Tổ 12", Parts: parts})
	w.Must(err)
	return p
}

func (w *world) enter(p fieldwork.Pass, key string, rows ...fieldwork.PaperRow) (fieldwork.PaperDone, error) {
	return w.F.EnterPaper(w.T.Context(), w.Station, fieldwork.PaperInput{Key: key, Pass: p.ID, Walker: "Bà Hoa", At: w.Now.Add(-3 * time.Hour), Rows: rows})
}

// What one wrote on paper another enters: the visits bear both names and the time
// of the walk, and lead where those of phones lead.
func TestPaperIsEnteredBySomebodyElse(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 8)
		station := w.post(org.HealthStation, "health_station")
		p := w.paper(w.part(1, 2))
		rows := []fieldwork.PaperRow{
			{Household: w.homes[0].ID, Found: fieldwork.Well},
			{Household: w.homes[1].ID, Found: fieldwork.Ill, Persons: []string{w.who[1].ID}, Symptoms: []string{"fever"}, Note: "sốt"},
			{Household: w.homes[2].ID, Found: fieldwork.Arrived, Name: "Lê Thị Mới", Birth: "1991"},
		}
		for range 2 { // the button was pressed twice
			done, err := w.enter(p, "k", rows...)
			w.Must(err)
			if done.Entered != 3 || done.Before != 0 {
				t.Errorf("done %+v", done)
			}
		}
		l, err := w.F.Paper(t.Context(), w.Station, p.ID)
		w.Must(err)
		if len(l.Homes) != 4 || l.Entered != 3 || l.Homes[3].Visit != nil || l.Homes[1].Text != "sốt" {
			t.Fatalf("the list: %+v", l)
		}
		v := l.Homes[1].Visit
		if v.ByName != "Bà Hoa" || v.EnteredBy != w.Station.Name || v.At != w.Now.Add(-3*time.Hour) || v.Phone != "" {
			t.Errorf("the visit: %+v", v)
		}
		for what, want := range map[string]int{"visit": 3, "symptom_report WHERE resident = '" + w.who[1].ID + "'": 1, "sampling_newcomer WHERE name = 'Lê Thị Mới' AND unit_path = '" + ward + "'": 1} {
			if n := w.rows(what); n != want {
				t.Errorf("%s: %d", what, n)
			}
		}
		if len(w.told(station)) != 1 {
			t.Error("the station was not told")
		}
	})
}

// A row is entered once, whoever enters it; a mistake is taken back with the
// reports that came with it, and entered anew.
func TestARowOfPaperIsEnteredOnceAndCanBeTakenBack(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		p := w.paper(w.part(1, 1))
		ill := fieldwork.PaperRow{Household: w.homes[0].ID, Found: fieldwork.Ill, Persons: []string{w.who[0].ID}, Symptoms: []string{"cough"}}
		_, err := w.enter(p, "a", ill)
		w.Must(err)
		done, err := w.enter(p, "b", fieldwork.PaperRow{Household: w.homes[0].ID, Found: fieldwork.Well}, fieldwork.PaperRow{Household: w.homes[1].ID, Found: fieldwork.Nobody})
		w.Must(err)
		if done.Entered != 1 || done.Before != 1 {
			t.Errorf("done %+v", done)
		}
		l, err := w.F.Paper(t.Context(), w.Station, p.ID)
		w.Must(err)
		_, err = w.F.DropPaper(t.Context(), w.Station, fieldwork.DropInput{Pass: p.ID, Visit: l.Homes[0].Visit.ID})
		w.Must(err)
		if w.rows("symptom_report WHERE closed = 'mistake'") != 1 || w.round(0).Found["ill"] != 0 {
			t.Error("the report stays")
		}
		_, err = w.enter(p, "c", fieldwork.PaperRow{Household: w.homes[0].ID, Found: fieldwork.Well})
		w.Must(err)
		if r := w.round(0); r.Found["well"] != 1 || r.Found["nobody"] != 1 || r.Contacted != 2 {
			t.Errorf("round %+v", r)
		}
	})
}

// Each row that lacks something is named, and then none is entered.
func TestAnEntryOfPaperNamesTheRowThatLacksSomething(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t), 4)
	p, other := w.paper(w.part(1, 2)), w.homes[3].ID
	for field, row := range map[string]fieldwork.PaperRow{
		"found-" + w.homes[0].ID: {Household: w.homes[0].ID, Found: fieldwork.Ill},
		"found-" + w.homes[1].ID: {Household: w.homes[1].ID, Found: fieldwork.Arrived},
		"found-" + other:         {Household: other, Found: fieldwork.Well},
	} {
		_, err := w.enter(p, "", row)
		var f *fault.Fault
		if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	_, err := w.F.EnterPaper(t.Context(), w.Station, fieldwork.PaperInput{Pass: p.ID, At: w.Now.Add(time.Hour)})
	var f *fault.Fault
	if !errors.As(err, &f) || len(f.Fields) != 3 { // who, when, what
		t.Errorf("%v", err)
	}
	if n := w.rows("visit"); n != 0 {
		t.Errorf("%d visits", n)
	}
}

// A printed list lets no phone in, and who looks after another ward not either.
func TestAPrintedListIsNoCode(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t), 1)
	p := w.paper(w.part(1, 1))
	if _, err := w.F.Enter(t.Context(), p.TokenHash, "Ai", w.moment()); fault.KindOf(err) != fault.Unsigned {
		t.Errorf("a phone entered: %v", err)
	}
	if _, err := w.F.Paper(t.Context(), w.As("/01/01-004/01-004-00157/", "health_station"), p.ID); fault.KindOf(err) != fault.Denied {
		t.Errorf("a ward beside read it: %v", err)
	}
	lists, err := w.F.Papers(t.Context(), w.Station, ward)
	w.Must(err)
	if len(lists) != 1 || len(lists[0].Homes) != 1 {
		t.Errorf("lists %+v", lists)
	}
}
