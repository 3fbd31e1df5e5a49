package measure_test

import (
	"slices"
	"testing"

	"phaodai/internal/measure"
)

func TestAnswersSayWhatTheyRestOn(t *testing.T) {
	l := library(t)
	hn17, _ := l.Bundle("HN17")
	r := l.Resolve([]measure.Claim{{Level: 1, Bundle: hn17, Document: "17/CT-UBND", Clause: "1"}})
	a, _ := l.Ask(r, "market")
	want := "Được, có điều kiện. Theo quy định chung: Mua lương thực, nhu yếu phẩm là việc được ra ngoài. Ở nhà, chỉ ra ngoài khi thật cần thiết."
	if a.Sentence.Vi != want || len(a.Rests) != 1 || a.Rests[0].Origin.Document != "17/CT-UBND" || a.Rests[0].Origin.Clause != "1" {
		t.Errorf("%q rests on %+v", a.Sentence.Vi, a.Rests)
	}
	if a, _ = l.Ask(r, "delivery"); a.Sentence.En != "The documents in force do not mention this; if unsure, ask the ward's office on duty." || len(a.Rests) > 0 {
		t.Errorf("%+v", a)
	}
	want = "Yes, with conditions. Work only at places allowed to run and essential services."
	if a, _ = l.Ask(r, "work"); a.Sentence.En != want || a.Derived {
		t.Errorf("%q", a.Sentence.En)
	}
	if _, ok := l.Ask(r, "nothing"); ok {
		t.Error("answered a question that there is not")
	}
	if all := l.AskAll(r); len(all) != len(l.Questions) || all[0].Question != "work" {
		t.Errorf("%d answers", len(all))
	}
}

func TestConditionsAddUpUnlessOneReplacesAnother(t *testing.T) {
	l := library(t)
	zone, _ := l.Bundle("HN20_ZONE1")
	blocked, _ := l.Bundle("BLOCKED")
	for _, c := range []struct {
		bundle         *measure.Bundle
		question, want string
	}{
		{zone, "work", "Yes, with conditions. Work only at places allowed to run and essential services. Everybody stays where they are; going out needs a travel paper or the papers of one's group."},
		{zone, "market", "Yes, with conditions. Residents shop for food with the ward's market card."},
		{blocked, "work", "No. Nobody goes to work outside the area."},
	} {
		a, _ := l.Ask(l.Resolve([]measure.Claim{{Level: measure.Province, Bundle: c.bundle}}), c.question)
		if a.Sentence.En != c.want {
			t.Errorf("%s: %q", c.question, a.Sentence.En)
		}
	}
}

func TestWhereNobodyRuledTheStricterAnswers(t *testing.T) {
	l := library(t)
	zone, _ := l.Bundle("HN20_ZONE2")
	ct15, _ := l.Bundle("CT15")
	five := l.Additions[slices.IndexFunc(l.Additions, func(m measure.Measure) bool { return m.Category == "public_gathering" })]
	r := l.Resolve([]measure.Claim{{Level: measure.Province, Bundle: zone, Additions: []measure.Measure{five}}, {Level: measure.Area, Bundle: ct15}})
	a, _ := l.Ask(r, "exercise")
	want := "Được, có điều kiện. Theo quy định chung: Tập chung tính như tụ tập. Không tụ tập quá 5 người."
	if a.Sentence.Vi != want || !a.Unruled || show(a.Rests) != "limited <= 5 people of HN20_ZONE2" {
		t.Errorf("%q, unruled %v, rests on %s", a.Sentence.Vi, a.Unruled, show(a.Rests))
	}
}

func TestQuestionsAreFoundAsPeopleTypeThem(t *testing.T) {
	l := library(t)
	for typed, want := range map[string]string{
		"Tôi có được đi làm không?": "work", "di cho": "market", "mua thuốc cho mẹ": "medicine", "đi viếng đám ma": "funeral",
		"ăn cưới": "wedding", "chạy bộ buổi sáng": "exercise", "an tai quan": "eat_out", "sang quận khác": "elsewhere",
		"shipper": "", "đặt hàng": "delivery", "going to work": "work", "": "", "thời tiết": "",
	} {
		if q, _ := l.Find(typed); q.ID != want {
			t.Errorf("%q finds %q, want %q", typed, q.ID, want)
		}
	}
}
