-- Phones of teams: what they were given for a day, and what they saw at doors.

CREATE TABLE field_pass (
	id         TEXT PRIMARY KEY,
	token_hash TEXT NOT NULL UNIQUE, -- of what the QR code holds
	unit       TEXT NOT NULL,        -- ward
	unit_path  TEXT NOT NULL,
	title      TEXT NOT NULL,        -- "Bàn 2 · Nhà văn hóa tổ 12"
	desk       TEXT NOT NULL,        -- name of the table or team on every record
	sessions   TEXT NOT NULL,        -- JSON list of sampling_session ids
	areas      TEXT NOT NULL,        -- JSON list of areas whose households it visits
	made_by    TEXT NOT NULL,
	made_at    BIGINT NOT NULL,      -- world time
	expires_at BIGINT NOT NULL,      -- wall time until which a phone may enter and work
	phone      TEXT NOT NULL         -- that used it, "" none yet
);
CREATE INDEX field_pass_unit ON field_pass (unit_path, made_at);

CREATE TABLE field_phone (
	id         TEXT PRIMARY KEY,
	token_hash TEXT NOT NULL UNIQUE, -- of its key
	pass       TEXT NOT NULL,
	unit_path  TEXT NOT NULL,
	name       TEXT NOT NULL,        -- of who holds it
	entered_at BIGINT NOT NULL,      -- world time
	seen_at    BIGINT NOT NULL,      -- world time of the last contact
	waiting    BIGINT NOT NULL,      -- records that it said it still holds
	stopped_at BIGINT NOT NULL,      -- wall time, 0 works
	stopped_by TEXT NOT NULL
);
CREATE INDEX field_phone_unit ON field_phone (unit_path, entered_at);

CREATE TABLE visit (
	id          TEXT PRIMARY KEY,    -- made by the phone
	household   TEXT NOT NULL,
	unit_path   TEXT NOT NULL,
	area        TEXT NOT NULL,
	outcome     TEXT NOT NULL,       -- well, ill, arrived, help, nobody
	persons     TEXT NOT NULL,       -- JSON list of residents whom it is about
	note        TEXT NOT NULL,       -- sealed
	at          BIGINT NOT NULL,     -- world time at the door
	recorded_at BIGINT NOT NULL,
	by_name     TEXT NOT NULL,
	phone       TEXT NOT NULL,       -- "" entered at the ward
	batch       TEXT NOT NULL,
	withdrawn   BIGINT NOT NULL,     -- pressed by mistake
	settled_by  TEXT NOT NULL,       -- who looked after it: ill, arrived, help
	settled_at  BIGINT NOT NULL,
	answer      TEXT NOT NULL
);
CREATE INDEX visit_household ON visit (household, at);
CREATE INDEX visit_unit ON visit (unit_path, at);
CREATE INDEX visit_open ON visit (unit_path, outcome, settled_at);

-- What a phone sent and had no sense here: kept, so that nothing is lost.
CREATE TABLE field_rejected (
	id        TEXT PRIMARY KEY,
	phone     TEXT NOT NULL,
	unit_path TEXT NOT NULL,
	record    TEXT NOT NULL,         -- sealed
	key       TEXT NOT NULL,         -- message
	at        BIGINT NOT NULL,
	seen_by   TEXT NOT NULL
);
CREATE INDEX field_rejected_unit ON field_rejected (unit_path, seen_by, at);
