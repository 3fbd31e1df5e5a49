package zonemap

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"phaodai/internal/testkit/browser"
)

// page shows a drawing alone, in light or dark.
func page(t *testing.T, drawing, theme string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="vi" data-theme="%s"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>x</title><body style="margin:0;background:%s">%s`,
			theme, map[string]string{"light": "#fff", "dark": "#11171C"}[theme], drawing)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// faults says in the browser, which has the real fonts, what is wrong with the
// labels: two names that meet, or letters whose ink passes the room that the
// drawing leaves for marks over and under them (Ế, Ộ, ự).
const faults = `(() => {
  const out = [], names = [...document.querySelectorAll('svg.zm g[paint-order] text')];
  const boxes = names.map(n => n.getBoundingClientRect());
  const pen = document.createElement('canvas').getContext('2d');
  names.forEach((n, i) => {
    const style = getComputedStyle(n), size = parseFloat(style.fontSize);
    pen.font = style.fontWeight + ' ' + style.fontSize + ' ' + style.fontFamily;
    const ink = pen.measureText(n.textContent + 'ẾỘựỹ');
    if (ink.actualBoundingBoxAscent > 1.14 * size || ink.actualBoundingBoxDescent > 0.36 * size) out.push('clipped: ' + n.textContent);
    for (let k = 0; k < i; k++) {
      const a = boxes[i], b = boxes[k], x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const base = Math.abs(n.getAttribute('y') - names[k].getAttribute('y')) * a.height / (size * 1.36);
      if (x > 1 && base < size) out.push('meet: ' + n.textContent + ', ' + names[k].textContent);
    }
  });
  return out.join('; ');
})()`

// TestScreenshotOfTheDistrict draws the real district for a phone and a desk and
// looks at every label in Chromium. SCREENSHOTS names a folder for the pictures.
func TestScreenshotOfTheDistrict(t *testing.T) {
	chromium := browser.Start(t)
	for _, c := range []struct {
		name, theme string
		m           Map
	}{
		{"district", "light", longBien(t, 300)},
		{"district-dark", "dark", longBien(t, 90)},
		{"city", "light", wards(t, "hanoi-wards-2025.geojson.gz", "name", MaxAreas)},
	} {
		for width, tab := range map[int]*browser.Tab{360: chromium.Phone(t), 1440: chromium.Desktop(t)} {
			tab.Go(page(t, svg(t, c.m, Options{Width: width}), c.theme))
			if wrong := browser.Ask[string](tab, faults); wrong != "" {
				t.Errorf("%s at %d: %s", c.name, width, wrong)
			}
			if shown := browser.Ask[int](tab, `document.querySelectorAll('svg.zm g[paint-order] text').length`); shown < 10 {
				t.Errorf("%s at %d shows %d labels", c.name, width, shown)
			}
			tab.Shot("map-" + c.name)
		}
	}
}
