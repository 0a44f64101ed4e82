-- Who is told of what happens. It is read from the record itself, so that telling costs the dialer nothing;
-- how far each was told stands here and moves in the transaction that adds the deliveries.
CREATE TABLE webhooks (
  id INTEGER PRIMARY KEY,
  name text NOT NULL UNIQUE,
  url text NOT NULL,
  secret text NOT NULL,
  events text NOT NULL, -- words with commas
  enabled smallint NOT NULL,
  after_row bigint NOT NULL, -- event_rows.sequence
  after_wrap_up bigint NOT NULL, -- wrap_ups.id
  after_note bigint NOT NULL -- webhook_notes.id
);
-- News that no other row carries in its order: submitted guides, attempts that a death ended.
CREATE TABLE webhook_notes (
  id INTEGER PRIMARY KEY,
  event text NOT NULL,
  attempt_id bigint NOT NULL REFERENCES attempts (id),
  at bigint NOT NULL
);
CREATE TABLE webhook_deliveries (
  id INTEGER PRIMARY KEY,
  webhook_id bigint NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  key text NOT NULL UNIQUE, -- the same on every try
  event text NOT NULL,
  attempt_id bigint REFERENCES attempts (id),
  body text NOT NULL,
  at bigint NOT NULL,
  state text NOT NULL, -- waiting, delivered, failed
  tries bigint NOT NULL,
  next_at bigint NOT NULL, -- of a waiting one
  status bigint NOT NULL, -- HTTP's of the last try; 0 = no answer
  error text NOT NULL
);
CREATE INDEX webhook_deliveries_of ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_at) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_old ON webhook_deliveries (at) WHERE state <> 'waiting';
