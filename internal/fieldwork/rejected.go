package fieldwork

import (
	"context"
	"encoding/json"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/sampling"
	"phaodai/internal/vault"
)

// refused is what had no sense, with the arguments of the message that says why.
type refused struct {
	Record Record `json:"record"`
	Args   []any  `json:"args,omitempty"`
}

func rejectedPlace(id string) vault.Place {
	return vault.Place{Table: "field_rejected", Column: "record", ID: id}
}

// rejected keeps what had no sense, sealed.
func (s *Service) rejected(tx *db.Tx, h Held, r Record, why sampling.Receipt) error {
	if !id.Valid(r.ID) {
		r.ID = s.IDs.New()
	}
	var n int
	if err := tx.Get(&n, "SELECT COUNT(*) FROM field_rejected WHERE id = $1", r.ID); err != nil || n > 0 {
		return err
	}
	record, err := s.Vault.Seal(rejectedPlace(r.ID), jsonOf(refused{r, why.Args}))
	if err != nil {
		return err
	}
	_, err = tx.Exec("INSERT INTO field_rejected (id, phone, unit_path, record, key, at, seen_by) VALUES ($1, $2, $3, $4, $5, $6, '')",
		r.ID, h.Phone.ID, h.Phone.UnitPath, record, why.Key, int64(h.Actor.Now))
	return err
}

// Rejected is what a phone sent and the system could not take: somebody asks the
// team again.
type Rejected struct {
	ID     string         `json:"id" db:"id"`
	Key    string         `json:"key" db:"key"` // message that says why
	Args   []any          `json:"-" db:"-"`
	At     instant.Micros `json:"at" db:"at"`
	Holder string         `json:"holder" db:"holder"` // of the phone
	Sealed string         `json:"-" db:"record"`
	Kind   string         `json:"kind" db:"-"`
	About  string         `json:"about" db:"-"` // whom, or which tube, as far as the record says
	Note   string         `json:"note,omitempty" db:"-"`
}

func (s *Service) rejectedOf(tx *db.Tx, path string) (out []Rejected, err error) {
	err = tx.Select(&out, `SELECT r.id, r.key, r.at, r.record, p.name AS holder FROM field_rejected r JOIN field_phone p ON p.id = r.phone
		WHERE r.unit_path = $1 AND r.seen_by = '' ORDER BY r.at, r.id LIMIT 100`, path)
	for i := range out {
		text, bad := s.Vault.Open(rejectedPlace(out[i].ID), out[i].Sealed)
		if bad != nil {
			return nil, bad
		}
		var x refused
		if err := json.Unmarshal([]byte(text), &x); err != nil {
			return nil, err
		}
		out[i].Args, out[i].Kind, out[i].Note = x.Args, string(x.Record.Kind), x.Record.Note
		out[i].About = firstOf(x.Record.Name, x.Record.Tube)
	}
	return out, err
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// SeeRejected says that somebody asked the team again.
func (s *Service) SeeRejected(ctx context.Context, by auth.Actor, id string) error {
	return s.Store.Write(ctx, func(tx *db.Tx) error {
		var path string
		err := tx.Get(&path, "SELECT unit_path FROM field_rejected WHERE id = $1", id)
		if err == db.ErrNoRow {
			return fault.New(fault.NotFound, "fieldwork.visit_unknown")
		}
		if err == nil {
			err = by.Require(auth.FieldManage, path, auth.Personal)
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE field_rejected SET seen_by = $1 WHERE id = $2 AND seen_by = ''", by.Name, id); err != nil {
			return err
		}
		return audit.Record(tx, by, audit.Entry{Action: "field_rejected.seen", Kind: "field_rejected", Subject: id, Unit: path})
	})
}
