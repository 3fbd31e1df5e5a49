package officialdoc

import (
	"strings"
	"sync"
)

// Explain puts the rule that found something into words, in "vi" or "en"; ""
// for a name that no rule has.
func Explain(why, lang string) string {
	words := reasons()[why]
	if lang == "en" {
		return words[1]
	}
	return words[0]
}

// reasons reads rules/why.txt once: Vietnamese and English by rule.
var reasons = sync.OnceValue(func() map[string][2]string {
	text, err := ruleFiles.ReadFile("rules/why.txt")
	if err != nil {
		panic(err) // embedded: cannot be missing
	}
	out := map[string][2]string{}
	for _, line := range strings.Split(string(text), "\n") {
		part := strings.Split(line, " | ")
		if len(part) == 3 {
			out[part[0]] = [2]string{part[1], part[2]}
		}
	}
	return out
})
