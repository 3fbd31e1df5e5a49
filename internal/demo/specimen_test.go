package demo_test

import (
	"testing"

	"phaodai/internal/demo"
	"phaodai/internal/extract"
	"phaodai/internal/officialdoc"
)

func TestTheSpecimenIsReadAsWhatItSays(t *testing.T) {
	file, err := demo.Specimen()
	if err != nil {
		t.Fatal(err)
	}
	got, err := extract.New(extract.Limit{}).Extract(t.Context(), file, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := officialdoc.New().Read(got.Text)
	if err != nil {
		t.Fatal(err)
	}
	m := d.Metadata
	if m.Number != "918/CT-UBND" || m.IssuedOn != "2021-09-05" || m.Kind != "chỉ thị" || m.Signer != "Nguyễn Văn Mẫu" {
		t.Errorf("read as %s of %s, %s, signed by %q", m.Number, m.IssuedOn, m.Kind, m.Signer)
	}
	if len(m.Recipients) != 5 {
		t.Errorf("recipients = %q, want the five lines", m.Recipients)
	}
	if len(d.Tasks) < 9 {
		t.Errorf("%d tasks in:\n%s", len(d.Tasks), got.Text)
		for _, task := range d.Tasks {
			t.Log(task.Item, task.Responsible, task.Deadlines, task.Text)
		}
	}
}
