-- Where events go when they leave. A sink follows its tenant's places in the log by a cursor, which moves only after the
-- far side has acknowledged what lies below it.
CREATE TABLE log_sinks (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9-]{0,62}$'),
  kind text NOT NULL CHECK (kind IN ('otlp', 'syslog', 'file', 'webhook')),
  settings jsonb NOT NULL,
  -- headers, keys and signing secrets as JSON, encrypted under the tenant's key of the sinks
  secrets bytea NOT NULL,
  filter jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('active', 'paused', 'disabled')),
  -- Whatever lies at or below it was acknowledged, or is not for this sink.
  cursor_seq bigint NOT NULL CHECK (cursor_seq >= 0),
  -- A delivery up to here was begun, and nobody knows yet whether it arrived. Whoever goes on repeats just that.
  in_flight_seq bigint CHECK (in_flight_seq > cursor_seq),
  last_delivered_at timestamptz,
  delivered bigint NOT NULL DEFAULT 0,
  -- messages that were sent again without knowing whether they had arrived
  repeated bigint NOT NULL DEFAULT 0,
  -- events that the far side took and refused
  refused bigint NOT NULL DEFAULT 0,
  refused_told_at timestamptz,
  failures int NOT NULL DEFAULT 0,
  failing_since timestamptz,
  last_error text CHECK (length(last_error) <= 500),
  next_attempt_at timestamptz,
  -- when sink.failed was recorded, until sink.recovered is
  failed_told_at timestamptz,
  failed_after_seconds int NOT NULL CHECK (failed_after_seconds BETWEEN 5 AND 86400),
  -- Who delivers: one at a time, and whoever is late with renewing it has lost it.
  lease uuid,
  leased_until timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT log_sinks_name UNIQUE (tenant_id, name),
  CHECK ((lease IS NULL) = (leased_until IS NULL)),
  CHECK ((failures = 0) = (failing_since IS NULL))
);
CREATE INDEX log_sinks_due ON log_sinks (leased_until) WHERE state = 'active';
CALL isolate_by_tenant('log_sinks');
