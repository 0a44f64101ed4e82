-- Supervisors: users who see and lead the teams that are theirs. The table is made anew for its wider CHECK.
CREATE TABLE users_with_supervisors (
  id INTEGER PRIMARY KEY,
  sign_in text NOT NULL UNIQUE,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('administrator', 'supervisor', 'agent')),
  agent_id bigint REFERENCES agents (id),
  language text NOT NULL,
  password_hash text NOT NULL,
  must_change smallint NOT NULL,
  enabled smallint NOT NULL,
  CHECK ((role = 'agent') = (agent_id IS NOT NULL))
);
INSERT INTO users_with_supervisors
  SELECT id, sign_in, name, role, agent_id, language, password_hash, must_change, enabled FROM users;
DROP TABLE users;
ALTER TABLE users_with_supervisors RENAME TO users;

CREATE TABLE user_teams (
  user_id bigint NOT NULL REFERENCES users (id),
  team_id bigint NOT NULL REFERENCES teams (id),
  PRIMARY KEY (user_id, team_id)
);
