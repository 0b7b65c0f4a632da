import { sql } from 'kysely'
import { ok, type Outcome, refuse } from '../../../platform/outcome.ts'
import type { Uid } from '../../../platform/ports.ts'
import type { Random } from '../../../platform/random.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Keyring } from '../../keys/index.ts'
import type { Db } from '../db.ts'
import { ledgerPurpose } from '../stored.ts'
import { retentionErrors } from './errors.ts'
import type { NewHold } from './wire.ts'
import { uuid } from '../../../platform/uuid.ts'

export interface Hold {
  readonly id: string
  readonly subject: Uid | null
  readonly since: Date | null
  readonly until: Date | null
  readonly reason: string | null
  readonly placedAt: Date
  readonly placedBy: Uid | null
  readonly releasedAt: Date | null
  readonly releasedBy: Uid | null
}

export interface Holds {
  /** those that are in force first, then the released ones, newest first */
  list(tx: Db): Promise<Hold[]>
  place(tx: Tx, by: Uid, given: NewHold, now: Date): Promise<Outcome<Hold>>
  release(tx: Tx, by: Uid, id: string, now: Date): Promise<Outcome<Hold>>
}

interface Row {
  readonly id: string
  readonly subject_type: string | null
  readonly subject_id: string | null
  readonly since: Date | null
  readonly until: Date | null
  readonly reason: Buffer
  readonly placed_at: Date
  readonly placed_by_type: string | null
  readonly placed_by_id: string | null
  readonly released_at: Date | null
  readonly released_by_type: string | null
  readonly released_by_id: string | null
}

export function createHolds(keys: Pick<Keyring, 'encrypted'>, random: Random): Holds {
  const column = keys.encrypted({ table: 'legal_holds', column: 'reason', purpose: ledgerPurpose })

  async function opened(tx: Db, rows: readonly Row[]): Promise<Hold[]> {
    const reasons = await column.openAll(
      tx,
      rows.map(({ id, reason }) => ({ row: id, sealed: reason })),
    )
    return rows.map((row, n) => ({
      id: row.id,
      subject: uid(row.subject_type, row.subject_id),
      since: row.since,
      until: row.until,
      reason: reasons[n] ?? null,
      placedAt: row.placed_at,
      placedBy: uid(row.placed_by_type, row.placed_by_id),
      releasedAt: row.released_at,
      releasedBy: uid(row.released_by_type, row.released_by_id),
    }))
  }

  return {
    async list(tx) {
      const { rows } = await sql<Row>`
        SELECT * FROM legal_holds WHERE tenant_id = current_tenant()
        ORDER BY released_at IS NOT NULL, placed_at DESC, id LIMIT 1000`.execute(tx.kysely())
      return opened(tx, rows)
    },
    async place(tx, by, { reason, subject, since, until }, now) {
      const id = random.id()
      const sealed = await column.close(tx, id, reason)
      const { rows } = await sql<Row>`
        INSERT INTO legal_holds (tenant_id, id, subject_type, subject_id, since, until, reason, placed_at, placed_by_type, placed_by_id)
        VALUES (current_tenant(), ${id}::uuid, ${subject?.type ?? null}, ${subject?.id ?? null}, ${since ?? null},
                ${until ?? null}, ${sealed}, ${now}, ${by.type}, ${by.id}) RETURNING *`.execute(tx.kysely())
      await tx.record({
        kind: 'hold.placed',
        resource: { type: 'LegalHold', id },
        data: {
          subject: subject ?? null,
          since: since?.toISOString() ?? null,
          until: until?.toISOString() ?? null,
        },
      })
      const [hold] = await opened(tx, rows)
      return ok(hold as Hold, { status: 201 })
    },
    async release(tx, by, id, now) {
      const { rows } = uuid.test(id)
        ? await sql<Row & { before: Date | null }>`
            UPDATE legal_holds h SET released_at = coalesce(h.released_at, ${now}),
              released_by_type = coalesce(h.released_by_type, ${by.type}), released_by_id = coalesce(h.released_by_id, ${by.id})
            FROM (SELECT released_at AS before FROM legal_holds
                  WHERE tenant_id = current_tenant() AND id = ${id}::uuid FOR UPDATE) AS old
            WHERE h.tenant_id = current_tenant() AND h.id = ${id}::uuid RETURNING h.*, before`.execute(tx.kysely())
        : { rows: [] }
      const [row] = rows
      if (row === undefined) return refuse(retentionErrors.hold_not_found, { hold: id.slice(0, 64) })
      if (row.before !== null) return refuse(retentionErrors.hold_released, { hold: id })
      await tx.record({ kind: 'hold.released', resource: { type: 'LegalHold', id } })
      const [hold] = await opened(tx, rows)
      return ok(hold as Hold)
    },
  }
}

function uid(type: string | null, id: string | null): Uid | null {
  return type === null || id === null ? null : { type, id }
}
