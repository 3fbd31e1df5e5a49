package letter

import (
	"regexp"
	"strings"
)

// numbering of the body, by how deep it stands.
var numbering = []struct {
	form  *regexp.Regexp
	level int
}{
	{regexp.MustCompile(`^\d{1,2}\.\d{1,2}(?:\.\d{1,2})?\.?\s+`), 2},
	{regexp.MustCompile(`^(?:\d{1,2}|[IVX]{1,5})[.)]\s+`), 1},
	{regexp.MustCompile(`^\(\d{1,2}\)\s*`), 2},
	{regexp.MustCompile(`^\p{Ll}\)\s+`), 3},
	{regexp.MustCompile(`^[-–+•]\s*`), 4},
}

// Body cuts a text into the paragraphs of the form: grounds ("Căn cứ …") that
// stand first, then numbered blocks.
func Body(text string) (basis []string, body []Block) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if len(body) == 0 && strings.HasPrefix(line, "Căn cứ ") {
			basis = append(basis, line)
			continue
		}
		body = append(body, blockOf(line))
	}
	return basis, body
}

// maxHeading is how long a numbered line without a full stop is a heading.
const maxHeading = 120

func blockOf(line string) Block {
	for _, n := range numbering {
		mark := n.form.FindString(line)
		if mark == "" {
			continue
		}
		rest := strings.TrimSpace(line[len(mark):])
		heading := n.level <= 2 && len([]rune(rest)) <= maxHeading && !strings.HasSuffix(rest, ".") && !strings.HasSuffix(rest, ";")
		return Block{Level: n.level, Number: strings.TrimSpace(mark), Text: rest, Heading: heading}
	}
	return Block{Text: line}
}
