-- Files, by the hash of their content, cut into chunks so that neither engine
-- holds a whole file in memory and one backup holds everything.
CREATE TABLE blob (
	hash       TEXT PRIMARY KEY,
	size       BIGINT NOT NULL,
	name       TEXT NOT NULL,
	media_type TEXT NOT NULL
);
CREATE TABLE blob_chunk (
	hash TEXT NOT NULL REFERENCES blob (hash),
	n    INTEGER NOT NULL,
	data {{bytes}} NOT NULL,
	PRIMARY KEY (hash, n)
);
