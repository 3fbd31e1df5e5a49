package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"phaodai/internal/caseband"
	"phaodai/internal/criterion"
	"phaodai/internal/fault"
	"phaodai/internal/i18n"
	"phaodai/internal/instant"
)

// exerciseCmd tries rules on what has happened.
type exerciseCmd struct {
	Bands exerciseBandsCmd `cmd:"" help:"Bands of the case rate of Decision 4800/QĐ-BYT for every ward and day of a list of cases."`
}

// exerciseBandsCmd reads lists that the repository does not hold. With the list
// of units of the time and the mapping of mergers, wards that were renamed or
// merged since the census are found as well.
type exerciseBandsCmd struct {
	Cases      string `required:"" help:"CSV, also .gz: province_code, province, district, ward, date, cases."`
	Population string `required:"" help:"CSV, also .gz: province_code, ward_code, province, district, ward, total."`
	Units      string `help:"CSV of the units at the time of the cases: province_code, ward_code, province, district, ward."`
	Mapping    string `help:"CSV of mergers since the census: ward_code_2019, ward_code_2024."`
	Unit       string `help:"Only places of this name or code, with the reasons: \"Cự Khối, Long Biên\"."`
	Format     string `default:"text" enum:"text,json" help:"text or json."`
	Lang       string `default:"vi" enum:"vi,en" help:"Language of messages: vi or en."`
}

// bandTable is the example table whose bands are tried.
const bandTable = "RS4800"

// mostHistories is how many places one name may print.
const mostHistories = 20

// Run prints the exercise.
func (c *exerciseBandsCmd) Run() error {
	out := bufio.NewWriter(os.Stdout)
	if err := errors.Join(c.print(out), out.Flush()); err != nil {
		return &said{text: (&readCmd{Lang: c.Lang}).message(err), code: exitCode(err)}
	}
	return nil
}

func (c *exerciseBandsCmd) print(out io.Writer) error {
	table, err := exampleTable(bandTable)
	if err != nil {
		return err
	}
	e, err := c.recompute(table)
	if err != nil {
		return err
	}
	chosen, err := c.choose(e)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return c.json(out, table, e, chosen)
	}
	return c.text(out, table, e, chosen)
}

func exampleTable(id string) (*criterion.Table, error) {
	tables, err := criterion.Examples()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(tables, func(t *criterion.Table) bool { return t.ID == id })
	if i < 0 {
		return nil, fmt.Errorf("no example table %s", id)
	}
	return tables[i], nil
}

func (c *exerciseBandsCmd) recompute(table *criterion.Table) (*caseband.Exercise, error) {
	residents, err := readFile(c.Population, caseband.ReadPopulation)
	if err != nil {
		return nil, err
	}
	places := caseband.NewPlaces(residents)
	if c.Units != "" {
		present, err := readFile(c.Units, caseband.ReadPresent)
		if err != nil {
			return nil, err
		}
		var successor map[string]string
		if c.Mapping != "" {
			if successor, err = readFile(c.Mapping, caseband.ReadSuccession); err != nil {
				return nil, err
			}
		}
		places.Rename(present, successor)
	}
	cases, err := readFile(c.Cases, caseband.ReadCases)
	if err != nil {
		return nil, err
	}
	return caseband.Recompute(table, places, cases)
}

// choose finds the histories to print: those of a name, or nil for all.
func (c *exerciseBandsCmd) choose(e *caseband.Exercise) ([]caseband.History, error) {
	if c.Unit == "" {
		return nil, nil
	}
	units := e.Find(c.Unit)
	switch n := len(units); {
	case n == 0:
		return nil, fault.New(fault.NotFound, "caseband.no_unit", "Name", c.Unit)
	case n > mostHistories:
		return nil, fault.New(fault.Invalid, "caseband.many", "Count", n, "Name", c.Unit)
	}
	var out []caseband.History
	for _, u := range units {
		if h, ok := e.History(u.Code); ok {
			out = append(out, h)
		}
	}
	return out, nil
}

// json writes one unit after the other: a country does not fit a reader's memory
// twice.
func (c *exerciseBandsCmd) json(out io.Writer, table *criterion.Table, e *caseband.Exercise, chosen []caseband.History) error {
	head, err := json.Marshal(map[string]any{
		"exercise": true, "table": e.Table, "instrument": table.Instrument, "from": e.From, "to": e.To,
		"summary": e.Summary, "note": i18n.T(c.Lang, "caseband.note"),
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s,\n\"units\":[", head[:len(head)-1])
	all := e.All
	if chosen != nil {
		all = func(yield func(caseband.History) bool) { slices.Values(chosen)(yield) }
	}
	separator := "\n"
	for h := range all {
		unit, err := json.Marshal(h)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s%s", separator, unit)
		separator = ",\n"
	}
	_, err = fmt.Fprintln(out, "\n]}")
	return err
}

func (c *exerciseBandsCmd) text(out io.Writer, table *criterion.Table, e *caseband.Exercise, chosen []caseband.History) error {
	fmt.Fprintln(out, i18n.T(c.Lang, "caseband.exercise", "Instrument", table.Instrument, "From", c.day(e.From), "To", c.day(e.To)))
	fmt.Fprintln(out, i18n.T(c.Lang, "caseband.note"))
	for _, h := range chosen {
		c.history(out, h)
	}
	if chosen == nil {
		c.summary(out, e)
	}
	return nil
}

func (c *exerciseBandsCmd) summary(out io.Writer, e *caseband.Exercise) {
	s := e.Summary
	fmt.Fprintln(out, i18n.T(c.Lang, "caseband.summary_cases", "Cases", c.number(s.Cases), "Placed", c.number(s.Placed), "Unplaced", c.number(s.Unplaced)))
	fmt.Fprintln(out, i18n.T(c.Lang, "caseband.summary_units", "Units", c.number(s.Units), "UnitDays", c.number(s.UnitDays),
		"NoReport", c.number(s.NoReport), "NoPeople", c.number(s.NoPeople)))
	for _, band := range slices.Sorted(maps.Keys(s.ByBand)) {
		fmt.Fprintf(out, "  %-4s%24s\n", band, i18n.T(c.Lang, "caseband.unit_days", "Count", c.number(s.ByBand[band])))
	}
	fmt.Fprintln(out, i18n.T(c.Lang, "caseband.summary_last", "To", c.day(e.To)))
	for _, band := range slices.Sorted(maps.Keys(s.ByLastDay)) {
		fmt.Fprintf(out, "  %-4s%24s\n", band, i18n.T(c.Lang, "caseband.units", "Count", c.number(s.ByLastDay[band])))
	}
}

// history prints the bands of a unit, each with the numbers with which it began
// and those of its highest rate.
func (c *exerciseBandsCmd) history(out io.Writer, h caseband.History) {
	fmt.Fprintf(out, "\n%s, %s, %s (%s)\n", h.Unit.Name, h.Unit.District, h.Unit.Province, h.Unit.Code)
	for _, r := range h.Runs {
		band := i18n.T(c.Lang, "caseband.certain", "Band", r.Least)
		if !r.Certain() {
			band = i18n.T(c.Lang, "caseband.uncertain", "Least", r.Least, "Most", r.Most)
		}
		fmt.Fprintf(out, "%s: %s\n", i18n.T(c.Lang, "caseband.to", "From", c.day(r.From), "To", c.day(r.To)), band)
		fmt.Fprintf(out, "    %s\n", c.because(r.Because, r.First))
		if r.Peak.Day != r.First.Day {
			fmt.Fprintf(out, "    %s\n", c.because(r.Because, r.Peak))
		}
	}
}

func (c *exerciseBandsCmd) because(why caseband.Why, n caseband.Numbers) string {
	cases := i18n.T(c.Lang, "caseband.cases", "Day", c.day(n.Day), "Week", c.number(n.Week), "Before", c.number(n.Before))
	return i18n.T(c.Lang, "caseband.because."+string(why), "Cases", cases, "People", c.number(n.People), "Absent", n.Absent,
		"Open", c.number(n.Open.Week+n.Open.Before), "Rate", c.rate(n.Rate), "RateMost", c.rate(n.RateMost))
}

func (c *exerciseBandsCmd) format() i18n.Format { return i18n.NewFormat(c.Lang, instant.Vietnam()) }

func (c *exerciseBandsCmd) day(d caseband.Day) string {
	return c.format().Date(instant.Of(d.Time(instant.Vietnam())))
}

func (c *exerciseBandsCmd) number(n int) string { return c.format().Number(int64(n)) }

// rate is "73,5", "—" when it is not known.
func (c *exerciseBandsCmd) rate(x *float64) string {
	if x == nil {
		return "—"
	}
	return c.format().Decimal(*x, 1)
}
