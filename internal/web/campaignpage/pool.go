package campaignpage

import (
	"strconv"
	"strings"

	"phaodai/internal/campaign"
	"phaodai/internal/fault"
	"phaodai/internal/web"
)

// poolPage advises how many samples to put into one tube.
type poolPage struct {
	Advice    campaign.PoolAdvice
	Campaigns []campaign.Campaign
	Fields    []poolField
	Problem   string

	r *web.Request
}

// poolField is a number of the form.
type poolField struct{ Name, Key, Value string }

// Share writes a share as percent.
func (p poolPage) Share(x float64) string { return p.r.Format().Decimal(x*100, 1) + "%" }

func (p Parts) pool(r *web.Request) (err error) {
	page := poolPage{r: r}
	if page.Campaigns, err = p.Campaigns.List(r.Context(), r.By); err != nil {
		return err
	}
	in, err := poolInput(r)
	if err == nil {
		page.Advice, err = p.Campaigns.Pool(r.Context(), r.By, in)
	}
	if fault.KindOf(err) == fault.Invalid {
		page.Problem, err = r.T("campaignpage.pool_range"), nil
	}
	if err != nil {
		return err
	}
	in.Prevalence = page.Advice.Asked.Prevalence
	for i, x := range parts(&in) {
		page.Fields = append(page.Fields, poolField{shares[i], "campaignpage.pool." + shares[i], percent(r, *x)})
	}
	page.Fields = append(page.Fields, poolField{"toi-da", "campaignpage.pool.toi-da", strconv.Itoa(in.Most)})
	return r.Render("campaign/pool", page)
}

// shares are the fields of the form that are given in percent.
var shares = []string{"ty-le", "do-nhay", "do-dac-hieu", "pha-loang", "nguong"}

// parts are the values of those fields.
func parts(in *campaign.PoolInput) []*float64 {
	return []*float64{&in.Prevalence, &in.Sensitivity, &in.Specificity, &in.Dilution, &in.Least}
}

// percent writes a share as the form has it: "0,5"; nothing where it is not known.
func percent(r *web.Request, x float64) string {
	if x == 0 {
		return ""
	}
	return strings.TrimRight(strings.TrimRight(r.Format().Decimal(x*100, 2), "0"), ",.")
}

func poolInput(r *web.Request) (campaign.PoolInput, error) {
	in := campaign.UsualPool()
	in.Campaign = r.Query("dot")
	for i, into := range parts(&in) {
		text := r.Query(shares[i])
		if text == "" {
			continue
		}
		x, err := strconv.ParseFloat(strings.TrimSuffix(strings.ReplaceAll(text, ",", "."), "%"), 64)
		if err != nil {
			return in, fault.New(fault.Invalid, "campaign.share")
		}
		*into = x / 100
	}
	if text := r.Query("toi-da"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			return in, fault.New(fault.Invalid, "campaign.share")
		}
		in.Most = n
	}
	return in, nil
}
