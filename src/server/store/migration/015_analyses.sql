-- What call progress analysis said of an attempt, and what people judged of it.
CREATE TABLE analyses (
  attempt_id bigint PRIMARY KEY REFERENCES attempts (id),
  country text NOT NULL, -- of the number, ISO 3166; empty: unknown
  decided text NOT NULL, -- the verdict that the dialer acted on; empty: none was reached
  review smallint NOT NULL, -- called a machine, and connected so that the agent may judge
  document text NOT NULL, -- JSON of control/evidence.hpp
  judged text NOT NULL DEFAULT '', -- person, machine
  judged_by text NOT NULL DEFAULT '',
  judged_at bigint NOT NULL DEFAULT 0
);
-- The sound of its first seconds lies in DATA/clips/<file>.wav, where the campaign keeps clips.
CREATE TABLE clips (
  attempt_id bigint PRIMARY KEY REFERENCES attempts (id),
  campaign_id bigint NOT NULL REFERENCES campaigns (id),
  at bigint NOT NULL,
  file text NOT NULL,
  from_ms bigint NOT NULL, -- where it begins on the analysis' scale
  duration bigint NOT NULL,
  lost text NOT NULL -- JSON: what never came, [[at_ms, length_ms], ...]
);
CREATE INDEX clips_campaign_at ON clips (campaign_id, at);
