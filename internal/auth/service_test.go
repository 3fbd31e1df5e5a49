package auth_test

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/testkit"
)

const password = "nước chảy đá mòn"

// desk is a service on a store with a clock that the test moves.
type desk struct {
	*auth.Service
	wall     time.Time
	posts    map[string][]auth.Acting
	recorded []string
}

func (d *desk) Now() instant.Micros  { return instant.Of(d.wall) }
func (d *desk) Wall() instant.Micros { return instant.Of(d.wall) }

func newDesk(store *db.DB) *desk {
	d := &desk{wall: time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC), posts: map[string][]auth.Acting{}}
	policy := auth.DefaultPolicy()
	policy.Cost = auth.Cost{Memory: 64, Time: 1, Threads: 1}
	d.Service = auth.New(auth.Parts{
		Store: store, IDs: id.NewSource(time.Now, rand.Reader), Clock: d, Random: rand.Reader, Policy: policy,
		People: func(_ context.Context, person string, _ instant.Micros) (string, []auth.Acting, error) {
			return "Nguyễn Văn A", d.posts[person], nil
		},
		Record: func(_ *db.Tx, _ auth.Actor, action, _, _, _ string, _ ...string) error {
			d.recorded = append(d.recorded, action)
			return nil
		},
	})
	return d
}

func (d *desk) system() auth.Actor { return auth.System(d.Now(), d.Wall()) }

func (d *desk) account(t *testing.T, in auth.OpenInput) auth.Account {
	t.Helper()
	in.Password = password
	if in.UnitPath == "" {
		in.UnitPath = "/01/004/"
	}
	a, err := d.OpenAccount(t.Context(), d.system(), in)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (d *desk) signIn(t *testing.T, login string) string {
	t.Helper()
	token, _, err := d.SignIn(t.Context(), login, password, auth.Place{Address: "10.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (d *desk) resume(t *testing.T, token string) auth.Session {
	t.Helper()
	s, err := d.Resume(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func wantKey(t *testing.T, what string, err error, key string) {
	t.Helper()
	if got := fault.KeyOf(err); err == nil || got != key {
		t.Errorf("%s: got %v, want %s", what, err, key)
	}
}

func each(t *testing.T, run func(t *testing.T, d *desk)) {
	testkit.Each(t, func(t *testing.T, store *db.DB) { run(t, newDesk(store)) })
}

func TestSignInGivesTheRightsOfThePostActedAs(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.posts["p1"] = []auth.Acting{
			{Post: "ward", Title: "Chủ tịch UBND P. Cự Khối", UnitPath: "/01/004/145/", Grants: []auth.Grant{{Role: "unit_head", Path: "/01/004/145/", Level: auth.Internal}}},
			{Post: "party", Title: "Phó Bí thư Đảng ủy", UnitPath: "/01/004/145/", Grants: []auth.Grant{{Role: "staff", Path: "/01/004/145/", Level: auth.Internal}}},
		}
		d.account(t, auth.OpenInput{Login: "Cukhoi.ct", Person: "p1"})
		token := d.signIn(t, " cukhoi.CT ")
		s := d.resume(t, token)
		if s.Actor.Post != "ward" || s.Actor.Name != "Nguyễn Văn A" || !s.Actor.Can(auth.TaskAssign, "/01/004/145/", auth.Internal) {
			t.Errorf("actor = %+v", s.Actor)
		}
		if s.Actor.Can(auth.TaskRead, "/01/004/", auth.Internal) {
			t.Error("a ward's post reads the district")
		}
		if err := d.ActAs(t.Context(), token, "party"); err != nil {
			t.Fatal(err)
		}
		if s = d.resume(t, token); s.Actor.Post != "party" || s.Actor.Can(auth.TaskAssign, "/01/004/145/", auth.Internal) {
			t.Errorf("after the change of post the actor is %+v", s.Actor)
		}
		wantKey(t, "a post of somebody else", d.ActAs(t.Context(), token, "other"), "auth.post_not_yours")
	})
}

func TestWrongPasswordsAreHeldByLoginAndByAddress(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.account(t, auth.OpenInput{Login: "vanthu"})
		try := func(login, pw, address string) error {
			_, _, err := d.SignIn(t.Context(), login, pw, auth.Place{Address: address})
			return err
		}
		for range 5 {
			wantKey(t, "wrong password", try("vanthu", "sai", "10.0.0.1"), "auth.wrong")
		}
		wantKey(t, "right password while held, from elsewhere", try("vanthu", password, "10.0.0.2"), "auth.too_many")
		d.wall = d.wall.Add(31 * time.Second)
		if err := try("vanthu", password, "10.0.0.2"); err != nil {
			t.Errorf("after the hold: %v", err)
		}
		for i := range 25 {
			wantKey(t, "unknown login", try("nobody"+string(rune('a'+i)), "x", "10.0.0.1"), "auth.wrong")
		}
		wantKey(t, "thirty misses of one address", try("vanthu", password, "10.0.0.1"), "auth.too_many")
		if err := try("vanthu", password, "10.0.0.9"); err != nil {
			t.Errorf("another address is held as well: %v", err)
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a := d.account(t, auth.OpenInput{Login: "vanthu", Role: "clerk"})
		admin := d.system()
		open := func(token string) bool { return d.resume(t, token).Actor.SignedIn() }

		out := d.signIn(t, "vanthu")
		if err := d.SignOut(t.Context(), out); err != nil || open(out) {
			t.Errorf("signed out, yet open (%v)", err)
		}
		idle := d.signIn(t, "vanthu")
		d.wall = d.wall.Add(13 * time.Hour)
		if open(idle) {
			t.Error("open after 13 idle hours")
		}
		old := d.signIn(t, "vanthu")
		for range 30 {
			d.wall = d.wall.Add(6 * time.Hour)
			open(old)
		}
		if open(old) {
			t.Error("open after more than 7 days of use")
		}
		revoked, kept := d.signIn(t, "vanthu"), d.signIn(t, "vanthu")
		by := d.resume(t, kept).Actor
		list, err := d.Sessions(t.Context(), by, a.ID)
		if err != nil || len(list) != 2 {
			t.Fatalf("sessions = %v, %v; want 2", list, err)
		}
		if err := d.Revoke(t.Context(), by, a.ID, d.resume(t, revoked).ID); err != nil || open(revoked) || !open(kept) {
			t.Errorf("revoke: %v, revoked open %v, other open %v", err, open(revoked), open(kept))
		}
		other := d.signIn(t, "vanthu")
		const fresh = "mưa dầm thấm lâu"
		if err := d.ChangePassword(t.Context(), by, kept, password, fresh); err != nil || open(other) || !open(kept) {
			t.Errorf("change of password: %v, other open %v, own open %v", err, open(other), open(kept))
		}
		if err := d.Disable(t.Context(), admin, auth.ChangeInput{Account: a.ID}); err != nil || open(kept) {
			t.Errorf("disabled: %v, open %v", err, open(kept))
		}
		_, _, err = d.SignIn(t.Context(), "vanthu", fresh, auth.Place{})
		wantKey(t, "a disabled account", err, "auth.wrong")
	})
}

func TestALockedSessionMayNothingUntilThePINOrPassword(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.account(t, auth.OpenInput{Login: "truc", Role: "duty_officer"})
		token := d.signIn(t, "truc")
		by := d.resume(t, token).Actor
		if err := d.SetPIN(t.Context(), by, password, "246810"); err != nil {
			t.Fatal(err)
		}
		for range 11 { // a page left open asks by itself, which is no use
			d.wall = d.wall.Add(time.Minute)
			if _, err := d.Look(t.Context(), token); err != nil {
				t.Fatal(err)
			}
		}
		if s := d.resume(t, token); !s.Locked || s.Actor.SignedIn() {
			t.Fatalf("after 11 minutes: locked %v, actor %+v", s.Locked, s.Actor)
		}
		wantKey(t, "wrong PIN", d.Unlock(t.Context(), token, "000000"), "auth.unlock_wrong")
		if err := d.Unlock(t.Context(), token, "246810"); err != nil || !d.resume(t, token).Actor.Can(auth.DutyStand, "/01/004/", auth.Internal) {
			t.Errorf("unlock: %v", err)
		}
		if err := d.Lock(t.Context(), token); err != nil || d.resume(t, token).Actor.SignedIn() {
			t.Errorf("quick lock: %v", err)
		}
		if err := d.Unlock(t.Context(), token, password); err != nil {
			t.Errorf("unlock by password: %v", err)
		}
		if err := d.Lock(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			wantKey(t, "wrong PIN", d.Unlock(t.Context(), token, "000000"), "auth.unlock_wrong")
		}
		wantKey(t, "fifth wrong PIN", d.Unlock(t.Context(), token, "000000"), "auth.unlock_ended")
		wantKey(t, "the right PIN afterwards", d.Unlock(t.Context(), token, "246810"), "auth.unsigned")
	})
}

func TestAPasswordThatMustBeChangedGivesNoRights(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a := d.account(t, auth.OpenInput{Login: "lanhdao", Role: "leader", MustChange: true})
		token := d.signIn(t, "lanhdao")
		s := d.resume(t, token)
		if !s.MustChange || !s.Actor.SignedIn() || s.Actor.Anywhere(auth.DocumentRead) {
			t.Errorf("session = %+v", s)
		}
		for fresh, key := range map[string]string{"ngắn": "auth.password_weak", "Lanhdao12345": "auth.password_weak", "1234567890": "auth.password_weak", password: "auth.password_weak"} {
			wantKey(t, fresh, d.ChangePassword(t.Context(), s.Actor, token, password, fresh), key)
		}
		wantKey(t, "wrong old", d.ChangePassword(t.Context(), s.Actor, token, "sai", "mưa dầm thấm lâu"), "auth.password_old")
		if err := d.ChangePassword(t.Context(), s.Actor, token, password, "mưa dầm thấm lâu"); err != nil {
			t.Fatal(err)
		}
		if s = d.resume(t, token); s.MustChange || !s.Actor.Anywhere(auth.DocumentRead) {
			t.Errorf("after the change: %+v", s)
		}
		if err := d.ResetPassword(t.Context(), d.system(), auth.ChangeInput{Account: a.ID}, "gừng cay muối mặn"); err != nil {
			t.Fatal(err)
		}
		if d.resume(t, token).Actor.SignedIn() {
			t.Error("a reset left the session open")
		}
	})
}

func TestAnAdministratorManagesHisSubtreeOnly(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.posts["chief"] = []auth.Acting{{Post: "x", UnitPath: "/01/004/", Grants: []auth.Grant{{Role: "leader", Path: "/01/004/", Level: auth.Internal}}}}
		d.account(t, auth.OpenInput{Login: "qt.phuong", Role: "admin", UnitPath: "/01/004/145/"})
		inside := d.account(t, auth.OpenInput{Login: "trong", UnitPath: "/01/004/145/"})
		outside := d.account(t, auth.OpenInput{Login: "ngoai", UnitPath: "/01/004/150/"})
		by := d.resume(t, d.signIn(t, "qt.phuong")).Actor
		list, err := d.Accounts(t.Context(), by, auth.AccountFilter{Limit: 10})
		if err != nil || len(list) != 2 {
			t.Errorf("accounts = %v, %v; want the two of the ward", list, err)
		}
		wantKey(t, "outside", d.Disable(t.Context(), by, auth.ChangeInput{Account: outside.ID}), "auth.account_not_found")
		wantKey(t, "stale", d.Disable(t.Context(), by, auth.ChangeInput{Account: inside.ID, Version: 9}), "auth.account_changed")
		if err := d.Disable(t.Context(), by, auth.ChangeInput{Account: inside.ID, Version: inside.Version}); err != nil {
			t.Error(err)
		}
		_, err = d.OpenAccount(t.Context(), by, auth.OpenInput{Login: "them", Password: password, UnitPath: "/01/004/150/"})
		wantKey(t, "an account elsewhere", err, "auth.denied")
		_, err = d.OpenAccount(t.Context(), by, auth.OpenInput{Login: "them", Password: password, UnitPath: "/01/004/145/", Person: "chief"})
		wantKey(t, "an account of the district's leader", err, "auth.denied")
		_, err = d.OpenAccount(t.Context(), by, auth.OpenInput{Login: "trong", Password: password, UnitPath: "/01/004/145/"})
		wantKey(t, "a login twice", err, "auth.login_taken")
		first, err := d.OpenAccount(t.Context(), by, auth.OpenInput{Key: "k1", Login: "moi", Password: password, UnitPath: "/01/004/145/"})
		again, err2 := d.OpenAccount(t.Context(), by, auth.OpenInput{Key: "k1", Login: "moi", Password: password, UnitPath: "/01/004/145/"})
		if err != nil || err2 != nil || first.ID != again.ID {
			t.Errorf("a repeated send: %v %v, %s and %s", err, err2, first.ID, again.ID)
		}
	})
}
