-- Searches that somebody kept. Name and filter are typed by people and may name others: both are encrypted.
CREATE TABLE saved_searches (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  owner_type text NOT NULL,
  owner_id text NOT NULL,
  -- seen by everybody who may list events; changed by its owner alone
  shared boolean NOT NULL,
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX saved_searches_owner ON saved_searches (tenant_id, owner_type, owner_id);
CALL isolate_by_tenant('saved_searches');
