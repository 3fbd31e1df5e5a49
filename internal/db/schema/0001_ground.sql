-- The ground: change log, counters, request keys, world clock, due work, settings.

-- What every transaction changed, followed by every process in commit order.
CREATE TABLE change (
	seq     {{identity}},
	xid     {{xid}},
	kind    TEXT NOT NULL,
	subject TEXT NOT NULL,
	unit    TEXT NOT NULL,
	what    TEXT NOT NULL,
	data    TEXT NOT NULL,
	at      BIGINT NOT NULL
);
CREATE INDEX change_order ON change (xid, seq);
CREATE INDEX change_subject ON change (kind, subject);

-- Gap-free numbers: arrival numbers, document numbers.
CREATE TABLE counter (
	name  TEXT PRIMARY KEY,
	value BIGINT NOT NULL
);

-- Keys of clients' requests: a repeat changes nothing and gets the same result.
CREATE TABLE once (
	key    TEXT PRIMARY KEY,
	result TEXT NOT NULL
);

-- The world clock: one row in an exercise, none in real use.
CREATE TABLE clock (
	id         INTEGER PRIMARY KEY,
	world      BIGINT NOT NULL,
	wall       BIGINT NOT NULL,
	speed      DOUBLE PRECISION NOT NULL,
	paused     INTEGER NOT NULL
);

-- What the law or an order times. The clock sweeps it in order.
CREATE TABLE due (
	kind    TEXT NOT NULL,
	subject TEXT NOT NULL,
	step    TEXT NOT NULL,
	at      BIGINT NOT NULL,
	done_at BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (kind, subject, step)
);
CREATE INDEX due_open ON due (done_at, at, kind, subject, step);

-- Words of everything that can be searched without tones.
CREATE TABLE term (
	kind    TEXT NOT NULL,
	subject TEXT NOT NULL,
	word    TEXT NOT NULL,
	PRIMARY KEY (kind, word, subject)
);
CREATE INDEX term_subject ON term (kind, subject, word);
