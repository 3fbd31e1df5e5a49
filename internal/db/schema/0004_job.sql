-- Work on wall time: reading scans, imports, exports. next_at is when a worker
-- may take the row: the planned time, or the end of the lease of whoever has it.
CREATE TABLE job (
	key      TEXT PRIMARY KEY,
	kind     TEXT NOT NULL,
	payload  TEXT NOT NULL,
	state    TEXT NOT NULL,
	next_at  BIGINT NOT NULL,
	attempts INTEGER NOT NULL,
	done     BIGINT NOT NULL,
	total    BIGINT NOT NULL,
	error    TEXT NOT NULL,
	made_at  BIGINT NOT NULL,
	ended_at BIGINT NOT NULL
);
CREATE INDEX job_open ON job (state, next_at);
CREATE INDEX job_made ON job (made_at);
