package campaignpage

import (
	"fmt"
	"html/template"

	"phaodai/internal/campaign"
	"phaodai/internal/geo"
	"phaodai/internal/web"
	"phaodai/internal/zonemap"
	"phaodai/internal/zoning"
)

// chartPage is the map of how far a campaign is, with the list below: the map
// shows nothing that the list does not say.
type chartPage struct {
	progressPage
	Steps   []coverStep
	drawing zonemap.Map
}

// coverStep is a class of the map: coverage from so many percent on.
type coverStep struct {
	From  int
	Class zonemap.Class
	Count int
}

// steps are the classes of coverage, from light to dark so that they stand apart
// in grey print, with letters and patterns beside.
func steps(r *web.Request) (out []coverStep) {
	for i, from := range []int{0, 25, 50, 75, 95} {
		key := "campaignpage.cover_from"
		if from == 0 {
			key = "campaignpage.cover_below"
		}
		looks := []zonemap.Class{{Fill: "#F3F5F7", Pattern: zonemap.Plain}, {Fill: "#C9DCEE", Pattern: zonemap.Dots}, {Fill: "#93BADC", Pattern: zonemap.Diagonal},
			{Fill: "#5B94C8", Pattern: zonemap.Cross}, {Fill: "#A6D8A8", Pattern: zonemap.Plain}}
		c := looks[i]
		c.Code, c.Badge, c.Letter, c.Name, c.Layer = fmt.Sprint(from), fmt.Sprintf("%d%%", from), fmt.Sprint(from), r.T(key, "From", from, "Below", 25), zonemap.EpiRisk
		if from == 0 {
			c.Badge, c.Letter = "<25%", "0"
		}
		out = append(out, coverStep{From: from, Class: c})
	}
	return out
}

// SVG draws the map so wide under the nonce of the page.
func (c chartPage) SVG(nonce string, width int) (template.HTML, error) {
	svg, err := c.drawing.SVG(zonemap.Options{Width: width, Nonce: nonce, ID: fmt.Sprint("m", width)})
	return template.HTML(svg), err // all text in it is escaped by zonemap
}

// Placed tells whether anything can be drawn.
func (c chartPage) Placed() bool { return c.drawing.Placed() }

func (p Parts) chart(r *web.Request) error {
	page := chartPage{Steps: steps(r)}
	var err error
	if page.progressPage, err = p.page(r); err != nil {
		return err
	}
	page.drawing = zonemap.Map{
		Lang: r.Lang, Title: page.Campaign.Title, Description: r.T("campaignpage.map_description"), AsOf: r.T("common.as_of", "At", r.Format().Moment(page.AsOf)),
		Words: zonemap.Words{Unclassified: r.T("campaignpage.nobody_there"), Unplaced: r.T("zonepage.unplaced"), Estimated: r.T("zonepage.estimated"),
			North: r.T("zonepage.north"), Metres: "m", Kilometres: "km"},
		Weld: 30,
	}
	for _, s := range page.Steps {
		page.drawing.Classes = append(page.drawing.Classes, s.Class)
	}
	p.draw(&page)
	return r.Render("campaign/map", page)
}

// pieces are what the map is made of: areas, of all wards where no ward is open,
// and a ward that has none as a whole.
func (c chartPage) pieces() (out []campaign.Row) {
	divided := map[string]bool{}
	for _, x := range c.Rows {
		divided[x.Unit] = divided[x.Unit] || x.Area != ""
	}
	for _, x := range c.Rows {
		if (c.Ward.Unit == "" || x.Unit == c.Ward.Unit) && (x.Area != "") == divided[x.Unit] {
			out = append(out, x)
		}
	}
	return out
}

// draw puts the pieces on the map.
func (p Parts) draw(page *chartPage) {
	drawn := map[string]bool{}
	for _, x := range page.pieces() {
		a := zonemap.Area{ID: x.Unit + x.Area, Name: x.Name, Parent: x.Unit, Class: page.class(x), Link: "/xet-nghiem/" + page.Campaign.ID + "?phuong=" + x.Unit}
		lies, ok := p.lies(x)
		if ok {
			a.Shape = geo.ShapeOf(lies.Shape)
			if at, there := lies.Point(); there && len(a.Shape) == 0 {
				a.Point = &at
			}
			ward, _ := p.Board.UnitArea(lies.UnitPath)
			if shape := geo.ShapeOf(ward.Shape); len(shape) > 0 && !drawn[x.Unit] {
				drawn[x.Unit] = true
				page.drawing.Parents = append(page.drawing.Parents, zonemap.Parent{ID: x.Unit, Name: ward.Name, Shape: shape})
			}
		}
		page.drawing.Areas = append(page.drawing.Areas, a)
	}
	page.drawing.Ground(drawn)
}

// lies is the area of a row: of a ward the ward itself.
func (p Parts) lies(x campaign.Row) (zoning.Area, bool) {
	if x.Area != "" {
		return p.Board.Area(x.Area)
	}
	return p.Board.UnitArea(x.Path)
}

// class is the class of a row's coverage, counted on the way; "" where nobody
// must be sampled.
func (c *chartPage) class(x campaign.Row) string {
	if x.Obliged == 0 {
		return ""
	}
	for i := len(c.Steps) - 1; i >= 0; i-- {
		if x.Taken*100 >= c.Steps[i].From*x.Obliged {
			c.Steps[i].Count++
			return c.Steps[i].Class.Code
		}
	}
	return ""
}
