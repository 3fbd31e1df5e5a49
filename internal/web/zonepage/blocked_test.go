package zonepage_test

import (
	"net/http"
	"regexp"
	"testing"
)

// TestThePageOfABlockedArea is journey J7 as people see it.
func TestThePageOfABlockedArea(t *testing.T) {
	w := zoned(t)
	at := "/phong-toa/" + w.areas[cuKhoi][0].ID
	w.sit("cukhoi").Get(at).Is(http.StatusOK).Has("không bị phong tỏa lúc này", "90 hộ · 310 người", "Thêm chốt", "/dan-cu?phuong=01-004-00154&amp;to=", "Hộ, người trong khu vực").Lacks("Phong tỏa khu vực này", "Ghi nhu cầu")
	site := w.sit("chutich")
	site.Post(at+"/lap", "reason", "Có ca bệnh").Is(http.StatusUnprocessableEntity)
	site.Post(at+"/lap", "reason", "Có ca bệnh", "symbol", "1300/QĐ-UBND", "clause", "Điều 1").Goes(at)
	site = w.sit("cukhoi")
	site.Post(at+"/chot", "place", "Đầu ngõ 45", "person", "Trần Thị B", "phone", "", "hours", "24/24").Is(http.StatusUnprocessableEntity).Has("Đầu ngõ 45")
	site.Post(at+"/chot", "place", "Đầu ngõ 45", "person", "Trần Thị B", "phone", "0912345678", "hours", "24/24").Goes(at)
	site.Post(at+"/nhu-cau", "household", "Số 12, ngõ 45", "what", "Sữa cho trẻ", "amount", "2 hộp").Goes(at)
	site.Post(at+"/dieu-kien", "version", "0", "criteria", "14 ngày không có ca mới").Goes(at)
	p := site.Get(at).Is(http.StatusOK).Has("1300/QĐ-UBND", "Điều 1", "Phong tỏa từ", "Trần Thị B", "0912 345 678", "Số 12, ngõ 45", "chưa giao", "14 ngày không có ca mới", "/chot\"").Lacks("quá 6 giờ", "Gỡ phong tỏa")
	need := regexp.MustCompile(at + `/nhu-cau/([^/"]+)/giao`).FindStringSubmatch(p.Body)[1]
	w.now += 6*3600*1_000_000 + 1
	site = w.sit("cukhoi")
	site.Get(at).Has("chưa giao quá 6 giờ", "1 nhu cầu chưa giao quá 6 giờ")
	b := site.Browse()
	b.Shots("phong-toa", at)
	site.Post(at+"/nhu-cau/"+need+"/giao", "version", "1", "proof", "").Is(http.StatusUnprocessableEntity)
	site.Post(at+"/nhu-cau/"+need+"/giao", "version", "1", "proof", "Bà Lan nhận").Goes(at)
	site.Get(at).Has("đã giao", "Bà Lan nhận").Lacks("quá 6 giờ")
	w.sit("chutich").Post(at+"/go", "reason", "Đủ 14 ngày", "symbol", "1301/QĐ-UBND").Goes(at)
	w.site.Get(at).Has("không bị phong tỏa lúc này", "Phong tỏa khu vực này")
	w.sit("thachban").Get(at).Is(http.StatusForbidden)
}
