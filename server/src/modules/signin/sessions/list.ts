import { z } from 'zod'
import type { Caller } from '../../../platform/ports.ts'
import type { Directory, Reading } from '../../directory/index.ts'
import type { SigninColumns } from '../store/columns.ts'
import { selectLiveSessions } from '../store/sessions.ts'
import type { Lifetime } from './lifetime.ts'
import { uuid } from '../../../platform/uuid.ts'

export const SessionsQuery = z.object({
  person: z.string().regex(uuid, "a person's id").optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().regex(uuid, 'the `next` of the page before').optional(),
})

const Session = z.object({
  id: z.string(),
  person: z.object({ id: z.string(), name: z.string(), email: z.string() }),
  kind: z.enum(['sign-in', 'application']),
  application: z.string().nullable(),
  startedAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  current: z.boolean(),
})

export const SessionPage = z.object({ items: z.array(Session), next: z.string().nullable() })

/** Live sessions, newest first. */
export async function listSessions(
  tx: Reading,
  {
    directory,
    lifetime,
    columns,
  }: { readonly directory: Directory; readonly lifetime: Lifetime; readonly columns: SigninColumns },
  caller: Caller,
  { person, limit, cursor }: z.output<typeof SessionsQuery>,
  now: Date,
): Promise<z.output<typeof SessionPage>> {
  const seenSince = lifetime.seenSince(now)
  const rows = await selectLiveSessions(tx, columns, { person, after: cursor, limit: limit + 1, now, seenSince })
  const page = rows.slice(0, limit)
  const people = await directory.people(tx, [...new Set(page.map((row) => row.person))])
  return {
    items: page.map((row) => {
      const { name = '', email = '' } = people.get(row.person) ?? {}
      return {
        id: row.id,
        person: { id: row.person, name, email },
        kind: row.kind,
        application: row.application,
        startedAt: row.startedAt.toISOString(),
        lastSeenAt: row.lastSeenAt.toISOString(),
        expiresAt: lifetime.endOf(row).toISOString(),
        address: row.address,
        userAgent: row.userAgent,
        current: row.id === caller.session?.id,
      }
    }),
    next: rows.length > page.length ? (page.at(-1)?.id ?? null) : null,
  }
}
