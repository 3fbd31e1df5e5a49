package cohort_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"runtime"
	"testing"

	"phaodai/internal/cohort"
	"phaodai/internal/instant"
	"phaodai/internal/rule"
)

// saved is a snapshot of a few people.
func saved(t testing.TB) []byte {
	t.Helper()
	p := begin(t, newModel())
	x := put(7, "w1", "w1-b")
	x.Walk, x.Household = "ngo 12", idOf(3)
	x.Birth, x.Sex, x.Occupations, x.Rounds = cohort.BornOn(instant.Date(1990, 5, 1)), "male", []string{"nurse"}, []cohort.RoundCount{{Round: "r1", N: 2}}
	y := put(5000, "w3", "")
	apply(t, p, cohort.Change{At: cohort.Position{Xid: 3, Seq: 2}, Edits: []cohort.Edit{x, y, put(8, "w1", ""), cohort.SetClass{Area: "w1", Layer: "zone", Class: "Z1"}}})
	var out bytes.Buffer
	if err := p.View().Save(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestADamagedSnapshotIsRefused(t *testing.T) {
	whole := saved(t)
	for i := range whole {
		for _, change := range []byte{1, 0x80} {
			bad := bytes.Clone(whole)
			bad[i] ^= change
			if _, err := cohort.Restore(bytes.NewReader(bad), schema()); !errors.Is(err, cohort.ErrSnapshot) {
				t.Fatalf("byte %d changed: %v", i, err)
			}
		}
		if _, err := cohort.Restore(bytes.NewReader(whole[:i]), schema()); !errors.Is(err, cohort.ErrSnapshot) {
			t.Fatalf("cut after %d bytes: %v", i, err)
		}
	}
}

func TestASnapshotOfAnotherSchemaIsRefused(t *testing.T) {
	later, fewer, other := schema(), schema(), schema()
	later.Epoch++
	fewer.Layers = fewer.Layers[:1]
	other.Layers = []rule.Var{{Name: "zone", Type: rule.Text}, {Name: "other", Type: rule.Text}}
	for name, s := range map[string]cohort.Schema{"epoch": later, "layers": fewer, "names": other} {
		if _, err := cohort.Restore(bytes.NewReader(saved(t)), s); !errors.Is(err, cohort.ErrSnapshot) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A length that lies takes no memory.
func TestAShortSnapshotTakesLittleMemory(t *testing.T) {
	whole := saved(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := 0; i+4 < len(whole); i++ {
		bad := bytes.Clone(whole)
		binary.LittleEndian.PutUint32(bad[i:], 1<<22-1)
		_, _ = cohort.Restore(bytes.NewReader(bad), schema())
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / uint64(len(whole)); each > 4<<20 {
		t.Errorf("%d bytes taken for a snapshot of %d", each, len(whole))
	}
}

// FuzzRestore gives snapshots whose checksum is right whatever is in them.
func FuzzRestore(f *testing.F) {
	f.Add(saved(f))
	f.Add([]byte("PHDCOHRT"))
	rules, _ := setup(f)
	r, err := rules.Compile(question + " || 'nurse' in occupations || sex == 'male' || symptomatic || samples_in_round > 1")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 4 {
			sum := crc32.Checksum(data[:len(data)-4], crc32.MakeTable(crc32.Castagnoli))
			data = binary.LittleEndian.AppendUint32(bytes.Clone(data[:len(data)-4]), sum)
		}
		p, err := cohort.Restore(bytes.NewReader(data), schema())
		if err != nil {
			if !errors.Is(err, cohort.ErrSnapshot) {
				t.Fatal(err)
			}
			return
		}
		v, asked := p.View(), cohort.Asked{Day: today(), Round: "r1"}
		a := v.Ask(r, asked)
		v.Coverage(r, asked, []int{0, 18}, v.Rounds(), 1)
		for _, w := range v.Wards() {
			ids, _, err := a.IDs(w)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.Areas(w); err != nil {
				t.Fatal(err)
			}
			for _, no := range ids {
				v.Values(no, asked)
				_, _ = p.Apply(cohort.Change{At: cohort.Position{Xid: v.At().Xid, Seq: v.At().Seq + 1}, Edits: []cohort.Edit{cohort.Sampled{ID: no, Day: today(), Round: "r9"}, cohort.Move{ID: no, Ward: w}}})
			}
		}
	})
}
