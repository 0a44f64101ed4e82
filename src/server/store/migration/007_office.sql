-- Who changed what over the interface. Never changed, never taken away.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at bigint NOT NULL,
  who text NOT NULL,
  role text NOT NULL,
  address text NOT NULL,
  action text NOT NULL,
  what text NOT NULL,
  before text NOT NULL,
  after text NOT NULL,
  status smallint NOT NULL
);

-- Who is signed in to the page: the SHA-256 of the cookie's secret.
CREATE TABLE sessions (
  hash text PRIMARY KEY,
  sign_in text NOT NULL,
  opened_at bigint NOT NULL,
  used_at bigint NOT NULL
);

-- What was answered to a request with an Idempotency-Key, to be said again.
CREATE TABLE kept_answers (
  who text NOT NULL,
  key text NOT NULL,
  request text NOT NULL,
  status smallint NOT NULL,
  type text NOT NULL,
  body text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (who, key)
);
CREATE INDEX kept_answers_at ON kept_answers (at);
