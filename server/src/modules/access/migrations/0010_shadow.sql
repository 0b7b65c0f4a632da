-- How much of an application's decisions is logged.
CREATE TABLE decision_log_settings (
  tenant_id uuid NOT NULL,
  application_id text NOT NULL,
  -- the share of what is allowed; what is denied is logged whole
  allow_rate double precision NOT NULL CHECK (allow_rate BETWEEN 0 AND 1),
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, application_id),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications ON DELETE CASCADE
);
CALL isolate_by_tenant('decision_log_settings');

-- Policies that decide beside the live ones of an application and are only compared with them. A change is another candidate.
CREATE TABLE policy_candidates (
  tenant_id uuid NOT NULL,
  application_id text NOT NULL,
  id uuid NOT NULL,
  -- [{name, kind, text, effect, parsed}]
  policies jsonb NOT NULL,
  -- NULL: under the live schema
  schema_text text,
  schema_json jsonb,
  -- version of the live schema under which the policies were validated
  schema_version int NOT NULL,
  -- what was live when it was started
  live text NOT NULL,
  started_at timestamptz NOT NULL,
  started_by_type text NOT NULL,
  started_by_id text NOT NULL,
  compared bigint NOT NULL DEFAULT 0,
  skipped bigint NOT NULL DEFAULT 0,
  last_compared_at timestamptz,
  PRIMARY KEY (tenant_id, application_id),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications ON DELETE CASCADE
);
CALL isolate_by_tenant('policy_candidates');

-- What the candidate would have decided otherwise, counted. What tells of one is an event; its id is here.
CREATE TABLE candidate_differences (
  tenant_id uuid NOT NULL,
  application_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('would_allow', 'would_deny', 'other_reasons', 'would_fail', 'broken')),
  action text NOT NULL,
  live text[] NOT NULL,
  candidate text[] NOT NULL,
  count bigint NOT NULL,
  samples uuid[] NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, application_id, kind, action, live, candidate),
  FOREIGN KEY (tenant_id, application_id) REFERENCES policy_candidates ON DELETE CASCADE
);
CALL isolate_by_tenant('candidate_differences');
