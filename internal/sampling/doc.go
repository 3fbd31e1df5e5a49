// Package sampling keeps what happens with every sample: who gave it at which
// table, in which tube it is, where the tube is, what came of it.
//
// Guarantees:
//   - A record has an identifier made by who recorded it. It is taken once,
//     however often and in whatever company it is sent.
//   - Nothing disappears: samples taken = resulted + open + declared lost. A
//     sample that was recorded by mistake is withdrawn, and stays to be seen.
//   - A tube holds the samples of one table, at most as many as the session
//     allows. What does not fit (a tube bound at two tables, an 11th sample, a
//     person sampled twice) is kept all the same, as a problem that a person
//     decides; until then no result reaches that sample.
//   - A negative tube closes all its samples. A positive pool makes nobody
//     positive: each member stays apart and gives a sample of his own, and that
//     one decides.
//   - Times are those of the phone, corrected by how wrong its clock is when it
//     sends.
package sampling

import (
	"phaodai/internal/db"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/people"
	"phaodai/internal/vault"
)

// Service keeps samples for an actor. It is safe for concurrent use.
type Service struct {
	store *db.DB
	ids   *id.Source
	vault *vault.Vault
}

// New returns the service over a store.
func New(store *db.DB, ids *id.Source, v *vault.Vault) *Service {
	return &Service{store: store, ids: ids, vault: v}
}

// Links are where samples name a resident: a merger of two entries moves them.
func Links() []people.Link {
	return []people.Link{
		{Table: "sample", Key: "id", Column: "resident"}, {Table: "sampling_call", Key: "id", Column: "resident"},
		{Table: "resample", Key: "id", Column: "resident"}, {Table: "symptom_report", Key: "id", Column: "resident"},
		{Table: "sampling_newcomer", Key: "id", Column: "resident"},
	}
}

// Method is how a sample is tested.
type Method string

// The methods.
const (
	PCRPool   Method = "pcr_pool"
	PCRSingle Method = "pcr_single"
	Rapid     Method = "rapid"
)

// Methods lists them.
func Methods() []Method { return []Method{PCRPool, PCRSingle, Rapid} }

// Result is what a test gave.
type Result string

// The results. An invalid test says nothing of the person.
const (
	Negative Result = "negative"
	Positive Result = "positive"
	Invalid  Result = "invalid"
)

// State is where a sample is.
type State string

// The states of a sample.
const (
	Open      State = "open"
	Resulted  State = "resulted"
	Lost      State = "lost"
	Withdrawn State = "withdrawn"
)

// TubeState is where a tube is.
type TubeState string

// The states of a tube, in their order.
const (
	Filling      TubeState = "filling"
	Closed       TubeState = "closed"
	Sent         TubeState = "sent"
	Received     TubeState = "received"
	TubeResulted TubeState = "resulted"
	TubeLost     TubeState = "lost"
)

// Purpose is why a sample was taken.
type Purpose string

// The purposes.
const (
	ForRound    Purpose = "round"
	ForSymptoms Purpose = "symptoms"
	ForResample Purpose = "resample" // single sample of a member of a positive or invalid tube
)

// Tube is a tube with the samples of one or more people.
type Tube struct {
	Code       string         `db:"code" json:"code"`
	Session    string         `db:"session" json:"session"`
	Campaign   string         `db:"campaign" json:"campaign,omitempty"`
	UnitPath   string         `db:"unit_path" json:"unit_path"`
	Method     Method         `db:"method" json:"method"`
	PoolMax    int            `db:"pool_max" json:"pool_max"`
	Desk       string         `db:"desk" json:"desk,omitempty"`
	Members    int            `db:"members" json:"members"`
	FirstAt    instant.Micros `db:"first_at" json:"first_at"`
	State      TubeState      `db:"state" json:"state"`
	Transport  string         `db:"transport" json:"transport,omitempty"`
	Laboratory string         `db:"laboratory" json:"laboratory,omitempty"`
	ReceivedAt instant.Micros `db:"received_at" json:"received_at,omitempty"`
	DueAt      instant.Micros `db:"due_at" json:"due_at,omitempty"`
	Result     Result         `db:"result" json:"result,omitempty"`
	ResultedAt instant.Micros `db:"resulted_at" json:"resulted_at,omitempty"`
	LostReason string         `db:"lost_reason" json:"lost_reason,omitempty"`
	Note       string         `db:"note" json:"note,omitempty"`
	Version    int64          `db:"version" json:"version"`
}

const tubeColumns = `code, session, campaign, unit_path, method, pool_max, desk, members, first_at, state, transport, laboratory,
	received_at, due_at, result, resulted_at, lost_reason, note, version`

// Sample is one sample of one person.
type Sample struct {
	ID         string         `db:"id" json:"id"`
	Tube       string         `db:"tube" json:"tube"`
	Position   int            `db:"position" json:"position"`
	Resident   string         `db:"resident" json:"resident"`
	Session    string         `db:"session" json:"session"`
	Campaign   string         `db:"campaign" json:"campaign,omitempty"`
	UnitPath   string         `db:"unit_path" json:"unit_path"`
	At         instant.Micros `db:"at" json:"at"`
	RecordedAt instant.Micros `db:"recorded_at" json:"recorded_at"`
	Purpose    Purpose        `db:"purpose" json:"purpose"`
	Turn       int            `db:"turn" json:"turn"`
	Self       bool           `db:"self" json:"self,omitempty"`
	Supervisor string         `db:"supervisor" json:"supervisor,omitempty"`
	Consent    string         `db:"consent" json:"consent,omitempty"` // who agreed in his place; "" he himself
	Taker      string         `db:"taker" json:"taker"`
	Desk       string         `db:"desk" json:"desk,omitempty"`
	Batch      string         `db:"batch" json:"-"`
	State      State          `db:"state" json:"state"`
	Result     Result         `db:"result" json:"result,omitempty"`
	ByPool     bool           `db:"by_pool" json:"by_pool,omitempty"`
	ResultedAt instant.Micros `db:"resulted_at" json:"resulted_at,omitempty"`
	Problem    string         `db:"problem" json:"problem,omitempty"`
}

const sampleColumns = `id, tube, position, resident, session, campaign, unit_path, at, recorded_at, purpose, turn, self, supervisor, consent, taker, desk,
	batch, state, result, by_pool, resulted_at, problem`
