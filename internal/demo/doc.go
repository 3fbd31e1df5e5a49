// Package demo is the sample data of an exercise, made by the project: a real
// district (quận Long Biên, its wards and offices) with invented persons,
// telephone numbers, decisions and papers, at 18:35 on 5 September 2021.
//
// The same identifiers, clock and randomness give the same data.
package demo
