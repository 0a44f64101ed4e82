-- Percent of the machines that are connected to the agent all the same, to be judged.
ALTER TABLE campaigns ADD COLUMN review_share bigint NOT NULL DEFAULT 0;
