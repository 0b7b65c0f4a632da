import { createGroupCommit } from '../../../platform/group-commit.ts'
import { type FoundRefresh, findRefreshTokens } from '../store/refresh.ts'
import type { BrowserSession } from '../types.ts'
import type { FlushDeps } from './flush.ts'

/** All that is to be known of a refresh token, in one look at the database. */
export interface Refreshable extends FoundRefresh {
  /** the sign-in on which its family hangs; null when that is over, or it hangs on none */
  readonly session: BrowserSession | null
  /** of its person; undefined when they are disabled */
  readonly groups: readonly string[] | undefined
}

/** @returns undefined when the token is unknown */
export type Prefetch = (tenant: string, id: string) => Promise<Refreshable | undefined>

interface Entry {
  readonly tenant: string
  readonly id: string
  found?: Refreshable | undefined
}

/** of one look */
const most = 64

/**
 * Requests that come at the same time look together: what is read here decides nothing by itself, and is asked once more under locks by
 * whoever writes.
 */
export function createPrefetch(deps: FlushDeps): Prefetch {
  const look = createGroupCommit<Entry>(async (entries) => {
    const byTenant = Map.groupBy(entries, ({ tenant }) => tenant)
    for (const [tenant, own] of byTenant) await read(deps, tenant, own)
  }, most)
  return async (tenant, id) => {
    const entry: Entry = { tenant, id }
    await look(entry)
    return entry.found
  }
}

function read(deps: FlushDeps, tenant: string, entries: readonly Entry[]): Promise<void> {
  return deps.database.asTenant(
    tenant,
    async (tx) => {
      const ids = entries.map(({ id }) => id)
      const found = await findRefreshTokens(tx, deps.columns, ids)
      const grants = [...found.values()].flatMap(({ grant }) => grant ?? [])
      const groupsOf = await deps.directory.groupsOfPeople(tx, [...new Set(grants.map(({ person }) => person))])
      const hanging = new Set(grants.flatMap(({ session }) => session ?? []))
      const sessions = await deps.sessions.signIns(tx, [...hanging], groupsOf)
      for (const entry of entries) {
        const own = found.get(entry.id)
        if (own === undefined) continue
        const { person = '', session = null } = own.grant ?? {}
        const signIn = session === null ? null : (sessions.get(session) ?? null)
        entry.found = { ...own, session: signIn, groups: groupsOf.get(person) }
      }
    },
    'read',
  )
}
