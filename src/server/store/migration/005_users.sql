-- People who sign in to the page. An agent's person is tied to the agent; sign_in is theirs alone.
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  sign_in text NOT NULL UNIQUE,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('administrator', 'agent')),
  agent_id bigint REFERENCES agents (id),
  language text NOT NULL,
  password_hash text NOT NULL,
  must_change smallint NOT NULL,
  enabled smallint NOT NULL,
  CHECK ((role = 'agent') = (agent_id IS NOT NULL))
);
