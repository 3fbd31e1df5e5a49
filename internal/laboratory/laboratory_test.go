package laboratory_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
	"phaodai/internal/sheet"
	"phaodai/internal/testkit"
)

func TestAResultIsOutWhenASecondPersonReleasesIt(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 4)
		w.arrived("LB-1")
		w.Must(w.enter(w.Lab, laboratory.Row{Tube: "lb-1", Result: sampling.Positive}))
		if x := w.Tube("LB-1"); x.State != sampling.Received || x.Result != "" {
			t.Fatalf("known before its release: %+v", x)
		}
		if got := w.reviews(w.Lab); len(got) != 0 {
			t.Fatalf("who entered sees it for release: %+v", got)
		}
		entry := w.reviews(w.second)[0].ID
		_, err := w.release(w.Lab, "", entry)
		w.refused(err, "lab.second_reader")
		effects, err := w.release(w.second, "", entry)
		w.Must(err)
		if len(effects) != 1 || len(effects[0].Resample) != 2 || effects[0].Positive != nil {
			t.Fatalf("a positive pool asks for single samples and makes nobody positive: %+v", effects)
		}
		_, err = w.release(w.second, "", entry)
		w.refused(err, "lab.not_waiting")
		w.refused(w.enter(w.Lab, laboratory.Row{Tube: "LB-1", Result: sampling.Negative}), "lab.resulted")
	})
}

func TestACorrectionNeedsAReasonAndAnotherReader(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 4)
		w.arrived("LB-1")
		w.Must(w.enter(w.Lab, laboratory.Row{Tube: "LB-1", Result: sampling.Positive}))
		_, err := w.release(w.second, "", w.reviews(w.second)[0].ID)
		w.Must(err)
		w.refused(w.enter(w.second, laboratory.Row{Tube: "LB-1", Result: sampling.Negative, Corrects: true}), "lab.reason_missing")
		w.Must(w.enter(w.second, laboratory.Row{Tube: "LB-1", Result: sampling.Negative, Corrects: true, Reason: "Đọc nhầm giếng"}))
		entry := w.reviews(w.Lab)[0].ID
		_, err = w.release(w.second, "", entry)
		w.refused(err, "lab.second_reader")
		effects, err := w.release(w.Lab, "", entry)
		w.Must(err)
		if len(effects[0].Closed) != 2 || w.Tube("LB-1").Result != sampling.Negative {
			t.Fatalf("not corrected: %+v", effects)
		}
	})
}

func TestTwoBlindEntriesThatDifferNeedAReason(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 4)
		w.arrived("LB-1")
		w.Must(w.enter(w.Lab, laboratory.Row{Tube: "LB-1", Result: sampling.Positive}))
		w.Must(w.enter(w.third, laboratory.Row{Tube: "LB-1", Result: sampling.Negative}))
		if got := w.reviews(w.third); len(got) != 0 {
			t.Fatalf("the second entry is not blind: %+v", got)
		}
		got := w.reviews(w.second)
		if len(got) != 2 || !got[0].Differs || !got[1].Differs {
			t.Fatalf("the reader does not see that they differ: %+v", got)
		}
		_, err := w.release(w.second, "", got[0].ID)
		w.refused(err, "lab.entries_differ")
		_, err = w.release(w.third, "Xem lại đường cong", got[0].ID)
		w.refused(err, "lab.second_reader")
		_, err = w.release(w.second, "Xem lại đường cong", got[0].ID)
		w.Must(err)
		if x := w.Tube("LB-1"); x.Result != got[0].Result {
			t.Fatalf("another result is out: %+v", x)
		}
		if left := w.reviews(w.second); len(left) != 0 {
			t.Fatalf("entries still wait: %+v", left)
		}
	})
}

func TestOneTubeThatCannotBeReleasedHoldsAllBack(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 4)
		w.arrived("LB-1")
		w.arrived("LB-2")
		w.Must(w.enter(w.Lab, laboratory.Row{Tube: "LB-1", Result: sampling.Negative}))
		w.Must(w.enter(w.Lab, laboratory.Row{Tube: "LB-2", Result: sampling.Negative}))
		got := w.reviews(w.second)
		_, err := w.S.DeclareLost(t.Context(), w.Station, sampling.LostInput{Tube: "LB-2", Why: "broken"})
		w.Must(err)
		_, err = w.release(w.second, "", got[0].ID, got[1].ID)
		w.refused(err, "sampling.tube_lost")
		if x := w.Tube("LB-1"); x.State != sampling.Received {
			t.Fatalf("one of two went out: %+v", x)
		}
		w.refused(w.enter(w.Lab, laboratory.Row{Tube: "LB-2", Result: sampling.Negative}), "sampling.tube_lost")
	})
}

func TestACodeInNoListWaitsForAMatchAndTellsNobody(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 4)
		w.arrived("LB-1")
		out, err := w.l.Enter(t.Context(), w.Lab, laboratory.EnterInput{Rows: []laboratory.Row{{Tube: "LB-l", Result: sampling.Positive}, {Tube: "XX-9", Result: sampling.Negative}}})
		w.Must(err)
		if out.Waiting != 0 || len(out.Unknown) != 2 || len(w.reviews(w.second)) != 0 {
			t.Fatalf("unknown codes reach a reader: %+v", out)
		}
		unknown, err := w.l.Unknown(t.Context(), w.third)
		w.Must(err)
		_, err = w.l.Match(t.Context(), w.third, laboratory.DecideInput{Entry: unknown[0].ID, Tube: "LB-7"})
		w.refused(err, "sampling.tube_unknown")
		_, err = w.l.Match(t.Context(), w.third, laboratory.DecideInput{Entry: unknown[0].ID, Tube: "lb-1"})
		w.Must(err)
		_, err = w.l.SetAside(t.Context(), w.third, laboratory.DecideInput{Entry: unknown[1].ID})
		w.refused(err, "lab.reason_missing")
		_, err = w.l.SetAside(t.Context(), w.third, laboratory.DecideInput{Entry: unknown[1].ID, Reason: "Ống của quận khác"})
		w.Must(err)
		_, err = w.release(w.third, "", unknown[0].ID)
		w.refused(err, "lab.second_reader")
		_, err = w.release(w.second, "", unknown[0].ID)
		w.Must(err)
		if w.Tube("LB-1").Result != sampling.Positive {
			t.Fatal("the matched result is not out")
		}
	})
}

func TestTheQueueBeginsWithTheLeastTimeLeft(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 6)
		clock := func(in *sampling.SessionInput) { in.ClockHours, in.ClockFrom = 12, "sampling" }
		for i, code := range []string{"LB-1", "LB-2", "LB-3"} {
			w.Pool(w.Session(clock), code, w.Who[2*i:2*i+2]...)
			w.Now = w.Now.Add(time.Hour)
			w.Station.Now, w.Lab.Now = w.Now, w.Now
		}
		_, err := w.S.Send(t.Context(), w.Station, sampling.SendInput{Unit: unit, Code: "BOX", Laboratory: "lab", Tubes: []string{"LB-3", "LB-1", "LB-2"}})
		w.Must(err)
		by := w.Lab
		by.Now = w.Tube("LB-1").DueAt
		q, err := w.l.Queue(t.Context(), by)
		w.Must(err)
		if len(q.Tubes) != 3 || q.Tubes[0].Code != "LB-1" || q.Tubes[2].Code != "LB-3" || q.Over != 1 || q.Near != 2 || len(q.Boxes) != 1 {
			t.Fatalf("queue: %+v", q)
		}
		w.refused(w.enter(w.Lab, laboratory.Row{Tube: "LB-1", Result: sampling.Negative}), "lab.not_here")
	})
}

func TestWhoHasNoRightOrOtherOfficeIsRefused(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		w.arrived("LB-1")
		w.refused(w.enter(w.Station, laboratory.Row{Tube: "LB-1", Result: sampling.Negative}), "auth.denied")
		other := w.Lab
		other.Office = "other"
		w.refused(w.enter(other, laboratory.Row{Tube: "LB-1", Result: sampling.Negative}), "lab.other_laboratory")
		w.Must(w.enter(w.Lab, laboratory.Row{Tube: "LB-1", Result: sampling.Negative}))
		other.Account = "x"
		_, err := w.release(other, "", w.reviews(w.second)[0].ID)
		w.refused(err, "lab.entry_unknown")
		_, err = w.l.SendBack(t.Context(), w.Lab, laboratory.DecideInput{Entry: w.reviews(w.second)[0].ID, Reason: "x"})
		w.refused(err, "lab.second_reader")
		_, err = w.l.SendBack(t.Context(), w.second, laboratory.DecideInput{Entry: w.reviews(w.second)[0].ID, Reason: "Chạy lại"})
		w.Must(err)
		if len(w.reviews(w.second)) != 0 || w.Tube("LB-1").Result != "" {
			t.Fatal("what was sent back still waits")
		}
	})
}

func TestAFileOfResultsIsReadWholeOrRefused(t *testing.T) {
	good := "PHÒNG XÉT NGHIỆM,,\nKẾT QUẢ NGÀY 12/9,,\nSTT,Mã ống,Kết quả\n1,LB-1,Âm tính\n2,lb-2,DƯƠNG TÍNH\n3,LB-3,Invalid\n"
	rows, err := laboratory.ReadFile([]byte(good))
	if err != nil || len(rows) != 3 || rows[0].Tube != "LB-1" || rows[0].Result != sampling.Negative || rows[1].Tube != "LB-2" || rows[1].Result != sampling.Positive || rows[2].Result != sampling.Invalid {
		t.Fatalf("%v %+v", err, rows)
	}
	for name, c := range map[string]struct{ text, key string }{
		"columns moved":       {"Mã ống,Kết quả,Ghi chú\nLB-1,Âm tính,\n,LB-2,Âm tính\n", "lab.shifted"},
		"result in the tube":  {"Mã ống,Kết quả,Ghi chú\nÂm tính,LB-2,\n", "lab.shifted"},
		"result not known":    {"Mã ống,Kết quả\nLB-1,chờ\n", "lab.result_line"},
		"tube missing":        {"Mã ống,Kết quả,Ghi chú\n,chờ,x\n", "lab.tube_missing"},
		"only titles":         {"Mã ống,Kết quả\n", "input.check"},
		"no column of result": {"Mã ống,Người\nLB-1,A\n", "lab.columns_missing"},
	} {
		if rows, err := laboratory.ReadFile([]byte(c.text)); fault.KeyOf(err) != c.key || rows != nil {
			t.Errorf("%s: %v %v", name, err, rows)
		}
	}
	if _, err := laboratory.ReadFile(make([]byte, laboratory.MaxFile+1)); fault.KeyOf(err) != "lab.file_large" {
		t.Errorf("too large: %v", err)
	}
}

func TestAWorkbookSaysFromWhichRowItsColumnsMoved(t *testing.T) {
	var file bytes.Buffer
	out, err := sheet.NewWriter(&file, sheet.XLSX, "Kết quả", instant.Vietnam(), sheet.Column{Title: "Tube"}, sheet.Column{Title: "Result"}, sheet.Column{Title: "Note"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		cells := []any{fmt.Sprintf("LB-%d", i), "Negative", ""}
		if i >= 39 { // row 41 of the sheet
			cells = []any{"", cells[0], cells[1]}
		}
		if err := out.Row(cells...); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = laboratory.ReadFile(file.Bytes())
	if fault.KeyOf(err) != "lab.shifted" || !strings.Contains(fmt.Sprintf("%+v", err), "41") {
		t.Fatalf("want row 41: %+v", err)
	}
}

func TestRowsOfOneTubeThatDisagreeRefuseTheFile(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		w.arrived("LB-1")
		_, err := w.l.Enter(t.Context(), w.Lab, laboratory.EnterInput{Source: "file", Rows: []laboratory.Row{
			{Line: 2, Tube: "LB-1", Result: sampling.Negative}, {Line: 3, Tube: "lb-1", Result: sampling.Positive}}})
		w.refused(err, "lab.disagree")
		if got := w.reviews(w.second); len(got) != 0 {
			t.Fatalf("kept: %+v", got)
		}
	})
}

// A correction in FHIR needs its reason, and comes in as one.
func TestAFileInFHIREntersResultsAndCorrections(t *testing.T) {
	observation := func(tube, status, code, more string) string {
		return `{"resource":{"resourceType":"Observation","status":"` + status + `","code":{"coding":[{"system":"http://loinc.org","code":"94500-6"}]},` +
			`"valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"` + code + `"}]},"specimen":{"identifier":{"value":"` + tube + `"}}` + more + `}}`
	}
	bundle := func(entries ...string) []byte {
		return []byte(`{"resourceType":"Bundle","type":"collection","entry":[` + strings.Join(entries, ",") + `]}`)
	}
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 4)
		w.arrived("LB-1")
		_, err := w.l.EnterFile(t.Context(), w.Lab, "", bundle(observation("LB-1", "corrected", "260415000", "")))
		w.refused(err, "lab.fhir_reason")
		_, err = w.l.EnterFile(t.Context(), w.Lab, "", bundle(observation("LB-1", "final", "260373001", ""), observation("lb-1", "final", "260415000", "")))
		w.refused(err, "lab.disagree")
		out, err := w.l.EnterFile(t.Context(), w.Lab, "", bundle(observation("lb-1", "final", "260373001", "")))
		w.Must(err)
		got := w.reviews(w.second)
		if out.Waiting != 1 || len(got) != 1 || got[0].Source != "fhir" || got[0].Line != 1 || got[0].Result != sampling.Positive {
			t.Fatalf("%+v %+v", out, got)
		}
		_, err = w.release(w.second, "", got[0].ID)
		w.Must(err)
		_, err = w.l.EnterFile(t.Context(), w.Lab, "", bundle(observation("LB-1", "corrected", "260415000", `,"note":[{"text":"Đọc nhầm giếng"}]`)))
		w.Must(err)
		if got := w.reviews(w.second); len(got) != 1 || !got[0].Corrects || got[0].Reason != "Đọc nhầm giếng" {
			t.Fatalf("%+v", got)
		}
	})
}

func FuzzReadFile(f *testing.F) {
	for _, s := range []string{"Mã ống,Kết quả\nLB-1,Âm tính\n", "Tube;Result\r\nLB-1;pos\r\n", "PK\x03\x04", "", "\"Mã ống", "\xff\xfeM\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := laboratory.ReadFile(data)
		if err != nil && rows != nil {
			t.Fatal("rows beside an error")
		}
		for _, r := range rows {
			if r.Tube == "" || r.Result == "" {
				t.Fatalf("a row without tube or result: %+v", r)
			}
		}
	})
}

// Two accounts of one person are one reader.
func TestAPersonWithTwoAccountsIsNoSecondReader(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		w.arrived("LB-1")
		w.Lab.Person, w.second.Person = "p1", "p1"
		w.Must(w.enter(w.Lab, laboratory.Row{Tube: "LB-1", Result: sampling.Negative}))
		if r := w.reviews(w.second); len(r) != 0 {
			t.Errorf("he may release his own entry: %+v", r)
		}
		if r := w.reviews(w.third); len(r) != 1 {
			t.Errorf("another may not: %+v", r)
		}
	})
}
