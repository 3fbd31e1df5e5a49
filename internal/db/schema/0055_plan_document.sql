-- Documents drafted from plans of wards.
CREATE TABLE zone_plan_document (
	document TEXT PRIMARY KEY,
	plan     TEXT NOT NULL,
	at       BIGINT NOT NULL
);

CREATE INDEX zone_plan_document_plan ON zone_plan_document (plan, at);
