-- Who may have a role, or what a template permits, for a time when they ask for it: one rule for each.
CREATE TABLE elevation_rules (
  tenant_id uuid NOT NULL,
  application_id text NOT NULL,
  gives text NOT NULL CHECK (gives IN ('role', 'template')),
  name text NOT NULL,
  -- A rule goes with what it speaks of: a new role of that name would have it otherwise.
  role_id text GENERATED ALWAYS AS (CASE WHEN gives = 'role' THEN name END) STORED,
  template text GENERATED ALWAYS AS (CASE WHEN gives = 'template' THEN name END) STORED,
  -- [{type, id}]: people, groups, roles of the application
  eligible jsonb NOT NULL,
  needs_approval boolean NOT NULL,
  approvers jsonb NOT NULL,
  maximum_seconds int NOT NULL CHECK (maximum_seconds BETWEEN 1 AND 604800),
  -- for how long a request waits for an answer
  wait_seconds int NOT NULL CHECK (wait_seconds BETWEEN 1 AND 604800),
  -- NULL: the glass cannot be broken
  glass_seconds int CHECK (glass_seconds BETWEEN 1 AND 14400),
  glass_per_day int CHECK (glass_per_day BETWEEN 1 AND 100),
  version int NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by_type text,
  updated_by_id text,
  PRIMARY KEY (tenant_id, application_id, gives, name),
  FOREIGN KEY (tenant_id, application_id, role_id) REFERENCES roles ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, application_id, template) REFERENCES policies ON DELETE CASCADE,
  CHECK ((glass_seconds IS NULL) = (glass_per_day IS NULL)),
  -- Whoever asks names the resource of a template: somebody else has to look at it.
  CHECK (gives = 'role' OR (needs_approval AND glass_seconds IS NULL))
);
CALL isolate_by_tenant('elevation_rules');
CALL keep_history('elevation_rules', 'application_id,gives,name',
  'eligible,needs_approval,approvers,maximum_seconds,wait_seconds,glass_seconds,glass_per_day,version');

-- What somebody asked for, what became of it, and where the glass was broken. Never deleted; no foreign key: it outlives what it
-- speaks of. What it gives is a grant, and whether that still holds is the grant's to say.
CREATE TABLE elevations (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  application_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('elevation', 'break_glass')),
  gives text NOT NULL CHECK (gives IN ('role', 'template')),
  name text NOT NULL,
  resource_type text,
  resource_id text,
  person_id uuid NOT NULL,
  -- encrypted for the person
  reason bytea NOT NULL,
  seconds int NOT NULL CHECK (seconds BETWEEN 1 AND 604800),
  needs_approval boolean NOT NULL,
  requested_at timestamptz NOT NULL,
  -- past it a request that is pending is expired
  expires_at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'cancelled', 'expired')),
  decided_at timestamptz,
  -- NULL: nobody but the rule
  decided_by uuid,
  -- encrypted for whoever decided
  note bytea,
  grant_id uuid,
  reviewed_at timestamptz,
  reviewed_by uuid,
  finding text CHECK (finding IN ('justified', 'unjustified')),
  review_note bytea,
  PRIMARY KEY (tenant_id, id),
  CHECK ((resource_type IS NULL) = (resource_id IS NULL)),
  CHECK ((state = 'approved') = (grant_id IS NOT NULL)),
  CHECK (decided_by <> person_id OR state = 'cancelled'),
  CHECK (NOT needs_approval OR state <> 'approved' OR decided_by IS NOT NULL),
  CHECK (reviewed_by <> person_id),
  CHECK (num_nulls(reviewed_at, reviewed_by, finding, review_note) IN (0, 4))
);
-- One request for one thing at a time.
CREATE UNIQUE INDEX elevations_pending ON elevations
  (tenant_id, application_id, person_id, gives, name, coalesce(resource_type, ''), coalesce(resource_id, '')) WHERE state = 'pending';
CREATE INDEX elevations_of ON elevations (tenant_id, application_id, id);
CREATE INDEX elevations_person ON elevations (tenant_id, person_id, id);
CREATE INDEX elevations_unreviewed ON elevations (tenant_id, requested_at) WHERE kind = 'break_glass' AND reviewed_at IS NULL;
CALL isolate_by_tenant('elevations');
REVOKE DELETE ON elevations FROM holdfast_tenant, holdfast_system;
