package exercise

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/blob"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
)

// SendInput is files with where they come from.
type SendInput struct {
	Key    string
	Source string
	AsOf   instant.Micros
	Files  Files
}

func (in *SendInput) check(now instant.Micros) error {
	f := fault.New(fault.Invalid, "exercise.nothing_kept")
	in.Source = strings.TrimSpace(fold.NFC(in.Source))
	switch n := len([]rune(in.Source)); {
	case n == 0:
		f.At("source", "input.missing")
	case n > 300:
		f.At("source", "exercise.source_long")
	}
	switch {
	case in.AsOf == 0:
		f.At("as_of", "input.missing")
	case in.AsOf > now:
		f.At("as_of", "exercise.as_of_ahead")
	}
	for _, k := range Kinds() {
		if _, ok := in.Files[k]; !ok {
			f.At(string(k), "input.missing")
			continue
		}
		if _, _, err := blob.Hash(in.Files[k].Data, MaxFile); err != nil {
			_ = at(f, k, err)
		}
	}
	return f.OrNil()
}

// Send computes files and keeps them when that went well. A repeat of the same
// form keeps them once.
func (s *Service) Send(ctx context.Context, by auth.Actor, in SendInput) (*Result, error) {
	switch {
	case !by.SignedIn():
		return nil, fault.New(fault.Unsigned, "auth.unsigned")
	case !by.Anywhere(auth.ZoneCriteria):
		return nil, fault.New(fault.Denied, "auth.denied", "Right", string(auth.ZoneCriteria))
	}
	if err := in.check(by.Now); err != nil {
		return nil, err
	}
	r, err := s.compute(in.Files)
	if err != nil {
		return nil, err
	}
	kept := false
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		r.Sent, kept, err = keep(tx, by, in)
		return err
	})
	if err != nil || !kept {
		return r, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil || s.last.Sent.Seq < r.Sent.Seq {
		s.last = r
	}
	return r, nil
}

// keep stores files with their entry; false when the form was kept before.
func keep(tx *db.Tx, by auth.Actor, in SendInput) (sent Sent, first bool, err error) {
	key := ""
	if in.Key != "" {
		key = "exercise/" + by.Account + "/" + in.Key
	}
	if first, _, err = tx.Once(key); err != nil || !first {
		return sent, false, err
	}
	sent = Sent{At: by.Now, ByName: by.Name, ByTitle: by.PostTitle, Source: in.Source, AsOf: in.AsOf}
	for _, k := range Kinds() {
		u := in.Files[k]
		b, err := blob.Put(tx, filepath.Base(u.Name), "application/octet-stream", u.Data, MaxFile)
		if err != nil {
			return sent, false, err
		}
		sent.Files = append(sent.Files, File{k, b.Name, b.Size, b.Hash})
	}
	list, err := json.Marshal(sent.Files)
	if err != nil {
		return sent, false, err
	}
	sent.Kept = string(list)
	return sent, true, enter(tx, by, &sent)
}

func enter(tx *db.Tx, by auth.Actor, sent *Sent) error {
	if err := tx.Lock("band_exercise", ""); err != nil {
		return err
	}
	if err := tx.Get(&sent.Seq, "SELECT COALESCE(MAX(seq), 0) + 1 FROM band_exercise"); err != nil {
		return err
	}
	_, err := tx.Exec("INSERT INTO band_exercise (seq, at, by_name, by_title, source, as_of, files) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		sent.Seq, int64(sent.At), sent.ByName, sent.ByTitle, sent.Source, int64(sent.AsOf), sent.Kept)
	if err != nil {
		return err
	}
	if err := tx.Changed(by.Now, db.Change{Kind: "exercise", Subject: "bands", Unit: by.UnitPath, What: "sent"}); err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Entry{Action: "exercise.sent", Kind: "exercise", Subject: "bands", Unit: by.UnitPath, Fields: []string{"files"}})
}
