-- The registry of residents. What identifies a person (number, telephone, exact
-- address) is sealed by internal/vault; columns *_index are blind indexes for
-- exact search and say nothing without their key.

CREATE TABLE household (
	id            TEXT PRIMARY KEY,
	unit          TEXT NOT NULL,   -- ward or commune
	unit_path     TEXT NOT NULL,
	area          TEXT NOT NULL,   -- area that is its neighbourhood group, building or lane; "" not known
	code          TEXT NOT NULL,   -- number on the ward's own list, "" none
	kind          TEXT NOT NULL,   -- family, collective
	lane          TEXT NOT NULL,   -- street, lane or building, without the house number
	address       TEXT NOT NULL,   -- sealed
	address_index TEXT NOT NULL,
	phone         TEXT NOT NULL,   -- sealed
	phone_index   TEXT NOT NULL,
	sort_key      TEXT NOT NULL,   -- walking order within the area
	valid_from    BIGINT NOT NULL,
	valid_to      BIGINT NOT NULL,
	version       BIGINT NOT NULL,
	changed_by    TEXT NOT NULL,
	changed_at    BIGINT NOT NULL
);
CREATE INDEX household_walk ON household (unit_path, area, sort_key, id);
CREATE INDEX household_code ON household (unit_path, code);
CREATE INDEX household_address ON household (address_index);

CREATE TABLE resident (
	id           TEXT PRIMARY KEY,
	household    TEXT NOT NULL,
	unit_path    TEXT NOT NULL,   -- of the household, for access and search
	name         TEXT NOT NULL,
	sort_key     TEXT NOT NULL,   -- by given name
	sex          TEXT NOT NULL,   -- male, female, other, ""
	birth        TEXT NOT NULL,   -- 1990-12-31, 1990-12, 1990 or ""
	nationality  TEXT NOT NULL,   -- ISO 3166-1 alpha-2
	number_kind  TEXT NOT NULL,   -- citizen, old_citizen, passport, "" no papers
	number       TEXT NOT NULL,   -- sealed
	number_index TEXT NOT NULL,
	phone        TEXT NOT NULL,   -- sealed
	phone_index  TEXT NOT NULL,
	likeness     TEXT NOT NULL,   -- blind index of name without tones, year of birth and telephone; "" when one is missing
	relation     TEXT NOT NULL,   -- to the head: head, spouse, child, parent, other, ""
	occupation   TEXT NOT NULL,   -- occupation.yaml
	priority     TEXT NOT NULL,   -- groups of priority.yaml, JSON
	stay         TEXT NOT NULL,   -- permanent, temporary, arrival, foreign
	valid_from   BIGINT NOT NULL,
	valid_to     BIGINT NOT NULL,
	ended        TEXT NOT NULL,   -- moved, died, merged, mistake; "" while in force
	into_id      TEXT NOT NULL,   -- resident into whom it was merged, ""
	version      BIGINT NOT NULL,
	changed_by   TEXT NOT NULL,
	changed_at   BIGINT NOT NULL
);
CREATE INDEX resident_household ON resident (household);
CREATE INDEX resident_name ON resident (unit_path, sort_key, id);
CREATE INDEX resident_number ON resident (number_index);
CREATE INDEX resident_phone ON resident (phone_index);
CREATE INDEX resident_likeness ON resident (likeness);
CREATE INDEX resident_ended ON resident (valid_to);

-- Who lived where when, and where from.
CREATE TABLE stay (
	id         TEXT PRIMARY KEY,
	resident   TEXT NOT NULL,
	household  TEXT NOT NULL,
	unit_path  TEXT NOT NULL,
	kind       TEXT NOT NULL,   -- permanent, temporary, arrival, foreign
	from_place TEXT NOT NULL,   -- of an arrival: where from
	valid_from BIGINT NOT NULL,
	valid_to   BIGINT NOT NULL,
	by_name    TEXT NOT NULL
);
CREATE INDEX stay_resident ON stay (resident, valid_from);
CREATE INDEX stay_household ON stay (household, valid_from);

-- Residence papers of foreigners, for the police alone.
CREATE TABLE foreign_stay (
	resident   TEXT PRIMARY KEY,
	papers     TEXT NOT NULL,   -- sealed: kind and number of the visa or card
	until      TEXT NOT NULL,   -- day, ""
	note       TEXT NOT NULL,   -- sealed
	version    BIGINT NOT NULL,
	changed_by TEXT NOT NULL,
	changed_at BIGINT NOT NULL
);

-- Two residents who may be one, until a person has decided.
CREATE TABLE twin (
	first      TEXT NOT NULL,   -- ids, the smaller first
	second     TEXT NOT NULL,
	unit_path  TEXT NOT NULL,   -- narrowest unit around both
	why        TEXT NOT NULL,   -- number, likeness
	state      TEXT NOT NULL,   -- open, different, merged
	found_at   BIGINT NOT NULL,
	decided_by TEXT NOT NULL,
	decided_at BIGINT NOT NULL,
	reason     TEXT NOT NULL,
	PRIMARY KEY (first, second)
);
CREATE INDEX twin_open ON twin (state, unit_path, found_at);

-- Mergers, each with what it takes to undo it.
CREATE TABLE resident_merge (
	id        TEXT PRIMARY KEY,
	kept      TEXT NOT NULL,
	gone      TEXT NOT NULL,
	unit_path TEXT NOT NULL,
	before    TEXT NOT NULL,    -- what was taken over and every link that moved, JSON without personal values
	reason    TEXT NOT NULL,
	at        BIGINT NOT NULL,
	by_name   TEXT NOT NULL,
	undone_at BIGINT NOT NULL   -- 0: stands
);
CREATE INDEX resident_merge_kept ON resident_merge (kept);

-- Lists that came as files.
CREATE TABLE people_list (
	id        TEXT PRIMARY KEY,
	unit      TEXT NOT NULL,
	unit_path TEXT NOT NULL,
	name      TEXT NOT NULL,    -- of the file
	blob      TEXT NOT NULL,    -- the file, sealed; "" when it was taken away
	mapping   TEXT NOT NULL,    -- JSON
	state     TEXT NOT NULL,    -- kept, running, done, failed
	result    TEXT NOT NULL,    -- counts, JSON
	at        BIGINT NOT NULL,
	by_name   TEXT NOT NULL,
	account   TEXT NOT NULL
);
CREATE INDEX people_list_unit ON people_list (unit_path, at);

-- Columns of lists as a unit mapped them, by the titles of the list.
CREATE TABLE people_mapping (
	unit      TEXT NOT NULL,
	signature TEXT NOT NULL,
	mapping   TEXT NOT NULL,
	PRIMARY KEY (unit, signature)
);

-- How long what is kept of residents who are gone.
CREATE TABLE retention (
	unit_path  TEXT NOT NULL,   -- the narrowest unit counts
	ended      TEXT NOT NULL,   -- moved, died, mistake
	days       BIGINT NOT NULL, -- after the end
	action     TEXT NOT NULL,   -- pseudonymise, delete
	document   TEXT NOT NULL,   -- by which it was decided, in words
	changed_by TEXT NOT NULL,
	changed_at BIGINT NOT NULL,
	PRIMARY KEY (unit_path, ended)
);
