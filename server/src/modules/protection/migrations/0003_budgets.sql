-- Whose budget it is: the key is a digest, and tells nobody. Null: of a release that did not say so; it is gone when it is idle.
ALTER TABLE rate_budgets ADD COLUMN application_id text, ADD COLUMN rule text;
CREATE INDEX rate_budgets_rule ON rate_budgets (tenant_id, application_id, rule);
