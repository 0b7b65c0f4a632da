import { toBase64 } from './form.ts'

/**
 * Notations of others in ours, where the algorithm is one that we know:
 * Django's `pbkdf2_sha256$...`, `scrypt$...`, `argon2$...`, `bcrypt$...`, Werkzeug's `pbkdf2:sha256:...` and `scrypt:...`,
 * ASP.NET Core Identity's base64 (versions 2 and 3).
 * @returns the text itself when it is none of them
 */
export function inOurNotation(text: string): string {
  return django(text) ?? werkzeug(text) ?? aspNet(text) ?? text
}

const ascii = (salt: string) => toBase64(Buffer.from(salt, 'utf8'))
const hex = (digest: string) => toBase64(Buffer.from(digest, 'hex'))

function django(text: string): string | undefined {
  const wrapped = /^(?:argon2|bcrypt\$)(\$(?:argon2|2[aby])\S*)$/.exec(text)?.[1]
  if (wrapped !== undefined) return wrapped
  const [, digest, iterations, salt = '', key] = /^pbkdf2_(sha1|sha256)\$(\d+)\$([^$]+)\$(\S+)$/.exec(text) ?? []
  if (key !== undefined) return `$pbkdf2-${digest}$i=${iterations}$${ascii(salt)}$${key}`
  const [, n, seed = '', r, p, hash] = /^scrypt\$(\d+)\$([^$]+)\$(\d+)\$(\d+)\$(\S+)$/.exec(text) ?? []
  return hash === undefined ? undefined : `$scrypt$ln=${logarithm(n)},r=${r},p=${p}$${ascii(seed)}$${hash}`
}

function werkzeug(text: string): string | undefined {
  const [, digest, iterations, salt = '', key] =
    /^pbkdf2:(sha1|sha256|sha512):(\d+)\$([^$]+)\$((?:[0-9a-f]{2})+)$/.exec(text) ?? []
  if (key !== undefined) return `$pbkdf2-${digest}$i=${iterations}$${ascii(salt)}$${hex(key)}`
  const [, n, r, p, seed = '', hash] = /^scrypt:(\d+):(\d+):(\d+)\$([^$]+)\$((?:[0-9a-f]{2})+)$/.exec(text) ?? []
  return hash === undefined ? undefined : `$scrypt$ln=${logarithm(n)},r=${r},p=${p}$${ascii(seed)}$${hex(hash)}`
}

/** scrypt's N is a power of two; what is none becomes what no reader takes. */
function logarithm(n: string | undefined): string {
  const log = Math.log2(Number(n))
  return Number.isInteger(log) ? String(log) : '-'
}

/** Of the ASP.NET Core source, PasswordHasher: the formats' leading byte, then big-endian numbers. */
function aspNet(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]{40,300}={0,2}$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  if (bytes[0] === 0 && bytes.length === 49) {
    return `$pbkdf2-sha1$i=1000$${toBase64(bytes.subarray(1, 17))}$${toBase64(bytes.subarray(17))}`
  }
  if (bytes[0] !== 1 || bytes.length < 13 + 16 + 16) return undefined
  const digest = ['sha1', 'sha256', 'sha512'][bytes.readUInt32BE(1)]
  const [iterations, saltLength] = [bytes.readUInt32BE(5), bytes.readUInt32BE(9)]
  if (digest === undefined || saltLength > bytes.length - 13 - 16) return undefined
  const salt = bytes.subarray(13, 13 + saltLength)
  return `$pbkdf2-${digest}$i=${iterations}$${toBase64(salt)}$${toBase64(bytes.subarray(13 + saltLength))}`
}
