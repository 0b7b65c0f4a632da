import type { Source } from '../../../platform/ports.ts'
import { type SessionRow, touchSessions } from '../store/sessions.ts'
import type { SessionDeps } from './begin.ts'
import { addressPrefix } from './device.ts'

/** Writes down that a sign-in is used, and from which network. */
export async function touch(
  { database, columns }: Pick<SessionDeps, 'database' | 'columns'>,
  { id, tenant, person }: SessionRow,
  source: Source,
  now: Date,
): Promise<void> {
  const prefix = addressPrefix(source.address)
  await database.asTenant(tenant, async (tx) => {
    const sealed = prefix === null ? null : await columns.seenFrom.close(tx, id, prefix, `Person/${person}`)
    await touchSessions(tx, [id], now, sealed)
  })
}
