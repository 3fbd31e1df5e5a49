package fieldapi_test

import (
	"fmt"
	"testing"

	"phaodai/internal/api/apitest"
	"phaodai/internal/api/fieldapi"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fieldwork"
	"phaodai/internal/officialdoc"
	"phaodai/internal/people"
	"phaodai/internal/sampling"
	"phaodai/internal/sampling/samplingtest"
	"phaodai/internal/testkit"
	"phaodai/internal/zoning"
)

type fields = map[string]any

// world is the shared ward with a group of households behind the API.
type world struct {
	*samplingtest.World
	f     *fieldwork.Service
	area  zoning.Area
	homes []people.Household
	who   []people.Resident
	as    func(who string) apitest.Caller
}

func serve(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{World: samplingtest.New(t, d, 1)}
	w.f = fieldwork.New(fieldwork.Parts{Store: d, IDs: w.IDs, Vault: w.V, People: w.People, Sampling: w.S})
	zones := zoning.New(d, w.IDs, directive.New(d, w.IDs, directive.Tools{Reader: officialdoc.New()}))
	var err error
	w.area, err = zones.AddArea(t.Context(), w.As(samplingtest.Ward, "staff"), zoning.AreaInput{Unit: samplingtest.Unit, Kind: "neighbourhood_group", Name: "Tổ dân phố 12"})
	w.Must(err)
	for i := range 40 {
		h, err := w.People.SaveHousehold(t.Context(), w.Station, people.HouseholdInput{Unit: samplingtest.Unit, Area: w.area.ID, Code: fmt.Sprintf("12-%03d", i+1), Lane: "Ngõ 45"})
		w.Must(err)
		r, err := w.People.SaveResident(t.Context(), w.Station, people.ResidentInput{Household: h.ID, Name: fmt.Sprintf("Trần Văn %d", i+1)})
		w.Must(err)
		w.homes, w.who = append(w.homes, h), append(w.who, r)
	}
	w.as = apitest.Players{"station": w.Station, "police": w.As(samplingtest.Ward, "police")}.Serve(t, fieldapi.Operations(w.f, w.S))
	return w
}

func TestARoundByAPI(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := serve(t, d)
		h := w.phone()
		w.needs(h)
		w.paper()
		w.newcomers(h)
	})
}

// phone gives out the second of two parts and lets a phone in.
func (w *world) phone() fieldwork.Held {
	station := w.as("station")
	var parts []fieldwork.Share
	station.Do("GET", "/field/parts?size=20&under="+samplingtest.Ward, nil, &parts, 200)
	if len(parts) != 2 || parts[1].From != 21 {
		w.T.Fatalf("%+v", parts)
	}
	station.Do("POST", "/field/duties", fields{"unit": samplingtest.Unit, "desk": "Tổ 12"}, nil, 422)
	var given fieldwork.Given
	station.Do("POST", "/field/duties", fields{"unit": samplingtest.Unit, "desk": "Tổ 12", "parts": []fieldwork.Part{parts[1].Part}}, &given, 200)
	at := fieldwork.Moment{Now: w.Now, Wall: w.Now}
	in, err := w.f.Enter(w.T.Context(), given.Token, "Phạm Thị Hoa", at)
	w.Must(err)
	h, err := w.f.Resume(w.T.Context(), in.Key, at)
	w.Must(err)
	station.Do("GET", "/field/parts?size=20&under="+samplingtest.Ward, nil, &parts, 200)
	if parts[1].Given != 20 || parts[0].Given != 0 {
		w.T.Errorf("out: %+v", parts)
	}
	return h
}

// needs sends somebody ill, and settles it; then the phone is stopped.
func (w *world) needs(h fieldwork.Held) {
	station := w.as("station")
	v := fieldwork.Record{Record: sampling.Record{ID: w.IDs.New(), Kind: fieldwork.VisitKind, At: w.Now}, Household: w.homes[20].ID, Found: fieldwork.Ill, Persons: []string{w.who[20].ID}}
	bad := v
	bad.ID, bad.Household = w.IDs.New(), w.homes[0].ID // of the other part
	_, err := w.f.Take(w.T.Context(), h, fieldwork.Sending{ID: w.IDs.New(), SentAt: w.Now, Records: []fieldwork.Record{v, bad}})
	w.Must(err)
	round := func() (r fieldwork.Round) {
		station.Do("GET", "/field/round?since=2021-09-12T00:00:00%2B07:00&under="+samplingtest.Ward, nil, &r, 200)
		return r
	}
	if r := round(); len(r.Needs) != 1 || r.Needs[0].Names[0] != "Trần Văn 21" || len(r.Rejected) != 1 || r.Contacted != 1 {
		w.T.Fatalf("%+v", r)
	}
	station.Do("POST", "/field/visits/"+v.ID+"/settle", fields{"answer": "Đã test nhanh"}, nil, 200)
	station.Do("POST", "/field/visits/"+v.ID+"/settle", fields{"answer": "Lần nữa"}, nil, 409)
	station.Do("POST", "/field/rejected/"+bad.ID+"/seen", fields{}, nil, 200)
	if r := round(); len(r.Needs)+len(r.Rejected) != 0 {
		w.T.Errorf("still open: %+v", r)
	}
	station.Do("POST", "/field/phones/"+h.Phone.ID+"/stop", fields{}, nil, 200)
	var phones []fieldwork.PhoneView
	station.Do("GET", "/field/phones?under="+samplingtest.Ward, nil, &phones, 200)
	if len(phones) != 1 || phones[0].Phone.StoppedAt == 0 || phones[0].Visits != 1 {
		w.T.Errorf("%+v", phones)
	}
	w.as("police").Do("GET", "/field/phones?under="+samplingtest.Ward, nil, nil, 403)
}

// paper makes a list, enters a row of it once, and takes it back.
func (w *world) paper() {
	station := w.as("station")
	var p fieldwork.Pass
	station.Do("POST", "/field/papers", fields{"unit": samplingtest.Unit, "desk": "Bà Hoa", "parts": []fields{{"area": w.area.ID, "n": 1, "of": 2}}}, &p, 200)
	rows := fields{"key": "p1", "walker": "Bà Hoa", "at": w.Now, "rows": []fields{{"household": w.homes[0].ID, "found": "well"}}}
	for range 2 {
		var done fieldwork.PaperDone
		station.Do("POST", "/field/papers/"+p.ID+"/enter", rows, &done, 200)
		if done.Entered != 1 {
			w.T.Fatalf("%+v", done)
		}
	}
	var l fieldwork.PaperList
	station.Do("GET", "/field/papers/"+p.ID, nil, &l, 200)
	if len(l.Homes) != 20 || l.Homes[0].Visit == nil || l.Homes[0].Visit.EnteredBy != w.Station.Name {
		w.T.Fatalf("%+v", l.Homes[0])
	}
	station.Do("POST", "/field/papers/"+p.ID+"/drop", fields{"visit": l.Homes[0].Visit.ID}, nil, 200)
	var all []fieldwork.PaperList
	station.Do("GET", "/field/papers?under="+samplingtest.Ward, nil, &all, 200)
	if len(all) != 1 || all[0].Entered != 0 {
		w.T.Errorf("%+v", all)
	}
}

// newcomers go to the keeper of the registry, a foreigner to the police.
func (w *world) newcomers(h fieldwork.Held) {
	add := func(name, nationality string) fieldwork.Record {
		return fieldwork.Record{Record: sampling.Record{ID: w.IDs.New(), Kind: sampling.AddNewcomer, At: w.Now, Name: name, Nationality: nationality}}
	}
	new, john := add("Lê Thị Mới", ""), add("John Smith", "US")
	_, err := w.f.Take(w.T.Context(), h, fieldwork.Sending{ID: w.IDs.New(), SentAt: w.Now, Records: []fieldwork.Record{new, john}})
	w.Must(err)
	station, police := w.as("station"), w.as("police")
	station.Do("POST", "/field/arrivals/"+new.ID+"/enter", fields{"key": "a1", "code": "12-001"}, nil, 200)
	station.Do("POST", "/field/arrivals/"+john.ID+"/enter", fields{"code": "12-001"}, nil, 403)
	station.Do("GET", "/field/foreigners?under="+samplingtest.Ward, nil, nil, 403)
	var found []sampling.Foreigner
	police.Do("GET", "/field/foreigners?under="+samplingtest.Ward, nil, &found, 200)
	if len(found) != 1 || found[0].Nationality != "US" {
		w.T.Fatalf("%+v", found)
	}
	police.Do("POST", "/field/foreigners/"+john.ID+"/note", fields{}, nil, 200)
}
