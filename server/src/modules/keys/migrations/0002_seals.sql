-- What seals the root key. One is current; a pending one waits until its shares were proven to open it; a retired one
-- keeps its id, so that a key file left over from it is recognised, and nothing that it could open.
CREATE TABLE seals (
  id uuid PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('pending', 'current', 'retired')),
  kind text NOT NULL,
  -- what the seal needs to open again, never a secret: salts, costs, digests of shares
  parameters jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  retired_at timestamptz,
  generation bigint,
  root_id uuid,
  root_since timestamptz,
  wrapped_root bytea,
  verification bytea,
  CHECK ((state = 'retired') = (retired_at IS NOT NULL)),
  CHECK (num_nulls(generation, root_id, root_since, wrapped_root, verification) = CASE state WHEN 'current' THEN 0 ELSE 5 END)
);
CREATE UNIQUE INDEX seals_current ON seals (state) WHERE state = 'current';
CREATE UNIQUE INDEX seals_pending ON seals (state) WHERE state = 'pending';
GRANT SELECT, INSERT, UPDATE, DELETE ON seals TO holdfast_system;
GRANT SELECT (id, state, generation) ON seals TO holdfast_tenant;

-- Unsealed replicas. The public key (X25519) is of this process alone; it is proven with the root key, so that nobody who
-- only writes the database is handed one.
CREATE TABLE seal_replicas (
  id uuid PRIMARY KEY,
  public_key bytea NOT NULL,
  generation bigint NOT NULL,
  proof bytea NOT NULL,
  seen_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON seal_replicas TO holdfast_system;

-- The next root key for each of them, encrypted to its process: a backup opens none of these.
CREATE TABLE seal_handovers (
  replica_id uuid NOT NULL REFERENCES seal_replicas ON DELETE CASCADE,
  generation bigint NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (replica_id, generation)
);
GRANT SELECT, INSERT, DELETE ON seal_handovers TO holdfast_system;
GRANT SELECT ON seal_handovers TO holdfast_tenant;
