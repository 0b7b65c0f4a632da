import {
  createPackVerifier,
  isProof,
  type PackFailure,
  type PackProof,
  type PackResult,
  verifyEventProof,
  type VerifyOptions,
} from '@holdfast/merkle'
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import type { Cli } from '../cli.ts'
import { Failure } from '../failure.ts'
import { count } from '../output/count.ts'
import { readAnchors } from './anchors.ts'
import { notWhole } from './failures.ts'
import { linesOf } from './lines.ts'
import { knownKeys, stateFile } from './remembered.ts'
import type { VerifyCommandOptions } from './verify.ts'

/** Verifies a pack or a proof of one event without any server. */
export async function verifyOffline(cli: Cli, file: string, options: VerifyCommandOptions): Promise<void> {
  const result = await verifyFile(resolve(cli.terminal.cwd, file), {
    ...keysFor(cli, options),
    anchors: readAnchors(options.anchor, cli.terminal),
  })
  if (!result.ok) throw notWhole(ofFile(result), `line ${result.line} of ${file}`, fileMend)
  cli.show(result, () => provenText(result))
}

/** A file may be as it was given out and be wrong, or have been changed since: only another copy tells. */
const fileMend =
  'Keep this file and fetch it again: if the new one is whole, this one was changed; if it is not, the log was.'

/** An anchor that is newer than the file accuses nobody: the file may simply have been made before it. */
function ofFile(failure: PackFailure): PackFailure {
  if (failure.code !== 'rolled_back') return failure
  const detail = `${failure.detail} The file was made before that checkpoint, or of a log that was rolled back: only a newer one tells.`
  return { ...failure, code: 'anchor', seq: null, detail }
}

/** The keys by which what a file says is judged: the one that was given, else those of logs that were verified before. */
function keysFor(
  { terminal }: Pick<Cli, 'terminal'>,
  { vkey, state }: Pick<VerifyCommandOptions, 'vkey' | 'state'>,
): Pick<VerifyOptions, 'trustedKeys' | 'knownKeys'> {
  return vkey === undefined ? { knownKeys: knownKeys(stateFile(state, terminal)) } : { trustedKeys: [vkey] }
}

async function verifyFile(path: string, options: VerifyOptions): Promise<PackResult> {
  const verifier = createPackVerifier(options)
  let proof: string | undefined
  try {
    for await (const line of linesOf(createReadStream(path))) {
      if (proof !== undefined) proof += `${line}\n`
      else if (isProof(`${line}\n`)) proof = `${line}\n`
      else verifier.line(line)
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Failure({
      code: 'log_malformed',
      detail: `${path} is no pack and no proof: ${error.message}`,
      cause: error,
    })
  }
  return proof === undefined ? verifier.finish() : verifyEventProof(proof, options)
}

/** What was proven, for people: neither more nor less. */
export function provenText(proof: PackProof): string {
  const { origin, size, from, to, events, anchors, root, vkey, keyTrusted } = proof
  const which = from === to ? `Event ${from} is` : `Events ${from} to ${to} (${events}) are`
  return [
    `${which} unchanged and at the same place in the log as its checkpoint of ${count(size, 'event')} says.\n`,
    `${contentsText(proof)}.\n`,
    anchors === 0 ? '' : `The log continues ${count(anchors, 'anchored checkpoint')}.\n`,
    `log ${origin}\nroot ${root}\nkey ${vkey}\n`,
    keyTrusted
      ? ''
      : 'Only the file itself says that this is the key of the log: compare it, or give it with --vkey.\n',
  ].join('')
}

/** How much of what the events said is there. */
export function contentsText({ whole, erased, closed }: Pick<PackProof, 'whole' | 'erased' | 'closed'>): string {
  return [
    `${count(whole, 'event')} with all that was recorded`,
    ...(erased === 0 ? [] : [`${count(erased, 'event')} without what was of persons who were erased`]),
    ...(closed === 0
      ? []
      : [`${count(closed, 'event')} with place, id and time only (pruned, or not for whoever asked)`]),
  ].join('; ')
}
