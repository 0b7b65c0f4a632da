-- A tenant that was deleted keeps its row, with its short name: addresses and audiences of tokens have that name, so that
-- nobody may ever have it again. All else of it goes (modules/tenants/erase.ts).
ALTER TABLE tenants
  ADD deleted_at timestamptz CHECK (deleted_at IS NULL OR suspended_at IS NOT NULL),
  -- when the last of its rows was gone
  ADD erased_at timestamptz CHECK (erased_at IS NULL OR deleted_at IS NOT NULL);

-- There is no way back: whoever could say that it is not deleted would have a tenant without its past.
CREATE FUNCTION tenant_stays_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.deleted_at IS NOT NULL AND (NEW.id, NEW.slug, NEW.deleted_at) IS DISTINCT FROM (OLD.id, OLD.slug, OLD.deleted_at) THEN
    RAISE EXCEPTION 'a deleted tenant stays deleted' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tenants_deleted BEFORE UPDATE ON tenants FOR EACH ROW EXECUTE FUNCTION tenant_stays_deleted();
ALTER TABLE tenants ENABLE ALWAYS TRIGGER tenants_deleted;

-- For triggers, which run as whoever writes.
CREATE FUNCTION tenant_deleted(tenant uuid) RETURNS boolean
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM tenants WHERE id = tenant AND deleted_at IS NOT NULL);
END $$;

-- Removes some rows of a deleted tenant from a table, those that no role may delete as well: versions of what was. Events
-- and entries of the log are held by guards of their own. Returns how many went; fewer than asked: all.
CREATE FUNCTION erase_tenant_rows(tenant uuid, target regclass, most int) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  removed int;
BEGIN
  IF NOT tenant_deleted(tenant) THEN
    RAISE EXCEPTION 'this tenant is not deleted' USING ERRCODE = 'insufficient_privilege';
  END IF;
  EXECUTE format('DELETE FROM %s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %s WHERE tenant_id = $1 LIMIT $2))', target, target)
    USING tenant, most;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END $$;
REVOKE EXECUTE ON FUNCTION erase_tenant_rows FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_tenant_rows TO holdfast_system;

-- As before, but of a deleted tenant no version is kept, and none is written when its rows go.
CREATE OR REPLACE FUNCTION version_close() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  closing CONSTANT text[] := '{recorded_to,closed_by}';
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.recorded_to IS NULL AND NEW.recorded_to IS NOT NULL AND to_jsonb(NEW) - closing = to_jsonb(OLD) - closing THEN
      NEW.recorded_to := change_moment(OLD.tenant_id);
      NEW.closed_by := current_actor();
      RETURN NEW;
    END IF;
  ELSIF TG_OP = 'DELETE' THEN
    IF tenant_deleted(OLD.tenant_id) THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION 'a version in % is closed once, and never changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE OR REPLACE FUNCTION history_write() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  history CONSTANT text := TG_TABLE_NAME || '_history';
  keys CONSTANT text[] := string_to_array(TG_ARGV[0], ',');
  kept CONSTANT text[] := keys || string_to_array(TG_ARGV[1], ',');
  before CONSTANT jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
  after CONSTANT jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
  names text;
  condition text;
BEGIN
  IF TG_OP = 'DELETE' AND tenant_deleted(OLD.tenant_id) THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' AND NOT EXISTS (SELECT FROM unnest(kept) AS name WHERE before -> name IS DISTINCT FROM after -> name) THEN
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    SELECT string_agg(CASE WHEN before ->> name IS NULL THEN format('%I IS NULL', name) ELSE format('%I = ($1).%I', name, name) END, ' AND ')
      INTO condition FROM unnest(keys) AS name;
    EXECUTE format('UPDATE %I SET recorded_to = now() WHERE tenant_id = ($1).tenant_id AND %s AND recorded_to IS NULL', history, condition)
      USING OLD;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    SELECT string_agg(format('%I', name), ', ') INTO names FROM unnest(kept) AS name;
    EXECUTE format('INSERT INTO %I (tenant_id, %s) SELECT ($1).tenant_id, %s', history, names,
                   (SELECT string_agg(format('($1).%I', name), ', ') FROM unnest(kept) AS name))
      USING NEW;
  END IF;
  RETURN NULL;
END $$;
