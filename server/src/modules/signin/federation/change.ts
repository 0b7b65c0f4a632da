import { platformErrors } from '../../../platform/errors.ts'
import { type Outcome, ok, type Refused, refuse } from '../../../platform/outcome.ts'
import type { Caller } from '../../../platform/ports.ts'
import type { Read, Tx, Work } from '../../../platform/work.ts'
import { directoryErrors, type Reading } from '../../directory/index.ts'
import { redirectUriOf } from './begin-visit.ts'
import type { FederationTools } from './deps.ts'
import { federationErrors } from './errors.ts'
import { UpstreamFailed } from './provider/provider.ts'
import { providerOf } from './providers.ts'
import {
  type Connection,
  type ConnectionChange,
  ConnectionSettings,
  type ConnectionView,
  type NewConnection,
} from './settings.ts'
import {
  countLinked,
  deleteConnection,
  findConnection,
  insertConnection,
  selectConnections,
  updateConnection,
} from './store/connections.ts'
import type { z } from 'zod'

export type View = z.input<typeof ConnectionView>

export interface Changing {
  readonly read: Read
  readonly work: Work
  readonly caller: Caller
  readonly now: Date
}

/** @returns the connection; `connection_exists`, `connection_invalid`, `groups_unknown`, `forbidden` for a group */
export async function createConnection(
  changing: Changing,
  deps: FederationTools,
  given: NewConnection,
): Promise<Outcome<View>> {
  const { work, now } = changing
  const { id, name, preset, issuer: _, tenant: __, clientId, clientSecret, enabled, ...settings } = given
  const issuer = issuerOf(given)
  if (typeof issuer !== 'string') return work(async () => refuse(federationErrors.connection_invalid, issuer))
  const problem = problemOf({ issuer, settings }, deps)
  if (problem !== null) return work(async () => refuse(federationErrors.connection_invalid, { problem }))
  const refused = await refusedGroups(changing, deps, settings)
  if (refused !== undefined) return refused
  return work(async (tx) => {
    const secret = clientSecret === undefined ? null : await deps.federationColumns.secret.close(tx, id, clientSecret)
    const stored = { id, name, preset, issuer, clientId, settings, enabled, secret, now }
    if (!(await insertConnection(tx, stored))) return refuse(federationErrors.connection_exists, { connection: id })
    await record(tx, 'connection.created', stored)
    return ok(await viewOf(tx, deps, id), { status: 201 })
  })
}

/** What is absent stays. A new issuer makes the links of the old one void: they are somebody else's accounts. */
export async function changeConnection(
  changing: Changing,
  deps: FederationTools,
  id: string,
  change: ConnectionChange,
): Promise<Outcome<View>> {
  const { read, work, now } = changing
  const had = await read((tx) => findConnection(tx, id))
  if (had === null) return work(async () => unknown(id))
  const { name = had.name, issuer = had.issuer, clientId = had.clientId, enabled = had.enabled, clientSecret } = change
  const settings = changedSettings(had.settings, change)
  const problem =
    had.preset !== 'oidc' && had.preset !== 'okta' && had.preset !== 'github' && issuer !== had.issuer
      ? `The issuer of the preset ${had.preset} is fixed`
      : problemOf({ issuer, settings }, deps)
  if (problem !== null) return work(async () => refuse(federationErrors.connection_invalid, { problem }))
  // Whoever may say where it leads may not thereby learn the secret that was given for another place.
  if (new URL(issuer).origin !== new URL(had.issuer).origin && had.hasSecret && clientSecret === undefined) {
    const problem = 'The secret was given for another provider: give the new one, or null for none'
    return work(async () => refuse(federationErrors.connection_invalid, { problem }))
  }
  const refused = await refusedGroups(changing, deps, settings)
  if (refused !== undefined) return refused
  return work(async (tx) => {
    const secret =
      typeof clientSecret === 'string' ? await deps.federationColumns.secret.close(tx, id, clientSecret) : clientSecret
    const stored = { id, name, preset: had.preset, issuer, clientId, settings, enabled, secret, now }
    // Turning it off may be turning the last operator out.
    const kept = await deps.directory.unlessLastOperator(tx, () => updateConnection(tx, stored))
    if (!kept) return refuse(directoryErrors.last_operator)
    await record(tx, 'connection.changed', stored, Object.keys(change))
    return ok(await viewOf(tx, deps, id))
  })
}

/** @returns its id; `connection_unknown`, or `last_operator` who would come by no other way */
export function removeConnection(
  { work }: Pick<Changing, 'work'>,
  { directory }: Pick<FederationTools, 'directory'>,
  id: string,
): Promise<Outcome<{ id: string }>> {
  return work(async (tx) => {
    let there = false
    const kept = await directory.unlessLastOperator(tx, async () => {
      there = await deleteConnection(tx, id)
    })
    if (!there) return unknown(id)
    if (!kept) return refuse(directoryErrors.last_operator)
    await tx.record({ kind: 'connection.deleted', resource: { type: 'Connection', id } })
    return ok({ id })
  })
}

/** Asks the provider for its metadata and keys, and says what is wrong with them. */
export async function testConnection(
  { read, work }: Pick<Changing, 'read' | 'work'>,
  deps: FederationTools,
  id: string,
): Promise<Outcome<{ works: boolean; problem: string | null }>> {
  const provider = await read(async (tx) => {
    const connection = await findConnection(tx, id)
    return connection && providerOf(tx, deps, connection)
  })
  const problem = await provider?.probe().then(
    () => null,
    (error: unknown) => {
      if (error instanceof UpstreamFailed) return error.detail
      throw error
    },
  )
  return work(async (tx) => {
    if (problem === undefined) return unknown(id)
    const outcome = problem === null ? 'success' : 'failure'
    const resource = { type: 'Connection', id }
    const reason = problem === null ? {} : { reason: 'upstream_failed', data: { detail: problem } }
    await tx.record({ kind: 'connection.tested', outcome, resource, ...reason })
    return ok({ works: problem === null, problem })
  })
}

export async function listConnections(tx: Reading, deps: FederationTools): Promise<{ items: View[] }> {
  const linked = await countLinked(tx)
  return {
    items: (await selectConnections(tx)).map((connection) => show(deps, connection, linked.get(connection.id) ?? 0)),
  }
}

export async function viewConnection(tx: Reading, deps: FederationTools, id: string): Promise<Outcome<View>> {
  return (await findConnection(tx, id)) === null ? unknown(id) : ok(await viewOf(tx, deps, id))
}

async function viewOf(tx: Reading, deps: FederationTools, id: string): Promise<View> {
  const connection = await findConnection(tx, id)
  if (connection === null) throw new Error('the connection just written is not there')
  return show(deps, connection, (await countLinked(tx)).get(id) ?? 0)
}

function show({ installation }: FederationTools, connection: Connection, linked: number): View {
  const { id, name, preset, issuer, clientId, hasSecret, settings, enabled, createdAt, updatedAt } = connection
  return {
    id,
    name,
    preset,
    issuer,
    clientId,
    hasSecret,
    enabled,
    redirectUri: redirectUriOf(installation.publicUrl, id),
    ...ConnectionSettings.parse(settings),
    linked,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}

/** Where the presets lead. */
function issuerOf({ preset, issuer, tenant }: NewConnection): string | { readonly problem: string } {
  const bare = issuer?.replace(/\/$/, '')
  switch (preset) {
    case 'google':
      return 'https://accounts.google.com'
    case 'microsoft':
      // With `common` or `organizations` anybody may make a directory, and say in it whatever they like of themselves.
      return tenant === undefined
        ? { problem: 'The preset microsoft needs tenant, the id of your directory' }
        : `https://login.microsoftonline.com/${tenant.toLowerCase()}/v2.0`
    case 'github':
      return bare ?? 'https://github.com'
    case 'okta':
      return bare ?? { problem: 'The preset okta needs issuer, such as https://example.okta.com' }
    default:
      return issuer ?? { problem: 'A connection needs issuer, the address of the provider' }
  }
}

function problemOf(
  { issuer, settings }: { readonly issuer: string; readonly settings: ConnectionSettings },
  { outbound }: Pick<FederationTools, 'outbound'>,
): string | null {
  if (!issuer.startsWith('https://') && !outbound.allowPrivate) return 'The issuer must be https'
  if (settings.trustEmail && settings.domains.length === 0) {
    return 'trustEmail needs domains: addresses are believed for those only'
  }
  return null
}

/** A connection gives these groups to people later, so whoever writes it must be allowed to, as if they did it themselves. */
async function refusedGroups(
  { read, work, caller }: Changing,
  { decide, directory }: FederationTools,
  { signUpGroups, groups }: ConnectionSettings,
): Promise<Refused | undefined> {
  for (const id of new Set([...signUpGroups, ...Object.values(groups?.map ?? {})])) {
    const known = await read((tx) => directory.knows(tx, { type: 'Group', id }))
    const refused = known ? undefined : refuse(directoryErrors.groups_unknown, { group: id })
    if (refused !== undefined) return (await work(async () => refused)) as Refused
    const { allowed, explanation } = await decide(caller, 'changeMembers', { type: 'Group', id })
    if (allowed) continue
    const denied = refuse(platformErrors.forbidden, { explanation }, { action: 'changeMembers' })
    await work(async (tx) => {
      const data = { action: 'changeMembers', explanation }
      await tx.record({
        kind: 'access.denied',
        outcome: 'refused',
        resource: { type: 'Group', id },
        reason: 'forbidden',
        data,
      })
      return denied
    })
    return denied
  }
  return undefined
}

function changedSettings(had: ConnectionSettings, change: ConnectionChange): ConnectionSettings {
  const { groups, name: _, issuer: __, clientId: ___, clientSecret: ____, enabled: _____, ...given } = change
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const { groups: old, ...rest } = had
  const kept = groups === undefined ? old : (groups ?? undefined)
  return ConnectionSettings.parse({ ...rest, ...said, ...(kept !== undefined && { groups: kept }) })
}

function record(
  tx: Tx,
  kind: string,
  {
    id,
    issuer,
    clientId,
    enabled,
    settings,
  }: { id: string; issuer: string; clientId: string; enabled: boolean; settings: ConnectionSettings },
  changed?: readonly string[],
) {
  const { domains, signUp, signUpGroups, trustEmail, groups, secondFactor } = settings
  const told = {
    issuer,
    clientId,
    enabled,
    domains,
    signUp,
    signUpGroups,
    trustEmail,
    groups: groups ?? null,
    secondFactor,
  }
  return tx.record({
    kind,
    resource: { type: 'Connection', id },
    data: { ...told, ...(changed !== undefined && { changed }) },
  })
}

function unknown(id: string): Refused {
  return refuse(federationErrors.connection_unknown, { connection: id.slice(0, 63) })
}
