package webtest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

var voids = []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

// Check lists what is wrong with a page: tags that do not match, ids that stand
// twice or are missing, fields without a label, sentences without a
// translation, values that the template engine refused.
func Check(page, lang string) []string {
	c := &checker{ids: map[string]bool{}, labelled: map[string]bool{}}
	for _, bad := range []string{"⟦", "ZgotmplZ", "<no value>", "%!"} {
		if i := strings.Index(page, bad); i >= 0 {
			c.fault("shows %q: …%s…", bad, page[max(0, i-20):min(len(page), i+60)])
		}
	}
	c.tokens(page)
	c.finish(lang)
	return c.faults
}

type checker struct {
	faults   []string
	open     []string
	ids      map[string]bool
	labelled map[string]bool // ids named by a label
	refs     []string        // ids that must exist
	fields   []map[string]string
	h1       int
	lang     string
	whole    bool // a page, not a fragment
}

func (c *checker) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

func (c *checker) tokens(page string) {
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.DoctypeToken:
			c.whole = true
		case html.StartTagToken, html.SelfClosingTagToken:
			c.start(z.Token())
		case html.EndTagToken:
			c.end(z.Token().Data)
		}
	}
}

func (c *checker) start(token html.Token) {
	attr := map[string]string{}
	for _, a := range token.Attr {
		if _, twice := attr[a.Key]; twice {
			c.fault("<%s> has %s twice", token.Data, a.Key)
		}
		attr[a.Key] = a.Val
	}
	if !slices.Contains(voids, token.Data) && token.Type == html.StartTagToken {
		c.open = append(c.open, token.Data)
	}
	c.identify(token.Data, attr)
	switch token.Data {
	case "html":
		c.lang = attr["lang"]
	case "h1":
		c.h1++
	case "label":
		c.labelled[attr["for"]] = true
		if attr["for"] != "" {
			c.refs = append(c.refs, attr["for"])
		}
	case "img":
		if _, ok := attr["alt"]; !ok {
			c.fault("<img> without alt")
		}
	case "th":
		if attr["scope"] == "" {
			c.fault("<th> without scope")
		}
	case "input", "select", "textarea":
		attr["in label"] = fmt.Sprint(slices.Contains(c.open, "label"))
		c.fields = append(c.fields, attr)
	}
}

func (c *checker) identify(tag string, attr map[string]string) {
	if id, ok := attr["id"]; ok {
		if c.ids[id] || id == "" {
			c.fault("id %q stands twice or is empty", id)
		}
		c.ids[id] = true
	}
	for _, name := range []string{"aria-describedby", "aria-labelledby"} {
		c.refs = append(c.refs, strings.Fields(attr[name])...)
	}
	if href := attr["href"]; tag == "a" && strings.HasPrefix(href, "#") && len(href) > 1 {
		c.refs = append(c.refs, href[1:])
	}
}

func (c *checker) end(tag string) {
	if len(c.open) == 0 || c.open[len(c.open)-1] != tag {
		c.fault("</%s> closes %v", tag, c.open[max(0, len(c.open)-3):])
		if i := slices.Index(c.open, tag); i >= 0 {
			c.open = c.open[:i]
		}
		return
	}
	c.open = c.open[:len(c.open)-1]
}

func (c *checker) finish(lang string) {
	if len(c.open) > 0 {
		c.fault("left open: %v", c.open)
	}
	for _, ref := range c.refs {
		if !c.ids[ref] {
			c.fault("nothing has the id %q, which is pointed at", ref)
		}
	}
	for _, f := range c.fields {
		kind := f["type"]
		if kind == "hidden" || kind == "submit" || f["in label"] == "true" || f["aria-label"] != "" || c.labelled[f["id"]] && f["id"] != "" {
			continue
		}
		c.fault("field %q has no label", f["name"])
	}
	if c.whole && (c.h1 != 1 || c.lang != lang) {
		c.fault("%d <h1>, lang %q", c.h1, c.lang)
	}
}

var (
	tags   = regexp.MustCompile(`(?s)<(script|style|template|dialog).*?</(script|style|template|dialog)>|<[^>]*>`)
	blanks = regexp.MustCompile(`\s*\n\s*`)
)

// Text is the page without its tags, for messages of failed tests.
func Text(page string) string {
	text := html.UnescapeString(tags.ReplaceAllString(page, "\n"))
	text = blanks.ReplaceAllString(text, "\n")
	return text[:min(len(text), 3000)]
}
