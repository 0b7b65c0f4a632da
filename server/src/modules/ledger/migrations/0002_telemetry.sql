-- The processes that write to this installation, as their heartbeats told last. One that stopped says so; one that just
-- ends is noticed by the others, or by the next one.
CREATE TABLE log_processes (
  process uuid PRIMARY KEY,
  version text NOT NULL,
  started_at timestamptz NOT NULL,
  -- number of the last heartbeat, from 1
  beat bigint NOT NULL CHECK (beat > 0),
  beat_at timestamptz NOT NULL,
  every_seconds int NOT NULL,
  accepted bigint NOT NULL,
  recorded bigint NOT NULL,
  lost bigint NOT NULL,
  ended_at timestamptz,
  noticed_at timestamptz
);
CREATE INDEX log_processes_alive ON log_processes (beat_at) WHERE ended_at IS NULL;

-- Troubles of the installation that last, so that one process tells each once.
CREATE TABLE log_troubles (
  name text PRIMARY KEY,
  since timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON log_processes, log_troubles TO holdfast_system;
GRANT SELECT ON log_processes, log_troubles TO holdfast_tenant;
