-- Keys of personal values, encrypted under a key that is not in the database.
CREATE TABLE keyset (
	name    TEXT PRIMARY KEY, -- values, index
	wrapped TEXT NOT NULL,    -- Tink keyset, encrypted, base64
	made_at BIGINT NOT NULL   -- wall
);
