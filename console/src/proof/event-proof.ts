import { type Bytes, fromBase64 } from './bytes.ts'
import type { Opening } from './content.ts'
import { ProofError } from './error.ts'

/** The proof of one event: a C2SP tlog-proof whose extra data say what the event said. Nothing in it is believed. */
export interface EventProof {
  readonly vkey: string
  /** The leaf's data. */
  readonly entry: Bytes
  /** null: pruned, or not for whoever asked */
  readonly opening: Opening | null
  /** Place of the leaf, from 0. */
  readonly index: number
  /** From the leaf's sibling up. */
  readonly hashes: readonly Bytes[]
  /** A signed note. */
  readonly checkpoint: string
}

const FORMAT = 'c2sp.org/tlog-proof@v1'
/** No tree of 2^53 leaves is higher. */
const MOST_HASHES = 64

/** @throws ProofError */
export function parseEventProof(text: string): EventProof {
  const end = text.indexOf('\n\n')
  const [format, extra = '', index = '', ...lines] = text.slice(0, Math.max(end, 0)).split('\n')
  const place = Number(/^index (0|[1-9]\d{0,15})$/u.exec(index)?.[1] ?? Number.NaN)
  const hashes = lines.map(fromBase64)
  if (format !== FORMAT || !extra.startsWith('extra ') || !Number.isSafeInteger(place) || lines.length > MOST_HASHES) {
    throw new ProofError('This is no proof of an event.')
  }
  if (!hashes.every((hash) => hash?.length === 32)) throw new ProofError('A hash of the proof is malformed.')
  return {
    ...saidIn(extra.slice(6)),
    index: place,
    hashes: hashes as Bytes[],
    checkpoint: text.slice(end + 2),
  }
}

function saidIn(encoded: string): Pick<EventProof, 'vkey' | 'entry' | 'opening'> {
  const bytes = fromBase64(encoded)
  let said: unknown
  try {
    said = bytes === undefined ? undefined : JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // Said below.
  }
  const { vkey, entry, opening } = (said ?? {}) as Readonly<Record<string, unknown>>
  const leaf = typeof entry === 'string' ? fromBase64(entry) : undefined
  if (typeof vkey !== 'string' || leaf === undefined || !(opening === null || isOpening(opening))) {
    throw new ProofError('The proof does not say what it is of.')
  }
  return { vkey, entry: leaf, opening }
}

function isOpening(value: unknown): value is Opening {
  const { salt, body, openings } = (value ?? {}) as Readonly<Record<string, unknown>>
  if (typeof salt !== 'string' || typeof body !== 'string' || typeof openings !== 'object' || openings === null)
    return false
  return Object.values(openings).every((each: unknown) => {
    const { salt: own, value: opened } = (each ?? {}) as Readonly<Record<string, unknown>>
    return typeof own === 'string' && opened !== undefined
  })
}
