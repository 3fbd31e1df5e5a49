package directivepage

import (
	"strings"

	"cmp"
	"context"

	"phaodai/internal/auth"
	"phaodai/internal/directive"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/web"
)

// clausePage lists the clauses of one document, or of all that the reader may
// read, found by words without tones.
type clausePage struct {
	Document *paper
	Kind     string
	Query    string
	Chosen   string // kind of clauses
	Kinds    []web.Choice
	Lines    []foundClause
	Next     string
	Total    int
	More     bool
	Review   bool // labels may be exported
}

type foundClause struct {
	directive.FoundClause
	Key   string // of its kind
	Tests bool   // it orders testing, and the reader makes campaigns
}

// Issued is the day of the document as a moment.
func (f foundClause) Issued() instant.Micros { return dayOf(f.IssuedOn) }

func (p *pages) clauses(r *web.Request) error {
	view, err := p.doc.Document(r.Context(), r.By, r.Path("id"))
	if err != nil {
		return err
	}
	page := clausePage{Document: &paper{view.Document}, Kind: kindName(r, view.Document.Kind), Review: r.By.Anywhere(auth.DocumentReview)}
	return p.findClauses(r, page, view.Document.ID)
}

func (p *pages) allClauses(r *web.Request) error { return p.findClauses(r, clausePage{}, "") }

func (p *pages) findClauses(r *web.Request, page clausePage, document string) error {
	page.Query, page.Chosen = r.Query("tim"), r.Query("loai")
	page.Kinds = append([]web.Choice{{Value: "", Text: r.T("docpage.every_kind")}}, clauseKinds(r)...)
	page.Kinds = append(page.Kinds, web.Choice{Value: "UNKNOWN", Text: r.T(clauseKey(officialdoc.Unknown))})
	if document != "" || page.Query != "" || page.Chosen != "" {
		list, err := p.doc.SearchClauses(r.Context(), r.By, directive.ClauseFilter{
			Query: page.Query, Document: document, Kind: page.Chosen, After: r.After(), Limit: 100,
		})
		if err != nil {
			return err
		}
		page.Next, page.Total, page.More = list.Next, list.Total, list.TotalMore
		for _, c := range list.Items {
			page.Lines = append(page.Lines, foundClause{c, clauseKey(c.Kind), tests(r, c)})
		}
	}
	return r.Render("document/clauses", page)
}

// tests tells whether a clause orders testing to somebody who makes campaigns. A
// heading orders nothing.
func tests(r *web.Request, c directive.FoundClause) bool {
	return r.By.Anywhere(auth.CampaignManage) && c.Item != "" && len(strings.Fields(c.Text)) > 6 && strings.Contains(fold.Text(c.Text), "xet nghiem")
}

// libraryPage lists all documents that the reader may read: what "Xem tất cả"
// of the search in the frame leads to.
type libraryPage struct {
	Query, Kind, Urgency, From, To string
	Kinds, Urgencies               []web.Choice
	Filtered                       bool
	Lines                          []listed
	Next                           string
	Total                          int
	More                           bool
}

// By is a column that the list can be sorted by: of more documents than are
// counted only the newest are shown in time.
func (l libraryPage) By(column string) string {
	if l.More {
		return ""
	}
	return column
}

func (p *pages) library(r *web.Request) error {
	page := libraryPage{
		Query: r.Query("tim"), Kind: r.Query("loai"), Urgency: r.Query("khan"), From: r.Query("tu"), To: r.Query("den"),
		Kinds: kinds(r)[1:], Urgencies: urgencies(r),
	}
	page.Filtered = page.Query != "" || page.Kind != "" || page.Urgency != "" || page.From != "" || page.To != ""
	f := directive.Filter{Query: page.Query, Kind: page.Kind, Urgency: directive.Urgency(page.Urgency), Sort: r.Query("xep"), After: r.After(), Limit: 50}
	var err error
	if f.From, err = readDay(r, page.From); err != nil {
		return err
	}
	if f.To, err = readDay(r, page.To); err != nil {
		return err
	}
	if format := r.Export(); format != "" {
		return p.export(r, "search", f, format)
	}
	list, err := p.doc.Search(r.Context(), r.By, f)
	if err != nil {
		return err
	}
	page.Lines, page.Next, page.Total, page.More = listedAll(list.Items), list.Next, list.Total, list.TotalMore
	return r.Render("document/library", page)
}

// hits are the documents among the results of the search in the frame.
func (p *pages) hits(ctx context.Context, by auth.Actor, words string) ([]web.Hit, error) {
	list, err := p.doc.Search(ctx, by, directive.Filter{Query: words, Limit: 8})
	var out []web.Hit
	for _, d := range list.Items {
		out = append(out, web.Hit{Path: "/van-ban/" + d.ID, Title: join(d.Symbol, d.Issuer), Note: d.Subject})
	}
	return out, err
}

// clauseHits are the clauses among them.
func (p *pages) clauseHits(ctx context.Context, by auth.Actor, words string) ([]web.Hit, error) {
	list, err := p.doc.SearchClauses(ctx, by, directive.ClauseFilter{Query: words, Limit: 8})
	var out []web.Hit
	for _, c := range list.Items {
		out = append(out, web.Hit{
			Path:  "/van-ban/" + c.Document + "/noi-dung#doan-" + c.ID,
			Title: join(c.Item, cmp.Or(c.Symbol, c.Subject)), Note: title(c.Text),
		})
	}
	return out, err
}

// dossiers lists documents that were closed into a dossier.
func (p *pages) dossiers(r *web.Request) error {
	f := directive.Filter{Query: r.Query("tim"), State: directive.Filed, Sort: r.Query("xep"), After: r.After(), Limit: 50}
	if format := r.Export(); format != "" {
		return p.export(r, "search", f, format)
	}
	list, err := p.doc.Search(r.Context(), r.By, f)
	if err != nil {
		return err
	}
	return r.Render("document/dossiers", libraryPage{Query: f.Query, Lines: listedAll(list.Items), Next: list.Next, Total: list.Total, More: list.TotalMore})
}
