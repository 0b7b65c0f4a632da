-- Letters: what is to be sent, what was, and, where there is no mail server in development, what would have been.
CREATE TABLE mails (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  template text NOT NULL CHECK (length(template) <= 63),
  -- whose it is, where it is somebody's; an invitation is nobody's yet
  person_id uuid,
  -- Address and content are encrypted, and gone as soon as the letter has left or was given up.
  address bytea,
  content bytea,
  state text NOT NULL CHECK (state IN ('waiting', 'sent', 'given-up', 'kept')),
  attempts int NOT NULL DEFAULT 0,
  -- codes of the mail server, never its words: they repeat the address
  last_error text CHECK (length(last_error) <= 63),
  created_at timestamptz NOT NULL,
  -- after this it is of no use: its link has lapsed
  expires_at timestamptz NOT NULL,
  settled_at timestamptz,
  CHECK ((content IS NOT NULL) = (state IN ('waiting', 'kept'))),
  CHECK ((address IS NOT NULL) = (state IN ('waiting', 'kept')))
);
CREATE INDEX mails_newest ON mails (tenant_id, created_at DESC);
CREATE INDEX mails_waiting ON mails (expires_at) WHERE state = 'waiting';
CREATE INDEX mails_age ON mails (created_at);
CALL isolate_by_tenant('mails');

-- How much one address was sent of one template, so that nobody's mailbox can be flooded by way of us.
CREATE TABLE mail_counts (
  tenant_id uuid NOT NULL REFERENCES tenants,
  -- keyed hash of template and address
  key bytea NOT NULL,
  hour_from timestamptz NOT NULL,
  hour int NOT NULL,
  day_from timestamptz NOT NULL,
  day int NOT NULL,
  PRIMARY KEY (tenant_id, key)
);
CREATE INDEX mail_counts_age ON mail_counts (day_from);
CALL isolate_by_tenant('mail_counts');

-- What a tenant says instead of the built-in words.
CREATE TABLE mail_templates (
  tenant_id uuid NOT NULL REFERENCES tenants,
  name text NOT NULL CHECK (length(name) <= 63),
  locale text NOT NULL CHECK (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
  body text NOT NULL CHECK (length(body) BETWEEN 1 AND 4000),
  button text CHECK (length(button) BETWEEN 1 AND 80),
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, name, locale)
);
CALL isolate_by_tenant('mail_templates');
