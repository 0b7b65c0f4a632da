import type { Grammar } from './grammar.ts'

/** A number in [0, 1). */
export type Random = () => number

/** Mulberry32: the same seed gives the same texts on every machine. */
export function seeded(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface Composer {
  readonly symbols: Grammar
  /** The hand-written texts of a file (`reviews`, `prose/de`), or of all files of a folder (`prose/`). */
  readonly hand: (name: string) => readonly string[]
  readonly random: Random
}

const LETTERS: Readonly<Record<string, string>> = {
  hex: '0123456789abcdef',
  b64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  b64u: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const ENCODERS: Readonly<Record<string, (text: string) => string>> = {
  url: encodeURIComponent,
  json: (text) => JSON.stringify(text),
  html: (text) => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character),
  b64of: (text) => Buffer.from(text).toString('base64'),
}

/**
 * One text of a symbol. Slots: `⟦symbol⟧`; `⟦int:1-9⟧`; `⟦hex:8⟧`, `⟦b64:8⟧`, `⟦b64u:8⟧` so many characters; `⟦url:symbol⟧`,
 * `json`, `html`, `b64of` encode what the symbol gives; `⟦hand:file⟧` is a hand-written text, `⟦jhand:file⟧` the same as JSON;
 * `⟦many:slot:2-5:,⟧` so many of a slot with a separator.
 * @throws RangeError where a grammar names what is not there
 */
export function expand(composer: Composer, symbol: string): string {
  return pick(composer, composer.symbols.get(symbol), symbol).replace(/⟦([^⟧]*)⟧/g, (_, slot: string) => {
    return fill(composer, slot)
  })
}

function fill(composer: Composer, slot: string): string {
  const many = /^many:(.+):(\d+)-(\d+):(.*)$/s.exec(slot)
  if (many !== null) {
    const [, inner = '', from, to, separator = ''] = many
    return Array.from({ length: between(composer, Number(from), Number(to)) }, () => fill(composer, inner)).join(
      separator,
    )
  }
  const [how = '', what = ''] = slot.split(':')
  const letters = LETTERS[how]
  if (letters !== undefined) {
    return Array.from({ length: Number(what) }, () => letters.charAt(between(composer, 0, letters.length - 1))).join('')
  }
  if (how === 'int') {
    const [from, to] = what.split('-')
    return String(between(composer, Number(from), Number(to)))
  }
  if (how === 'hand') return pick(composer, composer.hand(what), slot)
  if (how === 'jhand') return JSON.stringify(pick(composer, composer.hand(what), slot))
  const encode = ENCODERS[how]
  return encode === undefined ? expand(composer, slot) : encode(expand(composer, what))
}

function between({ random }: Composer, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1))
}

function pick(composer: Composer, of: readonly string[] | undefined, name: string): string {
  const text = of?.[between(composer, 0, of.length - 1)]
  if (text === undefined) throw new RangeError(`a grammar names ${name}, which is not there`)
  return text
}
