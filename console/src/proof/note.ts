import { type Bytes, concat, equalBytes, fromBase64, sha256, toHex, utf8 } from './bytes.ts'
import { CannotCheck, ProofError } from './error.ts'

/** The key with which a log signs (C2SP signed-note, Verifier keys). */
export interface LogKey {
  /** For a log, its origin. */
  readonly name: string
  /** Four bytes. */
  readonly id: Bytes
  readonly vkey: string
  /** Ed25519, 32 bytes. */
  readonly publicKey: Bytes
}

/** How large the log was, and the root of its tree (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Bytes
  /** As the log signed it. */
  readonly note: string
}

/** Signature type "Ed25519 as specified by signed-note". */
const ED25519 = 1
const VKEY = /^([^+\s]+)\+([\da-f]{8})\+([\w+/=]+)$/u
const SIGNATURE = /^\u2014 (\S+) (\S+)$/u
const DECIMAL = /^(?:0|[1-9]\d{0,15})$/u

/** @throws ProofError when the text is no verifier key, or its id not that of its name and key */
export async function readKey(vkey: string): Promise<LogKey> {
  const [, name = '', id = '', encoded = ''] = VKEY.exec(vkey) ?? []
  const key = fromBase64(encoded)
  if (name === '' || key?.length !== 33 || key[0] !== ED25519) throw new ProofError('The key of the log is malformed.')
  const expected = (await sha256(utf8(`${name}\n`), key)).slice(0, 4)
  if (toHex(expected) !== id) throw new ProofError('The id of the key is not that of its name and bytes.')
  return { name, id: expected, vkey, publicKey: key.slice(1) }
}

/**
 * Opens a checkpoint that the key has signed.
 * @throws ProofError when it has not, or the text is no checkpoint; CannotCheck when this browser knows no Ed25519
 */
export async function openCheckpoint(note: string, key: LogKey): Promise<Checkpoint> {
  const checkpoint = parseCheckpoint(note)
  if (checkpoint.origin !== key.name) {
    throw new ProofError(`The checkpoint is of the log ${checkpoint.origin}, and the key of ${key.name}.`)
  }
  const signature = signatureBy(note, key)
  if (signature === undefined) throw new ProofError('The key of the log has not signed the checkpoint.')
  const text = utf8(note.slice(0, note.lastIndexOf('\n\n') + 1))
  if (!(await verifyEd25519(key.publicKey, signature, text))) {
    throw new ProofError('The signature of the checkpoint does not hold.')
  }
  return checkpoint
}

/** Reads a checkpoint without asking who signed it. @throws ProofError */
export function parseCheckpoint(note: string): Checkpoint {
  const end = note.lastIndexOf('\n\n')
  const [origin = '', size = '', root = '', ...more] = note.slice(0, Math.max(end, 0)).split('\n')
  const bytes = fromBase64(root)
  if (!note.endsWith('\n') || origin === '' || !DECIMAL.test(size) || bytes?.length !== 32 || more.includes('')) {
    throw new ProofError('The checkpoint is malformed.')
  }
  if (!Number.isSafeInteger(Number(size))) throw new ProofError('The checkpoint is malformed.')
  return { origin, size: Number(size), root: bytes, note }
}

function signatureBy(note: string, { name, id }: LogKey): Bytes | undefined {
  const lines = note.slice(note.lastIndexOf('\n\n') + 2, -1).split('\n')
  for (const line of lines) {
    const [, signer, encoded = ''] = SIGNATURE.exec(line) ?? []
    const bytes = fromBase64(encoded)
    if (signer === undefined || bytes === undefined) throw new ProofError('A signature of the checkpoint is malformed.')
    if (signer === name && equalBytes(bytes.subarray(0, 4), id)) return concat(bytes.subarray(4))
  }
  return undefined
}

async function verifyEd25519(publicKey: Bytes, signature: Bytes, text: Bytes): Promise<boolean> {
  let key: CryptoKey
  try {
    key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify'])
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotSupportedError') {
      throw new CannotCheck(
        'This browser cannot check Ed25519 signatures: a newer one can, and so can the command below.',
      )
    }
    throw new ProofError('The key of the log is no Ed25519 key.')
  }
  return await crypto.subtle.verify('Ed25519', key, signature, text)
}
