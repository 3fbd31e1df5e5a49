package directive

import (
	"fmt"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/org"
)

// system is the account of what the program does by itself.
const system = "system"

// MayRead tells whether the actor may read a document.
func MayRead(by auth.Actor, tx *db.Tx, document string) (bool, error) {
	where, args := readable(by, 2)
	var n int64
	err := tx.Get(&n, "SELECT COUNT(*) FROM document d WHERE d.id = $1 AND ("+where+")", append([]any{document}, args...)...)
	return n == 1, err
}

// mustRead answers not found for a document that the actor may not read.
func mustRead(by auth.Actor, tx *db.Tx, document string) error {
	ok, err := MayRead(by, tx, document)
	if err == nil && !ok {
		err = notFound()
	}
	return err
}

// readable is the one rule of who reads what, as a condition on document d
// with arguments from $first. Besides what is public, these read:
//   - the office that keeps the document;
//   - an office that it was sent to, or whose confirmed task stands in it;
//   - in the circle of these offices those who advise, approve and number: a
//     paper sent to a People's Committee passes through its Office;
//   - any office in the subtree that an issued or registered document was made
//     known to.
//
// Who has no right to read documents at all reads only what is public.
func readable(by auth.Actor, first int) (string, []any) {
	if by.Account == system {
		return "1 = 1", nil
	}
	c := &conditions{next: first}
	c.add("d.public = 1")
	if by.Can(auth.DocumentRead, by.UnitPath, auth.Internal) && by.Office != "" {
		c.add("d.origin = 'stub'")
		c.theirs(by, "d.office", "%s")
		c.theirs(by, "r.office", "EXISTS (SELECT 1 FROM recipient r WHERE r.document = d.id AND r.sent_at > 0 AND %s)")
		c.theirs(by, "o.office", `EXISTS (SELECT 1 FROM proposal_office o JOIN proposal p ON p.id = o.proposal
			WHERE o.document = d.id AND p.state = 'confirmed' AND %s)`)
		c.addPaths(pathsAbove(by.UnitPath))
	}
	return strings.Join(c.parts, " OR "), c.args
}

// readable asks that the actor may read document d.
func (c *conditions) readable(by auth.Actor) {
	where, args := readable(by, c.next)
	c.parts, c.args, c.next = append(c.parts, "("+where+")"), append(c.args, args...), c.next+len(args)
}

// reasonsOf is readable taken apart: each reason to read as a branch that walks
// an index from the newest document down. A test holds the two together.
func reasonsOf(tx *db.Tx, by auth.Actor) ([]branch, error) {
	of := func(from, id, where string, args ...any) branch {
		return branch{from: from, id: id, where: func(c *conditions) { c.add(where, args...) }}
	}
	out := []branch{of("document d", "d.id", "d.public = 1")}
	if !by.Can(auth.DocumentRead, by.UnitPath, auth.Internal) || by.Office == "" {
		return out, nil
	}
	offices, err := officesOf(tx, by)
	if err != nil {
		return nil, err
	}
	for _, office := range offices {
		sent := of("recipient r JOIN document d ON d.id = r.document", "r.document", "r.office = $ AND r.sent_at > 0", office)
		tasked := of("proposal_office o JOIN proposal p ON p.id = o.proposal JOIN document d ON d.id = o.document", "o.document",
			"o.office = $ AND p.state = 'confirmed'", office)
		sent.twice, tasked.twice = true, true
		out = append(out, of("document d", "d.id", "d.office = $", office), sent, tasked)
	}
	for _, path := range pathsAbove(by.UnitPath) {
		out = append(out, of("document d", "d.id", "d.scope = 'unit' AND d.scope_path = $ AND "+madeKnown, path))
	}
	return out, nil
}

// madeKnown are the states in which a document is made known to a subtree.
const madeKnown = "d.state NOT IN ('received', 'draft', 'adopted', 'submitted', 'signed', 'refused')"

// circle lists the offices whose papers pass through office $: those that form
// one leadership with it in one unit and line (a Party committee with its
// standing board and its Office, a People's Committee with its Office).
const circle = `SELECT k.id FROM office k JOIN office m ON m.unit_path = k.unit_path AND m.line = k.line
	WHERE m.id = $ AND m.kind IN (` + leading + `) AND k.kind IN (` + leading + `)`

const leading = `'PARTY_COMMITTEE', 'PARTY_STANDING', 'PARTY_OFFICE', 'UBND', 'OFFICE', 'FRONT', 'COUNCIL'`

// theirs adds a condition on an office: the actor's own, and for those through
// whom the papers of a unit pass each of its circle. It stands in place of %s in
// a sentence.
func (c *conditions) theirs(by auth.Actor, column, sentence string) {
	if handles(by) {
		c.add(fmt.Sprintf(sentence, "("+column+" = $ OR "+column+" IN ("+circle+"))"), by.Office, by.Office)
		return
	}
	c.add(fmt.Sprintf(sentence, "("+column+" = $)"), by.Office)
}

// officesOf lists the offices of theirs, the actor's own first.
func officesOf(tx *db.Tx, by auth.Actor) ([]string, error) {
	out := []string{by.Office}
	if !handles(by) {
		return out, nil
	}
	var others []string
	err := tx.Select(&others, strings.Replace(circle, "$", "$1", 1)+" AND k.id <> m.id", by.Office)
	return append(out, others...), err
}

// arrived is when a document was last sent to the actor's office or to one whose
// papers pass through it, 0 when it was not.
func arrived(tx *db.Tx, by auth.Actor, document string) (at int64, err error) {
	c := &conditions{next: 2}
	c.theirs(by, "office", "%s")
	return at, tx.Get(&at, "SELECT COALESCE(MAX(sent_at), 0) FROM recipient WHERE document = $1 AND "+c.parts[0], append([]any{document}, c.args...)...)
}

// handles tells whether the actor's post is one through which the papers of
// its unit pass.
func handles(by auth.Actor) bool {
	for _, r := range []auth.Right{auth.DocumentAdvise, auth.DocumentApprove, auth.DocumentIssue} {
		if by.Can(r, by.UnitPath, auth.Internal) {
			return true
		}
	}
	return false
}

// pathsAbove lists a unit's path and those of all units above it.
func pathsAbove(path string) []any {
	out := []any{org.Root}
	for i := 1; i < len(path); i++ {
		if path[i] == '/' {
			out = append(out, path[:i+1])
		}
	}
	return out
}

// conditions collects parts of a query; each $ in a part takes the next
// number.
type conditions struct {
	parts []string
	args  []any
	next  int
}

func (c *conditions) add(part string, args ...any) {
	for range args {
		part = strings.Replace(part, "$", fmt.Sprintf("\x00%d", c.next), 1)
		c.next++
	}
	c.parts = append(c.parts, "("+strings.ReplaceAll(part, "\x00", "$")+")")
	c.args = append(c.args, args...)
}

func (c *conditions) addPaths(paths []any) {
	c.add("d.scope = 'unit' AND "+madeKnown+" AND d.scope_path IN ("+marks(len(paths))+")", paths...)
}

// mayHandle asks for a right over a document's keeping office: held in that
// office or in its circle. An officer of the State line does not decide on
// Party papers, nor the head of a department on those of the committee.
func mayHandle(tx *db.Tx, by auth.Actor, d Document, right auth.Right) error {
	if by.Account == system {
		return nil
	}
	if err := by.Require(right, d.UnitPath, auth.Internal); err != nil {
		return err
	}
	if by.Office == d.Office {
		return nil
	}
	return inCircle(tx, by, d.Office, right)
}

// inCircle refuses unless an office belongs to the actor's circle.
func inCircle(tx *db.Tx, by auth.Actor, office string, right auth.Right) error {
	var n int64
	query := "SELECT COUNT(*) FROM office o WHERE o.id = $1 AND o.id IN (" + strings.Replace(circle, "$", "$2", 1) + ")"
	err := tx.Get(&n, query, office, by.Office)
	if err == nil && n == 0 {
		return fault.New(fault.Denied, "auth.denied", "Right", string(right))
	}
	return err
}

// mayKeep asks for a right in the very office that keeps a document or book:
// clerks work in the books of their own office only.
func mayKeep(by auth.Actor, office, unitPath string, right auth.Right) error {
	if by.Account == system {
		return nil
	}
	if by.Office != office {
		return fault.New(fault.Denied, "auth.denied", "Right", string(right))
	}
	return by.Require(right, unitPath, auth.Internal)
}
