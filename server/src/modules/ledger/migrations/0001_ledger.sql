-- What happened. A row is inserted in the transaction of its change; the sequencer gives it its place in the tree later,
-- in log_entries, and never touches it. Ids are UUIDv7, so a month of time is a range of ids, and a partition.
-- No foreign key to tenants: an event outlives its tenant, and the key's row lock would be shared by every writer.
CREATE TABLE events (
  tenant_id uuid NOT NULL,
  -- made by whoever made the event; unique in its tenant only, so that nobody can take the id of another's event first
  id uuid NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  -- What is searched for by its value, in clear. Nothing here is personal data; people are named by their ids.
  time timestamptz NOT NULL,
  kind text NOT NULL,
  class_uid int NOT NULL,
  severity_id smallint NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('success', 'refused', 'failure')),
  actor_type text,
  actor_id text,
  resource_type text,
  resource_id text,
  application text,
  reason text,
  request_id text,
  -- Keyed hashes of the address and of the words, where they are of nobody we know; a person's are in event_subjects.
  address_token bytea,
  terms bigint[] NOT NULL DEFAULT '{}',
  -- SHA-256 over the salted document (engines/events/src/commitment.ts): the tree holds this, not the document
  commitment bytea NOT NULL CHECK (length(commitment) = 32),
  -- salt and OCSF document, each person's fields replaced by commitments, encrypted under the tenant's key of the log
  body bytea NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CHECK ((actor_type IS NULL) = (actor_id IS NULL)),
  CHECK ((resource_type IS NULL) = (resource_id IS NULL))
) PARTITION BY RANGE (id);
-- Ciphertext does not compress: trying to would only cost time.
ALTER TABLE events ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX events_kind ON events (tenant_id, kind, id DESC);
CREATE INDEX events_actor ON events (tenant_id, actor_id, id DESC) WHERE actor_id IS NOT NULL;
CREATE INDEX events_resource ON events (tenant_id, resource_id, id DESC) WHERE resource_id IS NOT NULL;
CREATE INDEX events_application ON events (tenant_id, application, id DESC) WHERE application IS NOT NULL;
CREATE INDEX events_not_success ON events (tenant_id, outcome, id DESC) WHERE outcome <> 'success';
CREATE INDEX events_address ON events (tenant_id, address_token, id DESC) WHERE address_token IS NOT NULL;
CREATE INDEX events_time ON events USING brin (time);
CREATE INDEX events_terms ON events USING gin (terms);

-- What of an event is somebody's: {pointer: {salt, value}} under that person's key. Whoever is erased has no rows here, and
-- the event still verifies, because its document holds the commitments.
CREATE TABLE event_subjects (
  tenant_id uuid NOT NULL,
  event_id uuid NOT NULL,
  -- 'Person/<id>'
  subject text NOT NULL,
  sealed bytea NOT NULL,
  address_token bytea,
  terms bigint[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, event_id, subject)
) PARTITION BY RANGE (event_id);
ALTER TABLE event_subjects ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE INDEX event_subjects_subject ON event_subjects (tenant_id, subject, event_id DESC);
CREATE INDEX event_subjects_address ON event_subjects (tenant_id, address_token, event_id DESC)
  WHERE address_token IS NOT NULL;
CREATE INDEX event_subjects_terms ON event_subjects USING gin (terms);

-- What has no place yet, in the order of insertion. Whatever is committed here is found, however late; a search above the
-- last number would lose what commits late.
CREATE TABLE log_queue (
  ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid NOT NULL,
  event_id uuid NOT NULL,
  time timestamptz NOT NULL,
  commitment bytea NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);

-- The log: one entry for each event, of all tenants, without a gap, for ever. An entry holds nothing personal, so it
-- stays when its event is pruned.
CREATE TABLE log_entries (
  seq bigint PRIMARY KEY CHECK (seq > 0),
  tenant_id uuid NOT NULL,
  event_id uuid NOT NULL,
  time timestamptz NOT NULL,
  commitment bytea NOT NULL CHECK (length(commitment) = 32),
  UNIQUE (tenant_id, event_id)
);
-- For whoever follows one tenant's events by their places.
CREATE INDEX log_entries_tenant ON log_entries (tenant_id, seq);

-- The hashes of the tree (C2SP tlog-tiles, height 8). A tile of level 0 is here when it is full; before, it is computed
-- from its entries. Those above grow at their end only.
CREATE TABLE log_tiles (
  level smallint NOT NULL CHECK (level BETWEEN 0 AND 7),
  index bigint NOT NULL CHECK (index >= 0),
  hashes bytea NOT NULL CHECK (length(hashes) % 32 = 0 AND length(hashes) BETWEEN 32 AND 8192),
  PRIMARY KEY (level, index),
  CHECK (level > 0 OR length(hashes) = 8192)
);
ALTER TABLE log_tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- Where the tree stands. One row, which only moves forward. The hash of the empty tree is that of no bytes (RFC 6962, 2.1).
CREATE TABLE log_head (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  size bigint NOT NULL CHECK (size >= 0),
  root_hash bytea NOT NULL CHECK (length(root_hash) = 32),
  time timestamptz
);
INSERT INTO log_head (size, root_hash) VALUES (0, sha256(''));

-- What was signed and may have been seen by others (C2SP tlog-checkpoint).
CREATE TABLE log_checkpoints (
  size bigint PRIMARY KEY CHECK (size >= 0),
  root_hash bytea NOT NULL CHECK (length(root_hash) = 32),
  time timestamptz NOT NULL,
  note text NOT NULL
);

-- By which name and with which key the log signs. The origin is the log's identity: it stays when the address changes.
CREATE TABLE log_identity (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  origin text NOT NULL,
  public_key bytea NOT NULL CHECK (length(public_key) = 32),
  sealed_key bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Why events, or what of them was somebody's, are no longer here. A deletion is refused without one of the same
-- transaction. Its id is that of the event which tells it in the log, with the digest in its data: a removal that nobody
-- told is found by fsck.
CREATE TABLE log_removals (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  what text NOT NULL CHECK (what IN ('pruned', 'erased')),
  time timestamptz NOT NULL,
  -- the places of the events concerned
  seqs int8multirange NOT NULL,
  -- SHA-256 of `seqs::text`, and of the removals whose telling events are among those that were pruned with it
  digest bytea NOT NULL CHECK (length(digest) = 32),
  transaction xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX log_removals_transaction ON log_removals (transaction);
CREATE INDEX log_removals_tenant ON log_removals (tenant_id, time);

-- Checks of the whole log, by the job ledger.fsck.
CREATE TABLE log_checks (
  id uuid PRIMARY KEY,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'failed', 'done')),
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  size bigint,
  checked bigint NOT NULL DEFAULT 0,
  root_hash bytea,
  problems jsonb NOT NULL DEFAULT '[]',
  found int NOT NULL DEFAULT 0
);
GRANT SELECT, INSERT (id, started_at) ON log_checks TO holdfast_tenant;
GRANT SELECT, UPDATE ON log_checks TO holdfast_system;

-- What operators have accepted as the log, though it was not the one that was anchored; sealed by the installation's key, so
-- that whoever only writes here has accepted nothing.
CREATE TABLE log_acknowledgements (
  id uuid PRIMARY KEY,
  time timestamptz NOT NULL,
  sealed bytea NOT NULL
);
GRANT SELECT, INSERT ON log_acknowledgements TO holdfast_tenant;
GRANT SELECT ON log_acknowledgements TO holdfast_system;

-- Less than isolate_by_tenant gives: nobody updates or deletes, and each role inserts what is its part.
CALL isolate_by_tenant('events');
CALL isolate_by_tenant('event_subjects');
CALL isolate_by_tenant('log_queue');
CALL isolate_by_tenant('log_entries');
CALL isolate_by_tenant('log_removals');
REVOKE ALL ON events, event_subjects, log_queue, log_entries, log_removals FROM holdfast_tenant, holdfast_system;
GRANT SELECT ON events, event_subjects, log_entries, log_removals, log_tiles, log_head, log_checkpoints, log_identity
  TO holdfast_tenant, holdfast_system;
GRANT INSERT (tenant_id, id, time, kind, class_uid, severity_id, outcome, actor_type, actor_id, resource_type, resource_id,
              application, reason, request_id, address_token, terms, commitment, body) ON events TO holdfast_tenant;
GRANT INSERT ON event_subjects TO holdfast_tenant;
GRANT INSERT (id, tenant_id, what, time, seqs, digest) ON log_removals TO holdfast_tenant;
GRANT SELECT, DELETE ON log_queue TO holdfast_system;
GRANT INSERT ON log_entries, log_checkpoints, log_identity TO holdfast_system;
GRANT INSERT, UPDATE (hashes) ON log_tiles TO holdfast_system;
GRANT UPDATE (size, root_hash, time) ON log_head TO holdfast_system;
-- Filled by the trigger alone, which runs as the owner; row-level security is forced on the owner too.
CREATE POLICY queued_by_trigger ON log_queue FOR INSERT TO CURRENT_USER WITH CHECK (true);

CREATE FUNCTION queue_events() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO log_queue (tenant_id, event_id, time, commitment)
    SELECT tenant_id, id, time, commitment FROM inserted;
  RETURN NULL;
END $$;
CREATE TRIGGER events_queue AFTER INSERT ON events REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION queue_events();
ALTER TABLE events ENABLE ALWAYS TRIGGER events_queue;

-- Grants hold the server's roles; this holds the owner of the tables as well. A superuser can switch triggers off, and
-- then the tree tells.
CREATE FUNCTION log_forbid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION log_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM log_removals WHERE transaction = pg_current_xact_id()
             AND tenant_id = OLD.tenant_id AND what = ANY (TG_ARGV::text[])) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION log_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'log_head' THEN
    IF NEW.size > OLD.size THEN
      RETURN NEW;
    END IF;
  ELSIF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'log_tiles' THEN
    IF NEW.level = OLD.level AND NEW.index = OLD.index AND substring(NEW.hashes FOR length(OLD.hashes)) = OLD.hashes THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '% only moves forward', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

-- Fires always, in a session that poses as a replica too.
CREATE PROCEDURE log_guard(target regclass, operations text, each text, checked text) LANGUAGE plpgsql AS $$
DECLARE
  name text := CASE each WHEN 'ROW' THEN 'log_guard' ELSE 'log_guard_truncate' END;
BEGIN
  EXECUTE format('CREATE TRIGGER %I BEFORE %s ON %s FOR EACH %s EXECUTE FUNCTION %s', name, operations, target, each, checked);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', target, name);
END $$;
CREATE TRIGGER events_unchanged BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION log_forbid();
ALTER TABLE events ENABLE ALWAYS TRIGGER events_unchanged;
CREATE TRIGGER event_subjects_unchanged BEFORE UPDATE ON event_subjects FOR EACH ROW EXECUTE FUNCTION log_forbid();
ALTER TABLE event_subjects ENABLE ALWAYS TRIGGER event_subjects_unchanged;
CALL log_guard('events', 'DELETE', 'ROW', 'log_removed(''pruned'')');
CALL log_guard('event_subjects', 'DELETE', 'ROW', 'log_removed(''pruned'', ''erased'')');
CALL log_guard('log_entries', 'UPDATE OR DELETE', 'ROW', 'log_forbid()');
CALL log_guard('log_checkpoints', 'UPDATE OR DELETE', 'ROW', 'log_forbid()');
CALL log_guard('log_identity', 'UPDATE OR DELETE', 'ROW', 'log_forbid()');
CALL log_guard('log_removals', 'UPDATE OR DELETE', 'ROW', 'log_forbid()');
CALL log_guard('log_tiles', 'UPDATE OR DELETE', 'ROW', 'log_forward()');
CALL log_guard('log_head', 'INSERT OR UPDATE OR DELETE', 'ROW', 'log_forward()');
CALL log_guard('events', 'TRUNCATE', 'STATEMENT', 'log_forbid()');
CALL log_guard('event_subjects', 'TRUNCATE', 'STATEMENT', 'log_forbid()');
CALL log_guard('log_queue', 'TRUNCATE', 'STATEMENT', 'log_forbid()');
CALL log_guard('log_entries', 'TRUNCATE', 'STATEMENT', 'log_forbid()');
CALL log_guard('log_tiles', 'TRUNCATE', 'STATEMENT', 'log_forbid()');
CALL log_guard('log_head', 'TRUNCATE', 'STATEMENT', 'log_forbid()');
CALL log_guard('log_checkpoints', 'TRUNCATE', 'STATEMENT', 'log_forbid()');
CALL log_guard('log_identity', 'TRUNCATE', 'STATEMENT', 'log_forbid()');
CALL log_guard('log_removals', 'TRUNCATE', 'STATEMENT', 'log_forbid()');

-- The smallest UUIDv7 of a time: what is at or after the time has an id that is not smaller.
CREATE FUNCTION uuid_at(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;

-- A partition is asked for through its parent only; alone it gives nobody anything.
CREATE PROCEDURE event_partition(parent regclass, name text, bounds text) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TABLE %I PARTITION OF %s %s', name, parent, bounds);
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
  EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
  CALL log_guard(format('%I', name)::regclass, 'TRUNCATE', 'STATEMENT', 'log_forbid()');
END $$;
CALL event_partition('events', 'events_default', 'DEFAULT');
CALL event_partition('event_subjects', 'event_subjects_default', 'DEFAULT');

-- Makes the partitions of a month and of as many that follow (events_2026_01 and event_subjects_2026_01). A month of which
-- the default partition has rows already stays there. Returns how many months were made.
CREATE FUNCTION make_event_partitions(since timestamptz, months int) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  first timestamptz;
  month text;
  bounds text;
  made int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(x'401d0003'::int);
  FOR n IN 0 .. months - 1 LOOP
    first := (date_trunc('month', since AT TIME ZONE 'UTC') + make_interval(months => n)) AT TIME ZONE 'UTC';
    month := to_char(first AT TIME ZONE 'UTC', 'YYYY_MM');
    CONTINUE WHEN to_regclass('events_' || month) IS NOT NULL;
    bounds := format('FOR VALUES FROM (%L) TO (%L)', uuid_at(first),
                     uuid_at((first AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC'));
    BEGIN
      CALL event_partition('events', 'events_' || month, bounds);
      CALL event_partition('event_subjects', 'event_subjects_' || month, bounds);
      made := made + 1;
    EXCEPTION WHEN check_violation THEN NULL;
    END;
  END LOOP;
  RETURN made;
END $$;
REVOKE EXECUTE ON FUNCTION make_event_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_event_partitions TO holdfast_system;
SELECT make_event_partitions(now(), 3);
