package zoning

import (
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
)

// cited returns the symbol of a document that a decision relies on, which the
// actor must be able to read. "" is none.
func cited(tx *db.Tx, by auth.Actor, document string) (symbol string, err error) {
	if document == "" {
		return "", nil
	}
	ok, err := directive.MayRead(by, tx, document)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", fault.New(fault.NotFound, "document.not_found")
	}
	d, err := directive.DocumentIn(tx, document)
	return d.Symbol, err
}
