package taskapi_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"phaodai/internal/api"
	"phaodai/internal/api/apitest"
	"phaodai/internal/api/taskapi"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/i18n"
	"phaodai/internal/id"
	"phaodai/internal/inbox"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
)

var (
	forever = org.Period{To: instant.Forever}
	now     = instant.Of(time.Date(2021, 9, 5, 18, 35, 0, 0, instant.Vietnam()))
)

// sessions signs in whom the header X-Post names.
type sessions struct{}

func (sessions) Token(*http.Request) string     { return "" }
func (sessions) Place(*http.Request) auth.Place { return auth.Place{} }

func (sessions) Actor(r *http.Request) (auth.Actor, error) {
	post := r.Header.Get("X-Post")
	role, path := auth.Role("unit_head"), "/01/004/w/"
	if post == "" {
		return auth.Actor{}, nil
	}
	if post == "quan" {
		role, path = "leader", "/01/004/"
	}
	return auth.Actor{
		Account: post, Person: post, Name: "Trần Thị " + post, Post: post, PostTitle: "Chủ tịch", Office: "o-" + post, UnitPath: path,
		Grants: []auth.Grant{{Role: role, Path: path, Level: auth.Internal}}, Now: now, Wall: now, Lang: "vi",
	}, nil
}

// client talks to the API as one post.
type client struct {
	t    *testing.T
	base string
	post string
}

func serve(t *testing.T) (quan, phuong client) {
	t.Helper()
	d := testkit.SQLite(t)
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		for _, row := range []struct {
			table string
			row   any
		}{
			{"unit", org.Unit{ID: "004", Path: "/01/004/", Tier: "district", ShortName: "Long Biên", Period: forever}},
			{"unit", org.Unit{ID: "w", Parent: "004", Path: "/01/004/w/", Tier: "ward", ShortName: "Cự Khối", Period: forever}},
			{"office", org.Office{ID: "o-quan", Unit: "004", UnitPath: "/01/004/", Kind: org.UBND, Line: org.State, Name: "UBND Quận", Period: forever}},
			{"office", org.Office{ID: "o-phuong", Unit: "w", UnitPath: "/01/004/w/", Kind: org.UBND, Line: org.State, Name: "UBND P. Cự Khối", Period: forever}},
			{"post", org.Post{ID: "phuong", Office: "o-phuong", Title: "Chủ tịch", Head: true, Period: forever}},
			{"post", org.Post{ID: "quan", Office: "o-quan", Title: "Chủ tịch", Head: true, Period: forever}},
		} {
			if err := tx.Insert(row.table, row.row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	tasks := task.New(d, id.NewSource(time.Now, rand.Reader))
	area := taskapi.Area(taskapi.Deps{Store: d, Tasks: tasks, Inbox: inbox.New(d), Translate: i18n.T, Site: "https://pd.example"})
	handler, _ := api.New(sessions{}, i18n.T, slog.New(slog.DiscardHandler), "test", area)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return client{t, server.URL + "/api/v1", "quan"}, client{t, server.URL + "/api/v1", "phuong"}
}

// do sends a request and reads the answer into out; want is the status.
func (c client) do(method, path string, in, out any, want int) []byte {
	c.t.Helper()
	return apitest.Caller{T: c.t, Base: c.base, Header: http.Header{"X-Post": {c.post}}}.Do(method, path, in, out, want)
}

var png = []byte("\x89PNG\r\n\x1a\nnot much of a picture")

func TestATaskFromOrderToProofByAPI(t *testing.T) {
	quan, phuong := serve(t)
	var made taskapi.Made
	order := map[string]any{"title": "Trình kế hoạch", "offices": []string{"o-phuong"}, "deadline": "2021-09-07T23:59:59+07:00", "proof": []string{"photo"}, "key": "k"}
	quan.do("POST", "/tasks", order, &made, 200)
	var again taskapi.Made
	quan.do("POST", "/tasks", order, &again, 200)
	if len(made.IDs) != 1 || again.IDs[0] != made.IDs[0] {
		t.Fatalf("made %v, again %v", made, again)
	}
	path := "/tasks/" + made.IDs[0]

	var today task.Today
	phuong.do("GET", "/today", nil, &today, 200)
	if len(today.Starting) != 1 || today.Starting[0].Acts[0] != task.ActAccept {
		t.Errorf("today %+v", today)
	}
	phuong.do("POST", path+"/accept", map[string]any{"version": 1}, nil, 200)
	phuong.do("POST", path+"/accept", map[string]any{"version": 1}, nil, 409)
	phuong.do("POST", path+"/report", map[string]any{"text": "xong"}, nil, 422)

	phuong.do("POST", path+"/files?kind=photo&name=anh.png", []byte("MZ this is a program"), nil, 422)
	var proof task.Proof
	phuong.do("POST", path+"/files?kind=photo&name=anh.png", png, &proof, 200)
	phuong.do("POST", path+"/report", map[string]any{"text": "xong", "proofs": []task.Proof{proof}}, nil, 200)
	quan.do("POST", path+"/verify", map[string]any{}, nil, 200)

	var detail task.Detail
	quan.do("GET", path, nil, &detail, 200)
	if detail.State != task.Verified || len(detail.Report.Proofs) != 1 {
		t.Fatalf("detail %+v", detail)
	}
	if got := quan.do("GET", path+"/proofs/"+detail.Report.Proofs[0].ID, nil, nil, 200); !bytes.Equal(got, png) {
		t.Errorf("the photo came back as %q", got)
	}
	var box taskapi.Inbox
	phuong.do("GET", "/inbox?unread=true", nil, &box, 200)
	if box.Unread != 2 || !strings.Contains(box.Messages[1].Text, "hết ngày 07/9/2021") {
		t.Errorf("inbox %+v", box)
	}
	phuong.do("POST", "/inbox/"+box.Messages[0].ID+"/acknowledge", map[string]any{}, nil, 200)
	phuong.do("POST", "/inbox/read", map[string]any{}, nil, 200)
	phuong.do("GET", "/inbox", nil, &box, 200)
	if box.Unread != 0 {
		t.Errorf("%d unread", box.Unread)
	}
}

func TestListsExportsAndShareTexts(t *testing.T) {
	quan, phuong := serve(t)
	var made taskapi.Made
	for i := range 3 {
		quan.do("POST", "/tasks", map[string]any{"title": fmt.Sprint("Đặt chốt ", i), "offices": []string{"o-phuong"}}, &made, 200)
	}
	var page task.Page
	quan.do("GET", "/tasks?limit=2&query="+url.QueryEscape("dat chot"), nil, &page, 200)
	if len(page.Cards) != 2 || page.Count != 3 || page.Next == "" {
		t.Errorf("%d cards of %d, next %q", len(page.Cards), page.Count, page.Next)
	}
	quan.do("GET", "/tasks?state=NONE", nil, nil, 422)
	csv := string(quan.do("GET", "/tasks-export?format=csv", nil, nil, 200))
	if strings.Count(csv, "\n") != 4 || !strings.Contains(csv, "Đặt chốt 2") || !strings.Contains(csv, "Đã giao, chưa nhận") {
		t.Errorf("csv: %s", csv)
	}
	if xlsx := quan.do("GET", "/tasks-export", nil, nil, 200); !bytes.HasPrefix(xlsx, []byte("PK")) {
		t.Error("no spreadsheet")
	}
	var shared taskapi.Shared
	path := "/tasks/" + made.IDs[0]
	phuong.do("GET", path+"/share?channel=zalo", nil, &shared, 200)
	if !strings.Contains(shared.Text, "Đặt chốt 2") || !strings.HasSuffix(shared.Text, "https://pd.example/viec/"+made.IDs[0]) {
		t.Errorf("share text %q", shared.Text)
	}
	phuong.do("POST", path+"/copied", map[string]any{"channel": "zalo"}, nil, 200)
	var detail task.Detail
	phuong.do("GET", path, nil, &detail, 200)
	if detail.History[0].What != "copied" {
		t.Errorf("history %+v", detail.History[0])
	}
	phuong.do("POST", path+"/cancel", map[string]any{"reason": "x"}, nil, 403)
	client{t, quan.base, ""}.do("GET", "/tasks", nil, nil, 401)
	quan.do("POST", "/tasks/remind", map[string]any{"tasks": made.IDs}, nil, 200)
	var territory task.Territory
	quan.do("GET", "/territory", nil, &territory, 200)
	if len(territory.Units) != 1 || territory.Units[0].Progress.Total != 3 {
		t.Errorf("territory %+v", territory.Units)
	}
}
