-- The keys that sign tokens. One set for the installation: tokens are checked by everybody, so the keys are published a good
-- while before they sign (next), sign (current), and stay published until what they signed has ended (retired). Private keys
-- lie here sealed; a retired key has none any more.
CREATE TABLE oauth_signing_keys (
  kid text PRIMARY KEY,
  alg text NOT NULL CHECK (alg IN ('ES256', 'EdDSA', 'RS256')),
  state text NOT NULL CHECK (state IN ('next', 'current', 'retired', 'compromised')),
  public_jwk jsonb NOT NULL,
  sealed_private bytea,
  created_at timestamptz NOT NULL,
  -- when it began to sign, and when it ended
  current_at timestamptz,
  retired_at timestamptz,
  CHECK ((state IN ('next', 'current')) = (sealed_private IS NOT NULL))
);
CREATE UNIQUE INDEX oauth_signing_keys_next ON oauth_signing_keys (alg) WHERE state = 'next';
CREATE UNIQUE INDEX oauth_signing_keys_current ON oauth_signing_keys (alg) WHERE state = 'current';
-- Grows with every change of the set: how a replica sees that its own is old. The row puts rotations in one order.
CREATE TABLE oauth_signing_generation (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  generation bigint NOT NULL
);
INSERT INTO oauth_signing_generation (generation) VALUES (0);
GRANT SELECT, INSERT, UPDATE, DELETE ON oauth_signing_keys TO holdfast_system;
GRANT SELECT, UPDATE ON oauth_signing_generation TO holdfast_system;
GRANT SELECT ON oauth_signing_keys, oauth_signing_generation TO holdfast_tenant;

-- OAuth clients of an application. The id is unique in the installation: at the token endpoint it says which tenant is meant.
CREATE TABLE oauth_clients (
  client_id text PRIMARY KEY CHECK (client_id ~ '^[A-Za-z0-9._~-]{1,128}$'),
  tenant_id uuid NOT NULL REFERENCES tenants,
  application_id text NOT NULL,
  preset text NOT NULL CHECK (preset IN ('web', 'spa', 'native', 'service', 'fapi2')),
  consent text NOT NULL CHECK (consent IN ('skip', 'ask')),
  -- who registered it: an operator, or the client itself (RFC 7591)
  origin text NOT NULL CHECK (origin IN ('operator', 'dynamic')),
  -- as whom it acts by itself (client_credentials)
  service_id uuid,
  -- RFC 7591 metadata, checked and with its defaults filled in
  metadata jsonb NOT NULL,
  -- lifetimes, resources, exchanges: what no standard names
  settings jsonb NOT NULL,
  version int NOT NULL DEFAULT 1,
  disabled_at timestamptz,
  -- RFC 7592: with what a client that registered itself manages its registration
  registration_hash bytea UNIQUE,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (tenant_id, client_id),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id) ON DELETE SET NULL (service_id)
);
CREATE INDEX oauth_clients_application ON oauth_clients (tenant_id, application_id);
CREATE INDEX oauth_clients_service ON oauth_clients (tenant_id, service_id) WHERE service_id IS NOT NULL;
CALL isolate_by_tenant('oauth_clients');

CREATE TABLE oauth_client_secrets (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  client_id text NOT NULL,
  secret_hash bytea NOT NULL,
  -- its first characters, for people to tell secrets apart
  prefix text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  FOREIGN KEY (tenant_id, client_id) REFERENCES oauth_clients (tenant_id, client_id) ON DELETE CASCADE
);
CREATE INDEX oauth_client_secrets_client ON oauth_client_secrets (tenant_id, client_id);
CALL isolate_by_tenant('oauth_client_secrets');

-- With what a client may register itself (RFC 7591, section 3): given to one application.
CREATE TABLE oauth_initial_access_tokens (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  application_id text NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  -- how many registrations are left
  uses_left int NOT NULL CHECK (uses_left >= 0),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications ON DELETE CASCADE
);
CALL isolate_by_tenant('oauth_initial_access_tokens');

-- What tokens are for (RFC 8707), beside urn:holdfast:application:<id>, which every application has.
CREATE TABLE oauth_resources (
  tenant_id uuid NOT NULL,
  identifier text NOT NULL CHECK (length(identifier) BETWEEN 1 AND 500),
  application_id text NOT NULL,
  -- [{"name": ..., "description": ...}]
  scopes jsonb NOT NULL,
  PRIMARY KEY (tenant_id, identifier),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications ON DELETE CASCADE
);
CREATE INDEX oauth_resources_application ON oauth_resources (tenant_id, application_id);
-- All tenants have one issuer and one set of keys: what a token is for must say whose it is.
CREATE UNIQUE INDEX oauth_resources_identifier ON oauth_resources (identifier);
CALL isolate_by_tenant('oauth_resources');

-- What tokens for an application are for where nothing else is said. Ids of applications are a tenant's own, so that those of all
-- but the first tenant name it.
CREATE FUNCTION application_resource(of_tenant uuid, application text) RETURNS text LANGUAGE sql STABLE
  AS $$
    SELECT CASE slug WHEN 'default' THEN 'urn:holdfast:application:' ELSE 'urn:holdfast:tenant:' || slug || ':application:' END
      || application
    FROM tenants WHERE id = of_tenant
  $$;
GRANT EXECUTE ON FUNCTION application_resource TO holdfast_tenant, holdfast_system;

-- Whether an identifier is free has to be asked across tenants, as for hosts: only who owns the given ones is told.
CREATE FUNCTION resource_owners(wanted text[]) RETURNS TABLE (identifier text, tenant_id uuid, application_id text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$
    SELECT r.identifier, r.tenant_id, r.application_id FROM oauth_resources r WHERE r.identifier = ANY(wanted)
    UNION ALL
    SELECT w.identifier, h.tenant_id, h.application_id FROM unnest(wanted) AS w(identifier)
      JOIN application_hosts h ON w.identifier IN ('https://' || h.host, 'http://' || h.host)
  $$;
REVOKE ALL ON FUNCTION resource_owners FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resource_owners TO holdfast_tenant;

-- How often a device asks (RFC 8628, section 3.5): on every replica the same answer.
CREATE TABLE oauth_device_polls (
  device_hash bytea PRIMARY KEY REFERENCES oauth_artifacts ON DELETE CASCADE,
  tenant_id uuid NOT NULL REFERENCES tenants,
  interval_seconds int NOT NULL,
  polled_at timestamptz NOT NULL,
  -- it asked before the interval was over
  too_soon boolean NOT NULL
);
CALL isolate_by_tenant('oauth_device_polls');
