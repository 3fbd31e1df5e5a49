package org

import (
	"testing"

	"phaodai/internal/db"
	"phaodai/internal/testkit"
)

// insert adds rows of one table, failing the test.
func insert[T any](t *testing.T, tx *db.Tx, table string, rows ...T) {
	t.Helper()
	if err := db.InsertAll(tx, table, rows); err != nil {
		t.Fatal(err)
	}
}

// ward gives a store with a district, a ward and their leading offices.
func ward(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		insert(t, tx, "unit",
			Unit{ID: "01", Path: "/01/", Tier: "province", Name: "Thành phố Hà Nội", ShortName: "Hà Nội", Period: always},
			Unit{ID: "01-004", Parent: "01", Path: "/01/01-004/", Tier: "district", Name: "Quận Long Biên", ShortName: "Long Biên", Period: always},
			Unit{ID: "01-004-00154", Parent: "01-004", Path: ckPath, Tier: "ward", Name: "Phường Cự Khối", ShortName: "Cự Khối", Period: always})
		insert(t, tx, "office",
			Office{ID: "ubnd-lb", Unit: "01-004", UnitPath: "/01/01-004/", Kind: UBND, Line: State, Name: "UBND quận Long Biên", Period: always},
			Office{ID: "qu-lb", Unit: "01-004", UnitPath: "/01/01-004/", Kind: PartyCommittee, Line: Party, Name: "Quận ủy Long Biên", Period: always},
			Office{ID: "yte-lb", Unit: "01-004", UnitPath: "/01/01-004/", Kind: Department, Line: State, Name: "Phòng Y tế", Period: always},
			Office{ID: "ubnd-ck", Unit: "01-004-00154", UnitPath: ckPath, Kind: UBND, Line: State, Name: "UBND phường Cự Khối", Period: always},
			Office{ID: "old", Unit: "01-004-00154", UnitPath: ckPath, Kind: Team, Line: State, Name: "Tổ cũ", Successor: "ubnd-ck", Period: Period{1, 50}})
		insert(t, tx, "person",
			Person{ID: "an", Name: "Nguyễn Văn An", Phone: "0912000001"}, Person{ID: "binh", Name: "Trần Thị Bình"}, Person{ID: "chi", Name: "Lê Chi"})
		insert(t, tx, "post",
			Post{ID: "ct-ck", Office: "ubnd-ck", Title: "Chủ tịch", Rank: 1, Head: true, Roles: Roles{"unit_head"}, Level: 2, Period: always},
			Post{ID: "pct-ck", Office: "ubnd-ck", Title: "Phó Chủ tịch", Rank: 2, Deputises: "ct-ck", Roles: Roles{"staff"}, Period: always},
			Post{ID: "btv", Office: "qu-lb", Title: "Ủy viên BTV", Rank: 3, Roles: Roles{"area_member"}, Scope: "/01/01-004/none/", Period: always})
		insert(t, tx, "holding",
			Holding{ID: "h1", Post: "ct-ck", Person: "an", Period: Period{1, 100}},
			Holding{ID: "h2", Post: "ct-ck", Person: "chi", SubstituteFor: "an", Period: Period{20, 30}},
			Holding{ID: "h3", Post: "pct-ck", Person: "binh", Period: always},
			Holding{ID: "h4", Post: "btv", Person: "chi", Period: always})
		insert(t, tx, "responsibility",
			Responsibility{ID: "r1", Post: "btv", Territory: ckPath, Role: "phụ trách", Period: always})
		insert(t, tx, "duty_shift",
			Shift{ID: "s1", Office: "ubnd-ck", UnitPath: ckPath, Person: "an", Period: Period{10, 20}})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

const ckPath = "/01/01-004/01-004-00154/"

var always = Period{From: 1}.orForever()

func TestWhoLeads(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		ward(t, d)
		for _, c := range []struct {
			name       string
			at         int64
			person     string
			deputising bool
		}{
			{"the head", 10, "an", false},
			{"who stands in", 25, "chi", false},
			{"the head is back", 30, "an", false},
			{"the deputy while vacant", 100, "binh", true},
		} {
			h, ok := head(t, d, "ubnd-ck", c.at)
			if !ok || h.Person.ID != c.person || h.Deputising != c.deputising {
				t.Errorf("%s: got %v %q deputising %v", c.name, ok, h.Person.ID, h.Deputising)
			}
		}
		if _, ok := head(t, d, "yte-lb", 10); ok {
			t.Error("an office without posts has a head")
		}
	})
}
