package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"phaodai/internal/fault"
)

// Cost is the work of one argon2id hash (Biryukov, Dinu, Khovratovich 2016;
// RFC 9106): Memory in KiB, Time passes, Threads lanes. A stored hash carries
// its own, so that the cost can rise later.
type Cost struct {
	Memory  uint32
	Time    uint32
	Threads uint8
}

// Bounds on what a stored hash may ask for, against a tampered row.
const (
	maxMemory = 256 << 10
	maxTime   = 16
)

// hasher hashes passwords, a few at a time, so that many sign-ins at once
// cannot take the machine's memory.
type hasher struct {
	random io.Reader
	cost   Cost
	gate   chan struct{}
}

func newHasher(random io.Reader, cost Cost) *hasher {
	return &hasher{random: random, cost: cost, gate: make(chan struct{}, 4)}
}

// hash returns the stored form: "argon2id$m,t,p$salt$key".
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, 16)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", err
	}
	key, err := h.derive(ctx, password, salt, h.cost)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("argon2id$%d,%d,%d$%s$%s", h.cost.Memory, h.cost.Time, h.cost.Threads, b64(salt), b64(key)), nil
}

func (h *hasher) derive(ctx context.Context, password string, salt []byte, c Cost) ([]byte, error) {
	select {
	case h.gate <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.gate }()
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, c.Time, c.Memory, c.Threads, 32), nil
}

// matches compares a password with a stored hash. An empty or broken hash
// costs the same work as a real one and matches nothing.
func (h *hasher) matches(ctx context.Context, password, stored string) (bool, error) {
	salt, want, cost, ok := parseHash(stored)
	if !ok {
		salt, cost = make([]byte, 16), h.cost
	}
	got, err := h.derive(ctx, password, salt, cost)
	return ok && subtle.ConstantTimeCompare(got, want) == 1, err
}

func parseHash(stored string) (salt, key []byte, c Cost, ok bool) {
	part := strings.Split(stored, "$")
	if len(part) != 4 || part[0] != "argon2id" {
		return nil, nil, c, false
	}
	if _, err := fmt.Sscanf(part[1], "%d,%d,%d", &c.Memory, &c.Time, &c.Threads); err != nil {
		return nil, nil, c, false
	}
	salt, err := base64.RawStdEncoding.DecodeString(part[2])
	key, err2 := base64.RawStdEncoding.DecodeString(part[3])
	ok = err == nil && err2 == nil && len(key) == 32 && len(salt) >= 8 &&
		c.Memory <= maxMemory && c.Time >= 1 && c.Time <= maxTime && c.Threads >= 1
	return salt, key, c, ok
}

// common are passwords that everybody tries first. Longer than that they are
// not worth a list: the rate limit is what guards.
var common = []string{"1234567890", "0123456789", "password", "matkhau", "qwertyuiop", "phaodai", "longbien", "vietnam"}

// checkPassword tells what is wrong with a new password.
func (s *Service) checkPassword(field, login, password string) error {
	f := fault.New(fault.Invalid, "auth.password_weak")
	folded := strings.ToLower(password)
	switch n := utf8.RuneCountInString(password); {
	case n < s.policy.MinLength:
		f.At(field, "auth.password_short", "Min", s.policy.MinLength)
	case n > 128:
		f.At(field, "auth.password_long", "Max", 128)
	case strings.Contains(folded, strings.ToLower(login)):
		f.At(field, "auth.password_login")
	default:
		for _, c := range common {
			if strings.Trim(strings.ReplaceAll(folded, c, ""), "0123456789!@#. ") == "" {
				f.At(field, "auth.password_common")
				break
			}
		}
	}
	return f.OrNil()
}
