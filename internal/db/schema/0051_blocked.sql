-- What a blocked area needs beside the decision that blocks it (zone, layer
-- "blocked"): its gates, what its households asked for, when it may be lifted.
CREATE TABLE blocked_area (
	area       TEXT PRIMARY KEY,
	criteria   TEXT NOT NULL, -- to lift, as written
	version    BIGINT NOT NULL,
	changed_by TEXT NOT NULL,
	changed_at BIGINT NOT NULL
);
CREATE TABLE blocked_gate (
	id         TEXT PRIMARY KEY,
	area       TEXT NOT NULL,
	place      TEXT NOT NULL,
	person     TEXT NOT NULL, -- in charge, as written
	phone      TEXT NOT NULL,
	hours      TEXT NOT NULL, -- "24/24", "06:00-22:00"
	state      TEXT NOT NULL, -- open, closed
	version    BIGINT NOT NULL,
	changed_by TEXT NOT NULL,
	changed_at BIGINT NOT NULL
);
CREATE INDEX blocked_gate_area ON blocked_gate (area);
CREATE TABLE blocked_need (
	id           TEXT PRIMARY KEY,
	area         TEXT NOT NULL,
	household    TEXT NOT NULL, -- house or group, as written
	what         TEXT NOT NULL,
	amount       TEXT NOT NULL,
	asked_at     BIGINT NOT NULL,
	state        TEXT NOT NULL,   -- open, delivered, cancelled
	delivered_at BIGINT NOT NULL, -- 0 not yet
	delivered_by TEXT NOT NULL,
	proof        TEXT NOT NULL,   -- note, or why it was cancelled
	version      BIGINT NOT NULL,
	changed_by   TEXT NOT NULL,
	changed_at   BIGINT NOT NULL
);
CREATE INDEX blocked_need_area ON blocked_need (area, asked_at);
