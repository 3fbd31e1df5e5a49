package people

import (
	"context"
	"strings"

	"phaodai/internal/audit"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/identity"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/zoning"
)

// reading is what the audit says of a reading of persons.
type reading struct {
	action  string
	subject string
	unit    string
	reason  string
	fields  []string
}

// audited reads and keeps in the audit that it was read. The entry is written
// first: what could not be noted is not shown.
func audited[T any](ctx context.Context, s *Service, by auth.Actor, r reading, do func(*db.Tx) (T, error)) (out T, err error) {
	err = s.store.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(tx, by, audit.Entry{Action: r.action, Kind: strings.Split(r.action, ".")[0], Subject: r.subject, Unit: r.unit, Fields: r.fields, Reason: r.reason})
	})
	if err != nil {
		return out, err
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		out, err = do(tx)
		return err
	})
	return out, err
}

// ResidentView is a resident as it is shown: number and telephone masked.
type ResidentView struct {
	Resident
	Number string   `json:"number"` // masked; "" without papers
	Phone  string   `json:"phone"`  // masked
	Groups []string `json:"groups"`
	Lane   string   `json:"lane,omitempty"` // of the household, without the house number
	Code   string   `json:"code,omitempty"` // of the household
	Where  string   `json:"where,omitempty"`
}

// view masks a resident and says where he lives.
func (s *Service) view(tx *db.Tx, r Resident) (v ResidentView, err error) {
	if v, err = s.masked(r); err != nil {
		return v, err
	}
	h, err := HouseholdIn(tx, r.Household)
	if err != nil {
		return v, err
	}
	v.Lane, v.Code = h.Lane, h.Code
	if h.Area == "" {
		return v, nil
	}
	a, err := zoning.AreaIn(tx, h.Area)
	v.Where = a.Name
	return v, err
}

// masked is a resident without what identifies him.
func (s *Service) masked(r Resident) (v ResidentView, err error) {
	v = ResidentView{Resident: r, Groups: r.Groups()}
	number, err := s.opened("resident", "number", r.ID, r.Number)
	if err != nil {
		return v, err
	}
	if number != "" {
		v.Number = identity.Number{Kind: r.NumberKind, Text: number}.Masked()
	}
	phone, err := s.opened("resident", "phone", r.ID, r.Phone)
	if phone != "" {
		v.Phone = identity.Phone(phone).Masked()
	}
	return v, err
}

// HouseholdLine is a household in a list.
type HouseholdLine struct {
	Household
	Area   string `json:"area_name,omitempty"`
	Head   string `json:"head,omitempty"` // name
	People int    `json:"people"`         // in force
}

// Walk is what to list of a ward, in walking order.
type Walk struct {
	Unit  string // id
	Area  string // one of its areas; "" all
	Words string // lane or number on the list
	After string // cursor of the last row of the page before
	Limit int    // 0 is 50, at most 500
}

// Listed is one page of a list.
type Listed[T any] struct {
	Rows []T    `json:"rows"`
	Next string `json:"next"` // cursor of the next page, "" at the end
}

// HouseholdView is a household with who lives there.
type HouseholdView struct {
	Household Household      `json:"household"`
	Unit      org.Unit       `json:"unit"`
	Area      *zoning.Area   `json:"area"`
	Address   string         `json:"address"` // exact for who keeps the registry of the ward
	Phone     string         `json:"phone"`   // masked
	Residents []ResidentView `json:"residents"`
	Before    []Former       `json:"before"` // who lived here
	MayKeep   bool           `json:"may_keep"`
}

// Former is somebody who lived in a household.
type Former struct {
	Resident string         `json:"resident" db:"resident"`
	Name     string         `json:"name" db:"name"`
	Kind     StayKind       `json:"kind" db:"kind"`
	From     instant.Micros `json:"from" db:"valid_from"`
	To       instant.Micros `json:"to" db:"valid_to"`
}
