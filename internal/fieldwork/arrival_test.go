package fieldwork_test

import (
	"strings"
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fieldwork"
	"phaodai/internal/org"
	"phaodai/internal/people"
	"phaodai/internal/sampling"
	"phaodai/internal/testkit"
)

// The health station of the ward hears of who is ill, once, with the door and
// without the name; the page says who it is and until when to come.
func TestTheStationHearsOfWhoIsIll(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		station, chairman := w.post(org.HealthStation, "health_station"), w.post(org.UBND, "unit_head", "health_station")
		h := w.phone("Phạm Thị Hoa", w.part(1, 1))
		v := w.visit(w.homes[0], fieldwork.Ill, w.who[0].ID)
		for range 2 { // sent again
			w.send(h, v, w.visit(w.homes[1], fieldwork.Well))
		}
		m := w.told(station)
		if len(m) != 1 || m[0].Key != "fieldwork.notice.ill" || m[0].Subject != v.ID || m[0].Args["Code"] != "12-001" {
			t.Fatalf("told: %+v", m)
		}
		for _, x := range m[0].Args {
			if text, ok := x.(string); ok && strings.Contains(text, "Trần") {
				t.Errorf("the message names the person: %q", text)
			}
		}
		if n := len(w.told(chairman)); n != 0 {
			t.Errorf("%d messages beside the station", n)
		}
		needs := w.round(w.Now).Needs
		if len(needs) != 1 || needs[0].Names[0] != "Trần Văn 1" || needs[0].Until != v.At.Add(2*time.Hour) {
			t.Errorf("needs %+v", needs)
		}
		if w.rows("audit WHERE action = 'visit.needs_read'") == 0 {
			t.Error("reading the names is not in the audit")
		}
	})
}

// Where a ward has no station, whoever has its work is told.
func TestWithoutAStationTheHeadIsTold(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t), 1)
	chairman := w.post(org.UBND, "unit_head", "health_station")
	w.send(w.phone("Phạm Thị Hoa", w.part(1, 1)), w.visit(w.homes[0], fieldwork.Ill, w.who[0].ID))
	if n := len(w.told(chairman)); n != 1 {
		t.Errorf("%d messages", n)
	}
}

func (w *world) newcomer(name, nationality, papers string) fieldwork.Record {
	return fieldwork.Record{Record: sampling.Record{ID: w.IDs.New(), Kind: sampling.AddNewcomer, At: w.Now, Name: name, Birth: "1990", Place: "Số 1; Hải Dương", Nationality: nationality, Papers: papers}}
}

// A foreigner is for the police alone: the keeper of the registry does not see
// him, the message to the police does not name him, nothing lies open.
func TestAForeignerIsForThePoliceAlone(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		police, station := w.post(org.Police, "police"), w.post(org.HealthStation, "health_station")
		h := w.phone("Phạm Thị Hoa", w.part(1, 1))
		n := w.newcomer("John Smith", "US", "C01234567")
		w.send(h, w.visit(w.homes[0], fieldwork.Arrived), n, w.newcomer("Lê Thị Mới", "", ""))
		if m := w.told(police); len(m) != 1 || m[0].Key != "sampling.notice.foreigner" || strings.Contains(jsonOf(t, m[0]), "Smith") {
			t.Errorf("told: %+v", m)
		}
		if len(w.told(station)) != 0 {
			t.Error("the station was told of a foreigner")
		}
		if rows := w.rows("sampling_newcomer WHERE nationality = 'US' OR papers LIKE '%C01234567%'"); rows != 0 {
			t.Error("papers lie open")
		}
		seen, err := w.S.Newcomers(t.Context(), w.Station, ward)
		w.Must(err)
		if len(seen) != 1 || seen[0].Name != "Lê Thị Mới" {
			t.Errorf("the keeper sees %+v", seen)
		}
		if _, err := w.S.Foreigners(t.Context(), w.Station, ward); fault.KindOf(err) != fault.Denied {
			t.Errorf("the station reads papers: %v", err)
		}
		officer := w.As(ward, "police")
		found, err := w.S.Foreigners(t.Context(), officer, ward)
		w.Must(err)
		if len(found) != 1 || found[0].Name != "John Smith" || found[0].Nationality != "US" || found[0].Papers != "C01234567" {
			t.Errorf("the police sees %+v", found)
		}
		if w.rows("audit WHERE action = 'foreigner.listed'") != 1 {
			t.Error("reading it is not in the audit")
		}
		noted, err := w.S.NoteForeigner(t.Context(), officer, sampling.NoteInput{Newcomer: n.ID})
		w.Must(err)
		if _, err := w.S.NoteForeigner(t.Context(), w.Station, sampling.NoteInput{Newcomer: n.ID}); fault.KindOf(err) != fault.Denied || noted.By != officer.Name {
			t.Errorf("noted %+v, by the station %v", noted, err)
		}
	})
}

// What was found at the door comes into the registry, with what was recorded of
// the newcomer; only the police enters a foreigner, with his papers.
func TestArrivalsComeIntoTheRegistry(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		h := w.phone("Phạm Thị Hoa", w.part(1, 1))
		new, john := w.newcomer("Lê Thị Mới", "", ""), w.newcomer("John Smith", "US", "C01234567")
		w.send(h, new, john, fieldwork.Record{Record: sampling.Record{ID: w.IDs.New(), Kind: sampling.ReportIll, At: w.Now, Resident: new.ID, Symptoms: []string{"fever"}}})
		enter := func(by string, of fieldwork.Record, code string) (people.Resident, error) {
			actor := w.Station
			if by == "police" {
				actor = w.As(ward, "police", "registrar")
			}
			return w.F.EnterArrival(t.Context(), actor, fieldwork.EnterInput{Key: by + of.ID + code, Newcomer: of.ID, Code: code})
		}
		if _, err := enter("station", new, "99-999"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a household that is none: %v", err)
		}
		r, err := enter("station", new, "12-001")
		w.Must(err)
		again, err := enter("station", new, "12-001")
		w.Must(err)
		if _, err := w.F.EnterArrival(t.Context(), w.Station, fieldwork.EnterInput{Newcomer: new.ID, Code: "12-001"}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("entered a second time: %v", err)
		}
		if r.ID != again.ID || r.Stay != people.Arrival || r.Household != w.homes[0].ID || w.rows("resident WHERE name = 'Lê Thị Mới'") != 1 {
			t.Errorf("entered %+v, again %s", r, again.ID)
		}
		if w.rows("symptom_report WHERE resident = '"+r.ID+"'") != 1 || w.rows("stay WHERE resident = '"+r.ID+"' AND from_place = 'Hải Dương'") != 1 {
			t.Error("what was recorded of him did not come along")
		}
		if _, err := enter("station", john, "12-001"); fault.KindOf(err) != fault.Denied {
			t.Errorf("the station enters a foreigner: %v", err)
		}
		if r, err = enter("police", john, "12-001"); err != nil || r.Stay != people.Foreign || r.Nationality != "US" {
			t.Errorf("%+v %v", r, err)
		}
		papers, err := w.People.Foreign(t.Context(), w.As(ward, "police"), r.ID)
		w.Must(err)
		if papers.Papers != "C01234567" {
			t.Errorf("papers %+v", papers)
		}
	})
}
