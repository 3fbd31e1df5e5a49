// Package cohort is a whole population in memory beside the database: who is 18
// or older, in zone 1, without a dose and not sampled in the last three days, in
// every ward, and who they are in the order in which a team walks. Counts of a
// city of 8 million take about a millisecond.
//
// # What it promises
//
//   - A rule gives for every person what package rule gives for his values one by
//     one, in Kleene's three values: those for whom a value is missing that would
//     decide are a list of their own, never a silent no.
//   - An expression that sets cannot tell is refused when it is compiled, with
//     the place and the reason.
//   - A [View] never changes. Readers wait for nobody; changes become visible all
//     at once, and a change that fails changes nothing.
//   - Changes carry their place in the change log. One that was taken already is
//     left out, so that after a crash, or in another process, a snapshot and the
//     tail of the log give the same as everything from the beginning.
//   - A snapshot that is damaged, or of another version or schema, is refused with
//     [ErrSnapshot]; the caller loads from the database, which is the truth.
//
// # Use
//
//	p, err := cohort.Restore(file, schema)     // or a Builder that reads the database
//	n, err := p.Apply(changes...)              // in the order of the log; p.View().At() says how far
//	rules, err := schema.Rules()
//	r, err := rules.Compile("age >= 18 && zone == 'Z1' && doses == 0 && days_since(last_sample) >= 3")
//	a := p.View().Ask(r, cohort.Asked{Day: today, Round: round})
//	a.Wards(); a.Areas(ward); a.List(ward)     // counts, counts by group, people in walking order
//	a = a.On(p.View())                         // later: counts anew only where something changed
//	p.View().Coverage(r, asked, bands, rounds, 1)
//	p.View().Explain(r, no, asked)             // one person, with the values seen
//
// # Values
//
// Rules name these values; [Schema.Kind] declares them. Days are calendar days of
// the unit: the caller makes each [instant.Day] in the unit's zone.
//
//	age                whole years on the day asked about; born on 29 February: older on 1 March.
//	                   Of whom only the year or month of birth is known, a rule is decided for both
//	                   ages that he can have
//	sex, residence     codes of the registry; "" is not known
//	ward               code of the ward of the home
//	areas              codes of all areas around the home, from the smallest to the widest
//	one for each layer class of the nearest area around the home that has one; none: not known
//	occupations        codes, several
//	priorities         codes of priority groups, several
//	doses              number of doses, counted to 15
//	samples_in_round   samples in the round asked about, counted to 15; not known when no round is asked about
//	last_dose, last_sample, symptoms, arrival
//	                   asked as days_since(...), in days; negative when after the day asked
//	                   about; more than any number when it never happened
//	symptomatic        symptoms began on the day asked about or before
//	known(value)       whether a value is known; always decided
//
// Of a value the last is held, not the history: asked about an earlier day,
// days_since counts from the sample that is the last now. Counts of areas and
// classes are those of the view, "from now on".
//
// # How it is laid out
//
// The people of a ward stand in walking order (area, key of the way, household,
// identifier), so that wards, groups and buildings are ranges, and lists need no
// sorting. Inside they have numbers, which nobody outside sees. A value is a code of a few
// bits, and each bit is one set of the ward's people, a plain []uint64. A
// comparison goes once through the planes of its value (P. O'Neil and D. Quass,
// SIGMOD 1997); and, or and not are those of machine words, on a set of those for
// whom a rule holds and one of those for whom it may. Classes of areas are kept
// as runs of people. Births share the lower bits of their code for all ages asked
// about on one day; the sets of ages are kept with the column until it changes.
//
// A change copies the columns that it touches of the wards that it touches; what
// it does not touch, all views share. Who comes, goes or moves has the ward built
// anew, one or two milliseconds for one of 20,000. An answer knows by the pointer
// of a ward whether it must look at it again.
//
// ADR 7 tells what was measured, and why not compressed bitmaps.
package cohort
