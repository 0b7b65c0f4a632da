import { MerkleError } from './error.ts'
import { HASH_BYTES } from './hash.ts'
import { fromBase64, fromDecimal } from './text.ts'

/** A proof that can be checked without the log (C2SP tlog-proof). */
export interface LogProof {
  /** Whatever else is needed to compute the leaf; nothing vouches for it. */
  readonly extra: Uint8Array | undefined
  /** Place of the leaf, from 0. */
  readonly index: number
  /** The inclusion proof, from the leaf's sibling up. */
  readonly hashes: readonly Uint8Array[]
  /** A signed checkpoint, as the log issued it. */
  readonly checkpoint: string
}

const FORMAT = 'c2sp.org/tlog-proof@v1'
/** No tree of 2^53 leaves is higher. */
const MOST_HASHES = 64

/** The text of a proof, to be kept in a file `*.tlog-proof`. */
export function formatProof({ extra, index, hashes, checkpoint }: LogProof): string {
  const lines = [FORMAT]
  if (extra !== undefined) lines.push(`extra ${base64(extra)}`)
  lines.push(`index ${index}`, ...hashes.map(base64), '', checkpoint)
  return lines.join('\n')
}

/** @throws MerkleError `proof_malformed`; the checkpoint is not opened */
export function parseProof(text: string): LogProof {
  const end = text.indexOf('\n\n')
  const [format, ...lines] = text.slice(0, Math.max(end, 0)).split('\n')
  if (format !== FORMAT) throw malformed(`A proof begins with ${FORMAT}.`)
  const extra = lines[0]?.startsWith('extra ') === true ? bytesOf(lines.shift()?.slice(6)) : undefined
  const [, decimal = ''] = /^index (\d+)$/.exec(lines.shift() ?? '') ?? []
  const index = fromDecimal(decimal)
  if (index === undefined) throw malformed('A proof has an index.')
  if (lines.length > MOST_HASHES) throw malformed(`A proof has at most ${MOST_HASHES} hashes.`)
  const hashes = lines.map(bytesOf)
  if (hashes.some(({ length }) => length !== HASH_BYTES)) throw malformed('A hash of a proof has 32 bytes.')
  return { extra, index, hashes, checkpoint: text.slice(end + 2) }
}

/** Whether a text claims to be such a proof. */
export function isProof(text: string): boolean {
  return text.startsWith(`${FORMAT}\n`)
}

function bytesOf(text = ''): Buffer {
  const bytes = fromBase64(text)
  if (bytes === undefined) throw malformed('A line of the proof is no base64.')
  return bytes
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

function malformed(message: string): MerkleError {
  return new MerkleError('proof_malformed', message)
}
