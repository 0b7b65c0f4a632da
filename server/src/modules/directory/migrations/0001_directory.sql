CREATE TABLE people (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  -- Address and name are encrypted under the person's own key.
  email bytea NOT NULL CHECK (octet_length(email) <= 2048),
  -- The keyed hash of what makes two addresses the same: found by equality, never read back.
  email_key bytea NOT NULL CHECK (octet_length(email_key) = 32),
  name bytea NOT NULL CHECK (octet_length(name) <= 2048),
  -- when they showed that the address is theirs; NULL: somebody else said so
  email_verified_at timestamptz,
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled')),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  last_sign_in_at timestamptz,
  -- Foreign keys name the tenant as well: their checks pass row-level security by.
  UNIQUE (tenant_id, id),
  CONSTRAINT people_email UNIQUE (tenant_id, email_key)
);
CALL isolate_by_tenant('people');

CREATE TABLE groups (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id text NOT NULL CHECK (id ~ '^[a-z][a-z0-9-]{0,62}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  builtin boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CALL isolate_by_tenant('groups');

CREATE TABLE group_parents (
  tenant_id uuid NOT NULL REFERENCES tenants,
  group_id text NOT NULL,
  parent_id text NOT NULL,
  PRIMARY KEY (tenant_id, group_id, parent_id),
  FOREIGN KEY (tenant_id, group_id) REFERENCES groups (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, parent_id) REFERENCES groups (tenant_id, id) ON DELETE CASCADE,
  CHECK (group_id <> parent_id)
);
CREATE INDEX group_parents_upward ON group_parents (tenant_id, parent_id);
CALL isolate_by_tenant('group_parents');

CREATE TABLE services (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  -- the application that its keys speak for; NULL for a gateway or a script
  application text CHECK (length(application) <= 63),
  created_at timestamptz NOT NULL,
  UNIQUE (tenant_id, id),
  CONSTRAINT services_name UNIQUE (tenant_id, name)
);
CALL isolate_by_tenant('services');

CREATE TABLE service_keys (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  service_id uuid NOT NULL,
  key_hash bytea NOT NULL UNIQUE,
  -- its first characters, for people to tell keys apart
  prefix text NOT NULL,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz,
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX service_keys_service ON service_keys (service_id);
CALL isolate_by_tenant('service_keys');

CREATE TABLE memberships (
  tenant_id uuid NOT NULL REFERENCES tenants,
  group_id text NOT NULL,
  person_id uuid,
  service_id uuid,
  created_at timestamptz NOT NULL,
  CHECK (num_nonnulls(person_id, service_id) = 1),
  FOREIGN KEY (tenant_id, group_id) REFERENCES groups (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX memberships_person ON memberships (person_id, group_id) WHERE person_id IS NOT NULL;
CREATE UNIQUE INDEX memberships_service ON memberships (service_id, group_id) WHERE service_id IS NOT NULL;
CREATE INDEX memberships_group ON memberships (tenant_id, group_id);
CALL isolate_by_tenant('memberships');

-- Who could do something on a day is asked later: who was there then, where they stood, and how groups were nested.
CALL keep_history('people', 'id', 'state');
CALL keep_history('services', 'id', 'application');
CALL keep_history('groups', 'id', 'builtin');
CALL keep_history('group_parents', 'group_id,parent_id', '');
CALL keep_history('memberships', 'group_id,person_id,service_id', '');
