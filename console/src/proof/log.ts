import { equalBytes, fromBase64 } from './bytes.ts'
import { type Check, checked } from './check.ts'
import { ProofError } from './error.ts'
import type { Remembered } from './memory.ts'
import { type Checkpoint, openCheckpoint, parseCheckpoint, readKey } from './note.ts'
import { verifyConsistency } from './tree.ts'

/** Asks the server for the hashes that lead from one size to another, in base64; null when the log is not that long. */
export type AskConsistency = (from: number, to: number) => Promise<readonly string[] | null>

export interface LogVerdict {
  readonly checks: readonly Check[]
  /** undefined when it is not signed by its key. */
  readonly checkpoint: Checkpoint | undefined
  /** What to remember from now on; null when something does not hold. */
  readonly remember: Remembered | null
}

interface LogClaim {
  readonly vkey: string
  /** A signed note. */
  readonly note: string
  readonly remembered: Remembered | null
  readonly askConsistency: AskConsistency
  readonly now: string
}

/** Whether this is the log that this browser knows, and continues what it saw: by its key, its signature and its history. */
export async function verifyLog({ vkey, note, remembered, askConsistency, now }: LogClaim): Promise<LogVerdict> {
  const key = await checked('Key', async () => {
    const found = await readKey(vkey)
    if (remembered === null) return { found, detail: 'Met for the first time: remembered from now on.' }
    if (remembered.vkey !== vkey) {
      throw new ProofError(`It has changed: this browser has known another one since ${dateOf(remembered.since)}.`)
    }
    return { found, detail: `The one that this browser has known since ${dateOf(remembered.since)}.` }
  })
  const signature = await checked('Signature', async () => {
    const found = await openCheckpoint(note, await readKey(vkey))
    return { found, detail: `The key has signed the checkpoint of ${found.size.toLocaleString('en-GB')} events.` }
  })
  const checkpoint = signature.found
  const history = await checked('History', async () => {
    if (checkpoint === undefined) throw new ProofError('Without a signed checkpoint there is nothing to compare.')
    return { found: true, detail: await compared(checkpoint, remembered, askConsistency) }
  })
  const checks = [key.check, signature.check, history.check]
  const holds = checks.every((check) => check.holds === true)
  return {
    checks,
    checkpoint,
    remember: holds && checkpoint !== undefined ? newest(remembered, vkey, checkpoint, now) : null,
  }
}

/** Of two checkpoints one must be the beginning of the other, whichever was seen first: the server has to show it. */
async function compared(checkpoint: Checkpoint, remembered: Remembered | null, ask: AskConsistency): Promise<string> {
  if (remembered === null) return 'Nothing was seen before: from now on later checkpoints must continue this one.'
  const before = parseCheckpoint(remembered.checkpoint)
  if (before.origin !== checkpoint.origin)
    throw new ProofError(`This browser knows the log ${before.origin}; this is another.`)
  const [old, young] = before.size <= checkpoint.size ? [before, checkpoint] : [checkpoint, before]
  const seen = `the ${before.size.toLocaleString('en-GB')} events that this browser saw on ${dateOf(remembered.seenAt)}`
  if (old.size === young.size) {
    if (!equalBytes(old.root, young.root)) throw new ProofError(`Two histories were signed: it has not ${seen}.`)
    return `The same as ${seen}.`
  }
  if (old.size === 0) return 'It begins with nothing, as every log does.'
  const hashes = await ask(old.size, young.size)
  if (hashes === null) throw new ProofError(`The log was longer once: it has lost some of ${seen}.`)
  const bytes = hashes.map(fromBase64)
  const readable = bytes.flatMap((hash) => (hash === undefined ? [] : [hash]))
  const claim = { oldSize: old.size, oldRoot: old.root, size: young.size, root: young.root, hashes: readable }
  if (readable.length !== bytes.length || !(await verifyConsistency(claim))) {
    throw new ProofError(`Two histories were signed: it does not continue ${seen}.`)
  }
  return `It continues ${seen}, unchanged.`
}

function newest(remembered: Remembered | null, vkey: string, { size, note }: Checkpoint, now: string): Remembered {
  if (remembered === null) return { vkey, since: now, checkpoint: note, seenAt: now }
  return parseCheckpoint(remembered.checkpoint).size > size
    ? remembered
    : { ...remembered, checkpoint: note, seenAt: now }
}

function dateOf(iso: string): string {
  const then = Date.parse(iso)
  if (Number.isNaN(then)) return iso
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' }).format(then)
}
