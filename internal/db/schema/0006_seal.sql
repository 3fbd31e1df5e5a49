-- The Merkle log over the audit: which entry stands at which place, the hashes
-- of the tree (numbered as in golang.org/x/mod/sumdb/tlog), and the signed
-- checkpoints, the newest of each hour.
CREATE TABLE audit_seal (
	n   BIGINT PRIMARY KEY,
	seq BIGINT NOT NULL UNIQUE
);
CREATE TABLE audit_node (
	n    BIGINT PRIMARY KEY,
	hash TEXT NOT NULL
);
CREATE TABLE audit_checkpoint (
	size BIGINT PRIMARY KEY,
	wall BIGINT NOT NULL,
	note TEXT NOT NULL
);
CREATE INDEX audit_wall ON audit (wall, seq);
CREATE INDEX audit_action ON audit (action, seq);
