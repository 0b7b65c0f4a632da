-- How long events are kept. Counted from recorded_at, the time of this installation: an edge names the time and the id of
-- its events itself, and could make them look old.
CREATE TABLE retention_rules (
  tenant_id uuid NOT NULL,
  -- 'class:3002' for an OCSF class; 'kind:session' for the kind session and all below it
  target text NOT NULL CHECK (target ~ '^(class:[1-9][0-9]{3,5}|kind:[a-z0-9_]+(\.[a-z0-9_]+)*)$'),
  days int NOT NULL CHECK (days BETWEEN 30 AND 36500),
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, target)
);
CALL isolate_by_tenant('retention_rules');
CREATE INDEX events_recorded ON events USING brin (recorded_at);

-- What must stay, whatever the rules say and whoever asks for erasure: everything, or what names a subject, or a time, or
-- both. A hold is released and never deleted.
CREATE TABLE legal_holds (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  subject_type text,
  subject_id text,
  since timestamptz,
  until timestamptz,
  reason bytea NOT NULL,
  placed_at timestamptz NOT NULL,
  placed_by_type text,
  placed_by_id text,
  released_at timestamptz,
  released_by_type text,
  released_by_id text,
  PRIMARY KEY (tenant_id, id),
  CHECK ((subject_type IS NULL) = (subject_id IS NULL)),
  CHECK (since < until)
);
CALL isolate_by_tenant('legal_holds');
REVOKE ALL ON legal_holds FROM holdfast_tenant, holdfast_system;
GRANT SELECT ON legal_holds TO holdfast_tenant, holdfast_system;
GRANT INSERT, UPDATE (released_at, released_by_type, released_by_id) ON legal_holds TO holdfast_tenant;

-- From the moment at which a hold is committed nothing that it names is removed: removals take the same lock, shared, and
-- look at the holds after they have it.
CREATE FUNCTION lock_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(x'401d0004'::int);
  RETURN NEW;
END $$;
CREATE TRIGGER legal_holds_lock BEFORE INSERT ON legal_holds FOR EACH ROW EXECUTE FUNCTION lock_holds();

-- Days for which an event is kept: the rule of the longest kind that it is or lies below, else that of its class. What nobody
-- may keep quiet (`loud.ts`) is kept for the default at least.
CREATE FUNCTION event_days(tenant uuid, class int, event_kind text, otherwise int) RETURNS int
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN greatest(CASE WHEN event_kind = 'access.glass_broken' THEN otherwise END, coalesce((
    SELECT days FROM retention_rules
    WHERE tenant_id = tenant
      AND (target IN ('class:' || class, 'kind:' || event_kind)
           OR (target LIKE 'kind:%' AND starts_with(event_kind, substr(target, 6) || '.')))
    ORDER BY target LIKE 'kind:%' DESC, length(target) DESC LIMIT 1), otherwise));

CREATE FUNCTION event_held(tenant uuid, event_id uuid, at timestamptz, actor_type text, actor_id text,
                           resource_type text, resource_id text) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN EXISTS (
    SELECT FROM legal_holds h
    WHERE h.tenant_id = tenant AND h.released_at IS NULL
      AND (h.since IS NULL OR at >= h.since) AND (h.until IS NULL OR at < h.until)
      AND (h.subject_type IS NULL
           OR (h.subject_type = event_held.actor_type AND h.subject_id = event_held.actor_id)
           OR (h.subject_type = event_held.resource_type AND h.subject_id = event_held.resource_id)
           OR EXISTS (SELECT FROM event_subjects s WHERE s.tenant_id = tenant AND s.event_id = event_held.event_id
                      AND s.subject = h.subject_type || '/' || h.subject_id)));

-- The functions that remove run as the owner, since no role may. Each holds to what no caller can argue away: nothing that
-- is younger than 30 days, nothing that is held, nothing that the transaction's log_removals do not tell.
CREATE FUNCTION told_removals(tenant uuid, why text) RETURNS int8multirange LANGUAGE sql STABLE
  RETURN (SELECT range_agg(seqs) FROM log_removals
          WHERE transaction = pg_current_xact_id() AND tenant_id = tenant AND what = why);

CREATE FUNCTION prune_events(tenant uuid, ids uuid[]) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  removed int;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(x'401d0004'::int);
  IF EXISTS (SELECT FROM events e WHERE e.tenant_id = tenant AND e.id = ANY (ids)
             AND (e.recorded_at > now() - interval '30 days'
                  OR event_held(tenant, e.id, e.time, e.actor_type, e.actor_id, e.resource_type, e.resource_id))) THEN
    RAISE EXCEPTION 'an event is too young or held' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT coalesce((SELECT count(*) = cardinality(ids) AND range_agg(int8range(seq, seq, '[]')) <@ told_removals(tenant, 'pruned')
                   FROM log_entries WHERE tenant_id = tenant AND event_id = ANY (ids)), false) THEN
    RAISE EXCEPTION 'the removal is not told' USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM event_subjects WHERE tenant_id = tenant AND event_id = ANY (ids);
  DELETE FROM events WHERE tenant_id = tenant AND id = ANY (ids);
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END $$;

-- Drops the partitions of a month ('2026_01'). What is asked here is coarse and quick: whoever calls has looked closely.
CREATE FUNCTION drop_event_month(month text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  first timestamptz := to_date(month, 'YYYY_MM')::timestamp AT TIME ZONE 'UTC';
  beyond timestamptz := (to_date(month, 'YYYY_MM') + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
  IF month !~ '^\d{4}_(0[1-9]|1[0-2])$' OR beyond > now() - interval '30 days' THEN
    RAISE EXCEPTION 'this month is too young' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(x'401d0004'::int);
  EXECUTE format('LOCK TABLE %I, %I IN EXCLUSIVE MODE', 'events_' || month, 'event_subjects_' || month);
  IF EXISTS (SELECT FROM events WHERE id >= uuid_at(first) AND id < uuid_at(beyond)
             AND recorded_at > now() - interval '30 days') THEN
    RAISE EXCEPTION 'an event of this month came late' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- The month is that of the ids; the time of an event, for which it may be held, is within 30 days and some of its id's.
  IF EXISTS (SELECT FROM legal_holds WHERE released_at IS NULL
             AND (subject_type IS NOT NULL OR (coalesce(since < beyond + interval '31 days', true)
                                               AND coalesce(until > first - interval '31 days', true)))) THEN
    RAISE EXCEPTION 'something of this month may be held' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (SELECT FROM (SELECT tenant_id, count(*) AS there FROM events
                          WHERE id >= uuid_at(first) AND id < uuid_at(beyond) GROUP BY tenant_id) AS own
             WHERE there IS DISTINCT FROM (SELECT sum(upper(places) - lower(places))
                                           FROM unnest(told_removals(own.tenant_id, 'pruned')) AS places)) THEN
    RAISE EXCEPTION 'the removal is not told' USING ERRCODE = 'insufficient_privilege';
  END IF;
  EXECUTE format('DROP TABLE %I, %I', 'events_' || month, 'event_subjects_' || month);
END $$;

-- Deletes what of the log is a person's. Their key has been destroyed in the same transaction.
CREATE FUNCTION erase_event_subject(tenant uuid, whose text) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  removed int;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(x'401d0004'::int);
  IF EXISTS (SELECT FROM legal_holds WHERE tenant_id = tenant AND released_at IS NULL
             AND subject_type || '/' || subject_id = whose)
     OR EXISTS (SELECT FROM event_subjects s JOIN events e ON e.tenant_id = s.tenant_id AND e.id = s.event_id
                WHERE s.tenant_id = tenant AND s.subject = whose
                  AND event_held(tenant, e.id, e.time, e.actor_type, e.actor_id, e.resource_type, e.resource_id)) THEN
    RAISE EXCEPTION 'an event of this subject is held' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (SELECT FROM event_subjects s LEFT JOIN log_entries l ON l.tenant_id = s.tenant_id AND l.event_id = s.event_id
             WHERE s.tenant_id = tenant AND s.subject = whose
               AND (l.seq IS NULL OR NOT coalesce(told_removals(tenant, 'erased') @> l.seq, false))) THEN
    RAISE EXCEPTION 'the removal is not told' USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM event_subjects WHERE tenant_id = tenant AND subject = whose;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END $$;

REVOKE EXECUTE ON FUNCTION prune_events, drop_event_month, erase_event_subject FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prune_events, drop_event_month, erase_event_subject TO holdfast_system;
