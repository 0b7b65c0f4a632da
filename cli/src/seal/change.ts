import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Cli } from '../cli.ts'
import { agreed } from '../commands/agree.ts'
import { Failure, usage } from '../failure.ts'
import { passphraseFrom } from './secrets.ts'
import type { SealChanged } from './types.ts'

export interface ChangeOptions {
  readonly to: 'file' | 'passphrase' | 'shamir'
  readonly shares?: number
  readonly threshold?: number
  readonly passphraseFile?: string
  readonly shareDirectory?: string
  readonly yes?: boolean
}

export async function change(cli: Cli, options: ChangeOptions): Promise<void> {
  const { to, shares, threshold, passphraseFile, shareDirectory } = options
  if (to !== 'shamir' && (shares ?? threshold ?? shareDirectory) !== undefined)
    throw usage('--shares, --threshold and --share-directory go with --to shamir.')
  if (to !== 'passphrase' && passphraseFile !== undefined) throw usage('--passphrase-file goes with --to passphrase.')
  if (to === 'shamir') return toShamir(cli, options)
  const passphrase = to === 'passphrase' ? await newPassphrase(cli, passphraseFile) : undefined
  cli.terminal.error('What opens the seal now opens nothing any more from then on.\n')
  await agreed(cli.terminal, `Seal by ${to}?`, options.yes)
  const changed = await cli.api.post<SealChanged>('/seal/change', { to, passphrase })
  cli.show(changed, () => done(changed))
}

async function newPassphrase({ terminal }: Cli, file: string | undefined): Promise<string> {
  const passphrase = await passphraseFrom(terminal, { file, question: 'New passphrase: ' })
  if (file === undefined && (await terminal.secret('The same again: ')) !== passphrase) {
    throw new Failure({ code: 'not_the_same', detail: 'The two are not the same; nothing was changed.' })
  }
  return passphrase
}

/** Shares are shown, and then given back: what was not kept must not become the only way in. */
async function toShamir(cli: Cli, { shares = 5, threshold = 3, shareDirectory, yes }: ChangeOptions): Promise<void> {
  const { api, terminal, show, options } = cli
  // Before the shares are made: those that cannot be written would be lost.
  if (shareDirectory !== undefined) mkdirSync(resolve(terminal.cwd, shareDirectory), { recursive: true, mode: 0o700 })
  const made = await api.post<SealChanged>('/seal/change', { to: 'shamir', shares, threshold })
  const texts = (made.shares ?? []).map(({ share }) => share)
  if (shareDirectory !== undefined) {
    write(resolve(terminal.cwd, shareDirectory), texts)
    return confirmed(cli, texts, yes)
  }
  show(made, () => shown(texts, threshold))
  if (options.json === true && yes !== true) return
  if (yes === true) return confirmed(cli, texts, yes)
  if (!terminal.interactive) {
    terminal.error('Nothing is changed yet: confirm with "holdfast seal confirm --share-file FILE".\n')
    return
  }
  terminal.error(`Nothing is changed yet. Give ${threshold} of the shares back to prove that they were kept.\n`)
  const back: string[] = []
  while (back.length < threshold) {
    const share = plain(await terminal.secret(`Share (${back.length + 1} of ${threshold}): `))
    if (share === '') throw new Failure({ code: 'not_agreed', detail: 'The seal was not changed.' })
    if (!texts.includes(share)) terminal.error('That is none of the shares above.\n')
    else if (back.includes(share)) terminal.error('That one was given already.\n')
    else back.push(share)
  }
  return confirm(cli, back)
}

/** As the server reads it: somebody may have written it down in groups. */
function plain(share: string): string {
  return share.replaceAll(/[\s-]/g, '').toLowerCase()
}

async function confirmed(cli: Cli, shares: readonly string[], yes: boolean | undefined): Promise<void> {
  cli.terminal.error('What opens the seal now opens nothing any more from then on.\n')
  await agreed(cli.terminal, 'Seal by these shares?', yes)
  return confirm(cli, shares)
}

/** @param shares at least as many as the threshold */
export async function confirm({ api, show }: Cli, shares: readonly string[]): Promise<void> {
  const changed = await api.post<SealChanged>('/seal/change/confirm', { shares })
  show(changed, () => done(changed))
}

function write(directory: string, shares: readonly string[]): void {
  for (const [at, share] of shares.entries())
    writeFileSync(join(directory, `share-${at + 1}.txt`), `${share}\n`, { mode: 0o600, flag: 'wx' })
}

function shown(shares: readonly string[], threshold: number): string {
  const lines = shares.map((share, at) => `Share ${at + 1} of ${shares.length}:\n  ${share}\n`)
  return `${lines.join('\n')}\nAny ${threshold} of them open the seal. They are shown this once: give each to another person.\n`
}

function done({ kind, generation }: SealChanged): string {
  const next = {
    passphrase: 'A replica that is started finds the passphrase in HOLDFAST_SEAL_PASSPHRASE_FILE, or must be unsealed.',
    shamir: 'Every replica that is started must be unsealed with "holdfast unseal".',
    file: 'Copy the key file to the other replicas before they are started again.',
  }[kind]
  return `The root key (generation ${generation}) is sealed by ${kind}. ${next ?? ''}\nSet seal.kind to ${kind} in the configuration as well.\n`
}
