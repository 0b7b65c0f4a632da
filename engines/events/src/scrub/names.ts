import type { Kind } from './marker.ts'
import { DESCRIBING, JOINED_DESCRIBING, KEY_WORDS, LAST_WORDS, PLAIN_KEY_WORDS, STEMS, WORDS } from './names-words.ts'

/** What the name of a field says of its value. */
export interface Named {
  readonly kind: Kind
  /**
   * strict: whatever is inside is a secret. loose: texts and numbers are; in an object below, what describes (`id`,
   * `type`) is not. weak: the value is one only if it looks drawn by lot.
   */
  readonly level: 'strict' | 'loose' | 'weak'
}

const LOOSE: ReadonlySet<Kind> = new Set<Kind>(['token', 'secret', 'cookie', 'authorization', 'credential'])
const MOST_REMEMBERED = 4096
const LONGEST = 128
const remembered = new Map<string, Named | null>()

/**
 * Judges a name in any casing and joining: `clientSecret`, `X-Api-Key`, `card.number`, `DBPASSWORD`; null when it is
 * no secret's.
 */
export function judgeName(name: string): Named | null {
  const known = remembered.get(name)
  if (known !== undefined) return known
  const end = name.length > LONGEST ? name.slice(-LONGEST) : name
  const judged = judge(end)
  // Names come from outside too: the memory is emptied before it grows.
  if (remembered.size >= MOST_REMEMBERED) remembered.clear()
  remembered.set(end, judged)
  return judged
}

/** Whether a field of this name holds a secret whatever it looks like. */
export function isSecretName(name: string): boolean {
  const judged = judgeName(name)
  return judged !== null && judged.level !== 'weak'
}

export function isDescribing(name: string): boolean {
  return DESCRIBING.has(wordsOf(name).at(-1) ?? '')
}

function judge(name: string): Named | null {
  // A name that was a secret itself.
  if (name.includes('[redacted:')) return null
  const words = wordsOf(name)
  const last = words.at(-1)
  if (last === undefined) return null
  const joined = words.join('')
  // In odd cases the words cannot be told apart: `aUtHoRiZaTiOn`.
  const whole = WORDS.get(joined) ?? STEMS.find(([stem]) => stem === joined)?.[1]
  if (whole !== undefined) return named(whole)
  if (words.length > 1 && DESCRIBING.has(last)) return describing(words)
  if (words.includes('public')) return null
  return judgeStems(joined, last) ?? judgeWords(words, last) ?? judgeKey(words, last) ?? judgeWeak(words, last, joined)
}

/** `secret_id` is an AppRole's credential and elsewhere only an id: a weak sign. */
function describing(words: readonly string[]): Named | null {
  if (words.length > 1 && words.at(-2) === 'secret' && words.at(-1) === 'id') return { kind: 'secret', level: 'weak' }
  return null
}

function judgeStems(joined: string, last: string): Named | null {
  for (const [stem, kind] of STEMS) {
    const at = joined.indexOf(stem)
    if (at === -1) continue
    if (at + stem.length < joined.length && JOINED_DESCRIBING.test(last)) return null
    return named(kind)
  }
  return null
}

function judgeWords(words: readonly string[], last: string): Named | null {
  for (const word of words) {
    const kind = WORDS.get(word)
    if (kind !== undefined) return named(kind)
  }
  const kind = LAST_WORDS.get(last)
  if (kind !== undefined) return named(kind)
  // As people shorten it: `PSWRD`, `psswd`, `pasword`.
  if (/^pa?ss?wo?r?d$/.test(last)) return named('password')
  // Joined in lower case, where no border shows: `mysecret`, `usertoken`; but not `secretary`, `tokenizer`.
  if (last.length > 5 && last.endsWith('secret')) return named('secret')
  if (last.length > 5 && last.endsWith('token')) return named('token')
  if (
    last.length > 5 &&
    /(?:pass|pwd|passw|passwrd)$/.test(last) &&
    !/(?:by|com|tres|sur|encom|over|under|tran)pass$/.test(last)
  )
    return named('password')
  if (words.includes('card') && (last === 'number' || last === 'no' || last === 'num')) return named('card')
  if (words.includes('card') && (last === 'code' || last === 'cvx')) return named('cvv')
  return null
}

function judgeKey(words: readonly string[], last: string): Named | null {
  if (last !== 'key' && last !== 'keys') return null
  const before = words.at(-2)
  if (before !== undefined && PLAIN_KEY_WORDS.has(before)) return null
  if (before !== undefined && KEY_WORDS.has(before)) return { kind: 'key', level: last === 'key' ? 'strict' : 'loose' }
  return { kind: 'key', level: 'weak' }
}

const WEAK: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['auth', 'authorization'],
  ['oauth', 'authorization'],
  ['code', 'code'],
  ['sig', 'token'],
  ['sid', 'cookie'],
  ['session', 'token'],
  ['ticket', 'token'],
  ['access', 'key'],
  ['api', 'key'],
  ['license', 'key'],
  ['webhook', 'webhook'],
  ['card', 'card'],
  ['cc', 'card'],
  ['seed', 'secret'],
  ['basic', 'authorization'],
  ['tan', 'code'],
  ['pat', 'token'],
  ['verifier', 'token'],
  ['assertion', 'token'],
])

function judgeWeak(words: readonly string[], last: string, joined: string): Named | null {
  const kind = WEAK.get(last)
  if (kind !== undefined) return { kind, level: 'weak' }
  if (joined === 'xamzsignature' || joined === 'xgoogsignature') return { kind: 'token', level: 'weak' }
  return words.includes('auth') || words.includes('key') ? { kind: 'key', level: 'weak' } : null
}

function named(kind: Kind): Named {
  return { kind, level: LOOSE.has(kind) ? 'loose' : 'strict' }
}

/** The words of a name in lower case, without accents: `APIKey`, `api_key`, `Api-Key` and `api.key` are `api key`. */
function wordsOf(name: string): string[] {
  return name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}
