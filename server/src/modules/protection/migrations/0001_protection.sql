-- What an application has its gateways do besides reading payloads; one without a row has the defaults of the software.
CREATE TABLE application_protection (
  tenant_id uuid NOT NULL,
  application_id text NOT NULL,
  settings jsonb NOT NULL,
  version int NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, application_id),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications ON DELETE CASCADE
);
CALL isolate_by_tenant('application_protection');

-- Budgets that several gateways share: generic cell rate algorithm, one time for each key, in milliseconds since 1970.
CREATE TABLE rate_budgets (
  tenant_id uuid NOT NULL REFERENCES tenants,
  -- keyed hash of rule and client
  key bytea NOT NULL,
  -- when the bucket will be empty again
  empty_ms double precision NOT NULL,
  -- what the last question was given, and when it was asked
  granted int NOT NULL,
  asked_ms double precision NOT NULL,
  PRIMARY KEY (tenant_id, key)
);
-- An empty bucket is like none.
CREATE INDEX rate_budgets_empty ON rate_budgets (empty_ms);
CALL isolate_by_tenant('rate_budgets');

-- What browsers reported, counted by kind: anybody can send them.
CREATE TABLE csp_reports (
  tenant_id uuid NOT NULL,
  application_id text NOT NULL,
  directive text NOT NULL,
  blocked text NOT NULL,
  page text NOT NULL,
  disposition text NOT NULL,
  count bigint NOT NULL,
  sample text NOT NULL,
  source text NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, application_id, directive, blocked, page, disposition),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications ON DELETE CASCADE
);
CALL isolate_by_tenant('csp_reports');
