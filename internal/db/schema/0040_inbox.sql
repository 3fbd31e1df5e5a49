-- Messages to posts, each about a subject.
CREATE TABLE inbox (
	id              TEXT PRIMARY KEY,
	post            TEXT NOT NULL,
	person          TEXT NOT NULL, -- who held the post then, or ""
	kind            TEXT NOT NULL, -- of the subject
	subject         TEXT NOT NULL,
	key             TEXT NOT NULL, -- message key
	args            TEXT NOT NULL, -- JSON
	at              BIGINT NOT NULL,
	read_at         BIGINT NOT NULL,
	acknowledged_at BIGINT NOT NULL,
	acknowledged_by TEXT NOT NULL  -- name
);
CREATE INDEX inbox_post ON inbox (post, at, id);
CREATE INDEX inbox_unread ON inbox (post, read_at);
CREATE INDEX inbox_subject ON inbox (kind, subject, at);
