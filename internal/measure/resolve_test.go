package measure_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"phaodai/internal/measure"
)

func TestComparing(t *testing.T) {
	l := library(t)
	people := func(op string, n float64, exceptions ...string) measure.Measure {
		m := measure.Measure{Category: "public_gathering", Step: "limited", Limit: &measure.Limit{Op: op, Value: n, Unit: "people"}}
		for _, e := range exceptions {
			m.Exceptions = append(m.Exceptions, measure.Name{Vi: e, En: e})
		}
		return m
	}
	step := func(category, step string) measure.Measure { return measure.Measure{Category: category, Step: step} }
	hour := func(step string, n float64) measure.Measure {
		return measure.Measure{Category: "food_service", Step: step, Limit: &measure.Limit{Op: "<=", Value: n, Unit: "hour"}}
	}
	metres := func(n float64) measure.Measure {
		return measure.Measure{Category: "distance", Step: "keep", Limit: &measure.Limit{Op: ">=", Value: n, Unit: "m"}}
	}
	for _, c := range []struct {
		what string
		a, b measure.Measure
		want measure.Relation
	}{
		{"2 people and 10", people("<=", 2), people("<=", 10), measure.Stricter},
		{"fewer than 10 and at most 9", people("<", 10), people("<=", 9), measure.Equal},
		{"fewer than 10 and at most 10", people("<", 10), people("<=", 10), measure.Stricter},
		{"a step further", step("public_gathering", "forbidden"), people("<=", 2), measure.Stricter},
		{"2 m and 1 m", metres(2), metres(1), measure.Stricter},
		{"an exception more", people("<=", 5, "a", "b"), people("<=", 5, "b"), measure.Looser},
		{"other exceptions", people("<=", 5, "a"), people("<=", 5, "b"), measure.Incomparable},
		{"exceptions in another order", people("<=", 5, "a", "b"), people("<=", 5, "b", "a"), measure.Equal},
		{"fewer people, more exceptions", people("<=", 2, "a"), people("<=", 5), measure.Incomparable},
		{"fewer people, fewer exceptions", people("<=", 2), people("<=", 5, "a"), measure.Stricter},
		{"takeaway until 21:00 and takeaway", hour("takeaway", 21), step("food_service", "takeaway"), measure.Stricter},
		{"takeaway and served until 20:00", step("food_service", "takeaway"), hour("open", 20), measure.Stricter},
		{"on site and fewer workers", step("production", "on_site"), step("production", "fewer_workers"), measure.Incomparable},
		{"on site and stopped", step("production", "on_site"), step("production", "stopped"), measure.Looser},
		{"other categories", step("work", "stopped"), step("market", "open"), measure.Incomparable},
	} {
		if got := l.Compare(c.a, c.b); got != c.want {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
		back := map[measure.Relation]measure.Relation{measure.Stricter: measure.Looser, measure.Looser: measure.Stricter}
		want, turned := back[c.want]
		if !turned {
			want = c.want
		}
		if got := l.Compare(c.b, c.a); got != want {
			t.Errorf("%s, turned: %v, want %v", c.what, got, want)
		}
	}
}

func TestMeasuresThatCannotBeComparedAreBothHeld(t *testing.T) {
	l := library(t)
	half := measure.Measure{
		Category: "production", Step: "fewer_workers", Limit: &measure.Limit{Op: "<=", Value: 50, Unit: "percent"},
		Text:   measure.Name{Vi: "Không quá 50% số người.", En: "At most 50% of the workers."},
		Source: "district", Confidence: "high",
	}
	zone, _ := l.Bundle("HN20_ZONE2")
	r := l.Resolve([]measure.Claim{{Level: 1, Bundle: zone, Additions: []measure.Measure{half}}})
	e, _ := r.Entry("production")
	if got := show(e.Held); got != "fewer_workers <= 50 percent of HN20_ZONE2, on_site of HN20_ZONE2" || e.Unruled {
		t.Errorf("held %s, unruled %v", got, e.Unruled)
	}
}

func claims(l *measure.Library) *rapid.Generator[[]measure.Claim] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) measure.Claim {
		c := measure.Claim{
			Level:    rapid.IntRange(0, 4).Draw(t, "level"),
			Document: rapid.SampledFrom([]string{"A", "B", ""}).Draw(t, "document"),
			Ruled:    rapid.IntRange(0, 4).Draw(t, "ruled") == 0,
		}
		c.Bundle = &l.Bundles[rapid.IntRange(0, len(l.Bundles)-1).Draw(t, "bundle")]
		if rapid.Bool().Draw(t, "adds") {
			c.Additions = rapid.SliceOfN(rapid.SampledFrom(l.Additions), 1, 3).Draw(t, "additions")
		}
		return c
	}), 0, 5)
}

func TestARegimeDoesNotDependOnTheOrderOfClaims(t *testing.T) {
	l := library(t)
	rapid.Check(t, func(t *rapid.T) {
		all := claims(l).Draw(t, "claims")
		want := l.Resolve(all)
		if diff := cmp.Diff(want, l.Resolve(rapid.Permutation(all).Draw(t, "shuffled"))); diff != "" {
			t.Fatal("another order:", diff)
		}
		if diff := cmp.Diff(want, l.Resolve(append(slices.Clone(all), all...))); diff != "" {
			t.Fatal("each claim twice:", diff)
		}
	})
}

func TestWhatARegimeHolds(t *testing.T) {
	l := library(t)
	rapid.Check(t, func(t *rapid.T) {
		all := claims(l).Draw(t, "claims")
		r := l.Resolve(all)
		for _, c := range l.Categories {
			spoken, ruled := false, false
			for _, claim := range all {
				for _, m := range append(slices.Clone(claim.Bundle.Measures), claim.Additions...) {
					if m.Category == c.ID {
						spoken, ruled = true, ruled || claim.Ruled || claim.Bundle.Special
					}
				}
			}
			e, ok := r.Entry(c.ID)
			if ok != spoken || ok && len(e.Held) == 0 {
				t.Fatalf("%s: spoken %v, entry %v %v", c.ID, spoken, ok, e.Held)
			}
			holds(t, l, e, ruled)
		}
	})
}

func holds(t *rapid.T, l *measure.Library, e measure.Entry, ruled bool) {
	for i, h := range e.Held {
		if ruled && !h.Origin.Ruled && !h.Origin.Special {
			t.Fatalf("%s: %+v holds against a ruling", e.Category, h)
		}
		for _, later := range e.Held[i+1:] {
			switch l.Compare(h.Measure, later.Measure) {
			case measure.Looser, measure.Equal:
				t.Fatalf("%s: %s stands before %s", e.Category, h.Step, later.Step)
			case measure.Stricter:
				if !e.Unruled {
					t.Fatalf("%s: %s holds beside the stricter %s without a disagreement", e.Category, later.Step, h.Step)
				}
			}
		}
	}
}

func TestARuledClaimReplacesTheOthersWhereItSpeaks(t *testing.T) {
	l := library(t)
	rapid.Check(t, func(t *rapid.T) {
		var others []measure.Claim
		for _, c := range claims(l).Draw(t, "others") {
			if c.Ruled = false; !c.Bundle.Special {
				others = append(others, c)
			}
		}
		ruled := measure.Claim{Level: rapid.IntRange(0, 4).Draw(t, "level"), Document: "ruling", Ruled: true}
		ruled.Bundle = &l.Bundles[rapid.IntRange(0, len(l.Bundles)-1).Draw(t, "bundle")]
		alone, without, r := l.Resolve([]measure.Claim{ruled}), l.Resolve(others), l.Resolve(append(others, ruled))
		for _, c := range l.Categories {
			e, _ := r.Entry(c.ID)
			want, speaks := alone.Entry(c.ID)
			if !speaks {
				if want, _ = without.Entry(c.ID); cmp.Diff(want, e) != "" {
					t.Fatal(cmp.Diff(want, e))
				}
				continue
			}
			if show(e.Held) != show(want.Held) || e.Unruled {
				t.Fatalf("%s: %s, want %s; unruled %v", c.ID, show(e.Held), show(want.Held), e.Unruled)
			}
		}
	})
}

func TestTwoLevelsThatDifferAreUnruled(t *testing.T) {
	l := library(t)
	for i := range l.Bundles {
		for j := range l.Bundles {
			upper, lower := &l.Bundles[i], &l.Bundles[j]
			if upper.Special || lower.Special {
				continue
			}
			r := l.Resolve([]measure.Claim{{Level: measure.Province, Bundle: upper}, {Level: measure.District, Bundle: lower}})
			for _, c := range l.Categories {
				a, b := of(upper, c.ID), of(lower, c.ID)
				differ := c.Rule == measure.RuleStricter && a != nil && b != nil && l.Compare(*a, *b) != measure.Equal
				looser := a != nil && b != nil && l.Compare(*b, *a) == measure.Looser
				e, _ := r.Entry(c.ID)
				both := append(slices.Clone(e.Held), e.Aside...)
				flagged := slices.ContainsFunc(both, func(h measure.Held) bool { return h.Looser })
				if e.Unruled != differ || flagged != looser || differ && len(e.Held) != 2 {
					t.Errorf("%s over %s, %s: unruled %v, looser %v, %s", upper.ID, lower.ID, c.ID, e.Unruled, flagged, show(e.Held))
				}
			}
		}
	}
}

func TestDocumentsOfOneLevelNeitherDisagreeNorLoosen(t *testing.T) {
	l := library(t)
	rapid.Check(t, func(t *rapid.T) {
		all := claims(l).Draw(t, "claims")
		for i := range all {
			all[i].Level = measure.Ward
		}
		for _, e := range l.Resolve(all).Entries {
			for _, h := range append(slices.Clone(e.Held), e.Aside...) {
				if h.Looser || e.Unruled {
					t.Fatalf("%s: %s looser %v, unruled %v", e.Category, h.Step, h.Looser, e.Unruled)
				}
			}
		}
	})
}

func of(b *measure.Bundle, category string) *measure.Measure {
	i := slices.IndexFunc(b.Measures, func(m measure.Measure) bool { return m.Category == category })
	if i < 0 {
		return nil
	}
	return &b.Measures[i]
}

func TestDiffOfARegimeAndItselfIsNothing(t *testing.T) {
	l := library(t)
	rapid.Check(t, func(t *rapid.T) {
		a, b := l.Resolve(claims(l).Draw(t, "a")), l.Resolve(claims(l).Draw(t, "b"))
		if changes, same := l.Diff(a, a); len(changes) > 0 || same != len(a.Entries) {
			t.Fatal(changes, same)
		}
		turned := map[measure.Kind]measure.Kind{
			measure.New: measure.Lifted, measure.Lifted: measure.New, measure.Tightened: measure.Loosened, measure.Loosened: measure.Tightened,
			measure.Other: measure.Other, measure.NowUnruled: measure.NowUnruled,
		}
		there, same := l.Diff(a, b)
		back, sameBack := l.Diff(b, a)
		if len(there) != len(back) || same != sameBack {
			t.Fatal(there, back)
		}
		for i := range there {
			if back[i].Category != there[i].Category || back[i].Kind != turned[there[i].Kind] {
				t.Fatal(there[i], back[i])
			}
		}
	})
}

func TestWhatChangesIsSaidInBothLanguages(t *testing.T) {
	l := library(t)
	hn17, _ := l.Bundle("HN17")
	ct15, _ := l.Bundle("CT15")
	changes, same := l.Diff(l.Resolve([]measure.Claim{{Level: 1, Bundle: hn17}}), l.Resolve([]measure.Claim{{Level: 4, Bundle: ct15}}))
	kinds := map[string]measure.Kind{}
	sentences := map[string]measure.Name{}
	for _, c := range changes {
		kinds[c.Category], sentences[c.Category] = c.Kind, c.Sentence
	}
	want := map[string]measure.Kind{
		"public_gathering": measure.Loosened, "indoor_event": measure.Other, "worship": measure.Loosened, "business": measure.Loosened,
		"leaving_home": measure.Lifted, "separation": measure.Lifted, "work": measure.Lifted, "production": measure.Lifted,
		"passenger_transport": measure.Lifted, "market": measure.New, "medicine": measure.New,
	}
	if diff := cmp.Diff(want, kinds); diff != "" || same != 1 {
		t.Error(diff, same)
	}
	for category, want := range map[string]measure.Name{
		"public_gathering": {
			Vi: "Tụ tập nơi công cộng: nới hơn. Không tụ tập từ 10 người trở lên. Trừ: trong công sở, trường học, bệnh viện.",
			En: "Gathering in public: looser. No gathering of 10 people or more. Except: inside offices, schools and hospitals.",
		},
		"passenger_transport": {
			Vi: "Xe chở khách: không còn quy định. Trước đây: Xe chở khách công cộng tạm dừng.",
			En: "Passenger transport: no longer limited. Before: Public passenger transport is suspended.",
		},
	} {
		if sentences[category] != want {
			t.Errorf("%+v", sentences[category])
		}
	}
}

func BenchmarkResolve(b *testing.B) {
	l := library(b)
	zone, _ := l.Bundle("HN20_ZONE2")
	hn17, _ := l.Bundle("HN17")
	plus, _ := l.Bundle("CT15PLUS")
	all := []measure.Claim{{Level: 1, Bundle: zone}, {Level: 2, Bundle: hn17}, {Level: 4, Bundle: plus, Additions: l.Additions, Ruled: true}}
	for b.Loop() {
		l.Resolve(all)
	}
}
