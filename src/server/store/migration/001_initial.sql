-- The first schema. Times are microseconds since 1970 UTC, 0 = never; phones are E.164 text; flags are 0 or 1;
-- states, outcomes and other words of the core are kept as the core spells them. INTEGER PRIMARY KEY is what
-- makes SQLite's own row id the key.

CREATE TABLE trunks (
  id INTEGER PRIMARY KEY,
  name text NOT NULL UNIQUE,
  cps double precision NOT NULL CHECK (cps > 0),
  channels bigint NOT NULL CHECK (channels >= 1),
  settings text NOT NULL
);

CREATE TABLE entry_points (
  id INTEGER PRIMARY KEY,
  name text NOT NULL UNIQUE
);
CREATE TABLE entry_point_trunks (
  entry_point_id bigint NOT NULL REFERENCES entry_points (id),
  position smallint NOT NULL,
  trunk_id bigint NOT NULL REFERENCES trunks (id),
  PRIMARY KEY (entry_point_id, position)
);
CREATE TABLE entry_point_caller_ids (
  entry_point_id bigint NOT NULL REFERENCES entry_points (id),
  position smallint NOT NULL,
  number text NOT NULL,
  PRIMARY KEY (entry_point_id, position)
);

CREATE TABLE teams (
  id INTEGER PRIMARY KEY,
  name text NOT NULL UNIQUE
);
CREATE TABLE queues (
  id INTEGER PRIMARY KEY,
  name text NOT NULL UNIQUE
);
CREATE TABLE queue_teams (
  queue_id bigint NOT NULL REFERENCES queues (id),
  position smallint NOT NULL,
  team_id bigint NOT NULL REFERENCES teams (id),
  PRIMARY KEY (queue_id, position)
);

CREATE TABLE agents (
  id INTEGER PRIMARY KEY,
  sign_in text NOT NULL UNIQUE,
  name text NOT NULL,
  password_hash text NOT NULL,
  leg_mode text NOT NULL,
  sip_user text NOT NULL,
  sip_password text NOT NULL,
  sip_address text NOT NULL,
  enabled smallint NOT NULL
);
CREATE UNIQUE INDEX agents_sip_user ON agents (sip_user) WHERE sip_user <> '';
CREATE TABLE agent_teams (
  agent_id bigint NOT NULL REFERENCES agents (id),
  position smallint NOT NULL,
  team_id bigint NOT NULL REFERENCES teams (id),
  PRIMARY KEY (agent_id, position)
);

CREATE TABLE codes (
  id INTEGER PRIMARY KEY,
  name_tr text NOT NULL UNIQUE,
  name_en text NOT NULL UNIQUE,
  description_tr text NOT NULL,
  description_en text NOT NULL,
  effect text NOT NULL
);
-- A code that stands here is the product's own: the reference keeps it from being deleted.
CREATE TABLE system_codes (
  code_id bigint PRIMARY KEY REFERENCES codes (id)
);

CREATE TABLE lists (
  id INTEGER PRIMARY KEY,
  name text NOT NULL UNIQUE,
  country text NOT NULL
);

CREATE TABLE campaigns (
  id INTEGER PRIMARY KEY,
  name text NOT NULL UNIQUE,
  state text NOT NULL DEFAULT 'draft',
  queue_id bigint NOT NULL REFERENCES queues (id),
  entry_point_id bigint NOT NULL REFERENCES entry_points (id),
  weight bigint NOT NULL CHECK (weight >= 1),
  mode text NOT NULL,
  analysis smallint NOT NULL,
  decide_from_answer smallint NOT NULL,
  maximum_analysis bigint NOT NULL,
  machine text NOT NULL,
  ring_min bigint NOT NULL,
  ring_max bigint NOT NULL,
  setup_max bigint NOT NULL,
  cap_contact smallint NOT NULL,
  cap_number smallint NOT NULL,
  cap_number_day smallint NOT NULL,
  min_gap bigint NOT NULL,
  wrap_up_max bigint NOT NULL,
  wrap_up_required smallint NOT NULL,
  wrap_up_auto_code_id bigint REFERENCES codes (id),
  hold_max bigint NOT NULL,
  message text NOT NULL
);
-- A list belongs to one campaign at most: a contact has one dialing state.
CREATE TABLE campaign_lists (
  campaign_id bigint NOT NULL REFERENCES campaigns (id),
  position integer NOT NULL,
  list_id bigint NOT NULL UNIQUE REFERENCES lists (id),
  PRIMARY KEY (campaign_id, position)
);
CREATE TABLE campaign_windows (
  campaign_id bigint NOT NULL REFERENCES campaigns (id),
  position smallint NOT NULL,
  days smallint NOT NULL,
  open_minute smallint NOT NULL,
  close_minute smallint NOT NULL,
  PRIMARY KEY (campaign_id, position)
);
CREATE TABLE campaign_retries (
  campaign_id bigint NOT NULL REFERENCES campaigns (id),
  outcome text NOT NULL,
  what_then text NOT NULL,
  delay bigint NOT NULL,
  attempts_max smallint NOT NULL,
  PRIMARY KEY (campaign_id, outcome)
);
CREATE TABLE campaign_outcome_codes (
  campaign_id bigint NOT NULL REFERENCES campaigns (id),
  outcome text NOT NULL,
  code_id bigint NOT NULL REFERENCES codes (id),
  PRIMARY KEY (campaign_id, outcome)
);
CREATE TABLE campaign_codes (
  campaign_id bigint NOT NULL REFERENCES campaigns (id),
  position smallint NOT NULL,
  code_id bigint NOT NULL REFERENCES codes (id),
  effect text NOT NULL,
  retry_as text NOT NULL,
  PRIMARY KEY (campaign_id, position),
  UNIQUE (campaign_id, code_id)
);

CREATE TABLE imports (
  id INTEGER PRIMARY KEY,
  list_id bigint NOT NULL REFERENCES lists (id),
  file text NOT NULL,
  state text NOT NULL,
  at bigint NOT NULL,
  inserted bigint NOT NULL DEFAULT 0,
  updated bigint NOT NULL DEFAULT 0,
  unchanged bigint NOT NULL DEFAULT 0,
  duplicate bigint NOT NULL DEFAULT 0,
  bad bigint NOT NULL DEFAULT 0
);
CREATE TABLE import_problems (
  id INTEGER PRIMARY KEY,
  import_id bigint NOT NULL REFERENCES imports (id),
  kind text NOT NULL,
  line bigint NOT NULL,
  column_name text NOT NULL,
  what text NOT NULL,
  mend text NOT NULL,
  original text NOT NULL
);
CREATE INDEX import_problems_import ON import_problems (import_id, id);

-- A contact and where it stands. callback_at in next_at is the callback itself: there is one at a time.
CREATE TABLE contacts (
  id INTEGER PRIMARY KEY,
  list_id bigint NOT NULL REFERENCES lists (id),
  import_id bigint NOT NULL REFERENCES imports (id),
  phase text NOT NULL DEFAULT 'ready',
  reason text NOT NULL DEFAULT '',
  next_at bigint NOT NULL DEFAULT 0,
  callback_agent_id bigint REFERENCES agents (id),
  number_index smallint NOT NULL DEFAULT 0,
  attempts smallint NOT NULL DEFAULT 0,
  key text NOT NULL,
  name text NOT NULL,
  fields text NOT NULL,
  UNIQUE (list_id, key)
);
CREATE INDEX contacts_list ON contacts (list_id, id);
CREATE INDEX contacts_callback ON contacts (callback_agent_id) WHERE callback_agent_id IS NOT NULL;

-- id is contact_id * 10 + position: a contact's numbers lie together and need no second index.
CREATE TABLE numbers (
  id INTEGER PRIMARY KEY,
  contact_id bigint NOT NULL REFERENCES contacts (id),
  position smallint NOT NULL CHECK (position BETWEEN 0 AND 9),
  number text NOT NULL,
  type text NOT NULL,
  country text NOT NULL,
  zones text NOT NULL,
  barred text NOT NULL,
  CHECK (id = contact_id * 10 + position)
);

-- The intent and the end of one INVITE Call-ID. The intent is never changed; the end is written once. state,
-- current_agent_id, merged and live follow the call machine's rows: what a restart must know.
CREATE TABLE attempts (
  id INTEGER PRIMARY KEY,
  campaign_id bigint NOT NULL REFERENCES campaigns (id),
  contact_id bigint NOT NULL REFERENCES contacts (id),
  agent_id bigint NOT NULL REFERENCES agents (id),
  trunk_id bigint NOT NULL REFERENCES trunks (id),
  entry_point_id bigint NOT NULL REFERENCES entry_points (id),
  follows bigint REFERENCES attempts (id),
  number text NOT NULL,
  number_index smallint NOT NULL,
  caller_id text NOT NULL,
  committed_at bigint NOT NULL,
  state text NOT NULL DEFAULT '',
  current_agent_id bigint REFERENCES agents (id),
  merged smallint NOT NULL DEFAULT 0,
  live smallint NOT NULL DEFAULT 1,
  outcome text NOT NULL DEFAULT 'none',
  fault text NOT NULL DEFAULT 'unknown',
  sip_code smallint NOT NULL DEFAULT 0,
  q850 smallint NOT NULL DEFAULT 0,
  network_blocked smallint NOT NULL DEFAULT 0,
  local_fault text NOT NULL DEFAULT 'none',
  retry_after bigint NOT NULL DEFAULT 0,
  sip_text text NOT NULL DEFAULT '',
  reason text NOT NULL DEFAULT '',
  talked_agent_id bigint REFERENCES agents (id),
  placed_at bigint NOT NULL DEFAULT 0,
  rang_at bigint NOT NULL DEFAULT 0,
  answered_at bigint NOT NULL DEFAULT 0,
  merged_at bigint NOT NULL DEFAULT 0,
  ended_at bigint NOT NULL DEFAULT 0
);
CREATE INDEX attempts_contact ON attempts (contact_id);
CREATE INDEX attempts_campaign ON attempts (campaign_id, id);
CREATE INDEX attempts_talked ON attempts (talked_agent_id, id) WHERE talked_agent_id IS NOT NULL;
CREATE INDEX attempts_live ON attempts (id) WHERE live = 1;

CREATE TABLE wrap_ups (
  id INTEGER PRIMARY KEY,
  attempt_id bigint NOT NULL REFERENCES attempts (id),
  agent_id bigint REFERENCES agents (id),
  code_id bigint REFERENCES codes (id),
  by_timer smallint NOT NULL,
  correction smallint NOT NULL,
  at bigint NOT NULL
);
CREATE UNIQUE INDEX wrap_ups_first ON wrap_ups (attempt_id) WHERE correction = 0;
CREATE INDEX wrap_ups_attempt ON wrap_ups (attempt_id, id);

-- Of an attempt, or of an agent's leg. call_id '' = called, not answered as far as we know.
CREATE TABLE dialogs (
  id INTEGER PRIMARY KEY,
  attempt_id bigint UNIQUE REFERENCES attempts (id),
  agent_id bigint REFERENCES agents (id),
  leg bigint,
  ended smallint NOT NULL DEFAULT 0,
  call_id text NOT NULL DEFAULT '',
  local_tag text NOT NULL DEFAULT '',
  remote_tag text NOT NULL DEFAULT '',
  remote_target text NOT NULL DEFAULT '',
  route_set text NOT NULL DEFAULT '',
  local_uri text NOT NULL DEFAULT '',
  remote_uri text NOT NULL DEFAULT '',
  local_cseq bigint NOT NULL DEFAULT 0,
  next_hop text NOT NULL DEFAULT '',
  UNIQUE (agent_id, leg),
  CHECK ((attempt_id IS NULL) <> (agent_id IS NULL))
);
CREATE INDEX dialogs_open ON dialogs (id) WHERE ended = 0;

CREATE TABLE event_rows (
  sequence INTEGER PRIMARY KEY,
  at bigint NOT NULL,
  machine text NOT NULL,
  machine_id bigint NOT NULL,
  from_state text NOT NULL,
  event text NOT NULL,
  to_state text NOT NULL,
  campaign_id bigint,
  agent_id bigint,
  attempt_id bigint,
  contact_id bigint,
  outcome text NOT NULL
);

CREATE TABLE dnc (
  number text PRIMARY KEY,
  source text NOT NULL,
  at bigint NOT NULL,
  attempt_id bigint REFERENCES attempts (id)
);

CREATE TABLE tokens (
  id INTEGER PRIMARY KEY,
  hash text NOT NULL UNIQUE,
  name text NOT NULL,
  role text NOT NULL,
  agent_id bigint REFERENCES agents (id),
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL
);
CREATE TABLE settings (
  key text PRIMARY KEY,
  value text NOT NULL
);

INSERT INTO codes (id, name_tr, name_en, description_tr, description_en, effect) VALUES
  (1, 'Telesekreter Algılama', 'Answering Machine', 'Çağrıyı bir telesekreter yanıtladı.',
   'An answering machine took the call.', 'retry'),
  (2, 'Meşgul', 'Busy', 'Aranan hat meşguldü.', 'The line that was called was busy.', 'retry'),
  (3, 'FAKS', 'Fax', 'Çağrıyı bir faks cihazı yanıtladı.', 'A fax machine took the call.', 'next_number'),
  (4, 'Yanıt Yok', 'No Answer', 'Çağrı süresi içinde yanıtlanmadı.',
   'Nobody answered while it rang.', 'retry'),
  (5, 'Satış', 'Sale', 'Görüşme satışla sonuçlandı.', 'The conversation led to a sale.', 'success'),
  (6, 'Sesli Posta', 'Voicemail', 'Çağrı sesli posta kutusuna düştü.',
   'The call went to a voicemail box.', 'retry');
INSERT INTO system_codes (code_id) VALUES (1), (2), (3), (4), (5), (6);
