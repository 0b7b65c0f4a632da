import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Credentials, CREDENTIALS_PATH, prepareKeys, type Receipt, TokenError, verifyReceipt } from '@holdfast/bundle'
import { Command } from 'commander'
import type { Open } from '../cli.ts'
import { Failure, usage } from '../failure.ts'
import { facts } from '../output/table.ts'

/** `holdfast access receipt`: checks a receipt of the barrier, without a server. */
export function receiptCommand(open: Open): Command {
  return new Command('receipt')
    .description('check a receipt that a change was effective everywhere, offline: holdfast access receipt revoked.jwt')
    .argument('<file>', 'as `holdfast access barrier --out` wrote it')
    .option('--credentials <file>', "credentials of an edge, for the control plane's keys", CREDENTIALS_PATH)
    .action((file: string, { credentials }: { credentials: string }, command: Command) => {
      const { show, terminal } = open(command)
      const token = read(resolve(terminal.cwd, file)).trim()
      const receipt = checked(token, trusted(resolve(terminal.cwd, credentials)))
      show(receipt, () => described(receipt))
    })
}

function read(path: string, mend?: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw usage(`The file ${path} cannot be read.`, mend)
  }
}

function trusted(path: string): ReturnType<typeof prepareKeys> {
  let value: unknown
  try {
    value = JSON.parse(read(path, 'Name the credentials of an application or a gateway with --credentials.'))
  } catch (error) {
    if (error instanceof Failure) throw error
    throw usage(`The file ${path} is not JSON.`)
  }
  const parsed = Credentials.safeParse(value)
  if (!parsed.success) throw usage(`The file ${path} holds no credentials of an edge.`)
  return prepareKeys(parsed.data.trust.keys)
}

function checked(token: string, keys: ReturnType<typeof prepareKeys>): Receipt {
  try {
    return verifyReceipt(token, { keys })
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    throw new Failure({
      code: 'receipt_invalid',
      detail: `The receipt does not hold: ${error.message}`,
      mend: 'Check that it is whole, and that the credentials are of the installation that signed it.',
      cause: error,
    })
  }
}

function described(receipt: Receipt): string {
  const number = (how: Receipt['edges'][number]['how']) => receipt.edges.filter((edge) => edge.how === how).length
  return facts({
    'effective at': receipt.effectiveAt,
    epoch: String(receipt.epoch),
    of: receipt.application ?? 'every application',
    'had it': String(number('acknowledged')),
    'lease over': String(number('lapsed')),
    ended: String(number('left')),
    'signed by': receipt.iss,
    event: receipt.jti,
  })
}
