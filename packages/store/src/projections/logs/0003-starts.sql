-- Version 3. How many starts of the desk were told: each is a run (S2.24). Files of before have a line for each.
ALTER TABLE told ADD COLUMN starts INTEGER NOT NULL DEFAULT 0;
UPDATE told SET starts = (SELECT count(*) FROM logs WHERE source = 'desk' AND message LIKE 'start %, version %');
