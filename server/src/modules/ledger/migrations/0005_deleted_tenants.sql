-- The events of a tenant that was deleted go, whatever their age: their keys are destroyed, so that nobody reads them any more.
-- Their places and commitments stay, and with them every proof. An event of the first tenant tells it, as of any removal;
-- the row here is that one's, since of the deleted tenant nothing can be recorded.
ALTER TABLE log_removals DROP CONSTRAINT log_removals_what_check;
ALTER TABLE log_removals ADD CONSTRAINT log_removals_what_check CHECK (what IN ('pruned', 'erased', 'tenant'));

CREATE OR REPLACE FUNCTION log_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM log_removals WHERE transaction = pg_current_xact_id()
             AND ((tenant_id = OLD.tenant_id AND what = ANY (TG_ARGV::text[]))
                  OR (what = 'tenant' AND tenant_deleted(OLD.tenant_id)))) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

-- Nothing that is held, and nothing that the transaction's log_removals do not tell.
CREATE FUNCTION remove_tenant_events(teller uuid, tenant uuid, ids uuid[]) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  removed int;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(x'401d0004'::int);
  IF NOT tenant_deleted(tenant) OR EXISTS (SELECT FROM legal_holds WHERE tenant_id = tenant AND released_at IS NULL) THEN
    RAISE EXCEPTION 'this tenant is not deleted, or something of it is held' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT coalesce((SELECT count(*) = cardinality(ids) AND range_agg(int8range(seq, seq, '[]')) <@ told_removals(teller, 'tenant')
                   FROM log_entries WHERE tenant_id = tenant AND event_id = ANY (ids)), false) THEN
    RAISE EXCEPTION 'the removal is not told' USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM event_subjects WHERE tenant_id = tenant AND event_id = ANY (ids);
  DELETE FROM events WHERE tenant_id = tenant AND id = ANY (ids);
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END $$;
REVOKE EXECUTE ON FUNCTION remove_tenant_events FROM PUBLIC;
GRANT EXECUTE ON FUNCTION remove_tenant_events TO holdfast_system;
