-- Of which tubes it was said that their time runs out, or is over: once each.

CREATE TABLE lab_alarm (
	tube TEXT NOT NULL,
	step TEXT NOT NULL,   -- soon, over
	at   BIGINT NOT NULL, -- when it was said
	PRIMARY KEY (tube, step)
);
CREATE INDEX tube_clock ON tube (state, due_at);
