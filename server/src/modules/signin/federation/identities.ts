import { z } from 'zod'
import { sql } from 'kysely'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Work } from '../../../platform/work.ts'
import { directoryErrors, isId, type Reading } from '../../directory/index.ts'
import { ableToSignIn } from '../store/ways-in.ts'
import type { FederationTools } from './deps.ts'
import { federationErrors } from './errors.ts'
import { deleteIdentity, identitiesOf } from './store/identities.ts'

export const Identities = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      connection: z.object({ id: z.string(), name: z.string(), preset: z.string() }),
      /** how the provider calls the account */
      label: z.string(),
      linkedBy: z.enum(['sign-up', 'person', 'invitation']),
      linkedAt: z.iso.datetime(),
      lastUsedAt: z.iso.datetime().nullable(),
    }),
  ),
})

/** The accounts elsewhere that are linked to a person. */
export async function listIdentities(
  tx: Reading,
  { directory, federationColumns }: FederationTools,
  person: string,
): Promise<Outcome<z.input<typeof Identities>>> {
  if (!isId(person) || (await directory.person(tx, person)) === null) return refuse(directoryErrors.person_unknown)
  const rows = await identitiesOf(tx, person)
  const labels = await federationColumns.label.openAll(
    tx,
    rows.map(({ id, label }) => ({ row: id, sealed: label })),
  )
  return ok({
    items: rows.map(({ id, connection, name, preset, linkedBy, linkedAt, lastUsedAt }, place) => ({
      id,
      connection: { id: connection, name, preset },
      label: labels[place] ?? '[erased]',
      linkedBy,
      linkedAt: linkedAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    })),
  })
}

/**
 * Takes an account elsewhere from a person. Not the last way in: two at once, each of which leaves one, queue at the person's
 * row.
 * @returns `identity_unknown`, `last_way_in`
 */
export function unlink(
  work: Work,
  deps: FederationTools,
  { person, identity }: { readonly person: string; readonly identity: string },
): Promise<Outcome<{ unlinked: true }>> {
  return work(async (tx) => {
    if (!isId(person) || !isId(identity)) return refuse(federationErrors.identity_unknown)
    await sql`SELECT 1 FROM people WHERE id = ${person}::uuid FOR UPDATE`.execute(tx.kysely())
    const linked = (await identitiesOf(tx, person)).find(({ id }) => id === identity)
    if (linked === undefined) return refuse(federationErrors.identity_unknown)
    await sql`SAVEPOINT unlink`.execute(tx.kysely())
    await deleteIdentity(tx, person, identity)
    if (!(await ableToSignIn(tx, [person], await deps.policies.of(tx))).has(person)) {
      await sql`ROLLBACK TO SAVEPOINT unlink`.execute(tx.kysely())
      return refuse(federationErrors.last_way_in)
    }
    const data = { connection: linked.connection, identity }
    await tx.record({ kind: 'identity.unlinked', resource: { type: 'Person', id: person }, data })
    const values = { connection: linked.name }
    await deps.mail.send(tx, { to: { person }, template: 'connection-unlinked', values })
    return ok({ unlinked: true as const })
  })
}
