package exercise

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"

	"phaodai/internal/caseband"
	"phaodai/internal/criterion"
	"phaodai/internal/fault"
)

// Kind is what a file lists; it is also the name of its field in forms.
type Kind string

// The files of an exercise.
const (
	Cases      Kind = "cases"
	Population Kind = "population"
	Units      Kind = "units"
	Mapping    Kind = "mapping"
)

// Kinds lists the files in the order in which they are asked for.
func Kinds() []Kind { return []Kind{Cases, Population, Units, Mapping} }

// Upload is a file as sent: CSV, also packed with gzip.
type Upload struct {
	Name string
	Data io.ReadSeeker
}

// Files are the files of an exercise.
type Files map[Kind]Upload

// table is the shipped example whose bands are tried.
const table = "RS4800"

// compute applies the bands to files. What is wrong with one is said at its
// field.
func (s *Service) compute(files Files) (*Result, error) {
	start := s.clock()
	t, err := exampleTable()
	if err != nil {
		return nil, err
	}
	f := fault.New(fault.Invalid, "exercise.nothing_kept")
	people := from(f, files, Population, caseband.ReadPopulation)
	present := from(f, files, Units, caseband.ReadPresent)
	successor := from(f, files, Mapping, caseband.ReadSuccession)
	cases := from(f, files, Cases, caseband.ReadCases)
	if err := f.OrNil(); err != nil {
		return nil, err
	}
	if len(people) == 0 {
		return nil, f.At(string(Population), "exercise.no_rows")
	}
	places := caseband.NewPlaces(people)
	places.Rename(present, successor)
	e, err := caseband.Recompute(t, places, cases)
	if err != nil {
		return nil, at(f, Cases, err)
	}
	return &Result{Instrument: t.Instrument, Took: s.clock().Sub(start), Exercise: e}, nil
}

func exampleTable() (*criterion.Table, error) {
	tables, err := criterion.Examples()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(tables, func(t *criterion.Table) bool { return t.ID == table })
	if i < 0 {
		return nil, fmt.Errorf("exercise: no example table %s", table)
	}
	return tables[i], nil
}

// from reads one file, or notes what is wrong with it.
func from[T any](f *fault.Fault, files Files, kind Kind, read func(io.Reader) (T, error)) (out T) {
	u, ok := files[kind]
	if !ok {
		f.At(string(kind), "input.missing")
		return out
	}
	_, err := u.Data.Seek(0, io.SeekStart)
	if err == nil {
		out, err = read(u.Data)
	}
	if err != nil {
		_ = at(f, kind, err) // the fault is returned with all files looked at
	}
	return out
}

// at says what is wrong with a file at its field: the row, and what its cells
// have to look like.
func at(f *fault.Fault, kind Kind, err error) error {
	var known *fault.Fault
	var parse *csv.ParseError
	switch {
	case errors.As(err, &parse):
		return f.At(string(kind), "exercise.row_torn", "Row", parse.StartLine)
	case errors.As(err, &known) && known.Key == "caseband.row":
		return f.At(string(kind), "exercise.row."+string(kind), known.Args...)
	case errors.As(err, &known):
		return f.At(string(kind), known.Key, known.Args...)
	default:
		return f.At(string(kind), "caseband.unreadable")
	}
}
