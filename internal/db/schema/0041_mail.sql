-- Letters to be sent by SMTP, on wall time.
CREATE TABLE mail (
	id         TEXT PRIMARY KEY, -- also the local part of the Message-ID
	address    TEXT NOT NULL,
	lang       TEXT NOT NULL,
	key        TEXT NOT NULL, -- message key of the text; key + ".subject" of the subject
	args       TEXT NOT NULL, -- JSON
	link       TEXT NOT NULL, -- path of the page
	state      TEXT NOT NULL, -- queued, sent, failed
	tries      INTEGER NOT NULL,
	next_at    BIGINT NOT NULL, -- not before; while a worker holds it, the end of the lease
	created_at BIGINT NOT NULL,
	done_at    BIGINT NOT NULL,
	error      TEXT NOT NULL
);
CREATE INDEX mail_due ON mail (state, next_at, id);
