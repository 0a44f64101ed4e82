-- How often a contact's last outcome came one after the other: what a retry rule's attempts_max counts, so that a
-- restart gives nobody more calls than the rule allows. Contacts from before begin to count anew.
ALTER TABLE contacts ADD COLUMN last_outcome text NOT NULL DEFAULT 'none';
ALTER TABLE contacts ADD COLUMN streak smallint NOT NULL DEFAULT 0;
