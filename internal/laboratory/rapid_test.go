package laboratory_test

import (
	"testing"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
	"phaodai/internal/testkit"
)

func (w *world) rapid(codes ...string) {
	w.T.Helper()
	s := w.Session(func(in *sampling.SessionInput) { in.Method = sampling.Rapid })
	for _, c := range codes {
		w.Pool(s, c, w.Who[0])
		w.Who = w.Who[1:]
	}
}

func (w *world) reads(by auth.Actor, in laboratory.ReadInput) (sampling.Effect, error) {
	return w.l.Read(w.T.Context(), by, in)
}

// A rapid test is read where it was taken: negative closes it at once, positive
// makes nobody positive and asks for a single sample, as work of the station.
func TestARapidTestIsReadAtTheTable(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 6)
		w.posts()
		w.rapid("NHANH-1", "NHANH-2", "NHANH-3")
		phone := w.Phone("Bàn 1")
		e, err := w.reads(phone, laboratory.ReadInput{Tube: "nhanh-1", Result: sampling.Negative})
		if w.Must(err); len(e.Closed) != 1 || len(e.Resample) != 0 {
			t.Errorf("negative: %+v", e)
		}
		w.works()
		e, err = w.reads(phone, laboratory.ReadInput{Tube: "NHANH-2", Result: sampling.Positive})
		if w.Must(err); len(e.Closed) != 0 || len(e.Resample) != 1 || e.Positive != nil {
			t.Errorf("positive: %+v", e)
		}
		w.works("ASSIGNED Giữ riêng tại nhà, lấy lại mẫu đơn 1 người của ống dương tính NHANH-2")
		e, err = w.reads(phone, laboratory.ReadInput{Tube: "NHANH-2", Result: sampling.Positive})
		if w.Must(err); len(e.Resample) != 0 {
			t.Errorf("read again: %+v", e)
		}
		_, err = w.reads(w.Station, laboratory.ReadInput{Tube: "NHANH-2", Result: sampling.Negative})
		w.refused(err, "lab.read_differs")
		_, err = w.reads(w.Station, laboratory.ReadInput{Tube: "NHANH-2", Result: sampling.Negative, Corrects: true})
		w.refused(err, "lab.reason_missing")
		w.Station.Office = "station"
		_, err = w.reads(w.Station, laboratory.ReadInput{Tube: "NHANH-2", Result: sampling.Negative, Corrects: true, Reason: "Đọc trước 15 phút"})
		w.Must(err)
		w.works("REPORTED Giữ riêng tại nhà, lấy lại mẫu đơn 1 người của ống dương tính NHANH-2")
	})
}

func TestOnlyRapidTestsAreReadAndOnlyByWhoSamplesThere(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 6)
		w.rapid("NHANH-1", "NHANH-2")
		w.arrived("LB-1")
		for name, c := range map[string]struct {
			by   auth.Actor
			in   laboratory.ReadInput
			want string
		}{
			"a pool":         {w.Station, laboratory.ReadInput{Tube: "LB-1", Result: sampling.Negative}, "lab.not_rapid"},
			"nobody's":       {w.Station, laboratory.ReadInput{Tube: "NHANH-9", Result: sampling.Negative}, "sampling.tube_unknown"},
			"no result":      {w.Station, laboratory.ReadInput{Tube: "NHANH-1"}, "sampling.result_unknown"},
			"a laboratory":   {w.Lab, laboratory.ReadInput{Tube: "NHANH-1", Result: sampling.Negative}, "auth.denied"},
			"another ward's": {w.As("/01/01-004/01-004-00148/", "health_station"), laboratory.ReadInput{Tube: "NHANH-1", Result: sampling.Negative}, "auth.denied"},
		} {
			_, err := w.reads(c.by, c.in)
			if t.Log(name); err == nil {
				t.Error("is read")
				continue
			}
			w.refused(err, c.want)
		}
		_, err := w.S.Send(t.Context(), w.Station, sampling.SendInput{Unit: unit, Code: "BOX-N", Laboratory: "lab", Tubes: []string{"NHANH-2"}})
		w.Must(err)
		_, err = w.reads(w.Station, laboratory.ReadInput{Tube: "NHANH-2", Result: sampling.Negative})
		w.refused(err, "lab.rapid_sent")
	})
}
