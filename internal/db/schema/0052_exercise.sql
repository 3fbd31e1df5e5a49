-- Exercises of case-rate bands: which files were computed. The newest is shown,
-- the earlier ones stay; what came out is computed again from the files.
CREATE TABLE band_exercise (
	seq        BIGINT PRIMARY KEY,
	at         BIGINT NOT NULL, -- world time
	by_name    TEXT NOT NULL,
	by_title   TEXT NOT NULL,
	source     TEXT NOT NULL,   -- whose data they are, as written
	as_of      BIGINT NOT NULL, -- up to when the data are complete
	files      TEXT NOT NULL    -- JSON: name, size and blob of each
);
