-- Counters are arrays: what is added up is added place by place, and what one of them lacks at its end is none. They end at 2^53 - 1: whatever
-- somebody claims to have counted, nothing overflows where all tenants are added up.
CREATE FUNCTION add_counts(one bigint[], other bigint[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT coalesce(array_agg(least(coalesce(a, 0) + coalesce(b, 0), 9007199254740991) ORDER BY place), '{}') FROM unnest(one, other) WITH ORDINALITY AS t (a, b, place) $$;
CREATE AGGREGATE sum_counts (bigint[]) (SFUNC = add_counts, STYPE = bigint[], INITCOND = '{}', PARALLEL = SAFE);

-- What gateways were asked. After a crash of the database it begins anew: it shows what goes on, and proves nothing.
CREATE UNLOGGED TABLE traffic_counts (
  tenant_id uuid NOT NULL,
  application_id text NOT NULL,
  -- seconds that a row counts: 10, later 60 and 3600
  step int NOT NULL,
  at timestamptz NOT NULL,
  -- the gateway's process, so that none waits for another; empty once they are added up
  edge text NOT NULL,
  route text NOT NULL,
  -- requests, 1xx to 5xx, reported, bytes in, bytes out
  counts bigint[] NOT NULL,
  -- histograms of latencies
  own bigint[] NOT NULL,
  upstream bigint[] NOT NULL,
  PRIMARY KEY (tenant_id, application_id, step, at, edge, route),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications ON DELETE CASCADE
);
CREATE INDEX traffic_counts_age ON traffic_counts (step, at);
CALL isolate_by_tenant('traffic_counts');

CREATE UNLOGGED TABLE traffic_refused (
  tenant_id uuid NOT NULL,
  application_id text NOT NULL,
  step int NOT NULL,
  at timestamptz NOT NULL,
  edge text NOT NULL,
  route text NOT NULL,
  code text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (tenant_id, application_id, step, at, edge, route, code),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications ON DELETE CASCADE
);
CREATE INDEX traffic_refused_age ON traffic_refused (step, at);
CALL isolate_by_tenant('traffic_refused');

-- Some of the last requests.
CREATE UNLOGGED TABLE traffic_samples (
  tenant_id uuid NOT NULL,
  application_id text NOT NULL,
  place bigint GENERATED ALWAYS AS IDENTITY,
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (tenant_id, application_id, place),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications ON DELETE CASCADE
);
CREATE INDEX traffic_samples_age ON traffic_samples (at);
CALL isolate_by_tenant('traffic_samples');
