-- Campaigns of testing: who must be sampled how often until when.

CREATE TABLE campaign (
	id          TEXT PRIMARY KEY,
	title       TEXT NOT NULL,
	unit        TEXT NOT NULL,   -- whose people, with everything under it
	unit_path   TEXT NOT NULL,
	document    TEXT NOT NULL,   -- directive from which it comes, "" none
	symbol      TEXT NOT NULL,   -- "484-TB/TU"
	clause      TEXT NOT NULL,   -- "3.1"
	starts      BIGINT NOT NULL,
	deadline    BIGINT NOT NULL, -- 0 none
	method      TEXT NOT NULL,   -- of package sampling
	pool_max    BIGINT NOT NULL,
	clock_hours BIGINT NOT NULL,
	clock_from  TEXT NOT NULL,
	state       TEXT NOT NULL,   -- open, closed
	version     BIGINT NOT NULL,
	changed_by  TEXT NOT NULL,
	changed_at  BIGINT NOT NULL
);
CREATE INDEX campaign_unit ON campaign (unit_path, state, starts);

-- Lines in order of precedence: somebody belongs to the first whose rule holds.
CREATE TABLE campaign_line (
	campaign  TEXT NOT NULL,
	position  BIGINT NOT NULL,   -- from 1
	name      TEXT NOT NULL,
	rule      TEXT NOT NULL,     -- CEL over the values of package population
	rounds    BIGINT NOT NULL,   -- 0 until the deadline
	every_min BIGINT NOT NULL,   -- days
	every_max BIGINT NOT NULL,
	at_once   BIGINT NOT NULL,   -- symptoms: due at once until a sample answers them
	note      TEXT NOT NULL,     -- what the directive leaves open here: high_not_named, ""
	PRIMARY KEY (campaign, position)
);
