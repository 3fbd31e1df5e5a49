package directiveapi_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"phaodai/internal/api"
	"phaodai/internal/api/apitest"
	"phaodai/internal/api/directiveapi"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/i18n"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/org"
	"phaodai/internal/testkit"
)

var (
	forever = org.Period{From: 1, To: instant.Forever}
	now     = instant.Of(time.Date(2021, 9, 8, 11, 40, 0, 0, instant.Vietnam()))
)

// posts are those that the tests act as: office, path and role of each.
var posts = map[string]struct{ office, path, role string }{
	"vt": {"vpqu", "/01/004/", "clerk"}, "cvp": {"vpqu", "/01/004/", "adviser"}, "pbt": {"qu", "/01/004/", "leader"},
	"ck": {"ubnd-ck", "/01/004/w/", "unit_head"},
}

// sessions signs in whom the header X-Post names.
type sessions struct{}

func (sessions) Token(*http.Request) string     { return "" }
func (sessions) Place(*http.Request) auth.Place { return auth.Place{} }

func (sessions) Actor(r *http.Request) (auth.Actor, error) {
	name := r.Header.Get("X-Post")
	p, ok := posts[name]
	if !ok {
		return auth.Actor{}, nil
	}
	return auth.Actor{
		Account: name, Person: "p-" + name, Name: "Trần Thị " + name, Post: name, Office: p.office, UnitPath: p.path,
		Grants: []auth.Grant{{Role: auth.Role(p.role), Path: p.path, Level: auth.Internal}}, Now: now, Wall: now, Lang: "vi",
	}, nil
}

// client talks to the API.
type client struct {
	t    *testing.T
	base string
}

func serve(t *testing.T) client {
	t.Helper()
	d := testkit.SQLite(t)
	if err := d.Write(t.Context(), district); err != nil {
		t.Fatal(err)
	}
	documents := directive.New(d, id.NewSource(time.Now, rand.Reader), directive.Tools{Reader: officialdoc.Default()})
	area := directiveapi.Area(directiveapi.Deps{Documents: documents, Translate: i18n.T})
	handler, _ := api.New(sessions{}, i18n.T, slog.New(slog.DiscardHandler), "test", area)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return client{t, server.URL + "/api/v1"}
}

func district(tx *db.Tx) error {
	units := []org.Unit{
		{ID: "01", Path: "/01/", Tier: "province", Form: "Thành phố", Name: "Thành phố Hà Nội", ShortName: "Hà Nội", Period: forever},
		{ID: "004", Parent: "01", Path: "/01/004/", Tier: "district", Form: "Quận", Name: "Quận Long Biên", ShortName: "Long Biên", Period: forever},
		{ID: "w", Parent: "004", Path: "/01/004/w/", Tier: "ward", Form: "Phường", Name: "Phường Cự Khối", ShortName: "Cự Khối", Period: forever},
	}
	offices := []org.Office{
		{ID: "qu", Unit: "004", UnitPath: "/01/004/", Kind: org.PartyCommittee, Line: org.Party, Name: "Quận ủy Long Biên", Period: forever},
		{ID: "vpqu", Unit: "004", UnitPath: "/01/004/", Kind: org.PartyOffice, Line: org.Party, Name: "Văn phòng Quận ủy", Period: forever},
		{ID: "ubnd-ck", Unit: "w", UnitPath: "/01/004/w/", Kind: org.UBND, Line: org.State, Name: "UBND phường Cự Khối", Period: forever},
	}
	for name, p := range posts {
		post := org.Post{ID: name, Office: p.office, Title: "Chức danh " + name, Head: true, Roles: org.Roles{auth.Role(p.role)}, Level: auth.Internal, Period: forever}
		if err := tx.Insert("post", post); err != nil {
			return err
		}
		if err := tx.Insert("person", org.Person{ID: "p-" + name, Name: "Trần Thị " + name}); err != nil {
			return err
		}
		if err := tx.Insert("holding", org.Holding{ID: "h-" + name, Post: name, Person: "p-" + name, Period: forever}); err != nil {
			return err
		}
	}
	if err := db.InsertAll(tx, "unit", units); err != nil {
		return err
	}
	return db.InsertAll(tx, "office", offices)
}

// do sends a request as a post and reads the answer into out; want is the status.
func (c client) do(post, method, path string, in, out any, want int) []byte {
	c.t.Helper()
	return apitest.Caller{T: c.t, Base: c.base, Header: http.Header{"X-Post": {post}}}.Do(method, path, in, out, want)
}

type m = map[string]any

const text = `Ban Thường vụ Thành ủy yêu cầu các cơ quan, đơn vị thực hiện các nhiệm vụ sau:

1. UBND các phường lập danh sách người có biểu hiện ho, sốt, hoàn thành trước 17h ngày 09/9/2021.

2. Giao Công an quận kiểm tra các chốt.
`

// enter opens a book and registers the notice 484-TB/TU.
func (c client) enter() directive.Entered {
	c.t.Helper()
	var book directive.Register
	c.do("vt", "POST", "/registers", m{"name": "Văn bản cấp trên", "year": 2021, "last": 611}, &book, 200)
	var doc directive.Document
	c.do("vt", "POST", "/documents/upload?name=484.txt&key=u1", []byte(text), &doc, 200)
	var e directive.Entered
	c.do("vt", "POST", "/documents/enter", m{
		"register": book.ID, "document": doc.ID, "version": doc.Version, "symbol": "484-TB/TU", "issuer": "Thành ủy Hà Nội",
		"issued_on": "2021-09-07", "subject": "Kết luận về phòng, chống dịch", "key": "e1",
	}, &e, 200)
	return e
}

func TestADocumentFromUploadToConfirmedTasksByAPI(t *testing.T) {
	c := serve(t)
	e := c.enter()
	if e.Entry.No != 612 {
		t.Errorf("number %d", e.Entry.No)
	}
	path := "/documents/" + e.Document.ID
	var list directive.Page[directive.Listed]
	c.do("vt", "GET", "/documents/incoming?query=ket+luan", nil, &list, 200)
	if list.Total != 1 || list.Items[0].No != 612 {
		t.Errorf("book %+v", list)
	}
	c.do("pbt", "POST", path+"/approve", m{}, nil, 409)
	c.do("ck", "GET", path, nil, nil, 404)
	c.do("", "GET", path, nil, nil, 401)
	c.do("cvp", "POST", path+"/advise", m{"advice": "Các phường thực hiện", "copies": []m{{"text": "UBND các phường"}}}, nil, 200)
	var sl directive.Slip
	c.do("pbt", "POST", path+"/approve", m{"opinion": "Đồng ý"}, &sl, 200)
	if p := string(c.do("pbt", "POST", path+"/approve", m{}, nil, 409)); !strings.Contains(p, "lúc 11:40 08/9/2021") {
		t.Errorf("approved twice: %s", p)
	}
	if sl.Decision != directive.ActOpinion {
		t.Errorf("slip %+v", sl)
	}
	var v directive.View
	c.do("ck", "POST", path+"/open", m{}, &v, 200)
	if len(v.Recipients) != 1 || v.Recipients[0].OpenedAt != now {
		t.Errorf("opened %+v", v.Recipients)
	}
	var review directive.Review
	c.do("cvp", "GET", path+"/review", nil, &review, 200)
	if len(review.Proposals) != 2 || review.Proposals[1].Problem != "proposal.no_office" {
		t.Fatalf("review %+v", review.Proposals)
	}
	c.do("cvp", "POST", path+"/confirm-proposals", m{"ids": []string{review.Proposals[1].ID}}, nil, 422)
	c.do("cvp", "POST", "/proposals/"+review.Proposals[1].ID+"/drop", m{"reason": "ngoài địa bàn"}, nil, 200)
	var res directive.ConfirmResult
	c.do("cvp", "POST", path+"/confirm-proposals", m{"all": true}, &res, 200)
	if len(res.Confirmed) != 1 {
		t.Errorf("confirmed %+v", res)
	}
	if labels := c.do("cvp", "GET", path+"/labels", nil, nil, 200); !strings.Contains(string(labels), `"484-TB/TU"`) {
		t.Errorf("labels %s", labels)
	}
	if pdf := c.do("vt", "GET", path+"/slip-form?format=pdf", nil, nil, 200); !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Errorf("slip %.20s", pdf)
	}
	if csv := c.do("vt", "GET", "/documents-export?format=csv", nil, nil, 200); !strings.Contains(string(csv), "Số đến") {
		t.Errorf("export %s", csv)
	}
	if got := c.do("ck", "GET", path+"/attachments/"+v.Attachments[0].ID, nil, nil, 200); string(got) != text {
		t.Errorf("attachment %q", got)
	}
}

func TestFaultsOfTheAPI(t *testing.T) {
	c := serve(t)
	e := c.enter()
	var problem api.Problem
	again := m{"register": e.Document.Register, "symbol": "484-TB/TU", "issuer": "Thành ủy Hà Nội", "issued_on": "2021-09-07", "subject": "x"}
	c.do("vt", "POST", "/documents/enter", again, &problem, 409)
	if problem.Code != "document.duplicate" || !strings.Contains(problem.Detail, "612") {
		t.Errorf("duplicate: %+v", problem)
	}
	again["arrived_at"], again["symbol"] = "2021-09-07T20:00:00+07:00", "485-TB/TU"
	c.do("vt", "POST", "/documents/enter", again, &problem, 428)
	c.do("vt", "POST", "/documents/enter", m{"register": e.Document.Register}, &problem, 422)
	if len(problem.Fields) != 2 {
		t.Errorf("fields: %+v", problem.Fields)
	}
	c.do("ck", "POST", "/documents/"+e.Document.ID+"/advise", m{"advice": "x"}, nil, 403)
	c.do("vt", "POST", "/documents/upload?name=a.exe", []byte("MZ\x00\x01"), nil, 503)
}

func TestAMeetingAndADraftByAPI(t *testing.T) {
	c := serve(t)
	var doc directive.Document
	c.do("cvp", "POST", "/drafts", m{"issuer": "qu", "kind": "KH", "subject": "Kế hoạch", "text": text, "signer_post": "pbt", "recipients": []m{{"text": "UBND các phường"}}}, &doc, 200)
	var meeting directive.Meeting
	c.do("cvp", "POST", "/meetings", m{"body": "qu", "title": "Phiên họp", "planned_at": "2021-09-08T08:00:00+07:00",
		"agenda": []m{{"title": "Kế hoạch", "document": doc.ID}}, "attendance": []m{{"post": "pbt", "name": "Phó Bí thư", "present": "present"}}}, &meeting, 200)
	path := "/meetings/" + meeting.ID
	c.do("cvp", "POST", path+"/hold", m{}, nil, 200)
	c.do("cvp", "POST", path+"/items/1/decide", m{"result": "adopted", "for": 11}, nil, 200)
	c.do("cvp", "POST", path+"/conclude", m{"subject": "Kết luận", "text": text, "signer_post": "pbt"}, nil, 200)
	c.do("vt", "POST", "/numbering/mandates", m{"office": "qu", "name": "2020-2025", "from": "2020-07-01T00:00:00+07:00", "to": "2025-07-01T00:00:00+07:00", "last": m{"KH": 70}}, nil, 200)
	for _, step := range []struct{ post, verb string }{{"cvp", "submit"}, {"pbt", "sign"}, {"vt", "number"}, {"vt", "issue"}} {
		c.do(step.post, "POST", "/documents/"+doc.ID+"/"+step.verb, m{"key": step.verb}, &doc, 200)
	}
	if doc.Symbol != "71-KH/QU" || doc.State != directive.Issued {
		t.Errorf("issued %+v", doc)
	}
	if docx := c.do("vt", "GET", fmt.Sprintf("/documents/%s/letter?format=docx", doc.ID), nil, nil, 200); !bytes.HasPrefix(docx, []byte("PK")) {
		t.Errorf("letter %.10q", docx)
	}
	c.do("ck", "GET", "/documents/"+doc.ID, nil, nil, 200)
	c.do("ck", "GET", path, nil, nil, 404)
}
