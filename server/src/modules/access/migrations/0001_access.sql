CREATE TABLE applications (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id text NOT NULL CHECK (id ~ '^[a-z][a-z0-9-]{0,62}$'),
  name text NOT NULL,
  upstream text,
  public_paths text[] NOT NULL DEFAULT '{}',
  body_limit_bytes int NOT NULL DEFAULT 1048576,
  request_timeout_ms int NOT NULL DEFAULT 30000,
  builtin boolean NOT NULL DEFAULT false,
  epoch bigint NOT NULL,
  -- Cedar; empty: there is none, and policies are not validated
  schema_text text NOT NULL,
  schema_json jsonb NOT NULL,
  schema_version int NOT NULL DEFAULT 1,
  schema_updated_at timestamptz NOT NULL,
  -- types of stored entities that travel to SDKs
  bundled_types text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CALL isolate_by_tenant('applications');
CALL keep_history('applications', 'id', 'schema_text,schema_json,schema_version,bundled_types');

-- A host belongs to one application of the whole installation: a tenant cannot take another's.
CREATE TABLE application_hosts (
  tenant_id uuid NOT NULL,
  host text PRIMARY KEY CHECK (host = lower(host)),
  application_id text NOT NULL,
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications ON DELETE CASCADE
);
CALL isolate_by_tenant('application_hosts');

-- Whether a host is free has to be asked across tenants; only who owns the given hosts is told, nothing can be listed.
CREATE FUNCTION host_owners(wanted text[]) RETURNS TABLE (host text, tenant_id uuid, application_id text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT h.host, h.tenant_id, h.application_id FROM application_hosts h WHERE h.host = ANY(wanted) $$;
REVOKE ALL ON FUNCTION host_owners FROM PUBLIC;
GRANT EXECUTE ON FUNCTION host_owners TO holdfast_tenant;

CREATE TABLE policies (
  tenant_id uuid NOT NULL,
  application_id text NOT NULL,
  name text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,99}$'),
  -- a template has slots in its scope, which grants fill
  kind text NOT NULL CHECK (kind IN ('policy', 'template')),
  text text NOT NULL,
  -- Cedar's JSON form, made once when the policy was written
  parsed jsonb NOT NULL,
  effect text NOT NULL CHECK (effect IN ('permit', 'forbid')),
  version int NOT NULL,
  builtin boolean NOT NULL DEFAULT false,
  updated_at timestamptz NOT NULL,
  updated_by_type text,
  updated_by_id text,
  PRIMARY KEY (tenant_id, application_id, name),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications ON DELETE CASCADE
);
CALL isolate_by_tenant('policies');
CALL keep_history('policies', 'application_id,name', 'kind,text,parsed,effect,version,builtin,updated_by_type,updated_by_id');
