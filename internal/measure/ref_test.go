package measure_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/measure"
)

// TestEveryShippedBundleSurvivesItsFile: what is written reads back as it was.
func TestEveryShippedBundleSurvivesItsFile(t *testing.T) {
	l := library(t)
	for _, b := range l.Bundles {
		data, err := b.YAML()
		if err != nil {
			t.Fatal(err)
		}
		back, err := measure.ReadBundle(data)
		if err != nil {
			t.Fatalf("%s: %v\n%s", b.ID, err, data)
		}
		if diff := cmp.Diff(&b, l.Complete(back)); diff != "" {
			t.Errorf("%s: %s", b.ID, diff)
		}
	}
}

func TestARefNamesOneVersion(t *testing.T) {
	for ref, want := range map[string]measure.Bundle{"CT15": {ID: "CT15", Version: 1}, "LB15@2": {ID: "LB15", Version: 2}, "LB15@12": {ID: "LB15", Version: 12}} {
		if id, version := measure.ParseRef(ref); id != want.ID || version != want.Version || want.Ref() != ref {
			t.Errorf("%s: %s %d, back %s", ref, id, version, want.Ref())
		}
	}
	for _, bad := range []string{"CT15@", "CT15@x", "CT15@0", "CT15@1", "CT15@-3", "CT15@2@3"} {
		if _, version := measure.ParseRef(bad); version != 0 {
			t.Errorf("%s names version %d", bad, version)
		}
	}
	l := library(t)
	if b, ok := l.AtRef("CT15"); !ok || b.ID != "CT15" {
		t.Error("the first version is not found by its code")
	}
	if _, ok := l.AtRef("CT15@2"); ok {
		t.Error("a version that nobody made is found")
	}
}

func TestABundleIsHeldAgainstItsBase(t *testing.T) {
	l := library(t)
	base, _ := l.AtRef("CT15")
	b := l.Complete(measure.Bundle{ID: "X", Version: 1, Base: "CT15", Own: []measure.Measure{
		{Category: "public_gathering", Step: "open"}, {Category: "leaving_home", Step: "shut"}, {Category: "market", Step: "card"}}})
	got := map[string]string{}
	for _, x := range l.Against(b, base) {
		switch {
		case x.Other == nil:
			got[x.Category] = "new"
		case x.Own == nil:
			got[x.Category] = "silent"
		default:
			got[x.Category] = map[measure.Relation]string{measure.Looser: "looser", measure.Equal: "equal", measure.Stricter: "stricter"}[x.Relation]
		}
	}
	if got["public_gathering"] != "looser" || got["market"] != "stricter" || got["leaving_home"] != "new" || got["worship"] != "equal" {
		t.Errorf("%v", got)
	}
}

func TestADocumentWithMoreThanABundleIsRefused(t *testing.T) {
	for _, text := range []string{"", "bundles: []", "bundles: [{id: A, version: 1}, {id: B, version: 1}]", "bundles: [{id: A}]\nadditions: [{category: x}]", "bundles: [{id: A, nonsense: 1}]"} {
		if _, err := measure.ReadBundle([]byte(text)); err == nil {
			t.Errorf("%q is read", text)
		}
	}
	_, err := measure.ReadBundle([]byte("bundles:\n  - id: A\n    measures:\n      - {category: x, stap: y}\n"))
	if err == nil || !strings.Contains(err.Error(), "line 4") {
		t.Errorf("%v", err)
	}
}
