import { verify } from '@node-rs/argon2'
import { decoyDigest, decoySalt, type Form, fromBase64, mostMemoryKib } from './form.ts'

const shape =
  /^(\$argon2(?:id|i|d)(?:\$v=(16|19))?\$m=(\d{1,8}),t=(\d{1,5}),p=(\d{1,3}))\$([A-Za-z0-9+/]{11,128})\$([A-Za-z0-9+/]{16,171})$/

/** KiB times passes: 19456 x 2 takes about 10 ms. */
const mostWork = 2 * 1024 * 1024

/** RFC 9106, in the notation of its reference implementation. */
export const argon2: Form = {
  begins: /^\$argon2/,
  read(text) {
    const [, form = '', , memory, passes, lanes, salt = '', digest = ''] = shape.exec(text) ?? []
    if (form === '' || fromBase64(salt) === undefined || fromBase64(digest) === undefined) return 'malformed'
    const [m, t, p] = [Number(memory), Number(passes), Number(lanes)]
    if (t < 1 || p < 1 || m < 8 * p) return 'malformed'
    return m > mostMemoryKib || m * t > mostWork || p > 16 ? 'too_costly' : { text, form }
  },
  verify: (text, password) => verify(text, password),
  decoy: (form) => `${form}$${decoySalt}$${decoyDigest}`,
}
