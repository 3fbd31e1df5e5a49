package org

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/testkit"
)

func read(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Read(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func head(t *testing.T, d *db.DB, office string, at int64) (h PostHolder, ok bool) {
	t.Helper()
	read(t, d, func(tx *db.Tx) (err error) {
		h, ok, err = HeadOf(tx, office, instant.Micros(at))
		return err
	})
	return h, ok
}

func TestSuperior(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		ward(t, d)
		got := map[string]string{}
		read(t, d, func(tx *db.Tx) error {
			for _, id := range []string{"ubnd-ck", "yte-lb", "ubnd-lb", "old"} {
				o, _, err := Superior(tx, id, 10)
				if err != nil {
					return err
				}
				got[id] = o.ID
			}
			return nil
		})
		want := map[string]string{"ubnd-ck": "ubnd-lb", "yte-lb": "ubnd-lb", "ubnd-lb": "", "old": "ubnd-ck"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAreaOwnersAndDuty(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		ward(t, d)
		read(t, d, func(tx *db.Tx) error {
			for _, of := range []string{"ubnd-ck", ckPath, ckPath + "x/"} {
				owners, err := AreaOwners(tx, of, 10)
				if err != nil {
					return err
				}
				if len(owners) != 1 || owners[0].Person.ID != "chi" {
					t.Errorf("owners of %s: %v", of, owners)
				}
			}
			if owners, err := AreaOwners(tx, "ubnd-lb", 10); err != nil || len(owners) != 0 {
				t.Errorf("owners of the district: %v %v", owners, err)
			}
			for at, want := range map[instant.Micros]int{9: 0, 10: 1, 19: 1, 20: 0} {
				entries, err := OnDuty(tx, auth.System(at, at), ckPath, at)
				if err != nil {
					return err
				}
				if len(entries) != want {
					t.Errorf("on duty at %d: %d", at, len(entries))
				}
				if want == 1 && entries[0].Phone != "0912000001" {
					t.Errorf("phone %q", entries[0].Phone)
				}
			}
			return nil
		})
	})
}

func TestActing(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		ward(t, d)
		s := New(d, nil)
		posts, err := s.Acting(t.Context(), "chi", 25)
		if err != nil {
			t.Fatal(err)
		}
		var got []auth.Grant
		for _, p := range posts {
			got = append(got, p.Grants...)
		}
		want := []auth.Grant{
			{Role: "unit_head", Path: ckPath, Level: auth.Personal},
			{Role: "area_member", Path: "/01/01-004/none/"},
			{Role: "area_member", Path: ckPath},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if posts, err = s.Acting(t.Context(), "chi", 30); err != nil || len(posts) != 1 {
			t.Errorf("after the substitution: %d posts, %v", len(posts), err)
		}
	})
}

func TestEndedOffice(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		ward(t, d)
		read(t, d, func(tx *db.Tx) error {
			o, err := OfficeIn(tx, "old")
			if err != nil {
				return err
			}
			if err := InForce(tx, o, 49); err != nil {
				t.Errorf("in force: %v", err)
			}
			if err := InForce(tx, o, 50); fault.KeyOf(err) != "org.office_ended_successor" {
				t.Errorf("ended: %v", err)
			}
			if _, err := OfficeIn(tx, "nobody"); fault.KindOf(err) != fault.NotFound {
				t.Errorf("unknown: %v", err)
			}
			under, err := OfficesUnder(tx, "/01/01-004/", UBND, 10)
			if err != nil || len(under) != 2 {
				t.Errorf("under: %v %v", under, err)
			}
			return nil
		})
	})
}
