// Package directive keeps the official documents of every office: those that
// come and those that are made here, what stands in them, and how they pass
// from hand to hand until their clauses are ready to become tasks.
//
// Guarantees:
//   - An arrival number is one more than the last of its book and year, without
//     gaps, however many clerks register at once and whatever fails between.
//     State numbers run by year and kind, Party numbers by term and kind.
//   - Another office's stamp or slip on a scan is kept as seen and never
//     becomes a number of ours.
//   - A document with a secrecy mark is a line of a book: no text, no file, no
//     clause of it is taken in.
//   - Who may read is decided in one place (MayRead): the office that keeps the
//     document, those it was sent to, the subtree it was made known to. Public
//     is off until somebody with that right ticked it.
//   - What the reader found and what a person made of it are both kept.
//   - Every change is audited and stands in the change log in its transaction;
//     a form based on an older version is refused, nothing is lost by it.
//
// Days are text "2006-01-02" as printed on the document; moments are
// instant.Micros of the world clock.
package directive
