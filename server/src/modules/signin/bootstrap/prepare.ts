import { addSeconds } from '../../../platform/clock.ts'
import { hashSecret, newSecret } from '../../../platform/random.ts'
import type { Tx } from '../../../platform/work.ts'
import { bootstrapChannel, type BootstrapRow, findBootstrap, lockBootstrap, putBootstrap } from '../store/bootstraps.ts'
import type { Bootstrap, BootstrapOptions, SigninDeps } from '../types.ts'
import { type BootstrapFile, bootstrapFile, type BootstrapSecrets } from './file.ts'

const serviceName = 'bootstrap'

/**
 * Sees to it at every start that somebody can get in: at the first, a token and a set-up link are made and written to the
 * data directory. Later starts leave both as they are, until the first operator has enrolled. Where the file was lost before
 * that, new ones take their place.
 * @throws Error with a sentence, when the token that was given is too short
 */
export async function prepareBootstrap(deps: SigninDeps, options: BootstrapOptions): Promise<Bootstrap> {
  const { database, units } = deps
  const { tenant, dataDir, token } = options
  if (token !== undefined && !/^[\x21-\x7e]{20,200}$/.test(token)) {
    throw new Error(
      'HOLDFAST_BOOTSTRAP_TOKEN must have 20 to 200 visible characters without a space. Make one with: openssl rand -hex 32',
    )
  }
  const file = bootstrapFile(dataDir)
  const nobody = { tenant, actor: null, source: { address: null, userAgent: null }, requestId: null }
  const held = await units.work(nobody, (tx) => ensure(tx, deps, file, token))
  const forget = async () => {
    const row = await database.asTenant(tenant, (tx) => findBootstrap(tx, tenant), 'read')
    if (row?.completedAt != null) file.remove()
  }
  if (held === undefined) {
    await forget()
    return { pending: null, stop() {} }
  }
  // Whichever replica enrols the operator: each removes its own file.
  const stop = database.listen(bootstrapChannel, () => void forget().catch(() => {}))
  const { setupUrl, expiresAt } = held
  return { pending: expiresAt > deps.clock.now() ? { setupUrl, expiresAt, file: file.path } : null, stop }
}

/** @returns the secrets that the file holds; undefined when there is nothing to set up from here */
async function ensure(
  tx: Tx,
  deps: SigninDeps,
  file: BootstrapFile,
  token: string | undefined,
): Promise<BootstrapSecrets | undefined> {
  await lockBootstrap(tx)
  const now = deps.clock.now()
  const row = await findBootstrap(tx, tx.tenant)
  if (row !== null && row.completedAt !== null) return undefined
  const held = file.read()
  if (row !== null && held !== undefined && matches(row, held)) {
    const moved = { ...held, setupUrl: linkOf(deps, held.setupSecret) }
    if (token !== undefined && token !== held.token) return issue(tx, deps, file, { ...moved, token }, 'token_given')
    if (moved.setupUrl !== held.setupUrl) file.write(moved)
    return moved
  }
  if (await deps.directory.hasOperator(tx)) return undefined
  if (row !== null && row.expiresAt > now && !row.issuedBy.equals(file.holder)) return undefined
  const setupSecret = newSecret(deps.random, 'hfi')
  const secrets = {
    setupSecret,
    setupUrl: linkOf(deps, setupSecret),
    token: token ?? newSecret(deps.random, 'hfb'),
    expiresAt: addSeconds(now, deps.config.bootstrapHours * 3600),
  }
  return issue(tx, deps, file, secrets, row === null ? 'first_start' : 'file_lost')
}

/** The link of today's public URL: the secret is what holds, not where the server was the last time. */
function linkOf({ installation }: SigninDeps, setupSecret: string): string {
  return `${installation.publicUrl}/setup?token=${setupSecret}`
}

function matches(row: BootstrapRow, held: BootstrapSecrets): boolean {
  return row.tokenHash.equals(hashSecret(held.token)) && row.setupHash.equals(hashSecret(held.setupSecret))
}

/** The file is there before the commit: a crash between the two leaves secrets that do not fit, and they are made anew. */
async function issue(
  tx: Tx,
  { clock, directory }: SigninDeps,
  file: BootstrapFile,
  secrets: BootstrapSecrets,
  reason: string,
): Promise<BootstrapSecrets> {
  const service = await directory.addOwnService(tx, serviceName)
  await putBootstrap(tx, {
    service: service.id,
    tokenHash: hashSecret(secrets.token),
    setupHash: hashSecret(secrets.setupSecret),
    issuedBy: file.holder,
    expiresAt: secrets.expiresAt,
    now: clock.now(),
  })
  const data = { reason, expiresAt: secrets.expiresAt.toISOString() }
  await tx.record({ kind: 'bootstrap.issued', resource: { type: 'Service', id: service.id }, data })
  file.write(secrets)
  return secrets
}
