-- Other origins that serve the application as well as `upstream` does.
ALTER TABLE applications ADD COLUMN further_upstreams text[] NOT NULL DEFAULT '{}';
