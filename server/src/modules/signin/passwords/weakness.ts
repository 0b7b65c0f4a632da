import { commonWords, knownOrders } from './common.ts'

/** What an attacker knows of the person. */
export interface PasswordContext {
  readonly email: string
  readonly name: string
  /** names of the installation, of its applications, and whatever else the operator has set */
  readonly words: readonly string[]
}

type Derived = 'too_short' | 'too_long' | 'repeats' | 'sequence' | 'personal' | 'common'
export type Weakness = Derived | 'breached'

export const weaknessTexts: Readonly<Record<Weakness, string>> = {
  too_short: 'it is too short',
  too_long: 'it is longer than 1024 bytes',
  repeats: 'it repeats the same few characters',
  sequence: 'it follows the order of the keyboard or of the alphabet',
  personal: 'it is made of your name, your e-mail address or names of what you sign in to',
  common: 'it is made of words that everybody tries first',
  breached: 'it is known from a breach somewhere',
}

export const longestBytes = 1024
/**
 * So many parts that are not derived from anything a password must have: characters, or a word as two of them. Two thirds of
 * its least length, so that it is not only long.
 */
const leastStrength = (shortest: number) => Math.ceil((shortest * 2) / 3)

/**
 * NIST SP 800-63B-4, section 3.1.1.2: a length that suffices, every character allowed, none demanded, and refused only what
 * is known or derived from what is known, with the reason. Length counts code points after normalisation (NFKC).
 * @param password normalised
 */
export function weakness(password: string, context: PasswordContext, shortest: number): Derived | undefined {
  if (Array.from(password).length < shortest) return 'too_short'
  if (Buffer.byteLength(password) > longestBytes) return 'too_long'
  const lower = password.toLowerCase()
  const personal = contextWords(context)
  const judged = [judge(lower, personal)]
  // "p-a-s-s-w-o-r-d" is "password": what stands between counts once, not each time.
  const between = new Set(lower.match(/[^\p{L}\p{N}]/gu))
  if (between.size === 1 || between.size === 2) {
    judged.push(judge(lower.replaceAll(/[^\p{L}\p{N}]/gu, ''), personal, between.size))
  }
  // As is "ppaasswwoorrdd".
  const undoubled = /^(?:(.)\1)+$/u.test(lower) ? lower.replaceAll(/(.)\1/gu, '$1') : undefined
  if (undoubled !== undefined) judged.push(judge(undoubled, personal, 1))
  return judged.find(({ strength }) => strength < leastStrength(shortest))?.mainly
}

/** The parts of address and name that an attacker tries, of three letters or more. */
function contextWords({ email, name, words }: PasswordContext): string[] {
  const [local = '', domain = ''] = email.split('@', 2)
  return [local, domain, name, 'holdfast', ...words]
    .flatMap((text) => [text.replaceAll(/[^\p{L}\p{N}]/gu, ''), ...text.split(/[^\p{L}\p{N}]+/u)])
    .concat(email)
    .map((word) => word.normalize('NFKC').toLowerCase())
    .filter((word) => word.length >= 3)
}

interface Judgement {
  readonly strength: number
  readonly mainly: Derived
}

/** Cuts the text into parts from the left, the longest known part first, and adds up what each is worth. */
function judge(text: string, personal: readonly string[], start = 0): Judgement {
  const unit = repeatedUnit(text)
  if (unit !== undefined) return { ...judge(unit, personal, start + 1), mainly: 'repeats' }
  const spellings = spell(text)
  const seen = new Set<string>()
  const covered: Record<Derived, number> = {
    too_short: 0,
    too_long: 0,
    repeats: 0,
    sequence: 0,
    personal: 0,
    common: 0,
  }
  let strength = start
  for (let at = 0; at < text.length; ) {
    const part = partAt(text, spellings, at, personal)
    if (part === undefined) {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
      if (seen.has(character)) covered.repeats += 1
      strength += seen.has(character) ? 0.5 : 1
      seen.add(character)
      at += character.length
      continue
    }
    covered[part.kind] += part.length
    const known = text.slice(at, at + part.length)
    if (!seen.has(known)) strength += part.worth
    seen.add(known)
    at += part.length
  }
  const kinds = ['personal', 'common', 'sequence', 'repeats'] as const
  const mainly = kinds.reduce((most, kind) => (covered[kind] > covered[most] ? kind : most), kinds[0])
  return { strength, mainly }
}

interface Part {
  readonly kind: Derived
  readonly length: number
  readonly worth: number
}

function partAt(text: string, spellings: readonly string[], at: number, personal: readonly string[]): Part | undefined {
  const parts: Part[] = [
    { kind: 'repeats', length: runOfOne(text, at), worth: 1 },
    { kind: 'sequence', length: runInOrder(text, at), worth: 2 },
    { kind: 'common', length: yearAt(text, at), worth: 2 },
    { kind: 'personal', length: longestWord(personal, spellings, at), worth: 2 },
    { kind: 'common', length: longestCommonWord(spellings, at), worth: 2 },
  ]
  const best = parts.reduce((most, part) => (part.length > most.length ? part : most))
  return best.length >= 3 ? best : undefined
}

function longestWord(words: readonly string[], spellings: readonly string[], at: number): number {
  let length = 0
  for (const word of words) {
    if (word.length > length && spellings.some((text) => text.startsWith(word, at))) length = word.length
  }
  return length
}

/** By how they begin: there are a thousand, and they are looked for at every place. */
const commonByStart = Map.groupBy(commonWords, (word) => word.slice(0, 1))

function longestCommonWord(spellings: readonly string[], at: number): number {
  const starts = new Set(spellings.map((text) => text.slice(at, at + 1)))
  return Math.max(0, ...[...starts].map((start) => longestWord(commonByStart.get(start) ?? [], spellings, at)))
}

function runOfOne(text: string, at: number): number {
  let end = at + 1
  while (end < text.length && text[end] === text[at]) end += 1
  return end - at
}

const orders = knownOrders.flatMap((order) => [order, order.split('').toReversed().join('')])

function runInOrder(text: string, at: number): number {
  let length = 2
  if (!orders.some((order) => order.includes(text.slice(at, at + 3)))) return 0
  while (at + length < text.length && orders.some((order) => order.includes(text.slice(at, at + length + 1))))
    length += 1
  return length
}

function yearAt(text: string, at: number): number {
  return /^(?:19|20)\d\d/.test(text.slice(at, at + 4)) ? 4 : 0
}

const substitutes: Readonly<Record<string, string>> = {
  '0': 'o',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '+': 't',
}

/** The text as written, and as read by who writes `p4ssw0rd`: each of the same length, so that places correspond. */
function spell(text: string): string[] {
  const read = (one: string) => text.replaceAll(/[0-9@$!+]/g, (c) => (c === '1' ? one : (substitutes[c] ?? c)))
  return [text, read('i'), read('l')]
}

/** @returns `abc` for `abcabcabc`; undefined when the text is no whole repetition */
function repeatedUnit(text: string): string | undefined {
  const period = (text + text).indexOf(text, 1)
  return period > 0 && period < text.length ? text.slice(0, period) : undefined
}
