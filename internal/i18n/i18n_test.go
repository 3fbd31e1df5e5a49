package i18n_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"text/template"
	"text/template/parse"

	"golang.org/x/text/unicode/norm"
	"gopkg.in/yaml.v3"

	"phaodai/internal/i18n"
)

func TestBothLanguagesHaveTheSameKeys(t *testing.T) {
	m := i18n.Default()
	vi, en := m.Keys(i18n.Vietnamese), m.Keys(i18n.English)
	for _, key := range vi {
		if !m.Has(i18n.English, key) {
			t.Errorf("%s is missing in English", key)
		}
	}
	for _, key := range en {
		if !m.Has(i18n.Vietnamese, key) {
			t.Errorf("%s is missing in Vietnamese", key)
		}
	}
}

// uses are the ways in which code and templates name a key.
var uses = map[string][]*regexp.Regexp{
	".go": {
		regexp.MustCompile(`fault\.New\([^,"]+,\s*"([a-z0-9_.]+)"`),
		regexp.MustCompile(`fault\.Wrap\([^,]+,[^,"]+,\s*"([a-z0-9_.]+)"`),
		regexp.MustCompile(`\.At\([^,]+,\s*"([a-z0-9_.]+)"`),
		regexp.MustCompile(`\.T\("([a-z0-9_.]+)"`),
		regexp.MustCompile(`\bT\([a-zA-Z.]+, "([a-z0-9_.]+)"`),
		regexp.MustCompile(`\.Redirect\([^)\n]*,\s*"([a-z0-9_]+\.[a-z0-9_.]+)"`),
		regexp.MustCompile(`\b(?:at|counted)\("/[^"]*", "([a-z0-9_.]+)"`),
		regexp.MustCompile(`\bKey:\s*"([a-z0-9_]+\.[a-z0-9_.]+)"`),
	},
	".html": {
		regexp.MustCompile(`[{(\s]t "([a-z0-9_.]+)"`),
		regexp.MustCompile(`\bfield \$? ?"[^"]*" "([a-z0-9_.]+)"`),
		regexp.MustCompile(`\b(?:hint) "([a-z0-9_.]+)"`),
		regexp.MustCompile(`\boption "[^"]*" "([a-z0-9_.]+)"`),
		regexp.MustCompile(`\bth \$? ?"[^"]*" "([a-z0-9_.]+)"`),
		regexp.MustCompile(`\bbadge "[^"]*" "[^"]*" "([a-z0-9_.]+)"`),
		regexp.MustCompile(`\bcopytext "[^"]*" "([a-z0-9_.]+)"`),
	},
}

func TestEveryKeyUsedExists(t *testing.T) {
	found := 0
	for _, root := range []string{"..", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			patterns := uses[filepath.Ext(path)]
			if err != nil || d.IsDir() || patterns == nil || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, pattern := range patterns {
				for _, use := range pattern.FindAllSubmatch(text, -1) {
					found++
					// A key that ends with "." or "_" is completed at run time: "task.state." + state.
					key := string(use[1])
					if strings.HasSuffix(key, ".") || strings.HasSuffix(key, "_") {
						continue
					}
					if !i18n.Default().Has(i18n.Vietnamese, key) {
						t.Errorf("%s uses %q, which no message file has", strings.TrimPrefix(path, "../"), key)
					}
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 100 {
		t.Errorf("only %d uses found: do the patterns still fit the code?", found)
	}
}

// texts are the messages of a language as they stand in the files.
func texts(t *testing.T, lang string) map[string]string {
	out := map[string]string{}
	files, err := filepath.Glob("message/*." + lang + ".yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var entries map[string]any
		if err := yaml.Unmarshal(b, &entries); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for key, text := range entries {
			switch text := text.(type) {
			case string:
				out[key] = text
			case map[string]any:
				other, ok := text["other"].(string)
				if !ok {
					t.Errorf("%s: %s has no form other", file, key)
				}
				out[key] = other
			default:
				t.Errorf("%s: %s is a %T", file, key, text)
			}
		}
	}
	return out
}

func TestMessagesHaveTheSameArgumentsInBothLanguages(t *testing.T) {
	en := texts(t, i18n.English)
	for key, vi := range texts(t, i18n.Vietnamese) {
		a, b := arguments(t, key, vi), arguments(t, key, en[key])
		if !slices.Equal(a, b) {
			t.Errorf("%s: arguments %v in Vietnamese, %v in English", key, a, b)
		}
	}
}

func arguments(t *testing.T, key, text string) []string {
	parsed, err := template.New(key).Parse(text)
	if err != nil {
		t.Errorf("%s: %v", key, err)
		return nil
	}
	var out []string
	var walk func(parse.Node)
	walk = func(n parse.Node) {
		switch n := n.(type) {
		case *parse.ListNode:
			if n != nil {
				for _, child := range n.Nodes {
					walk(child)
				}
			}
		case *parse.ActionNode:
			walk(n.Pipe)
		case *parse.IfNode:
			walk(n.Pipe)
			walk(n.List)
			walk(n.ElseList)
		case *parse.PipeNode:
			for _, c := range n.Cmds {
				for _, a := range c.Args {
					walk(a)
				}
			}
		case *parse.FieldNode:
			if !slices.Contains(out, n.Ident[0]) {
				out = append(out, n.Ident[0])
			}
		}
	}
	walk(parsed.Root)
	slices.Sort(out)
	return out
}

// avoided are words that pages.md, section 6, keeps out of what users read.
var avoided = []string{"bằng chứng", "chế độ giãn cách", "!", "vui lòng", "quý khách"}

func TestVietnameseIsNFCAndKeepsTheTone(t *testing.T) {
	for key, text := range texts(t, i18n.Vietnamese) {
		if !norm.NFC.IsNormalString(text) {
			t.Errorf("%s is not NFC", key)
		}
		for _, word := range avoided {
			if strings.Contains(strings.ToLower(text), word) {
				t.Errorf("%s says %q: %s", key, word, text)
			}
		}
	}
}

func TestFilesNameTheirAreaAndAreSorted(t *testing.T) {
	files, err := filepath.Glob("message/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var node yaml.Node
		if err := yaml.Unmarshal(b, &node); err != nil || len(node.Content) == 0 {
			t.Fatalf("%s: %v", file, err)
		}
		var keys []string
		for i := 0; i < len(node.Content[0].Content); i += 2 {
			keys = append(keys, node.Content[0].Content[i].Value)
		}
		if !slices.IsSorted(keys) {
			t.Errorf("%s is not in alphabetical order", file)
		}
	}
}

func TestAKeyThatStandsTwiceIsRefused(t *testing.T) {
	_, err := i18n.Load(fstest.MapFS{
		"message/a.vi.yaml": {Data: []byte(`x.y: "a"`)},
		"message/b.vi.yaml": {Data: []byte(`x.y: "b"`)},
	})
	if err == nil || !strings.Contains(err.Error(), "a.vi.yaml") {
		t.Errorf("got %v", err)
	}
}

func TestTranslating(t *testing.T) {
	for _, c := range []struct {
		lang, key string
		args      []any
		want      string
	}{
		{"vi", "clock.left", []any{"Time", "7 giờ"}, "Còn 7 giờ"},
		{"en", "clock.days", []any{"Count", 1}, "1 day"},
		{"en", "clock.days", []any{"Count", int64(2)}, "2 days"},
		{"en", "clock.days", []any{"Count", "%"}, "% days"},
		{"xx", "common.save", nil, "Lưu"},
		{"en", "no.such", nil, "⟦no.such⟧"},
	} {
		if got := i18n.T(c.lang, c.key, c.args...); got != c.want {
			t.Errorf("T(%s, %s, %v) = %q, want %q", c.lang, c.key, c.args, got, c.want)
		}
	}
}

func TestACountIsWrittenAsTheLanguageGroupsDigits(t *testing.T) {
	for lang, want := range map[string]string{"vi": "9.856", "en": "9,856"} {
		if got := i18n.T(lang, "peoplepage.people_count", "Count", 9856); !strings.Contains(got, want) {
			t.Errorf("%s: %q", lang, got)
		}
	}
	if got := i18n.T("en", "peoplepage.people_count", "Count", 1); strings.Contains(got, "people") {
		t.Errorf("one is %q", got)
	}
}
