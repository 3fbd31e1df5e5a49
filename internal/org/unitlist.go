package org

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"phaodai/internal/fault"
	"phaodai/internal/fold"
)

// ListUnit is a unit as a national list names it.
type ListUnit struct {
	Row    int    // of the file, 0 where it has no rows
	Tier   string // "province", "district", "ward", "commune"
	Code   string
	Parent string // id of the unit above, "" for a province
	Name   string
}

// ID is the id that the unit gets.
func (u ListUnit) ID() string { return unitID(u.Parent, u.Code) }

// RowError is a row of a list that could not be used, and why.
type RowError struct {
	Row  int    `json:"row"`
	Text string `json:"text"` // the row as read
	Key  string `json:"key"`
	Args []any  `json:"args"`
}

// UnitList is a national list as read: its units, those above first, and the
// rows that are wrong.
type UnitList struct {
	Units  []ListUnit
	Errors []RowError
}

// listLimit bounds a list after unpacking.
const listLimit = 64 << 20

// ReadUnitList reads a list of units: the CSV of three tiers (province_code,
// province, district_code ...), the JSON of three tiers (level1_id ...), or the
// JSON of two tiers since July 2025 (Code, FullName, Wards); plain or gzip.
func ReadUnitList(r io.Reader) (UnitList, error) {
	text, err := unpack(r)
	if err != nil {
		return UnitList{}, err
	}
	b := &listBuilder{seen: map[string]string{}}
	switch first := bytes.TrimLeft(text, " \r\n\t\ufeff"); {
	case len(first) == 0:
		return UnitList{}, fault.New(fault.Invalid, "org.list_empty")
	case first[0] == '[':
		err = b.twoTiers(first)
	case first[0] == '{':
		err = b.threeTiers(first)
	default:
		err = b.table(first)
	}
	if err != nil {
		return UnitList{}, err
	}
	if len(b.list.Units) == 0 {
		return b.list, fault.New(fault.Invalid, "org.list_empty")
	}
	return b.list, nil
}

// unpack reads all of a file, through gzip when it is packed.
func unpack(r io.Reader) ([]byte, error) {
	buffered := bufio.NewReader(r)
	var plain io.Reader = buffered
	if magic, err := buffered.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "org.list_unreadable")
		}
		plain = z
	}
	text, err := io.ReadAll(io.LimitReader(plain, listLimit+1))
	switch {
	case err != nil:
		return nil, fault.Wrap(err, fault.Invalid, "org.list_unreadable")
	case len(text) > listLimit:
		return nil, fault.New(fault.TooLarge, "org.list_too_large", "MB", listLimit>>20)
	}
	return text, nil
}

type listBuilder struct {
	list UnitList
	seen map[string]string // names by id
}

// add takes a unit over unless it is wrong; a unit named on many rows counts
// once.
func (b *listBuilder) add(u ListUnit, text string) (ok bool) {
	u.Name = strings.Join(strings.Fields(fold.NFC(u.Name)), " ")
	if rest, ok := strings.CutPrefix(u.Name, "xã "); ok {
		u.Name = "Xã " + rest
	}
	width := map[string]int{"province": 2, "district": 3, "ward": 5, "commune": 5}[u.Tier]
	have, known := b.seen[u.ID()]
	switch {
	case len(u.Code) != width || strings.Trim(u.Code, "0123456789") != "":
		return b.wrong(u.Row, text, "org.list_code", "Code", u.Code, "Width", width)
	case u.Name == "":
		return b.wrong(u.Row, text, "org.list_name", "Code", u.Code)
	case known && have != u.Name:
		return b.wrong(u.Row, text, "org.list_two_names", "Code", u.Code, "Name", have, "Other", u.Name)
	case known && u.Row > 0 && (u.Tier == "ward" || u.Tier == "commune"):
		return b.wrong(u.Row, text, "org.list_twice", "Code", u.Code)
	case !known:
		b.seen[u.ID()] = u.Name
		b.list.Units = append(b.list.Units, u)
	}
	return true
}

func (b *listBuilder) wrong(row int, text, key string, args ...any) bool {
	b.list.Errors = append(b.list.Errors, RowError{Row: row, Text: text, Key: key, Args: args})
	return false
}

func (b *listBuilder) twoTiers(text []byte) error {
	var list []struct {
		Code, FullName string
		Wards          []struct{ Code, FullName string }
	}
	if err := json.Unmarshal(text, &list); err != nil {
		return fault.Wrap(err, fault.Invalid, "org.list_unreadable")
	}
	for _, p := range list {
		if !b.add(ListUnit{Tier: "province", Code: p.Code, Name: p.FullName}, p.Code+" "+p.FullName) {
			continue
		}
		for _, w := range p.Wards {
			b.add(ListUnit{Tier: "commune", Code: w.Code, Parent: p.Code, Name: w.FullName}, w.Code+" "+w.FullName)
		}
	}
	return nil
}

func (b *listBuilder) threeTiers(text []byte) error {
	var list struct {
		Data []struct {
			ID        string `json:"level1_id"`
			Name      string `json:"name"`
			Districts []struct {
				ID    string `json:"level2_id"`
				Name  string `json:"name"`
				Wards []struct {
					ID   string `json:"level3_id"`
					Name string `json:"name"`
				} `json:"level3s"`
			} `json:"level2s"`
		} `json:"data"`
	}
	if err := json.Unmarshal(text, &list); err != nil {
		return fault.Wrap(err, fault.Invalid, "org.list_unreadable")
	}
	for _, p := range list.Data {
		province := ListUnit{Tier: "province", Code: p.ID, Name: p.Name}
		if !b.add(province, p.ID+" "+p.Name) {
			continue
		}
		for _, d := range p.Districts {
			district := ListUnit{Tier: "district", Code: d.ID, Parent: province.ID(), Name: d.Name}
			if !b.add(district, d.ID+" "+d.Name) {
				continue
			}
			for _, w := range d.Wards {
				b.add(ListUnit{Tier: "ward", Code: w.ID, Parent: district.ID(), Name: w.Name}, w.ID+" "+w.Name)
			}
		}
	}
	return nil
}

// table reads the CSV; columns are found by their names.
func (b *listBuilder) table(text []byte) error {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	head, err := r.Read()
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "org.list_unreadable")
	}
	column := map[string]int{}
	for i, name := range head {
		column[strings.TrimSpace(name)] = i
	}
	for _, name := range []string{"province_code", "province", "district_code", "district", "ward_code", "ward"} {
		if _, ok := column[name]; !ok {
			return fault.New(fault.Invalid, "org.list_column", "Column", name)
		}
	}
	for row := 2; ; row++ {
		record, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			b.wrong(row, "", "org.list_row", "Reason", err.Error())
			continue
		}
		b.row(row, record, func(name string) string {
			if i := column[name]; i < len(record) {
				return strings.TrimSpace(record[i])
			}
			return ""
		})
	}
}

func (b *listBuilder) row(row int, record []string, get func(string) string) {
	text := strings.Join(record, ",")
	if len(record) < 6 {
		b.wrong(row, text, "org.list_short_row", "Columns", fmt.Sprint(len(record)))
		return
	}
	province := ListUnit{Row: row, Tier: "province", Code: get("province_code"), Name: get("province")}
	district := ListUnit{Row: row, Tier: "district", Code: get("district_code"), Parent: province.Code, Name: get("district")}
	ok := b.add(province, text) && b.add(district, text)
	// An island district has no wards: its row ends here.
	if ok && get("ward_code")+get("ward") != "" {
		b.add(ListUnit{Row: row, Tier: "ward", Code: get("ward_code"), Parent: district.ID(), Name: get("ward")}, text)
	}
}

// Succession says which unit came after another, by the codes of a list.
type Succession struct {
	Code, NextCode string
	Note           string
}

// ReadSuccession reads a mapping of old to new ward codes: a CSV whose columns
// are ward_code_<year>, ward_code_<later year> and note, or old_code, new_code
// and note. Rows that map a code to itself are left out.
func ReadSuccession(r io.Reader) ([]Succession, error) {
	text, err := unpack(r)
	if err != nil {
		return nil, err
	}
	c := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	c.FieldsPerRecord, c.LazyQuotes = -1, true
	records, err := c.ReadAll()
	if err != nil || len(records) == 0 {
		return nil, fault.Wrap(err, fault.Invalid, "org.list_unreadable")
	}
	from, to, note := successionColumns(records[0])
	if from < 0 || to < 0 {
		return nil, fault.New(fault.Invalid, "org.list_column", "Column", "old_code, new_code")
	}
	var out []Succession
	for _, rec := range records[1:] {
		if len(rec) <= max(from, to) || rec[from] == "" || rec[to] == "" || rec[from] == rec[to] {
			continue
		}
		s := Succession{Code: rec[from], NextCode: rec[to]}
		if note >= 0 && note < len(rec) {
			s.Note = strings.TrimSpace(rec[note])
		}
		out = append(out, s)
	}
	return out, nil
}

func successionColumns(head []string) (from, to, note int) {
	from, to, note = -1, -1, -1
	for i, h := range head {
		h = strings.TrimSpace(h)
		switch {
		case h == "old_code":
			from = i
		case h == "new_code":
			to = i
		case h == "note" || h == "decree":
			note = i
		case strings.HasPrefix(h, "ward_code_") && from < 0:
			from = i
		case strings.HasPrefix(h, "ward_code_"):
			to = i
		}
	}
	return from, to, note
}
