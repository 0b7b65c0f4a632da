-- What seals the root key. One is current; a pending one waits until its shares were proven to open it; a retired one
-- keeps its id, so that a key file left over from it is recognised, and nothing that it could open.
CREATE TABLE seals (
  id uuid PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('pending', 'current', 'retired')),
  kind text NOT NULL,
  -- what the seal needs to open again, never a secret: salts, costs, digests of shares
  parameters jsonb NOT NULL,
  generation bigint,
  wrapped_root bytea,
  verification bytea,
  created_at timestamptz NOT NULL,
  retired_at timestamptz,
  CHECK ((state = 'current') = (wrapped_root IS NOT NULL AND verification IS NOT NULL AND generation IS NOT NULL)),
  CHECK ((state = 'retired') = (retired_at IS NOT NULL))
);
CREATE UNIQUE INDEX seals_current ON seals (state) WHERE state = 'current';
CREATE UNIQUE INDEX seals_pending ON seals (state) WHERE state = 'pending';
GRANT SELECT, INSERT, UPDATE, DELETE ON seals TO holdfast_system;
GRANT SELECT (id, state, kind, generation, created_at) ON seals TO holdfast_tenant;

-- Unsealed replicas, and the root key for each of them that a rotation made, encrypted to the key of its process.
CREATE TABLE seal_replicas (
  id uuid PRIMARY KEY,
  -- X25519, of this process alone; proven with the root key, so that nobody who only writes the database gets a handover
  public_key bytea NOT NULL,
  proof bytea NOT NULL,
  generation bigint NOT NULL,
  handover bytea,
  seen_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON seal_replicas TO holdfast_system;
GRANT SELECT (id, handover) ON seal_replicas TO holdfast_tenant;
