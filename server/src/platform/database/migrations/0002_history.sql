-- When the tenant's rules last changed, and in which transaction: see change_moment.
ALTER TABLE tenant_epochs
  ADD changed_at timestamptz NOT NULL DEFAULT '-infinity',
  ADD changed_in xid8;
REVOKE INSERT, UPDATE, DELETE ON tenant_epochs FROM holdfast_tenant, holdfast_system;
GRANT INSERT (tenant_id, epoch), UPDATE (epoch, gateway_epoch) ON tenant_epochs TO holdfast_tenant, holdfast_system;

-- The moment at which this transaction changes what it changes: one for all of it, so that nobody who looks back sees half
-- of a change, and later than that of every change before, since it waits for the tenant's row. Nobody but the triggers
-- below may call it: when something was recorded is not for the server to say. Whole milliseconds, as the API shows times:
-- who asks for a moment that they were shown finds what was recorded then.
CREATE FUNCTION change_moment(tenant uuid) RETURNS timestamptz
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  moment timestamptz;
BEGIN
  SELECT changed_at INTO moment FROM tenant_epochs WHERE tenant_id = tenant AND changed_in = pg_current_xact_id();
  IF moment IS NULL THEN
    INSERT INTO tenant_epochs AS known (tenant_id, changed_at, changed_in)
      VALUES (tenant, date_trunc('milliseconds', clock_timestamp()), pg_current_xact_id())
      ON CONFLICT (tenant_id) DO UPDATE
        SET changed_at = greatest(date_trunc('milliseconds', clock_timestamp()), known.changed_at + interval '1 millisecond'),
            changed_in = pg_current_xact_id()
      RETURNING known.changed_at INTO moment;
  END IF;
  RETURN moment;
END $$;
REVOKE ALL ON FUNCTION change_moment FROM PUBLIC;

-- Who this transaction acts for ('Person/<id>'), as the unit of work said at its beginning; NULL for Holdfast itself.
CREATE FUNCTION current_actor() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('holdfast.actor', true), '');

-- A version says for which time something was believed: from recorded_from to recorded_to (NULL: still). It is closed
-- once, by the moment of the change, and never changed or deleted otherwise; not by the owner of the table either.
CREATE FUNCTION version_open() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  NEW.recorded_from := change_moment(NEW.tenant_id);
  NEW.recorded_to := NULL;
  NEW.recorded_by := current_actor();
  NEW.closed_by := NULL;
  RETURN NEW;
END $$;

CREATE FUNCTION version_close() RETURNS trigger
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
  END IF;
  RAISE EXCEPTION 'a version in % is closed once, and never changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;

-- Makes a table one of versions. It has the columns recorded_from, recorded_to, recorded_by, closed_by already. The guards
-- fire always, in a session that poses as a replica too.
CREATE PROCEDURE keep_versions(target regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER version_open BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION version_open()', target);
  EXECUTE format('CREATE TRIGGER version_close BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION version_close()', target);
  EXECUTE format('CREATE TRIGGER version_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION version_close()', target);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER version_open', target);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER version_close', target);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER version_truncate', target);
  EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM holdfast_tenant, holdfast_system', target);
  EXECUTE format('GRANT UPDATE (recorded_to) ON %s TO holdfast_tenant, holdfast_system', target);
END $$;

-- Follows a table whose rows change: its key (first argument) and the columns worth keeping (second) go into <table>_history.
CREATE FUNCTION history_write() RETURNS trigger
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

-- Keeps every version of a table's rows. The server reads <target>_history; only the triggers write it, when the transaction
-- commits: they wait for the tenant's row, and whoever changes a person may hold others that are taken before it.
CREATE PROCEDURE keep_history(target text, keys text, kept text) LANGUAGE plpgsql AS $$
DECLARE
  history CONSTANT text := target || '_history';
  watched CONSTANT text := keys || CASE WHEN kept = '' THEN '' ELSE ',' || kept END;
BEGIN
  EXECUTE format('CREATE TABLE %I AS SELECT tenant_id, %s FROM %I WITH NO DATA', history, watched, target);
  EXECUTE format('ALTER TABLE %I ALTER tenant_id SET NOT NULL, ADD ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ADD recorded_from timestamptz NOT NULL, ADD recorded_to timestamptz, ADD recorded_by text, ADD closed_by text', history);
  EXECUTE format('CREATE INDEX ON %I (tenant_id, %s)', history, keys);
  EXECUTE format('CREATE INDEX ON %I (tenant_id, recorded_from)', history);
  CALL isolate_by_tenant(history::regclass);
  CALL keep_versions(history::regclass);
  EXECUTE format('REVOKE INSERT, UPDATE (recorded_to) ON %I FROM holdfast_tenant, holdfast_system', history);
  EXECUTE format('CREATE CONSTRAINT TRIGGER history_write AFTER INSERT OR UPDATE OF %s OR DELETE ON %I
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION history_write(%L, %L)',
                 watched, target, keys, kept);
  EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER history_write', target);
END $$;
