-- Call guides. A version is never changed; an attempt uses the newest one that was there when it began.
CREATE TABLE guides (
  id INTEGER PRIMARY KEY,
  name text NOT NULL UNIQUE
);
CREATE TABLE guide_versions (
  guide_id bigint NOT NULL REFERENCES guides (id),
  version bigint NOT NULL CHECK (version >= 1),
  document text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (guide_id, version)
);
-- A draft until submitted_at; answers and path are JSON.
CREATE TABLE guide_answers (
  attempt_id bigint PRIMARY KEY REFERENCES attempts (id),
  guide_id bigint NOT NULL,
  version bigint NOT NULL,
  agent_id bigint NOT NULL REFERENCES agents (id),
  answers text NOT NULL,
  code text NOT NULL DEFAULT '',
  updated_at bigint NOT NULL,
  submitted_at bigint NOT NULL DEFAULT 0,
  FOREIGN KEY (guide_id, version) REFERENCES guide_versions (guide_id, version)
);
CREATE INDEX guide_answers_guide ON guide_answers (guide_id, version, attempt_id);
