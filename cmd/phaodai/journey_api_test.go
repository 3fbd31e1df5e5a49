package main

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"phaodai/internal/api/taskapi"
	"phaodai/internal/audit"
	"phaodai/internal/demo"
	"phaodai/internal/directive"
	"phaodai/internal/instant"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
)

type fields = map[string]any

// errand is a document that goes the whole way and what must come of it.
type errand struct {
	name    string
	content []byte
	symbol  string
	issuer  string
	now     string // when it arrives
	item    string // a clause that every ward carries out, and reports with a photo
	word    string // of that clause
	dated   string // a clause with a deadline
	due     string // that deadline
	rival   int64  // another office's number on the paper, that must not become ours
	bundles int    // tasks that fan out to all 14 wards, at least
}

// TestJourneyByAPI goes the way of an order through /api/v1 alone: taken in by
// the clerk, read, advised, approved, reviewed, given out, accepted and reported
// with a photo by a ward, verified, seen in roll-up, audit and inbox.
func TestJourneyByAPI(t *testing.T) {
	specimen, err := demo.Specimen()
	if err != nil {
		t.Fatal(err)
	}
	t.Run("specimen", func(t *testing.T) {
		goTheWay(t, errand{name: "chi-thi.docx", content: specimen, symbol: "918/CT-UBND", issuer: "UBND Thành phố Hà Nội",
			now: "2021-09-05T18:40:00+07:00", item: "1.2", word: "từng nhà", dated: "1.2", due: "2021-09-07T17:00:00+07:00", bundles: 2})
	})
	t.Run("seed 004", func(t *testing.T) {
		text, err := os.ReadFile(testkit.Shared(t, "seeds", "004_7584377ace3ddf40.txt"))
		if err != nil {
			t.Fatal(err)
		}
		goTheWay(t, errand{name: "484-tb-tu.txt", content: text, symbol: "484-TB/TU", issuer: "Thành ủy Hà Nội",
			now: "2021-09-08T14:00:00+07:00", rival: 522,
			item: "3.5", word: "khu cách ly tập trung", dated: "3.1.(i)", due: "2021-09-15T23:59:59+07:00", bundles: 1})
	})
}

// way is one order on its way.
type way struct {
	*exercise
	errand
	t        *testing.T
	document string
	path     string // of the document
	work     string // the ward's task
	no       int64
}

func goTheWay(t *testing.T, o errand) {
	w := &way{exercise: startDemo(t, t.TempDir()), errand: o, t: t}
	w.as("quantri").Do("PUT", "/clock", fields{"world": o.now, "paused": true}, nil, 200)
	w.takeIn()
	w.decide()
	w.giveOut()
	w.carryOut()
	w.rollUp()
	w.trail()
}

// arrival is the world's time at which the order comes in.
func (w *way) arrival() instant.Micros {
	at, err := time.Parse(time.RFC3339, w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	return instant.Of(at)
}

// takeIn uploads the paper, checks what was read and registers it: the next
// number of the book, whatever stamp of another office stands on the paper.
func (w *way) takeIn() {
	clerk := w.as("vanthu")
	var books []directive.Register
	clerk.Do("GET", "/registers", nil, &books, 200)
	book := books[0]
	var in directive.Document
	clerk.Do("POST", "/documents/upload?key=u1&name="+url.QueryEscape(w.name), w.content, &in, 200)
	var read directive.Review
	clerk.Do("GET", "/documents/"+in.ID+"/review", nil, &read, 200)
	if in.Symbol != w.symbol || len(read.Proposals) == 0 {
		w.t.Fatalf("read as %q with %d proposals", in.Symbol, len(read.Proposals))
	}
	w.found(read)
	facts := fields{"key": "e1", "register": book.ID, "document": in.ID, "version": in.Version, "symbol": in.Symbol,
		"issuer": w.issuer, "issued_on": in.IssuedOn, "subject": in.Subject}
	var e, again directive.Entered
	clerk.Do("POST", "/documents/enter", facts, &e, 200)
	clerk.Do("POST", "/documents/enter", facts, &again, 200)
	if e.Entry.No != book.Next || again.Entry.No != e.Entry.No || e.Entry.No == w.rival {
		w.t.Errorf("arrival number %d, repeated %d, want %d", e.Entry.No, again.Entry.No, book.Next)
	}
	w.document, w.path, w.no = e.Document.ID, "/documents/"+e.Document.ID, e.Entry.No
	w.as("cukhoi").Do("GET", w.path, nil, nil, 404) // not yet sent to anybody
}

// found compares a finding with the words it was read from.
func (w *way) found(read directive.Review) {
	for _, p := range read.Proposals {
		if p.Item == w.dated && p.By != 0 {
			if p.By.In(instant.Vietnam()).Format(time.RFC3339) != w.due || len(p.Why) == 0 {
				w.t.Errorf("item %s is due %v because of %q, want %s", p.Item, p.By, p.Why, w.due)
			}
			if part := string([]rune(read.Reading.Text)[p.Start:p.End]); !strings.Contains(part, strings.Fields(p.Text)[0]) {
				w.t.Errorf("item %s is marked at %q", p.Item, part)
			}
			return
		}
	}
	w.t.Errorf("no deadline was found in item %s", w.dated)
}

// decide carries the slip from advice to approval; copies go out with it.
func (w *way) decide() {
	w.as("chanhvp").Do("POST", w.path+"/advise", fields{
		"advice": "UBND Quận chủ trì, UBND các phường thực hiện.",
		"copies": []fields{{"text": "UBND Quận"}, {"text": "UBND các phường"}, {"text": "Đảng ủy các phường"}},
	}, nil, 200)
	var waiting directive.Page[directive.Listed]
	w.as("thuongtruc").Do("GET", "/documents/awaiting-approval", nil, &waiting, 200)
	found := false
	for _, l := range waiting.Items {
		found = found || l.ID == w.document
	}
	if !found {
		w.t.Errorf("the leader does not see %s among %d slips", w.symbol, len(waiting.Items))
	}
	var slip directive.Slip
	w.as("thuongtruc").Do("POST", w.path+"/approve", fields{"key": "a1"}, &slip, 200)
	w.as("cukhoi").Do("POST", w.path+"/open", fields{}, nil, 200)
	var v directive.View
	w.as("vanthu").Do("GET", w.path, nil, &v, 200)
	opened := 0
	for _, r := range v.Recipients {
		if r.OpenedAt > 0 {
			opened++
		}
	}
	if len(v.Recipients) < 29 || opened != 1 { // UBND Quận, 14 wards on both lines
		w.t.Errorf("%d recipients, %d opened it", len(v.Recipients), opened)
	}
}

// giveOut confirms the proposals that have no problem, notes those of bodies
// elsewhere and dispatches.
func (w *way) giveOut() {
	adviser := w.as("chanhvp")
	var sure directive.ConfirmResult
	adviser.Do("POST", w.path+"/confirm-proposals", fields{"all": true}, &sure, 200)
	if len(sure.Confirmed) == 0 {
		w.t.Fatal("nothing could be confirmed")
	}
	var theirs directive.ElsewhereResult
	adviser.Do("POST", w.path+"/elsewhere-proposals", fields{"key": "x1"}, &theirs, 200)
	var after directive.Review
	adviser.Do("GET", w.path+"/review", nil, &after, 200)
	if open := len(after.Proposals) - len(sure.Confirmed) - len(theirs.IDs); after.Open != open || open != len(sure.Problems)-len(theirs.IDs) {
		w.t.Errorf("of %d tasks %d are confirmed, %d of bodies elsewhere, %d open", len(after.Proposals), len(sure.Confirmed), len(theirs.IDs), after.Open)
	}
	w.t.Logf("%d tasks: %d confirmed, %d of bodies elsewhere, %d for a person to decide", len(after.Proposals), len(sure.Confirmed), len(theirs.IDs), after.Open)
	var made taskapi.Made
	adviser.Do("POST", w.path+"/dispatch", fields{"key": "d1"}, &made, 200)
	if len(made.IDs) < len(sure.Confirmed) {
		w.t.Errorf("%d confirmed, %d given out", len(sure.Confirmed), len(made.IDs))
	}
}

// carryOut is the ward's part: its list of today, one task accepted, reported
// with a photo and verified by the giver.
func (w *way) carryOut() {
	ward := w.as("cukhoi")
	var mine task.Page
	ward.Do("GET", "/tasks?mine=true&open=true&document="+w.document, nil, &mine, 200)
	for _, c := range mine.Cards {
		if w.work == "" && c.Item == w.item {
			w.work = "/tasks/" + c.ID
			if !strings.Contains(c.Title+c.Text, w.word) {
				w.t.Errorf("item %s reads %q", c.Item, c.Title)
			}
		}
	}
	if w.work == "" {
		w.t.Fatalf("none of %d tasks of the ward is item %q", len(mine.Cards), w.item)
	}
	ward.Do("POST", w.work+"/accept", fields{"key": "n1"}, nil, 200)
	w.as("phucloi").Do("POST", w.work+"/accept", fields{}, nil, 404)
	photo, err := os.ReadFile(photo(w.t))
	if err != nil {
		w.t.Fatal(err)
	}
	var proof task.Proof
	ward.Do("POST", w.work+"/files?kind=photo&name=bang-tin.jpg", photo, &proof, 200)
	report := fields{"key": "r1", "text": "Đã làm xong", "proofs": []task.Proof{proof}}
	var after task.Task
	ward.Do("POST", w.work+"/report", report, &after, 200)
	if after.State != task.Reported {
		w.t.Errorf("reported, the task is %s", after.State)
	}
	w.as("chanhvp").Do("POST", w.work+"/verify", fields{"key": "v1"}, &after, 200)
	if after.State != task.Verified {
		w.t.Errorf("verified, the task is %s", after.State)
	}
}

// rollUp looks at the document from above: the ward's cell is done with a proof,
// the others wait.
func (w *way) rollUp() {
	var m task.Follow
	w.as("chanhvp").Do("GET", w.path+"/follow", nil, &m, 200)
	done, proofs, wards := 0, 0, 0
	for _, row := range m.Rows {
		done += row.Done
		if len(row.Cells) == 14 {
			wards++
		}
		for _, c := range row.Cells {
			if "/tasks/"+c.Task == w.work {
				proofs = c.Proofs
			}
		}
	}
	if done != 1 || proofs != 1 || wards < w.bundles {
		w.t.Errorf("roll-up: %d done, %d proofs, %d rows for all wards", done, proofs, wards)
	}
}

// trail looks back: what the ones concerned were told, and the audit of each act.
func (w *way) trail() {
	w.told("cukhoi", "task.notice.assigned")
	w.told("chanhvp", "task.notice.reported")
	w.audited(w.path[len("/documents/"):], "document.registered", "document.advised", "document.approved")
	w.audited(w.work[len("/tasks/"):], "task.accept", "task.report", "task.verify")
	var verified struct{ Finding *audit.Finding }
	w.as("quantri").Do("POST", "/audit/verify", nil, &verified, 200)
	if verified.Finding != nil {
		w.t.Errorf("the audit does not verify: %+v", *verified.Finding)
	}
}

// told wants one message about the ward's task in somebody's inbox.
func (w *way) told(login, key string) {
	w.t.Helper()
	var box taskapi.Inbox
	w.as(login).Do("GET", "/inbox?limit=200", nil, &box, 200)
	n := 0
	for _, m := range box.Messages {
		if "/tasks/"+m.Subject == w.work && m.Key == key {
			n++
			if m.At < w.arrival() || !strings.Contains(m.Text, w.word) {
				w.t.Errorf("%s was told %q at %v", login, m.Text, m.At)
			}
		}
	}
	if n != 1 {
		w.t.Errorf("%s was told %s %d times", login, key, n)
	}
}

// audited wants each act in the audit of a subject, found by the inspector.
func (w *way) audited(subject string, acts ...string) {
	w.t.Helper()
	var found struct{ Entries []audit.Found }
	w.as("giamsat").Do("GET", "/audit?limit=200&subject="+subject, nil, &found, 200)
	there := map[string]bool{}
	for _, e := range found.Entries {
		there[e.Action] = true
	}
	for _, act := range acts {
		if !there[act] {
			w.t.Errorf("the audit has no %s: %v", act, there)
		}
	}
}
