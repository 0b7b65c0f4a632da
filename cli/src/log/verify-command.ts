import { GENESIS, type ChainEntry, type ChainPoint } from '@holdfast/events'
import { Command } from 'commander'
import type { Page } from '../api/types.ts'
import type { Cli, Open } from '../cli.ts'
import { Failure } from '../failure.ts'
import { count } from '../output/count.ts'
import { rememberedHead, rememberHead, stateFile } from './heads.ts'
import { verifyLog, type Verdict } from './verify.ts'

const pageSize = 500

export function verifyCommand(open: Open): Command {
  return new Command('verify')
    .description('recompute the hash chain of the whole log and compare it with what was verified before')
    .option('--state <file>', 'where the verified head is remembered (default: in the state directory of the user)')
    .option('--new', 'this is another installation at the same address: forget what was verified before')
    .action(async (options: { state?: string; new?: boolean }, command: Command) => verify(open(command), options))
}

async function verify(cli: Cli, options: { state?: string; new?: boolean }): Promise<void> {
  const { api } = cli
  const { url } = api.connection
  const state = stateFile(options.state, cli.terminal)
  const installation = installationAt(url, cli.data)
  const before = options.new === true ? undefined : rememberedHead(state, installation)
  const verdict = await verifyLog(
    {
      head: () =>
        api.get<ChainPoint>('/ledger/head').then(({ seq, hash }) => ({ seq, hash: seq === 0 ? GENESIS : hash })),
      entries: async (after) => (await api.get<Page<ChainEntry>>('/ledger/chain', { after, limit: pageSize })).items,
    },
    before,
  )
  if (!verdict.ok) throw broken(verdict)
  const { seq, hash, first, unseen } = verdict
  if (first !== null) rememberHead(state, installation, { first, seq, hash, verifiedAt: new Date().toISOString() })
  cli.show({ seq, hash, unseen, since: before?.seq ?? null }, () => {
    const known = before === undefined ? 'verified for the first time' : `continues what was verified at ${before.seq}`
    const blind =
      unseen === 0 ? '' : `${count(unseen, 'event')} could not be read with this token; only their place was checked.\n`
    return `The log is whole: ${count(seq, 'event')}, ${known}.\nhead ${seq} ${hash}\n${blind}`
  })
}

/**
 * Under what name a head is remembered. An address names one installation, save that of this machine itself, where a
 * second checkout or another data directory is another installation at the same address.
 */
function installationAt(url: string, data: string): string {
  const { hostname } = new URL(url)
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname) ? `${url} ${data}` : url
}

function broken({ code, seq, detail }: Extract<Verdict, { ok: false }>): Failure {
  return new Failure({
    code,
    detail,
    lines: [`first bad event: ${seq}`],
    mend:
      code === 'log_other'
        ? 'If this installation was made anew on purpose, verify it once with --new.'
        : 'Keep a copy of the database as it is, and find out who could write to it.',
  })
}
