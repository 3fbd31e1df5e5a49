package cohort_test

import (
	"sync"
	"testing"

	"phaodai/internal/cohort"
)

// TestReadersNeverSeeHalfAChange: every change moves two people together and
// samples both; whoever looks sees both or none, and as many people as ever.
func TestReadersNeverSeeHalfAChange(t *testing.T) {
	rules, _ := setup(t)
	p := begin(t, newModel())
	const pairs = 60
	var edits []cohort.Edit
	for i := range uint32(2 * pairs) {
		edits = append(edits, put(i+1, "w1", ""))
	}
	apply(t, p, cohort.Change{At: cohort.Position{Seq: 2}, Edits: edits})
	r, err := rules.Compile("days_since(last_sample) >= 0 || samples_in_round > 0 || ward == 'w2'")
	if err != nil {
		t.Fatal(err)
	}
	asked := cohort.Asked{Day: epoch() + 1000, Round: "r1"}
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			last := p.View().Ask(r, asked)
			for {
				select {
				case <-done:
					return
				default:
				}
				v := p.View()
				last = last.On(v)
				whole := v.Ask(r, asked).Total()
				if total := last.Total(); total != whole || total.People != 2*pairs || total.Yes%2 != 0 {
					t.Errorf("at %v: %+v, counted anew %+v", v.At(), total, whole)
					return
				}
				sum := 0
				for _, ward := range v.Wards() {
					yes, _, err := last.IDs(ward)
					if err != nil {
						t.Error(err)
						return
					}
					sum += len(yes)
				}
				if sum != whole.Yes {
					t.Errorf("at %v: lists have %d, counts %d", v.At(), sum, whole.Yes)
					return
				}
			}
		})
	}
	for i := range 400 {
		a, to := uint32(i%pairs)*2+1, wards()[i/pairs%2]
		apply(t, p, cohort.Change{At: cohort.Position{Seq: int64(i + 3)}, Edits: []cohort.Edit{
			cohort.Sampled{ID: idOf(a), Day: epoch() + 5, Round: "r1"}, cohort.Move{ID: idOf(a), Ward: to},
			cohort.Move{ID: idOf(a + 1), Ward: to}, cohort.Sampled{ID: idOf(a + 1), Day: epoch() + 5, Round: "r1"}}})
	}
	close(done)
	readers.Wait()
}
