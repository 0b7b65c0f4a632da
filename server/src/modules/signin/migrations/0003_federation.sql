-- Upstream providers that people may sign in by.
CREATE TABLE connections (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id text NOT NULL CHECK (id ~ '^[a-z][a-z0-9-]{0,62}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  preset text NOT NULL CHECK (preset IN ('oidc', 'google', 'microsoft', 'okta', 'github')),
  -- OpenID Connect: as it names itself; GitHub: where it is
  issuer text NOT NULL CHECK (length(issuer) <= 500),
  client_id text NOT NULL CHECK (length(client_id) BETWEEN 1 AND 500),
  client_secret bytea,
  settings jsonb NOT NULL,
  enabled boolean NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CALL isolate_by_tenant('connections');

-- Which accounts elsewhere are whose here. A row is written by proof alone, never because addresses are equal.
CREATE TABLE upstream_identities (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  connection_id text NOT NULL,
  person_id uuid NOT NULL,
  -- keyed hash of issuer and subject: what was linked under another issuer is not this one
  subject_key bytea NOT NULL,
  -- how the provider calls it, for the person to recognise it
  label bytea NOT NULL,
  linked_by text NOT NULL CHECK (linked_by IN ('sign-up', 'person', 'invitation')),
  linked_at timestamptz NOT NULL,
  last_used_at timestamptz,
  CONSTRAINT upstream_identities_subject UNIQUE (tenant_id, connection_id, subject_key),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX upstream_identities_person ON upstream_identities (person_id);
CALL isolate_by_tenant('upstream_identities');

-- A visit to a provider that is under way: consumed when the browser comes back.
CREATE TABLE upstream_visits (
  tenant_id uuid NOT NULL REFERENCES tenants,
  state_hash bytea PRIMARY KEY,
  -- of the cookie of the browser that set out; PKCE verifier and nonce are derived of the cookie
  browser_hash bytea NOT NULL,
  connection_id text NOT NULL,
  -- as it was when the browser set out (RFC 9207, section 4: mix-up)
  issuer text NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('sign-in', 'link', 'invitation')),
  -- whose account is to be linked
  session_id uuid,
  invitation_id uuid,
  return_to text NOT NULL,
  expires_at timestamptz NOT NULL,
  consumed_at timestamptz,
  CHECK ((purpose = 'link') = (session_id IS NOT NULL)),
  CHECK ((purpose = 'invitation') = (invitation_id IS NOT NULL)),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX upstream_visits_age ON upstream_visits (expires_at);
CALL isolate_by_tenant('upstream_visits');

-- An account elsewhere that is nobody's here yet. Whoever came with it may link it once they have signed in.
CREATE TABLE upstream_offers (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  browser_hash bytea NOT NULL UNIQUE,
  connection_id text NOT NULL,
  subject_key bytea NOT NULL,
  label bytea NOT NULL,
  return_to text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  consumed_at timestamptz,
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX upstream_offers_age ON upstream_offers (expires_at);
CALL isolate_by_tenant('upstream_offers');

CREATE TABLE invitations (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  email bytea NOT NULL,
  email_key bytea NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  groups text[] NOT NULL,
  -- where to go afterwards
  application text CHECK (length(application) <= 63),
  inviter_type text NOT NULL CHECK (inviter_type IN ('Person', 'Service')),
  inviter_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  sent_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  consumed_at timestamptz,
  revoked_at timestamptz,
  person_id uuid,
  CHECK (consumed_at IS NOT NULL OR person_id IS NULL)
);
CREATE UNIQUE INDEX invitations_open ON invitations (tenant_id, email_key) WHERE consumed_at IS NULL;
CREATE INDEX invitations_age ON invitations (expires_at);
CALL isolate_by_tenant('invitations');

-- One-time links that were mailed to somebody.
CREATE TABLE mailed_links (
  token_hash bytea PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  kind text NOT NULL CHECK (kind IN ('recovery', 'email-verification', 'email-change')),
  person_id uuid NOT NULL,
  -- encrypted: the address that is to be theirs
  email bytea,
  -- of the address that the link was sent to: when the person has another one by now, it is void
  sent_to bytea NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  consumed_at timestamptz,
  CHECK ((kind = 'email-change') = (email IS NOT NULL)),
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX mailed_links_person ON mailed_links (person_id, kind);
CREATE INDEX mailed_links_age ON mailed_links (expires_at);
CALL isolate_by_tenant('mailed_links');

-- Who asked to recover an account. Whether there is one is looked up by a job, so that the answer cannot tell.
CREATE TABLE recovery_requests (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  email bytea NOT NULL,
  return_to text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX recovery_requests_age ON recovery_requests (created_at);
CALL isolate_by_tenant('recovery_requests');
