-- The audit: entries written with each change, sealed afterwards.
CREATE TABLE audit (
	seq     {{identity}},
	xid     {{xid}},
	wall    BIGINT NOT NULL,
	world   BIGINT NOT NULL,
	account TEXT NOT NULL,
	person  TEXT NOT NULL,
	post    TEXT NOT NULL,
	office  TEXT NOT NULL,
	action  TEXT NOT NULL,
	kind    TEXT NOT NULL,
	subject TEXT NOT NULL,
	unit    TEXT NOT NULL,
	fields  TEXT NOT NULL,
	reason  TEXT NOT NULL,
	request TEXT NOT NULL
);
CREATE INDEX audit_order ON audit (xid, seq);
CREATE INDEX audit_subject ON audit (kind, subject);
CREATE INDEX audit_account ON audit (account, seq);
CREATE INDEX audit_unit ON audit (unit, seq);
