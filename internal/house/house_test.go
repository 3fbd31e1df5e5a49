package house_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"phaodai/internal/testkit"
)

// source is one Go file of the repository.
type source struct {
	path    string // from the root: "internal/db/tx.go"
	pkg     string // folder under internal, "cmd" for the command: "db", "web/taskpage"
	test    bool
	file    *ast.File
	text    string
	imports []string
}

func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	root := testkit.Root()
	for _, top := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(name, ".go") {
				return err
			}
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(root, name)
			if err != nil {
				return err
			}
			s := source{path: filepath.ToSlash(rel), test: strings.HasSuffix(name, "_test.go"), file: file, text: string(text)}
			s.pkg = strings.TrimPrefix(path.Dir(s.path), "internal/")
			if strings.HasPrefix(s.path, "cmd/") {
				s.pkg = "cmd"
			}
			for _, i := range file.Imports {
				s.imports = append(s.imports, strings.Trim(i.Path.Value, `"`))
			}
			out = append(out, s)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// floors are the house from the ground up. A package may import those of lower
// floors, and of its own floor only what stands before it in the row.
var floors = []struct {
	name     string
	packages []string
}{
	{"leaves", []string{"fault", "instant", "id", "fold", "timeline", "rule", "criterion", "geo", "measure", "cap", "officialdoc", "officialdoc/scoring", "letter", "sheet", "listfile", "fhir", "identity", "pooling", "caseband", "zonemap", "census", "cohort"}},
	{"platform", []string{
		"db", "testkit", "testkit/browser", "auth", "audit", "term", "due", "worldclock", "watch", "blob", "job", "extract",
		"config", "i18n", "vault", "inbox", "mail", "backup", "admin", "gate",
	}},
	{"capabilities", []string{"org", "directive", "task", "zoning", "people", "sampling", "sampling/samplingtest", "population", "campaign", "laboratory", "fieldwork", "exercise"}},
	{"sample", []string{"demo"}},
	{"edges", []string{
		"api", "api/apitest", "api/adminapi", "api/orgapi", "api/directiveapi", "api/taskapi", "api/zoneapi", "api/peopleapi", "api/samplingapi", "api/fieldapi", "api/campaignapi", "api/labapi",
		"web/asset", "web", "web/webtest", "web/adminpage", "web/orgpage", "web/directivepage", "web/taskpage", "web/zonepage", "web/peoplepage", "web/campaignpage", "web/labpage", "web/fieldpage", "web/bandpage", "web/publicpage", "web/tourpage", "field",
	}},
	{"command", []string{"cmd"}},
	{"outside the house", []string{"house", "deps"}},
}

func place(pkg string) (floor, room int, ok bool) {
	for f, x := range floors {
		if r := slices.Index(x.packages, pkg); r >= 0 {
			return f, r, true
		}
	}
	return 0, 0, false
}

func TestImportsGoDownwards(t *testing.T) {
	for _, s := range sources(t) {
		floor, room, ok := place(s.pkg)
		if !ok {
			t.Errorf("%s: package %s has no place in the house: add it to floors", s.path, s.pkg)
			continue
		}
		if s.test {
			continue // tests may look down from anywhere, the compiler forbids circles
		}
		for _, i := range s.imports {
			other, ours := strings.CutPrefix(i, "phaodai/internal/")
			if !ours {
				continue
			}
			f, r, _ := place(other)
			if f > floor || f == floor && r >= room {
				t.Errorf("%s imports %s, which stands above or beside it", s.path, other)
			}
		}
	}
}

// An edge that needs another edge hides a rule that belongs into a capability.
func TestEdgesNeverImportEachOther(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		edge, _, _ := strings.Cut(s.pkg, "/")
		for _, i := range s.imports {
			if edge == "api" && strings.HasPrefix(i, "phaodai/internal/web") || edge == "web" && strings.HasPrefix(i, "phaodai/internal/api") {
				t.Errorf("%s imports %s", s.path, i)
			}
			for _, area := range []string{"adminpage", "orgpage", "directivepage", "taskpage", "adminapi", "orgapi", "directiveapi", "taskapi"} {
				if s.pkg != "cmd" && !strings.HasSuffix(s.pkg, area) && strings.HasSuffix(i, "/"+area) {
					t.Errorf("%s imports the area %s", s.path, area)
				}
			}
		}
	}
}

// A capability that knows HTTP or templates cannot be called by the other edge.
func TestOnlyEdgesKnowHTTPAndTemplates(t *testing.T) {
	edges, _, _ := place("web")
	for _, s := range sources(t) {
		floor, _, _ := place(s.pkg)
		if s.test || floor >= edges || s.pkg == "gate" {
			continue
		}
		for _, i := range s.imports {
			if i == "net/http" || i == "html/template" || i == "text/template" {
				t.Errorf("%s imports %s", s.path, i)
			}
		}
	}
}

// owners says which packages may import a module from outside: one, so that it
// can be replaced in one place. Modules of the Go project are listed as well.
var owners = map[string][]string{
	"cel.dev/cel-go":                      {"rule"},
	"codeberg.org/go-pdf/fpdf":            {"letter"},
	"github.com/BurntSushi/toml":          {"config"},
	"github.com/alecthomas/kong":          {"cmd"},
	"github.com/boombuler/barcode":        {"web"},
	"github.com/danielgtaylor/huma":       {"api", "api/adminapi", "api/directiveapi", "api/taskapi", "api/orgapi"}, // areas name its answer types
	"github.com/georgysavva/scany":        {"db"},
	"github.com/go-fonts/liberation":      {"letter"},
	"github.com/jackc/pgx":                {"db", "testkit"},
	"github.com/klauspost/compress":       {"gate"},
	"github.com/nicksnyder/go-i18n":       {"i18n"},
	"github.com/oklog/ulid":               {"id"},
	"github.com/paulmach/orb":             {"geo"},
	"github.com/prometheus/client_golang": {"gate"},
	"github.com/schollz/progressbar":      {"cmd"},
	"github.com/tidwall/rtree":            {"geo"},
	"github.com/tink-crypto/tink-go":      {"vault"},
	"github.com/wneessen/go-mail":         {"mail"},
	"github.com/xuri/excelize":            {"sheet", "listfile"},
	"golang.org/x/crypto":                 {"auth"},
	"golang.org/x/mod":                    {"audit"},
	"golang.org/x/sync":                   {"extract"},
	"golang.org/x/term":                   {"cmd"},
	"golang.org/x/text/collate":           {"fold"},
	"golang.org/x/text/encoding":          {"extract", "sheet"},
	"golang.org/x/text/transform":         {"extract", "sheet"},
	"golang.org/x/text/language":          {"fold", "i18n"},
	"golang.org/x/text/unicode":           {"auth", "fold", "i18n", "officialdoc", "officialdoc/scoring", "web"},
	"gopkg.in/yaml.v3":                    {"auth", "criterion", "demo", "directive", "i18n", "measure", "org", "people", "task", "web/tourpage", "field", "zoning"}, // tables kept as data beside their code
	"modernc.org/sqlite":                  {"db"},
	"github.com/chromedp/chromedp":        {"testkit/browser"},
	"github.com/chromedp/cdproto":         {"testkit/browser"},
	"golang.org/x/net":                    {"web/webtest"},
}

// inTests may be imported by any test.
var inTests = []string{
	"github.com/google/go-cmp", "pgregory.net/rapid", "github.com/chromedp", "github.com/emersion/go-smtp",
	"github.com/rogpeppe/go-internal", "golang.org/x/net", "golang.org/x/mod", "github.com/boombuler/barcode",
}

func TestModulesFromOutsideHaveOneOwner(t *testing.T) {
	for _, s := range sources(t) {
		if s.pkg == "deps" {
			continue
		}
		for _, i := range s.imports {
			first, _, _ := strings.Cut(i, "/")
			if !strings.Contains(first, ".") || s.test && hasPrefix(i, inTests) {
				continue
			}
			if !owned(i, s.pkg) {
				t.Errorf("%s imports %s, which is not its to use: see owners", s.path, i)
			}
		}
	}
}

func hasPrefix(s string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

func owned(module, pkg string) bool {
	for prefix, packages := range owners {
		if strings.HasPrefix(module, prefix) && slices.Contains(packages, pkg) {
			return true
		}
	}
	return false
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	said := map[string]bool{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		folder := path.Dir(s.path)
		said[folder] = said[folder] || s.file.Doc != nil && len(strings.TrimSpace(s.file.Doc.Text())) > 20
	}
	for folder, ok := range said {
		if !ok {
			t.Errorf("%s has no package comment", folder)
		}
	}
}

// Time is a parameter: an exercise runs September 2021 again, and a test stops
// it. The command starts the wall clock; two places measure how long they wait.
func TestNobodyAsksTheWallClockBelowTheCommand(t *testing.T) {
	allowed := map[string]string{
		"internal/web/serve.go":           "how long a refused upload is still read",
		"internal/web/form.go":            "how long a refused upload is still read",
		"internal/web/webtest/webtest.go": "ids of a test",
		"internal/testkit":                "tests",
	}
	for _, s := range sources(t) {
		if s.test || s.pkg == "cmd" || hasPrefix(s.path, keys(allowed)) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if x, isName := callee(call, ok); isName && x == "time" && (call.Sel.Name == "Now" || call.Sel.Name == "Since") {
				t.Errorf("%s calls time.%s: take the clock as a parameter", s.path, call.Sel.Name)
			}
			return true
		})
	}
}

func callee(s *ast.SelectorExpr, ok bool) (string, bool) {
	if !ok {
		return "", false
	}
	x, isName := s.X.(*ast.Ident)
	if !isName {
		return "", false
	}
	return x.Name, true
}

func keys(m map[string]string) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	return out
}

func TestNoFileGrowsPastReading(t *testing.T) {
	const most = 700
	for _, s := range sources(t) {
		if n := strings.Count(s.text, "\n"); n > most {
			t.Errorf("%s has %d lines, at most %d: cut it where its subject changes", s.path, n, most)
		}
	}
}

// Package names that say nothing, and texts that promise instead of doing.
func TestNamesAndPromises(t *testing.T) {
	for _, s := range sources(t) {
		if slices.Contains([]string{"util", "utils", "common", "models", "helpers", "pkg", "misc"}, path.Base(s.pkg)) {
			t.Errorf("%s: a package named %s says nothing", s.path, path.Base(s.pkg))
		}
		for _, word := range []string{"TO" + "DO", "FIX" + "ME", "not imple" + "mented"} {
			if strings.Contains(s.text, word) {
				t.Errorf("%s promises: %s", s.path, word)
			}
		}
	}
}
