-- Tokens are made over the interface too: by whom.
ALTER TABLE tokens ADD COLUMN created_by text NOT NULL DEFAULT '';
