-- Where areas lay before they went over to another unit. What held in an area at
-- a moment is looked up in the unit where it lay then.
CREATE TABLE zone_move (
	area        TEXT NOT NULL,
	seq         BIGINT NOT NULL, -- zone_record.seq
	at          BIGINT NOT NULL, -- from when on it lies in to_path
	from_path   TEXT NOT NULL,
	from_parent TEXT NOT NULL,   -- area around it until then
	to_path     TEXT NOT NULL,
	to_parent   TEXT NOT NULL,
	PRIMARY KEY (area, seq)
);

CREATE INDEX zone_move_seq ON zone_move (seq);
