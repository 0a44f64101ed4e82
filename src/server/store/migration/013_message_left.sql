-- Whether the campaign's message was played whole to the machine that answered.
ALTER TABLE attempts ADD COLUMN message_left bigint NOT NULL DEFAULT 0;
