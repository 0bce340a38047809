-- Version 2. Up to where the lines were made from the journal: each record is told once, whatever happens in between.
CREATE TABLE told (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL) STRICT;
INSERT INTO told VALUES (1, 0);
