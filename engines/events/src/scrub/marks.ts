import { marker } from './marker.ts'
import { looksRandom } from './random.ts'
import type { Span } from './spans.ts'
import { isPlaceholder } from './values.ts'

type Found = (span: Span) => void

const PEM_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}(?:PRIVATE KEY|SECRET)(?: BLOCK)?-----/g
const PEM_END = /-----END [A-Z0-9 ]{0,40}-----/g

/** Private keys in their armour (RFC 7468, RFC 9580); one that was cut off goes to the end of the text. */
export function findPrivateKeys(text: string, found: Found): void {
  PEM_BEGIN.lastIndex = 0
  for (let begin = PEM_BEGIN.exec(text); begin !== null; begin = PEM_BEGIN.exec(text)) {
    PEM_END.lastIndex = PEM_BEGIN.lastIndex
    const end = PEM_END.exec(text) === null ? text.length : PEM_END.lastIndex
    found({ start: begin.index, end, marker: marker('private-key') })
    PEM_BEGIN.lastIndex = end
  }
}

/**
 * Our own secrets: `hfs_` session, `hfk_` service key, `hfc_` code, `hfb_` bootstrap token, `hfi_` set-up; found also
 * inside of a word.
 */
const OWN = /hf([a-z])_[A-Za-z0-9_-]{16,}/g

export function findOwn(text: string, found: Found): void {
  for (const match of text.matchAll(OWN)) {
    const known = match[1] as 's' | 'k' | 'c' | 'b' | 'i'
    found({
      start: match.index,
      end: match.index + match[0].length,
      marker: marker('skcbi'.includes(known) ? `hf${known}` : 'holdfast'),
    })
  }
}

const RUN_WITH_DOTS = /[\w.-]{20,}/g

/**
 * A JSON Web Token (RFC 7515, 7516) begins with the base64url of `{"`; one dot is enough: its claims are in the
 * second part.
 */
export function findJwts(text: string, found: Found): void {
  for (const match of text.matchAll(RUN_WITH_DOTS)) {
    const start = match[0].indexOf('eyJ')
    if (start === -1) continue
    const [header = '', claims = '', ...more] = match[0].slice(start).split('.')
    if (header.length < 12 || (claims === '' && more.length === 0) || (more.length === 0 && !claims.startsWith('eyJ')))
      continue
    found({ start: match.index + start, end: match.index + match[0].length, marker: marker('jwt') })
  }
}

const SCHEME =
  /(?<![A-Za-z])(bearer|basic|dpop|digest|negotiate|ntlm|token|apikey|aws4-hmac-sha256|ghsm)(?::|=)?[ \t+]{1,4}(["']?)([\w.~+/=:-]{4,})/gi
const SCHEME_WORDS =
  /^(?:auth(?:entication|orization)?|tokens?|token[_-]type|scheme|realm|error|credentials?|header|access|endpoint|[a-z]{4,14})$/i

/** Credentials behind the name of their scheme (RFC 9110, 11.4): `Bearer x`, `Basic x`. */
export function findSchemes(text: string, found: Found): void {
  for (const match of text.matchAll(SCHEME)) {
    const credential = match[3] ?? ''
    const scheme = (match[1] ?? '').toLowerCase()
    if (!isCredential(scheme, credential)) continue
    const end = match.index + match[0].length
    found({ start: end - credential.length, end, marker: marker('authorization') })
  }
}

function isCredential(scheme: string, credential: string): boolean {
  if (scheme === 'basic' && Buffer.from(credential, 'base64').includes(':')) return true
  if (scheme === 'token' || scheme === 'apikey' || scheme === 'digest')
    return credential.length >= 16 && /[0-9]/.test(credential) && /[a-z]/i.test(credential)
  if (credential.length >= 16) return !/^[a-z]+(?:[-_.][a-z]+)*$/.test(credential)
  return !SCHEME_WORDS.test(credential) && !/^[a-z]+[.:-]?$/.test(credential)
}

const USERINFO = /\/\/([^\s:@/?#"'<>]{0,128}):([^\s"'<>]{1,512}?)@(?=[\w.[%-])/g
const USER_ONLY = /\/\/([^\s:@/?#"'<>]{16,256})@(?=[\w.[%-])/g
const DSN = /(?<![\w/:@.-])[\w.-]{1,64}:([^\s:@/"'<>]{1,128})@(?:tcp|unix)\(/g

/** The password of a URL (RFC 3986, 3.2.1), or a token in the place of the user. */
export function findUserinfo(text: string, found: Found): void {
  for (const match of text.matchAll(USERINFO)) {
    const password = match[2] ?? ''
    const end = match.index + match[0].length - 1
    if (/^(?:\/|\$\{?\w|\{\{|<|[*x]+$)/.test(password) || /^[0-9]{1,5}\//.test(password)) continue
    found({ start: end - password.length, end, marker: marker('password') })
  }
  for (const match of text.matchAll(USER_ONLY)) {
    const user = match[1] ?? ''
    if (/[0-9]/.test(user))
      found({ start: match.index + 2, end: match.index + 2 + user.length, marker: marker('credential') })
  }
  for (const match of text.matchAll(DSN)) {
    const password = match[1] ?? ''
    const end = match.index + match[0].lastIndexOf('@')
    found({ start: end - password.length, end, marker: marker('password') })
  }
}

const OPTION = /(?<![\w-])--?([a-z][\w-]{1,40})[ \t]{1,3}(?:"([^"]{1,256})"|'([^']{1,256})'|([^\s"'-][^\s"']{0,255}))/gi
const CURL_USER = /(?<![\w-])(?:-u|--user|--proxy-user)[ \t=]{1,3}["']?[^\s:"']{1,64}:([^\s"']{1,256})/g

/** What commands take without an operator: `--password x`, `-u user:x`. */
export function findArguments(text: string, isSecret: (name: string) => boolean, found: Found): void {
  for (const match of text.matchAll(OPTION)) {
    if (!isSecret(match[1] ?? '')) continue
    const value = match[2] ?? match[3] ?? match[4] ?? ''
    const end = match.index + match[0].length - (match[4] === undefined ? 1 : 0)
    found({ start: end - value.length, end, marker: marker('secret') })
  }
  for (const match of text.matchAll(CURL_USER)) {
    const end = match.index + match[0].length
    found({ start: end - (match[1] ?? '').length, end, marker: marker('password') })
  }
}

const SQL = /(?:IDENTIFIED\s{1,3}BY|PASSWORD)\s{1,3}(?:BY\s{1,3})?'((?:[^']|''){1,256})'/gi

/** `ALTER ROLE r PASSWORD 'x'`, `IDENTIFIED BY 'x'`. */
export function findSql(text: string, found: Found): void {
  for (const match of text.matchAll(SQL)) {
    const end = match.index + match[0].length - 1
    found({ start: end - (match[1] ?? '').length, end, marker: marker('password') })
  }
}

const NEAR =
  /(?:(?:secret|token|credential|password|passphrase)s?|(?:api|access|private|secret|auth|service|account)[ _-]?key)(?:[ _-](?:key|token))?(?: (?:is|was))?[\s'"`:=>({[-]{1,6}(?:[\w{]{2,24}[ :-])?([\w.+/=~-]{16,512})/gi
const TOLD =
  /\b(?:password|passphrase|passcode|passwd|pwd|pin|otp|secret|api key|(?:security|verification|login|access) code) (?:is|was|set to|changed to)[: ]{1,2}["'`]?([^\s"'`<>]{4,128})/gi

const SET = /(?:password|passphrase|passwd|pwd)["']?[ \t]{1,4}(["'])([^"'\n]{4,128})\1/gi

/**
 * A random text right behind a word for a secret, without an operator: `deploy token 5Xh...`, `token - 'x'`; and `the
 * password is x1y2`.
 */
export function findNear(text: string, found: Found): void {
  for (const match of text.matchAll(NEAR)) {
    const value = match[1] ?? ''
    if (!looksRandom(value, 16) || isPlaceholder(value)) continue
    found({
      start: match.index + match[0].length - value.length,
      end: match.index + match[0].length,
      marker: marker('token'),
    })
  }
  for (const match of text.matchAll(SET)) {
    const value = match[2] ?? ''
    const end = match.index + match[0].length - 1
    if (/[0-9]/.test(value) && !isPlaceholder(value))
      found({ start: end - value.length, end, marker: marker('password') })
  }
  for (const match of text.matchAll(TOLD)) {
    const value = (match[1] ?? '').replace(/[.,;:!?)]+$/, '')
    if (
      value.length < 4 ||
      isPlaceholder(value) ||
      !/[0-9]/.test(value) ||
      (!/[a-z]/i.test(value) && !/pin|otp|code/i.test(match[0]))
    )
      continue
    const start = match.index + match[0].length - (match[1] ?? '').length
    found({ start, end: start + value.length, marker: marker('password') })
  }
}

const KUBERNETES = /\bkind["']?: {0,3}["']?Secret\b/i
const ENTRY = /^[ \t]+["']?[\w.-]{1,64}["']?: {0,3}["']?([A-Za-z0-9+/]{6,}={0,2})["']?,?[ \t]*$/gm

/** The values of a Kubernetes Secret, which are base64 of whatever they are. */
export function findKubernetesSecrets(text: string, found: Found): void {
  if (!KUBERNETES.test(text)) return
  for (const match of text.matchAll(ENTRY)) {
    const value = match[1] ?? ''
    if (value.length % 4 !== 0 || /^[a-z]+$/i.test(value)) continue
    const start = match.index + match[0].lastIndexOf(value)
    found({ start, end: start + value.length, marker: marker('secret') })
  }
}
