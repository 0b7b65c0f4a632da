-- Gateways decide for it by its policies: what changes its epoch changes theirs.
ALTER TABLE applications ADD COLUMN gateways_decide boolean NOT NULL DEFAULT false;
