package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"phaodai/internal/demo"
)

// BenchmarkPublicPage asks the whole program over the loopback for the public
// page, beside the limit of 2,000 answers a second with the asking on the same
// processors: one place again and again, and 1,000 addresses in turn.
func BenchmarkPublicPage(b *testing.B) {
	ctx, cancel := context.WithCancel(context.Background())
	type place struct {
		url   string
		codes []string
	}
	ready, ended := make(chan place, 1), make(chan error, 1)
	go func() {
		c := demoCmd{Addr: "127.0.0.1:0", Data: b.TempDir()}
		ended <- c.serve(ctx, io.Discard, io.Discard, func(a *App, _ demoNote, at net.Addr) {
			p := place{url: "http://" + at.String()}
			for _, x := range a.Zoning.Board().Areas(demo.DistrictPath, a.Clock.Now()) {
				p.codes = append(p.codes, x.Code)
			}
			ready <- p
		})
	}()
	var p place
	select {
	case p = <-ready:
	case err := <-ended:
		b.Fatal(err)
	}
	defer func() { cancel(); <-ended }()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	for name, n := range map[string]int{"one place": 1, "1000 addresses": 1000} {
		b.Run(name, func(b *testing.B) {
			var next atomic.Int64
			took := make([]time.Duration, b.N)
			var wg sync.WaitGroup
			for range 16 {
				wg.Go(func() {
					for i := int(next.Add(1)) - 1; i < b.N; i = int(next.Add(1)) - 1 {
						k := i % n
						start := time.Now()
						if status, err := read(client, fmt.Sprintf("%s/o/%s?n=%d", p.url, p.codes[k%len(p.codes)], k/len(p.codes))); status != http.StatusOK {
							b.Errorf("%d %v", status, err)
							return
						}
						took[i] = time.Since(start)
					}
				})
			}
			wg.Wait()
			slices.Sort(took)
			rate := float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(rate, "answers/s")
			b.ReportMetric(2000/rate, "of-limit")
			b.ReportMetric(took[b.N/2].Seconds()*1000, "p50-ms")
			b.ReportMetric(took[b.N*99/100].Seconds()*1000, "p99-ms")
		})
	}
}

func read(client *http.Client, url string) (int, error) {
	answer, err := client.Get(url)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, err
}
