-- How a tenant is stricter about signing in than the settings of the installation.
CREATE TABLE sign_in_policies (
  tenant_id uuid PRIMARY KEY REFERENCES tenants,
  -- as in `policy/shapes.ts`
  policy jsonb NOT NULL,
  updated_at timestamptz NOT NULL
);
CALL isolate_by_tenant('sign_in_policies');
