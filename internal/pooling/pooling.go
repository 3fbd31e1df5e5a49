// Package pooling advises how many samples to put into one tube. Two-stage
// pooling (R. Dorfman, The detection of defective members of large populations,
// Annals of Mathematical Statistics 14, 1943): a pool is tested once; of a
// positive pool everybody is tested again, singly, on a new sample.
//
// Prevalence, sensitivity and specificity are probabilities from 0 to 1. The
// figures agree with those of the R package binGroup for every pool size and
// prevalence of its tables; a test holds them together.
package pooling

import (
	"errors"
	"math"
)

// Test is how well one test tells, and how it fares with more in the tube.
type Test struct {
	Sensitivity float64 // that one positive sample alone is found
	Specificity float64 // that a negative one is negative
	// Dilution is how much a pool hides its positives: 0 not at all, 1 as if the
	// pool were found only as often as one sample drawn from it (F. K. Hwang,
	// Group testing with a dilution effect, Biometrika 63, 1976, equation 2).
	Dilution float64
}

// Figures are what to expect of pools of one size.
type Figures struct {
	Size        int     `json:"size"`
	Tests       float64 `json:"tests_per_person"`
	Sensitivity float64 `json:"sensitivity"` // that a positive person is found in both stages
	Specificity float64 `json:"specificity"` // that a negative person is negative in the end
	PPV         float64 `json:"ppv"`         // that who is positive in the end is
	NPV         float64 `json:"npv"`         // that who is negative in the end is
	Positive    float64 `json:"positive"`    // share of pools that are positive: how many people will be called again
}

// ErrRange is an argument that is no probability, or a size below 1.
var ErrRange = errors.New("pooling: prevalence, sensitivity, specificity and dilution are from 0 to 1, a size is from 1")

func (t Test) check(prevalence float64, size int) error {
	for _, x := range []float64{prevalence, t.Sensitivity, t.Specificity, t.Dilution} {
		if !(x >= 0 && x <= 1) {
			return ErrRange
		}
	}
	if size < 1 {
		return ErrRange
	}
	return nil
}

// Of tells what to expect of pools of a size at a prevalence.
func (t Test) Of(prevalence float64, size int) (Figures, error) {
	if err := t.check(prevalence, size); err != nil {
		return Figures{}, err
	}
	if size == 1 {
		return t.single(prevalence), nil
	}
	p, k := prevalence, float64(size)
	found := t.pooled(p, size)
	clean := math.Pow(1-p, k)
	positive := found*(1-clean) + (1-t.Specificity)*clean
	others := math.Pow(1-p, k-1)
	wrongly := (found*(1-others) + (1-t.Specificity)*others) * (1 - t.Specificity)
	return t.figures(size, p, 1/k+positive, found*t.Sensitivity, 1-wrongly, positive), nil
}

// single is testing without pools.
func (t Test) single(p float64) Figures {
	positive := t.Sensitivity*p + (1-t.Specificity)*(1-p)
	return t.figures(1, p, 1, t.Sensitivity, t.Specificity, positive)
}

func (t Test) figures(size int, p, tests, sensitivity, specificity, positive float64) Figures {
	return Figures{size, tests, sensitivity, specificity,
		share(p*sensitivity, (1-p)*(1-specificity)), share((1-p)*specificity, p*(1-sensitivity)), positive}
}

// share is a part of both; of nothing it is 1: no claim was wrong.
func share(a, b float64) float64 {
	if a+b == 0 {
		return 1
	}
	return a / (a + b)
}

// pooled is the probability that a pool with a positive in it is found.
func (t Test) pooled(p float64, size int) float64 {
	if t.Dilution == 0 || p == 0 {
		return t.Sensitivity
	}
	return t.Sensitivity * min(1, p/some(p, math.Pow(float64(size), t.Dilution)))
}

// some is 1-(1-p)^n, right also where p is tiny.
func some(p, n float64) float64 { return -math.Expm1(n * math.Log1p(-p)) }

// Limit bounds an advice.
type Limit struct {
	Size        int     // the most in a tube; 0 is DefaultSize
	Sensitivity float64 // the least that both stages must reach; 0 is any
}

// DefaultSize is the most in a tube where nobody decided otherwise: what teams of
// 2021 were told.
const DefaultSize = 10

// Advise is the size with the fewest tests for each person within the limits.
// Size 1 says not to pool: it would save nothing, or find too few.
func (t Test) Advise(prevalence float64, l Limit) (Figures, error) {
	if l.Size == 0 {
		l.Size = DefaultSize
	}
	best, err := t.Of(prevalence, 1)
	if err != nil {
		return best, err
	}
	for size := 2; size <= l.Size; size++ {
		f, err := t.Of(prevalence, size)
		if err != nil {
			return best, err
		}
		if f.Tests < best.Tests && f.Sensitivity >= l.Sensitivity {
			best = f
		}
	}
	return best, nil
}

// Result is what came out of pools of one size.
type Result struct{ Size, Pools, Positive int }

// Prevalence is the share of positive people that makes results of pools most
// likely, under a test without errors (S. Walter, S. Hildreth and B. Beaty,
// Estimation of infection rates in populations of organisms using pools of
// variable size, American Journal of Epidemiology 112, 1980); false without any
// pool. Where every pool is positive it is 1: smaller pools would tell more.
func Prevalence(results []Result) (p float64, ok bool) {
	pools, positive := 0, 0
	for _, r := range results {
		if r.Size < 1 || r.Pools < 0 || r.Positive < 0 || r.Positive > r.Pools {
			return 0, false
		}
		pools, positive = pools+r.Pools, positive+r.Positive
	}
	switch {
	case pools == 0:
		return 0, false
	case positive == 0:
		return 0, true
	case positive == pools:
		return 1, true
	}
	lo, hi := 0.0, 1.0
	for range 60 { // the slope of the likelihood falls
		if mid := (lo + hi) / 2; slope(results, mid) > 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2, true
}

// slope is that of the log-likelihood in p, up to the factor 1/(1-p).
func slope(results []Result, p float64) (sum float64) {
	for _, r := range results {
		k := float64(r.Size)
		clean := math.Pow(1-p, k)
		if r.Positive > 0 {
			sum += float64(r.Positive) * k * clean / (1 - clean)
		}
		sum -= float64(r.Pools-r.Positive) * k
	}
	return sum
}
