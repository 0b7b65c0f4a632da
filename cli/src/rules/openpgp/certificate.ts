import { OpenPgpError } from './bytes.ts'
import { type Packet, readPackets, TAG } from './packets.ts'
import { framed, type PublicKey, readPublicKey } from './public-key.ts'
import { isMadeBy, readSignature, type Signature, TYPE } from './signature.ts'

/** A key and what it says of itself, by signatures that were checked. */
export interface Certificate {
  readonly primary: PublicKey
  /** The primary key and its subkeys that may sign data. */
  readonly signers: readonly Signer[]
}

export interface Signer {
  readonly key: PublicKey
  /** Seconds since 1970; Infinity: never. */
  readonly expires: number
}

/** Signatures that a key made of itself; those of others are not looked at, and no honest key has more. */
const mostOwn = 500
const canSign = 0x02

interface Part {
  readonly packet: Packet
  readonly signatures: Signature[]
}

/**
 * The certificate with this fingerprint in a file of public keys (RFC 9580 section 10.1).
 * @param fingerprint 40 hexadecimal digits
 * @param now seconds since 1970
 * @throws OpenPgpError where it is not there, was revoked, or nothing in it holds
 */
export function readCertificate(file: Uint8Array, fingerprint: string, now: number): Certificate {
  const parts = partsOf(readPackets(file, 'PUBLIC KEY BLOCK'), fingerprint)
  const [head, ...others] = parts
  if (head === undefined) throw new OpenPgpError(`The key ${fingerprint} is not in this file.`)
  const primary = readPublicKey(head.packet.body)
  const whole = framed(primary.body)
  const made = (signature: Signature, ...signed: Uint8Array[]): boolean =>
    isMadeBy(signature, primary, [whole, ...signed])

  const revoked = head.signatures.some((each) => each.type === TYPE.keyRevocation && made(each))
  if (revoked) throw new OpenPgpError(`The key ${fingerprint} was revoked by its owner.`)
  const own = head.signatures.filter((each) => each.type === TYPE.direct && made(each))
  for (const { packet, signatures } of others) {
    if (packet.tag !== TAG.userId) continue
    const name = userId(packet.body)
    own.push(...signatures.filter(({ type }) => isCertification(type)).filter((each) => made(each, name)))
  }
  const latest = newest(own, now)
  if (latest === undefined) throw new OpenPgpError(`The key ${fingerprint} says nothing of itself that holds.`)
  const expires = expiryOf(primary, latest)

  const signers: Signer[] = []
  if (mayIt(latest)) signers.push({ key: primary, expires })
  for (const { packet, signatures } of others) {
    if (packet.tag !== TAG.publicSubkey) continue
    const signer = subkeyOf(packet.body, signatures, now, made, whole)
    // A subkey holds no longer than what it hangs on.
    if (signer !== undefined) signers.push({ ...signer, expires: Math.min(signer.expires, expires) })
  }
  return { primary, signers }
}

const mayIt = ({ flags }: Signature): boolean => flags === null || (flags & canSign) !== 0

/** A subkey that may sign: bound by the primary key, not revoked, and binding itself back (RFC 9580 section 5.2.1.9). */
function subkeyOf(
  body: Uint8Array,
  signatures: readonly Signature[],
  now: number,
  made: (signature: Signature, ...signed: Uint8Array[]) => boolean,
  whole: Uint8Array,
): Signer | undefined {
  const key = readPublicKey(body)
  const own = framed(body)
  if (key.verifies === null) return undefined
  if (signatures.some((each) => each.type === TYPE.subkeyRevocation && made(each, own))) return undefined
  const binding = newest(
    signatures.filter((each) => each.type === TYPE.subkeyBinding && made(each, own)),
    now,
  )
  if (binding === undefined || binding.flags === null || (binding.flags & canSign) === 0) return undefined
  if (binding.embedded === null) return undefined
  const back = readSignature(binding.embedded)
  if (back.type !== TYPE.primaryBinding || !holdsAt(back, now) || !isMadeBy(back, key, [whole, own])) return undefined
  return { key, expires: expiryOf(key, binding) }
}

/** The key of this fingerprint, and what follows it up to the next key; each with the signatures behind it. */
function partsOf(packets: readonly Packet[], fingerprint: string): Part[] {
  const parts: Part[] = []
  let inside = false
  let own = 0
  for (const packet of packets) {
    if (packet.tag === TAG.publicKey) {
      inside = parts.length === 0 && readPublicKey(packet.body).fingerprint === fingerprint
    }
    if (!inside) continue
    if (packet.tag !== TAG.signature) {
      parts.push({ packet, signatures: [] })
      continue
    }
    const signature = readOwn(packet.body, fingerprint)
    if (signature === undefined) continue
    own++
    if (own > mostOwn) throw new OpenPgpError('The key holds too many signatures.')
    parts.at(-1)?.signatures.push(signature)
  }
  return parts
}

/** Signatures of others, and those that cannot be read, prove nothing of the key: they are passed over. Only revocations are not. */
function readOwn(body: Uint8Array, fingerprint: string): Signature | undefined {
  try {
    const signature = readSignature(body)
    const named = signature.issuers.some((issuer) => issuer === fingerprint || issuer === fingerprint.slice(-16))
    return named || signature.issuers.length === 0 ? signature : undefined
  } catch (error) {
    if (!(error instanceof OpenPgpError)) throw error
    const revokes = body[1] === TYPE.keyRevocation || body[1] === TYPE.subkeyRevocation
    if (revokes) throw new OpenPgpError('The key holds a revocation that cannot be read here.', { cause: error })
    return undefined
  }
}

/** As it goes into a hash (RFC 9580 section 5.2.4). */
function userId(body: Uint8Array): Uint8Array {
  const head = Buffer.alloc(5, 0xb4)
  head.writeUInt32BE(body.length, 1)
  return Buffer.concat([head, body])
}

const isCertification = (type: number): boolean => (TYPE.certifications as readonly number[]).includes(type)

function newest(signatures: readonly Signature[], now: number): Signature | undefined {
  return signatures.filter((each) => holdsAt(each, now)).toSorted((a, b) => b.created - a.created)[0]
}

export function holdsAt({ created, expiresAfter }: Signature, now: number): boolean {
  return created <= now && (expiresAfter === 0 || now < created + expiresAfter)
}

const expiryOf = (key: PublicKey, { keyExpiresAfter }: Signature): number =>
  keyExpiresAfter === 0 ? Infinity : key.created + keyExpiresAfter
