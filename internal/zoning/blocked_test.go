package zoning_test

import (
	"testing"

	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/fault"
	"phaodai/internal/testkit"
	"phaodai/internal/zoning"
)

func (w *world) blockedPage(login, area string) zoning.BlockedView {
	w.t.Helper()
	v, err := w.s.BlockedPage(w.ctx, w.as(login), area)
	w.must(err)
	return v
}

// TestABlockedAreaFromSettingUpToLifting is journey J7.
func TestABlockedAreaFromSettingUpToLifting(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.must(w.s.Board().Refresh(t.Context()))
		a := w.groups("00154", 1)[0]
		need := zoning.NeedInput{Area: a.ID, Household: "Số 12, ngõ 45", What: "Sữa cho trẻ 6 tháng", Amount: "2 hộp"}
		if _, err := w.s.AddNeed(w.ctx, w.as("cukhoi"), need); fault.KeyOf(err) != "blocked.not_blocked" {
			t.Errorf("a need where nothing is blocked: %v", err)
		}
		block := zoning.ChangeInput{Areas: []string{a.ID}, Layer: zoning.Blocked, Class: "BLOCKED", Bundle: "BLOCKED", Symbol: "1300/QĐ-UBND", Clause: "Điều 1", Reason: "Có ca bệnh"}
		if _, err := w.s.Change(w.ctx, w.as("cukhoi"), block); fault.KindOf(err) != fault.Denied {
			t.Errorf("a ward blocks: %v", err)
		}
		_, err := w.s.Change(w.ctx, w.as("chutich"), block)
		w.must(err)
		since := w.now

		gate := zoning.GateInput{Area: a.ID, Place: "Đầu ngõ 45", Person: "Trần Thị B", Phone: "0912345678", Hours: "24/24"}
		g, err := w.s.SaveGate(w.ctx, w.as("cukhoi"), gate)
		w.must(err)
		n, err := w.s.AddNeed(w.ctx, w.as("cukhoi"), need)
		w.must(err)
		_, err = w.s.SaveLifting(w.ctx, w.as("cukhoi"), zoning.LiftingInput{Area: a.ID, Criteria: "14 ngày không có ca mới"})
		w.must(err)
		w.now = demo.At(6, 1, 0) // 6 hours later, to the minute
		if v := w.blockedPage("cukhoi", a.ID); v.Late != 0 || v.Block == nil || v.Block.Basis.Symbol != "1300/QĐ-UBND" || v.Since != since || !v.MayWork || v.Decides ||
			v.Lifting.Criteria != "14 ngày không có ca mới" || len(v.Gates) != 1 {
			t.Errorf("%+v", v)
		}
		w.now = demo.At(6, 1, 1)
		if v := w.blockedPage("chutich", a.ID); v.Late != 1 || !v.Decides {
			t.Errorf("late %d, decides %v", v.Late, v.Decides)
		}
		done := zoning.CloseNeedInput{Area: a.ID, ID: n.ID, Version: n.Version, Proof: "Bà Lan nhận"}
		w.must(second(w.s.CloseNeed(w.ctx, w.as("cukhoi"), done)))
		if _, err := w.s.CloseNeed(w.ctx, w.as("cukhoi"), done); fault.KindOf(err) != fault.Conflict {
			t.Errorf("delivered twice: %v", err)
		}
		gate.ID, gate.Version, gate.Close = g.ID, g.Version, true
		w.must(second(w.s.SaveGate(w.ctx, w.as("cukhoi"), gate)))
		_, err = w.s.Change(w.ctx, w.as("chutich"), zoning.ChangeInput{Areas: []string{a.ID}, Layer: zoning.Blocked, Lift: true, Symbol: "1301/QĐ-UBND", Reason: "Đủ 14 ngày"})
		w.must(err)
		v := w.blockedPage("cukhoi", a.ID)
		if v.Block != nil || v.Late != 0 || v.Needs[0].State != zoning.NeedDelivered || v.Needs[0].DeliveredBy == "" || v.Gates[0].State != "closed" {
			t.Errorf("after lifting: %+v %+v", v.Needs, v.Gates)
		}
		var notes int
		w.must(d.Read(t.Context(), func(tx *db.Tx) error {
			return tx.Get(&notes, "SELECT COUNT(*) FROM audit WHERE kind = 'blocked'")
		}))
		if notes != 5 {
			t.Errorf("%d entries in the audit, want 5", notes)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestWhatABlockedAreaRefuses(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t))
	w.must(w.s.Board().Refresh(t.Context()))
	a := w.groups("00154", 1)[0]
	gate := zoning.GateInput{Area: a.ID, Place: "Đầu ngõ 45", Person: "Trần Thị B", Phone: "0912345678", Hours: "24/24"}
	for name, err := range map[string]error{
		"another ward's gate": second(w.s.SaveGate(w.ctx, w.as("thachban"), gate)),
		"another ward's page": second(w.s.BlockedPage(w.ctx, w.as("thachban"), a.ID)),
	} {
		if fault.KindOf(err) != fault.Denied {
			t.Errorf("%s: %v", name, err)
		}
	}
	g, err := w.s.SaveGate(w.ctx, w.as("cukhoi"), gate)
	w.must(err)
	gate.ID, gate.Version = g.ID, g.Version+1
	if _, err := w.s.SaveGate(w.ctx, w.as("cukhoi"), gate); fault.KeyOf(err) != "conflict.changed" {
		t.Errorf("a gate seen otherwise: %v", err)
	}
	if _, err := w.s.SaveGate(w.ctx, w.as("cukhoi"), zoning.GateInput{Area: a.ID}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an empty gate: %v", err)
	}
	ahead := zoning.NeedInput{Area: a.ID, Household: "x", What: "y", AskedAt: w.now + 1}
	if _, err := w.s.AddNeed(w.ctx, w.as("cukhoi"), ahead); fault.KindOf(err) != fault.Invalid {
		t.Errorf("asked in the future: %v", err)
	}
}
