package web_test

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	block = regexp.MustCompile(`(?s)(:root[^{]*)\{([^{}]*)\}`)
	token = regexp.MustCompile(`--([a-z-]+):\s*(#[0-9A-Fa-f]{6})`)
)

// palettes are the tokens of web/src/token.css: light, dark by button, dark by
// system.
func palettes(t *testing.T) []map[string]string {
	text, err := os.ReadFile("../../web/src/token.css")
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, m := range block.FindAllStringSubmatch(string(text), -1) {
		p := map[string]string{}
		for _, pair := range token.FindAllStringSubmatch(m[2], -1) {
			p[pair[1]] = pair[2]
		}
		if len(p) > 0 {
			out = append(out, p)
		}
	}
	return out
}

func TestColoursHaveTheContrastOfAA(t *testing.T) {
	all := palettes(t)
	if len(all) != 3 {
		t.Fatalf("%d palettes, want light and twice dark", len(all))
	}
	for i, p := range all {
		for _, pair := range []struct {
			text, ground string
			least        float64
		}{
			{"ink", "paper", 7}, {"ink", "panel", 7}, {"quiet", "paper", 4.5}, {"quiet", "panel", 4.5},
			{"action", "paper", 4.5}, {"action", "panel", 4.5}, {"on-action", "action", 4.5},
			{"error", "paper", 4.5}, {"error", "error-panel", 4.5}, {"on-error", "error", 4.5}, {"ink", "error-panel", 7},
			{"done", "paper", 4.5}, {"done", "done-panel", 4.5}, {"ink", "done-panel", 7},
			{"soon", "paper", 4.5}, {"soon", "soon-panel", 4.5}, {"ink", "soon-panel", 7}, {"quiet", "soon-panel", 4.5},
			{"quiet", "error-panel", 4.5}, {"action", "error-panel", 4.5}, {"action", "soon-panel", 4.5}, {"ink", "mark", 7},
			{"edge", "paper", 3}, {"focus", "paper", 3}, {"focus", "focus-outside", 1},
		} {
			if got := contrast(t, p[pair.text], p[pair.ground]); got < pair.least {
				t.Errorf("palette %d: %s %s on %s %s is %.1f, want %.1f", i, pair.text, p[pair.text], pair.ground, p[pair.ground], got, pair.least)
			}
		}
	}
}

func TestBothDarkPalettesAreTheSame(t *testing.T) {
	all := palettes(t)
	for name, colour := range all[1] {
		if all[2][name] != colour {
			t.Errorf("--%s is %s by button, %s by system", name, colour, all[2][name])
		}
		if strings.EqualFold(colour, "#FFFFFF") {
			t.Errorf("--%s is pure white in the dark", name)
		}
	}
}

// contrast is the ratio of WCAG 2.1: (L1 + 0.05) / (L2 + 0.05).
func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) != 7 {
		t.Fatalf("no colour: %q", hex)
	}
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.03928 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
