package sampling

import (
	"context"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/inbox"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/vault"
)

// Foreigner is a newcomer of another nationality, as the police sees him. Who
// reported him and who keeps the registry see neither nationality nor papers.
type Foreigner struct {
	ID          string         `json:"id"`
	UnitPath    string         `json:"unit_path"`
	Name        string         `json:"name"`
	Birth       string         `json:"birth"`
	Phone       string         `json:"phone"`
	Place       string         `json:"place"`
	Nationality string         `json:"nationality"`
	Papers      string         `json:"papers"`
	At          instant.Micros `json:"at"`
	Taker       string         `json:"taker"`
	Resident    string         `json:"resident,omitempty"` // in the registry, once entered
	NotedBy     string         `json:"noted_by,omitempty"`
	NotedAt     instant.Micros `json:"noted_at,omitempty"`
}

func (n newcomer) foreign() bool { return n.Nationality != "" || n.Papers != "" }

// tellPolice writes to the police of the ward of each foreigner in the batch. The
// message says where, the page who.
func (in *intake) tellPolice() error {
	for _, n := range in.newcomers {
		if !n.foreign() {
			continue
		}
		posts, err := org.PostsWith(in.tx, n.UnitPath, org.Police, "police", in.by.Now)
		if err != nil {
			return err
		}
		for _, h := range posts {
			err := inbox.Send(in.tx, n.UnitPath, inbox.Message{
				ID: in.s.ids.New(), Post: h.Post.ID, Person: h.Person.ID, Kind: "foreigner", Subject: n.ID, Key: "sampling.notice.foreigner",
				Args: map[string]any{"Who": in.by.Name, "When": n.At}, At: in.by.Now,
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Foreigners are those of a subtree of whom teams told, the newest first. Reading
// it stands in the audit.
func (s *Service) Foreigners(ctx context.Context, by auth.Actor, path string) (out []Foreigner, err error) {
	if err := by.Require(auth.PeopleForeign, path, auth.Restricted); err != nil {
		return nil, err
	}
	var rows []newcomer
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		rows = nil
		err := tx.Select(&rows, "SELECT "+newcomerColumns+` FROM sampling_newcomer WHERE unit_path >= $1 AND unit_path < $2
			AND (nationality <> '' OR papers <> '') ORDER BY at DESC, id LIMIT 200`, path, org.Beyond(path))
		if err != nil {
			return err
		}
		return audit.Record(tx, by, audit.Entry{Action: "foreigner.listed", Kind: "newcomer", Unit: path, Fields: []string{"nationality", "papers"}})
	})
	for _, n := range rows {
		x, bad := s.openedForeigner(n)
		if bad != nil {
			return nil, bad
		}
		out = append(out, x)
	}
	return out, err
}

func (s *Service) openedForeigner(n newcomer) (Foreigner, error) {
	x, err := s.openedNewcomer(n)
	if err != nil {
		return Foreigner{}, err
	}
	out := Foreigner{ID: n.ID, UnitPath: n.UnitPath, Name: n.Name, Birth: n.Birth, Phone: x.Phone, Place: x.Place, At: n.At, Taker: n.Taker, Resident: n.Resident, NotedBy: n.PoliceBy, NotedAt: n.PoliceAt}
	if out.Nationality, err = s.vault.Open(vault.Place{Table: "sampling_newcomer", Column: "nationality", ID: n.ID}, n.Nationality); err != nil {
		return out, err
	}
	out.Papers, err = s.vault.Open(vault.Place{Table: "sampling_newcomer", Column: "papers", ID: n.ID}, n.Papers)
	return out, err
}

// Arrival is a newcomer with all that is needed to enter him into the registry.
type Arrival struct {
	Newcomer
	Nationality string
	Papers      string
	Resident    string // in the registry, once entered
}

// Arrival is a newcomer who waits to be entered: a foreigner only for the police.
func (s *Service) Arrival(ctx context.Context, by auth.Actor, id string) (out Arrival, err error) {
	var n newcomer
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		err := tx.Get(&n, "SELECT "+newcomerColumns+" FROM sampling_newcomer WHERE id = $1", id)
		if err == db.ErrNoRow {
			return fault.New(fault.NotFound, "sampling.newcomer_unknown")
		}
		return err
	})
	if err == nil {
		err = by.Require(auth.PeopleKeep, n.UnitPath, auth.Personal)
	}
	if err == nil && n.foreign() {
		err = by.Require(auth.PeopleForeign, n.UnitPath, auth.Restricted)
	}
	if err != nil {
		return out, err
	}
	if out.Newcomer, err = s.openedNewcomer(n); err != nil {
		return out, err
	}
	f, err := s.openedForeigner(n)
	out.Nationality, out.Papers, out.Resident = f.Nationality, f.Papers, n.Resident
	return out, err
}

// NoteInput names a foreigner of whom the police took note.
type NoteInput struct {
	Key      string `json:"key,omitempty"`
	Newcomer string `json:"newcomer,omitempty"`
}

// Noted is who took note, and when. Nothing of the person is in it: answers to
// requests are kept.
type Noted struct {
	Newcomer string         `json:"newcomer"`
	By       string         `json:"by"`
	At       instant.Micros `json:"at"`
}

// NoteForeigner says that the police took note. Who did so first stays.
func (s *Service) NoteForeigner(ctx context.Context, by auth.Actor, in NoteInput) (Noted, error) {
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (Noted, error) {
		n, err := foreignerIn(tx, in.Newcomer)
		if err != nil {
			return Noted{}, err
		}
		if err := by.Require(auth.PeopleForeign, n.UnitPath, auth.Restricted); err != nil {
			return Noted{}, err
		}
		if n.PoliceAt != 0 {
			return Noted{n.ID, n.PoliceBy, n.PoliceAt}, nil
		}
		if _, err := tx.Exec("UPDATE sampling_newcomer SET police_by = $1, police_at = $2 WHERE id = $3", by.Name, int64(by.Now), n.ID); err != nil {
			return Noted{}, err
		}
		return Noted{n.ID, by.Name, by.Now}, audit.Record(tx, by, audit.Entry{Action: "foreigner.noted", Kind: "newcomer", Subject: n.ID, Unit: n.UnitPath})
	})
}

func foreignerIn(tx *db.Tx, id string) (n newcomer, err error) {
	err = tx.Get(&n, "SELECT "+newcomerColumns+" FROM sampling_newcomer WHERE id = $1", id)
	if err == db.ErrNoRow || err == nil && !n.foreign() {
		return n, fault.New(fault.NotFound, "sampling.newcomer_unknown")
	}
	return n, err
}
