# Pháo Đài. The two commands that matter: make demo, make test.
# ADDR and DATA choose where the demo listens and keeps its data.

ADDR ?= 127.0.0.1:8080
DATA ?= data/demo
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
GOSRC := $(shell find cmd internal -name '*.go' -o -name '*.sql' -o -name '*.yaml' -o -name '*.html' -o -path '*/asset/*' -type f 2>/dev/null)
WEBSRC := $(shell find web -path web/node_modules -prune -o -type f -print 2>/dev/null)
DIST := internal/web/asset/dist

.PHONY: build demo test check soak bench screenshots pages format clean
.DEFAULT_GOAL := build

build: pages
	@mkdir -p bin
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/phaodai ./cmd/phaodai

# The pages' scripts and styles, bundled into what the binary embeds.
ifneq ($(wildcard web/package-lock.json),)
pages: $(DIST)/manifest.json
else
pages:
endif

web/node_modules/.done: web/package-lock.json web/package.json
	cd web && npm ci --no-audit --no-fund --prefer-offline --loglevel=error
	@touch $@

$(DIST)/manifest.json: web/node_modules/.done $(WEBSRC)
	cd web && npm run --silent build

demo: build
	@.ci/needs read || true
	bin/phaodai demo --addr $(ADDR) --data $(DATA)

# Everything: both databases, a real browser, the programs that read scans.
test: needs-test build
	@test -z "$$(gofmt -l cmd internal)" || { gofmt -l cmd internal; echo "not formatted: make format"; exit 1; }
	cd web && npm run --silent check
	go vet ./...
	@.ci/test

.PHONY: needs-test
needs-test:
	@.ci/needs all install

# Quick, while working: format, vet, staticcheck, the tests without a database.
UNIT = $(shell go list -f '{{$$d := .Dir}}{{if or .TestGoFiles .XTestGoFiles}}{{$$d}}{{end}}' ./... | while read d; do \
	grep -lqE 'testkit\.|chromedp|webtest\.' $$d/*_test.go || echo $$d; done)
check: pages
	@test -z "$$(gofmt -l cmd internal)" || { gofmt -l cmd internal; echo "not formatted: make format"; exit 1; }
	cd web && npm run --silent check
	go vet ./...
	go run honnef.co/go/tools/cmd/staticcheck ./...
	go test -p 2 -timeout 2m $(UNIT)

# The long form of the crash and history tests.
soak: needs-test build
	PHAODAI_SOAK=50 go test -p 1 -count 1 -timeout 80m -run 'Soak|Crash|History' -v ./cmd/phaodai ./internal/...

# make bench NAME=Read: one benchmark with its baseline; the last line is JSON.
NAME ?= .
bench: pages
	@.ci/bench '$(NAME)'

# Pictures of every main page at phone and desktop size, in screenshots/.
screenshots: needs-test build
	SCREENSHOTS=$(CURDIR)/screenshots go test -count 1 -timeout 20m -run 'Browser|Screenshot' ./cmd/phaodai ./internal/web/...

format:
	gofmt -w cmd internal

clean:
	rm -rf bin $(DIST)/[!.]* web/node_modules screenshots
