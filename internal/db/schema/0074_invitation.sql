-- Who is called to which session of a campaign at which quarter of an hour.

CREATE TABLE invitation (
	session  TEXT NOT NULL,
	resident TEXT NOT NULL,
	campaign TEXT NOT NULL,
	line     BIGINT NOT NULL, -- of the campaign, by which the person is due; 0 a single sample
	position BIGINT NOT NULL, -- number on the list of the session, from 1
	slot     BIGINT NOT NULL, -- when to come
	again    TEXT NOT NULL,   -- what the last call came to: absent, refused, postponed, ""
	made_by  TEXT NOT NULL,
	made_at  BIGINT NOT NULL,
	PRIMARY KEY (session, resident)
);
CREATE INDEX invitation_resident ON invitation (resident, campaign);
