-- Sampling: who was called to which table, what was taken, in which tube it is,
-- where the tube is, and what came of it. Nothing is deleted: a sample is open,
-- resulted, lost or withdrawn.

CREATE TABLE sampling_session (
	id           TEXT PRIMARY KEY,
	campaign     TEXT NOT NULL,   -- "" outside a campaign
	unit         TEXT NOT NULL,   -- ward or commune
	unit_path    TEXT NOT NULL,
	kind         TEXT NOT NULL,   -- table, home, facility
	place        TEXT NOT NULL,   -- "Nhà văn hóa tổ 12"
	area         TEXT NOT NULL,   -- area whose people are called, "" the whole ward
	team         TEXT NOT NULL,   -- name of the team
	method       TEXT NOT NULL,   -- pcr_pool, pcr_single, rapid
	pool_max     BIGINT NOT NULL, -- most samples in one tube
	spacing_days BIGINT NOT NULL, -- least days after the last sample that count as another turn
	clock_hours  BIGINT NOT NULL, -- result due so many hours after clock_from, 0 none
	clock_from   TEXT NOT NULL,   -- sampling, receipt
	starts       BIGINT NOT NULL,
	ends         BIGINT NOT NULL,
	slot_minutes BIGINT NOT NULL,
	slot_people  BIGINT NOT NULL, -- people called to one slot
	desks        BIGINT NOT NULL, -- tables that work side by side
	state        TEXT NOT NULL,   -- planned, closed, cancelled
	version      BIGINT NOT NULL,
	changed_by   TEXT NOT NULL,
	changed_at   BIGINT NOT NULL
);
CREATE INDEX sampling_session_unit ON sampling_session (unit_path, starts);
CREATE INDEX sampling_session_campaign ON sampling_session (campaign, starts);

CREATE TABLE tube (
	code        TEXT PRIMARY KEY, -- as printed and scanned, upper case
	session     TEXT NOT NULL,
	campaign    TEXT NOT NULL,
	unit_path   TEXT NOT NULL,
	method      TEXT NOT NULL,
	pool_max    BIGINT NOT NULL,
	desk        TEXT NOT NULL,    -- table or phone that opened it
	members     BIGINT NOT NULL,  -- samples in it, without those withdrawn
	first_at    BIGINT NOT NULL,  -- time of the first sample
	state       TEXT NOT NULL,    -- filling, closed, sent, received, resulted, lost
	transport   TEXT NOT NULL,    -- transport that took it, "" none yet
	laboratory  TEXT NOT NULL,    -- office, "" not known yet
	received_at BIGINT NOT NULL,  -- 0 not yet
	due_at      BIGINT NOT NULL,  -- when the result must be there, 0 no clock or not running yet
	result      TEXT NOT NULL,    -- "", negative, positive, invalid; released ones only
	resulted_at BIGINT NOT NULL,  -- release, 0 not yet
	lost_reason TEXT NOT NULL,    -- broken, leaked, missing, unlabelled, other
	note        TEXT NOT NULL,
	version     BIGINT NOT NULL
);
CREATE INDEX tube_session ON tube (session, first_at);
CREATE INDEX tube_in_transport ON tube (transport);
CREATE INDEX tube_laboratory ON tube (laboratory, state, due_at);
CREATE INDEX tube_unit ON tube (unit_path, state);

CREATE TABLE sample (
	id          TEXT PRIMARY KEY, -- made by the phone
	tube        TEXT NOT NULL,
	position    BIGINT NOT NULL,  -- in the tube, from 1
	resident    TEXT NOT NULL,    -- or sampling_newcomer
	session     TEXT NOT NULL,
	campaign    TEXT NOT NULL,
	unit_path   TEXT NOT NULL,
	at          BIGINT NOT NULL,  -- world time of sampling
	recorded_at BIGINT NOT NULL,  -- world time of arrival
	purpose     TEXT NOT NULL,    -- round, symptoms, resample
	turn        BIGINT NOT NULL,  -- which sample of the person in the campaign, 0 does not count
	self        BIGINT NOT NULL,  -- taken by the person under supervision
	supervisor  TEXT NOT NULL,    -- who watched, name
	taker       TEXT NOT NULL,    -- who took or recorded it, name
	desk        TEXT NOT NULL,
	batch       TEXT NOT NULL,    -- with which it came
	state       TEXT NOT NULL,    -- open, resulted, lost, withdrawn
	result      TEXT NOT NULL,    -- "", negative, positive, invalid
	by_pool     BIGINT NOT NULL,  -- the result is that of its pool
	resulted_at BIGINT NOT NULL,
	problem     TEXT NOT NULL     -- open sampling_problem, ""
);
CREATE INDEX sample_tube ON sample (tube);
CREATE INDEX sample_resident ON sample (resident, at);
CREATE INDEX sample_session ON sample (session);
CREATE INDEX sample_batch ON sample (batch);
CREATE INDEX sample_campaign ON sample (campaign, unit_path, state);

-- Who was called and did not give a sample, and why.
CREATE TABLE sampling_call (
	id          TEXT PRIMARY KEY, -- made by the phone
	session     TEXT NOT NULL,
	campaign    TEXT NOT NULL,
	unit_path   TEXT NOT NULL,
	resident    TEXT NOT NULL,
	outcome     TEXT NOT NULL,    -- refused, absent, postponed
	reason      TEXT NOT NULL,
	at          BIGINT NOT NULL,
	recorded_at BIGINT NOT NULL,
	taker       TEXT NOT NULL,
	batch       TEXT NOT NULL,
	withdrawn   BIGINT NOT NULL   -- taken back: pressed by mistake
);
CREATE INDEX sampling_call_session ON sampling_call (session, resident);
CREATE INDEX sampling_call_resident ON sampling_call (resident, at);
CREATE INDEX sampling_call_campaign ON sampling_call (campaign, unit_path, at);

-- People at a table whom the registry does not know.
CREATE TABLE sampling_newcomer (
	id         TEXT PRIMARY KEY,  -- made by the phone
	session    TEXT NOT NULL,
	unit_path  TEXT NOT NULL,
	name       TEXT NOT NULL,
	birth      TEXT NOT NULL,
	sex        TEXT NOT NULL,
	number     TEXT NOT NULL,     -- sealed
	phone      TEXT NOT NULL,     -- sealed
	place      TEXT NOT NULL,     -- sealed: where he stays
	at         BIGINT NOT NULL,
	taker      TEXT NOT NULL,
	batch      TEXT NOT NULL,
	resident   TEXT NOT NULL,     -- in the registry, "" until somebody enters him
	settled_by TEXT NOT NULL,
	settled_at BIGINT NOT NULL
);
CREATE INDEX sampling_newcomer_open ON sampling_newcomer (unit_path, resident);

-- What does not fit together and a person decides.
CREATE TABLE sampling_problem (
	id         TEXT PRIMARY KEY,
	kind       TEXT NOT NULL,     -- tube_elsewhere, tube_full, tube_gone, twice, unknown_person
	tube       TEXT NOT NULL,
	sample     TEXT NOT NULL,
	other      TEXT NOT NULL,     -- sample with which it does not fit, ""
	session    TEXT NOT NULL,
	unit_path  TEXT NOT NULL,
	at         BIGINT NOT NULL,
	state      TEXT NOT NULL,     -- open, decided
	decision   TEXT NOT NULL,     -- keep, rebind, lost, withdraw
	reason     TEXT NOT NULL,
	decided_by TEXT NOT NULL,
	decided_at BIGINT NOT NULL
);
CREATE INDEX sampling_problem_open ON sampling_problem (unit_path, state, at);

-- Boxes of tubes on the way.
CREATE TABLE tube_transport (
	id          TEXT PRIMARY KEY,
	code        TEXT NOT NULL UNIQUE, -- of the box, scanned
	unit_path   TEXT NOT NULL,        -- that sends
	laboratory  TEXT NOT NULL,        -- office that receives
	state       TEXT NOT NULL,        -- packing, sent, received
	carrier     TEXT NOT NULL,
	tubes       BIGINT NOT NULL,
	expected_at BIGINT NOT NULL,      -- 0 not said
	sent_at     BIGINT NOT NULL,
	sent_by     TEXT NOT NULL,
	received_at BIGINT NOT NULL,
	received_by TEXT NOT NULL,
	note        TEXT NOT NULL,
	version     BIGINT NOT NULL
);
CREATE INDEX tube_transport_lab ON tube_transport (laboratory, state, expected_at);

-- What happened with a tube after the table, in order.
CREATE TABLE tube_event (
	id      TEXT PRIMARY KEY,
	tube    TEXT NOT NULL,
	what    TEXT NOT NULL,
	at      BIGINT NOT NULL,
	by_name TEXT NOT NULL,
	detail  TEXT NOT NULL
);
CREATE INDEX tube_event_tube ON tube_event (tube, at, id);

-- Single samples that a positive or invalid tube asks for.
CREATE TABLE resample (
	id        TEXT PRIMARY KEY,
	resident  TEXT NOT NULL,
	sample    TEXT NOT NULL,     -- in the tube that asks for it
	tube      TEXT NOT NULL,
	unit_path TEXT NOT NULL,
	isolate   BIGINT NOT NULL,   -- stays apart from others until it is settled
	at        BIGINT NOT NULL,
	state     TEXT NOT NULL,     -- open, taken, done, dropped
	by_sample TEXT NOT NULL      -- the single sample, "" until taken
);
CREATE INDEX resample_open ON resample (unit_path, state);
CREATE INDEX resample_resident ON resample (resident, state);
CREATE INDEX resample_sample ON resample (sample);
CREATE INDEX resample_by ON resample (by_sample);

-- Cough, fever, breathlessness seen at a pharmacy, a clinic or the door: due at
-- once until a sample is there.
CREATE TABLE symptom_report (
	id        TEXT PRIMARY KEY,
	resident  TEXT NOT NULL,
	unit_path TEXT NOT NULL,
	symptoms  TEXT NOT NULL,     -- JSON list: cough, fever, breathless, other
	onset     TEXT NOT NULL,     -- day, 2021-09-08
	source    TEXT NOT NULL,     -- pharmacy, clinic, door, other
	at        BIGINT NOT NULL,
	by_name   TEXT NOT NULL,
	sample    TEXT NOT NULL,     -- that answers it, "" until then
	closed    TEXT NOT NULL      -- why it was closed without a sample, ""
);
CREATE INDEX symptom_report_resident ON symptom_report (resident, sample);
CREATE INDEX symptom_report_open ON symptom_report (unit_path, sample, at);
