import type { Access } from './modules/access/index.ts'
import type { Ledger } from './modules/ledger/index.ts'
import type { AskingForOwn } from './modules/signin/index.ts'

/** As many events as one search answers. */
const mostEvents = 1000

/** What access and the log hold on a person, for the copy that they take of it: their own doing, and nobody else's. */
export async function heldElsewhere(
  { access, ledger }: { readonly access: Access; readonly ledger: Ledger },
  asking: AskingForOwn,
): Promise<Readonly<Record<string, unknown>>> {
  const { caller, read } = asking
  const { principal, groups } = caller
  const roles = await read(async (tx) => {
    const held: { readonly application: string; readonly roles: readonly string[] }[] = []
    for (const { id } of await access.applications(tx)) {
      const given = await access.rolesOf(tx, id, principal, groups)
      if (given.length > 0) held.push({ application: id, roles: given })
    }
    return held
  })
  const found = await ledger.search({ actor: principal.id, actorType: 'Person', limit: mostEvents }, asking)
  const { items, next } = found.ok ? found.value : { items: [], next: null }
  return {
    roles,
    events: {
      complete: found.ok && next === null,
      items: items.map(({ id, view: { time, kind, outcome, reason, application, source, resource } }) => ({
        id,
        time,
        kind,
        outcome,
        reason,
        application,
        source,
        on: resource?.id === principal.id ? 'yourself' : (resource?.type ?? null),
      })),
    },
  }
}
