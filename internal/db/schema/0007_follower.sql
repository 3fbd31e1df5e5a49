-- How far each durable follower has worked through the change log.
CREATE TABLE follower (
	name TEXT PRIMARY KEY,
	xid  BIGINT NOT NULL,
	seq  BIGINT NOT NULL
);
