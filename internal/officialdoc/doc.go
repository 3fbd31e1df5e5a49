// Package officialdoc reads a Vietnamese official document, of the State or of
// the Party, or a news report of one: who ordered what, to whom, by when, how
// often, how much, resting on which other documents.
//
// Reading is a pure function of the text: no clock, no network, no files. The
// same text always gives the same [Document]. Guarantees:
//
//   - A [Span] counts Unicode code points of the text as it was given, whatever
//     its normal form, line wrapping or spelling variant.
//   - Nothing is dropped: every sentence and bullet of the body is a [Clause];
//     one that no rule understood has an empty kind.
//   - Everything extracted names the rule that found it (Why); [Explain] puts
//     the rule into words.
//   - The text as received is never changed; a better reading stands beside it
//     in Corrections.
//   - Time and memory grow with the length of the text; longer than [MaxBytes]
//     is refused.
//
// Rules and word lists are text files under rules/, compiled once by [New].
// DESIGN.md describes the pipeline and how to add a rule. All instants are in
// Vietnam's time, UTC+7.
package officialdoc
