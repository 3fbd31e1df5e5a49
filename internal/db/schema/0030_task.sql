-- Tasks: who must do what by when, from which clause, and how far it is.

CREATE TABLE task (
	id              TEXT PRIMARY KEY,
	parent          TEXT NOT NULL,
	path            TEXT NOT NULL, -- "/root/child/": a subtree is a prefix
	kind            TEXT NOT NULL, -- work, bundle, series, period
	document        TEXT NOT NULL,
	clause          TEXT NOT NULL,
	item            TEXT NOT NULL,
	ordinal         INTEGER NOT NULL, -- order in the document
	proposal        TEXT NOT NULL,
	line            TEXT NOT NULL,
	office          TEXT NOT NULL,
	office_line     TEXT NOT NULL,
	unit_path       TEXT NOT NULL,
	post            TEXT NOT NULL,
	coordinating    TEXT NOT NULL, -- JSON list of office ids
	from_office     TEXT NOT NULL,
	from_path       TEXT NOT NULL,
	from_line       TEXT NOT NULL,
	from_post       TEXT NOT NULL,
	title           TEXT NOT NULL,
	text            TEXT NOT NULL,
	deadline        BIGINT NOT NULL,
	starts          BIGINT NOT NULL,
	until_at        BIGINT NOT NULL,
	keep_reason     TEXT NOT NULL,
	cadence         TEXT NOT NULL, -- JSON
	number          INTEGER NOT NULL,
	targets         TEXT NOT NULL, -- JSON
	proof           TEXT NOT NULL, -- JSON
	ladder          TEXT NOT NULL, -- JSON steps, "" is the default
	round           INTEGER NOT NULL, -- how often the ladder was laid anew
	laid_at         BIGINT NOT NULL, -- when the ladder was laid
	state           TEXT NOT NULL,
	resume          TEXT NOT NULL, -- state before a question or a block
	percent         INTEGER NOT NULL,
	reason          TEXT NOT NULL,
	accepted_at     BIGINT NOT NULL,
	accepted_by     TEXT NOT NULL,
	reported_at     BIGINT NOT NULL,
	merged_into     TEXT NOT NULL,
	recalled        INTEGER NOT NULL,
	created_at      BIGINT NOT NULL,
	changed_at      BIGINT NOT NULL,
	changed_by      TEXT NOT NULL,
	version         BIGINT NOT NULL,
	live            INTEGER NOT NULL, -- somebody still has to act: open, or reported and not verified
	sort_at         BIGINT NOT NULL -- deadline, else start, else the end of time: order of lists
);
CREATE INDEX task_path ON task (path);
CREATE INDEX task_parent ON task (parent, number);
CREATE INDEX task_document ON task (document, sort_at, id);
CREATE INDEX task_proposal ON task (proposal);
CREATE INDEX task_by_office ON task (office, live, sort_at, id);
CREATE INDEX task_from ON task (from_office, live, sort_at, id);
CREATE INDEX task_unit ON task (unit_path, live, sort_at, id);
CREATE INDEX task_ground ON task (unit_path, sort_at, id) WHERE live = 1; -- what is to be done in a territory, past work aside
CREATE INDEX task_post ON task (post, live);
CREATE INDEX task_live ON task (sort_at, id) WHERE live = 1;
CREATE INDEX task_sort ON task (sort_at, id);
CREATE INDEX task_merged ON task (merged_into);
CREATE INDEX task_merged_of ON task (office, merged_into) WHERE merged_into <> '';

-- Offices that coordinate, beside the one that is responsible.
CREATE TABLE task_office (
	task   TEXT NOT NULL,
	office TEXT NOT NULL,
	PRIMARY KEY (office, task)
);

-- Every move of a task.
CREATE TABLE task_event (
	seq    {{identity}},
	task   TEXT NOT NULL,
	at     BIGINT NOT NULL,
	what   TEXT NOT NULL,
	before TEXT NOT NULL,
	after  TEXT NOT NULL,
	person TEXT NOT NULL, -- name, as it was then
	post   TEXT NOT NULL,
	title  TEXT NOT NULL,
	note   TEXT NOT NULL,
	data   TEXT NOT NULL
);
CREATE INDEX task_event_task ON task_event (task, seq);

-- Versions of reports, as they were entered: a blank is no statement.
CREATE TABLE task_report (
	id      TEXT PRIMARY KEY,
	task    TEXT NOT NULL,
	number  INTEGER NOT NULL,
	at      BIGINT NOT NULL,
	post    TEXT NOT NULL,
	person  TEXT NOT NULL,
	title   TEXT NOT NULL,
	on_behalf TEXT NOT NULL,
	text    TEXT NOT NULL,
	figures TEXT NOT NULL, -- JSON
	UNIQUE (task, number)
);
CREATE TABLE task_proof (
	id     TEXT PRIMARY KEY,
	task   TEXT NOT NULL,
	report TEXT NOT NULL,
	kind   TEXT NOT NULL,
	blob   TEXT NOT NULL,
	name   TEXT NOT NULL,
	link   TEXT NOT NULL
);
CREATE INDEX task_proof_task ON task_proof (task, report);
CREATE INDEX task_proof_blob ON task_proof (blob);

CREATE TABLE task_extension (
	id         TEXT PRIMARY KEY,
	task       TEXT NOT NULL,
	asked_at   BIGINT NOT NULL,
	asked_by   TEXT NOT NULL,
	before_at  BIGINT NOT NULL,
	until_at   BIGINT NOT NULL,
	reason     TEXT NOT NULL,
	decided_at BIGINT NOT NULL,
	decided_by TEXT NOT NULL,
	granted    INTEGER NOT NULL,
	answer     TEXT NOT NULL
);
CREATE INDEX task_extension_task ON task_extension (task, asked_at);

-- Which orders were made one card, so that they can be taken apart again.
CREATE TABLE task_merge (
	id       TEXT PRIMARY KEY,
	kept     TEXT NOT NULL,
	other    TEXT NOT NULL,
	deadline BIGINT NOT NULL, -- of the kept one before
	moved_to BIGINT NOT NULL, -- of the kept one after
	at       BIGINT NOT NULL,
	split_at BIGINT NOT NULL
);
CREATE INDEX task_merge_kept ON task_merge (kept);
CREATE INDEX task_merge_other ON task_merge (other);
