package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"phaodai/internal/db"
	"phaodai/internal/fault"
)

// How says what was done to the log.
type How string

// The kinds of tampering, each named at the first entry it is seen at.
const (
	Altered  How = "altered"  // the entry is not what was sealed
	Removed  How = "removed"  // the sealed entry is not there any more
	Inserted How = "inserted" // an entry stands among sealed ones and was never sealed
	Resealed How = "resealed" // the seals were rewritten: they do not lead to what was signed
	Cut      How = "cut"      // a checkpoint signed a longer log than there is
	Unsigned How = "unsigned" // a checkpoint is not signed by the key of its time
	Rekeyed  How = "rekeyed"  // the keys are not those whose change was sealed
)

// Finding is the first place where the log is not what was sealed.
type Finding struct {
	How  How   `json:"how"`
	Seq  int64 `json:"seq"`  // number of the entry; the first possible one when several are
	Last int64 `json:"last"` // the last possible one, equal to Seq when the entry is known
}

// Report is the result of Verify.
type Report struct {
	Sealed    int64    `json:"sealed"`              // entries in the log
	Unsealed  []int64  `json:"unsealed"`            // numbers of the newest entries that await sealing, at most 1000
	Signed    int64    `json:"signed"`              // size that the newest checkpoint signs
	Finding   *Finding `json:"finding"`             // nil: everything is as sealed
	Outside   int64    `json:"outside"`             // size of the longest checkpoint given from outside
	Keys      []Period `json:"keys"`                // that signed, up to the first that does not hold
	Signature string   `json:"signature,omitempty"` // what is wrong with a checkpoint
	Key       string   `json:"key,omitempty"`       // what is wrong with a key
}

// Lost lists the keys for which no key before them vouches.
func (r Report) Lost() []Period {
	return slices.DeleteFunc(slices.Clone(r.Keys), func(p Period) bool { return !p.Lost })
}

// Verify reads the whole log on one snapshot and compares it with the tree and
// with every signed checkpoint, those given from outside the database included,
// each by the key of its time. key holds the newest; without one (nil) nothing
// outside the database says which keys are right. progress, which may be nil,
// is told the number of entries read.
func Verify(ctx context.Context, store *db.DB, key *Key, outside []string, progress func(int64)) (Report, error) {
	v := &verifier{signed: map[int64]tlog.Hash{}, progress: progress}
	v.holdKey(key)
	err := store.Read(ctx, func(tx *db.Tx) error {
		if err := v.keys(tx, key); err != nil {
			return err
		}
		if err := v.checkpoints(tx, outside); err != nil {
			return err
		}
		if err := v.entries(tx); err != nil {
			return err
		}
		return v.ends(tx)
	})
	return v.report, err
}

type verifier struct {
	held     []string            // public keys outside the database
	badKey   int64               // size of the log from which on a key does not hold
	badSign  int64               // size of the first checkpoint that does not
	signed   map[int64]tlog.Hash // by size
	stored   []tlog.Hash         // the tree as stored, from number from
	from     int64
	last     []int64 // seq by place, for ranges
	tree     tree
	proved   int64 // size at the last checkpoint that agreed
	progress func(int64)
	report   Report
}

// checkpoints reads the signed sizes. A stored note that nobody signed is a
// finding; one from outside that nobody signed is no checkpoint of this log.
func (v *verifier) checkpoints(tx *db.Tx, outside []string) error {
	var rows []struct {
		Size int64  `db:"size"`
		Note string `db:"note"`
	}
	if err := tx.Select(&rows, "SELECT size, note FROM audit_checkpoint ORDER BY size"); err != nil {
		return err
	}
	for _, r := range rows {
		c, err := periods(v.report.Keys).open(r.Note)
		if err == nil && c.Size != r.Size {
			err = fmt.Errorf("it is of size %d", c.Size)
		}
		if err == nil {
			err = v.sign(c)
		}
		if err != nil {
			v.unsigned(r.Size, err)
			continue
		}
		v.report.Signed = max(v.report.Signed, c.Size)
	}
	for _, text := range outside {
		c, err := periods(v.report.Keys).open(text)
		if err == nil {
			err = v.sign(c)
		}
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "audit.checkpoint_unknown", "Why", err.Error())
		}
		v.report.Outside = max(v.report.Outside, c.Size)
	}
	return nil
}

func (v *verifier) unsigned(size int64, why error) {
	if v.report.Signature == "" {
		v.badSign, v.report.Signature = size, fmt.Sprintf("checkpoint of size %d: %v", size, why)
	}
}

// sign notes what the log must have been at a size.
func (v *verifier) sign(c Checkpoint) error {
	if h, ok := v.signed[c.Size]; ok && h != c.Hash {
		return errors.New("two signed checkpoints of one size differ: the key was used elsewhere")
	}
	v.signed[c.Size] = c.Hash
	return nil
}

const verifyBatch = 1000

type sealedEntry struct {
	Place int64 `db:"place"`
	Want  int64 `db:"want"`
	There bool  `db:"there"`
	Logged
}

// entriesAt reads a batch of sealed entries; one whose row is gone has There false.
const entriesAt = `SELECT s.n AS place, s.seq AS want, a.seq IS NOT NULL AS there, COALESCE(a.seq, 0) AS seq,
	COALESCE(a.wall, 0) AS wall, COALESCE(a.world, 0) AS world, COALESCE(a.account, '') AS account,
	COALESCE(a.person, '') AS person, COALESCE(a.post, '') AS post, COALESCE(a.office, '') AS office,
	COALESCE(a.action, '') AS action, COALESCE(a.kind, '') AS kind, COALESCE(a.subject, '') AS subject,
	COALESCE(a.unit, '') AS unit, COALESCE(a.fields, '') AS fields, COALESCE(a.reason, '') AS reason,
	COALESCE(a.request, '') AS request
	FROM audit_seal s LEFT JOIN audit a ON a.seq = s.seq WHERE s.n >= $1 ORDER BY s.n LIMIT $2`

// entries checks the log batch by batch, up to the first finding.
func (v *verifier) entries(tx *db.Tx) error {
	for v.report.Finding == nil {
		var batch []sealedEntry
		if err := tx.Select(&batch, entriesAt, v.tree.size, verifyBatch); err != nil {
			return err
		}
		if err := v.nodes(tx); err != nil {
			return err
		}
		for _, e := range batch {
			if v.report.Finding == nil {
				v.entry(e)
			}
		}
		if v.progress != nil {
			v.progress(v.tree.size)
		}
		if len(batch) < verifyBatch {
			break
		}
	}
	return tx.Get(&v.report.Sealed, "SELECT COUNT(*) FROM audit_seal")
}

// nodes reads the stored hashes of the next batch. What is missing or damaged
// becomes the zero hash, which equals no real one.
func (v *verifier) nodes(tx *db.Tx) error {
	v.from = tlog.StoredHashIndex(0, v.tree.size)
	v.stored = make([]tlog.Hash, tlog.StoredHashIndex(0, v.tree.size+verifyBatch)-v.from)
	var rows []nodeRow
	err := tx.Select(&rows, "SELECT n, hash FROM audit_node WHERE n >= $1 AND n < $2", v.from, v.from+int64(len(v.stored)))
	for _, r := range rows {
		if h, err := decode(r.Hash); err == nil {
			v.stored[r.N-v.from] = h
		}
	}
	return err
}

// entry checks the next place of the log.
func (v *verifier) entry(e sealedEntry) {
	leaf, err := e.leaf()
	switch {
	case e.Place != v.tree.size: // a seal was taken out, with its entry
		v.find(Removed, v.lastSeq()+1, max(v.lastSeq()+1, e.Want-1))
		return
	case !e.There:
		v.find(Removed, e.Want, e.Want)
		return
	case err != nil:
		v.find(Altered, e.Want, e.Want)
		return
	}
	v.last = append(v.last, e.Want)
	at := tlog.StoredHashIndex(0, e.Place) - v.from
	for level, h := range v.tree.add(leaf) {
		switch {
		case v.stored[at+int64(level)] == h:
		case level == 0:
			v.find(Altered, e.Want, e.Want)
			return
		default: // the hash of the entry was rewritten with it, the one above was not
			v.find(Resealed, v.last[e.Place+1-1<<level], e.Want)
			return
		}
	}
	if h, ok := v.signed[v.tree.size]; ok {
		if h != v.tree.root() {
			v.find(Resealed, v.last[v.proved], e.Want)
			return
		}
		v.proved = v.tree.size
	}
}

func (v *verifier) find(how How, first, last int64) {
	v.report.Finding = &Finding{how, first, last}
}

// ends looks at what stands behind the sealed entries, and among them without
// a seal.
func (v *verifier) ends(tx *db.Tx) error {
	_, at, err := sealed(tx)
	if err != nil {
		return err
	}
	tail, err := unsealed(tx, at, 1000)
	if err != nil {
		return err
	}
	for _, e := range tail {
		v.report.Unsealed = append(v.report.Unsealed, e.Seq)
	}
	if v.report.Finding != nil {
		return nil
	}
	return v.strangers(tx, at)
}

func (v *verifier) strangers(tx *db.Tx, at db.Cursor) error {
	all, err := unsealed(tx, before(tx), 1)
	switch {
	case err != nil:
		return err
	case len(all) > 0 && v.report.Sealed > 0 && !after(all[0], at):
		v.find(Inserted, all[0].Seq, all[0].Seq)
	case max(v.report.Signed, v.report.Outside) > v.report.Sealed:
		v.find(Cut, v.lastSeq()+1, v.lastSeq()+max(v.report.Signed, v.report.Outside)-v.report.Sealed)
	case v.report.Key != "":
		v.find(Rekeyed, v.seqFrom(v.badKey), v.lastSeq())
	case v.report.Signature != "":
		v.find(Unsigned, v.seqFrom(0), v.seqFrom(v.badSign-1))
	case v.proved < v.report.Sealed: // seals that nobody signed
		v.find(Resealed, v.last[v.proved], v.lastSeq())
	}
	return nil
}

// seqFrom is the entry behind a size of the log.
func (v *verifier) seqFrom(size int64) int64 {
	if size < 0 || size >= int64(len(v.last)) {
		return v.lastSeq()
	}
	return v.last[size]
}

func (v *verifier) lastSeq() int64 {
	if len(v.last) == 0 {
		return 0
	}
	return v.last[len(v.last)-1]
}

func after(e placed, at db.Cursor) bool {
	return e.Xid > at.Xid || e.Xid == at.Xid && e.Seq > at.Seq
}
