-- Agents take part when they join, not by being available.
ALTER TABLE campaigns ADD COLUMN join_by_hand smallint NOT NULL DEFAULT 0;
