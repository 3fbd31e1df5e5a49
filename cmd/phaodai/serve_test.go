package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/config"
	"phaodai/internal/demo"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
)

const sentence = "nước chảy đá mòn"

// running is a server as the binary runs it.
type running struct {
	*App
	url  string
	log  *bytes.Buffer // read after stop only
	stop func() error
}

func run(t *testing.T, conf config.Config) *running {
	t.Helper()
	conf.Address = "127.0.0.1:0"
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{log: &bytes.Buffer{}}
	ready, done := make(chan net.Addr, 1), make(chan error, 1)
	go func() {
		done <- serve(ctx, conf, r.log, func(a *App, at net.Addr) {
			r.App = a
			ready <- at
		})
	}()
	stopped := false
	r.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-done
	}
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Error(err)
		}
	})
	select {
	case at := <-ready:
		r.url = "http://" + at.String()
		if conf.TLS.Key != "" {
			r.url = "https://" + at.String()
		}
	case err := <-done:
		stopped = true
		t.Fatalf("the server ended: %v\n%s", err, r.log)
	}
	return r
}

func settings(t *testing.T) config.Config {
	c := config.Default()
	c.Data = t.TempDir()
	return c
}

func fetch(t testing.TB, client *http.Client, r *http.Request) (int, string, http.Header) {
	t.Helper()
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body), answer.Header
}

func request(t testing.TB, method, url, token, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return r
}

// account makes an administrator and signs him in over the API.
func (r *running) account(t *testing.T, login string) (token string) {
	t.Helper()
	_, err := r.Auth.OpenAccount(t.Context(), auth.System(r.Clock.Now(), r.Clock.Wall()), auth.OpenInput{
		Login: login, Password: sentence, Name: "Quản trị", Role: "admin", UnitPath: "/",
	})
	if err != nil {
		t.Fatal(err)
	}
	return r.signIn(t, http.DefaultClient, login)
}

func (r *running) signIn(t *testing.T, client *http.Client, login string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"login": login, "password": sentence})
	if err != nil {
		t.Fatal(err)
	}
	status, text, _ := fetch(t, client, request(t, "POST", r.url+"/api/v1/session", "", string(body)))
	var me struct{ Token string }
	if err := json.Unmarshal([]byte(text), &me); err != nil || status != 200 || me.Token == "" {
		t.Fatalf("sign-in: %d %s", status, text)
	}
	return me.Token
}

func TestServeAnswersTellsItsHealthAndStopsCleanly(t *testing.T) {
	conf := settings(t)
	r := run(t, conf)
	for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ready", "/metrics": "phaodai_audit_unsealed", "/dang-nhap": "Đăng nhập", "/api/v1/openapi.json": `"openapi":"3.1`} {
		if status, body, _ := fetch(t, http.DefaultClient, request(t, "GET", r.url+path, "", "")); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.200s", path, status, body)
		}
	}
	_, _, header := fetch(t, http.DefaultClient, request(t, "GET", r.url+"/dang-nhap", "", ""))
	for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "X-Request-Id"} {
		if header.Get(name) == "" {
			t.Errorf("no header %s", name)
		}
	}
	token := r.account(t, "quantri")
	// Another site's form is refused even with the session.
	other := request(t, "POST", r.url+"/api/v1/session/lock", token, "{}")
	other.Header.Set("Sec-Fetch-Site", "cross-site")
	if status, _, _ := fetch(t, http.DefaultClient, other); status != http.StatusForbidden {
		t.Errorf("a request of another site gives %d", status)
	}
	huge := request(t, "POST", r.url+"/api/v1/session", "", `{"login":"`+strings.Repeat("x", 1<<20)+`"}`)
	if status, _, _ := fetch(t, http.DefaultClient, huge); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body over its limit gives %d", status)
	}
	if err := r.stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	log := r.log.String()
	for _, secret := range []string{token, sentence, "127.0.0.1:", "quantri"} {
		lines := log[strings.Index(log, "msg=request"):]
		if strings.Contains(lines, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	verify := &auditVerifyCmd{configured: configured{Data: conf.Data}}
	if err := verify.Run(); err != nil {
		t.Errorf("audit after the stop: %v", err)
	}
}

func TestServeSpeaksTLSFromFiles(t *testing.T) {
	conf := settings(t)
	pool := certificate(t, &conf)
	r := run(t, conf)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	status, _, header := fetch(t, client, request(t, "GET", r.url+"/dang-nhap", "", ""))
	if status != 200 || header.Get("Strict-Transport-Security") == "" {
		t.Errorf("status %d, headers %v", status, header)
	}
	client.CloseIdleConnections()
}

// certificate writes a certificate for 127.0.0.1 and names it in the settings.
func certificate(t *testing.T, conf *config.Config) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "phaodai"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, der []byte) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	conf.TLS.Certificate, conf.TLS.Key = write("cert.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", secret)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return pool
}

func TestTwoProcessesShareOnePostgreSQL(t *testing.T) {
	conf := settings(t)
	conf.Database = testkit.PostgresURL(t)
	first := run(t, conf)
	if err := first.Clock.Set(t.Context(), demo.Start(), 1, true); err != nil {
		t.Fatal(err)
	}
	second := run(t, conf)
	token := first.account(t, "quantri")
	// A session of one is a session of the other, and so is the clock that one sets.
	status, body, _ := fetch(t, http.DefaultClient, request(t, "PUT", first.url+"/api/v1/clock", token, `{"ahead_seconds":3600}`))
	if status != 200 {
		t.Fatalf("clock: %d %s", status, body)
	}
	want := demo.Start().Add(time.Hour)
	for deadline := time.Now().Add(20 * time.Second); second.Clock.Now() != want; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the second process is at %v, want %v", second.Clock.Now(), want)
		}
	}
	status, body, _ = fetch(t, http.DefaultClient, request(t, "POST", second.url+"/api/v1/audit/verify", token, ""))
	var report audit.Report
	if err := json.Unmarshal([]byte(body), &report); err != nil || status != 200 || report.Finding != nil {
		t.Errorf("verify by the second process: %d %s", status, body)
	}
}

func TestBackupAndRestoreByCommandBetweenTheEngines(t *testing.T) {
	conf := settings(t)
	r := run(t, conf)
	token := r.account(t, "quantri")
	file := filepath.Join(t.TempDir(), "saved")
	from := configured{Data: conf.Data}
	if err := (&backupCmd{from, file}).Run(); err != nil { // while it serves
		t.Fatal(err)
	}
	to := configured{Data: t.TempDir(), Database: testkit.PostgresURL(t)}
	if err := (&restoreCmd{configured: to, File: file, Check: true}).Run(); err != nil {
		t.Fatal(err)
	}
	if err := (&restoreCmd{configured: to, File: file}).Run(); err != nil {
		t.Fatal(err)
	}
	var said *said
	if err := (&restoreCmd{configured: to, File: file}).Run(); !asSaid(err, &said) || said.code != exitCode(fault.New(fault.Conflict, "")) {
		t.Errorf("a second restore: %v", err)
	}
	conf.Data, conf.Database = to.Data, to.Database
	restored := run(t, conf)
	status, body, _ := fetch(t, http.DefaultClient, request(t, "GET", restored.url+"/api/v1/session", token, ""))
	if status != 200 || !strings.Contains(body, "quantri") {
		t.Errorf("the session after the restore: %d %s", status, body)
	}
}

func asSaid(err error, into **said) bool {
	s, ok := err.(*said)
	*into = s
	return ok
}

func TestAuditVerifyByCommandNamesTamperingWithItsExitCode(t *testing.T) {
	conf := settings(t)
	r := run(t, conf)
	r.account(t, "quantri")
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	where := configured{Data: conf.Data}
	tamper(t, conf.Location(), "UPDATE audit SET reason = 'x' WHERE seq = 1")
	var said *said
	if err := (&auditVerifyCmd{configured: where}).Run(); !asSaid(err, &said) || said.code == 0 || !strings.Contains(said.text, "1") {
		t.Errorf("verify: %v", err)
	}
	if err := (&auditVerifyCmd{configured: configured{Data: t.TempDir()}}).Run(); !asSaid(err, &said) || said.code != 3 {
		t.Errorf("without a store: %v", err)
	}
}

// One spelling for every field of the API: what "phaodai read" prints, the
// labels and the answers of the server are read by the same programs.
func TestEveryFieldOfTheAPIIsSpelledInSnakeCase(t *testing.T) {
	r := run(t, settings(t))
	_, text, _ := fetch(t, http.DefaultClient, request(t, "GET", r.url+"/api/v1/openapi.json", "", ""))
	var doc struct {
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	fields := 0
	for schema, s := range doc.Components.Schemas {
		for name := range s.Properties {
			fields++
			if name != "$schema" && strings.ToLower(name) != name {
				t.Errorf("%s.%s is not in snake_case", schema, name)
			}
		}
	}
	if fields < 100 {
		t.Errorf("only %d fields described", fields)
	}
	if err := r.stop(); err != nil {
		t.Error(err)
	}
}
