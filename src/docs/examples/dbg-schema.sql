-- The records of dbgd, of any number of hosts, in PostgreSQL 15 or later. rsyslog fills it, dbg-rsyslog.conf, and
-- dbg-questions.sql asks it.
--
--   createdb --encoding=UTF8 --template=template0 dbg
--   psql -d dbg -v ON_ERROR_STOP=1 --single-transaction -f dbg-schema.sql
--
-- Three roles:
--
--   dbg_owner    owns all of it, and logs in nowhere
--   dbg_rsyslog  may call dbg.receive and nothing else: it reads, changes and deletes no record
--   dbg_auditor  may read; give it to people: GRANT dbg_auditor TO alice
--
-- With rsyslog on the same host no password is needed. pg_hba.conf, before its other lines, and pg_ident.conf:
--
--   local dbg dbg_rsyslog peer map=dbg
--   dbg   root            dbg_rsyslog

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbg_owner') THEN
    CREATE ROLE dbg_owner NOLOGIN;
    CREATE ROLE dbg_rsyslog LOGIN;
    CREATE ROLE dbg_auditor NOLOGIN;
  END IF;
END $$;

-- Every byte is a character of LATIN1, so PostgreSQL refuses no line of rsyslog's for its bytes. rsyslog would send
-- such a line again and again, and never one that comes after it. dbg.utf8 makes the text that was meant.
ALTER ROLE dbg_rsyslog IN DATABASE :"DBNAME" SET client_encoding = 'LATIN1';

CREATE SCHEMA dbg AUTHORIZATION dbg_owner;
SET ROLE dbg_owner;

-- A record is known by its host, its number, its hash and all that it says, so one that is delivered twice is here
-- once. All of it is part of the key, because whoever reaches rsyslog's port can send what they like: a forged record
-- with the number and the hash of a real one does not keep that one out. Question 4 finds both.
CREATE TABLE dbg.record (
  time         timestamptz NOT NULL,
  host         text        NOT NULL,
  event        text        NOT NULL,
  -- dbgd's sentence about the record, for people.
  message      text        NOT NULL,
  -- The fields that the record has, under the names of dbg-audit(5), Delivery, in lower case.
  fields       jsonb       NOT NULL,
  -- The address that the message came from, and when: rsyslog's words, not those of the message.
  sender       text        NOT NULL,
  received     timestamptz NOT NULL DEFAULT now(),

  -- A host without a machine-id is known by its name.
  host_id      text     NOT NULL GENERATED ALWAYS AS (coalesce(fields->>'host_id', host)) STORED,
  seq          bigint   NOT NULL GENERATED ALWAYS AS ((fields->>'seq')::bigint) STORED,
  hash         text     NOT NULL GENERATED ALWAYS AS (fields->>'hash') STORED,
  digest       text     NOT NULL GENERATED ALWAYS AS (md5(event || message || fields::text)) STORED,
  boot         text     GENERATED ALWAYS AS (fields->>'boot') STORED,
  session      text     GENERATED ALWAYS AS (fields->>'session') STORED,
  shell        text     GENERATED ALWAYS AS (fields->>'shell') STORED,
  operator     text     GENERATED ALWAYS AS (fields->>'operator') STORED,
  uid          bigint   GENERATED ALWAYS AS ((fields->>'uid')::bigint) STORED,
  reason       text     GENERATED ALWAYS AS (fields->>'reason') STORED,
  container    text     GENERATED ALWAYS AS (fields->>'container') STORED,
  container_id text     GENERATED ALWAYS AS (fields->>'container_id') STORED,
  image        text     GENERATED ALWAYS AS (fields->>'image') STORED,
  runtime      text     GENERATED ALWAYS AS (fields->>'runtime') STORED,
  namespaces   text[]   GENERATED ALWAYS AS (string_to_array(fields->>'namespaces', ',')) STORED,
  tool         text     GENERATED ALWAYS AS (fields->>'tool') STORED,
  -- The arguments, separated by blanks.
  argv         text     GENERATED ALWAYS AS (fields->>'argv') STORED,
  decision     text     GENERATED ALWAYS AS (fields->>'decision') STORED,
  kind         text     GENERATED ALWAYS AS (fields->>'kind') STORED,
  rule         text     GENERATED ALWAYS AS (fields->>'rule') STORED,
  policy       text     GENERATED ALWAYS AS (fields->>'policy') STORED,
  why          text     GENERATED ALWAYS AS (fields->>'why') STORED,
  status       int      GENERATED ALWAYS AS ((fields->>'status')::int) STORED,
  signal       int      GENERATED ALWAYS AS ((fields->>'signal')::int) STORED,
  timeout      boolean  GENERATED ALWAYS AS ((fields->>'timeout')::boolean) STORED,
  duration     interval GENERATED ALWAYS AS
    ((fields->>'duration_us')::bigint * interval '1 microsecond') STORED,
  action       text     GENERATED ALWAYS AS (fields->>'action') STORED,
  -- How many requests this record stands for, if that is more than its own: repeated ones are counted.
  count        bigint   GENERATED ALWAYS AS ((fields->>'count')::bigint) STORED,

  PRIMARY KEY (host_id, seq, hash, digest),
  CHECK (hash ~ '^[0-9a-f]{64}$')
);

CREATE INDEX ON dbg.record (time);
CREATE INDEX ON dbg.record (host_id, time);
CREATE INDEX ON dbg.record (event, time);
CREATE INDEX ON dbg.record (container, time);
CREATE INDEX ON dbg.record (operator, time);
CREATE INDEX ON dbg.record (rule, time) WHERE rule IS NOT NULL;
CREATE INDEX ON dbg.record (session);
CREATE INDEX ON dbg.record (host_id, shell) WHERE shell IS NOT NULL;
CREATE INDEX ON dbg.record USING gin (fields jsonb_path_ops);

-- What came in and is no record of dbgd's, as bytes. Somebody else sends to rsyslog's port, or a message was cut.
CREATE TABLE dbg.unread (
  received timestamptz NOT NULL DEFAULT now(),
  sender   text        NOT NULL,
  why      text        NOT NULL,
  fields   bytea       NOT NULL,
  message  bytea       NOT NULL
);

-- The text whose bytes a connection in LATIN1 has sent.
CREATE FUNCTION dbg.utf8(sent text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN convert_from(convert_to(sent, 'LATIN1'), 'UTF8');

-- Takes a message of dbgd's. No message makes it fail: rsyslog would send it again for ever. A database that cannot
-- write does, and rsyslog waits.
CREATE FUNCTION dbg.receive(
  at text, host text, sender text, event text, fields text, message text
) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO dbg.record (time, host, sender, event, fields, message)
  VALUES (
    at::timestamptz,
    dbg.utf8(host),
    sender,
    dbg.utf8(event),
    dbg.utf8(fields)::jsonb,
    ltrim(dbg.utf8(message), U&'\FEFF')
  )
  ON CONFLICT DO NOTHING;
EXCEPTION
  WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded THEN
    INSERT INTO dbg.unread (sender, why, fields, message)
    VALUES (
      sender,
      left(SQLERRM, 200),
      substr(convert_to(fields, 'LATIN1'), 1, 8192),
      substr(convert_to(message, 'LATIN1'), 1, 8192)
    );
END $$;

REVOKE ALL ON FUNCTION dbg.receive FROM PUBLIC;
GRANT USAGE ON SCHEMA dbg TO dbg_rsyslog, dbg_auditor;
GRANT EXECUTE ON FUNCTION dbg.receive TO dbg_rsyslog;
GRANT SELECT ON dbg.record, dbg.unread TO dbg_auditor;
RESET ROLE;
