import { Api } from '../api/client.ts'
import type { Cli } from '../cli.ts'
import { Failure } from '../failure.ts'
import { passphraseFrom, sharesFrom } from './secrets.ts'
import type { SealStatus } from './types.ts'
import { progress, whatOpens } from './words.ts'

export interface UnsealOptions {
  readonly shareFile?: readonly string[]
  readonly passphraseFile?: string
  readonly stdin?: boolean
}

/** Gives one replica what opens it, and waits until it works. Nobody need be signed in, and no token is sent. */
export async function unseal(cli: Cli, options: UnsealOptions): Promise<void> {
  const { terminal, show } = cli
  const { url } = cli.api.connection
  const api = new Api({ url, token: undefined })
  const before = await api.get<SealStatus>('/seal')
  if (!before.sealed) {
    show(before, () => `${url} is not sealed.\n`)
    return
  }
  const after =
    before.kind === 'passphrase' ? await byPassphrase(api, cli, options) : await byShares(api, cli, before, options)
  if (after.sealed) {
    show(after, () => `Still sealed: ${progress(after)}.\n`)
    return
  }
  terminal.error('Unsealed; it starts ...\n')
  await ready(url)
  show(after, () => `${url} is unsealed and ready.\n`)
}

async function byPassphrase(
  api: Api,
  { terminal }: Cli,
  { passphraseFile: file, stdin }: UnsealOptions,
): Promise<SealStatus> {
  const given = { file, ...(stdin !== undefined && { stdin }), question: 'Passphrase: ' }
  const passphrase = await passphraseFrom(terminal, given)
  return api.post<SealStatus>('/seal/unseal', { passphrase })
}

async function byShares(api: Api, cli: Cli, before: SealStatus, options: UnsealOptions): Promise<SealStatus> {
  const { terminal } = cli
  if (before.kind !== 'shamir') {
    throw new Failure({ code: 'sealed', detail: `It is sealed by ${before.kind}.`, mend: whatOpens(before) })
  }
  const { shareFile: files = [], stdin = false } = options
  const asked = files.length === 0 && !stdin
  if (asked && !terminal.interactive) {
    throw new Failure({
      code: 'usage',
      detail: 'A share is needed, and nobody is here to type it.',
      mend: 'Give --share-file FILE, or --stdin.',
      exitCode: 2,
    })
  }
  return asked ? askForShares(api, cli, before) : giveShares(api, await sharesFrom(terminal, { files, stdin }), before)
}

async function giveShares(api: Api, shares: readonly string[], before: SealStatus): Promise<SealStatus> {
  let status = before
  for (const share of shares) if (status.sealed) status = await api.post<SealStatus>('/seal/unseal', { share })
  return status
}

/** One after the other; a person with a single share gives it and leaves the rest to others. */
async function askForShares(api: Api, { terminal }: Cli, before: SealStatus): Promise<SealStatus> {
  let status = before
  terminal.error(`Sealed: ${progress(status)}. A share is not shown as you give it; an empty line ends this.\n`)
  while (status.sealed) {
    const share = await terminal.secret('Share: ')
    if (share.trim() === '') return status
    try {
      status = await api.post<SealStatus>('/seal/unseal', { share })
      if (status.sealed) terminal.error(`${progress(status)}\n`)
    } catch (error) {
      // A slip of the hand ends nothing: the shares before it were taken.
      if (!(error instanceof Failure) || !error.parts.code.startsWith('seal_share')) throw error
      terminal.error(`${error.parts.detail}\n`)
    }
  }
  return status
}

const patience = 60_000

async function ready(url: string): Promise<void> {
  const until = Date.now() + patience
  while (Date.now() < until) {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
    if (answer?.status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Failure({
    code: 'not_ready',
    detail: 'It was unsealed, but does not become ready.',
    mend: 'Look at its log, and try "holdfast doctor".',
  })
}
