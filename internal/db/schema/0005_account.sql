-- Who may sign in, and who is signed in. All times are wall times.
CREATE TABLE account (
	id          TEXT PRIMARY KEY,
	login       TEXT NOT NULL UNIQUE,
	person      TEXT NOT NULL,
	name        TEXT NOT NULL,
	role        TEXT NOT NULL,
	unit_path   TEXT NOT NULL,
	password    TEXT NOT NULL,
	pin         TEXT NOT NULL,
	disabled    INTEGER NOT NULL,
	must_change INTEGER NOT NULL,
	made_at     BIGINT NOT NULL,
	changed_at  BIGINT NOT NULL,
	seen_at     BIGINT NOT NULL,
	version     BIGINT NOT NULL
);
CREATE INDEX account_person ON account (person);
CREATE INDEX account_unit ON account (unit_path, login);

-- The token itself is never stored, only its hash.
CREATE TABLE session (
	id       TEXT PRIMARY KEY,
	token    TEXT NOT NULL UNIQUE,
	account  TEXT NOT NULL REFERENCES account (id),
	post     TEXT NOT NULL,
	address  TEXT NOT NULL,
	agent    TEXT NOT NULL,
	made_at  BIGINT NOT NULL,
	seen_at  BIGINT NOT NULL,
	ended_at BIGINT NOT NULL,
	locked   INTEGER NOT NULL,
	pin_miss INTEGER NOT NULL
);
CREATE INDEX session_account ON session (account, ended_at);
CREATE INDEX session_seen ON session (seen_at);

-- Failed sign-ins by login and by address; old rows are removed.
CREATE TABLE signin_miss (
	subject TEXT PRIMARY KEY,
	misses  INTEGER NOT NULL,
	last_at BIGINT NOT NULL
);
CREATE INDEX signin_miss_last ON signin_miss (last_at);
