-- How long an agent is left alone before the campaign dials for them.
ALTER TABLE campaigns ADD COLUMN pause bigint NOT NULL DEFAULT 0;
-- What a campaign sounds instead of ours; the sound lies in DATA/prompts/<file>.wav, named after what it holds.
CREATE TABLE prompts (
  campaign_id bigint NOT NULL REFERENCES campaigns (id),
  kind text NOT NULL, -- safe_harbour, hold_music
  language text NOT NULL, -- tr, en, any
  name text NOT NULL, -- of the file that was uploaded
  file text NOT NULL,
  duration bigint NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (campaign_id, kind, language)
);
