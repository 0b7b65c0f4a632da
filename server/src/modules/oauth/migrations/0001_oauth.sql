-- What a person allowed a client, at one sign-in: the family of all codes and tokens that came of it. Whoever writes one of
-- them locks this row, and finds here whether the family is dead.
CREATE TABLE oauth_grants (
  id text PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  client_id text NOT NULL,
  person_id uuid NOT NULL,
  -- the sign-in with which it ends; NULL for what may outlive it (offline_access)
  session_id uuid,
  -- scopes by resource, claims: nothing of the person
  allowed jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  revoke_reason text,
  -- the family whose token was exchanged for the one of this (RFC 8693), and with which it ends
  exchanged_of text REFERENCES oauth_grants ON DELETE CASCADE,
  CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL)),
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX oauth_grants_person ON oauth_grants (person_id) WHERE revoked_at IS NULL;
CREATE INDEX oauth_grants_session ON oauth_grants (session_id) WHERE revoked_at IS NULL;
CREATE INDEX oauth_grants_client ON oauth_grants (client_id) WHERE revoked_at IS NULL;
CREATE INDEX oauth_grants_exchanged ON oauth_grants (exchanged_of) WHERE exchanged_of IS NOT NULL;
CREATE INDEX oauth_grants_age ON oauth_grants (expires_at);
CALL isolate_by_tenant('oauth_grants');

-- What is used once: codes, refresh tokens, pushed requests, device codes; and requests that wait for their person.
CREATE TABLE oauth_artifacts (
  -- SHA-256 of its kind and of the value that its holder has
  id_hash bytea PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  kind text NOT NULL,
  grant_id text REFERENCES oauth_grants ON DELETE CASCADE,
  client_id text,
  -- keyed hash of what the person types for a device
  user_code bytea,
  payload bytea NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  consumed_at timestamptz,
  -- of a rotated refresh token, for as long as it may be asked for once more: the one that came after it
  successor bytea,
  successor_hash bytea
);
CREATE INDEX oauth_artifacts_grant ON oauth_artifacts (grant_id) WHERE grant_id IS NOT NULL;
CREATE UNIQUE INDEX oauth_artifacts_user_code ON oauth_artifacts (tenant_id, user_code) WHERE user_code IS NOT NULL;
CREATE INDEX oauth_artifacts_age ON oauth_artifacts (expires_at);
CALL isolate_by_tenant('oauth_artifacts');

-- Every access token that was issued. The token itself is kept nowhere.
CREATE TABLE oauth_tokens (
  jti text PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  client_id text NOT NULL,
  grant_id text REFERENCES oauth_grants ON DELETE CASCADE,
  session_id uuid,
  principal_type text NOT NULL CHECK (principal_type IN ('Person', 'Service')),
  principal_id uuid NOT NULL,
  audience text NOT NULL,
  -- what the client asked to be told at userinfo (OpenID Connect Core 1.0, section 5.5)
  claims jsonb,
  issued_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  revoke_reason text
);
CREATE INDEX oauth_tokens_grant ON oauth_tokens (grant_id) WHERE revoked_at IS NULL;
CREATE INDEX oauth_tokens_client ON oauth_tokens (client_id) WHERE revoked_at IS NULL;
CREATE INDEX oauth_tokens_principal ON oauth_tokens (principal_id) WHERE revoked_at IS NULL;
CREATE INDEX oauth_tokens_age ON oauth_tokens (expires_at);
CALL isolate_by_tenant('oauth_tokens');

-- At which clients a sign-in was used: who must hear of its end.
CREATE TABLE oauth_authorizations (
  session_id uuid NOT NULL,
  client_id text NOT NULL,
  tenant_id uuid NOT NULL REFERENCES tenants,
  person_id uuid NOT NULL,
  grant_id text NOT NULL,
  authorized_at timestamptz NOT NULL,
  PRIMARY KEY (session_id, client_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX oauth_authorizations_age ON oauth_authorizations (authorized_at);
CALL isolate_by_tenant('oauth_authorizations');

-- What people have allowed clients that ask for it.
CREATE TABLE oauth_consents (
  tenant_id uuid NOT NULL REFERENCES tenants,
  person_id uuid NOT NULL,
  client_id text NOT NULL,
  allowed jsonb NOT NULL,
  given_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, person_id, client_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id) ON DELETE CASCADE
);
CALL isolate_by_tenant('oauth_consents');
