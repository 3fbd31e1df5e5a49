package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"phaodai/internal/testkit/browser"
)

const page = `<!DOCTYPE html><meta charset="utf-8"><title>x</title><form action="/next" method="get">
<label for="n">Tên</label><input id="n" name="n" value="old"><select id="s" name="s"><option>a<option>b</select>
<button hidden>Gửi</button><button>Gửi đi</button></form>`

func TestTapsKeysAndFieldsAreCounted(t *testing.T) {
	shots := t.TempDir()
	t.Setenv("SCREENSHOTS", shots)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/next" {
			fmt.Fprintf(w, "<!DOCTYPE html><meta charset=utf-8><p>Chào %s %s</p>", r.FormValue("n"), r.FormValue("s"))
			return
		}
		fmt.Fprint(w, page)
	}))
	defer server.Close()
	tab := browser.Start(t).Phone(t)
	tab.Go(server.URL)
	tab.Fill("#n", "Cự Khối")
	tab.Choose("#s", "b")
	tab.Tap("/Gửi/")
	tab.Expect("Chào Cự Khối b")
	if tab.Effort != 3 {
		t.Errorf("effort = %d, want 3", tab.Effort)
	}
	tab.Shot("done")
	if info, err := os.Stat(filepath.Join(shots, "done-phone.png")); err != nil || info.Size() == 0 {
		t.Errorf("picture: %v", err)
	}
}
