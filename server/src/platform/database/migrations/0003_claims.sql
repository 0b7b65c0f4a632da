-- What may be taken once and has no row of its own (`platform/once.ts`): the first to insert has it.
CREATE TABLE claims (
  tenant_id uuid NOT NULL REFERENCES tenants,
  kind text NOT NULL,
  key bytea NOT NULL,
  -- it would not be accepted any more after this: the claim may be forgotten
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, kind, key)
);
CREATE INDEX claims_age ON claims (expires_at);
CALL isolate_by_tenant('claims');
