-- The public keys that sign the audit, one row for each period, only added to.
-- A note says which key it is, at which size and hash of the log its period
-- begins and which key it follows; the key itself and the one before sign it.
CREATE TABLE audit_key (
	n    BIGINT PRIMARY KEY,
	note TEXT NOT NULL
);
