import { sql } from 'kysely'
import { type Acr, acrs, isAtLeast } from '../../../platform/assurance.ts'
import type { Read, Tx } from '../../../platform/work.ts'
import type { FoundClient } from '../clients/index.ts'
import type { FlushDeps } from '../provider/flush.ts'
import { findArtifact } from '../store/artifacts.ts'
import type { BrowserSession } from '../types.ts'

export interface FoundDevice {
  readonly client: FoundClient
  /** what the device asked for at the authorization endpoint */
  readonly params: Readonly<Record<string, unknown>>
}

/** The code as it is stored: RFC 8628, section 6.1: what people add or leave out does not count. */
export function normalized(typed: string): string {
  return typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
}

/** As the device shows it. */
export function shown(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`
}

/** @returns undefined for a code that is none, is over, or was answered */
export async function findDevice(
  deps: Pick<FlushDeps, 'columns' | 'clients'>,
  read: Read,
  code: string,
  now: Date,
): Promise<FoundDevice | undefined> {
  if (!/^[A-Z0-9]{8}$/.test(code)) return undefined
  const found = await read(async (tx) => {
    const userCode = await deps.columns.userCode(tx, code)
    return findArtifact(tx, deps.columns, { userCode })
  })
  if (found === undefined || found.consumedAt !== null || found.expiresAt <= now) return undefined
  const { accountId, error, clientId, params } = found.payload
  if (accountId !== undefined || error !== undefined || clientId === undefined) return undefined
  const client = await deps.clients.find(clientId)
  return client && { client, params: params ?? {} }
}

/** Holds the code until the transaction ends: of two people who answer it at once the second finds it answered. */
export async function lockDevice(tx: Pick<Tx, 'kysely'>, userCode: Buffer): Promise<void> {
  await sql`SELECT 1 FROM oauth_artifacts WHERE user_code = ${userCode} FOR UPDATE`.execute(tx.kysely())
}

/** How well and how recently the client wants the person to be recognised. */
export function wantedOf({ client, params }: FoundDevice): {
  readonly acr: Acr | null
  readonly maxAge: number | null
} {
  const named = text(params, 'acr_values')?.split(' ') ?? client.full.default_acr_values ?? []
  const age = Number(text(params, 'max_age') ?? client.full.default_max_age ?? Number.NaN)
  const ages = [age, client.lifetimes.sessionSeconds ?? Number.NaN].filter((seconds) => Number.isFinite(seconds))
  return {
    acr: acrs.find((acr) => named.includes(acr)) ?? null,
    maxAge: ages.length === 0 ? null : Math.min(...ages),
  }
}

export function isMet({ acr, authenticatedAt }: BrowserSession, found: FoundDevice, now: Date): boolean {
  const wanted = wantedOf(found)
  if (wanted.acr !== null && !isAtLeast(acr, wanted.acr)) return false
  return wanted.maxAge === null || now.getTime() - authenticatedAt.getTime() <= (wanted.maxAge + 5) * 1000
}

function text(params: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = params[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** The scopes that the device asked for and its client may have, each with the identifier that it is of; OpenID's are of none. */
export function scopesOf({ client, params }: FoundDevice): {
  readonly openid: readonly string[]
  readonly resources: readonly {
    readonly identifier: string
    readonly scopes: readonly string[]
    readonly words: readonly string[]
  }[]
} {
  const asked = (text(params, 'scope') ?? '').split(' ').filter((scope) => scope !== '')
  const named = [params['resource'] ?? []].flat().filter((one) => typeof one === 'string')
  const wanted = named.length > 0 ? named : client.resources.slice(0, 1).map(({ identifier }) => identifier)
  const refresh = client.full.grant_types.includes('refresh_token')
  return {
    openid: asked.filter((scope) => client.scopes.has(scope) && (scope !== 'offline_access' || refresh)),
    resources: client.resources
      .filter(({ identifier }) => wanted.includes(identifier))
      .map(({ identifier, allowed, scopes }) => {
        const given = asked.filter((scope) => allowed.has(scope))
        const words = given.map((name) => scopes.find((scope) => scope.name === name)?.description ?? name)
        return { identifier, scopes: given, words }
      }),
  }
}
