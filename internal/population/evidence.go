package population

import (
	"time"

	"phaodai/internal/cohort"
	"phaodai/internal/db"
	"phaodai/internal/instant"
)

// evidence is what samples and reports say of somebody. Whoever has none was
// never sampled and has no symptoms: the registry is where it would be known.
type evidence struct {
	last   instant.Micros // of the last sample that was not lost or taken back
	rounds []cohort.RoundCount
	onset  string // first day of symptoms that no sample has answered
}

func (e evidence) into(p *cohort.Person, zone *time.Location) {
	p.LastSample, p.Symptoms, p.Rounds = cohort.Never(), cohort.Never(), e.rounds
	if e.last != 0 {
		p.LastSample = cohort.On(instant.DayOf(e.last.In(zone)))
	}
	if day, err := time.Parse(time.DateOnly, e.onset); err == nil {
		p.Symptoms = cohort.On(instant.DayOf(day))
	}
}

type sampledRow struct {
	Resident string         `db:"resident"`
	Campaign string         `db:"campaign"`
	Last     instant.Micros `db:"last"`
	N        int            `db:"n"`
}

type illRow struct {
	Resident string `db:"resident"`
	Onset    string `db:"onset"`
}

const (
	sampled = "SELECT x.resident, x.campaign, MAX(x.at) AS last, SUM(CASE WHEN x.turn > 0 THEN 1 ELSE 0 END) AS n FROM sample x"
	held    = " AND x.state NOT IN ('withdrawn', 'lost') GROUP BY x.resident, x.campaign"
	ill     = "SELECT x.resident, MIN(x.onset) AS onset FROM symptom_report x"
	waiting = " AND x.sample = '' AND x.closed = '' GROUP BY x.resident"
)

// evidenceOf is what is known of some residents.
func evidenceOf(tx *db.Tx, residents []string) (map[string]evidence, error) {
	rows, err := db.SelectIn[sampledRow](tx, sampled+" WHERE x.resident IN ($in)"+held, residents)
	if err != nil {
		return nil, err
	}
	sick, err := db.SelectIn[illRow](tx, ill+" WHERE x.resident IN ($in)"+waiting, residents)
	return gathered(rows, sick), err
}

// evidenceIn is what is known of the residents of a ward.
func evidenceIn(tx *db.Tx, path string) (map[string]evidence, error) {
	const of = " JOIN resident r ON r.id = x.resident WHERE r.unit_path = $1"
	var rows []sampledRow
	if err := tx.Select(&rows, sampled+of+held, path); err != nil {
		return nil, err
	}
	var sick []illRow
	err := tx.Select(&sick, ill+of+waiting, path)
	return gathered(rows, sick), err
}

func gathered(rows []sampledRow, sick []illRow) map[string]evidence {
	out := map[string]evidence{}
	for _, r := range rows {
		e := out[r.Resident]
		e.last = max(e.last, r.Last)
		if r.Campaign != "" && r.N > 0 {
			e.rounds = append(e.rounds, cohort.RoundCount{Round: r.Campaign, N: r.N})
		}
		out[r.Resident] = e
	}
	for _, r := range sick {
		e := out[r.Resident]
		e.onset = r.Onset
		out[r.Resident] = e
	}
	return out
}
