import { sql } from 'kysely'
import type { Database } from '../../../platform/database/database.ts'
import type { ReadEvents } from '../read.ts'
import { digestOf, tellingKinds } from '../retention/removal.ts'
import type { Report } from './report.ts'

/** Seconds after which an event that tells has its place, or something is wrong. */
const patience = 60
/** Events that are read in one transaction. */
const most = 200

interface Removal {
  readonly id: string
  /** that told it, and has the event which does */
  readonly tenant: string
  readonly what: 'pruned' | 'erased' | 'tenant'
  readonly seqs: string
  /** place of the event that tells it; null while it has none */
  readonly told: number | null
  readonly settled: boolean
  /** ids of the removals that pruned that event */
  readonly prunedBy: readonly string[]
}

/** What the event that tells a removal says. */
interface Said {
  readonly kind: string
  readonly digest: unknown
}

/**
 * Removals are told by an event of the log that names their digest. Whoever only wrote `log_removals` has no such event: they
 * cannot make one without the keys. An event that was pruned itself is told by the removal that did it, whose digest holds
 * that of the removals that were told by what it pruned: so every removal leads to an event that is there.
 */
export async function checkRemovals(database: Database, readEvents: ReadEvents, report: Report): Promise<void> {
  const removals = await allRemovals(database)
  const said = new Map<string, Said>()
  for (const [tenant, own] of Map.groupBy(removals.values(), (removal) => removal.tenant)) {
    for (const [id, saying] of await saidBy(database, readEvents, tenant, own)) said.set(id, saying)
  }
  const isRight = judgeOf(removals, said)
  for (const removal of removals.values()) {
    if (removal.settled && !isRight(removal))
      report.add('removal_untold', removal.told, removal.id, 'No event tells of this removal.')
  }
}

/** Places are the installation's: a removal of a tenant's events may take away those that told removals in it. */
async function allRemovals(database: Database): Promise<ReadonlyMap<string, Removal>> {
  const { rows } = await database.asSystem((tx) =>
    sql<Omit<Removal, 'told'> & { told: string | null }>`
      WITH own AS (
        SELECT r.id, r.tenant_id, r.what, r.time, r.seqs, l.seq AS told
        FROM log_removals r LEFT JOIN log_entries l ON l.tenant_id = r.tenant_id AND l.event_id = r.id)
      SELECT id, tenant_id AS tenant, what, seqs::text AS seqs, told, time < now() - ${patience} * interval '1 second' AS settled,
             ARRAY(SELECT p.id::text FROM own p
                   WHERE (p.what = 'tenant' OR (p.what = 'pruned' AND p.tenant_id = own.tenant_id)) AND p.seqs @> own.told)
               AS "prunedBy"
      FROM own ORDER BY time, id`.execute(tx.kysely()),
  )
  return new Map(rows.map((row) => [row.id, { ...row, told: row.told === null ? null : Number(row.told) }]))
}

async function saidBy(
  database: Database,
  readEvents: ReadEvents,
  tenant: string,
  removals: readonly Removal[],
): Promise<ReadonlyMap<string, Said>> {
  const ids = removals.map(({ id }) => id)
  const said = new Map<string, Said>()
  for (let at = 0; at < ids.length; at += most) {
    const events = await database.asTenant(tenant, (tx) => readEvents(tx, ids.slice(at, at + most)), 'read')
    for (const { id, view } of events) said.set(id, { kind: view.kind, digest: view.data['seqs'] })
  }
  return said
}

function judgeOf(
  removals: ReadonlyMap<string, Removal>,
  said: ReadonlyMap<string, Said>,
): (removal: Removal) => boolean {
  const digests = new Map<string, string>()
  const covered = new Map<string, Removal[]>()
  for (const removal of removals.values()) {
    for (const by of pruners(removal)) covered.set(by.id, [...(covered.get(by.id) ?? []), removal])
  }

  /** Only what was told before can be pruned: nothing tells of itself, nor two of each other. */
  function pruners({ told, prunedBy }: Removal): Removal[] {
    return prunedBy
      .flatMap((id) => removals.get(id) ?? [])
      .filter((by) => told !== null && (by.told === null || by.told > told))
  }

  function digest(removal: Removal): string {
    let known = digests.get(removal.id)
    if (known === undefined) {
      const others = (covered.get(removal.id) ?? []).map((other) => ({ ...other, digest: digest(other) }))
      known = digestOf(removal.seqs, others)
      digests.set(removal.id, known)
    }
    return known
  }

  return function isRight(removal): boolean {
    const telling = said.get(removal.id)
    if (telling !== undefined) return telling.kind === tellingKinds[removal.what] && telling.digest === digest(removal)
    return pruners(removal).some(isRight)
  }
}
