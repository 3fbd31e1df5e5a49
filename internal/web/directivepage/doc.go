// Package directivepage is the pages of official documents: the book of
// arrivals and taking into it, a document with its original and its links, the
// processing slip, approval on a phone, the review of what was read, what is
// made here until it is issued, meetings, and search.
//
// Guarantees: whatever a page offers, the capability decides again; a form that
// comes back keeps what was typed; every page works without script, the script
// only saves keys (a dropped file is sent at once, a selected sentence becomes
// a task, what has the focus is marked in the text).
package directivepage
