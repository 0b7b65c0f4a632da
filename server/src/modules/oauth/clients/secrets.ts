import { addSeconds } from '../../../platform/clock.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import { hashSecret, newSecret } from '../../../platform/random.ts'
import { uuid } from '../../../platform/uuid.ts'
import type { Tx, Work } from '../../../platform/work.ts'
import { clientsErrors } from './errors.ts'
import { type ClientRow, findClient, touchClient } from './store/clients.ts'
import { deleteSecret, endSecrets, insertSecret } from './store/secrets.ts'
import type { ClientTools } from './tools.ts'

/** Enough to tell secrets apart, and 208 bits short of one. */
const prefixLength = 12

export function hasSecret(method: string): boolean {
  return method === 'client_secret_basic' || method === 'client_secret_post'
}

/** @returns the secret of 256 bits, which is shown once: only its hash is kept */
export async function makeSecret(
  tx: Tx,
  { random, clock }: Pick<ClientTools, 'random' | 'clock'>,
  clientId: string,
): Promise<{ readonly id: string; readonly secret: string }> {
  const secret = newSecret(random, 'hfo')
  const id = random.id()
  const at = clock.now()
  await insertSecret(tx, { id, clientId, hash: hashSecret(secret), prefix: secret.slice(0, prefixLength), at })
  return { id, secret }
}

export interface NewSecret {
  readonly id: string
  readonly client_secret: string
  readonly client_secret_expires_at: 0
  /** when the older ones end */
  readonly othersEndAt: string
}

/**
 * A new secret, while the others hold for a time: the client is changed over without a gap. Two hold at once; a third ends the first.
 * @param overlapSeconds 0: the others end now
 * @returns the secret, shown this once; `client_not_found`, `client_without_secret`
 */
export function rotateSecret(
  work: Work,
  tools: ClientTools,
  about: { readonly application: string; readonly client: string },
  overlapSeconds: number,
): Promise<Outcome<NewSecret>> {
  return work(async (tx) => {
    const row = await clientOf(tx, about)
    if (row === undefined) return refuse(clientsErrors.client_not_found, about)
    const method = row.metadata.token_endpoint_auth_method
    if (!hasSecret(method)) return refuse(clientsErrors.client_without_secret, { method })
    const now = tools.clock.now()
    const until = addSeconds(now, overlapSeconds)
    await endSecrets(tx, row.client_id, overlapSeconds === 0 ? null : until)
    const { id, secret } = await makeSecret(tx, tools, row.client_id)
    await touchClient(tx, row.client_id, now)
    await tx.record({
      kind: 'client.secret_created',
      resource: { type: 'Client', id: row.client_id },
      application: row.application_id,
      data: { secretId: id, othersEndAt: until.toISOString() },
    })
    const told = { id, client_secret: secret, client_secret_expires_at: 0, othersEndAt: until.toISOString() } as const
    return ok(told, { status: 201 })
  })
}

/** @returns nothing; `client_not_found`, `client_secret_not_found` */
export function dropSecret(
  work: Work,
  { clock }: Pick<ClientTools, 'clock'>,
  about: { readonly application: string; readonly client: string },
  secret: string,
): Promise<Outcome<{ deleted: true }>> {
  return work(async (tx) => {
    const row = await clientOf(tx, about)
    if (row === undefined) return refuse(clientsErrors.client_not_found, about)
    if (!uuid.test(secret) || !(await deleteSecret(tx, row.client_id, secret))) {
      return refuse(clientsErrors.client_secret_not_found)
    }
    await touchClient(tx, row.client_id, clock.now())
    await tx.record({
      kind: 'client.secret_deleted',
      resource: { type: 'Client', id: row.client_id },
      application: row.application_id,
      data: { secretId: secret },
    })
    return ok({ deleted: true })
  })
}

/** The client, locked; undefined when the application has none of that id. */
export async function clientOf(
  tx: Tx,
  { application, client }: { readonly application: string; readonly client: string },
): Promise<ClientRow | undefined> {
  const row = await findClient(tx, client, true)
  return row?.application_id === application ? row : undefined
}
