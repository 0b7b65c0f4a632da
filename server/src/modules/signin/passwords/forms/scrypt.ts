import { createCipheriv, scrypt as derive, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { decoyDigest, decoySalt, type Form, fromBase64, mostMemoryKib, toBase64 } from './form.ts'

const scryptOf = promisify<string, Buffer, number, Readonly<Record<string, number>>, Buffer>(derive)

/** N x r x p: 2^17 x 8 takes about a third of a second. */
const mostWork = 2 ** 22

interface Parameters {
  readonly ln: number
  readonly r: number
  readonly p: number
}

function isTooCostly({ ln, r, p }: Parameters): boolean {
  const blocks = 2 ** ln * r
  return ln > 30 || blocks / 8 > mostMemoryKib || blocks * p > mostWork || p > 16
}

function costOf({ ln, r, p }: Parameters) {
  const N = 2 ** ln
  // What node's own limit must admit: the table, and the blocks beside it.
  return { N, r, p, maxmem: 128 * r * (N + p + 2) + 1024 * 1024 }
}

const shape =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/.]{0,171})\$([A-Za-z0-9+/.]{22,171}={0,2})$/

/** RFC 7914, in the PHC notation that passlib writes. */
export const scrypt: Form = {
  begins: /^\$scrypt\$/,
  read(text) {
    const [, ln, r, p, salt, digest] = shape.exec(text) ?? []
    const [saltBytes, digestBytes] = [fromBase64(salt ?? '?'), fromBase64(digest ?? '?')]
    const parameters = { ln: Number(ln), r: Number(r), p: Number(p) }
    if (saltBytes === undefined || digestBytes === undefined) return 'malformed'
    if (parameters.ln < 1 || parameters.r < 1 || parameters.p < 1) return 'malformed'
    if (isTooCostly(parameters)) return 'too_costly'
    const form = `$scrypt$ln=${parameters.ln},r=${parameters.r},p=${parameters.p}`
    return { form, text: `${form}$${toBase64(saltBytes)}$${toBase64(digestBytes)}` }
  },
  async verify(text, password) {
    const [, ln, r, p, salt = '', digest = ''] = shape.exec(text) ?? []
    const wanted = Buffer.from(digest, 'base64')
    const cost = costOf({ ln: Number(ln), r: Number(r), p: Number(p) })
    return timingSafeEqual(await scryptOf(password, Buffer.from(salt, 'base64'), wanted.length, cost), wanted)
  },
  decoy: (form) => `${form}$${decoySalt}$${decoyDigest}`,
}

const firebaseShape =
  /^\$firebase-scrypt\$ln=(\d{1,2}),r=(\d{1,3}),sep=([A-Za-z0-9+/]{0,86}),key=([A-Za-z0-9+/]{22,171})\$([A-Za-z0-9+/]{1,171})\$([A-Za-z0-9+/]{22,171})$/

/**
 * Firebase's variant (github.com/firebase/scrypt): scrypt over salt and a separator that all accounts of a project share
 * derives a key, which encrypts the project's signer key; what comes out is the hash. The notation is ours, since it has none:
 * `ln` is "memory cost", `r` "rounds", `sep` and `key` the project's separator and signer key.
 */
export const firebaseScrypt: Form = {
  begins: /^\$firebase-scrypt\$/,
  read(text) {
    const [, ln, r, separator, key, salt, digest] = firebaseShape.exec(text) ?? []
    const parts = [separator, key, salt, digest].map((part) => (part === undefined ? undefined : fromBase64(part)))
    const parameters = { ln: Number(ln), r: Number(r), p: 1 }
    if (parts.includes(undefined) || parts[1]?.length !== parts[3]?.length) return 'malformed'
    if (parameters.ln < 1 || parameters.r < 1) return 'malformed'
    if (isTooCostly(parameters)) return 'too_costly'
    // The signer key is a secret of the project, and no part of what is told about a hash.
    return { text, form: `$firebase-scrypt$ln=${parameters.ln},r=${parameters.r}` }
  },
  async verify(text, password) {
    const [, ln, r, ...parts] = firebaseShape.exec(text) ?? []
    const [separator, key, salt, wanted] = parts.map((part) => Buffer.from(part, 'base64'))
    if (separator === undefined || key === undefined || salt === undefined || wanted === undefined) return false
    const cost = costOf({ ln: Number(ln), r: Number(r), p: 1 })
    const derived = await scryptOf(password, Buffer.concat([salt, separator]), 64, cost)
    const cipher = createCipheriv('aes-256-ctr', derived.subarray(0, 32), Buffer.alloc(16))
    return timingSafeEqual(Buffer.concat([cipher.update(key), cipher.final()]), wanted)
  },
  decoy: (form) => `${form},sep=${toBase64(Buffer.alloc(1))},key=${decoyDigest}$${decoySalt}$${decoyDigest}`,
}
