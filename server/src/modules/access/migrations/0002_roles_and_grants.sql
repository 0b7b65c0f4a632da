-- What somebody may be in an application: `principal in Role::"editor"`. A role may be in others, whose rights it has as well.
CREATE TABLE roles (
  tenant_id uuid NOT NULL,
  application_id text NOT NULL,
  id text NOT NULL CHECK (id ~ '^[A-Za-z][A-Za-z0-9_.:-]{0,99}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  description text NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
  builtin boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, application_id, id),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications ON DELETE CASCADE
);
CALL isolate_by_tenant('roles');
CALL keep_history('roles', 'application_id,id', 'name,description,builtin');

CREATE TABLE role_parents (
  tenant_id uuid NOT NULL,
  application_id text NOT NULL,
  role_id text NOT NULL,
  parent_id text NOT NULL,
  PRIMARY KEY (tenant_id, application_id, role_id, parent_id),
  FOREIGN KEY (tenant_id, application_id, role_id) REFERENCES roles ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, application_id, parent_id) REFERENCES roles ON DELETE CASCADE,
  CHECK (role_id <> parent_id)
);
CREATE INDEX role_parents_downward ON role_parents (tenant_id, application_id, parent_id);
CALL isolate_by_tenant('role_parents');
CALL keep_history('role_parents', 'application_id,role_id,parent_id', '');

-- Who was given what, for which time (valid), and since when we say so (recorded). A grant gives a role, or fills the slots of
-- a template. No foreign key to the application, the role or the template: a grant outlives what it spoke of.
CREATE TABLE grants (
  tenant_id uuid NOT NULL REFERENCES tenants,
  application_id text NOT NULL,
  id uuid NOT NULL,
  version int NOT NULL CHECK (version > 0),
  principal_type text NOT NULL CHECK (length(principal_type) BETWEEN 1 AND 200),
  principal_id text NOT NULL CHECK (length(principal_id) <= 1000),
  role_id text,
  template text,
  resource_type text,
  resource_id text,
  valid_from timestamptz NOT NULL,
  -- NULL: without end
  valid_to timestamptz,
  source text NOT NULL CHECK (source IN ('direct', 'elevation', 'break_glass', 'import')),
  -- what it comes from: an elevation's request
  source_id text,
  -- why, encrypted: it is what somebody wrote
  reason bytea NOT NULL,
  recorded_from timestamptz NOT NULL,
  recorded_to timestamptz,
  recorded_by text,
  closed_by text,
  PRIMARY KEY (tenant_id, id, version),
  CHECK (num_nonnulls(role_id, template) = 1),
  CHECK ((resource_type IS NULL) = (resource_id IS NULL)),
  CHECK (role_id IS NULL OR resource_type IS NULL),
  CHECK (valid_to >= valid_from)
);
CREATE UNIQUE INDEX grants_current ON grants (tenant_id, id) WHERE recorded_to IS NULL;
CREATE INDEX grants_principal ON grants (tenant_id, application_id, principal_type, principal_id) WHERE recorded_to IS NULL;
CREATE INDEX grants_role ON grants (tenant_id, application_id, role_id) WHERE recorded_to IS NULL;
CREATE INDEX grants_of ON grants (tenant_id, application_id, recorded_from);
CALL isolate_by_tenant('grants');
CALL keep_versions('grants');

-- Things of an application that the control plane itself decides about: folders, teams, documents. Each row is a version.
CREATE TABLE stored_entities (
  tenant_id uuid NOT NULL REFERENCES tenants,
  row_id uuid NOT NULL,
  application_id text NOT NULL,
  type text NOT NULL CHECK (length(type) BETWEEN 1 AND 200),
  id text NOT NULL CHECK (length(id) <= 1000),
  parent_types text[] NOT NULL,
  parent_ids text[] NOT NULL,
  -- {attrs, tags} in Cedar's JSON form, encrypted
  attributes bytea NOT NULL,
  recorded_from timestamptz NOT NULL,
  recorded_to timestamptz,
  recorded_by text,
  closed_by text,
  PRIMARY KEY (tenant_id, row_id),
  CHECK (cardinality(parent_types) = cardinality(parent_ids))
);
CREATE UNIQUE INDEX stored_entities_current ON stored_entities (tenant_id, application_id, type, id) WHERE recorded_to IS NULL;
CREATE INDEX stored_entities_of ON stored_entities (tenant_id, application_id, type, id, recorded_from);
CALL isolate_by_tenant('stored_entities');
CALL keep_versions('stored_entities');
