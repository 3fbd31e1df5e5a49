package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/demo"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/people"
	"phaodai/internal/sampling"
)

const (
	samplersUnit = "01-004-00154"
	samplersWard = demo.DistrictPath + samplersUnit + "/"
)

// phoneIDs makes identifiers as phones do: nobody asks the server for them.
var phoneIDs = id.NewSource(time.Now, rand.Reader)

// settle puts people into the ward, four to a household, straight into the
// tables and the change log: loads and kills are not about the registry.
func settle(ctx context.Context, a *App, n int) (who []string, err error) {
	now := a.Clock.Now()
	from := now.Add(-24 * time.Hour)
	err = a.Store.Write(ctx, func(tx *db.Tx) error {
		var homes []people.Household
		var residents []people.Resident
		for i := range n {
			if i%4 == 0 {
				homes = append(homes, people.Household{ID: phoneIDs.New(), Unit: samplersUnit, UnitPath: samplersWard, Code: fmt.Sprint(i / 4), Kind: people.Family,
					SortKey: fmt.Sprintf("%08d", i), From: from, To: instant.Forever, Version: 1})
			}
			r := people.Resident{ID: phoneIDs.New(), Household: homes[i/4].ID, UnitPath: samplersWard, Name: fmt.Sprint("Người thử ", i), Birth: fmt.Sprint(1930 + i%85),
				Nationality: "VN", Priority: "[]", Stay: people.Permanent, From: from, To: instant.Forever, Version: 1}
			residents, who = append(residents, r), append(who, r.ID)
		}
		if err := db.InsertAll(tx, "household", homes); err != nil {
			return err
		}
		if err := db.InsertAll(tx, "resident", residents); err != nil {
			return err
		}
		for _, h := range homes {
			if err := tx.Changed(now, db.Change{Kind: "household", Subject: h.ID, Unit: samplersWard, What: "added"}); err != nil {
				return err
			}
		}
		return nil
	})
	return who, err
}

// table plans a session of the ward that begins now.
func table(ctx context.Context, a *App, campaign string) (sampling.Session, error) {
	by := auth.System(a.Clock.Now(), a.Clock.Wall())
	return a.Sampling.SaveSession(ctx, by, sampling.SessionInput{
		Campaign: campaign, Unit: samplersUnit, Place: "Nhà văn hóa", Method: sampling.PCRPool, SpacingDays: 2,
		Starts: by.Now, Ends: by.Now.Add(12 * time.Hour),
	})
}

// batchOf are the records of a phone for people who stand in its line, ten to a
// tube.
func batchOf(session, desk, tube string, at instant.Micros, who []string) sampling.Batch {
	b := sampling.Batch{ID: phoneIDs.New(), SentAt: at, Desk: desk}
	for i, p := range who {
		b.Records = append(b.Records, sampling.Record{ID: phoneIDs.New(), Kind: sampling.TakeSample, At: at, Session: session, Resident: p, Tube: fmt.Sprintf("%s-%d", tube, i/10)})
	}
	return b
}
