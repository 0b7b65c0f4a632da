-- Two roles that own nothing. Every transaction of the server takes one of them (SET LOCAL ROLE), because the owner of
-- a table and a superuser pass row-level security by.
DO $$
BEGIN
  CREATE ROLE holdfast_tenant NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$
BEGIN
  CREATE ROLE holdfast_system NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT holdfast_tenant, holdfast_system TO CURRENT_USER;

CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('holdfast.tenant', true), '')::uuid;

-- Holds a table to its tenant: called once for each table by the migration that creates it.
CREATE PROCEDURE isolate_by_tenant(target regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY own_tenant ON %s TO holdfast_tenant USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant())', target);
  EXECUTE format('CREATE POLICY every_tenant ON %s TO holdfast_system USING (true) WITH CHECK (true)', target);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO holdfast_tenant, holdfast_system', target);
END $$;

CREATE TABLE tenants (
  id uuid PRIMARY KEY,
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z][a-z0-9-]{0,62}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  created_at timestamptz NOT NULL DEFAULT now(),
  -- while it is suspended nothing of it is answered
  suspended_at timestamptz
);
-- A tenant knows itself; who else is on the installation is not its business.
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON tenants FOR SELECT TO holdfast_tenant USING (id = current_tenant());
CREATE POLICY every_tenant ON tenants TO holdfast_system USING (true) WITH CHECK (true);
GRANT SELECT ON tenants TO holdfast_tenant, holdfast_system;
GRANT INSERT, UPDATE ON tenants TO holdfast_system;

-- Names of the control plane that are one tenant's: who comes by one of them is its visitor.
CREATE TABLE tenant_hosts (
  host text PRIMARY KEY CHECK (host = lower(host) AND length(host) <= 259),
  tenant_id uuid NOT NULL REFERENCES tenants
);
ALTER TABLE tenant_hosts ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_hosts FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON tenant_hosts FOR SELECT TO holdfast_tenant USING (tenant_id = current_tenant());
CREATE POLICY every_tenant ON tenant_hosts TO holdfast_system USING (true) WITH CHECK (true);
GRANT SELECT ON tenant_hosts TO holdfast_tenant;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_hosts TO holdfast_system;

-- One counter a tenant of all changes that edges must hear of (`platform/epoch.ts`). An application's epoch is the counter's
-- value at its last change, so that "newer" can be compared across applications; the row is locked by every change, which
-- puts changes in one order.
CREATE TABLE tenant_epochs (
  tenant_id uuid PRIMARY KEY REFERENCES tenants,
  epoch bigint NOT NULL DEFAULT 1,
  -- the epoch at which the gateways' routing last changed
  gateway_epoch bigint NOT NULL DEFAULT 1
);
CALL isolate_by_tenant('tenant_epochs');

CREATE TABLE jobs (
  id uuid PRIMARY KEY,
  tenant_id uuid REFERENCES tenants,
  kind text NOT NULL,
  -- at most one waiting job of a key; NULL for as many as are enqueued
  key text,
  payload jsonb NOT NULL DEFAULT '{}',
  run_at timestamptz NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  max_attempts int NOT NULL DEFAULT 20,
  leased_until timestamptz,
  lease uuid,
  finished_at timestamptz,
  failed_at timestamptz,
  last_error text
);
CREATE UNIQUE INDEX jobs_key ON jobs (kind, key) WHERE key IS NOT NULL AND finished_at IS NULL AND failed_at IS NULL;
CREATE INDEX jobs_due ON jobs (run_at) WHERE finished_at IS NULL AND failed_at IS NULL;
ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON jobs FOR INSERT TO holdfast_tenant WITH CHECK (tenant_id = current_tenant());
CREATE POLICY every_tenant ON jobs TO holdfast_system USING (true) WITH CHECK (true);
GRANT INSERT ON jobs TO holdfast_tenant;
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs TO holdfast_system;
