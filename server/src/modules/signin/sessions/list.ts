import { z } from 'zod'
import { acrs } from '../../../platform/assurance.ts'
import type { Caller } from '../../../platform/ports.ts'
import { uuid } from '../../../platform/uuid.ts'
import type { Directory, Reading } from '../../directory/index.ts'
import { amrOf } from '../assurance.ts'
import type { SigninColumns } from '../store/columns.ts'
import { selectLiveSessions, type SourcedSession } from '../store/session-lists.ts'
import { addressPrefix, deviceLabel } from './device.ts'
import type { Lifetime } from './lifetime.ts'

export const SessionsQuery = z.object({
  person: z.string().regex(uuid, "a person's id").optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().regex(uuid, 'the `next` of the page before').optional(),
})

const Assurance = {
  acr: z.enum(acrs),
  amr: z.array(z.string()),
  authenticatedAt: z.iso.datetime(),
  requiredAcr: z.enum(acrs).nullable().describe('what this session must show beside what is asked of its person'),
}

const Device = z.object({
  name: z.string().nullable().describe('given by the person'),
  label: z.string().describe('derived of what the browser says, coarsely'),
})

const Session = z.object({
  id: z.string(),
  person: z.object({ id: z.string(), name: z.string(), email: z.string() }),
  kind: z.enum(['sign-in', 'application']),
  application: z.string().nullable(),
  ...Assurance,
  preset: z.string(),
  startedAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  device: Device,
  place: z.string().nullable().describe('the network from which it was used last: /24 of IPv4, /48 of IPv6'),
  current: z.boolean(),
})

export const SessionPage = z.object({ items: z.array(Session), next: z.string().nullable() })

interface Tools {
  readonly directory: Directory
  readonly lifetime: Lifetime
  readonly columns: SigninColumns
}

/** Live sessions, newest first. */
export async function listSessions(
  tx: Reading,
  { directory, lifetime, columns }: Tools,
  caller: Caller,
  { person, limit, cursor }: z.output<typeof SessionsQuery>,
  now: Date,
): Promise<z.output<typeof SessionPage>> {
  const rows = await selectLiveSessions(tx, columns, { person, after: cursor, limit: limit + 1, now })
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
        ...shown(row, lifetime),
        preset: row.preset,
        address: row.address,
        userAgent: row.userAgent,
        current: row.id === caller.session?.id,
      }
    }),
    next: rows.length > page.length ? (page.at(-1)?.id ?? null) : null,
  }
}

function shown(row: SourcedSession, lifetime: Lifetime) {
  return {
    acr: row.acr,
    amr: [...amrOf(row.proofs)],
    authenticatedAt: row.authenticatedAt.toISOString(),
    requiredAcr: row.requiredAcr,
    startedAt: row.startedAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    expiresAt: lifetime.endOf(row).toISOString(),
    device: { name: row.deviceName, label: deviceLabel(row.userAgent) },
    place: row.seenFrom ?? addressPrefix(row.address),
  }
}

const OwnSession = z.object({
  id: z.string(),
  current: z.boolean(),
  device: Device,
  place: z.string().nullable().describe('the network from which it was used last: /24 of IPv4, /48 of IPv6'),
  ...Assurance,
  startedAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  applications: z.array(z.object({ id: z.string(), startedAt: z.iso.datetime(), lastSeenAt: z.iso.datetime() })),
})

export const OwnSessions = z.object({ items: z.array(OwnSession) })

/** More sessions of one person, those at hosts included, than this are not listed. */
const most = 1000

/** The sign-ins of one person, the newest first, each with where it was handed on to: as many rows as they have devices. */
export async function listOwnSessions(
  tx: Reading,
  { lifetime, columns }: Omit<Tools, 'directory'>,
  { person, current, now }: { readonly person: string; readonly current: string | null; readonly now: Date },
): Promise<z.output<typeof OwnSessions>> {
  const rows = await selectLiveSessions(tx, columns, { person, limit: most, now })
  return {
    items: rows
      .filter(({ kind }) => kind === 'sign-in')
      .map((row) => ({
        id: row.id,
        current: row.id === current,
        ...shown(row, lifetime),
        applications: applicationsOf(rows.filter(({ parent }) => parent === row.id)),
      })),
  }
}

/** One each, however often the sign-in was handed on to it. */
function applicationsOf(hosts: readonly SourcedSession[]) {
  return [...Map.groupBy(hosts, ({ application }) => application ?? '')].map(([id, sessions]) => ({
    id,
    startedAt: new Date(Math.min(...sessions.map(({ startedAt }) => startedAt.getTime()))).toISOString(),
    lastSeenAt: new Date(Math.max(...sessions.map(({ lastSeenAt }) => lastSeenAt.getTime()))).toISOString(),
  }))
}
