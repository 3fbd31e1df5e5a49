package web

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"phaodai/internal/i18n"
	"phaodai/internal/instant"
)

// Pair hands a piece the view beside the thing it draws: {{template "card" (pair $ .)}}.
type Pair struct {
	View *View
	Item any
}

// funcs are the functions of the templates in one language.
func (k *Kit) funcs(lang string, set *templateSet) template.FuncMap {
	f := i18n.NewFormat(lang, k.config.Zone)
	translate := func(key string, args ...any) string {
		return k.config.Messages.T(lang, key, readable(f, 0, args)...)
	}
	d := drawer{k, f, translate}
	funcs := template.FuncMap{
		"t":        translate,
		"has":      func(key string) bool { return k.config.Messages.Has(lang, key) },
		"clock":    f.Clock,    // 16:20
		"date":     f.Date,     // 07/9/2021
		"day":      f.Day,      // 07/9
		"moment":   f.Moment,   // 16:20 07/9/2021
		"full":     f.Full,     // 16:20 thứ Ba 07/9/2021
		"when":     f.When,     // {{when .At $.Now}}: as short as now allows
		"deadline": f.Deadline, // {{deadline .Due $.Now}}: "hết ngày 07/9"
		"left":     d.left,     // {{left .Due $.Now}}: a clock that runs; a third argument names it aloud
		"duration": func(x time.Duration) string { return f.Duration(x) },
		"number":   func(n any) string { return f.Number(integer(n)) },
		"decimal":  f.Decimal,
		"percent":  func(part, whole any) string { return f.Percent(integer(part), integer(whole)) },
		"size":     func(n any) string { return f.Size(integer(n)) },
		"phone":    i18n.Phone,
		"fresh":    k.fresh, // the request key of one form: no two forms of a page share one
		"pair":     func(v *View, item any) Pair { return Pair{v, item} },
		"call":     d.call,    // {{call .Phone}}: ☎ Gọi; a second argument says whom
		"icon":     d.icon,    // {{icon "search"}}: decoration, hidden from readers
		"badge":    d.badge,   // {{badge "done" "✓" "task.state.verified"}}
		"tag":      d.tag,     // {{tag "late" "!" .Text}}: a badge with a text of its own
		"th":       d.th,      // {{th $ "due" "task.due"}}: head of a sortable column; "" does not sort
		"exports":  d.exports, // {{exports $}}: Xuất Excel, CSV, In
		"more":     d.more,    // {{more $ .Next}}: the next page of a list
		"keep":     d.keep,    // {{keep $ "xep"}}: hidden fields that keep the rest of the address in a filter form
		"live":     d.live,    // {{live $ "list" "task inbox"}}: attributes of an element that refreshes when such things change
		"livebar":  d.frameLive,
		"copytext": d.copyText, // {{copytext "id" "label.key" .Text .LogURL}}: Sao chép gửi Zalo
		"asset":    func(name string) string { return k.asset.path(name) },
		"lines":    func(s string) []string { return strings.Split(s, "\n") },
		"lower":    strings.ToLower,
		"join":     strings.Join,
	}
	for name, fn := range fieldFuncs(translate, f, set) {
		funcs[name] = fn
	}
	return funcs
}

// fresh is a request key of its own for each form of a page: with a shared one
// the second form sent from an old page would be taken for the first sent
// again. A form that came back keeps its key.
func (k *Kit) fresh(v *View) string {
	if v.Form.Sent {
		return v.Key
	}
	return k.config.IDs.New()
}

// readable writes the arguments of a message the reader's way: moments (with a
// now, as short as it allows) and durations. Counts choose plural forms and
// stay numbers.
func readable(f i18n.Format, now instant.Micros, args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case instant.Micros:
			out[i] = f.Moment(a)
			if now != 0 {
				out[i] = f.When(a, now)
			}
		case time.Duration:
			out[i] = f.Duration(a)
		default:
			out[i] = a
		}
	}
	return out
}

func integer(n any) int64 {
	switch n := n.(type) {
	case int:
		return int64(n)
	case int64:
		return n
	case int32:
		return int64(n)
	case *int64:
		if n == nil {
			return 0
		}
		return *n
	default:
		return 0
	}
}

type drawer struct {
	k *Kit
	f i18n.Format
	t func(string, ...any) string
}

// left is the time left as an element that the script keeps running; it is
// announced at 60, 15 and 5 minutes when it has a name.
func (d drawer) left(due, now instant.Micros, name ...string) template.HTML {
	if due.IsZero() || due == instant.Forever {
		return html(`<span class="left">%s</span>`, d.f.Left(due, now))
	}
	class := "left"
	switch rest := due.Sub(now); {
	case rest < 0:
		class += " late"
	case rest < 24*time.Hour:
		class += " soon"
	}
	return html(`<time class="%s" datetime="%s" data-due="%d" data-name="%s">%s</time>`,
		class, due.Time().Format(time.RFC3339), int64(due), strings.Join(name, " "), d.f.Left(due, now))
}

func (d drawer) call(phone string, whom ...string) template.HTML {
	if phone == "" {
		return ""
	}
	text := d.t("common.call")
	if len(whom) > 0 {
		text += " " + whom[0]
	}
	return html(`<a class="button call" href="tel:%s"><svg class="icon" aria-hidden="true"><use href="%s#phone"/></svg>%s<span class="number">%s</span></a>`,
		dial(phone), d.k.asset.path("icons.svg"), text, i18n.Phone(phone))
}

// dial is the number as a telephone wants it.
func dial(phone string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, phone)
}

func (d drawer) icon(name string) template.HTML {
	return html(`<svg class="icon" aria-hidden="true"><use href="%s#%s"/></svg>`, d.k.asset.path("icons.svg"), name)
}

func (d drawer) badge(class, mark, key string) template.HTML { return d.tag(class, mark, d.t(key)) }

func (d drawer) tag(class, mark, text string) template.HTML {
	return html(`<span class="badge %s"><span aria-hidden="true">%s</span> %s</span>`, class, mark, text)
}

// with is the address of the page with one parameter changed and the place in
// the list forgotten.
func with(v *View, name, value string) string {
	q := url.Values{}
	for key, values := range v.URL.Query() {
		if key != "sau" && key != "lang" {
			q[key] = values
		}
	}
	q.Set(name, value)
	return v.URL.Path + "?" + q.Encode()
}

func (d drawer) th(v *View, column, key string) template.HTML {
	if column == "" {
		return html(`<th scope="col">%s</th>`, d.t(key))
	}
	now, next, state, mark := v.URL.Query().Get("xep"), column, "none", "↕"
	switch now {
	case column:
		next, state, mark = "-"+column, "ascending", "↑"
	case "-" + column:
		state, mark = "descending", "↓"
	}
	return html(`<th scope="col" aria-sort="%s"><a href="%s">%s <span aria-hidden="true" class="sort">%s</span></a></th>`,
		state, with(v, "xep", next), d.t(key), mark)
}

func (d drawer) exports(v *View) template.HTML {
	return html(`<span class="exports"><a class="button" href="%s" download>%s</a><a class="button" href="%s" download>CSV</a><button type="button" class="button" data-print hidden>%s</button></span>`,
		with(v, "xuat", "xlsx"), d.t("common.export_excel"), with(v, "xuat", "csv"), d.t("common.print"))
}

func (d drawer) more(v *View, next string) template.HTML {
	if next == "" {
		return ""
	}
	return html(`<p class="more"><a class="button" href="%s">%s</a></p>`, with(v, "sau", next), d.t("common.more"))
}

func (d drawer) keep(v *View, names ...string) template.HTML {
	var out template.HTML
	for _, name := range names {
		if s := v.URL.Query().Get(name); s != "" {
			out += html(`<input type="hidden" name="%s" value="%s">`, name, s)
		}
	}
	return out
}

// live marks an element that loads itself again when something of these kinds
// changes for the reader.
func (d drawer) live(v *View, id, kinds string) template.HTMLAttr {
	return liveAttr(v.URL.RequestURI(), id, kinds)
}

// frameLive is live for a piece of the frame, which a page of its own gives.
func (d drawer) frameLive(v *View, id, kinds string) template.HTMLAttr {
	return liveAttr("/khung?"+url.Values{"o": {v.Path}}.Encode(), id, kinds)
}

func liveAttr(address, id, kinds string) template.HTMLAttr {
	var triggers []string
	for _, kind := range append(strings.Fields(kinds), "all") {
		triggers = append(triggers, "live-"+kind+" from:body delay:300ms")
	}
	text := fmt.Sprintf(`id="%s" data-live hx-get="%s" hx-select="#%s" hx-target="this" hx-swap="outerHTML" hx-trigger="%s"`,
		escape(id), escape(address), escape(id), escape(strings.Join(triggers, ", ")))
	return template.HTMLAttr(text)
}

// copyText is a button that copies a text for Zalo and tells the server that it
// was copied. Without script the text stands there to be copied by hand.
func (d drawer) copyText(id, key, text, log string) template.HTML {
	return html(`<div class="copy"><button type="button" class="button" data-copy="%s" data-log="%s" data-done="%s" hidden>%s</button><details><summary>%s</summary><textarea id="%s" rows="5" readonly aria-label="%s">%s</textarea></details></div>`,
		id, log, d.t("common.copied"), d.t(key), d.t("common.show_text", "What", d.t(key)), id, d.t(key), text)
}

// html formats escaped values into trusted text.
func html(format string, values ...any) template.HTML {
	for i, v := range values {
		switch v := v.(type) {
		case string:
			values[i] = escape(v)
		case template.HTML:
			values[i] = string(v)
		}
	}
	return template.HTML(fmt.Sprintf(format, values...))
}

func escape(s string) string { return template.HTMLEscapeString(s) }
