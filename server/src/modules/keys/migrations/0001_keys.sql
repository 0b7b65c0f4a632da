-- The keys that encrypt keys. Each is encrypted by the root key, which only a seal ever stores.
CREATE TABLE key_encryption_keys (
  id uuid PRIMARY KEY,
  version int NOT NULL UNIQUE CHECK (version > 0),
  state text NOT NULL CHECK (state IN ('current', 'retiring', 'retired')),
  live boolean GENERATED ALWAYS AS (CASE WHEN state <> 'retired' THEN true END) STORED,
  root_generation bigint NOT NULL,
  wrapped bytea,
  created_at timestamptz NOT NULL,
  replaced_at timestamptz,
  retired_at timestamptz,
  UNIQUE (id, live),
  CHECK ((state = 'retired') = (wrapped IS NULL) AND (state = 'retired') = (retired_at IS NOT NULL)),
  CHECK ((state = 'current') = (replaced_at IS NULL))
);
CREATE UNIQUE INDEX key_encryption_keys_current ON key_encryption_keys (state) WHERE state = 'current';
GRANT SELECT, INSERT, UPDATE ON key_encryption_keys TO holdfast_system;
GRANT SELECT ON key_encryption_keys TO holdfast_tenant;

-- The keys that encrypt data: one per tenant and purpose, and per person where erasing must be provable.
CREATE TABLE data_keys (
  id uuid PRIMARY KEY,
  -- NULL: of the installation itself
  tenant_id uuid REFERENCES tenants,
  purpose text NOT NULL CHECK (purpose ~ '^[a-z][a-z0-9-]{0,62}(/index)?$'),
  -- 'Person/<id>'; empty for a key of everybody
  subject text NOT NULL CHECK (length(subject) <= 320),
  version int NOT NULL CHECK (version > 0),
  state text NOT NULL CHECK (state IN ('current', 'retired', 'destroyed')),
  kek_id uuid,
  kek_live boolean GENERATED ALWAYS AS (CASE WHEN kek_id IS NOT NULL THEN true END) STORED,
  wrapped bytea,
  -- messages that were encrypted, as far as data_key_uses was added up
  used bigint NOT NULL DEFAULT 0 CHECK (used >= 0),
  created_at timestamptz NOT NULL,
  retired_at timestamptz,
  destroyed_at timestamptz,
  UNIQUE NULLS NOT DISTINCT (tenant_id, purpose, subject, version),
  -- A data key is under a live key-encryption key, always: whoever retires one waits for those who still insert under it,
  -- and is refused while one is left.
  FOREIGN KEY (kek_id, kek_live) REFERENCES key_encryption_keys (id, live),
  CHECK ((state = 'destroyed') = (wrapped IS NULL) AND (wrapped IS NULL) = (kek_id IS NULL)),
  CHECK ((state = 'destroyed') = (destroyed_at IS NOT NULL)),
  CHECK (state <> 'retired' OR retired_at IS NOT NULL)
  -- Old versions of a row hold what was destroyed until they are vacuumed: soon, therefore.
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 0);
CREATE UNIQUE INDEX data_keys_current ON data_keys (tenant_id, purpose, subject) NULLS NOT DISTINCT WHERE state = 'current';
CREATE INDEX data_keys_subject ON data_keys (tenant_id, subject) WHERE subject <> '';
CREATE INDEX data_keys_kek ON data_keys (kek_id) WHERE kek_id IS NOT NULL;
CALL isolate_by_tenant('data_keys');
REVOKE DELETE ON data_keys FROM holdfast_tenant, holdfast_system;

-- Messages that processes will encrypt with a key, written before the first of them. Rows, and no counter: nobody waits
-- for a lock. No foreign key for the same reason; the sum is moved to data_keys.used from time to time.
CREATE TABLE data_key_uses (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid,
  key_id uuid NOT NULL,
  messages bigint NOT NULL CHECK (messages > 0)
);
CREATE INDEX data_key_uses_key ON data_key_uses (key_id);
CALL isolate_by_tenant('data_key_uses');
REVOKE INSERT, UPDATE, DELETE ON data_key_uses FROM holdfast_tenant;
REVOKE UPDATE ON data_key_uses FROM holdfast_system;
