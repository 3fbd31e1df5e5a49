-- Bundles of measures of localities, beside those shipped. A version is written
-- once and stays: what a decision put in force names its version.
CREATE TABLE zone_bundle (
	code       TEXT NOT NULL,
	version    BIGINT NOT NULL, -- from 1
	seq        BIGINT NOT NULL, -- zone_record.seq
	unit_path  TEXT NOT NULL,
	content    TEXT NOT NULL,   -- JSON: the bundle without what it has from its base
	reason     TEXT NOT NULL,   -- why this version was made
	made_by    TEXT NOT NULL,
	made_at    BIGINT NOT NULL,
	PRIMARY KEY (code, version)
);

CREATE INDEX zone_bundle_seq ON zone_bundle (seq);
