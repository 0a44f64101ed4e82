-- What the agent's desktop keeps: promised callbacks, notes, idle codes.
ALTER TABLE attempts ADD COLUMN callback_at bigint NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN callback_agent_id bigint REFERENCES agents (id);
ALTER TABLE campaigns ADD COLUMN wrap_up_extension_max bigint NOT NULL DEFAULT 600000000;

-- One note an attempt and agent; writing it again replaces it.
CREATE TABLE notes (
  attempt_id bigint NOT NULL REFERENCES attempts (id),
  agent_id bigint NOT NULL REFERENCES agents (id),
  note text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (attempt_id, agent_id)
);

-- Why an agent is idle. 0 is no code at all and stands nowhere.
CREATE TABLE idle_codes (
  id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 65535),
  name_tr text NOT NULL UNIQUE,
  name_en text NOT NULL UNIQUE,
  enabled smallint NOT NULL DEFAULT 1
);
INSERT INTO idle_codes (id, name_tr, name_en) VALUES
  (1, 'Mola', 'Break'), (2, 'Yemek', 'Meal'), (3, 'Eğitim', 'Training'), (4, 'Toplantı', 'Meeting'),
  (5, 'Yönetici görüşmesi', 'Talk with the supervisor');
