// Package tourpage is the guided tour of an exercise: what happens when, where
// to look and as whom, and a button for who steers the clock to be there.
package tourpage

import (
	"embed"
	"fmt"
	"time"

	"gopkg.in/yaml.v3"

	"phaodai/internal/admin"
	"phaodai/internal/auth"
	"phaodai/internal/instant"
	"phaodai/internal/web"
	"phaodai/internal/worldclock"
)

//go:embed template/*.html
var files embed.FS

//go:embed tour.yaml
var tourYAML []byte

// stop is one moment of the tour.
type stop struct {
	At     string      `yaml:"at"`
	Vi     string      `yaml:"vi"`
	En     string      `yaml:"en"`
	LookVi string      `yaml:"look_vi"`
	LookEn string      `yaml:"look_en"`
	As     string      `yaml:"as"` // login
	Links  [][3]string `yaml:"links"`
	moment instant.Micros
}

// Title is what happens, in a language; Look where to look.
func (s stop) Title(lang string) string { return pick(lang, s.Vi, s.En) }

// Look is what to look at, in a language.
func (s stop) Look(lang string) string { return pick(lang, s.LookVi, s.LookEn) }

// Moment is when it happens.
func (s stop) Moment() instant.Micros { return s.moment }

func pick(lang, vi, en string) string {
	if lang == "en" {
		return en
	}
	return vi
}

// Pages adds the tour. system steers the clock.
func Pages(system *admin.Service) web.Area {
	stops, err := read()
	if err != nil {
		panic(err) // embedded: wrong only in development
	}
	p := pages{system, stops}
	return func(k *web.Kit) {
		k.Templates("tour", files)
		k.Page("/tham-quan", auth.Anyone, p.tour)
		k.Form("/tham-quan/den", auth.ClockSet, p.jump, p.tour)
	}
}

func read() ([]stop, error) {
	var stops []stop
	if err := yaml.Unmarshal(tourYAML, &stops); err != nil {
		return nil, fmt.Errorf("tourpage: %w", err)
	}
	for i := range stops {
		t, err := time.ParseInLocation("2006-01-02T15:04", stops[i].At, instant.Vietnam())
		if err != nil {
			return nil, fmt.Errorf("tourpage: %w", err)
		}
		stops[i].moment = instant.Of(t)
	}
	return stops, nil
}

type pages struct {
	system *admin.Service
	stops  []stop
}

type line struct {
	stop
	N    int
	Past bool
	Here bool // the newest that has come
}

type tourPage struct {
	Lines  []line
	Steers bool
	Speed  float64
	Speeds []float64
}

func (p pages) tour(r *web.Request) error {
	page := tourPage{Speeds: []float64{1, 60, 600, 3600}, Steers: r.By.Can(auth.ClockSet, "/", auth.Internal)}
	if s, ok := p.system.Clock(); ok {
		page.Speed = s.Speed
	}
	for i, s := range p.stops {
		past := s.moment <= r.Now()
		here := past && (i+1 == len(p.stops) || p.stops[i+1].moment > r.Now())
		page.Lines = append(page.Lines, line{s, i + 1, past, here})
	}
	return r.Render("tour/tour", page)
}

// jump moves the clock on to a moment of the tour.
func (p pages) jump(r *web.Request) error {
	var in struct {
		N     int     `form:"n"`
		Speed float64 `form:"speed"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	var c worldclock.Change
	if in.N >= 1 && in.N <= len(p.stops) {
		c.World = p.stops[in.N-1].moment
	}
	if in.Speed > 0 {
		c.Speed = &in.Speed
	}
	if _, err := p.system.SetClock(r.Context(), r.By, c); err != nil {
		return err
	}
	return r.Redirect("/tham-quan", "clock.done")
}
