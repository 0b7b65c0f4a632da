-- Private keys lie here sealed: the database alone does not let anybody sign.
CREATE TABLE signing_keys (
  kid text PRIMARY KEY,
  public_jwk jsonb NOT NULL,
  sealed_private bytea NOT NULL,
  created_at timestamptz NOT NULL,
  retired_at timestamptz
);
CREATE UNIQUE INDEX signing_keys_current ON signing_keys ((true)) WHERE retired_at IS NULL;
GRANT SELECT, INSERT ON signing_keys TO holdfast_system;

CREATE TABLE gateway_keys (
  tenant_id uuid NOT NULL REFERENCES tenants,
  service_id uuid NOT NULL,
  kid text NOT NULL,
  public_jwk jsonb NOT NULL,
  registered_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, service_id, kid)
);
CALL isolate_by_tenant('gateway_keys');

-- Which gateways and SDKs are there, and until when each may act by what it holds. A lease is written down before it is
-- given, in a transaction that holds a lock of the tenant from before it looks at what the lease vouches for; the barrier
-- takes that lock alone, so that it knows every lease on anything older than what it asks about.
CREATE TABLE edges (
  tenant_id uuid NOT NULL REFERENCES tenants,
  service_id uuid NOT NULL,
  -- random, of one process
  instance text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('sdk', 'gateway')),
  application_id text,
  version text NOT NULL,
  -- what it said last that it holds: the epoch of its bundle, and its place in the feed of revocations
  epoch bigint NOT NULL,
  cursor bigint NOT NULL,
  -- by the clock of the database: after it the process acts by nothing that it was given until now
  lease_until timestamptz,
  -- when it said that it ends, and allows nothing any more
  left_at timestamptz,
  attached_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, service_id, instance)
);
CREATE INDEX edges_seen ON edges (tenant_id, last_seen_at);
CREATE INDEX edges_leased ON edges (tenant_id, lease_until);
CALL isolate_by_tenant('edges');
