-- The sign-in in which the person gave it, also for what may outlive that one (offline_access): somebody who ends sign-ins
-- that were not theirs ends what was given in them. NULL for what was given before this was kept, and by an exchange of such.
ALTER TABLE oauth_grants ADD COLUMN given_in uuid;
UPDATE oauth_grants SET given_in = session_id;
CREATE INDEX oauth_grants_given_in ON oauth_grants (given_in) WHERE revoked_at IS NULL;
