import { latin1 } from '../read/bytes.ts'

const BASIC = /^basic +([A-Za-z0-9+/_=-]*) *$/i
const DIGEST = /^digest +/i
const NAMED = /\b(?:username|uri|realm)\*?[ \t]*=[ \t]*(?:"((?:[^"\\]|\\[^])*)"|([^\s,"]+))/gi
/** RFC 6750, section 2.1, and what further characters tokens have in practice (`1|abc`, `id:secret`). */
const BEARER = /^bearer +[\w.~+/=|:@!#$%&*?^-]+ *$/i

/** What programs read in Authorization besides secrets; null where it is a token that is none. */
export function textsOfAuthorization(value: string): readonly string[] | null {
  const [, encoded] = BASIC.exec(value) ?? []
  // RFC 7617, section 2: the name ends at the first colon.
  if (encoded !== undefined) return [latin1(Buffer.from(encoded, 'base64')).split(':', 1)[0] ?? '']
  if (DIGEST.test(value)) return Array.from(value.matchAll(NAMED), ([, quoted, plain]) => quoted ?? plain ?? '')
  return /^bearer\b/i.test(value) && !BEARER.test(value) ? null : []
}
