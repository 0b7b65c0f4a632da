CREATE TABLE passkeys (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  person_id uuid NOT NULL,
  -- chosen by the authenticator; registered for one person only (WebAuthn level 3, section 7.1, step 26)
  credential_id bytea NOT NULL UNIQUE CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
  -- COSE_Key
  public_key bytea NOT NULL,
  sign_count bigint NOT NULL,
  -- what its person calls it, encrypted
  name bytea NOT NULL,
  -- which model it says it is; proven only where the attestation was checked
  aaguid uuid NOT NULL,
  attestation text NOT NULL,
  transports text[] NOT NULL,
  -- flags BE and BS (section 6.1.3): whether it may be, and was at its last use, copied to other devices
  backup_eligible boolean NOT NULL,
  backed_up boolean NOT NULL,
  registered_at timestamptz NOT NULL,
  last_used_at timestamptz,
  -- its counter went back: there is a second one of it, and neither is believed any more
  cloned_at timestamptz,
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX passkeys_person ON passkeys (person_id);
CALL isolate_by_tenant('passkeys');

CREATE TABLE authenticator_apps (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  person_id uuid NOT NULL,
  -- the shared secret (RFC 6238), encrypted
  secret bytea NOT NULL,
  begun_at timestamptz NOT NULL,
  -- when a first code was shown; until then it is only being set up
  confirmed_at timestamptz,
  -- the time step of the last code that was taken: neither it nor an earlier one is taken again (RFC 6238, section 5.2)
  last_step bigint NOT NULL DEFAULT 0,
  last_used_at timestamptz,
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX authenticator_apps_person ON authenticator_apps (person_id) WHERE confirmed_at IS NOT NULL;
CREATE INDEX authenticator_apps_begun ON authenticator_apps (begun_at) WHERE confirmed_at IS NULL;
CALL isolate_by_tenant('authenticator_apps');

CREATE TABLE recovery_codes (
  -- SHA-256 of 120 random bits and the person
  code_hash bytea PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  person_id uuid NOT NULL,
  made_at timestamptz NOT NULL,
  consumed_at timestamptz,
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX recovery_codes_person ON recovery_codes (person_id);
CALL isolate_by_tenant('recovery_codes');

CREATE TABLE mailed_codes (
  -- keyed hash of the code, for this session alone: eight digits could be guessed from a plain one
  code_key bytea PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  session_id uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  consumed_at timestamptz,
  FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX mailed_codes_session ON mailed_codes (session_id);
CREATE INDEX mailed_codes_age ON mailed_codes (expires_at);
CALL isolate_by_tenant('mailed_codes');
