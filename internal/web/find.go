package web

import (
	"context"
	"net/url"
	"strings"

	"phaodai/internal/auth"
)

// Hit is one thing found.
type Hit struct {
	Path  string
	Title string
	Note  string // one line under the title
}

type source struct {
	key   string
	right auth.Right
	find  func(ctx context.Context, by auth.Actor, words string) ([]Hit, error)
	all   string // address that lists all, the words behind it
}

// Find adds a source of the search page: key names its heading, find returns a
// few hits for words that may lack their tones. all is the address of the list
// that holds all of them, up to the words.
func (k *Kit) Find(key string, right auth.Right, find func(context.Context, auth.Actor, string) ([]Hit, error), all ...string) {
	k.sources = append(k.sources, source{key, right, find, strings.Join(all, "")})
}

type findPage struct {
	Words  string
	Groups []hitGroup
}

type hitGroup struct {
	Key  string
	Hits []Hit
	All  string
}

func (k *Kit) find(r *Request) error {
	page := findPage{Words: r.Query("q")}
	for _, s := range k.sources {
		if page.Words == "" || !r.By.Anywhere(s.right) {
			continue
		}
		hits, err := s.find(r.Context(), r.By, page.Words)
		if err != nil {
			return err
		}
		if len(hits) > 0 {
			group := hitGroup{Key: s.key, Hits: hits}
			if s.all != "" {
				group.All = s.all + url.QueryEscape(page.Words)
			}
			page.Groups = append(page.Groups, group)
		}
	}
	return r.Render("frame/find", page)
}
