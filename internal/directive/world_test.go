package directive_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/org"
	"phaodai/internal/testkit"
)

// world is a small district with the offices through which papers pass, and
// the officers of the tests.
type world struct {
	t testing.TB
	d *db.DB
	s *directive.Service

	clerk, chief, leader           auth.Actor // of the district Party committee
	stateClerk, chairman, doctor   auth.Actor // of the State line
	ward, wardParty, front, nobody auth.Actor
	now                            instant.Micros
	book                           string
}

const (
	district = "/01/01-004/"
	ckPath   = "/01/01-004/01-004-00154/"
	tbPath   = "/01/01-004/01-004-00157/"
)

var always = org.Period{From: 1, To: instant.Forever}

// at is a moment of the tests in the zone of the unit.
func at(text string) instant.Micros {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, instant.Vietnam())
	if err != nil {
		panic(err)
	}
	return instant.Of(t)
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{t: t, d: d, now: at("2021-09-08 11:40")}
	w.s = directive.New(d, id.NewSource(time.Now, rand.Reader), directive.Tools{Reader: officialdoc.Default()})
	w.must(d.Write(t.Context(), w.fill))
	w.clerk = w.actor("vt", "vpqu", district, "clerk")
	w.chief = w.actor("cvp", "vpqu", district, "adviser")
	w.leader = w.actor("pbt", "qu", district, "leader")
	w.stateClerk = w.actor("vt-ub", "vpub", district, "clerk")
	w.chairman = w.actor("ct", "ubnd", district, "leader")
	w.doctor = w.actor("tp-yt", "yte", district, "unit_head")
	w.ward = w.actor("ct-ck", "ubnd-ck", ckPath, "unit_head")
	w.wardParty = w.actor("bt-ck", "du-ck", ckPath, "unit_head")
	w.front = w.actor("mt", "mttq", district, "supervisor")
	w.nobody = auth.Actor{Now: w.now, Wall: w.now}
	r, err := w.s.OpenRegister(t.Context(), w.clerk, directive.RegisterInput{Name: "Văn bản cấp trên", Year: 2021, Last: 611})
	w.must(err)
	w.book = r.ID
	return w
}

func (w *world) fill(tx *db.Tx) error {
	unit := func(id, parent, path, tier, form, name, short string) org.Unit {
		return org.Unit{ID: id, Parent: parent, Path: path, Tier: tier, Form: form, Name: name, ShortName: short, Code: id, Period: always}
	}
	units := []org.Unit{
		unit("01", "", "/01/", "province", "Thành phố", "Thành phố Hà Nội", "Hà Nội"),
		unit("01-004", "01", district, "district", "Quận", "Quận Long Biên", "Long Biên"),
		unit("01-004-00154", "01-004", ckPath, "ward", "Phường", "Phường Cự Khối", "Cự Khối"),
		unit("01-004-00157", "01-004", tbPath, "ward", "Phường", "Phường Thạch Bàn", "Thạch Bàn"),
	}
	office := func(id, unit, path string, kind org.Kind, line org.Line, name string) org.Office {
		return org.Office{ID: id, Unit: unit, UnitPath: path, Kind: kind, Line: line, Name: name, ShortName: name, Period: always}
	}
	old := office("to-cu", "01-004", district, org.Department, org.State, "Phòng Dân số")
	old.Period, old.Successor = org.Period{From: 1, To: at("2021-01-01 00:00")}, "yte"
	offices := []org.Office{
		office("qu", "01-004", district, org.PartyCommittee, org.Party, "Quận ủy Long Biên"),
		office("vpqu", "01-004", district, org.PartyOffice, org.Party, "Văn phòng Quận ủy"),
		office("ubnd", "01-004", district, org.UBND, org.State, "UBND quận Long Biên"),
		office("vpub", "01-004", district, org.StateOffice, org.State, "Văn phòng HĐND và UBND quận"),
		office("yte", "01-004", district, org.Department, org.State, "Phòng Y tế"),
		office("mttq", "01-004", district, org.FrontCommittee, org.Front, "Ủy ban MTTQ quận"),
		office("ubnd-ck", "01-004-00154", ckPath, org.UBND, org.State, "UBND phường Cự Khối"),
		office("du-ck", "01-004-00154", ckPath, org.PartyCommittee, org.Party, "Đảng ủy phường Cự Khối"),
		office("ubnd-tb", "01-004-00157", tbPath, org.UBND, org.State, "UBND phường Thạch Bàn"),
		office("du-tb", "01-004-00157", tbPath, org.PartyCommittee, org.Party, "Đảng ủy phường Thạch Bàn"),
		old,
	}
	post := func(id, office, title, role string, head bool) org.Post {
		return org.Post{ID: id, Office: office, Title: title, Head: head, Roles: org.Roles{auth.Role(role)}, Level: auth.Internal, Period: always}
	}
	posts := []org.Post{
		post("vt", "vpqu", "Văn thư", "clerk", false), post("cvp", "vpqu", "Chánh Văn phòng", "adviser", true),
		post("pbt", "qu", "Phó Bí thư Thường trực", "leader", true),
		post("vt-ub", "vpub", "Văn thư", "clerk", false), post("ct", "ubnd", "Chủ tịch", "leader", true),
		post("tp-yt", "yte", "Trưởng phòng", "unit_head", true), post("mt", "mttq", "Chủ tịch", "supervisor", true),
		post("ct-ck", "ubnd-ck", "Chủ tịch", "unit_head", true), post("bt-ck", "du-ck", "Bí thư", "unit_head", true),
	}
	var people []org.Person
	var holdings []org.Holding
	for i, p := range posts {
		people = append(people, org.Person{ID: "p-" + p.ID, Name: "Người " + p.Title + " " + p.Office})
		holdings = append(holdings, org.Holding{ID: fmt.Sprint("h", i), Post: p.ID, Person: "p-" + p.ID, Period: always})
	}
	for _, step := range []error{
		db.InsertAll(tx, "unit", units), db.InsertAll(tx, "office", offices), db.InsertAll(tx, "post", posts),
		db.InsertAll(tx, "person", people), db.InsertAll(tx, "holding", holdings),
	} {
		if step != nil {
			return step
		}
	}
	return nil
}

func (w *world) actor(post, office, path, role string) auth.Actor {
	return auth.Actor{
		Account: "a-" + post, Person: "p-" + post, Name: "Người " + post, Post: post, Office: office, UnitPath: path,
		Grants: []auth.Grant{{Role: auth.Role(role), Path: path, Level: auth.Internal}}, Now: w.now, Wall: w.now, Lang: "vi",
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) ctx() context.Context { return w.t.Context() }

// facts of the notice that the tests register.
func notice484() directive.Facts {
	return directive.Facts{
		Symbol: "484-TB/TU", Issuer: "Thành ủy Hà Nội", IssuedOn: "2021-09-07",
		Subject: "Kết luận của Ban Thường vụ Thành ủy về tăng cường công tác phòng, chống dịch",
	}
}

// enter registers a document by facts and text.
func (w *world) enter(f directive.Facts, text string) directive.Entered {
	w.t.Helper()
	e, err := w.s.Enter(w.ctx(), w.clerk, directive.EnterInput{Register: w.book, Facts: f, Text: text})
	w.must(err)
	return e
}

// passed registers a document and takes it through its slip.
func (w *world) passed(f directive.Facts, text string, copies ...directive.Copy) directive.Document {
	w.t.Helper()
	e := w.enter(f, text)
	_, err := w.s.Advise(w.ctx(), w.chief, directive.AdviseInput{Document: e.Document.ID, Advice: "UBND quận thực hiện", Copies: copies})
	w.must(err)
	_, err = w.s.Approve(w.ctx(), w.leader, directive.ApproveInput{Document: e.Document.ID})
	w.must(err)
	v, err := w.s.Document(w.ctx(), w.clerk, e.Document.ID)
	w.must(err)
	return v.Document
}

// seed reads one of the shared real texts.
func seed(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(testkit.Shared(t, "seeds", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const (
	seed000 = "000_139ba654b6ddde08.txt"
	seed001 = "001_5ff5c6dd8777f7d4.txt"
	seed004 = "004_7584377ace3ddf40.txt"
)
