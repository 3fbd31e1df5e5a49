package demo

import (
	"fmt"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/testkit"
)

var evening = instant.Of(time.Date(2021, 9, 5, 18, 35, 0, 0, instant.Vietnam()))

// count is no randomness at all: identifiers are told apart by their number.
type count struct{ n uint64 }

func (c *count) Read(p []byte) (int, error) {
	c.n++
	copy(p, fmt.Sprintf("%010d", c.n))
	return len(p), nil
}

func load(t *testing.T, d *db.DB) People {
	t.Helper()
	start := time.Now()
	ids := id.NewSource(func() time.Time { return evening.Time() }, &count{})
	people, err := Organisation(t.Context(), d, ids, evening)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	t.Logf("loaded in %v", took.Round(time.Millisecond))
	if took > 5*time.Second {
		t.Errorf("the organisation takes %v", took)
	}
	return people
}

func TestOrganisation(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		people := load(t, d)
		s := org.New(d, id.NewSource(time.Now, &count{}))
		for _, p := range people.Players {
			var by auth.Actor
			err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
				by, err = people.Actor(tx, p.Login, evening, evening)
				return err
			})
			if err != nil || by.Name == "" || by.Office == "" || len(by.Grants) == 0 {
				t.Errorf("%s: %+v %v", p.Login, by, err)
			}
			if by.Anywhere(auth.OrgRead) {
				if _, err := s.Committee(t.Context(), by, people.Offices["bcd"]); err != nil {
					t.Errorf("%s cannot open the committee: %v", p.Login, err)
				}
			}
		}
		checkAreas(t, d, s, people)
		checkDuty(t, d, people)
	})
}

func checkAreas(t *testing.T, d *db.DB, s *org.Service, people People) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		by, err := people.Actor(tx, "diaban", evening, evening)
		if err != nil {
			return err
		}
		cards, err := org.AreaOf(tx, by)
		if err != nil {
			return err
		}
		if len(cards) != 4 || cards[0].Unit.Name != "Phường Phúc Lợi" || len(cards[0].OnDuty) != 0 || cards[1].Unit.Name != "Phường Thạch Bàn" || len(cards[1].OnDuty) != 1 {
			t.Errorf("areas: %d %+v", len(cards), cards)
		}
		for _, w := range []string{"00154", "00118", "00115"} {
			owners, err := org.AreaOwners(tx, people.Offices["ubnd."+w], evening)
			if err != nil || len(owners) != 1 {
				t.Errorf("owners of %s: %d %v", w, len(owners), err)
			}
		}
		// The secretary's post in Ngọc Thụy is empty: the deputy stands in.
		head, ok, err := org.HeadOf(tx, people.Offices["dang-uy.00118"], evening)
		if err != nil || !ok || !head.Deputising {
			t.Errorf("Ngọc Thụy: %+v %v %v", head, ok, err)
		}
		m, err := org.Resolve(tx, DistrictPath, "Đảng ủy, UBND các phường; Phòng LĐTBXH; các tổ công tác của Sở Chỉ huy", evening)
		if err != nil || len(m.Offices) != 30 || len(m.Unresolved) != 0 {
			t.Errorf("resolved %d, left %q, %v", len(m.Offices), m.Unresolved, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkDuty(t *testing.T, d *db.DB, people People) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		on, err := org.OnDuty(tx, auth.System(evening, evening), DistrictPath, evening)
		if err != nil || len(on) != 2 {
			t.Errorf("on duty in the district: %d %v", len(on), err)
		}
		o, err := org.OfficeIn(tx, people.Offices["sch"])
		if err != nil {
			return err
		}
		r, err := org.RosterIn(tx, auth.System(evening, evening), o, org.Period{From: evening, To: evening.Add(7 * 24 * time.Hour)})
		if err != nil || len(r.Gaps) != 1 {
			t.Errorf("gaps of the command centre: %v %v", r.Gaps, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The same identifiers and clock give the same people.
func TestOrganisationIsRepeatable(t *testing.T) {
	first, second := load(t, testkit.SQLite(t)), load(t, testkit.SQLite(t))
	for i, p := range first.Players {
		if p != second.Players[i] {
			t.Errorf("%+v and %+v", p, second.Players[i])
		}
	}
}
