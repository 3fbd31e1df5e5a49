package directive_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/instant"
	"phaodai/internal/testkit"
)

// all walks a list to its end in parts of a few lines.
func all(t *testing.T, list func(directive.Filter) (directive.Page[directive.Listed], error), f directive.Filter) (out []directive.Listed) {
	t.Helper()
	f.Limit = 3
	for {
		page, err := list(f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, page.Items...)
		if f.After = page.Next; f.After == "" || len(out) > 1000 {
			return out
		}
	}
}

// mixed enters documents of two issuers whose days run against their numbers.
func (w *world) mixed() {
	w.t.Helper()
	for i := range 8 {
		f := notice484()
		f.Symbol, f.Subject, f.IssuedOn = fmt.Sprintf("%d-TB/TU", 90-i), fmt.Sprintf("Về việc số %d", i), fmt.Sprintf("2021-09-0%d", 1+i%3)
		if i%2 == 1 {
			f.Issuer = "Ban Tổ chức Thành ủy Hà Nội"
		}
		w.enter(f, "")
	}
}

func TestTheBookIsSortedByEveryColumn(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.mixed()
		columns := map[string]func(a, b directive.Listed) int{
			directive.SortNo:      func(a, b directive.Listed) int { return cmp.Compare(a.No, b.No) },
			directive.SortArrived: func(a, b directive.Listed) int { return cmp.Compare(a.ArrivedAt, b.ArrivedAt) },
			directive.SortIssuer:  func(a, b directive.Listed) int { return strings.Compare(a.Issuer, b.Issuer) },
			directive.SortIssued:  func(a, b directive.Listed) int { return strings.Compare(a.IssuedOn, b.IssuedOn) },
			directive.SortSymbol:  func(a, b directive.Listed) int { return strings.Compare(a.Symbol, b.Symbol) },
			directive.SortChanged: func(a, b directive.Listed) int { return cmp.Compare(a.ChangedAt, b.ChangedAt) },
		}
		list := func(f directive.Filter) (directive.Page[directive.Listed], error) {
			return w.s.Incoming(w.ctx(), w.clerk, f)
		}
		for column, compare := range columns {
			up := all(t, list, directive.Filter{Sort: column})
			if len(up) != 8 || !slices.IsSortedFunc(up, compare) {
				t.Errorf("%s: %d lines in order %v", column, len(up), inOrder(up))
			}
			down := all(t, list, directive.Filter{Sort: "-" + column})
			slices.Reverse(down)
			if diff := gocmp.Diff(inOrder(up), inOrder(down)); diff != "" {
				t.Errorf("-%s is not %s turned round: %s", column, column, diff)
			}
		}
		if got := all(t, list, directive.Filter{Sort: "no; DROP TABLE entry"}); got[0].No != 619 {
			t.Errorf("a wrong column gives %d first, not the usual order", got[0].No)
		}
	})
}

func inOrder(list []directive.Listed) (out []string) {
	for _, l := range list {
		out = append(out, l.Symbol)
	}
	return out
}

func TestTheExportFollowsTheSortingAndTheFilter(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	w.mixed()
	f := directive.Filter{Sort: directive.SortSymbol, Issuer: "Ban Tổ chức"}
	out, err := w.s.Export(w.ctx(), w.clerk, "incoming", f, "csv", func(k string) string { return k })
	w.must(err)
	text := readAll(t, out)
	last := -1
	for _, symbol := range []string{"83-TB/TU", "85-TB/TU", "87-TB/TU", "89-TB/TU"} {
		i := strings.Index(text, symbol)
		if i <= last {
			t.Errorf("%s stands at %d, the one before at %d", symbol, i, last)
		}
		last = i
	}
	if strings.Contains(text, "88-TB/TU") {
		t.Error("the export holds what the filter leaves out")
	}
}

// Hỏa tốc comes first, and of two alike the one that waits longer.
func TestApprovalsComeByUrgencyThenAge(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for i, u := range []directive.Urgency{directive.Normal, directive.Urgent, directive.Express, directive.Normal, directive.VeryUrgent, directive.Express} {
			f := notice484()
			f.Symbol, f.Urgency, w.clerk.Now = fmt.Sprintf("%d-TB/TU", i), u, w.now+instant.Micros(i)*60e6
			e := w.enter(f, "")
			_, err := w.s.Advise(w.ctx(), w.chief, directive.AdviseInput{Document: e.Document.ID, Advice: "UBND quận thực hiện"})
			w.must(err)
		}
		got := all(t, func(f directive.Filter) (directive.Page[directive.Listed], error) {
			return w.s.AwaitingApproval(w.ctx(), w.leader, f)
		}, directive.Filter{})
		if diff := gocmp.Diff([]string{"2-TB/TU", "5-TB/TU", "4-TB/TU", "1-TB/TU", "0-TB/TU", "3-TB/TU"}, inOrder(got)); diff != "" {
			t.Error(diff)
		}
	})
}

// What a search finds is sorted by a column of the documents, over the pages
// and from every reason to read them.
func TestTheSearchIsSortedByEveryColumnOfTheDocuments(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.mixed()
		f := notice484()
		f.Symbol, f.IssuedOn = "86,5-TB/TU", "2021-09-02"
		w.passed(f, "", directive.Copy{Office: "ubnd-ck"}, directive.Copy{Office: "ubnd-ck"})
		for _, by := range []auth.Actor{w.clerk, w.leader, w.ward, {Account: "system", Now: w.now}} {
			list := func(f directive.Filter) (directive.Page[directive.Listed], error) { return w.s.Search(w.ctx(), by, f) }
			newest := all(t, list, directive.Filter{})
			for column, compare := range map[string]func(a, b directive.Listed) int{
				directive.SortIssuer: func(a, b directive.Listed) int { return strings.Compare(a.Issuer, b.Issuer) },
				directive.SortIssued: func(a, b directive.Listed) int { return strings.Compare(a.IssuedOn, b.IssuedOn) },
				directive.SortSymbol: func(a, b directive.Listed) int { return strings.Compare(a.Symbol, b.Symbol) },
			} {
				up, down := all(t, list, directive.Filter{Sort: column}), all(t, list, directive.Filter{Sort: "-" + column})
				slices.Reverse(down)
				if !slices.IsSortedFunc(up, compare) {
					t.Errorf("%s by %s: %v", by.Post, column, inOrder(up))
				}
				if diff := gocmp.Diff(inOrder(up), inOrder(down)); diff != "" {
					t.Errorf("%s: -%s is not %s turned round: %s", by.Post, column, column, diff)
				}
				if diff := gocmp.Diff(slices.Sorted(slices.Values(inOrder(newest))), slices.Sorted(slices.Values(inOrder(up)))); diff != "" {
					t.Errorf("%s by %s finds others: %s", by.Post, column, diff)
				}
			}
		}
	})
}

func TestWhatWaitsIsExportedForThoseWhoMayDecide(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	e := w.enter(notice484(), "")
	_, err := w.s.Advise(w.ctx(), w.chief, directive.AdviseInput{Document: e.Document.ID, Advice: "UBND quận thực hiện"})
	w.must(err)
	f := notice484()
	f.Symbol = "485-TB/TU"
	w.enter(f, "")
	same := func(k string) string { return k }
	for book, want := range map[string][2]string{"advice": {"485-TB/TU", "484-TB/TU"}, "approval": {"484-TB/TU", "485-TB/TU"}} {
		by := map[string]auth.Actor{"advice": w.chief, "approval": w.leader}[book]
		out, err := w.s.Export(w.ctx(), by, book, directive.Filter{}, "csv", same)
		w.must(err)
		if text := readAll(t, out); !strings.Contains(text, want[0]) || strings.Contains(text, want[1]) {
			t.Errorf("%s: %s", book, text)
		}
		if _, err := w.s.Export(w.ctx(), w.nobody, book, directive.Filter{}, "csv", same); err == nil {
			t.Errorf("%s to somebody who is not signed in", book)
		}
		if out, err := w.s.Export(w.ctx(), w.ward, book, directive.Filter{}, "csv", same); err == nil && strings.Contains(readAll(t, out), "TB/TU") {
			t.Errorf("%s to a ward", book)
		}
	}
}

// The list of what one may read is made of branches, opening one document asks
// a condition: both must say the same for everybody.
func TestListAndOpeningAgreeOnWhoMayRead(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		f := notice484()
		sent := w.passed(f, "", directive.Copy{Office: "ubnd-ck"}, directive.Copy{Office: "ubnd-ck"})
		f.Symbol, f.Scope = "485-TB/TU", directive.ToUnit
		w.passed(f, "")
		f.Symbol, f.Scope = "486-TB/TU", directive.ToOffice
		public := w.passed(f, "")
		_, err := w.s.Publish(w.ctx(), w.leader, directive.PublishInput{Document: public.ID, Public: true})
		w.must(err)
		f.Symbol, f.Scope = "487-TB/TU", directive.ToRecipients
		w.enter(f, "")
		ids := all(t, func(f directive.Filter) (directive.Page[directive.Listed], error) {
			return w.s.Search(w.ctx(), auth.Actor{Account: "system", Now: w.now}, f)
		}, directive.Filter{})
		seen := map[int]bool{}
		for _, by := range []auth.Actor{w.clerk, w.chief, w.leader, w.stateClerk, w.chairman, w.doctor, w.ward, w.wardParty, w.front, w.nobody} {
			var may []string
			for _, l := range ids {
				w.must(d.Read(w.ctx(), func(tx *db.Tx) error {
					ok, err := directive.MayRead(by, tx, l.ID)
					if ok {
						may = append(may, l.Symbol)
					}
					return err
				}))
			}
			got := inOrder(all(t, func(f directive.Filter) (directive.Page[directive.Listed], error) { return w.s.Search(w.ctx(), by, f) }, directive.Filter{}))
			if diff := gocmp.Diff(may, got); diff != "" {
				t.Errorf("%s: %s", by.Post, diff)
			}
			seen[len(got)] = true
		}
		if len(seen) < 3 {
			t.Errorf("the actors read too much alike to tell anything: %v (%s)", seen, sent.ID)
		}
	})
}
