-- Lines into a temporary table of one column (the unit separator occurs in no line), the fields out of them by JSON.
CREATE TABLE events (
  event_id TEXT PRIMARY KEY, event_type TEXT, event_time TEXT, visitor_id TEXT, session_id TEXT, url TEXT, title TEXT,
  referrer TEXT, campaign TEXT, user_id TEXT, email TEXT);
CREATE TEMP TABLE staging (line TEXT);
.mode ascii
.separator "\037" "\n"
.import --schema temp input/events.ndjson staging
INSERT INTO events
SELECT
  json_extract(line, '$.event_id'), json_extract(line, '$.event_type'), json_extract(line, '$.event_time'),
  json_extract(line, '$.visitor_id'), json_extract(line, '$.session_id'), json_extract(line, '$.url'),
  json_extract(line, '$.title'), json_extract(line, '$.referrer'), json_extract(line, '$.campaign'),
  json_extract(line, '$.user_id'), json_extract(line, '$.email')
FROM staging;
