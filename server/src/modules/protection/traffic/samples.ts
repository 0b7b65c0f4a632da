import type { TrafficSample } from '@holdfast/bundle'
import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Keyring } from '../../keys/index.ts'

type Db = Pick<Transaction, 'tenant' | 'kysely'>

/** A sample, and the gateway's process that told of it. */
export interface SeenRequest extends TrafficSample {
  readonly edge: string
}

export interface SampleStore {
  add(tx: Db, application: string, edge: string, samples: readonly TrafficSample[]): Promise<void>
  /** @returns those after the place, oldest first; without a place the newest */
  after(tx: Db, application: string, place: string | null): Promise<{ items: readonly SeenRequest[]; next: string }>
}

/** Samples in one answer. */
const most = 100
const purpose = 'protection'
const column = { table: 'traffic_samples', column: 'sealed' } as const

/** Whole samples are closed: address, person and path tell of people. */
export function sampleStore(keys: Pick<Keyring, 'ring' | 'openAll'>): SampleStore {
  return {
    async add(tx, application, edge, samples) {
      if (samples.length === 0) return
      const ring = await keys.ring(tx, [{ purpose, messages: samples.length }])
      const rows = samples.map((sample) => {
        const place = { ...column, row: sample.requestId }
        const sealed = ring.close({ purpose }, place, JSON.stringify({ ...sample, edge })).toString('base64')
        return { id: sample.requestId, sealed }
      })
      await sql`
        INSERT INTO traffic_samples (tenant_id, application_id, id, at, sealed)
        SELECT current_tenant(), ${application}, r.id, now(), decode(r.sealed, 'base64')
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(id uuid, sealed text)`.execute(tx.kysely())
    },
    async after(tx, application, place) {
      const which =
        place === null
          ? sql`ORDER BY traffic_samples.place DESC LIMIT ${most}`
          : sql`AND place > ${place}::bigint ORDER BY traffic_samples.place LIMIT ${most}`
      const { rows } = await sql<{ id: string; place: string; sealed: Buffer }>`
        SELECT id, place::text AS place, sealed FROM traffic_samples
        WHERE tenant_id = current_tenant() AND application_id = ${application} ${which}`.execute(tx.kysely())
      const inOrder = place === null ? rows.toReversed() : rows
      const opened = await keys.openAll(
        tx,
        inOrder.map(({ id, sealed }) => ({ place: { ...column, row: id }, sealed })),
      )
      const items = opened.flatMap((plain) => (plain === null ? [] : [JSON.parse(plain.toString()) as SeenRequest]))
      return { items, next: inOrder.at(-1)?.place ?? place ?? '0' }
    },
  }
}

/** As the system. */
export async function forgetSamples(tx: Pick<Transaction, 'kysely'>): Promise<void> {
  await sql`DELETE FROM traffic_samples WHERE at < now() - interval '15 minutes'`.execute(tx.kysely())
}
