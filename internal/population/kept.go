package population

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"phaodai/internal/cohort"
	"phaodai/internal/db"
)

// A file that is kept begins with one line that names the entry of the change
// log up to which it has come; the snapshot of the engine follows. The entry must
// stand in the log as the line has it: a file of another database, or of one that
// was put back to an earlier day, is not used.

// mostMark bounds that line.
const mostMark = 4096

// errKept is why a file is not used.
var errKept = errors.New("population: the snapshot is of another database")

// restore takes up the engine from the file and says whether it could. What it
// cannot use is told and left: the database is the truth.
func (s *Service) restore(ctx context.Context) bool {
	if s.file == "" {
		return false
	}
	err := s.restoreFrom(ctx, s.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.log.Warn("population: the snapshot is not used", "err", err)
	}
	return err == nil
}

func (s *Service) restoreFrom(ctx context.Context, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, mostMark)
	line, err := in.ReadSlice('\n')
	if err != nil {
		return fmt.Errorf("population: snapshot: %w", err)
	}
	var was db.Logged
	if err := json.Unmarshal(line, &was); err != nil {
		return fmt.Errorf("population: snapshot: %w", err)
	}
	is, err := s.entry(ctx, was.Cursor)
	if err != nil {
		return err
	}
	if is != was {
		return errKept
	}
	engine, err := cohort.Restore(in, schema())
	if err != nil {
		return err
	}
	if db.Cursor(engine.View().At()) != was.Cursor {
		return errKept
	}
	return s.stand(ctx, engine)
}

// stand puts an engine on the ground as it is now.
func (s *Service) stand(ctx context.Context, engine *cohort.Population) error {
	s.areas, s.classes = map[string]placed{}, classesAt{}
	var edits []cohort.Edit
	err := s.store.Read(ctx, func(tx *db.Tx) error {
		areas, err := s.ground(tx)
		for _, a := range areas {
			edits = append(edits, a)
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := engine.Set(edits...); err != nil {
		return err
	}
	s.engine = engine
	return nil
}

// entry is the entry of the change log at a place.
func (s *Service) entry(ctx context.Context, at db.Cursor) (db.Logged, error) {
	log, err := s.store.Follow(ctx, db.Cursor{Xid: at.Xid, Seq: at.Seq - 1}, 1)
	if err == nil && (len(log) == 0 || log[0].Cursor != at) {
		err = errKept
	}
	if err != nil {
		return db.Logged{}, err
	}
	return log[0], nil
}

// Keep writes the engine into its file, whole or not at all. What is there
// already is not written again.
func (s *Service) Keep(ctx context.Context) error {
	s.following.Lock()
	view := s.engine.View()
	at, last := db.Cursor(view.At()), s.kept
	s.following.Unlock()
	if s.file == "" || at == last || at == (db.Cursor{}) {
		return nil
	}
	entry, err := s.entry(ctx, at)
	if err != nil {
		return err
	}
	if err := replace(s.file, func(out io.Writer) error {
		line, err := json.Marshal(entry)
		if err != nil {
			return err
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			return err
		}
		return view.Save(out)
	}); err != nil {
		return err
	}
	s.following.Lock()
	s.kept = at
	s.following.Unlock()
	return nil
}

// replace writes a file beside its place and moves it there when it is on disk.
func replace(file string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone when it was moved
	out := bufio.NewWriterSize(f, 1<<20)
	err = errors.Join(write(out), out.Flush(), f.Sync(), f.Close())
	if err != nil {
		return fmt.Errorf("population: snapshot: %w", err)
	}
	return os.Rename(f.Name(), file)
}
