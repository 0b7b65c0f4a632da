import { OpenPgpError } from './bytes.ts'
import { holdsAt, readCertificate, type Signer } from './certificate.ts'
import { readPackets, TAG } from './packets.ts'
import { isMadeBy, readSignature, type Signature, TYPE } from './signature.ts'

export interface Detached {
  readonly data: Uint8Array
  /** A detached signature, in armor or without. */
  readonly signature: Uint8Array
  /** A file with the public key, in armor or without. */
  readonly keys: Uint8Array
  /** Of the primary key: 40 hexadecimal digits. */
  readonly fingerprint: string
  /** Seconds since 1970. */
  readonly now: number
}

export interface Proved {
  /** Fingerprint of the key or subkey that signed. */
  readonly signer: string
  /** Seconds since 1970, as the signature says. */
  readonly created: number
}

/** Clocks differ: a signature may be so many seconds younger than now. */
const skew = 300
const mostSignatures = 16

/**
 * Checks that the holder of the key signed these bytes (RFC 9580 section 5.2): a signature of a binary document, of version 4, by RSA,
 * ECDSA or Ed25519, over SHA-256 or more, by the primary key or by a subkey that may sign, neither revoked nor expired.
 * @throws OpenPgpError why it does not hold
 */
export function verifyDetached({ data, signature, keys, fingerprint, now }: Detached): Proved {
  const { signers } = readCertificate(keys, fingerprint, now)
  const packets = readPackets(signature, 'SIGNATURE').filter(({ tag }) => tag !== TAG.marker && tag !== TAG.padding)
  if (packets.length === 0 || packets.length > mostSignatures || packets.some(({ tag }) => tag !== TAG.signature))
    throw new OpenPgpError('This is no detached signature.')
  let why = new OpenPgpError(`It was not signed by the key ${fingerprint}.`)
  for (const { body } of packets) {
    try {
      return proved(readSignature(body), data, signers, now)
    } catch (error) {
      if (!(error instanceof OpenPgpError)) throw error
      if (error !== nobody) why = error
    }
  }
  throw why
}

const nobody = new OpenPgpError('None of the keys made this signature.')

function proved(signature: Signature, data: Uint8Array, signers: readonly Signer[], now: number): Proved {
  if (signature.type !== TYPE.binary) throw new OpenPgpError('The signature is not one of a file.')
  const signer = signers.find(({ key }) => isMadeBy(signature, key, [data]))
  if (signer === undefined) throw nobody
  const { created } = signature
  if (!holdsAt(signature, Math.max(now, Math.min(created, now + skew))))
    throw new OpenPgpError('The signature does not hold at this time.')
  if (created < signer.key.created) throw new OpenPgpError('The signature is older than its key.')
  if (signer.expires <= now)
    throw new OpenPgpError(
      `The key expired at ${new Date(signer.expires * 1000).toISOString()}: its newest form is needed.`,
    )
  return { signer: signer.key.fingerprint, created }
}
