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

-- Which gateways and SDKs are there: telemetry, overwritten with each sync.
CREATE TABLE edges (
  tenant_id uuid NOT NULL REFERENCES tenants,
  service_id uuid NOT NULL,
  instance text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('sdk', 'gateway')),
  application_id text,
  version text NOT NULL,
  epoch bigint NOT NULL,
  attached_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, service_id, instance)
);
CREATE INDEX edges_seen ON edges (tenant_id, last_seen_at);
CALL isolate_by_tenant('edges');
