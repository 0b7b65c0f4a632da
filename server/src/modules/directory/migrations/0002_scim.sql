-- People who are kept by a provisioning service of elsewhere (SCIM). Each is a person like others; what is here is what SCIM
-- says of them.
CREATE TABLE scim_users (
  person_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  -- the machine account that keeps this person; NULL: an operator wrote it by hand, or that account is gone
  service_id uuid,
  -- Keyed hashes: found by equality, never read back.
  user_name_key bytea NOT NULL CHECK (octet_length(user_name_key) = 32),
  external_id_key bytea CHECK (octet_length(external_id_key) = 32),
  -- The attributes as JSON, encrypted under the person's own key.
  resource bytea NOT NULL CHECK (octet_length(resource) <= 131072),
  -- what the provisioning service wants
  active boolean NOT NULL,
  -- an operator has disabled the person here: whatever the provisioning service wants, it stays so
  held boolean NOT NULL DEFAULT false,
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id) ON DELETE SET NULL (service_id),
  UNIQUE (tenant_id, person_id),
  CONSTRAINT scim_users_user_name UNIQUE (tenant_id, user_name_key)
);
CREATE UNIQUE INDEX scim_users_external_id ON scim_users (tenant_id, service_id, external_id_key)
  WHERE external_id_key IS NOT NULL;
CREATE INDEX scim_users_service ON scim_users (tenant_id, service_id, person_id);
CALL isolate_by_tenant('scim_users');

-- By what else people are found: e-mail addresses and display names.
CREATE TABLE scim_user_values (
  tenant_id uuid NOT NULL REFERENCES tenants,
  person_id uuid NOT NULL,
  attribute text NOT NULL CHECK (attribute IN ('emails', 'displayName')),
  value_key bytea NOT NULL CHECK (octet_length(value_key) = 32),
  PRIMARY KEY (person_id, attribute, value_key),
  FOREIGN KEY (tenant_id, person_id) REFERENCES scim_users (tenant_id, person_id) ON DELETE CASCADE
);
CREATE INDEX scim_user_values_found ON scim_user_values (tenant_id, attribute, value_key);
CALL isolate_by_tenant('scim_user_values');

-- Groups whose members a provisioning service may change: those that it made, and those that an operator has allowed it.
CREATE TABLE scim_groups (
  tenant_id uuid NOT NULL REFERENCES tenants,
  group_id text NOT NULL,
  service_id uuid,
  external_id text CHECK (length(external_id) BETWEEN 1 AND 512),
  -- by the provisioning service; else made here, and handed over by an operator
  made boolean NOT NULL,
  -- an operator has allowed it though the group gives power over Holdfast itself
  power boolean NOT NULL DEFAULT false,
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, group_id),
  FOREIGN KEY (tenant_id, group_id) REFERENCES groups (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id) ON DELETE SET NULL (service_id)
);
CREATE UNIQUE INDEX scim_groups_external_id ON scim_groups (tenant_id, service_id, external_id)
  WHERE external_id IS NOT NULL;
CALL isolate_by_tenant('scim_groups');

-- Whoever changes who is in a group, and by whichever way: its version (the ETag) is another one then.
CREATE FUNCTION scim_group_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE scim_groups AS known SET version = known.version + 1, updated_at = clock_timestamp()
    FROM (SELECT DISTINCT tenant_id, group_id FROM changed) AS touched
    WHERE known.tenant_id = touched.tenant_id AND known.group_id = touched.group_id;
  RETURN NULL;
END $$;
CREATE FUNCTION scim_group_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE scim_groups SET version = version + 1, updated_at = clock_timestamp()
    WHERE tenant_id = NEW.tenant_id AND group_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER scim_renamed AFTER UPDATE OF name ON groups FOR EACH ROW
  WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION scim_group_renamed();
CREATE TRIGGER scim_joined AFTER INSERT ON memberships REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION scim_group_changed();
CREATE TRIGGER scim_left AFTER DELETE ON memberships REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION scim_group_changed();
