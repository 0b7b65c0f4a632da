import { MerkleError } from '../error.ts'
import { type Checkpoint, parseCheckpoint } from '../note/checkpoint.ts'
import { createVerifier, type Verifier } from '../note/key.ts'
import { openNote } from '../note/note.ts'
import { type Anchors, openAnchors } from './anchors.ts'
import type { ProvenEvent } from './event.ts'
import { PackError } from './result.ts'

export interface VerifyOptions {
  /** Verifier keys that are known to be the log's. Without one, the key of the pack is taken, and the result says so. */
  readonly trustedKeys?: readonly string[] | undefined
  /** Verifier keys of logs that were met before: for a log of the same name they are trusted, for another they say nothing. */
  readonly knownKeys?: readonly string[] | undefined
  /** Checkpoints (signed notes) that were kept elsewhere: the log must have been one history. */
  readonly anchors?: readonly string[] | undefined
  /** Sees each event as soon as it is proven. */
  readonly onEvent?: ((event: ProvenEvent) => void) | undefined
}

/** A checkpoint whose signature holds. */
export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint
  readonly keyTrusted: boolean
  readonly anchors: Anchors
}

/**
 * Opens the checkpoint of a pack or a proof.
 * @param vkey the key that it names
 * @throws PackError `key`, `signature`, `anchor`, `forked`, `rolled_back`
 */
export function openSigned(
  vkey: string,
  note: string,
  { trustedKeys = [], knownKeys = [], anchors = [] }: VerifyOptions,
): OpenedCheckpoint {
  const key = verifierOf(vkey)
  const trusted = [...trustedKeys, ...knownKeys.filter((each) => verifierOf(each).name === key.name)]
  const keyTrusted = trusted.includes(vkey)
  if (trusted.length > 0 && !keyTrusted) {
    throw new PackError('key', `It is signed with the key ${vkey}, which is not the key of the log.`)
  }
  const checkpoint = signedBy(key, note)
  const keys = [key, ...trusted.filter((each) => each !== vkey).map(verifierOf)]
  return { checkpoint, keyTrusted, anchors: openAnchors(anchors, checkpoint, keys) }
}

function verifierOf(vkey: string): Verifier {
  try {
    return createVerifier(vkey)
  } catch (error) {
    if (error instanceof MerkleError) throw new PackError('key', error.message)
    throw error
  }
}

function signedBy(key: Verifier, note: string): Checkpoint {
  try {
    const checkpoint = parseCheckpoint(openNote(note, [key]).text)
    if (checkpoint.origin === key.name) return checkpoint
  } catch (error) {
    if (error instanceof MerkleError) throw new PackError('signature', error.message)
    throw error
  }
  throw new PackError('signature', `The checkpoint is of another log than the key, which is of ${key.name}.`)
}
