package laboratory_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/due"
	"phaodai/internal/fault"
	"phaodai/internal/inbox"
	"phaodai/internal/instant"
	"phaodai/internal/laboratory"
	"phaodai/internal/org"
	"phaodai/internal/sampling"
	"phaodai/internal/sampling/samplingtest"
	"phaodai/internal/testkit"
)

// posts adds those who are told: two of the laboratory, one who has no business
// there, one of the health station.
func (w *world) posts() {
	w.T.Helper()
	always := org.Period{From: 1, To: instant.Forever}
	w.Must(w.D.Write(w.T.Context(), func(tx *db.Tx) error {
		err := tx.Insert("office", org.Office{ID: "station", Unit: unit, UnitPath: samplingtest.Ward, Line: org.State, Kind: org.HealthStation, Name: "Trạm Y tế", Period: always})
		if err != nil {
			return err
		}
		for _, p := range []org.Post{
			{ID: "lab-head", Office: "lab", Title: "Trưởng phòng", Head: true, Roles: []auth.Role{"laboratory"}, Period: always},
			{ID: "lab-second", Office: "lab", Title: "Kỹ thuật viên", Roles: []auth.Role{"laboratory"}, Period: always},
			{ID: "lab-driver", Office: "lab", Title: "Lái xe", Roles: []auth.Role{"staff"}, Period: always},
			{ID: "station-head", Office: "station", Title: "Trạm trưởng", Head: true, Roles: []auth.Role{"health_station"}, Period: always},
		} {
			if err := tx.Insert("post", p); err != nil {
				return err
			}
		}
		return nil
	}))
}

// swept lets so much time pass and does what became due.
func (w *world) swept(s *due.Sweeper, pass time.Duration) {
	w.T.Helper()
	w.Later(pass)
	if _, err := s.Sweep(w.T.Context()); err != nil {
		w.T.Fatal(err)
	}
}

// told are the messages of a post: key and how many tubes.
func (w *world) told(post string) (out []string) {
	w.T.Helper()
	list, err := inbox.New(w.D).Messages(w.T.Context(), auth.Actor{Account: post, Post: post, Now: w.Now}, inbox.Filter{})
	w.Must(err)
	for _, m := range list.Messages {
		out = append(out, fmt.Sprint(m.Key, " ", m.Args["Count"], " ", m.Args["Codes"]))
	}
	return out
}

func (w *world) hears(post string, want ...string) {
	w.T.Helper()
	if got := w.told(post); fmt.Sprint(got) != fmt.Sprint(want) {
		w.T.Errorf("%s at %v hears %q, want %q", post, w.Now.In(instant.Vietnam()).Format("15:04"), got, want)
	}
}

func TestWhoHasATubeIsToldOnceBeforeItsTimeIsOverAndWhenItIs(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 8)
		w.posts()
		sweeper := due.NewSweeper(d, func() instant.Micros { return w.Now }, slog.New(slog.DiscardHandler))
		w.l.Handle(sweeper)
		w.arrived("LB-1") // at 07:30, due at 19:30
		w.arrived("LB-2")
		w.Later(3 * time.Minute)
		w.arrived("LB-3") // with the others
		w.swept(sweeper, 9*time.Hour+56*time.Minute)
		w.hears("lab-head")
		w.swept(sweeper, 2*time.Minute) // 17:31
		w.hears("lab-head", "lab.notice.soon 3 LB-1, LB-2, LB-3")
		w.hears("lab-second", "lab.notice.soon 3 LB-1, LB-2, LB-3")
		w.hears("lab-driver")
		w.hears("station-head")
		w.Must(w.enter(w.Lab, laboratory.Row{Tube: "LB-1", Result: sampling.Negative}))
		_, err := w.release(w.second, "", w.reviews(w.second)[0].ID)
		w.Must(err)
		w.swept(sweeper, 3*time.Hour)
		// 19:30 for LB-2, the next five minutes for LB-3; nothing of LB-1.
		w.hears("lab-head", "lab.notice.over 1 LB-3", "lab.notice.over 1 LB-2", "lab.notice.soon 3 LB-1, LB-2, LB-3")
		w.hears("station-head", "lab.notice.station_over 1 LB-3", "lab.notice.station_over 1 LB-2")
		w.swept(sweeper, 24*time.Hour)
		if n := len(w.told("lab-head")); n != 3 {
			t.Errorf("%d messages a day later, want 3", n)
		}
	})
}

// A tube that nobody sent is the health station's; one that a phone tells of a
// day later is told of at once.
func TestATubeThatWasNotSentIsTheStations(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 8)
		w.posts()
		sweeper := due.NewSweeper(d, func() instant.Micros { return w.Now }, slog.New(slog.DiscardHandler))
		w.l.Handle(sweeper)
		s := w.Session()
		w.Pool(s, "LB-1", w.Who[:2]...)
		late := w.Sample(s, w.Who[2], "LB-2")
		w.swept(sweeper, 11*time.Hour)
		w.hears("station-head", "lab.notice.station_soon 1 LB-1")
		w.swept(sweeper, 13*time.Hour)
		w.Take("Bàn 1", late)
		w.swept(sweeper, 10*time.Minute)
		w.hears("station-head", "lab.notice.station_over 1 LB-2", "lab.notice.station_over 1 LB-1", "lab.notice.station_soon 1 LB-1")
		w.hears("lab-head")
	})
}

// What follows from a result reaches the station with the release, and only then.
func TestTheStationIsToldWhatFollows(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 8)
		w.posts()
		w.arrived("LB-1")
		w.arrived("LB-2")
		w.Must(w.enter(w.Lab, laboratory.Row{Tube: "LB-1", Result: sampling.Positive}))
		w.follows()
		w.give(laboratory.Row{Tube: "LB-1", Result: sampling.Positive})
		w.follows()
		w.give(laboratory.Row{Tube: "LB-2", Result: sampling.Negative})
		w.follows()
		w.Later(time.Minute)
		w.second.Now = w.Now
		w.give(laboratory.Row{Tube: "LB-1", Result: sampling.Negative, Corrects: true, Reason: "Đọc nhầm giếng"})
		w.follows("lab.notice.corrected_negative LB-1 0")
	})
}

// follows is what the station was told, the newest first.
func (w *world) follows(want ...string) {
	w.T.Helper()
	list, err := inbox.New(w.D).Messages(w.T.Context(), auth.Actor{Account: "s", Post: "station-head", Now: w.Now}, inbox.Filter{})
	w.Must(err)
	var got []string
	for _, m := range list.Messages {
		if m.Kind == "task" { // tells of itself
			continue
		}
		if m.Kind != "campaign" || m.Subject != "round-1" {
			w.T.Errorf("%+v does not lead to its campaign", m)
		}
		got = append(got, fmt.Sprint(m.Key, " ", m.Args["Tube"], " ", m.Args["Count"]))
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		w.T.Errorf("the station was told %q, want %q", got, want)
	}
}

func TestTurnaroundCountsTheFirstReleaseOfEachTube(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 24)
		for i := range 10 {
			w.arrived(fmt.Sprintf("LB-%d", i))
		}
		give := func(code string, r sampling.Result, corrects bool) {
			t.Helper()
			w.Must(w.enter(w.Lab, laboratory.Row{Tube: code, Result: r, Corrects: corrects, Reason: "Đọc nhầm"}))
			w.second.Now = w.Now
			_, err := w.release(w.second, "", w.reviews(w.second)[0].ID)
			w.Must(err)
		}
		for i := range 10 { // after 2, 4, … 20 hours; the limit is 12
			w.Later(2 * time.Hour)
			give(fmt.Sprintf("LB-%d", i), sampling.Negative, false)
		}
		w.Later(time.Hour)
		give("LB-0", sampling.Positive, true)
		got, err := w.l.Turnaround(t.Context(), w.Lab, 0)
		w.Must(err)
		want := laboratory.Turnaround{Tubes: 10, Median: 10, P90: 18, Clocked: 10, Within: 6}
		if got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		// A tube that is over without a result lowers the share, one that is in time
		// does not yet.
		w.arrived("LB-OVER")
		w.Later(13 * time.Hour)
		w.arrived("LB-TIME")
		want.Clocked, want.Over = 11, 1
		got, err = w.l.TurnaroundIn(t.Context(), w.Station, sampling.Scope{Campaign: "round-1", Path: samplingtest.Ward})
		w.Must(err)
		if got != want {
			t.Errorf("of the campaign: %+v, want %+v", got, want)
		}
		got, err = w.l.TurnaroundIn(t.Context(), w.Station, sampling.Scope{Campaign: "another", Path: samplingtest.Ward})
		w.Must(err)
		if got != (laboratory.Turnaround{}) {
			t.Errorf("of another campaign: %+v", got)
		}
		_, err = w.l.TurnaroundIn(t.Context(), w.Station, sampling.Scope{Path: "/01/"})
		if fault.KindOf(err) != fault.Denied {
			t.Errorf("beyond the ward: %v", err)
		}
	})
}
