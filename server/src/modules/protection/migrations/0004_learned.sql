-- What gateways have learnt of an API: names, types, lengths and counts, and no value.
CREATE TABLE learned_traffic (
  tenant_id uuid NOT NULL,
  application_id text NOT NULL,
  learned jsonb NOT NULL,
  observed bigint NOT NULL,
  since timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, application_id),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications ON DELETE CASCADE
);
CALL isolate_by_tenant('learned_traffic');
