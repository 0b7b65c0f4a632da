-- What happened. A row is inserted in the transaction of its change, without a place; the sequencer gives it one later.
-- No foreign key to tenants: an event outlives its tenant, and the key's row lock would be shared by every writer.
CREATE TABLE events (
  tenant_id uuid NOT NULL,
  -- made by whoever made the event; unique in its tenant only, so that nobody can take the id of another's event first
  id uuid NOT NULL,
  -- order of insertion. Handed out before the commit, so a smaller number may become visible after a larger one
  ordinal bigint GENERATED ALWAYS AS IDENTITY,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  time timestamptz NOT NULL,
  kind text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('success', 'refused', 'failure')),
  actor_type text,
  actor_id text,
  actor_name text,
  resource_type text,
  resource_id text,
  application text,
  reason text,
  address text,
  user_agent text,
  request_id text,
  data jsonb NOT NULL CHECK (jsonb_typeof(data) = 'object'),
  seq bigint UNIQUE CHECK (seq > 0),
  leaf bytea CHECK (length(leaf) = 32),
  hash bytea CHECK (length(hash) = 32),
  PRIMARY KEY (tenant_id, id),
  CHECK ((seq IS NULL) = (leaf IS NULL) AND (seq IS NULL) = (hash IS NULL)),
  CHECK ((actor_type IS NULL) = (actor_id IS NULL) AND (actor_name IS NULL OR actor_type IS NOT NULL)),
  CHECK ((resource_type IS NULL) = (resource_id IS NULL))
);
CREATE UNIQUE INDEX events_unsequenced ON events (ordinal) WHERE seq IS NULL;
CREATE INDEX events_newest ON events (tenant_id, seq DESC);
CREATE INDEX events_kind ON events (tenant_id, kind, seq DESC);
CREATE INDEX events_actor ON events (tenant_id, actor_id, seq DESC);
CREATE INDEX events_application ON events (tenant_id, application, seq DESC) WHERE application IS NOT NULL;
CREATE INDEX events_not_success ON events (tenant_id, outcome, seq DESC) WHERE outcome <> 'success';
CREATE INDEX events_time ON events (tenant_id, time);

CALL isolate_by_tenant('events');
-- Less than isolate_by_tenant gives: nobody deletes, the tenant's role does not update, nobody inserts a place.
REVOKE ALL ON events FROM holdfast_tenant, holdfast_system;
GRANT SELECT ON events TO holdfast_tenant, holdfast_system;
GRANT INSERT (tenant_id, id, time, kind, outcome, actor_type, actor_id, actor_name, resource_type, resource_id,
              application, reason, address, user_agent, request_id, data) ON events TO holdfast_tenant;
GRANT UPDATE (seq, leaf, hash) ON events TO holdfast_system;

-- Grants hold the server's roles; this holds the owner of the table as well. A superuser can switch triggers off, and
-- then the chain tells.
CREATE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before events;
BEGIN
  IF TG_OP = 'INSERT' AND NEW.seq IS NULL THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND NEW.seq IS NOT NULL THEN
    before := NEW;
    before.seq := NULL;
    before.leaf := NULL;
    before.hash := NULL;
    IF before IS NOT DISTINCT FROM OLD THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'events is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER events_append_only BEFORE INSERT OR UPDATE OR DELETE ON events
  FOR EACH ROW EXECUTE FUNCTION events_append_only();
CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION events_append_only();
ALTER TABLE events ENABLE ALWAYS TRIGGER events_append_only;
ALTER TABLE events ENABLE ALWAYS TRIGGER events_no_truncate;

-- Where the chain stands. One row, which only moves forward.
CREATE TABLE ledger_head (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  seq bigint NOT NULL CHECK (seq >= 0),
  hash bytea NOT NULL CHECK (length(hash) = 32),
  time timestamptz
);
INSERT INTO ledger_head (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex'));
GRANT SELECT ON ledger_head TO holdfast_tenant, holdfast_system;
GRANT UPDATE (seq, hash, time) ON ledger_head TO holdfast_system;

CREATE FUNCTION ledger_head_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.seq > OLD.seq THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the head of the ledger only moves forward' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER ledger_head_forward BEFORE INSERT OR UPDATE OR DELETE ON ledger_head
  FOR EACH ROW EXECUTE FUNCTION ledger_head_forward();
CREATE TRIGGER ledger_head_no_truncate BEFORE TRUNCATE ON ledger_head
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_head_forward();
ALTER TABLE ledger_head ENABLE ALWAYS TRIGGER ledger_head_forward;
ALTER TABLE ledger_head ENABLE ALWAYS TRIGGER ledger_head_no_truncate;
