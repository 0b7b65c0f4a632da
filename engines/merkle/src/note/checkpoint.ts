import { MerkleError } from '../error.ts'
import { HASH_BYTES } from '../hash.ts'
import { fromBase64, fromDecimal } from '../text.ts'

/** What a log signs: how large it is, and the root of its tree (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** Names the log. */
  readonly origin: string
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
  /** Further lines; empty for ours. */
  readonly extensions: readonly string[]
}

/** The text of a checkpoint, to be signed as a note. */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  const lines = [origin, ...extensions]
  if (lines.some((line) => line === '' || line.includes('\n')))
    throw new RangeError('A line of a checkpoint is not empty.')
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError('A size is a whole number.')
  if (root.length !== HASH_BYTES) throw new RangeError('A root hash has 32 bytes.')
  return [origin, size, Buffer.from(root).toString('base64'), ...extensions, ''].join('\n')
}

/** @throws MerkleError `checkpoint_malformed` */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n')
  const end = lines.pop()
  const [origin = '', decimal = '', encoded = '', ...extensions] = lines
  const size = fromDecimal(decimal)
  const root = fromBase64(encoded)
  if (end !== '' || origin === '' || size === undefined || root?.length !== HASH_BYTES || extensions.includes('')) {
    throw new MerkleError('checkpoint_malformed', 'A checkpoint has an origin, a size and a root hash, a line each.')
  }
  return { origin, size, root, extensions }
}
