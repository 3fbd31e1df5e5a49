// Package config reads the settings of a server: a TOML file, then the
// environment (PHAODAI_ADDRESS, PHAODAI_TLS_KEY ...), which wins. Everything is
// checked at the start, so that a wrong setting stops the server with a
// sentence instead of surprising somebody at three in the morning.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"phaodai/internal/fault"
)

// Config are the settings. The tags name the key of the file; the environment
// has the same name in capitals after PHAODAI_, with _ between section and key.
type Config struct {
	Address  string `toml:"address"`  // where it listens, "127.0.0.1:8080"
	Data     string `toml:"data"`     // folder of the data file, the audit key and checkpoints
	Database string `toml:"database"` // postgres:// URL; "" is a SQLite file in Data
	URL      string `toml:"url"`      // under which people reach it, for links in letters
	Hotline  string `toml:"hotline"`  // shown at the foot of every page

	PersonKey string `toml:"person_key"` // file of the key of personal values; "" is person.key in Data

	TLS     TLS     `toml:"tls"`
	Log     Log     `toml:"log"`
	Upload  Upload  `toml:"upload"`
	Session Session `toml:"session"`
	Mail    Mail    `toml:"mail"`
	Metrics Metrics `toml:"metrics"`
}

// TLS names the files of the certificate; both or none.
type TLS struct {
	Certificate string `toml:"certificate"`
	Key         string `toml:"key"`
}

// Log says how the log is written.
type Log struct {
	Format string `toml:"format"` // "text" or "json"
	Level  string `toml:"level"`  // "debug", "info", "warn", "error"
}

// Upload bounds files that are taken in.
type Upload struct {
	LimitMB int64 `toml:"limit_mb"`
}

// Session bounds sign-ins, on wall time.
type Session struct {
	Idle      Duration `toml:"idle"`
	Absolute  Duration `toml:"absolute"`
	LockAfter Duration `toml:"lock_after"`
}

// Mail is the SMTP server that letters go to; an empty host sends none.
type Mail struct {
	Host     string `toml:"host"`
	Port     int    `toml:"port"`
	User     string `toml:"user"`
	Password string `toml:"password"`
	From     string `toml:"from"`
	Security string `toml:"security"` // "starttls", "tls" or "none"
}

// Metrics says who may read /metrics: an address of its own, or with the pages
// from this machine only.
type Metrics struct {
	Address string `toml:"address"`
}

// Duration is a time.Duration written as "12h" or "90s".
type Duration time.Duration

// UnmarshalText reads a duration.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	*d = Duration(v)
	return err
}

// Default are the settings where nothing is said.
func Default() Config {
	return Config{
		Address: "127.0.0.1:8080", Data: "data",
		Log:     Log{Format: "text", Level: "info"},
		Upload:  Upload{LimitMB: 50},
		Session: Session{Idle: Duration(12 * time.Hour), Absolute: Duration(7 * 24 * time.Hour), LockAfter: Duration(10 * time.Minute)},
		Mail:    Mail{Port: 587, Security: "starttls"},
	}
}

// Load reads a file ("" for none) and the environment, and checks the result.
func Load(path string, env []string) (Config, error) {
	c := Default()
	if path != "" {
		if err := c.file(path); err != nil {
			return c, err
		}
	}
	if err := c.environment(env); err != nil {
		return c, err
	}
	return c, c.check()
}

func (c *Config) file(path string) error {
	meta, err := toml.DecodeFile(path, c)
	var parse toml.ParseError
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fault.Wrap(err, fault.NotFound, "config.no_file", "Path", path)
	case errors.As(err, &parse):
		return fault.Wrap(err, fault.Invalid, "config.syntax", "Path", path, "Line", parse.Position.Line, "Problem", parse.Message)
	case err != nil:
		return fault.Wrap(err, fault.Invalid, "config.unreadable", "Path", path, "Problem", err.Error())
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return fault.New(fault.Invalid, "config.unknown_key", "Path", path, "Name", unknown[0].String())
	}
	return nil
}

const prefix = "PHAODAI_"

// elsewhere are variables with the prefix that other parts read.
var elsewhere = map[string]bool{"LANG": true, "CONFIG": true, "PG": true, "SOAK": true, "LEFT_OUT": true}

func (c *Config) environment(env []string) error {
	fields := map[string]reflect.Value{}
	collect(fields, "", reflect.ValueOf(c).Elem())
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		short, ours := strings.CutPrefix(name, prefix)
		if !ours || elsewhere[short] {
			continue
		}
		field, ok := fields[short]
		if !ok {
			return fault.New(fault.Invalid, "config.unknown_variable", "Name", name)
		}
		if err := set(field, value); err != nil {
			return fault.Wrap(err, fault.Invalid, "config.wrong_value", "Name", name, "Problem", err.Error())
		}
	}
	return nil
}

// collect names every setting as the environment does.
func collect(into map[string]reflect.Value, section string, v reflect.Value) {
	for i := range v.NumField() {
		name := section + strings.ToUpper(v.Type().Field(i).Tag.Get("toml"))
		if v.Field(i).Kind() == reflect.Struct {
			collect(into, name+"_", v.Field(i))
			continue
		}
		into[name] = v.Field(i)
	}
}

func set(field reflect.Value, value string) error {
	switch p := field.Addr().Interface().(type) {
	case *string:
		*p = value
		return nil
	case *Duration:
		return p.UnmarshalText([]byte(value))
	default: // int and int64
		n, err := strconv.ParseInt(value, 10, 64)
		if err == nil {
			field.SetInt(n)
		}
		return err
	}
}

// check names every setting that cannot be right, all at once.
func (c *Config) check() error {
	f := fault.New(fault.Invalid, "config.wrong")
	wrong := func(bad bool, name, key string, args ...any) {
		if bad {
			f.At(name, key, args...)
		}
	}
	_, _, err := net.SplitHostPort(c.Address)
	wrong(err != nil, "address", "config.address", "Value", c.Address)
	if c.Metrics.Address != "" {
		_, _, err = net.SplitHostPort(c.Metrics.Address)
		wrong(err != nil, "metrics.address", "config.address", "Value", c.Metrics.Address)
	}
	wrong(c.Data == "", "data", "config.data")
	wrong(strings.Contains(c.Database, "://") && !postgres(c.Database), "database", "config.database")
	wrong((c.TLS.Certificate == "") != (c.TLS.Key == ""), "tls", "config.tls_both")
	for _, path := range []string{c.TLS.Certificate, c.TLS.Key} {
		_, err := os.Stat(path)
		wrong(path != "" && err != nil, "tls", "config.no_such_file", "Path", path)
	}
	wrong(c.Log.Format != "text" && c.Log.Format != "json", "log.format", "config.choice", "Value", c.Log.Format, "Choices", "text, json")
	wrong(!contains(c.Log.Level, "debug", "info", "warn", "error"), "log.level", "config.choice", "Value", c.Log.Level, "Choices", "debug, info, warn, error")
	wrong(c.Upload.LimitMB < 1 || c.Upload.LimitMB > 1024, "upload.limit_mb", "config.range", "Min", 1, "Max", 1024)
	wrong(c.Session.Idle < Duration(time.Minute), "session.idle", "config.too_short", "Min", "1m")
	wrong(c.Session.Absolute < c.Session.Idle, "session.absolute", "config.too_short", "Min", "session.idle")
	u, err := url.Parse(c.URL)
	wrong(c.URL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https"), "url", "config.url", "Value", c.URL)
	if c.Mail.Host != "" {
		wrong(!strings.Contains(c.Mail.From, "@"), "mail.from", "config.mail_from")
		wrong(c.Mail.Port < 1 || c.Mail.Port > 65535, "mail.port", "config.range", "Min", 1, "Max", 65535)
		wrong(!contains(c.Mail.Security, "starttls", "tls", "none"), "mail.security", "config.choice", "Value", c.Mail.Security, "Choices", "starttls, tls, none")
	}
	return f.OrNil()
}

func contains(s string, choices ...string) bool { return slices.Contains(choices, s) }

func postgres(location string) bool {
	return strings.HasPrefix(location, "postgres://") || strings.HasPrefix(location, "postgresql://")
}

// Location is what db.Open takes.
func (c Config) Location() string {
	if c.Database != "" {
		return c.Database
	}
	return c.Data + "/phaodai.db"
}

// String names the settings without secrets, for the log.
func (c Config) String() string {
	database := "sqlite"
	if c.Database != "" {
		database = "postgres"
	}
	return fmt.Sprintf("address=%s data=%s database=%s tls=%v mail=%v", c.Address, c.Data, database, c.TLS.Key != "", c.Mail.Host != "")
}
