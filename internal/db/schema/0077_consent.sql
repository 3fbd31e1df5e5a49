-- Who agreed to a sample in the place of its giver, a parent or a guardian; ''
-- where the giver agreed.

ALTER TABLE sample ADD COLUMN consent TEXT NOT NULL DEFAULT '';
