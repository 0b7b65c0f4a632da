import { createPackVerifier, type PackResult } from '@holdfast/merkle'
import { createWriteStream, renameSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Command } from 'commander'
import { wholeNumber } from '../commands/options.ts'
import type { Cli, Open } from '../cli.ts'
import { Failure } from '../failure.ts'
import { anchorOption, readAnchors, sizesOf } from './anchors.ts'
import { notWhole } from './failures.ts'
import { linesOf } from './lines.ts'
import { trustedKeys } from './prove.ts'
import { remoteLog } from './source.ts'
import { provenText } from './verify-offline.ts'

interface PackOptions {
  readonly from?: number
  readonly to?: number
  readonly out: string
  readonly anchor?: readonly string[]
  readonly vkey?: string
  readonly state?: string
}

/** A pack of a large log takes its time. */
export const packPatience = 24 * 3600 * 1000 // milliseconds

export function packCommand(open: Open): Command {
  return new Command('pack')
    .description('write events with their proofs into one file that can be verified without the server')
    .option('--from <number>', 'place of the first event (default: 1)', wholeNumber)
    .option('--to <number>', 'place of the last event (default: the newest one that is in a checkpoint)', wholeNumber)
    .requiredOption('--out <file>', 'where to write it')
    .addOption(anchorOption())
    .option('--vkey <key>', 'the verifier key of the log, as its owner told you')
    .option('--state <file>', 'where keys and checkpoints are remembered (default: in the state directory of the user)')
    .action(async (options: PackOptions, command: Command) => pack(open(command), options))
}

async function pack(cli: Cli, { from = 1, to, out, anchor, ...options }: PackOptions): Promise<void> {
  const { api, terminal } = cli
  const anchors = readAnchors(anchor, terminal)
  const trusted = { trustedKeys: trustedKeys(cli, options), anchors }
  const file = resolve(terminal.cwd, out)
  let result: PackResult
  for (let left = 3; ; left--) {
    const newest = sizesOf([await remoteLog(api).checkpoint()])[0] ?? 0
    // Without these sizes the pack would hold nothing that an anchor could be compared with.
    const older = sizesOf(anchors).filter((size) => size > 0 && size < newest)
    const last = to ?? newest
    const query = { from, to: last, ...(older.length > 0 && { older: older.join() }) }
    const response = await api.raw('/api/v1/ledger/pack', query, packPatience)
    const verifier = createPackVerifier(trusted)
    await written(file, response, (line) => verifier.line(line))
    result = asked(verifier.finish(), from, last)
    // The log has grown beyond an anchor that was its newest checkpoint a moment ago.
    if (result.ok || result.code !== 'anchor' || left === 0) break
  }
  if (!result.ok) throw notWhole(result, `line ${result.line} of ${out}`)
  const proof = result
  cli.show(
    { ...proof, file: out },
    () => `${provenText(proof)}They are in ${out}; holdfast log verify --offline ${out}\n`,
  )
}

/** A pack of another part than the one that was asked for proves nothing of that. */
export function asked(result: PackResult, from: number, to: number): PackResult {
  if (!result.ok || (result.from === from && result.to === to)) return result
  const detail = `The server gave the events ${result.from} to ${result.to} instead of ${from} to ${to}.`
  return { ok: false, code: 'cut_off', line: 1, seq: null, detail }
}

/** Writes what comes to a draft, which takes its name when the whole has come. */
async function written(file: string, response: Response, seen: (line: string) => void): Promise<void> {
  const draft = `${file}.part`
  async function* lines(): AsyncGenerator<string> {
    for await (const line of packLines(response)) {
      seen(line)
      yield `${line}\n`
    }
  }
  try {
    await pipeline(lines, createWriteStream(draft))
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

/** @throws Failure when the server ends in the middle of a pack, or what it sends is no text */
export async function* packLines(response: Response): AsyncGenerator<string> {
  try {
    yield* linesOf(response.body ?? [])
  } catch (cause) {
    throw new Failure({ code: 'pack_incomplete', detail: 'The events did not come whole.', mend: 'Try again.', cause })
  }
}
