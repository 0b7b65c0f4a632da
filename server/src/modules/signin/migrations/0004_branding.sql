-- How the pages look at which people sign in: of all, or for one application.
CREATE TABLE brandings (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  -- null: everywhere
  application_id text,
  name text CHECK (length(name) BETWEEN 1 AND 200),
  accent text CHECK (accent ~ '^#[0-9a-f]{6}$'),
  logo bytea CHECK (octet_length(logo) <= 131072),
  logo_type text CHECK (logo_type IN ('image/png', 'image/jpeg', 'image/webp')),
  -- in the addresses of style sheet and image, so that browsers may keep them
  version integer NOT NULL,
  updated_at timestamptz NOT NULL,
  CHECK ((logo IS NULL) = (logo_type IS NULL)),
  CONSTRAINT brandings_of UNIQUE NULLS NOT DISTINCT (tenant_id, application_id)
);
CALL isolate_by_tenant('brandings');
