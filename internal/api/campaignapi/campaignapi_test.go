package campaignapi_test

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"phaodai/internal/api/apitest"
	"phaodai/internal/api/campaignapi"
	"phaodai/internal/api/samplingapi"
	"phaodai/internal/campaign"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/officialdoc"
	"phaodai/internal/population"
	"phaodai/internal/sampling"
	"phaodai/internal/sampling/samplingtest"
	"phaodai/internal/testkit"
	"phaodai/internal/zoning"
)

type fields = map[string]any

// world is the shared ward of three people behind the API.
type world struct {
	*samplingtest.World
	as func(who string) apitest.Caller
}

func serve(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{World: samplingtest.New(t, d, 3)}
	zones := zoning.New(d, w.IDs, directive.New(d, w.IDs, directive.Tools{Reader: officialdoc.New()}))
	engine, err := population.Open(t.Context(), d, zones.Board(), w.People, slog.New(slog.DiscardHandler))
	w.Must(err)
	w.as = apitest.Players{"station": w.Station, "leader": w.As(samplingtest.Ward, "leader"), "lab": w.Lab}.Serve(t, campaignapi.Operations(campaign.New(d, w.IDs, engine, w.S)), samplingapi.Operations(w.S))
	return w
}

func (w *world) moment(later time.Duration) string {
	return w.Now.Add(later).Time().Format(time.RFC3339)
}

// From the clause to the last sample: who is due is asked, called, sampled and
// counted, and every call may be sent twice.
func TestACampaignFromItsClauseToItsEndByAPI(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := serve(t, d)
		c := w.opens()
		session := w.calls(c)
		w.samples(c, session)
		w.as("station").Do("POST", "/campaigns/"+c.ID+"/close", fields{"key": "close"}, &c, 200)
		w.as("station").Do("POST", "/campaigns/"+c.ID, fields{"title": "Sau", "unit": samplingtest.Unit, "starts": w.moment(0), "method": "pcr_pool", "lines": c.Lines}, nil, http.StatusConflict)
		if c.State != campaign.Closed {
			t.Errorf("%+v", c)
		}
	})
}

func (w *world) opens() (c campaign.Campaign) {
	w.T.Helper()
	var lines []campaign.Line
	w.as("station").Do("GET", "/campaigns/clause-3-1", nil, &lines, 200)
	in := fields{"key": "open", "title": "Xét nghiệm diện rộng", "unit": samplingtest.Unit, "symbol": "484-TB/TU", "clause": "3.1", "starts": w.moment(0), "deadline": w.moment(6 * 24 * time.Hour),
		"method": "pcr_pool", "lines": lines}
	for range 2 {
		w.as("station").Do("POST", "/campaigns", in, &c, 200)
	}
	var all []campaign.Campaign
	w.as("leader").Do("GET", "/campaigns", nil, &all, 200)
	if len(all) != 1 || len(c.Lines) != 5 || c.PoolMax != 10 {
		w.T.Errorf("%d campaigns, %+v", len(all), c)
	}
	lines[0].Rule = "age >"
	in["key"], in["lines"] = "bad", lines
	w.as("station").Do("POST", "/campaigns", in, nil, http.StatusUnprocessableEntity)
	w.as("leader").Do("POST", "/campaigns", in, nil, http.StatusForbidden)
	w.as("lab").Do("GET", "/campaigns", nil, nil, http.StatusForbidden)
	return c
}

// calls plans a session and calls those who are due to it.
func (w *world) calls(c campaign.Campaign) (x sampling.Session) {
	w.T.Helper()
	w.as("station").Do("POST", "/campaigns/"+c.ID+"/sessions", fields{"key": "plan", "unit": samplingtest.Unit, "place": "Nhà văn hóa", "starts": w.moment(0), "ends": w.moment(time.Hour), "slot_people": 2}, &x, 200)
	var out campaign.Invited
	for range 2 {
		w.as("station").Do("POST", "/sampling/sessions/"+x.ID+"/invite", fields{"key": "invite"}, &out, 200)
	}
	var list campaign.GuestList
	w.as("station").Do("GET", "/sampling/sessions/"+x.ID+"/guests", nil, &list, 200)
	if out.People != 3 || len(list.Guests) != 3 || list.Guests[2].Slot == list.Guests[0].Slot || list.Guests[0].Person.Name == "" {
		w.T.Errorf("%+v %+v", out, list.Guests)
	}
	w.as("leader").Do("GET", "/sampling/sessions/"+x.ID+"/guests", nil, nil, http.StatusForbidden)
	return x
}

// samples takes one of the three and counts.
func (w *world) samples(c campaign.Campaign, x sampling.Session) {
	w.T.Helper()
	var labels []string
	w.as("station").Do("POST", "/sampling/sessions/"+x.ID+"/labels", fields{"key": "labels", "count": 2}, &labels, 200)
	w.Take("Bàn 1", w.Sample(x, w.Who[0], labels[0]))
	var p campaign.Progress
	w.as("leader").Do("GET", "/campaigns/"+c.ID+"/progress?round=1", nil, &p, 200)
	if p.Total.Obliged != 3 || p.Total.Taken != 1 || p.Total.Due != 2 {
		w.T.Errorf("%+v", p.Total)
	}
	var left []population.Listed
	w.as("station").Do("GET", "/campaigns/"+c.ID+"/people?which=due&unit="+samplingtest.Unit, nil, &left, 200)
	if len(left) != 2 {
		w.T.Errorf("%+v", left)
	}
	w.as("station").Do("GET", "/campaigns/"+c.ID+"/people?which=all&unit="+samplingtest.Unit, nil, nil, http.StatusUnprocessableEntity)
	var advice campaign.PoolAdvice
	w.as("leader").Do("POST", "/campaigns/pool-advice", fields{"prevalence": 0.005, "sensitivity": 0.95, "specificity": 0.995, "dilution": 0.05, "least": 0.8, "most": 10}, &advice, 200)
	if advice.Best == nil || advice.Best.Size != 10 {
		w.T.Errorf("%+v", advice.Best)
	}
	w.as("leader").Do("POST", "/campaigns/pool-advice", fields{"prevalence": 2, "sensitivity": 0.95, "specificity": 0.995, "dilution": 0.05, "least": 0.8, "most": 10}, nil, http.StatusUnprocessableEntity)
}
