package taskpage

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"

	"phaodai/internal/blob"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/task"
	"phaodai/internal/web"
)

// report takes a report with photos, files, figures and a link.
func (p Parts) report(r *web.Request) error {
	var in struct {
		Version int64  `form:"version"`
		Text    string `form:"text"`
		Link    string `form:"link"`
		For     string `form:"for"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	out := task.ReportInput{Key: r.Key(), Task: r.Path("id"), Version: in.Version, Text: in.Text, For: in.For}
	var err error
	if out.Figures, err = figuresOf(r); err != nil {
		return err
	}
	for field, kind := range map[string]string{"photo": task.ProofPhoto, "file": task.ProofFile} {
		for _, u := range r.Files(field) {
			proof, err := p.keep(r.Context(), field, kind, u)
			if err != nil {
				return err
			}
			out.Proofs = append(out.Proofs, proof)
		}
	}
	if in.Link != "" {
		out.Proofs = append(out.Proofs, task.Proof{Kind: task.ProofLink, Link: in.Link, Name: in.Link})
	}
	if _, err := p.Tasks.Report(r.Context(), r.By, out); err != nil {
		return named(err)
	}
	return r.Redirect("/viec/"+r.Path("id"), "taskpage.reported", "At", r.Now())
}

// named gives the faults of proofs the name of the field in the form.
func named(err error) error {
	f, ok := err.(*fault.Fault)
	if !ok {
		return err
	}
	for i, field := range f.Fields {
		if strings.HasPrefix(field.Name, "proofs") {
			f.Fields[i].Name = "photo"
			if field.Key == "task.proof_link" {
				f.Fields[i].Name = "link"
			}
		}
	}
	return f
}

// figuresOf reads the figures of a report: name-0 is the name of value-0.
func figuresOf(r *web.Request) (map[string]float64, error) {
	out := map[string]float64{}
	for i := range 50 {
		n := strconv.Itoa(i)
		name, text := r.Form.Value("name-"+n), r.Form.Value("value-"+n)
		if name == "" {
			break
		}
		if text == "" {
			continue // a blank never overwrites
		}
		value, err := strconv.ParseFloat(plain(text), 64)
		if err != nil {
			return nil, fault.New(fault.Invalid, "input.check").At("value-"+n, "input.number", "Text", text)
		}
		out[name] = value
	}
	return out, nil
}

// plain turns 4.812,5 and 4812.5 into 4812.5.
func plain(text string) string {
	text = strings.TrimSuffix(strings.ReplaceAll(text, " ", ""), "%")
	if strings.Contains(text, ",") {
		return strings.ReplaceAll(strings.ReplaceAll(text, ".", ""), ",", ".")
	}
	if i := strings.LastIndex(text, "."); i >= 0 && len(text)-i == 4 {
		return strings.ReplaceAll(text, ".", "")
	}
	return text
}

// kinds are what a report may carry, by what the content is, not by its name.
var kinds = map[string]bool{
	"image/jpeg": true, "image/png": true, "image/webp": true, "image/gif": true, "application/pdf": true,
	"application/zip": true, "text/plain; charset=utf-8": true,
}

// archives are the formats that are zip archives inside.
var archives = map[string]string{
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// keep stores a file of a report. The database's writer waits for it, so it
// lies in memory or in a file already.
func (p Parts) keep(ctx context.Context, field, kind string, u web.Upload) (task.Proof, error) {
	f, err := u.Open()
	if err != nil {
		return task.Proof{}, err
	}
	defer f.Close()
	mediaType, err := sniff(f, u.Name)
	if err != nil {
		return task.Proof{}, err
	}
	if mediaType == "" || kind == task.ProofPhoto && !strings.HasPrefix(mediaType, "image/") {
		key := "task.wrong_file"
		if kind == task.ProofPhoto {
			key = "task.not_a_photo"
		}
		return task.Proof{}, fault.New(fault.Invalid, "input.check").At(field, key, "Name", u.Name)
	}
	var b blob.Blob
	err = p.Store.Write(ctx, func(tx *db.Tx) (err error) {
		b, err = blob.Put(tx, u.Name, mediaType, f, uploadLimit)
		return err
	})
	return task.Proof{Kind: kind, Blob: b.Hash, Name: u.Name}, err
}

// sniff finds the media type of a file that may be proof, "" of any other.
func sniff(f io.ReadSeeker, name string) (string, error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return "", err
	}
	found := http.DetectContentType(head[:n])
	if !kinds[found] {
		return "", nil
	}
	if found == "application/zip" {
		return archives[strings.ToLower(filepath.Ext(name))], nil
	}
	return found, nil
}

func (p Parts) progress(r *web.Request) error {
	var in struct {
		Version int64  `form:"version"`
		Percent int    `form:"percent"`
		Text    string `form:"text"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.Tasks.Progress(r.Context(), r.By, task.ProgressInput{
		Key: r.Key(), Task: r.Path("id"), Version: in.Version, Percent: in.Percent, Text: in.Text,
	})
	if err != nil {
		return err
	}
	return r.Redirect("/viec/"+r.Path("id"), "common.saved", "At", r.Now())
}

func (p Parts) askExtension(r *web.Request) error {
	var in struct {
		Version int64          `form:"version"`
		Until   instant.Micros `form:"until,end"`
		Reason  string         `form:"reason"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.Tasks.AskExtension(r.Context(), r.By, task.ExtensionInput{
		Key: r.Key(), Task: r.Path("id"), Version: in.Version, Until: in.Until, Reason: in.Reason,
	})
	if err != nil {
		return err
	}
	return r.Redirect("/viec/"+r.Path("id"), "taskpage.extension_asked")
}

func (p Parts) decideExtension(r *web.Request) error {
	var in struct {
		Version int64          `form:"version"`
		Grant   bool           `form:"grant"`
		Until   instant.Micros `form:"until,end"`
		Reason  string         `form:"reason"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.Tasks.DecideExtension(r.Context(), r.By, task.DecideInput{
		Key: r.Key(), Task: r.Path("id"), Version: in.Version, Grant: in.Grant, Until: in.Until, Reason: in.Reason,
	})
	if err != nil {
		return err
	}
	said := "taskpage.extension_refused"
	if in.Grant {
		said = "taskpage.extension_granted"
	}
	return r.Redirect("/viec/"+r.Path("id"), said)
}

func (p Parts) merge(r *web.Request) error {
	var in struct {
		Others []string `form:"others"`
	}
	if err := r.Read(&in); err != nil {
		return err
	}
	_, err := p.Tasks.Merge(r.Context(), r.By, task.MergeInput{Key: r.Key(), Keep: r.Path("id"), Others: in.Others})
	if err != nil {
		return err
	}
	return r.Redirect("/viec/"+r.Path("id"), "taskpage.merged")
}
