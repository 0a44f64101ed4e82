-- What is searched and reported: one attempt's events, a campaign's attempts by time, promised callbacks.
CREATE INDEX event_rows_attempt ON event_rows (attempt_id, sequence) WHERE attempt_id IS NOT NULL;
CREATE INDEX attempts_campaign_at ON attempts (campaign_id, committed_at);
CREATE INDEX contacts_callbacks ON contacts (next_at) WHERE phase = 'callback_at';
