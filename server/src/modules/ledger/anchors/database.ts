import { Client } from 'pg'
import type { Anchor, Kept } from './anchor.ts'

/** Milliseconds for a connection and for each statement: nobody waits for an anchor. */
const patience = 5_000

const table = `
  CREATE TABLE IF NOT EXISTS holdfast_anchors (
    origin text NOT NULL,
    -- a new history by an operator's acknowledgement
    epoch int NOT NULL,
    size bigint NOT NULL,
    note text,
    acknowledgement uuid,
    time timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (origin, epoch, size),
    CHECK ((size < 0) = (acknowledgement IS NOT NULL) AND (size < 0) = (note IS NULL))
  );
  CREATE OR REPLACE FUNCTION holdfast_anchors_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'holdfast_anchors is append-only'; END $$;
  DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'holdfast_anchors'::regclass AND tgname = 'append_only') THEN
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON holdfast_anchors
        FOR EACH STATEMENT EXECUTE FUNCTION holdfast_anchors_append_only();
    END IF;
  END $$`

/**
 * A table of another PostgreSQL to which checkpoints are appended. It is made at the first use, where the role may; one that
 * may only INSERT and SELECT is better, with the table made by somebody else (docs/guide/verify-the-log.md).
 */
export function createDatabaseAnchor(url: string, origin: () => Promise<string>): Anchor {
  let prepared = false

  async function query<Row extends object>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    const client = new Client({
      connectionString: url,
      application_name: 'holdfast anchor',
      connectionTimeoutMillis: patience,
      query_timeout: patience,
    })
    client.on('error', () => {}) // a connection that dies fails the query under way as well
    await client.connect()
    try {
      if (!prepared) {
        const { rows } = await client.query("SELECT to_regclass('holdfast_anchors') IS NOT NULL AS there")
        if (!(rows[0] as { there: boolean }).there) await client.query(table)
        prepared = true
      }
      return (await client.query<Row>(text, [...values])).rows
    } finally {
      await client.end()
    }
  }

  const epoch = '(SELECT coalesce(max(epoch), 0) FROM holdfast_anchors WHERE origin = $1)'
  return {
    // PostgreSQL takes URLs without a host, which WHATWG's URL does not.
    name: `the database ${url.replace(/^[^@]*@|^[^/]*\/\//, '').replace(/\?.*$/, '')}`,
    async last() {
      const rows = await query<Kept>(
        `SELECT note, time FROM holdfast_anchors WHERE origin = $1 AND epoch = ${epoch} AND note IS NOT NULL
         ORDER BY size DESC LIMIT 1`,
        [await origin()],
      )
      return rows[0]
    },
    async append(note) {
      const size = note.split('\n', 2)[1]
      // Another replica may have been first. What it wrote is compared at the next look.
      await query(
        `INSERT INTO holdfast_anchors (origin, epoch, size, note) SELECT $1, ${epoch}, $2::bigint, $3 ON CONFLICT DO NOTHING`,
        [await origin(), size, note],
      )
    },
    async restart(acknowledgement) {
      await query(
        `INSERT INTO holdfast_anchors (origin, epoch, size, acknowledgement)
         SELECT $1, ${epoch} + 1, -1, $2::uuid ON CONFLICT DO NOTHING`,
        [await origin(), acknowledgement],
      )
    },
  }
}
