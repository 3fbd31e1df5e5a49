package zonepage

import (
	"net/url"

	"phaodai/internal/auth"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/web"
	"phaodai/internal/zoning"
)

// blocked are the pages of an area under a block.
func (p Parts) blocked(k *web.Kit) {
	k.Page("/phong-toa/{id}", auth.ZoneRead, p.blockedArea)
	k.Form("/phong-toa/{id}/lap", auth.ZoneDecide, p.setBlock(false, "blocked.setup_done"), p.blockedArea)
	k.Form("/phong-toa/{id}/go", auth.ZoneDecide, p.setBlock(true, "blocked.lifted"), p.blockedArea)
	k.Form("/phong-toa/{id}/chot", auth.ZonePlan, p.addGate, p.blockedArea)
	k.Form("/phong-toa/{id}/chot/{gate}/dong", auth.ZonePlan, p.closeGate, p.blockedArea)
	k.Form("/phong-toa/{id}/nhu-cau", auth.ZonePlan, p.addNeed, p.blockedArea)
	k.Form("/phong-toa/{id}/nhu-cau/{need}/giao", auth.ZonePlan, p.closeNeed(false), p.blockedArea)
	k.Form("/phong-toa/{id}/nhu-cau/{need}/huy", auth.ZonePlan, p.closeNeed(true), p.blockedArea)
	k.Form("/phong-toa/{id}/dieu-kien", auth.ZonePlan, p.saveLifting, p.blockedArea)
}

// blockedPage is a blocked area with its gates and needs.
type blockedPage struct {
	zoning.BlockedView
	Sign      layerSign
	Back      string
	Line      string // gate or need whose form came back
	Documents []web.Choice
	Homes     string // address of its households, for who reads the registry
}

// Basis is for the piece that draws the fields of a decision.
func (page blockedPage) Basis(v *web.View, form string) basisFields {
	return basisFields{v, form, page.Back, page.Documents}
}

// Ends tells whether the end of the block is known.
func (page blockedPage) Ends() bool { return page.Until != instant.Forever }

func blockedPath(r *web.Request) string { return "/phong-toa/" + r.Path("id") }

func (p Parts) blockedArea(r *web.Request) error {
	v, err := p.Zones.BlockedPage(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	page := blockedPage{BlockedView: v, Sign: layerSignOf(r.Lang, zoning.Blocked, "BLOCKED")}
	if r.By.Can(auth.PeopleRead, v.Area.UnitPath, auth.Personal) {
		page.Homes = "/dan-cu?" + url.Values{"phuong": {v.Area.Unit}, "to": {v.Area.ID}}.Encode()
	}
	if r.Form.Sent {
		page.Back, page.Line = backForm(r), r.Path("need")+r.Path("gate")
	}
	if page.Documents, err = p.papers(r); err != nil {
		return err
	}
	return r.Render("zone/blocked", page)
}

// setBlock blocks an area or lifts its block, by a paper.
func (p Parts) setBlock(lift bool, said string) web.Handler {
	return func(r *web.Request) error {
		var in struct {
			From     instant.Micros `form:"from"`
			Document string         `form:"document"`
			Symbol   string         `form:"symbol"`
			Clause   string         `form:"clause"`
			Reason   string         `form:"reason"`
		}
		if err := r.Read(&in); err != nil {
			return err
		}
		if in.Document == "" && in.Symbol == "" {
			return fault.New(fault.Invalid, "input.check").At("symbol", "zonepage.document_needed")
		}
		change := zoning.ChangeInput{Key: r.Key(), Areas: []string{r.Path("id")}, Layer: zoning.Blocked, Lift: lift, From: in.From,
			Document: in.Document, Symbol: in.Symbol, Clause: in.Clause, Reason: in.Reason}
		if !lift {
			change.Class, change.Bundle = "BLOCKED", "BLOCKED"
		}
		if _, err := p.Zones.Change(r.Context(), r.By, change); err != nil {
			return err
		}
		return r.Redirect(blockedPath(r), said)
	}
}

// gateForm is a gate as typed.
func gateForm(r *web.Request) (zoning.GateInput, error) {
	var in struct {
		Place   string `form:"place"`
		Person  string `form:"person"`
		Phone   string `form:"phone"`
		Hours   string `form:"hours"`
		Version int64  `form:"version"`
	}
	err := r.Read(&in)
	return zoning.GateInput{Key: r.Key(), Area: r.Path("id"), ID: r.Path("gate"), Version: in.Version, Place: in.Place, Person: in.Person, Phone: in.Phone, Hours: in.Hours}, err
}

func (p Parts) addGate(r *web.Request) error { return p.saveGate(r, false) }

func (p Parts) closeGate(r *web.Request) error { return p.saveGate(r, true) }

func (p Parts) saveGate(r *web.Request, shut bool) error {
	in, err := gateForm(r)
	if err != nil {
		return err
	}
	in.Close = shut
	if _, err := p.Zones.SaveGate(r.Context(), r.By, in); err != nil {
		return err
	}
	return r.Redirect(blockedPath(r), "blocked.saved")
}

func (p Parts) addNeed(r *web.Request) error {
	var in struct {
		Household string         `form:"household"`
		What      string         `form:"what"`
		Amount    string         `form:"amount"`
		AskedAt   instant.Micros `form:"asked_at"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.Zones.AddNeed(r.Context(), r.By, zoning.NeedInput{Key: r.Key(), Area: r.Path("id"), Household: in.Household, What: in.What, Amount: in.Amount, AskedAt: in.AskedAt})
	if err != nil {
		return err
	}
	return r.Redirect(blockedPath(r), "blocked.saved")
}

func (p Parts) closeNeed(cancel bool) web.Handler {
	return func(r *web.Request) error {
		var in struct {
			Version int64  `form:"version"`
			Who     string `form:"who"`
			Proof   string `form:"proof"`
		}
		if err := r.Read(&in); err != nil {
			return err
		}
		_, err := p.Zones.CloseNeed(r.Context(), r.By, zoning.CloseNeedInput{Key: r.Key(), Area: r.Path("id"), ID: r.Path("need"), Version: in.Version, Cancel: cancel, Who: in.Who, Proof: in.Proof})
		if err != nil {
			return err
		}
		return r.Redirect(blockedPath(r), "blocked.saved")
	}
}

func (p Parts) saveLifting(r *web.Request) error {
	var in struct {
		Version  int64  `form:"version"`
		Criteria string `form:"criteria"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	if _, err := p.Zones.SaveLifting(r.Context(), r.By, zoning.LiftingInput{Key: r.Key(), Area: r.Path("id"), Version: in.Version, Criteria: in.Criteria}); err != nil {
		return err
	}
	return r.Redirect(blockedPath(r), "blocked.saved")
}
