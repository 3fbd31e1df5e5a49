package fieldpage_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"phaodai/internal/directive"
	"phaodai/internal/fieldwork"
	"phaodai/internal/officialdoc"
	"phaodai/internal/people"
	"phaodai/internal/sampling"
	"phaodai/internal/sampling/samplingtest"
	"phaodai/internal/testkit"
	"phaodai/internal/web/fieldpage"
	"phaodai/internal/web/webtest"
	"phaodai/internal/zoning"
)

func TestMain(m *testing.M) { os.Exit(webtest.Main(m, "field")) }

// world is the shared ward with a neighbourhood group of households, and the
// pages of its rounds.
type world struct {
	*samplingtest.World
	f     *fieldwork.Service
	area  zoning.Area
	homes []people.Household
	who   []people.Resident
	site  *webtest.Site
}

func settle(t *testing.T, homes int) *world {
	t.Helper()
	d := testkit.SQLite(t)
	w := &world{World: samplingtest.New(t, d, 1)}
	w.f = fieldwork.New(fieldwork.Parts{Store: d, IDs: w.IDs, Vault: w.V, People: w.People, Sampling: w.S})
	zones := zoning.New(d, w.IDs, directive.New(d, w.IDs, directive.Tools{Reader: officialdoc.New()}))
	var err error
	w.area, err = zones.AddArea(t.Context(), w.As(samplingtest.Ward, "staff"), zoning.AreaInput{Unit: samplingtest.Unit, Kind: "neighbourhood_group", Name: "Tổ dân phố 12"})
	w.Must(err)
	for i := range homes {
		address := fmt.Sprint("Số ", i+1)
		h, err := w.People.SaveHousehold(t.Context(), w.Station, people.HouseholdInput{Unit: samplingtest.Unit, Area: w.area.ID, Code: fmt.Sprintf("12-%03d", i+1), Lane: "Ngõ 45", Address: &address})
		w.Must(err)
		r, err := w.People.SaveResident(t.Context(), w.Station, people.ResidentInput{Household: h.ID, Name: fmt.Sprintf("Trần Văn %d", i+1), Birth: "1975"})
		w.Must(err)
		w.homes, w.who = append(w.homes, h), append(w.who, r)
	}
	w.site = webtest.New(t, w.Station, fieldpage.Pages(fieldpage.Parts{Field: w.f, People: w.People, Sampling: w.S}))
	w.site.Clock.World, w.site.Clock.Moment = w.Now, w.Now
	return w
}

// phone is a phone that takes the first of so many parts.
func (w *world) phone(of int) fieldwork.Held {
	w.T.Helper()
	g, err := w.f.Give(w.T.Context(), w.Station, fieldwork.PassInput{Unit: samplingtest.Unit, Desk: "Tổ 12", Parts: []fieldwork.Part{{Area: w.area.ID, N: 1, Of: of}}})
	w.Must(err)
	at := fieldwork.Moment{Now: w.Now, Wall: w.Now}
	in, err := w.f.Enter(w.T.Context(), g.Token, "Phạm Thị Hoa", at)
	w.Must(err)
	h, err := w.f.Resume(w.T.Context(), in.Key, at)
	w.Must(err)
	return h
}

func (w *world) record(kind sampling.RecordKind) fieldwork.Record {
	return fieldwork.Record{Record: sampling.Record{ID: w.IDs.New(), Kind: kind, At: w.Now}}
}

func (w *world) send(h fieldwork.Held, records ...fieldwork.Record) {
	w.T.Helper()
	out, err := w.f.Take(w.T.Context(), h, fieldwork.Sending{ID: w.IDs.New(), SentAt: w.Now, Records: records})
	w.Must(err)
	for _, r := range out {
		if r.Status != sampling.Taken {
			w.T.Fatalf("not taken: %+v", r)
		}
	}
}

// The ward cuts a group into parts, gives one out by a code, and sees that it is
// out.
func TestAPartIsGivenByACode(t *testing.T) {
	w := settle(t, 75)
	part := w.area.ID + "/2/3"
	w.site.Get("/dien-thoai?moi=25").Has("phần 2/3: hộ 26-50", part)
	w.site.Post("/dien-thoai", "phuong", samplingtest.Unit, "moi", "25", "desk", "", "areas", part).Is(http.StatusUnprocessableEntity).Has(`href="#f-desk"`, "selected>Tổ dân phố 12, phần 2/3")
	w.site.Post("/dien-thoai", "phuong", samplingtest.Unit, "moi", "25", "desk", "Tổ 12", "areas", part).Has("Tổ 12 · Tổ dân phố 12 (2/3: 26-50)", "/di#")
	w.site.Get("/dien-thoai?moi=25").Has("hộ 26-50 · đã giao 25 hộ").Lacks("hộ 1-25 · đã giao", "/di#")
}

// Who is ill and who needs help stand first, with names, time left and what was
// photographed, until somebody says what was done.
func TestNeedsStandUntilTheyAreMet(t *testing.T) {
	w := settle(t, 3)
	h := w.phone(1)
	ill, help := w.record(fieldwork.VisitKind), w.record(fieldwork.VisitKind)
	ill.Household, ill.Found, ill.Persons = w.homes[0].ID, fieldwork.Ill, []string{w.who[0].ID}
	help.Household, help.Found, help.Note = w.homes[1].ID, fieldwork.Help, "Hết thuốc"
	w.send(h, help, ill)
	photo := fieldwork.NoteInput{ID: w.IDs.New(), Visit: ill.ID, MediaType: "image/jpeg", Content: []byte{0xFF, 0xD8, 0xFF, 1}}
	w.Must(w.f.KeepNote(t.Context(), h, photo))
	w.site.Get("/dien-thoai").Has("Có người ốm: hộ 12-001, Ngõ 45", "Trần Văn 1", "Cần đến trước", "/dien-thoai/ghi/"+photo.ID, "Hết thuốc")
	if p := w.site.Get("/dien-thoai/ghi/" + photo.ID); p.Header.Get("Content-Type") != "image/jpeg" || !strings.Contains(p.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the photograph: %v", p.Header)
	}
	w.site.Post("/dien-thoai/can/"+ill.ID, "phuong", samplingtest.Unit, "answer", "").Is(http.StatusUnprocessableEntity)
	w.site.Post("/dien-thoai/can/"+ill.ID, "phuong", samplingtest.Unit, "answer", "Đã test nhanh").Goes("/dien-thoai?phuong=" + samplingtest.Unit)
	w.site.Get("/dien-thoai").Lacks("Có người ốm: hộ").Has("Hết thuốc")
}

// A list is printed with a code at each household; another person enters it, row
// by row, and what lacks something comes back as it was typed.
func TestAListIsPrintedAndEntered(t *testing.T) {
	w := settle(t, 4)
	w.site.Get("/dien-thoai/giay").Has("Chưa có danh sách giấy nào")
	w.site.Post("/dien-thoai/giay", "phuong", samplingtest.Unit, "desk", "Bà Hoa", "areas", w.area.ID+"/1/1")
	lists, err := w.f.Papers(t.Context(), w.Station, samplingtest.Ward)
	w.Must(err)
	at := "/dien-thoai/giay/" + lists[0].Pass.ID
	print := w.site.Get(at).Has("Danh sách đi từng nhà", `class="form-entry"`, "Số 4, Ngõ 45", "Trần Văn 4 1975")
	if n := strings.Count(print.Body, `<td class="form-qr"><svg`); n != 4 {
		t.Errorf("%d codes", n)
	}
	if n := strings.Count(print.Body, `class="form-tick"`); n != 4*5 {
		t.Errorf("%d boxes", n)
	}
	ill := w.homes[1].ID
	w.site.Get(at + "/nhap?ho=12-002").Has(`id="f-found-` + ill + `" autofocus`)
	w.site.Get(at + "/nhap?ho=99").Has("Không có hộ mã 99")
	w.site.Post(at+"/nhap", "walker", "Bà Hoa", "at", "12/9 06:30", "found-"+ill, "ill", "note-"+ill, "sốt cao").Is(http.StatusUnprocessableEntity).
		Has(`href="#f-found-`+ill, `value="sốt cao"`, `value="12/9 06:30"`, `value="ill" checked`)
	w.site.Post(at+"/nhap", "walker", "Bà Hoa", "at", "12/9 06:30", "found-"+ill, "ill", "note-"+ill, "sốt cao", "who-"+ill, w.who[1].ID, "sign-"+ill, "fever",
		"found-"+w.homes[0].ID, "well").Goes(at + "/nhap?luc=12%2F9+06%3A30&nguoi=B%C3%A0+Hoa")
	w.site.Get(at+"/nhap").Has("Đã nhập 2/4 hộ", "Bà Hoa đi lúc", w.Station.Name+" nhập", "sốt cao")
	w.site.Get("/dien-thoai").Has("Có người ốm: hộ 12-002")
	l, err := w.f.Paper(t.Context(), w.Station, lists[0].Pass.ID)
	w.Must(err)
	w.site.Upload(at+"/nhap", []webtest.File{{Field: "photo", Name: "a.exe", Data: "MZ"}}, "walker", "Bà Hoa", "at", "12/9 06:30").Is(http.StatusUnprocessableEntity).Has(`href="#f-photo"`)
	w.site.Upload(at+"/nhap", []webtest.File{{Field: "photo", Name: "to.jpg", Data: "\xFF\xD8\xFF tờ giấy"}}, "walker", "Bà Hoa", "at", "12/9 06:30", "found-"+w.homes[2].ID, "nobody").Is(http.StatusSeeOther)
	kept, err := w.f.Paper(t.Context(), w.Station, lists[0].Pass.ID)
	w.Must(err)
	if len(kept.Sheets) != 1 || kept.Entered != 3 {
		t.Fatalf("kept %+v", kept)
	}
	w.site.Get(at + "/nhap").Has("/dien-thoai/ghi/" + kept.Sheets[0].ID)
	if p := w.site.Get("/dien-thoai/ghi/" + kept.Sheets[0].ID); p.Header.Get("Content-Type") != "image/jpeg" || !strings.Contains(p.Body, "tờ giấy") {
		t.Errorf("the photograph of the paper: %v", p.Header)
	}
	w.site.Post(at + "/bo/" + l.Homes[0].Visit.ID).Goes(at + "/nhap")
	w.site.Get("/dien-thoai/giay").Has("2/4")
}

// Who arrived is entered by the keeper of the registry; who came from abroad
// stands on the page of the police and on no other.
func TestArrivalsAndForeignersHaveTheirPages(t *testing.T) {
	w := settle(t, 1)
	new, john := w.record(sampling.AddNewcomer), w.record(sampling.AddNewcomer)
	new.Name, new.Birth, new.Place = "Lê Thị Mới", "1991", "Số 1; Hải Dương"
	john.Name, john.Nationality, john.Papers = "John Smith", "US", "C01234567"
	door := w.record(fieldwork.VisitKind)
	door.Household, door.Found = w.homes[0].ID, fieldwork.Arrived
	w.send(w.phone(1), door, new, john)
	w.site.Get("/dien-thoai").Has("Người mới đến (1)")
	w.site.Get("/dan-cu/moi-den").Has("Lê Thị Mới", "Hải Dương", `value="12-001"`).Lacks("John Smith")
	w.site.Get("/dien-thoai").Lacks("John Smith")
	w.site.Get("/dan-cu/nguoi-nuoc-ngoai").Is(http.StatusForbidden)
	w.site.Post("/dan-cu/moi-den/"+new.ID, "phuong", samplingtest.Unit, "code", "99").Is(http.StatusUnprocessableEntity).Has(`value="99"`, "Lê Thị Mới")
	w.site.Post("/dan-cu/moi-den/"+new.ID, "phuong", samplingtest.Unit, "code", "12-001").Is(http.StatusSeeOther)
	w.site.Get("/dan-cu/moi-den").Has("Không có ai chờ")
	w.site.As(w.As(samplingtest.Ward, "police"))
	w.site.Get("/dan-cu/nguoi-nuoc-ngoai").Has("John Smith", "Quốc tịch: US", "C01234567").Lacks("Ghi vào sổ")
	w.site.Post("/dan-cu/nguoi-nuoc-ngoai/"+john.ID, "phuong", samplingtest.Unit).Is(http.StatusSeeOther)
	w.site.Get("/dan-cu/nguoi-nuoc-ngoai").Has("ghi nhận lúc")
	w.site.As(w.As(samplingtest.Ward, "police", "registrar"))
	w.site.Post("/dan-cu/moi-den/"+john.ID, "phuong", samplingtest.Unit, "code", "12-001").Is(http.StatusSeeOther)
	w.site.Get("/dan-cu/nguoi-nuoc-ngoai").Has("Đã có trong sổ dân cư")
}

// What could not be taken is shown with its reason until somebody asked again;
// papers of foreigners are not in it.
func TestWhatCouldNotBeTakenIsShown(t *testing.T) {
	w := settle(t, 1)
	bad := w.record(sampling.AddNewcomer)
	bad.Name, bad.Phone, bad.Nationality, bad.Papers = "John Smith", "12", "US", "C01234567"
	out, err := w.f.Take(t.Context(), w.phone(1), fieldwork.Sending{ID: w.IDs.New(), SentAt: w.Now, Records: []fieldwork.Record{bad}})
	w.Must(err)
	if out[0].Status != sampling.Rejected {
		t.Fatalf("%+v", out)
	}
	w.site.Get("/dien-thoai").Has("Máy của Phạm Thị Hoa", "John Smith", "người mới đến", "điện thoại").Lacks("C01234567", "<no value>")
	w.site.Post("/dien-thoai/loi/"+bad.ID, "phuong", samplingtest.Unit).Goes("/dien-thoai?phuong=" + samplingtest.Unit)
	w.site.Get("/dien-thoai").Lacks("John Smith")
}

// A phone that was lost is stopped, and the list says by whom.
func TestAPhoneIsStoppedFromTheList(t *testing.T) {
	w := settle(t, 1)
	h := w.phone(1)
	w.site.Get("/dien-thoai").Has("Phạm Thị Hoa", "/dien-thoai/may/"+h.Phone.ID+"/dung")
	w.site.Post("/dien-thoai/may/"+h.Phone.ID+"/dung", "phuong", samplingtest.Unit).Goes("/dien-thoai?phuong=" + samplingtest.Unit)
	w.site.Get("/dien-thoai").Has(w.Station.Name + " đã thu hồi")
}
