package campaign

import (
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/pooling"
	"phaodai/internal/sampling"
)

// PoolInput asks how many samples to put into one tube.
type PoolInput struct {
	Campaign    string  `json:"campaign,omitempty"`   // whose results tell the prevalence
	Prevalence  float64 `json:"prevalence,omitempty"` // 0 to 1; 0 as the campaign's pools say
	Sensitivity float64 `json:"sensitivity"`          // of one test, 0 to 1
	Specificity float64 `json:"specificity"`
	Dilution    float64 `json:"dilution"`
	Least       float64 `json:"least"` // sensitivity that both stages must reach
	Most        int     `json:"most"`  // in one tube
}

// UsualPool is what is asked where nobody says otherwise: a test that finds 95 of
// 100, and at most so many in a tube as teams of 2021 were told.
func UsualPool() PoolInput {
	return PoolInput{Sensitivity: 0.95, Specificity: 0.995, Dilution: 0.05, Least: 0.8, Most: pooling.DefaultSize}
}

// Estimate is what the pools of a campaign say of its people.
type Estimate struct {
	Pools      int     `json:"pools"` // with a result
	Positive   int     `json:"positive"`
	Prevalence float64 `json:"prevalence"`
	Known      bool    `json:"known"`
}

// PoolAdvice is the best size of a pool, and what to expect of every size.
type PoolAdvice struct {
	Asked    PoolInput         `json:"asked"`
	Estimate Estimate          `json:"estimate"`
	Best     *pooling.Figures  `json:"best,omitempty"` // nil: no prevalence is known
	Sizes    []pooling.Figures `json:"sizes"`
}

// Pool advises how many samples to put into one tube.
func (s *Service) Pool(ctx context.Context, by auth.Actor, in PoolInput) (out PoolAdvice, err error) {
	out = PoolAdvice{Asked: in, Sizes: []pooling.Figures{}}
	if !by.Anywhere(auth.CampaignRead) {
		return out, by.Require(auth.CampaignRead, by.UnitPath, auth.Internal)
	}
	if in.Campaign != "" {
		if out.Estimate, err = s.estimate(ctx, by, in.Campaign); err != nil {
			return out, err
		}
	}
	if out.Asked.Prevalence == 0 && out.Estimate.Known {
		out.Asked.Prevalence = out.Estimate.Prevalence
	}
	if err := out.Asked.check(); err != nil || out.Asked.Prevalence == 0 {
		return out, err
	}
	return out, out.figures()
}

func (in PoolInput) check() error {
	f := fault.New(fault.Invalid, "input.check")
	for name, x := range map[string]float64{"prevalence": in.Prevalence, "sensitivity": in.Sensitivity, "specificity": in.Specificity, "dilution": in.Dilution, "least": in.Least} {
		if x < 0 || x > 1 {
			f.At(name, "campaign.share")
		}
	}
	number(f, "most", in.Most, 1, sampling.MostInPool)
	return f.OrNil()
}

func (a *PoolAdvice) figures() error {
	in := a.Asked
	test := pooling.Test{Sensitivity: in.Sensitivity, Specificity: in.Specificity, Dilution: in.Dilution}
	best, err := test.Advise(in.Prevalence, pooling.Limit{Size: in.Most, Sensitivity: in.Least})
	if err != nil {
		return err
	}
	a.Best = &best
	for size := 1; size <= in.Most; size++ {
		f, err := test.Of(in.Prevalence, size)
		if err != nil {
			return err
		}
		a.Sizes = append(a.Sizes, f)
	}
	return nil
}

// estimate reads the tubes of a campaign whose result says something.
func (s *Service) estimate(ctx context.Context, by auth.Actor, campaign string) (e Estimate, err error) {
	if _, _, err := s.opened(ctx, by, campaign); err != nil {
		return e, err
	}
	var rows []struct {
		Size     int `db:"members"`
		Pools    int `db:"pools"`
		Positive int `db:"positive"`
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		return tx.Select(&rows, `SELECT members, COUNT(*) AS pools, SUM(CASE WHEN result = 'positive' THEN 1 ELSE 0 END) AS positive
			FROM tube WHERE campaign = $1 AND state = 'resulted' AND members > 0 AND result IN ('negative', 'positive') GROUP BY members`, campaign)
	})
	var results []pooling.Result
	for _, r := range rows {
		results = append(results, pooling.Result(r))
		e.Pools, e.Positive = e.Pools+r.Pools, e.Positive+r.Positive
	}
	e.Prevalence, e.Known = pooling.Prevalence(results)
	return e, err
}
