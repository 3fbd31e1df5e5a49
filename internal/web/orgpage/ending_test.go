package orgpage

import (
	"fmt"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/demo"
	"phaodai/internal/org"
	"phaodai/internal/task"
)

const ward = "/quan-tri/don-vi/01-004-00154"

// give lets the office of the district give one task to an office of the ward.
func (h *house) give(title, office string) {
	h.t.Helper()
	_, err := h.tasks.Assign(h.t.Context(), h.actor("chanhvp"), task.AssignInput{
		Title: title, Offices: []string{h.people.Offices[office]}, Deadline: now.Add(48 * time.Hour)})
	if err != nil {
		h.t.Fatal(err)
	}
}

// affected is what the page of an ending should count.
func (h *house) affected(e org.Ending) org.Affected {
	h.t.Helper()
	a, err := h.units.Affected(h.t.Context(), h.actor("quantri"), e)
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

// Before a unit ends, its page tells what goes with it and asks.
func TestEndingAUnitAsks(t *testing.T) {
	h := open(t, "quantri")
	h.give("Trực chốt", "ubnd.00154")
	h.give("Tuyên truyền", "dang-uy.00154")
	a := h.affected(org.Ending{Unit: "01-004-00154"})
	if a.Units == 0 || a.Offices == 0 || a.Posts == 0 || a.Holders == 0 || a.Responsibilities == 0 {
		t.Fatalf("the sample is too small: %+v", a)
	}
	h.Get(ward).Has(ward + "/ket-thuc")
	page := h.Get(ward+"/ket-thuc").Is(200).Has("Những gì bị ảnh hưởng", "Phường Thạch Bàn", "Lọc theo tên",
		"<strong>2</strong> việc chưa xong", "không tự chuyển sang nơi tiếp nhận", "phân công phụ trách địa bàn")
	for n, what := range map[int]string{a.Units: "đơn vị bên trong", a.Offices: "cơ quan bên trong", a.Holders: "người đang giữ"} {
		page.Has(fmt.Sprintf("<strong>%d</strong> %s", n, what))
	}
	page.Lacks("Xem các việc này") // an administrator reads no tasks
	h.Get(ward + "/ket-thuc?q=bo+de").Has("Phường Bồ Đề")
	h.Get(ward + "/ket-thuc?q=khong+co").Has("Không tìm thấy")

	form := []string{"version", "1", "kind", "merged", "at", "1/1/2022", "successors", "01-004-00148", "decree", "Nghị quyết"}
	h.Post(ward+"/ket-thuc", form...).Is(422).Has("Xem lại những gì bị ảnh hưởng", `value="01-004-00148" checked`)
	h.Get("/don-vi/01-004-00154?luc=2022-02-01").Lacks("Đơn vị không hoạt động")
	h.Post(ward+"/ket-thuc", append(form, "sure", "1")...).Goes(ward)
	h.Get("/don-vi/01-004-00154?luc=2022-02-01").Has("Đơn vị không hoạt động", "Sáp nhập vào", "Phường Thạch Bàn")
}

// Before an office, a post and the time in a post end.
func TestEndingAnOfficeAPostAndAHoldingAsk(t *testing.T) {
	h := open(t, "quantri")
	h.give("Trực chốt", "ubnd.00154")
	office := "/quan-tri/co-quan/" + h.people.Offices["ubnd.00154"]
	h.Get(office+"/ket-thuc").Is(200).Has("<strong>1</strong> việc chưa xong", "Đảng ủy phường Cự Khối", "Không có cơ quan tiếp nhận")
	h.Get(office + "/ket-thuc?q=ubnd+phuong+thach+ban").Has("UBND phường Thạch Bàn")
	h.Post(office+"/ket-thuc", "at", "1/1/2022", "successor", h.people.Offices["ubnd.00148"]).Is(422).Has("UBND phường Thạch Bàn")

	chair := h.people.Posts["chu-tich.00154"]
	v, err := h.units.Post(t.Context(), h.actor("quantri"), chair)
	if err != nil {
		t.Fatal(err)
	}
	post := "/quan-tri/chuc-danh/" + chair
	holding := v.Holders[0].Holding.ID
	h.Get(post).Has(post+"/ket-thuc", post+"/thoi-giu?id="+holding)
	h.Get(post+"/ket-thuc").Is(200).Has("<strong>1</strong> người đang giữ chức danh", v.Post.Title)
	h.Get(post+"/thoi-giu?id="+holding).Is(200).Has(v.Holders[0].Person.Name, "Chức danh còn đó").Lacks("người đang giữ")
	h.Get(post + "/thoi-giu?id=khac").Is(404)
	h.Post(post+"/thoi-giu", "id", holding, "at", "1/10/2021").Is(422).Has("Xem lại những gì bị ảnh hưởng")
	h.Post(post+"/thoi-giu", "id", holding, "at", "1/10/2021", "sure", "1").Goes(post)
	h.Post(post+"/ket-thuc", "at", "2/10/2021").Is(422)
	h.Post(post+"/ket-thuc", "at", "2/10/2021", "sure", "1").Goes(post)
	h.Post(office+"/ket-thuc", "at", "1/1/2022", "successor", h.people.Offices["ubnd.00148"], "sure", "1").Goes(office)
	h.Get(office).Is(200)
}

// Somebody who also reads tasks gets to their list; somebody of another ward
// gets nothing.
func TestWhoSeesAnEnding(t *testing.T) {
	h := open(t, "quantri")
	h.give("Trực chốt", "ubnd.00154")
	by := h.actor("quantri")
	by.Grants = append(by.Grants, auth.Grant{Role: "leader", Path: demo.DistrictPath, Level: auth.Internal})
	h.As(by)
	h.Get("/quan-tri/co-quan/" + h.people.Offices["ubnd.00154"] + "/ket-thuc").Has("/viec/tat-ca?chua-xong=1&amp;co-quan=" + h.people.Offices["ubnd.00154"])
	h.Get(ward + "/ket-thuc").Has("don-vi=%2F01%2F01-004%2F01-004-00154%2F")
	by.Grants = []auth.Grant{{Role: "admin", Path: demo.DistrictPath + "01-004-00148/", Level: auth.Internal}}
	h.As(by)
	for _, path := range []string{ward, "/quan-tri/co-quan/" + h.people.Offices["ubnd.00154"], "/quan-tri/chuc-danh/" + h.people.Posts["chu-tich.00154"]} {
		h.Get(path + "/ket-thuc").Is(403)
		h.Post(path+"/ket-thuc", "at", "1/1/2022", "kind", "abolished", "sure", "1").Is(403)
	}
}

func TestEndingInABrowser(t *testing.T) {
	h := open(t, "quantri")
	h.give("Trực chốt", "ubnd.00154")
	b := h.Browse()
	b.Shots("ket-thuc-don-vi", ward+"/ket-thuc")
	b.Shots("ket-thuc-co-quan", "/quan-tri/co-quan/"+h.people.Offices["ubnd.00154"]+"/ket-thuc")
	b.Shots("ket-thuc-chuc-danh", "/quan-tri/chuc-danh/"+h.people.Posts["chu-tich.00154"]+"/ket-thuc")
}
