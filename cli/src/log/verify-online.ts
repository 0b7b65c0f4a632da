import {
  createPackVerifier,
  createVerifier,
  type LogCheck,
  MerkleError,
  type PackProof,
  verifyLog,
} from '@holdfast/merkle'
import type { Api } from '../api/client.ts'
import type { Cli } from '../cli.ts'
import { Failure, usage } from '../failure.ts'
import { count } from '../output/count.ts'
import { sizesOf, readAnchors } from './anchors.ts'
import { notWhole } from './failures.ts'
import { asked, packLines, packPatience } from './pack.ts'
import { installationOf, remember, remembered, type RememberedLog, stateFile } from './remembered.ts'
import { type RemoteLog, remoteLog } from './source.ts'
import type { VerifyCommandOptions } from './verify.ts'
import { contentsText } from './verify-offline.ts'

/** Reads the log of the server, verifies it, says so, and remembers the checkpoint. */
export async function verifyOnline(cli: Cli, options: VerifyCommandOptions): Promise<void> {
  const { proof, before, firstKey, contents } = await verifyServer(cli, options)
  const since = before === undefined ? null : (sizesOf([before.checkpoint])[0] ?? null)
  cli.show({ ...proof, since, contents: contents ?? null }, () => {
    const known = since === null ? 'verified for the first time' : `continues what was verified at ${since}`
    const read = proof.from === 1 ? '' : `Read were the entries from ${proof.from} on.\n`
    const others = proof.anchors - (before === undefined ? 0 : 1)
    const anchored = others > 0 ? `It continues ${count(others, 'anchored checkpoint')}.\n` : ''
    return [
      `The log is whole: ${count(proof.size, 'event')}, ${known}.\n`,
      contents === undefined ? '' : `What they say is what was recorded: ${contentsText(contents)}.\n`,
      // Seen from outside an event that retention took away looks like one that somebody deleted.
      contents === undefined || contents.closed === 0
        ? ''
        : 'Whether retention took away what is not there, "holdfast log fsck" says.\n',
      `${read}${anchored}log ${proof.origin}\nroot ${proof.root}\nkey ${proof.vkey}\n`,
      firstKey ? 'The key is the one that the server named: compare it once with what its owner says.\n' : '',
    ].join('')
  })
}

export interface VerifiedServer {
  readonly proof: LogCheck
  readonly before: RememberedLog | undefined
  /** Nobody but the server has said that the key is the log's. */
  readonly firstKey: boolean
  /** What the events say was compared with their entries. */
  readonly contents: PackProof | undefined
}

/** @throws Failure when the log is not whole, or not the one that was verified before */
export async function verifyServer(cli: Cli, options: VerifyCommandOptions): Promise<VerifiedServer> {
  const { terminal, api } = cli
  const path = stateFile(options.state, terminal)
  const installation = installationOf(cli)
  const before = options.new === true ? undefined : remembered(path, installation)
  const log = remoteLog(api)
  const checkpoint = await log.checkpoint()
  const vkey = options.vkey ?? before?.vkey ?? (await log.key())
  if (before !== undefined) sameLog(before, vkey)
  const trustedKeys = before !== undefined || options.vkey !== undefined ? [vkey, ...(before ? [before.vkey] : [])] : []
  const anchors = [...(before === undefined ? [] : [before.checkpoint]), ...readAnchors(options.anchor, terminal)]
  const from = options.sinceVerified === true && before !== undefined ? (sizesOf([before.checkpoint])[0] ?? 0) + 1 : 1
  const result = await verifyLog(log, { vkey, checkpoint }, { trustedKeys, anchors, from })
  if (!result.ok) throw notWhole(result, await keyHint(result.code, log, vkey))
  const contents = options.contents === true ? await verifyContents(api, result, vkey, checkpoint) : undefined
  remember(path, installation, { origin: result.origin, vkey, checkpoint, verifiedAt: new Date().toISOString() })
  return { proof: result, before, firstKey: trustedKeys.length === 0, contents }
}

/** Reads the events of the part that was verified; they come under a checkpoint that may be newer, and must continue ours. */
async function verifyContents(
  api: Api,
  { from, size }: LogCheck,
  vkey: string,
  checkpoint: string,
): Promise<PackProof | undefined> {
  if (from > size) return undefined
  const response = await api.raw('/api/v1/ledger/pack', { from, to: size }, packPatience)
  const verifier = createPackVerifier({ trustedKeys: [vkey], anchors: [checkpoint] })
  for await (const line of packLines(response)) verifier.line(line)
  const result = asked(verifier.finish(), from, size)
  if (!result.ok) throw notWhole(result)
  return result
}

function sameLog(before: RememberedLog, vkey: string): void {
  if (nameOf(vkey) === before.origin) return
  throw new Failure({
    code: 'log_other',
    detail: `This is not the log that was verified here before, which was ${before.origin}.`,
    mend: 'If this installation was made anew on purpose, verify it once with --new.',
  })
}

function nameOf(vkey: string): string {
  try {
    return createVerifier(vkey).name
  } catch (error) {
    if (error instanceof MerkleError) throw usage(`--vkey is no verifier key: ${error.message}`)
    throw error
  }
}

/** A checkpoint that our key did not sign: the server may say itself that it has another. */
async function keyHint(code: string, log: RemoteLog, vkey: string): Promise<string | undefined> {
  if (code !== 'signature') return undefined
  const now = await log.key()
  return now === vkey ? undefined : `the server names another key now, ${now}; it was ${vkey}`
}
