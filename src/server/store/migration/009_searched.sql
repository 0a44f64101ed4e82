-- What is searched without a campaign: attempts by number, one agent's rows by time.
CREATE INDEX attempts_number ON attempts (number, id);
CREATE INDEX event_rows_agent ON event_rows (machine_id, at) WHERE machine = 'agent';
