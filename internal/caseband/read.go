package caseband

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"phaodai/internal/fault"
)

// Bounds of what is read.
const (
	maxBytes = 64 << 20 // of a file, unpacked
	maxRows  = 1_000_000
	maxUnits = 20_000
	maxDays  = 400
	maxCount = 1_000_000_000 // people or cases of one row
)

// Resident is one row of a population list.
type Resident struct {
	ProvinceCode, Code       string
	Province, District, Ward string
	People                   int // 0 where the list has none
}

// ReadPopulation reads the population of wards: CSV, also packed with gzip, with
// the columns province_code, ward_code, province, district, ward, total. A row
// without district or ward stands for the unit above.
func ReadPopulation(r io.Reader) (out []Resident, err error) {
	err = rows(r, []string{"province_code", "ward_code", "province", "district", "ward", "total"}, func(c []string) error {
		people := 0
		if c[5] != "" {
			if people, err = count(c[5]); err != nil {
				return err
			}
		}
		if out = append(out, Resident{c[0], c[1], c[2], c[3], c[4], people}); len(out) > maxUnits {
			return tooMany()
		}
		return nil
	})
	return out, err
}

// Present is a unit by its name of the time of the cases.
type Present struct{ ProvinceCode, Code, Province, District, Ward string }

// ReadPresent reads a list of units that holds when the cases happened, with the
// columns province_code, ward_code, province, district, ward.
func ReadPresent(r io.Reader) (out []Present, err error) {
	err = rows(r, []string{"province_code", "ward_code", "province", "district", "ward"}, func(c []string) error {
		if c[1] == "" {
			return nil // a district without wards
		}
		if out = append(out, Present{c[0], c[1], c[2], c[3], c[4]}); len(out) > maxUnits {
			return tooMany()
		}
		return nil
	})
	return out, err
}

// ReadSuccession reads which ward the people of an older one belong to now, by
// code, with the columns ward_code_2019, ward_code_2024.
func ReadSuccession(r io.Reader) (map[string]string, error) {
	out := map[string]string{}
	err := rows(r, []string{"ward_code_2019", "ward_code_2024"}, func(c []string) error {
		out[c[0]] = c[1]
		return nil
	})
	return out, err
}

// Case is one row of a list of cases: how many one day brought to a place.
type Case struct {
	ProvinceCode             string
	Province, District, Ward string // as announced; "" not known
	Day                      Day
	Count                    int
}

// ReadCases reads announced cases with the columns province_code, province,
// district, ward, date, cases.
func ReadCases(r io.Reader) (out []Case, err error) {
	err = rows(r, []string{"province_code", "province", "district", "ward", "date", "cases"}, func(c []string) error {
		day, err := ParseDay(c[4])
		if err != nil {
			return err
		}
		n, err := count(c[5])
		if err != nil {
			return err
		}
		out = append(out, Case{c[0], c[1], c[2], c[3], day, n})
		return nil
	})
	if err == nil && len(out) == 0 {
		return nil, fault.New(fault.Invalid, "caseband.no_cases")
	}
	return out, err
}

// count reads a number of people or cases, which is whole and not negative.
func count(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > maxCount {
		return 0, errors.New(strconv.Quote(s) + " is no count")
	}
	return n, nil
}

func tooMany() error { return fault.New(fault.TooLarge, "caseband.too_large") }

// rows hands the named columns of each row to a function.
func rows(r io.Reader, columns []string, take func([]string) error) error {
	plain, err := unpack(r)
	if err != nil {
		return err
	}
	list := csv.NewReader(plain)
	list.ReuseRecord = true
	head, err := list.Read()
	if err != nil {
		return unreadable(err)
	}
	at, err := find(head, columns)
	if err != nil {
		return err
	}
	cells := make([]string, len(at))
	for n := 2; ; n++ {
		row, err := list.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return unreadable(err)
		case n > maxRows:
			return tooMany()
		}
		for i, column := range at {
			cells[i] = strings.TrimSpace(row[column])
		}
		if err := take(cells); err != nil {
			return wrongRow(n, err)
		}
	}
}

// find is where columns stand in a head.
func find(head, columns []string) ([]int, error) {
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	at := make([]int, len(columns))
	for i, name := range columns {
		if at[i] = slices.Index(head, name); at[i] < 0 {
			return nil, fault.New(fault.Invalid, "caseband.no_column", "Name", name)
		}
	}
	return at, nil
}

func wrongRow(n int, err error) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		return err
	}
	return fault.Wrap(err, fault.Invalid, "caseband.row", "Row", n, "Cause", err.Error())
}

func unreadable(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		return err
	}
	return fault.Wrap(err, fault.Invalid, "caseband.unreadable")
}

// unpack reads through gzip where a file is packed, up to the bound.
func unpack(r io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(r)
	if magic, err := buffered.Peek(2); err != nil || magic[0] != 0x1f || magic[1] != 0x8b {
		return &bounded{buffered, maxBytes}, nil
	}
	z, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, unreadable(err)
	}
	return &bounded{z, maxBytes}, nil
}

// bounded fails past its bound; a silent end would be taken for the list's.
type bounded struct {
	io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, tooMany()
	}
	return n, err
}
