package extract

import (
	"context"
	"os"
	"path/filepath"
	"unicode"

	"golang.org/x/sync/errgroup"

	"phaodai/internal/fault"
)

// abreast is how many pages OCR reads at a time.
const abreast = 2

func (e *Extractor) pdf(ctx context.Context, data []byte, progress Progress) (Result, error) {
	dir, err := os.MkdirTemp("", "phaodai-extract")
	if err != nil {
		return Result{}, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "in.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return Result{}, err
	}
	count, err := e.describe(ctx, path)
	if err != nil {
		return Result{}, err
	}
	progress.report(0, count)
	pages, err := e.layer(ctx, path, count)
	if err != nil {
		return Result{}, err
	}
	scans, err := e.pictures(ctx, path)
	if err != nil {
		return Result{}, err
	}
	var todo []int
	for i, p := range pages {
		if unread(p, scans[i+1] > 0) {
			todo = append(todo, i)
		}
	}
	progress.report(count-len(todo), count)
	err = e.scan(ctx, todo, pages, progress, func(ctx context.Context, i int) ([]byte, error) {
		return e.draw(ctx, path, i+1, pages[i], resolution(scans[i+1]))
	}, func(i int) int { return resolution(scans[i+1]) })
	if err != nil {
		return Result{}, err
	}
	return finish(pages, len(todo))
}

// scan reads the pages of todo by OCR, a few at a time.
func (e *Extractor) scan(ctx context.Context, todo []int, pages []page, progress Progress, draw func(context.Context, int) ([]byte, error), dots func(int) int) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(abreast)
	read := make(chan struct{})
	go func() {
		for _, i := range todo {
			group.Go(func() error {
				picture, err := draw(ctx, i)
				if err != nil {
					return err
				}
				p, err := e.recognise(ctx, picture, i+1, dots(i))
				if err != nil {
					return err
				}
				pages[i] = p
				read <- struct{}{}
				return nil
			})
		}
		group.Wait() //nolint:errcheck // asked for again below
		close(read)
	}()
	done := len(pages) - len(todo)
	for range read {
		done++
		progress.report(done, len(pages))
	}
	return group.Wait()
}

// finish makes the result of pages.
func finish(pages []page, scanned int) (Result, error) {
	r := Result{Text: unwrap(pages), Method: PDF, Pages: len(pages), Scanned: scanned}
	if scanned > 0 {
		r.Method, r.Confidence = OCR, certainty(pages)
	}
	if letters, _, _ := count(r.Text); letters < 8 {
		return Result{}, fault.New(fault.Invalid, "extract.no_text")
	}
	return r, nil
}

func certainty(pages []page) float64 {
	sum, n := 0.0, 0
	for _, p := range pages {
		for _, l := range p.lines {
			for _, w := range l.words {
				if p.scanned {
					sum += w.sure
					n++
				}
			}
		}
	}
	return sum / float64(max(n, 1))
}

// unread tells whether a page must be read as a picture: it has no text layer
// worth the name; only the stamp of a digital signature lies over the scan; the
// layer of a scanner that knows no Vietnamese; or letters in an old code.
func unread(p page, scan bool) bool {
	letters, tones, odd := 0, 0, 0
	for _, l := range p.lines {
		a, b, c := count(l.text())
		letters, tones, odd = letters+a, tones+b, odd+c
	}
	switch {
	case letters < 8:
		return true
	case odd*20 > letters:
		return true
	case scan:
		return letters < 250 || tones*20 < letters
	}
	return false
}

// count counts letters, those that only Vietnamese has, and signs that stand in
// no Vietnamese text but in one of an old code read as Latin-1.
func count(s string) (letters, tones, odd int) {
	for _, r := range s {
		switch {
		case r >= 0x1EA0 && r <= 0x1EF9, r >= 0x0102 && r <= 0x01B0:
			letters++
			tones++
		case r == unicode.ReplacementChar, r >= 0xE000 && r <= 0xF8FF, r >= 0x80 && r <= 0xFF && oldCode[r]:
			odd++
		case unicode.IsLetter(r):
			letters++
		}
	}
	return letters, tones, odd
}

// oldCode are the signs of Latin-1 that TCVN3 puts its Vietnamese letters at.
var oldCode = func() map[rune]bool {
	m := map[rune]bool{}
	for _, r := range "¡¢£¤¥¦§¨©ª¬®¯±µ¶·¸¹¼¾ÆÇÏÖ×ØÜÞßäåæçëîïñö÷øûüþÿ" {
		m[r] = true
	}
	return m
}()
