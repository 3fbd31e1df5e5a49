-- Parts of an area for one phone or one paper list, papers of foreigners who
-- arrived, photographs and voice of visits, visits that went over paper.

ALTER TABLE field_pass ADD COLUMN parts TEXT NOT NULL DEFAULT '[]';      -- JSON list of parts of areas
ALTER TABLE field_pass ADD COLUMN homes TEXT NOT NULL DEFAULT '[]';      -- JSON list of the households of those parts: they stay when the registry changes
ALTER TABLE field_pass ADD COLUMN paper BIGINT NOT NULL DEFAULT 0;       -- a printed list: no phone may take it

ALTER TABLE sampling_newcomer ADD COLUMN nationality TEXT NOT NULL DEFAULT ''; -- sealed, for the police alone
ALTER TABLE sampling_newcomer ADD COLUMN papers TEXT NOT NULL DEFAULT '';      -- sealed, for the police alone
ALTER TABLE sampling_newcomer ADD COLUMN police_by TEXT NOT NULL DEFAULT '';   -- who of the police took note
ALTER TABLE sampling_newcomer ADD COLUMN police_at BIGINT NOT NULL DEFAULT 0;

ALTER TABLE visit ADD COLUMN entered_by TEXT NOT NULL DEFAULT '';        -- who entered what by_name wrote on paper

-- A photograph or voice that a phone made at a door, sealed.
CREATE TABLE visit_note (
	id         TEXT PRIMARY KEY,   -- made by the phone
	visit      TEXT NOT NULL,
	unit_path  TEXT NOT NULL,
	media_type TEXT NOT NULL,      -- image/jpeg, audio/webm
	blob       TEXT NOT NULL,      -- hash of the sealed content
	size       BIGINT NOT NULL,    -- in clear
	at         BIGINT NOT NULL,    -- world time of arrival
	phone      TEXT NOT NULL
);
CREATE INDEX visit_note_visit ON visit_note (visit);
