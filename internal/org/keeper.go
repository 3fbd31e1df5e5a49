package org

import (
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
)

// leads tells whether an office of this kind leads its unit, or works for who
// leads it.
func (k Kind) leads() bool {
	switch k {
	case PartyCommittee, PartyStanding, PartyOffice, UBND, StateOffice, Committee, CommandCentre:
		return true
	default:
		return false
	}
}

// mayKeep tells whether the actor keeps the roster, the numbers and the
// members of an office: his own, or one of a unit that his office leads. A
// department of the district keeps neither that of another department nor that
// of a ward.
func mayKeep(tx *db.Tx, by auth.Actor, o Office) (bool, error) {
	switch {
	case by.Can(auth.OrgManage, o.UnitPath, auth.Internal):
		return true, nil
	case !by.Can(auth.DutyManage, o.UnitPath, auth.Internal):
		return false, nil
	case by.Office == "" || by.Office == o.ID:
		return true, nil
	}
	own, err := OfficeIn(tx, by.Office)
	return own.Kind.leads(), err
}

func requireKeeper(tx *db.Tx, by auth.Actor, o Office) error {
	may, err := mayKeep(tx, by, o)
	switch {
	case err != nil || may:
		return err
	case !by.Can(auth.DutyManage, o.UnitPath, auth.Internal):
		return by.Require(auth.DutyManage, o.UnitPath, auth.Internal)
	default:
		return fault.New(fault.Denied, "org.kept_by_others", "Office", o.Name)
	}
}

func requireKeeperOf(tx *db.Tx, by auth.Actor, officeID string) error {
	o, err := OfficeIn(tx, officeID)
	if err != nil {
		return err
	}
	return requireKeeper(tx, by, o)
}
