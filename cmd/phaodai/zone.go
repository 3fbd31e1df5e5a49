package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/worldclock"
	"phaodai/internal/zoning"
)

// zoneCmd answers what applies where.
type zoneCmd struct {
	At zoneAtCmd `cmd:"" help:"What holds in an area at a moment, as known at another."`
}

type zoneAtCmd struct {
	configured
	Area    string `required:"" help:"Code on the wall, or id, of the area."`
	At      string `help:"Moment of the world, RFC 3339 or 2021-09-09T06:00 in Vietnam; now when left out."`
	KnownAt string `help:"As it was known at this moment; now when left out."`
	Format  string `default:"text" enum:"text,json" help:"text or json."`
}

// Run prints the class of each layer, the measures and their documents.
func (c *zoneAtCmd) Run() error {
	return explain(c.withStore(func(ctx context.Context, store *db.DB, _ string) error {
		look, err := c.look(ctx, store)
		if err != nil {
			return err
		}
		if c.Format == "json" {
			out := json.NewEncoder(os.Stdout)
			out.SetEscapeHTML(false)
			return out.Encode(look)
		}
		printLook(look, language())
		return nil
	}))
}

func (c *zoneAtCmd) look(ctx context.Context, store *db.DB) (zoning.Look, error) {
	clock, err := worldclock.Open(ctx, store, time.Now)
	if err != nil {
		return zoning.Look{}, err
	}
	at, err := cityMoment(c.At, clock.Now())
	if err != nil {
		return zoning.Look{}, err
	}
	known, err := cityMoment(c.KnownAt, clock.Now())
	if err != nil {
		return zoning.Look{}, err
	}
	papers := directive.New(store, nil, directive.Tools{Reader: officialdoc.New()})
	zones := zoning.New(store, nil, papers)
	if err := zones.Board().Refresh(ctx); err != nil {
		return zoning.Look{}, err
	}
	by := auth.System(clock.Now(), clock.Wall())
	return zones.Look(ctx, by, zoning.Asked{Area: c.Area, At: at, Known: known})
}

// cityMoment reads a moment with its zone, or one of the clocks in Vietnam.
func cityMoment(text string, now instant.Micros) (instant.Micros, error) {
	if text == "" {
		return 0, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return instant.Of(t), nil
	}
	return i18n.ParseMoment(text, now, instant.Vietnam())
}

func printLook(v zoning.Look, lang string) {
	say := func(vi, en string) string {
		if lang == "vi" {
			return vi
		}
		return en
	}
	moment := func(at instant.Micros) string {
		if at == instant.Forever {
			return "…"
		}
		return at.In(instant.Vietnam()).Format("15:04 02/01/2006")
	}
	fmt.Printf("%s (%s), %s\n", v.Area.Name, v.Area.Code, moment(v.At))
	fmt.Printf("%s – %s\n", moment(v.Now.From), moment(v.Now.To))
	for _, x := range v.Now.Said {
		fmt.Printf("  %-14s %s · %s · %s\n", x.Layer, say(x.Class.Vi, x.Class.En), x.Short, strings.TrimSpace(x.Basis.Symbol+" "+x.Basis.Clause))
	}
	for _, e := range v.Now.Rules.Entries {
		for _, h := range e.Held {
			fmt.Printf("  - %s\n", say(h.Sentence().Vi, h.Sentence().En))
		}
	}
	for _, x := range v.Now.Rules.Extras {
		fmt.Printf("  - %s\n", x.Text)
	}
	if v.Next != nil {
		fmt.Printf("%s %s:\n", say("Từ", "From"), moment(v.Next.From))
		for _, x := range v.Next.Said {
			fmt.Printf("  %-14s %s · %s\n", x.Layer, say(x.Class.Vi, x.Class.En), x.Short)
		}
	}
}
