-- What laboratories found in tubes, from the entry to the second reader. Nothing
-- here is known to anybody outside until it is released; then it stands in tube.

CREATE TABLE lab_result (
	id           TEXT PRIMARY KEY,
	laboratory   TEXT NOT NULL,   -- office
	tube         TEXT NOT NULL,   -- code as entered; of a matched one the tube
	given        TEXT NOT NULL,   -- code as it stood in the file
	result       TEXT NOT NULL,   -- negative, positive, invalid
	source       TEXT NOT NULL,   -- typed, file, fhir
	line         BIGINT NOT NULL, -- in the file, 0 typed
	corrects     BIGINT NOT NULL, -- takes the place of what was released
	reason       TEXT NOT NULL,   -- of a correction, of setting aside, of sending back
	state        TEXT NOT NULL,   -- waiting, unmatched, released, replaced, sent_back, aside
	entered_by   TEXT NOT NULL,   -- account
	entered_name TEXT NOT NULL,
	entered_at   BIGINT NOT NULL,
	matched_by   TEXT NOT NULL,   -- account that said which tube it is, "" nobody had to
	decided_by   TEXT NOT NULL,
	decided_name TEXT NOT NULL,
	decided_at   BIGINT NOT NULL
);
CREATE INDEX lab_result_open ON lab_result (laboratory, state, entered_at);
CREATE INDEX lab_result_tube ON lab_result (tube, state);
