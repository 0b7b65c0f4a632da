CREATE TABLE passwords (
  person_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  -- in PHC string format: parameters, salt and hash
  -- encrypted: who has the database alone cannot even guess at it
  hash bytea NOT NULL,
  -- What stands before salt and hash. By it is counted how passwords are kept, and an address that nobody has is given
  -- a cost as people's are.
  form text NOT NULL,
  -- made by another system, of the password as it was typed there
  imported boolean NOT NULL,
  -- whether it is long enough to be the only factor; null: another system has set it
  suffices_alone boolean,
  -- found among the passwords that are known from breaches: another one must be chosen
  compromised_at timestamptz,
  set_at timestamptz NOT NULL,
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX passwords_form ON passwords (tenant_id, form, imported);
CREATE INDEX passwords_latest ON passwords (tenant_id, set_at);
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
  -- the token that takes its place as soon as it is seen; and the one whose place it took
  next_hash bytea UNIQUE,
  prior_hash bytea UNIQUE,
  -- until then the earlier one is still taken, unless the session has become stronger with the change
  prior_until timestamptz,
  prior_weaker boolean NOT NULL DEFAULT false,
  rotated_at timestamptz NOT NULL,
  -- digest of the groups for which the token was made: with others it changes
  privileges bytea,
  -- when each factor was shown, in milliseconds since 1970: {"pwd": ..., "otp": ...}; what that is worth; since when
  proofs jsonb NOT NULL,
  acr text NOT NULL CHECK (acr IN ('aal1', 'aal2', 'phr')),
  authenticated_at timestamptz NOT NULL,
  -- what this session must show beside what is asked of its person
  required_acr text CHECK (required_acr IN ('aal1', 'aal2', 'phr')),
  -- begun, but not yet with all the factors that it takes; it counts as no session of the person
  pending boolean NOT NULL DEFAULT false,
  -- begun with a password that must be changed before the session counts
  change_due boolean NOT NULL DEFAULT false,
  preset text NOT NULL,
  started_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  idle_seconds int NOT NULL CHECK (idle_seconds > 0),
  -- when it ends if it is not used any more
  idle_at timestamptz NOT NULL,
  -- whatever happens
  expires_at timestamptz NOT NULL,
  -- Encrypted, of sign-ins only: a host's session was begun from where its sign-in was.
  address bytea,
  -- the keyed hash by which a known address is recognised
  address_key bytea,
  user_agent bytea,
  -- the keyed hash by which a kind of device is recognised that the person used before
  device_key bytea,
  -- what the person calls it, and from which network it was used last
  device_name bytea,
  seen_from bytea,
  ended_at timestamptz,
  end_reason text,
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, parent_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE,
  CHECK ((kind = 'application') = (parent_id IS NOT NULL)),
  CHECK ((kind = 'application') = (application IS NOT NULL)),
  CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
  CHECK ((prior_hash IS NULL) = (prior_until IS NULL))
);
CREATE INDEX sessions_person ON sessions (person_id, started_at);
CREATE INDEX sessions_parent ON sessions (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX sessions_live ON sessions (tenant_id, id) WHERE ended_at IS NULL;
CREATE INDEX sessions_idle ON sessions (idle_at) WHERE ended_at IS NULL;
CREATE INDEX sessions_absolute ON sessions (expires_at) WHERE ended_at IS NULL;
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;
CALL isolate_by_tenant('sessions');

-- What a person must show at every sign-in, because somebody or something has raised it.
CREATE TABLE session_demands (
  person_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  acr text NOT NULL CHECK (acr IN ('aal1', 'aal2', 'phr')),
  reason text NOT NULL,
  raised_at timestamptz NOT NULL,
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id) ON DELETE CASCADE
);
CALL isolate_by_tenant('session_demands');

-- How long sessions at one application last, where that is shorter than in general.
CREATE TABLE session_limits (
  tenant_id uuid NOT NULL REFERENCES tenants,
  application text NOT NULL,
  preset text NOT NULL CHECK (preset IN ('standard', 'strict', 'pci')),
  idle_seconds int NOT NULL CHECK (idle_seconds > 0),
  absolute_seconds int NOT NULL CHECK (absolute_seconds > 0),
  PRIMARY KEY (tenant_id, application)
);
CALL isolate_by_tenant('session_limits');

-- What edges are told: they remember a session for a moment, and forget it when it is named here. Its numbers are in
-- the order of the commits, because the writer locks the tenant's epoch from before it takes one until it commits;
-- who reads "everything after n" therefore never passes by a row that comes late.
CREATE TABLE session_revocations (
  seq bigserial PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  -- of a session, or of an access token that was revoked by itself (its jti)
  session_id text NOT NULL,
  application text,
  -- null: it has ended; else it goes on, but must show as much from now on
  acr text CHECK (acr IN ('aal1', 'aal2', 'phr')),
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
