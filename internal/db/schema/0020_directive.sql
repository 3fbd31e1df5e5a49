-- Documents: books, arrivals, slips, recipients, links, clauses, proposals,
-- meetings, drafts. Days are text 2006-01-02, moments world time.

-- A book (sổ) of an office.
CREATE TABLE register (
	id        TEXT PRIMARY KEY,
	office    TEXT NOT NULL,
	unit_path TEXT NOT NULL,
	direction TEXT NOT NULL,
	name      TEXT NOT NULL,
	sort      BIGINT NOT NULL,
	closed_at BIGINT NOT NULL,
	version   BIGINT NOT NULL
);
CREATE UNIQUE INDEX register_name ON register (office, direction, name);

-- A document: arrived, made here, or known only because others name it.
-- symbol_key and issuer_key are folded forms for comparing.
CREATE TABLE document (
	id             TEXT PRIMARY KEY,
	origin         TEXT NOT NULL,
	state          TEXT NOT NULL,
	office         TEXT NOT NULL,
	unit_path      TEXT NOT NULL,
	line           TEXT NOT NULL,
	register       TEXT NOT NULL,
	system         TEXT NOT NULL,
	kind           TEXT NOT NULL,
	number         BIGINT NOT NULL,
	symbol         TEXT NOT NULL,
	symbol_seen    TEXT NOT NULL,
	symbol_key     TEXT NOT NULL,
	issuer         TEXT NOT NULL,
	issuer_key     TEXT NOT NULL,
	issuer_office  TEXT NOT NULL,
	issued_on      TEXT NOT NULL,
	place          TEXT NOT NULL,
	subject        TEXT NOT NULL,
	signer         TEXT NOT NULL,
	signer_title   TEXT NOT NULL,
	signed_for     TEXT NOT NULL,
	urgency        TEXT NOT NULL,
	secrecy        TEXT NOT NULL,
	scope          TEXT NOT NULL,
	scope_path     TEXT NOT NULL,
	public         INTEGER NOT NULL,
	from_at        BIGINT NOT NULL,
	to_at          BIGINT NOT NULL,
	dossier        TEXT NOT NULL,
	meeting        TEXT NOT NULL,
	content_hash   TEXT NOT NULL,
	created_at     BIGINT NOT NULL,
	created_post   TEXT NOT NULL,
	created_person TEXT NOT NULL,
	changed_at     BIGINT NOT NULL,
	changed_name   TEXT NOT NULL,
	version        BIGINT NOT NULL
);
CREATE INDEX document_symbol ON document (symbol_key, issued_on);
CREATE INDEX document_office ON document (office, origin, state, id);
CREATE INDEX document_state ON document (state, office, id);
CREATE INDEX document_own ON document (office, id);
CREATE INDEX document_own_state ON document (office, state, id);
CREATE INDEX document_own_kind ON document (office, kind, id);
CREATE INDEX document_own_urgency ON document (office, urgency, id);
CREATE INDEX document_by_issuer ON document (office, issuer_key, id);
CREATE INDEX document_by_symbol ON document (office, symbol_key, id);
CREATE INDEX document_by_day ON document (office, issued_on, id);
CREATE INDEX document_by_change ON document (office, changed_at, id);
CREATE INDEX document_hash ON document (content_hash);
CREATE INDEX document_public ON document (public, id);
CREATE INDEX document_scope ON document (scope, scope_path, id);

-- One line of a book of arrivals. same_as is the document it repeats.
CREATE TABLE entry (
	id            TEXT PRIMARY KEY,
	document      TEXT NOT NULL,
	register      TEXT NOT NULL,
	office        TEXT NOT NULL,
	year          BIGINT NOT NULL,
	no            BIGINT NOT NULL,
	arrived_at    BIGINT NOT NULL,
	hour_written  INTEGER NOT NULL,
	late          INTEGER NOT NULL,
	reason        TEXT NOT NULL,
	same_as       TEXT NOT NULL,
	foreign_stamp TEXT NOT NULL,
	entered_at    BIGINT NOT NULL,
	entered_post  TEXT NOT NULL,
	entered_name  TEXT NOT NULL
);
CREATE UNIQUE INDEX entry_no ON entry (register, year, no);
CREATE UNIQUE INDEX entry_document ON entry (office, document);
CREATE INDEX entry_of ON entry (document);
CREATE INDEX entry_list ON entry (office, year, no, document);
CREATE INDEX entry_arrived ON entry (office, arrived_at, document);

-- Files, by the hash of their content.
CREATE TABLE attachment (
	id         TEXT PRIMARY KEY,
	document   TEXT NOT NULL,
	kind       TEXT NOT NULL,
	hash       TEXT NOT NULL,
	name       TEXT NOT NULL,
	media_type TEXT NOT NULL,
	size       BIGINT NOT NULL,
	at         BIGINT NOT NULL,
	by_post    TEXT NOT NULL,
	by_name    TEXT NOT NULL
);
CREATE INDEX attachment_document ON attachment (document, id);
CREATE INDEX attachment_hash ON attachment (hash);

-- The text as received and what the reader found in it (JSON).
CREATE TABLE reading (
	document TEXT PRIMARY KEY,
	state    TEXT NOT NULL,
	problem  TEXT NOT NULL,
	done     BIGINT NOT NULL,
	total    BIGINT NOT NULL,
	at       BIGINT NOT NULL,
	content  TEXT NOT NULL,
	typed    INTEGER NOT NULL,
	found    TEXT NOT NULL
);

-- The processing slip; every act on it is a step that never changes.
CREATE TABLE slip (
	document    TEXT PRIMARY KEY,
	advice      TEXT NOT NULL,
	advise_post TEXT NOT NULL,
	advise_name TEXT NOT NULL,
	advised_at  BIGINT NOT NULL,
	decision    TEXT NOT NULL,
	opinion     TEXT NOT NULL,
	decide_post TEXT NOT NULL,
	decide_name TEXT NOT NULL,
	decided_at  BIGINT NOT NULL,
	on_paper    INTEGER NOT NULL,
	enter_post  TEXT NOT NULL,
	enter_name  TEXT NOT NULL,
	entered_at  BIGINT NOT NULL,
	photo       TEXT NOT NULL,
	version     BIGINT NOT NULL
);
CREATE TABLE slip_step (
	document   TEXT NOT NULL,
	n          BIGINT NOT NULL,
	act        TEXT NOT NULL,
	text       TEXT NOT NULL,
	at         BIGINT NOT NULL,
	post       TEXT NOT NULL,
	name       TEXT NOT NULL,
	enter_post TEXT NOT NULL,
	enter_name TEXT NOT NULL,
	photo      TEXT NOT NULL,
	PRIMARY KEY (document, n)
);

-- Who gets a document; sent_at 0 is proposed. Frozen when sent.
CREATE TABLE recipient (
	id            TEXT PRIMARY KEY,
	document      TEXT NOT NULL,
	office        TEXT NOT NULL,
	text          TEXT NOT NULL,
	purpose       TEXT NOT NULL,
	source        TEXT NOT NULL,
	line          BIGINT NOT NULL,
	sent_at       BIGINT NOT NULL,
	opened_at     BIGINT NOT NULL,
	opened_post   TEXT NOT NULL,
	opened_person TEXT NOT NULL,
	opened_name   TEXT NOT NULL
);
CREATE INDEX recipient_document ON recipient (document, line, id);
CREATE INDEX recipient_office ON recipient (office, document, sent_at);

-- Every person's first reading of a document, as one post.
CREATE TABLE opening (
	document TEXT NOT NULL,
	post     TEXT NOT NULL,
	person   TEXT NOT NULL,
	office   TEXT NOT NULL,
	at       BIGINT NOT NULL,
	PRIMARY KEY (document, post, person)
);

-- The graph of documents.
CREATE TABLE link (
	id        TEXT PRIMARY KEY,
	from_doc  TEXT NOT NULL,
	to_doc    TEXT NOT NULL,
	kind      TEXT NOT NULL,
	text      TEXT NOT NULL,
	seen      TEXT NOT NULL,
	start_at  BIGINT NOT NULL,
	end_at    BIGINT NOT NULL,
	at        BIGINT NOT NULL,
	confirmed INTEGER NOT NULL,
	why       TEXT NOT NULL
);
CREATE UNIQUE INDEX link_once ON link (from_doc, to_doc, kind);
CREATE INDEX link_to ON link (to_doc, kind);

-- Every statement of a document, in order; kind '' is not understood.
CREATE TABLE clause (
	id       TEXT PRIMARY KEY,
	document TEXT NOT NULL,
	n        BIGINT NOT NULL,
	item     TEXT NOT NULL,
	kind     TEXT NOT NULL,
	text     TEXT NOT NULL,
	start_at BIGINT NOT NULL,
	end_at   BIGINT NOT NULL,
	why      TEXT NOT NULL,
	checked  INTEGER NOT NULL,
	version  BIGINT NOT NULL
);
CREATE INDEX clause_document ON clause (document, n);

-- A task that a clause asks for; lists and small structures are JSON.
CREATE TABLE proposal (
	id           TEXT PRIMARY KEY,
	document     TEXT NOT NULL,
	clause       TEXT NOT NULL,
	item         TEXT NOT NULL,
	n            BIGINT NOT NULL,
	title        TEXT NOT NULL,
	text         TEXT NOT NULL,
	start_at     BIGINT NOT NULL,
	end_at       BIGINT NOT NULL,
	offices      TEXT NOT NULL,
	coordinating TEXT NOT NULL,
	phrases      TEXT NOT NULL,
	by_at        BIGINT NOT NULL,
	from_at      BIGINT NOT NULL,
	until_at     BIGINT NOT NULL,
	cadence      TEXT NOT NULL,
	targets      TEXT NOT NULL,
	proof        TEXT NOT NULL,
	topic        TEXT NOT NULL,
	line         TEXT NOT NULL,
	keep_reason  TEXT NOT NULL,
	why          TEXT NOT NULL,
	state        TEXT NOT NULL,
	version      BIGINT NOT NULL
);
CREATE INDEX proposal_document ON proposal (document, n, id);

-- The offices of a proposal, so that they may read its document.
CREATE TABLE proposal_office (
	proposal TEXT NOT NULL,
	document TEXT NOT NULL,
	office   TEXT NOT NULL,
	role     TEXT NOT NULL,
	PRIMARY KEY (proposal, office, role)
);
CREATE INDEX proposal_office_office ON proposal_office (office, document);

-- What the reader proposed and what a person made of it, kept as examples.
CREATE TABLE example (
	id       TEXT PRIMARY KEY,
	document TEXT NOT NULL,
	proposal TEXT NOT NULL,
	act      TEXT NOT NULL,
	before   TEXT NOT NULL,
	after    TEXT NOT NULL,
	reason   TEXT NOT NULL,
	at       BIGINT NOT NULL,
	post     TEXT NOT NULL
);
CREATE INDEX example_document ON example (document, id);

CREATE TABLE meeting (
	id         TEXT PRIMARY KEY,
	office     TEXT NOT NULL,
	unit_path  TEXT NOT NULL,
	body       TEXT NOT NULL,
	kind       TEXT NOT NULL,
	title      TEXT NOT NULL,
	place      TEXT NOT NULL,
	planned_at BIGINT NOT NULL,
	held_at    BIGINT NOT NULL,
	chair_post TEXT NOT NULL,
	chair_name TEXT NOT NULL,
	state      TEXT NOT NULL,
	conclusion TEXT NOT NULL,
	changed_at   BIGINT NOT NULL,
	changed_name TEXT NOT NULL,
	version    BIGINT NOT NULL
);
CREATE INDEX meeting_office ON meeting (office, planned_at, id);

CREATE TABLE attendance (
	meeting TEXT NOT NULL,
	n       BIGINT NOT NULL,
	office  TEXT NOT NULL,
	post    TEXT NOT NULL,
	name    TEXT NOT NULL,
	title   TEXT NOT NULL,
	present TEXT NOT NULL,
	voter   INTEGER NOT NULL,
	PRIMARY KEY (meeting, n)
);
CREATE TABLE agenda (
	meeting       TEXT NOT NULL,
	n             BIGINT NOT NULL,
	title         TEXT NOT NULL,
	document      TEXT NOT NULL,
	result        TEXT NOT NULL,
	note          TEXT NOT NULL,
	votes_for     BIGINT NOT NULL,
	votes_against BIGINT NOT NULL,
	votes_abstain BIGINT NOT NULL,
	PRIMARY KEY (meeting, n)
);

-- What is made here: the sheet of a draft beside the document, and its versions.
CREATE TABLE draft (
	document    TEXT PRIMARY KEY,
	signer_post TEXT NOT NULL,
	addressees  TEXT NOT NULL,
	recipients  TEXT NOT NULL,
	sent_back   TEXT NOT NULL
);
CREATE TABLE draft_version (
	document TEXT NOT NULL,
	n        BIGINT NOT NULL,
	subject  TEXT NOT NULL,
	content  TEXT NOT NULL,
	note     TEXT NOT NULL,
	at       BIGINT NOT NULL,
	post     TEXT NOT NULL,
	name     TEXT NOT NULL,
	PRIMARY KEY (document, n)
);

-- Terms of Party committees, by which Party numbers run.
CREATE TABLE mandate (
	office  TEXT NOT NULL,
	name    TEXT NOT NULL,
	from_at BIGINT NOT NULL,
	to_at   BIGINT NOT NULL,
	PRIMARY KEY (office, name)
);
