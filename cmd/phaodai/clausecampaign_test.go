package main

import (
	"phaodai/internal/campaign"
	"phaodai/internal/testkit/browser"
)

// makeCampaign goes from a clause about testing, in the document that the ward
// received, to the campaign that names it, and back.
func (e *exercise) makeCampaign(ward *browser.Tab, document string) {
	e.t.Helper()
	ward.Go(e.url + "/van-ban/" + document + "/noi-dung")
	ward.Tap("/Tạo đợt xét nghiệm từ mục này/")
	ward.Until(`document.querySelector('[name="symbol"]')?.value === "918/CT-UBND"`)
	ward.Fill(`[name="deadline"]`, "15/9")
	ward.Tap("/Mở đợt/")
	ward.Until(`/^\/xet-nghiem\/0/.test(location.pathname)`)
	var all []campaign.Campaign
	e.as("cukhoi").Do("GET", "/campaigns", nil, &all, 200)
	if len(all) != 1 || all[0].Document != document || all[0].Symbol != "918/CT-UBND" || all[0].Clause == "" {
		e.t.Fatalf("%+v", all)
	}
	ward.Tap(`a[href="/van-ban/` + document + `/noi-dung"]`)
	ward.Until(`location.pathname.endsWith("/noi-dung")`)
	ward.Expect("mục " + all[0].Clause)
}
