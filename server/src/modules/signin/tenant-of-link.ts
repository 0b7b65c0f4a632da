import { sql } from 'kysely'
import type { Database, Transaction } from '../../platform/database/database.ts'
import type { Visit } from '../../platform/ports.ts'
import { hashSecret, isSecret } from '../../platform/random.ts'
import { isVisitSecret, offerOf } from './federation/journey.ts'
import { handoffOfReturn, handoffPath, type HandoffRequest, readHandoff } from './handoff/target.ts'

export interface LinkDeps {
  readonly database: Database
  readonly applications: {
    /** which application has this host, of whatever tenant; asked as the system */
    readonly ownerOfHost: (
      tx: Transaction,
      host: string,
    ) => Promise<{ readonly tenant: string; readonly application: string } | undefined>
  }
}

/**
 * Whose one-time link, visit to a provider or hand-off a visit belongs to. Each is found by a secret that only its holder
 * knows, or by a host, of which there is one in the installation; all it gives away is where the visit goes on.
 */
export async function tenantOfLink(deps: LinkDeps, visit: Visit): Promise<string | undefined> {
  const { path, headers, fields } = visit
  const back = text(fields['return'])
  const secret = [text(fields['token']), text(fields['invitation'])].find(isLink)
  if (secret !== undefined) return deps.database.asSystem((tx) => ofLink(tx, secret))
  const state = path.startsWith('/sign-in/callback/') ? text(fields['state']) : undefined
  if (isVisitSecret(state)) return deps.database.asSystem((tx) => ofState(tx, state))
  const offer = [path, back].includes('/sign-in/connect') ? offerOf(headers) : undefined
  if (isVisitSecret(offer)) return deps.database.asSystem((tx) => ofOffer(tx, offer))
  const handoff = path === handoffPath ? readHandoff(textsOf(fields)) : handoffOfReturn(back ?? '')
  return handoff === undefined ? undefined : ofHandoff(deps, handoff)
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const isLink = (value: string | undefined): value is string =>
  value !== undefined && (['hfv', 'hfl', 'hfi'] as const).some((kind) => isSecret(value, kind))

function textsOf(fields: Visit['fields']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}

async function ofLink(tx: Transaction, token: string): Promise<string | undefined> {
  const hash = hashSecret(token)
  const { rows } = await sql<{ tenant_id: string }>`
    SELECT tenant_id FROM invitations WHERE token_hash = ${hash}
    UNION ALL SELECT tenant_id FROM mailed_links WHERE token_hash = ${hash}
    UNION ALL SELECT tenant_id FROM bootstraps WHERE setup_hash = ${hash}`.execute(tx.kysely())
  return rows[0]?.tenant_id
}

async function ofState(tx: Transaction, state: string): Promise<string | undefined> {
  const { rows } = await sql<{ tenant_id: string }>`
    SELECT tenant_id FROM upstream_visits WHERE state_hash = ${hashSecret(state)}`.execute(tx.kysely())
  return rows[0]?.tenant_id
}

async function ofOffer(tx: Transaction, secret: string): Promise<string | undefined> {
  const { rows } = await sql<{ tenant_id: string }>`
    SELECT tenant_id FROM upstream_offers WHERE browser_hash = ${hashSecret(secret)}`.execute(tx.kysely())
  return rows[0]?.tenant_id
}

async function ofHandoff({ database, applications }: LinkDeps, asked: HandoffRequest): Promise<string | undefined> {
  const url = URL.parse(asked.redirectUri)
  if (url === null) return undefined
  const owner = await database.asSystem((tx) => applications.ownerOfHost(tx, url.host))
  return owner?.application === asked.application ? owner.tenant : undefined
}
