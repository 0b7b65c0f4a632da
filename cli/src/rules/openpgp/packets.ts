import { OpenPgpError, Reader } from './bytes.ts'

/** RFC 9580 section 5 */
export const TAG = {
  signature: 2,
  publicKey: 6,
  marker: 10,
  trust: 12,
  userId: 13,
  publicSubkey: 14,
  userAttribute: 17,
  padding: 21,
} as const

export interface Packet {
  readonly tag: number
  readonly body: Uint8Array
}

/** A key of somebody well known carries the signatures of many. */
const mostPackets = 10_000

/**
 * The packets of OpenPGP data, in armor or without (RFC 9580 sections 4.2 and 6). Lengths that are not known beforehand belong to
 * data, not to keys and signatures: they are refused.
 * @param what stands in the armor: `SIGNATURE`, `PUBLIC KEY BLOCK`
 * @throws OpenPgpError
 */
export function readPackets(bytes: Uint8Array, what: string): Packet[] {
  // The first bit of every packet is set, and no text begins so.
  const reader = new Reader(((bytes[0] ?? 0) & 0x80) === 0 ? unarmored(bytes, what) : bytes)
  const packets: Packet[] = []
  while (reader.left > 0) {
    if (packets.length >= mostPackets) throw new OpenPgpError('There are too many OpenPGP packets.')
    const first = reader.number(1)
    if ((first & 0x80) === 0) throw new OpenPgpError('This is no OpenPGP packet.')
    const isNew = (first & 0x40) !== 0
    const tag = isNew ? first & 0x3f : (first >>> 2) & 0x0f
    packets.push({ tag, body: reader.take(isNew ? newLength(reader) : oldLength(reader, first & 3)) })
  }
  return packets
}

/** RFC 9580 section 4.2.1 */
function newLength(reader: Reader): number {
  const first = reader.number(1)
  if (first < 192) return first
  if (first < 224) return (first - 192) * 256 + reader.number(1) + 192
  if (first === 255) return reader.number(4)
  throw new OpenPgpError('An OpenPGP packet comes in parts.')
}

/** RFC 9580 section 4.2.2 */
function oldLength(reader: Reader, kind: number): number {
  if (kind === 0) return reader.number(1)
  if (kind === 1) return reader.number(2)
  if (kind === 2) return reader.number(4)
  throw new OpenPgpError('An OpenPGP packet has no length.')
}

/** One block of ASCII armor. Its checksum is not looked at (RFC 9580 section 6.1): signatures are what counts. */
function unarmored(bytes: Uint8Array, what: string): Uint8Array {
  const lines = Buffer.from(bytes)
    .toString('latin1')
    .split('\n')
    .map((line) => line.trimEnd())
  const begins = lines.flatMap((line, at) => (line === `-----BEGIN PGP ${what}-----` ? [at] : []))
  const [begin] = begins
  if (begin === undefined || begins.length > 1)
    throw new OpenPgpError(`There is not one "BEGIN PGP ${what}" in this text.`)
  const end = lines.indexOf(`-----END PGP ${what}-----`, begin)
  const blank = lines.indexOf('', begin)
  if (end < 0 || blank < 0 || blank > end) throw new OpenPgpError('The armor of OpenPGP data is not whole.')
  const text = lines
    .slice(blank + 1, end)
    .filter((line) => !line.startsWith('='))
    .join('')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new OpenPgpError('The armor of OpenPGP data holds no base64.')
  return Buffer.from(text, 'base64')
}
