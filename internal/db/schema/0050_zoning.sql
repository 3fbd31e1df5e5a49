-- Areas, what holds in them when, the criteria and plans from which that comes.

-- Whatever is zoned: a unit, a neighbourhood group, a lane, a building, a market.
CREATE TABLE area (
	id          TEXT PRIMARY KEY,
	code        TEXT NOT NULL UNIQUE, -- on walls and in the address: at most 8 characters
	kind        TEXT NOT NULL,        -- kind.yaml; "unit" is a unit itself
	unit        TEXT NOT NULL,        -- in which it lies, or which it is
	unit_path   TEXT NOT NULL,
	parent      TEXT NOT NULL,        -- area of which it is a part, or ""
	name        TEXT NOT NULL,
	sort_key    TEXT NOT NULL,
	households  BIGINT,               -- null: not known
	people      BIGINT,
	shape       TEXT NOT NULL,        -- GeoJSON geometry, "" none
	lon         DOUBLE PRECISION,
	lat         DOUBLE PRECISION,
	also_in     TEXT NOT NULL,        -- path of a second unit into which it reaches, or ""
	successor   TEXT NOT NULL,        -- area into which it went, or ""
	valid_from  BIGINT NOT NULL,
	valid_to    BIGINT NOT NULL,
	seq         BIGINT NOT NULL,      -- zone_record.seq of the last change
	version     BIGINT NOT NULL,
	changed_by  TEXT NOT NULL,
	changed_at  BIGINT NOT NULL
);
CREATE INDEX area_seq ON area (seq);
CREATE INDEX area_path ON area (unit_path, sort_key, id);
CREATE INDEX area_parent ON area (parent);
CREATE INDEX area_unit ON area (unit);

-- Every decision about what holds, in the one order in which they were taken.
CREATE TABLE zone_record (
	seq       BIGINT PRIMARY KEY,
	at        BIGINT NOT NULL, -- world time
	wall      BIGINT NOT NULL,
	what      TEXT NOT NULL,   -- born, enacted, urgent, lifted, corrected, ruled
	unit_path TEXT NOT NULL,
	plan      TEXT NOT NULL,
	document  TEXT NOT NULL,
	clause    TEXT NOT NULL,
	reason    TEXT NOT NULL,
	by_name   TEXT NOT NULL,
	by_title  TEXT NOT NULL
);
CREATE INDEX zone_record_at ON zone_record (at, seq);

-- What holds in an area on one layer, on two time axes (internal/timeline).
CREATE TABLE zone (
	area       TEXT NOT NULL,
	layer      TEXT NOT NULL,
	valid_from BIGINT NOT NULL,
	valid_to   BIGINT NOT NULL,
	recorded   BIGINT NOT NULL, -- zone_record.seq
	closed     BIGINT NOT NULL, -- zone_record.seq, or the greatest number
	value      TEXT NOT NULL,   -- JSON
	PRIMARY KEY (area, layer, valid_from, recorded)
);

-- Numbers of an area that criteria look at; nothing is overwritten.
CREATE TABLE area_number (
	area    TEXT NOT NULL,
	measure TEXT NOT NULL,
	at      BIGINT NOT NULL, -- moment to which it refers
	seq     BIGINT NOT NULL, -- order of entry
	value   TEXT NOT NULL,   -- JSON: number, truth or text
	source  TEXT NOT NULL,
	by_name TEXT NOT NULL,
	PRIMARY KEY (area, measure, at, seq)
);

-- Versions of criteria tables.
CREATE TABLE scheme (
	id         TEXT NOT NULL,
	version    BIGINT NOT NULL, -- of the table, from 1
	layer      TEXT NOT NULL,
	unit_path  TEXT NOT NULL,   -- whose criteria they are
	state      TEXT NOT NULL,   -- draft, issued, replaced
	title      TEXT NOT NULL,
	content    TEXT NOT NULL,   -- the table, JSON
	bundles    TEXT NOT NULL,   -- measures by class, JSON
	document   TEXT NOT NULL,   -- by which it was issued, or ""
	issued_at  BIGINT NOT NULL,
	edits      BIGINT NOT NULL, -- version of the record
	changed_by TEXT NOT NULL,
	changed_at BIGINT NOT NULL,
	PRIMARY KEY (id, version)
);
CREATE INDEX scheme_path ON scheme (unit_path, layer);

-- One going through criteria, ward plans, approval and start.
CREATE TABLE zone_round (
	id              TEXT PRIMARY KEY,
	title           TEXT NOT NULL,
	unit_path       TEXT NOT NULL, -- of the district
	office          TEXT NOT NULL, -- that approves
	layer           TEXT NOT NULL,
	scheme          TEXT NOT NULL,
	document        TEXT NOT NULL, -- that orders it, or ""
	clause_criteria TEXT NOT NULL, -- items of the document: "2.2.(1)"
	clause_plan     TEXT NOT NULL,
	clause_approve  TEXT NOT NULL,
	due_criteria    BIGINT NOT NULL,
	due_plan        BIGINT NOT NULL,
	due_approve     BIGINT NOT NULL,
	starts_at       BIGINT NOT NULL,
	opinions        TEXT NOT NULL, -- JSON: offices asked, by field
	state           TEXT NOT NULL, -- open, closed
	version         BIGINT NOT NULL,
	changed_by      TEXT NOT NULL,
	changed_at      BIGINT NOT NULL
);

-- The plan of a ward in a round.
CREATE TABLE zone_plan (
	id             TEXT PRIMARY KEY,
	round          TEXT NOT NULL,
	unit           TEXT NOT NULL,
	unit_path      TEXT NOT NULL,
	office         TEXT NOT NULL,
	state          TEXT NOT NULL, -- draft, submitted, returned, deciding, approved, superseded
	number         BIGINT NOT NULL, -- how often it was submitted ("bản 3")
	scheme_version BIGINT NOT NULL, -- against which it was last looked at
	starts_at      BIGINT NOT NULL,
	submitted_at   BIGINT NOT NULL,
	submitted_by   TEXT NOT NULL,
	decision       TEXT NOT NULL, -- document that approves it, or ""
	approved_at    BIGINT NOT NULL,
	reason         TEXT NOT NULL, -- of the last return
	version        BIGINT NOT NULL,
	changed_by     TEXT NOT NULL,
	changed_at     BIGINT NOT NULL,
	UNIQUE (round, unit)
);
CREATE INDEX zone_plan_decision ON zone_plan (decision);
CREATE INDEX zone_plan_unit ON zone_plan (unit);

CREATE TABLE zone_plan_line (
	plan      TEXT NOT NULL,
	area      TEXT NOT NULL,
	class     TEXT NOT NULL, -- "" not chosen yet
	bundle    TEXT NOT NULL,
	additions TEXT NOT NULL, -- JSON: measures beyond the bundle
	gates     BIGINT NOT NULL,
	person    TEXT NOT NULL, -- who answers for it, as written
	phone     TEXT NOT NULL,
	reason    TEXT NOT NULL, -- why it differs from the suggestion
	suggested TEXT NOT NULL, -- JSON: what the criteria said when it was marked
	PRIMARY KEY (plan, area)
);

-- Every submission as it was, and what the offices asked said of it.
CREATE TABLE zone_plan_copy (
	plan   TEXT NOT NULL,
	number BIGINT NOT NULL,
	at     BIGINT NOT NULL,
	by_name TEXT NOT NULL,
	content TEXT NOT NULL, -- JSON
	PRIMARY KEY (plan, number)
);
CREATE TABLE zone_opinion (
	plan    TEXT NOT NULL,
	number  BIGINT NOT NULL, -- the submission that was read
	field   TEXT NOT NULL,   -- health, economy, urban
	office  TEXT NOT NULL,
	agrees  INTEGER NOT NULL,
	content TEXT NOT NULL,
	at      BIGINT NOT NULL,
	by_name TEXT NOT NULL,
	PRIMARY KEY (plan, number, field)
);
CREATE TABLE zone_plan_event (
	plan    TEXT NOT NULL,
	n       BIGINT NOT NULL,
	at      BIGINT NOT NULL,
	what    TEXT NOT NULL,
	reason  TEXT NOT NULL,
	by_name TEXT NOT NULL,
	by_title TEXT NOT NULL,
	PRIMARY KEY (plan, n)
);

-- A person's ruling where two layers claim the same hours.
CREATE TABLE zone_ruling (
	seq        BIGINT PRIMARY KEY, -- zone_record.seq
	unit_path  TEXT NOT NULL,
	winner     TEXT NOT NULL, -- layer that goes before
	loser      TEXT NOT NULL,
	valid_from BIGINT NOT NULL,
	valid_to   BIGINT NOT NULL
);
