package fieldwork_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fieldwork"
	"phaodai/internal/testkit"
)

// picture is what begins as a photograph does.
func picture(n int) []byte {
	return append([]byte{0xFF, 0xD8, 0xFF}, bytes.Repeat([]byte("khuôn mặt"), n)...)
}

// A photograph of a visit is kept once and sealed; the ward opens it at the need,
// and that stands in the audit.
func TestANoteIsKeptSealedAndOpenedByTheWard(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		h := w.phone("Phạm Thị Hoa", w.part(1, 1))
		v := w.visit(w.homes[0], fieldwork.Help)
		w.send(h, v)
		in := fieldwork.NoteInput{ID: w.IDs.New(), Visit: v.ID, MediaType: "image/jpeg", Content: picture(1000)}
		for range 2 {
			w.Must(w.F.KeepNote(t.Context(), h, in))
		}
		w.Must(w.F.KeepNote(t.Context(), h, fieldwork.NoteInput{ID: w.IDs.New(), Visit: v.ID, MediaType: "audio/webm;codecs=opus", Content: []byte("voice")}))
		var chunks [][]byte
		w.Must(d.Read(t.Context(), func(tx *db.Tx) error { return tx.Select(&chunks, "SELECT data FROM blob_chunk") }))
		if len(chunks) != 2 || slices.ContainsFunc(chunks, func(c []byte) bool { return bytes.Contains(c, []byte("khuôn mặt")) }) {
			t.Errorf("%d chunks, or one lies open", len(chunks))
		}
		notes := w.round(w.Now).Needs[0].Notes
		slices.SortFunc(notes, func(a, b fieldwork.Note) int { return -strings.Compare(a.MediaType, b.MediaType) })
		if len(notes) != 2 || !notes[0].Photo() || notes[1].Photo() || notes[1].MediaType != "audio/webm" {
			t.Fatalf("notes %+v", notes)
		}
		_, content, err := w.F.Note(t.Context(), w.Station, in.ID)
		w.Must(err)
		if !bytes.Equal(content, in.Content) || w.rows("audit WHERE action = 'visit_note.opened'") != 1 {
			t.Error("it came back changed, or opening it is not in the audit")
		}
		if _, _, err := w.F.Note(t.Context(), w.As("/01/01-004/01-004-00157/", "health_station"), in.ID); fault.KindOf(err) != fault.Denied {
			t.Errorf("a ward beside opened it: %v", err)
		}
	})
}

// What is no photograph, is too large, too many, or of another phone's visit is
// not kept; the answer never wipes the phone.
func TestNotesHaveBounds(t *testing.T) {
	w := newWorld(t, testkit.SQLite(t), 1)
	h, other := w.phone("Phạm Thị Hoa", w.part(1, 1)), w.phone("Lê Văn C", w.part(1, 1))
	v := w.visit(w.homes[0], fieldwork.Help)
	w.send(h, v)
	good := func() fieldwork.NoteInput {
		return fieldwork.NoteInput{ID: w.IDs.New(), Visit: v.ID, MediaType: "image/jpeg", Content: picture(1)}
	}
	page, large, nowhere := good(), good(), good()
	page.Content, large.Content, nowhere.Visit = []byte("<script>"), picture(40_000), w.IDs.New()
	for what, err := range map[string]error{
		"a page":              w.F.KeepNote(t.Context(), h, page),
		"too large":           w.F.KeepNote(t.Context(), h, large),
		"no visit":            w.F.KeepNote(t.Context(), h, nowhere),
		"another phone":       w.F.KeepNote(t.Context(), other, good()),
		"a type that is none": w.F.KeepNote(t.Context(), h, fieldwork.NoteInput{ID: w.IDs.New(), Visit: v.ID, MediaType: "text/html", Content: picture(1)}),
	} {
		if k := fault.KindOf(err); k != fault.Invalid && k != fault.TooLarge && k != fault.NotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	for i := range 4 {
		if err := w.F.KeepNote(t.Context(), h, good()); (err != nil) != (i == 3) {
			t.Errorf("note %d: %v", i+1, err)
		}
	}
}
