package directive

import (
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"phaodai/internal/fold"
)

//go:embed kind.yaml
var kindYAML []byte

//go:embed alias.yaml
var aliasYAML []byte

// Kind is a kind of document with its code.
type Kind struct {
	Code string `json:"code"`
	Vi   string `json:"vi"`
	En   string `json:"en"`
}

type aliases struct {
	Symbol map[string]string `yaml:"symbol"`
	Issuer map[string]string `yaml:"issuer"`
	Lead   []string          `yaml:"lead"`
	Tail   []string          `yaml:"tail"`
}

var kinds = sync.OnceValue(func() []Kind {
	var rows [][3]string
	mustYAML("kind.yaml", kindYAML, &rows)
	out := make([]Kind, len(rows))
	for i, r := range rows {
		out[i] = Kind{r[0], r[1], r[2]}
	}
	return out
})

var aliasTable = sync.OnceValue(func() aliases {
	var a aliases
	mustYAML("alias.yaml", aliasYAML, &a)
	bySymbol := map[string]string{}
	for seen, meant := range a.Symbol {
		bySymbol[symbolKey(CleanSymbol(seen))] = meant
	}
	a.Symbol = bySymbol
	return a
})

func mustYAML(name string, text []byte, into any) {
	if err := yaml.Unmarshal(text, into); err != nil {
		panic(fmt.Sprintf("directive: %s: %v", name, err)) // embedded: wrong only in development
	}
}

// Kinds lists the kinds of documents in the order of Decree 30/2020.
func Kinds() []Kind { return kinds() }

// KindOf finds a kind by its code or by its name without tones.
func KindOf(s string) (Kind, bool) {
	folded := fold.Text(strings.TrimSpace(s))
	for _, k := range kinds() {
		if k.Code == s || fold.Text(k.Vi) == folded {
			return k, true
		}
	}
	for _, k := range kinds() {
		if strings.EqualFold(k.Code, s) {
			return k, true
		}
	}
	return Kind{}, false
}

// KindName is the name of a kind in a language, or the code itself.
func KindName(code, lang string) string {
	k, ok := KindOf(code)
	switch {
	case !ok:
		return code
	case lang == "en":
		return k.En
	default:
		return k.Vi
	}
}

// Symbol is a number and symbol taken apart.
type Symbol struct {
	Text   string // clean, as registers write it
	Number int64
	Year   int64  // 2021 in 23/2021/QĐ-TTg
	Kind   string // code; CV for an official letter of the State
	Issuer string // TU, UBND, TTg
	Unit   string // MT in 5599/BYT-MT
	System string // state, party, or "" where the form is neither
}

var (
	stateForm  = regexp.MustCompile(`^(\d{1,5})(?:/(\d{4}))?/([\p{L}]{1,10})-([\p{L}\d&-]{1,24})$`)
	partyForm  = regexp.MustCompile(`^(\d{1,5})-([\p{L}]{1,5})/([\p{L}\d]{1,20})$`)
	numberWord = regexp.MustCompile(`(?i)^số\s*:?\s*`)
	aroundMark = regexp.MustCompile(`\s*([-/])\s*`)
)

// CleanSymbol brings a symbol into the form of the registers: composed letters,
// one kind of hyphen, no blanks around marks, no leading "Số".
func CleanSymbol(s string) string {
	s = strings.Join(strings.Fields(fold.NFC(s)), " ")
	s = strings.NewReplacer("–", "-", "—", "-", "‐", "-", "‑", "-", "−", "-").Replace(s)
	s = numberWord.ReplaceAllString(s, "")
	return aroundMark.ReplaceAllString(strings.Trim(s, " .,;:"), "$1")
}

// ParseSymbol takes a symbol apart. Known misspellings become what they mean,
// a text that is no symbol comes back with its Text only.
func ParseSymbol(s string) Symbol {
	text := CleanSymbol(s)
	if meant, ok := aliasTable().Symbol[symbolKey(text)]; ok {
		text = meant
	}
	return parse(text)
}

func parse(text string) Symbol {
	out := Symbol{Text: text}
	if m := stateForm.FindStringSubmatch(text); m != nil {
		out.Number, _ = strconv.ParseInt(m[1], 10, 64)
		out.Year, _ = strconv.ParseInt(m[2], 10, 64)
		out.System = "state"
		if k, ok := exactKind(m[3]); ok {
			out.Kind, out.Issuer = k, m[4]
		} else {
			out.Kind, out.Issuer, out.Unit = "CV", m[3], m[4]
		}
		return out
	}
	if m := partyForm.FindStringSubmatch(text); m != nil {
		out.Number, _ = strconv.ParseInt(m[1], 10, 64)
		out.Kind, out.Issuer, out.System = m[2], m[3], "party"
		if k, ok := exactKind(m[2]); ok {
			out.Kind = k
		}
	}
	return out
}

// exactKind finds a code; one without its marks (CD for CĐ) counts only when
// no other code is written so.
func exactKind(code string) (string, bool) {
	found, n := "", 0
	for _, k := range kinds() {
		if k.Code == code {
			return k.Code, true
		}
		if strings.EqualFold(fold.Text(k.Code), fold.Text(code)) {
			found, n = k.Code, n+1
		}
	}
	return found, n == 1
}

// symbolKey is the form in which symbols are compared: case, marks, hyphens
// and leading zeros do not count, and 16-CT/TTg is 16/CT-TTg.
func symbolKey(text string) string {
	if text == "" {
		return ""
	}
	s := parse(text)
	if s.System == "" {
		return strings.Join(fold.Words(text), ".")
	}
	parts := []string{strconv.FormatInt(s.Number, 10)}
	if s.Year > 0 {
		parts = append(parts, strconv.FormatInt(s.Year, 10))
	}
	return fold.Text(strings.Join(append(parts, s.Kind, s.Issuer, s.Unit), "."))
}

// issuerKey is the form in which names of issuers are compared: short forms
// spelled out, the organ that signs for a body left off.
func issuerKey(name string) string {
	table := aliasTable()
	var words []string
	for _, w := range fold.Words(name) {
		if long, ok := table.Issuer[w]; ok {
			w = long
		}
		words = append(words, w)
	}
	key := strings.Join(words, " ")
	for again := true; again; {
		again = false
		for _, lead := range table.Lead {
			if rest, ok := strings.CutPrefix(key, lead+" "); ok {
				key, again = rest, true
			}
		}
	}
	for _, tail := range table.Tail {
		if rest, ok := strings.CutSuffix(key, " "+tail); ok {
			key = rest
		}
	}
	return key
}

// sameIssuer tells whether two names may mean one body: "Thành ủy" and "Ban
// Thường vụ Thành ủy Hà Nội" do.
func sameIssuer(a, b string) bool {
	return a == b || a == "" || b == "" || strings.HasPrefix(a, b+" ") || strings.HasPrefix(b, a+" ")
}
