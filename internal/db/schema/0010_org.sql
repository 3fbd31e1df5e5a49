-- Organisation: units, offices, posts, officers, committees, duty.
-- Periods are [valid_from, valid_to); an open end is the largest BIGINT.

-- Tiers are data: the structure of 2021 and that of July 2025 use different ones.
CREATE TABLE tier (
	code TEXT PRIMARY KEY,
	rank INTEGER NOT NULL,
	vi   TEXT NOT NULL,
	en   TEXT NOT NULL
);
INSERT INTO tier (code, rank, vi, en) VALUES
	('province', 10, 'Tỉnh, thành phố', 'Province, city'),
	('district', 20, 'Quận, huyện, thị xã', 'District'),
	('ward', 30, 'Phường, xã, thị trấn', 'Ward, commune'),
	('commune', 30, 'Phường, xã, đặc khu', 'Ward, commune (since July 2025)'),
	('group', 40, 'Tổ dân phố, thôn', 'Neighbourhood group, hamlet');

-- Which tier stands under which, in which structure; '' is the top.
CREATE TABLE tier_under (
	structure  TEXT NOT NULL,
	tier       TEXT NOT NULL,
	under      TEXT NOT NULL,
	valid_from BIGINT NOT NULL,
	valid_to   BIGINT NOT NULL,
	PRIMARY KEY (structure, tier, under)
);
-- The district tier ended at 1 July 2025 00:00 +07.
INSERT INTO tier_under (structure, tier, under, valid_from, valid_to) VALUES
	('2021', 'province', '', 0, 1751302800000000),
	('2021', 'district', 'province', 0, 1751302800000000),
	('2021', 'ward', 'district', 0, 1751302800000000),
	('2021', 'group', 'ward', 0, 1751302800000000),
	('2025', 'province', '', 1751302800000000, 9223372036854775807),
	('2025', 'commune', 'province', 1751302800000000, 9223372036854775807),
	('2025', 'group', 'commune', 1751302800000000, 9223372036854775807);

-- A unit's path never changes; a unit that moves ends and has a successor.
CREATE TABLE unit (
	id         TEXT PRIMARY KEY,
	parent     TEXT NOT NULL,
	path       TEXT NOT NULL,
	code       TEXT NOT NULL,
	tier       TEXT NOT NULL,
	form       TEXT NOT NULL,
	name       TEXT NOT NULL,
	short_name TEXT NOT NULL,
	sort_key   TEXT NOT NULL,
	valid_from BIGINT NOT NULL,
	valid_to   BIGINT NOT NULL,
	version    BIGINT NOT NULL,
	changed_by TEXT NOT NULL,
	changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX unit_path ON unit (path);
CREATE INDEX unit_parent ON unit (parent, sort_key, id);
CREATE INDEX unit_code ON unit (tier, code);

-- What happened to units: renamed, merged, split, moved, founded, abolished.
CREATE TABLE unit_event (
	id          TEXT PRIMARY KEY,
	at          BIGINT NOT NULL,
	kind        TEXT NOT NULL,
	unit        TEXT NOT NULL,
	successor   TEXT NOT NULL,
	old_name    TEXT NOT NULL,
	new_name    TEXT NOT NULL,
	decree      TEXT NOT NULL,
	note        TEXT NOT NULL
);
CREATE INDEX unit_event_unit ON unit_event (unit, at);
CREATE INDEX unit_event_successor ON unit_event (successor, at);

-- National lists that were read, so that a second reading does nothing.
CREATE TABLE unit_list (
	date      BIGINT NOT NULL,
	checksum  TEXT NOT NULL,
	units     INTEGER NOT NULL,
	loaded_at BIGINT NOT NULL,
	PRIMARY KEY (date, checksum)
);

CREATE TABLE office (
	id         TEXT PRIMARY KEY,
	unit       TEXT NOT NULL,
	unit_path  TEXT NOT NULL,
	kind       TEXT NOT NULL,
	line       TEXT NOT NULL,
	name       TEXT NOT NULL,
	short_name TEXT NOT NULL,
	sort_key   TEXT NOT NULL,
	superior   TEXT NOT NULL,
	successor  TEXT NOT NULL,
	valid_from BIGINT NOT NULL,
	valid_to   BIGINT NOT NULL,
	version    BIGINT NOT NULL,
	changed_by TEXT NOT NULL,
	changed_at BIGINT NOT NULL
);
CREATE INDEX office_path ON office (unit_path, kind);
CREATE INDEX office_kind ON office (kind, unit_path);

-- Other names by which texts call an office; folded is without tones.
CREATE TABLE office_alias (
	office TEXT NOT NULL,
	alias  TEXT NOT NULL,
	folded TEXT NOT NULL,
	PRIMARY KEY (office, folded)
);

CREATE TABLE post (
	id         TEXT PRIMARY KEY,
	office     TEXT NOT NULL,
	title      TEXT NOT NULL,
	rank       INTEGER NOT NULL,
	head       INTEGER NOT NULL,
	deputises  TEXT NOT NULL,
	roles      TEXT NOT NULL,
	scope      TEXT NOT NULL,
	level      INTEGER NOT NULL,
	valid_from BIGINT NOT NULL,
	valid_to   BIGINT NOT NULL,
	version    BIGINT NOT NULL,
	changed_by TEXT NOT NULL,
	changed_at BIGINT NOT NULL
);
CREATE INDEX post_office ON post (office, rank, id);

CREATE TABLE person (
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	sort_key   TEXT NOT NULL,
	phone      TEXT NOT NULL,
	email      TEXT NOT NULL,
	version    BIGINT NOT NULL,
	changed_by TEXT NOT NULL,
	changed_at BIGINT NOT NULL
);
CREATE INDEX person_sort ON person (sort_key, id);

-- Who holds a post, from when to when. substitute_for names the person for
-- whom somebody stands in over the period.
CREATE TABLE holding (
	id             TEXT PRIMARY KEY,
	post           TEXT NOT NULL,
	person         TEXT NOT NULL,
	valid_from     BIGINT NOT NULL,
	valid_to       BIGINT NOT NULL,
	acting         INTEGER NOT NULL,
	substitute_for TEXT NOT NULL,
	basis          TEXT NOT NULL,
	version        BIGINT NOT NULL,
	changed_by     TEXT NOT NULL,
	changed_at     BIGINT NOT NULL
);
CREATE INDEX holding_post ON holding (post, valid_from);
CREATE INDEX holding_person ON holding (person, valid_from);

-- Responsibility of a post's holder for a territory, a Party organisation, or both.
CREATE TABLE responsibility (
	id             TEXT PRIMARY KEY,
	post           TEXT NOT NULL,
	person         TEXT NOT NULL,
	territory      TEXT NOT NULL,
	organisation   TEXT NOT NULL,
	role           TEXT NOT NULL,
	basis          TEXT NOT NULL,
	basis_document TEXT NOT NULL,
	valid_from     BIGINT NOT NULL,
	valid_to       BIGINT NOT NULL,
	version        BIGINT NOT NULL,
	changed_by     TEXT NOT NULL,
	changed_at     BIGINT NOT NULL
);
CREATE INDEX responsibility_territory ON responsibility (territory);
CREATE INDEX responsibility_organisation ON responsibility (organisation);
CREATE INDEX responsibility_post ON responsibility (post);

-- What a committee or command centre must be able to show.
CREATE TABLE committee (
	office              TEXT PRIMARY KEY,
	state               TEXT NOT NULL,
	founding_document   TEXT NOT NULL,
	founding_text       TEXT NOT NULL,
	founded_at          BIGINT NOT NULL,
	regulation_document TEXT NOT NULL,
	regulation_text     TEXT NOT NULL,
	spokesperson        TEXT NOT NULL,
	deputy_spokesperson TEXT NOT NULL,
	version             BIGINT NOT NULL,
	changed_by          TEXT NOT NULL,
	changed_at          BIGINT NOT NULL
);

CREATE TABLE committee_member (
	id         TEXT PRIMARY KEY,
	committee  TEXT NOT NULL,
	post       TEXT NOT NULL,
	person     TEXT NOT NULL,
	role       TEXT NOT NULL,
	rank       INTEGER NOT NULL,
	duty       TEXT NOT NULL,
	valid_from BIGINT NOT NULL,
	valid_to   BIGINT NOT NULL,
	version    BIGINT NOT NULL,
	changed_by TEXT NOT NULL,
	changed_at BIGINT NOT NULL
);
CREATE INDEX committee_member_committee ON committee_member (committee, rank);

CREATE TABLE duty_shift (
	id            TEXT PRIMARY KEY,
	office        TEXT NOT NULL,
	unit_path     TEXT NOT NULL,
	person        TEXT NOT NULL,
	post          TEXT NOT NULL,
	phone         TEXT NOT NULL,
	valid_from    BIGINT NOT NULL,
	valid_to      BIGINT NOT NULL,
	checked_in_at BIGINT NOT NULL,
	place         TEXT NOT NULL,
	handed_at     BIGINT NOT NULL,
	hand_note     TEXT NOT NULL,
	version       BIGINT NOT NULL,
	changed_by    TEXT NOT NULL,
	changed_at    BIGINT NOT NULL
);
CREATE INDEX duty_shift_office ON duty_shift (office, valid_from);
CREATE INDEX duty_shift_path ON duty_shift (unit_path, valid_from);

CREATE TABLE hotline (
	id         TEXT PRIMARY KEY,
	office     TEXT NOT NULL,
	unit_path  TEXT NOT NULL,
	number     TEXT NOT NULL,
	label      TEXT NOT NULL,
	public     INTEGER NOT NULL,
	rank       INTEGER NOT NULL,
	tested_at  BIGINT NOT NULL,
	test_ok    INTEGER NOT NULL,
	valid_from BIGINT NOT NULL,
	valid_to   BIGINT NOT NULL,
	version    BIGINT NOT NULL,
	changed_by TEXT NOT NULL,
	changed_at BIGINT NOT NULL
);
CREATE INDEX hotline_path ON hotline (unit_path, rank);
