CREATE TABLE passwords (
  person_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  -- argon2id in PHC string format: parameters, salt and hash
  -- encrypted: who has the database alone cannot even guess at it
  hash bytea NOT NULL,
  set_at timestamptz NOT NULL,
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id) ON DELETE CASCADE
);
CALL isolate_by_tenant('passwords');

CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  person_id uuid NOT NULL,
  -- a sign-in at the control plane, or the session at one guarded host that was made of it
  kind text NOT NULL CHECK (kind IN ('sign-in', 'application')),
  parent_id uuid,
  application text,
  token_hash bytea NOT NULL UNIQUE,
  authenticated_at timestamptz NOT NULL,
  started_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  -- whatever happens; the idle limit is reckoned from last_seen_at
  expires_at timestamptz NOT NULL,
  -- Encrypted, of sign-ins only: a host's session was begun from where its sign-in was.
  address bytea,
  -- the keyed hash by which a known address is recognised
  address_key bytea,
  user_agent bytea,
  ended_at timestamptz,
  end_reason text,
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, parent_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE,
  CHECK ((kind = 'application') = (parent_id IS NOT NULL)),
  CHECK ((kind = 'application') = (application IS NOT NULL)),
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX sessions_person ON sessions (person_id, started_at);
CREATE INDEX sessions_parent ON sessions (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX sessions_live ON sessions (tenant_id, id) WHERE ended_at IS NULL;
CREATE INDEX sessions_idle ON sessions (last_seen_at) WHERE ended_at IS NULL;
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;
CALL isolate_by_tenant('sessions');

-- What edges are told: they remember a session for a moment, and forget it when it is named here. Its numbers are in
-- the order of the commits, because the writer locks the tenant's epoch from before it takes one until it commits;
-- who reads "everything after n" therefore never passes by a row that comes late.
CREATE TABLE session_revocations (
  seq bigserial PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  session_id uuid NOT NULL,
  application text,
  revoked_at timestamptz NOT NULL
);
CREATE INDEX session_revocations_tenant ON session_revocations (tenant_id, seq);
CREATE INDEX session_revocations_age ON session_revocations (revoked_at);
CALL isolate_by_tenant('session_revocations');
GRANT USAGE, SELECT ON SEQUENCE session_revocations_seq_seq TO holdfast_tenant, holdfast_system;

CREATE TABLE handoff_codes (
  code_hash bytea PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  -- the sign-in that it hands on
  session_id uuid NOT NULL,
  application text NOT NULL,
  redirect_uri text NOT NULL,
  -- RFC 7636, S256
  -- SHA-256 of the verifier (RFC 7636)
  challenge bytea NOT NULL CHECK (octet_length(challenge) = 32),
  expires_at timestamptz NOT NULL,
  consumed_at timestamptz,
  FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX handoff_codes_age ON handoff_codes (expires_at);
CREATE INDEX handoff_codes_session ON handoff_codes (session_id);
CALL isolate_by_tenant('handoff_codes');

CREATE TABLE sign_in_throttles (
  tenant_id uuid NOT NULL REFERENCES tenants,
  -- keyed hash of the account or the address: what people mistype into the form is not kept
  key bytea NOT NULL,
  attempts int NOT NULL,
  last_at timestamptz NOT NULL,
  blocked_until timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key)
);
CREATE INDEX sign_in_throttles_age ON sign_in_throttles (last_at);
CALL isolate_by_tenant('sign_in_throttles');

CREATE TABLE bootstraps (
  tenant_id uuid PRIMARY KEY REFERENCES tenants,
  service_id uuid NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  setup_hash bytea NOT NULL UNIQUE,
  -- SHA-256 of the host and data directory whose file holds the secrets: another replica has none and must not ask anew
  issued_by bytea NOT NULL,
  issued_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  -- the first operator has enrolled: neither secret works any more
  completed_at timestamptz
);
CALL isolate_by_tenant('bootstraps');
