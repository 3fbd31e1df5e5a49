package peoplepage_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/job"
	"phaodai/internal/people"
	"phaodai/internal/web/webtest"
)

// send keeps a file as a list of the ward, and is where it is looked at.
func (w *world) send(name, data string) string {
	w.t.Helper()
	return w.site.Upload("/dan-cu/nap", []webtest.File{{Field: "file", Name: name, Data: data}}, "phuong", w.ward.ID).Is(http.StatusSeeOther).Location
}

const list = "Số hộ;Tổ;Số nhà;Họ và tên;Ngày sinh;Số CCCD;Nghề\n12-034;12;Số 12;Nguyễn Văn An;31/12/1989;001089012345;Tiểu thương\n;;;Trần Thị Bình;1991;;\n12-035;99;Số 14;Lê Văn Cường;31/13/1980;;\n"

func TestAListIsLookedAtThenTakenIn(t *testing.T) {
	w := settle(t)
	site := w.site
	site.Get("/dan-cu/nap").Is(http.StatusOK).Has("Nạp danh sách", "tối đa 48 MB").Lacks("Danh sách đã gửi")
	site.Upload("/dan-cu/nap", nil, "phuong", w.ward.ID).Is(http.StatusUnprocessableEntity).Has(`href="#f-file"`)
	site.Upload("/dan-cu/nap", []webtest.File{{Field: "file", Name: "x.pdf", Data: "%PDF-1.4"}}, "phuong", w.ward.ID).Is(http.StatusUnprocessableEntity)
	seen := w.send("ds.csv", list)
	site.Get(seen).Is(http.StatusOK).Has("3 dòng: thêm 2 · cập nhật 0 · không đổi 0 · cần sửa 1", "1 hộ mới", "Ngày sinh:", "Nạp 2 dòng", "Cột nào là gì", "Chưa nạp")
	site.Get(seen + "?cot=1&cot-household=S%E1%BB%91+h%E1%BB%99").Has("cần sửa 3").Lacks("Nạp 0 dòng")
	site.Get(seen+"?xuat=csv").Has("Lê Văn Cường", "31/13/1980").Lacks("Trần Thị Bình")
	site.Get(seen + "?xuat=xlsx").Is(http.StatusOK)
	site.Post(seen, "key", "k1").Goes(seen)
	site.Get(seen).Has("Sắp bắt đầu", `id="dang-nap"`, `hx-select="#dang-nap"`)
	w.must(w.s.RunList(t.Context(), auth.System(w.now, w.now), w.queued[0], func(_, _ int64) {}))
	site.Get(seen).Has("Đã nạp 3 dòng: thêm 2", "cần sửa 1", `id="dang-nap"`, "Tải các dòng cần sửa").Lacks("Nạp 2 dòng")
	site.Get(seen + "?xuat=csv").Has("Lê Văn Cường").Lacks("Trần Thị Bình")
	site.Get("/dan-cu/nap").Has("Danh sách đã gửi", "ds.csv", "Đã nạp")
	site.Get("/dan-cu").Has("1 hộ · 2 người", "12-034")
	site.Post(seen, "key", "k2").Is(http.StatusConflict).Has("đã được nạp hoặc đang nạp")
	site.Get(w.send("lai.csv", list)).Has("thêm 0 · cập nhật 0 · không đổi 2 · cần sửa 1")
	site.As(w.as("phucloi")).Get(seen).Is(http.StatusForbidden)
}

func TestTheProgressOfAListAndItsEndBeforeTheEnd(t *testing.T) {
	w := settle(t)
	seen := w.send("ds.csv", list)
	w.site.Post(seen, "key", "k1").Goes(seen)
	key := "people.take/" + w.queued[0].List
	w.must(w.store.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec("UPDATE job SET state = 'running', done = 500, total = 2000 WHERE key = $1", key)
		return err
	}))
	w.site.Get(seen).Has("Đã nạp 500 trong 2.000 dòng", `value="500"`, "25%")
	w.must(w.store.Write(t.Context(), func(tx *db.Tx) error { return job.Cancel(tx, key, w.now, w.now) }))
	w.site.Get(seen).Has("Việc nạp đã dừng")
}

func TestResidentsAreCountedByARule(t *testing.T) {
	w := settle(t)
	w.an(w.household("12-034", "Số 12"))
	w.must(w.counts.Follow(t.Context()))
	w.site.Get("/dan-cu/dem").Is(http.StatusOK).Has("age", "tuổi tròn", "occupations", "chronic", "Bệnh nền")
	w.site.Post("/dan-cu/dem", "rule", "age >=").Is(http.StatusUnprocessableEntity).Has("age &gt;=")
	w.site.Post("/dan-cu/dem", "rule", "age >= 18", "areas", "1").Is(http.StatusOK).Has("1 trong 1 người", "Phường Cự Khối", "Tổ dân phố 12")
	w.site.Post("/dan-cu/dem/ten", "rule", "age >= 18", "unit", w.ward.ID).Is(http.StatusOK).Has("Nguyễn Văn An", "12-034", "31/12/1989", "1 người")
	english := httptest.NewRequest(http.MethodPost, "/dan-cu/dem/ten", strings.NewReader(url.Values{"rule": {"age >= 18"}, "unit": {w.ward.ID}}.Encode()))
	english.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	english.AddCookie(&http.Cookie{Name: "ngon-ngu", Value: "en"})
	w.site.Do(english).Is(http.StatusOK).Has("Who they are", "Nguyễn Văn An")
	w.site.Post("/dan-cu/dem/ten", "rule", "doses >= 2", "unit", w.ward.ID).Has("Chưa rõ", "1 người chưa đủ thông tin")
	w.site.Post("/dan-cu/dem/ten", "rule", "age >= 65", "unit", w.ward.ID).Has("Không có ai như vậy")
	w.site.Post("/dan-cu/dem", "rule", "age >= 65").Has("0 trong 1 người").Lacks("Tổ dân phố 12")
}

func TestTheRegistryInABrowser(t *testing.T) {
	w := settle(t)
	a, _ := w.twins()
	home := w.household("12-036", "Số 16")
	w.resident(people.ResidentInput{Household: home.ID, Name: "Trần Thị Bình", Sex: "female", Birth: "1961", Relation: people.Head, Priority: []string{"chronic", "poor"}})
	foreign := w.resident(people.ResidentInput{Household: home.ID, Name: "John Smith", Nationality: "US", Stay: people.Foreign})
	w.must(w.counts.Follow(t.Context()))
	seen := w.send("ds.csv", list)
	b := w.site.Browse()
	b.Shots("dan-cu", "/dan-cu")
	b.Shots("dan-cu-ho", "/dan-cu/ho/"+home.ID)
	b.Shots("dan-cu-ho-moi", "/dan-cu/ho/moi")
	b.Shots("dan-cu-nguoi", "/dan-cu/nguoi/"+a.ID)
	b.Shots("dan-cu-nap", "/dan-cu/nap")
	b.Shots("dan-cu-nap-xem", seen)
	b.Shots("dan-cu-trung", "/dan-cu/trung")
	b.Shots("dan-cu-xuat", "/dan-cu/xuat")
	b.Shots("dan-cu-dem", "/dan-cu/dem")
	w.site.As(w.with("police"))
	b.Shots("dan-cu-giay-to", "/dan-cu/nguoi/"+foreign.ID+"/giay-to")
}
