import { type Bytes, equalBytes } from './bytes.ts'
import { canonical } from './canonical.ts'
import { type Check, checked } from './check.ts'
import { type Content, type Entry, openContent, parseEntry } from './content.ts'
import { ProofError } from './error.ts'
import { type EventProof, parseEventProof } from './event-proof.ts'
import { type AskConsistency, verifyLog } from './log.ts'
import type { Remembered } from './memory.ts'
import type { Checkpoint } from './note.ts'
import { climb, leafHash, type Step } from './tree.ts'

/** What was found about one event, and what the path looks like. */
export interface EventVerdict {
  readonly checks: readonly Check[]
  /** undefined when the proof has none, or one that leads nowhere. */
  readonly path: Path | undefined
  readonly remember: Remembered | null
}

export interface Path {
  /** Place of the event in the log, from 1. */
  readonly seq: number
  readonly vkey: string
  readonly leaf: Bytes
  readonly commitment: Bytes
  readonly steps: readonly Step[]
  /** The root to which the hashes lead; whether it is the signed one is a check. */
  readonly root: Bytes
  readonly checkpoint: Checkpoint
}

interface EventClaim {
  /** As the server gave it. */
  readonly text: string
  /** What the console shows. */
  readonly shown: { readonly id: string; readonly document: unknown }
  readonly remembered: Remembered | null
  readonly askConsistency: AskConsistency
  readonly now: string
}

/**
 * Verifies that what is shown of an event is what was recorded, at its place in the log that this browser knows. Everything is
 * computed here; of the server only the proof is used.
 */
export async function verifyEvent({ text, shown, ...claim }: EventClaim): Promise<EventVerdict> {
  const read = await checked('Proof', async () => ({ found: parseEventProof(text), detail: 'It can be read.' }))
  const proof = read.found
  if (proof === undefined) return { checks: [read.check], path: undefined, remember: null }
  const log = await verifyLog({ ...claim, vkey: proof.vkey, note: proof.checkpoint })
  const place = await checked('Place', async () => await placeOf(proof, shown.id, log.checkpoint))
  const content = await checked('Content', async () => await contentOf(proof, shown.document))
  const checks = [...log.checks, place.check, content.check]
  return {
    checks,
    path: place.found?.path ?? (await pathOf(proof, log.checkpoint)),
    remember: log.remember,
  }
}

async function placeOf(
  proof: EventProof,
  id: string,
  checkpoint: Checkpoint | undefined,
): Promise<{ readonly detail: string; readonly found: { readonly entry: Entry; readonly path: Path } }> {
  const entry = parseEntry(proof.entry)
  if (entry.id !== id) throw new ProofError(`The proof is of another event: ${entry.id}.`)
  if (checkpoint === undefined) throw new ProofError('There is no signed root for the hashes to lead to.')
  const path = await pathOf(proof, checkpoint)
  if (path === undefined || !equalBytes(path.root, checkpoint.root)) {
    throw new ProofError('The event is not in the tree that was signed: its hashes do not lead to the root.')
  }
  const number = path.steps.length === 1 ? '1 hash leads' : `${path.steps.length} hashes lead`
  const detail = `It is number ${path.seq.toLocaleString('en-GB')}: ${number} from its leaf to the signed root.`
  return { detail, found: { entry, path } }
}

async function pathOf(proof: EventProof, checkpoint: Checkpoint | undefined): Promise<Path | undefined> {
  if (checkpoint === undefined) return undefined
  const leaf = await leafHash(proof.entry)
  const steps = await climb(leaf, proof.index, checkpoint.size, proof.hashes)
  if (steps === undefined) return undefined
  const { vkey } = proof
  const commitment = proof.entry.slice(25)
  return { seq: proof.index + 1, vkey, leaf, commitment, steps, root: steps.at(-1)?.parent ?? leaf, checkpoint }
}

async function contentOf(
  { entry, opening }: EventProof,
  shown: unknown,
): Promise<{ readonly detail: string; readonly found: Content }> {
  if (opening === null) {
    throw new ProofError('The server cannot show what was recorded here, so nothing that is shown of it is proven.')
  }
  const content = await openContent(parseEntry(entry), opening)
  if (canonical(content.document) !== canonical(shown)) {
    throw new ProofError('What was recorded is something else than what this page was shown.')
  }
  const { length } = content.erased
  const erased =
    length === 0 ? '' : ` ${length === 1 ? 'One field was' : `${length} fields were`} erased; the rest stands.`
  return { detail: `What is shown is what was recorded, by its salted hashes.${erased}`, found: content }
}
