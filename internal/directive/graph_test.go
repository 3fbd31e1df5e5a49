package directive_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
)

// TestOrdersBehindADocument registers a plan that cites a directive, which
// cites another: who reads the plan sees what stands behind it, also under a
// wrong spelling and where the document itself is not here.
func TestOrdersBehindADocument(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		plan := w.enter(directive.Facts{Symbol: "71-KH/QU", Issuer: "Quận ủy", IssuedOn: "2021-09-05", Subject: "Kế hoạch"},
			"Thực hiện Chỉ thị số 06-CT/TU ngày 01/9/2021 của Ban Thường vụ Thành ủy Hà Nội và Chỉ thị số 16/CT-CP của Chính phủ.\n\n1. UBND các phường rà soát địa bàn trong ngày 09/9/2021.").Document
		links := w.links(plan.ID)
		if got := symbols(links); !slices.Equal(got, []string{"06-CT/TU", "16/CT-TTg"}) {
			t.Fatalf("links %q", got)
		}
		if links[1].Other.Origin != directive.Stub || links[1].Seen == links[1].Other.Symbol {
			t.Errorf("alias: seen %q, means %+v", links[1].Seen, links[1].Other)
		}
		// The directive itself arrives later and takes the place of its stub.
		upper := w.enter(directive.Facts{Symbol: "06-CT/TU", Issuer: "Thành ủy Hà Nội", IssuedOn: "2021-09-01", Subject: "Chỉ thị"},
			"Thực hiện Nghị quyết số 128/NQ-CP ngày 01/8/2021 của Chính phủ.").Document
		if links := w.links(plan.ID); links[0].Other.ID != upper.ID {
			t.Errorf("the stub still stands: %+v", links[0].Other)
		}
		steps, err := w.s.Behind(t.Context(), w.clerk, plan.ID, w.now)
		w.must(err)
		var got []string
		for _, s := range steps {
			got = append(got, fmt.Sprint(s.Depth, " ", s.Document.Symbol))
		}
		if !slices.Equal(got, []string{"1 06-CT/TU", "1 16/CT-TTg", "2 128/NQ-CP"}) {
			t.Errorf("behind: %q", got)
		}
		ahead, err := w.s.Ahead(t.Context(), w.clerk, upper.ID, w.now)
		w.must(err)
		if len(ahead) != 1 || ahead[0].Document.ID != plan.ID {
			t.Errorf("ahead: %+v", ahead)
		}
	})
}

func (w *world) links(doc string) []directive.Link {
	w.t.Helper()
	v, err := w.s.Document(w.ctx(), w.clerk, doc)
	w.must(err)
	return v.Links
}

func symbols(links []directive.Link) (out []string) {
	for _, k := range links {
		out = append(out, k.Other.Symbol)
	}
	return out
}

func TestIsItStillInForce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		doc := func(symbol, day string) directive.Document {
			return w.enter(directive.Facts{Symbol: symbol, Issuer: "UBND Thành phố Hà Nội", IssuedOn: day, Subject: symbol, To: 0}, "").Document
		}
		old, amend, new := doc("17/CT-UBND", "2021-07-23"), doc("18/CT-UBND", "2021-08-10"), doc("20/CT-UBND", "2021-09-03")
		force := func(when string) directive.Force {
			t.Helper()
			f, err := w.s.InForce(t.Context(), w.clerk, old.ID, at(when))
			w.must(err)
			return f
		}
		for when, want := range map[string]string{"2021-07-01 00:00": directive.ForceNotYet, "2021-09-08 00:00": directive.ForceIn} {
			if f := force(when); f.Why != want {
				t.Errorf("alone, %s: %+v", when, f)
			}
		}
		link := func(from directive.Document, kind directive.LinkKind, at0 string) {
			t.Helper()
			in := directive.LinkInput{From: from.ID, To: old.ID, Kind: kind}
			if at0 != "" {
				in.At = at(at0)
			}
			_, err := w.s.Link(t.Context(), w.clerk, in)
			w.must(err)
		}
		link(amend, directive.Amends, "")
		link(new, directive.Supersedes, "2021-09-06 06:00")
		for when, want := range map[string]directive.Force{
			"2021-08-01 00:00": {InForce: true, Why: directive.ForceIn},
			"2021-08-11 00:00": {InForce: true, Why: directive.ForceAmended, By: amend.ID},
			"2021-09-06 05:59": {InForce: true, Why: directive.ForceAmended, By: amend.ID},
			"2021-09-06 06:00": {InForce: false, Why: directive.ForceSuperseded, By: new.ID},
		} {
			if f := force(when); f.InForce != want.InForce || f.Why != want.Why || f.By != want.By {
				t.Errorf("%s: %+v, want %+v", when, f, want)
			}
		}
		_, err := w.s.Link(t.Context(), w.clerk, directive.LinkInput{From: old.ID, To: new.ID, Kind: directive.Supersedes})
		if fault.KeyOf(err) != "document.link_cycle" {
			t.Errorf("two that end each other: %v", err)
		}
		links := w.links(old.ID)
		w.must(w.s.Unlink(t.Context(), w.clerk, directive.UnlinkInput{Link: links[len(links)-1].ID, Reason: "nhầm"}))
		if f := force("2021-09-08 00:00"); !f.InForce {
			t.Errorf("after the link was removed: %+v", f)
		}
	})
}

func TestWhatTheReaderProposesDoesNotEndADocument(t *testing.T) {
	d := testkit.SQLite(t)
	w := newWorld(t, d)
	old := w.enter(directive.Facts{Symbol: "17/CT-UBND", Issuer: "UBND Thành phố Hà Nội", IssuedOn: "2021-07-23", Subject: "cũ"}, "").Document
	newer := w.enter(directive.Facts{Symbol: "20/CT-UBND", Issuer: "UBND Thành phố Hà Nội", IssuedOn: "2021-09-03", Subject: "mới"},
		"1. Chỉ thị này thay thế Chỉ thị số 17/CT-UBND ngày 23/7/2021 của UBND Thành phố Hà Nội.").Document
	f, err := w.s.InForce(t.Context(), w.clerk, old.ID, w.now)
	w.must(err)
	if !f.InForce {
		t.Errorf("an unconfirmed link ended it: %+v", f)
	}
	links := w.links(newer.ID)
	if len(links) != 1 || links[0].Kind != directive.Supersedes || links[0].Confirmed {
		t.Fatalf("proposed: %+v", links)
	}
	_, err = w.s.ConfirmLink(t.Context(), w.chief, "", links[0].ID)
	w.must(err)
	if f, err = w.s.InForce(t.Context(), w.clerk, old.ID, w.now); err != nil || f.InForce || f.BySymbol != "20/CT-UBND" {
		t.Errorf("confirmed: %+v %v", f, err)
	}
}

// TestTheGraphIsWalkedOnce draws any links among documents: a walk ends, meets
// each document once, never the one it began at, and Behind and Ahead agree.
func TestTheGraphIsWalkedOnce(t *testing.T) {
	d := testkit.SQLite(t)
	w := newWorld(t, d)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 6).Draw(t, "documents")
		ids := make([]string, n)
		for i := range ids {
			e, err := w.s.Enter(w.ctx(), w.clerk, directive.EnterInput{Register: w.book, Facts: directive.Facts{Issuer: "UBND", Subject: "x"}})
			if err != nil {
				t.Fatal(err)
			}
			ids[i] = e.Document.ID
		}
		for range rapid.IntRange(0, 10).Draw(t, "links") {
			from, to := rapid.IntRange(0, n-1).Draw(t, "from"), rapid.IntRange(0, n-1).Draw(t, "to")
			_, err := w.s.Link(w.ctx(), w.clerk, directive.LinkInput{From: ids[from], To: ids[to], Kind: directive.Cites})
			if (err != nil) != (from == to) {
				t.Fatalf("link %d to %d: %v", from, to, err)
			}
		}
		reach := func(walk []directive.Step, err error) []string {
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, s := range walk {
				if slices.Contains(out, s.Document.ID) {
					t.Fatalf("%s came twice", s.Document.ID)
				}
				out = append(out, s.Document.ID)
			}
			return out
		}
		for _, a := range ids {
			behind := reach(w.s.Behind(w.ctx(), w.clerk, a, w.now))
			if slices.Contains(behind, a) {
				t.Fatalf("the walk came back to its start")
			}
			for _, b := range behind {
				if !slices.Contains(reach(w.s.Ahead(w.ctx(), w.clerk, b, w.now)), a) {
					t.Fatalf("%s stands behind %s, but not the other way", b, a)
				}
			}
		}
	})
}
