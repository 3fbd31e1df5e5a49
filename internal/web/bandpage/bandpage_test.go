package bandpage_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/exercise"
	"phaodai/internal/instant"
	"phaodai/internal/testkit"
	"phaodai/internal/web/bandpage"
	"phaodai/internal/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(webtest.Main(m, "band")) }

var now = instant.Of(time.Date(2021, 9, 7, 16, 20, 0, 0, instant.Vietnam()))

func who(role auth.Role) auth.Actor {
	return auth.Actor{Account: "a", Person: "p", Name: "Nguyễn Văn A", Post: "post", PostTitle: "Chuyên viên", UnitPath: "/01/",
		Grants: []auth.Grant{{Role: role, Path: "/01/", Level: auth.Internal}}, Now: now, Wall: now}
}

const home = "/dien-tap/ca-mac"

// spring are the real files of the spring of 2021.
func spring(t *testing.T) (out []webtest.File) {
	t.Helper()
	for kind, path := range map[string]string{
		"cases":      "data/vietnam-timeseries/announced_cases_ward_daily_2021-04-27_2021-07-13.csv.gz",
		"population": "data/population/census2019-population-by-ward.csv.gz",
		"units":      "data/admin-units/units-2021-07-01.csv.gz",
		"mapping":    "data/admin-units/ward-mapping-2019-01-01_to_2024-11-10.csv.gz",
	} {
		data, err := os.ReadFile(testkit.Shared(t, strings.Split(path, "/")...))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, webtest.File{Field: kind, Name: filepath.Base(path), Data: string(data)})
	}
	return out
}

func TestTheExerciseOfTheSpring(t *testing.T) {
	store := testkit.SQLite(t)
	site := webtest.New(t, who("clerk"), bandpage.Pages(exercise.New(store, time.Now)))
	site.Get(home).Is(http.StatusOK).Has("Chưa có số liệu diễn tập").Lacks("Nạp số liệu")
	site.Get(home + "/noi?ma=07807").Is(http.StatusNotFound)
	site.Get(home + "/nap").Is(http.StatusForbidden)
	site.As(who("adviser")).Get(home+"/nap").Has("province_code, ward_code", "Tính và lưu bốn tệp")

	wrong := spring(t)
	for i := range wrong {
		if wrong[i].Field == "cases" {
			wrong[i] = webtest.File{Field: "cases", Name: "ca.csv", Data: "province_code,province,district,ward,date,cases\n24,Bắc Giang,Việt Yên,Quang Châu,27/4/2021,3\n"}
		}
	}
	basis := []string{"source", "Bộ Y tế, công bố từng ngày", "as_of", "13/7/2021", "as_of_clock", "18:00"}
	site.Upload(home+"/nap", wrong, basis...).Is(http.StatusUnprocessableEntity).Has("Chưa lưu gì", "Dòng 2: cột date phải là ngày dạng 2021-04-27", "Bộ Y tế, công bố từng ngày")
	site.Upload(home+"/nap", wrong[:3], basis...).Is(http.StatusUnprocessableEntity)
	site.Get(home).Has("Chưa có số liệu diễn tập") // nothing was kept

	site.Upload(home+"/nap", spring(t), basis...).Goes(home)
	restarted := webtest.New(t, who("clerk"), bandpage.Pages(exercise.New(store, time.Now)))
	restarted.Get(home).Is(http.StatusOK).Has("DIỄN TẬP", "4800/QĐ-BYT", "Bộ Y tế, công bố từng ngày", "18:00 13/7/2021", "Tỉnh Bắc Giang", "Thành phố Hà Nội", "Tính từ bốn tệp mất", "census2019-population-by-ward.csv.gz").Lacks("Nạp số liệu")
	restarted.Get(home + "?tinh=T%E1%BB%89nh+B%E1%BA%AFc+Giang").Has("Huyện Việt Yên").Lacks("Quận Long Biên")
	restarted.Get(home+"?tinh=T%E1%BB%89nh+B%E1%BA%AFc+Giang&huyen=Huy%E1%BB%87n+Vi%E1%BB%87t+Y%C3%AAn").Has("Xã Quang Châu", "mức 4")
	restarted.Get(home+"?tim=quang+chau,+viet+yen").Has("Xã Quang Châu", "ma=07807").Lacks("Quận Long Biên")
	restarted.Get(home+"?tim=long+bien").Has("Quận Long Biên", "Phường Long Biên", "Phường Cự Khối")
	restarted.Get(home + "?tim=bac+giang").Has("Tỉnh Bắc Giang")
	restarted.Get(home + "?tim=khong+co+noi+nay").Has("Không có nơi nào tên")
	restarted.Get(home+"/noi?ma=07807").Is(http.StatusOK).Has("Xã Quang Châu", "DIỄN TẬP", "<svg", `fill="#B3261E"`, "stroke-dasharray", "mức 4", "ca trên 100.000 dân mỗi tuần", "Số liệu thiếu", "ngày chưa xếp chắc")
	restarted.Get(home+"/noi?ma=07807&xuat=csv").Has("Mức thấp nhất", "07807", "Bộ Y tế, công bố từng ngày").Lacks("Cự Khối")
	restarted.Get(home + "?tim=cu+khoi&xuat=csv").Has("Phường Cự Khối").Lacks("Quang Châu")
	if p := restarted.Get(home + "/noi?ma=07807&xuat=xlsx").Is(http.StatusOK); !strings.HasPrefix(p.Body, "PK") {
		t.Error("no XLSX")
	}
	restarted.Get(home + "/noi?ma=x").Is(http.StatusNotFound)

	b := restarted.Browse()
	b.Shots("dien-tap", home)
	b.Shots("dien-tap-tim", home+"?tim=long+bien")
	b.Shots("dien-tap-noi", home+"/noi?ma=07807")
	b.Shots("dien-tap-chua-ro", home+"/noi?ma=00154")
	site.As(who("adviser")).Browse().Shots("dien-tap-nap", home+"/nap")
}
