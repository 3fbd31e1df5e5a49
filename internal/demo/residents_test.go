package demo_test

import (
	"crypto/rand"
	"path/filepath"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/directive"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/people"
	"phaodai/internal/task"
	"phaodai/internal/testkit"
	"phaodai/internal/vault"
	"phaodai/internal/zoning"
)

// The list of the ward comes in as one of a real ward would: nearly all of it,
// the wrong rows named.
func TestTheResidentsOfAWardComeInByTheirList(t *testing.T) {
	d := testkit.SQLite(t)
	ids := id.NewSource(time.Now, rand.Reader)
	who, err := demo.Organisation(t.Context(), d, ids, demo.Start())
	if err != nil {
		t.Fatal(err)
	}
	papers := directive.New(d, ids, directive.Tools{Reader: officialdoc.New()})
	s := demo.Services{Store: d, Directive: papers, Task: task.New(d, ids), Zoning: zoning.New(d, ids, papers)}
	if _, err := demo.Ground(t.Context(), s, who, 1); err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(t.Context(), d, filepath.Join(t.TempDir(), "person.key"), 1)
	if err != nil {
		t.Fatal(err)
	}
	var queued []people.TakePayload
	residents := people.New(d, ids, v, people.Tools{Enqueue: func(_ *db.Tx, _ instant.Micros, p people.TakePayload) error {
		queued = append(queued, p)
		return nil
	}})
	if err := demo.Residents(t.Context(), d, residents, who, 1, "00154"); err != nil {
		t.Fatal(err)
	}
	if err := residents.RunList(t.Context(), auth.System(demo.Start(), 1), queued[0], nil); err != nil {
		t.Fatal(err)
	}
	lists, err := residents.Lists(t.Context(), auth.System(demo.Start(), 1), demo.WardPath("00154"))
	if err != nil {
		t.Fatal(err)
	}
	c := lists[0].Counted()
	if c.Rows != 9859 || c.Wrong != 3 || c.New+c.Wrong != c.Rows || c.Households < 2500 {
		t.Errorf("%+v", c)
	}
	t.Logf("%+v", c)
}
